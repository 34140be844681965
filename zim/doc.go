// Package zim reads ZIM archives (openZIM), versions 5 and 6.
// It is safe for files from strangers and for concurrent use.
//
// # Use
//
// [Open] an archive, find an [Entry] by path, title or index, follow its redirects with
// [Entry.Resolve] to an [Item], and read that with [Item.Bytes] or [Item.Open]. The
// iterators go over entries in path order, over front articles in title order, and over
// items in the order in which decoding is cheapest. [Archive.Verify] walks everything and
// says what is damaged. Entries and items are small values; bytes returned are plain memory
// that stays valid after the archive is closed.
//
// # What is promised
//
// Whatever the file holds: no panic, no endless loop, and no more memory than [Options]
// allow. Nothing is allocated, and no loop runs, only because the file says so. Damage is a
// [*FormatError] that names the part and the byte. The file is read with pread and never
// mapped: one that is truncated meanwhile gives [ErrTruncated] and not a signal. A client of
// this package may be given another entry's data only if the archive says so itself: most
// archives carry no checksum but the MD5 of the whole, which [CheckMD5] compares and
// reading does not.
//
// All methods may be called from many goroutines, but for those of [Content]. No lock is
// held while a file is read or a cluster decoded; a cluster is decoded once for all who want
// it at the same time.
//
// # The format
//
// An archive is one file, or several that are read as if concatenated. All integers are
// unsigned and little-endian. Positions count from the first byte of the archive, which may
// itself lie inside another file. The source of what follows is
// https://wiki.openzim.org/wiki/ZIM_file_format, corrected by what archives really hold.
//
// The header has 80 bytes:
//
//	offset size
//	     0    4  magic: 5A 49 4D 04
//	     4    2  major version: 5 or 6
//	     6    2  minor version; from 1 on the new namespaces are used, whatever the major
//	     8   16  UUID
//	    24    4  number of entries
//	    28    4  number of clusters
//	    32    8  position of the path pointer list
//	    40    8  position of the list of all entries by title, or all ones
//	    48    8  position of the cluster pointer list
//	    56    8  position of the MIME list: 80, or 72 in ancient files without the last field
//	    64    4  index of the main page's entry, or all ones
//	    68    4  unused
//	    72    8  position of the MD5, which is always 16 bytes before the end
//
// The MIME list is NUL-terminated strings, ended by an empty one. Its length is not stored:
// it must end before the next part.
//
// The path pointer list has 8 bytes for each entry, the position of its dirent, sorted by
// the namespace byte and then the bytes of the path. A dirent has no length either:
//
//	offset size
//	     0    2  index in the MIME list, or FFFF redirect, FFFE link target, FFFD deleted
//	     2    1  length of the parameters at the end, 0 in all known files
//	     3    1  namespace
//	     4    4  revision, 0
//	     8    4  cluster number; in a redirect the index of the target; else absent
//	    12    4  blob number; absent in a redirect
//	          .  path, NUL, title, NUL, parameters
//
// An empty title stands for one equal to the path. So the dirent of a page "a" called "A",
// of the first MIME type, blob 3 of cluster 1 in namespace C, is
//
//	00 00 00 43  00 00 00 00  01 00 00 00  03 00 00 00  61 00  41 00
//
// The list of entries by title has 4 bytes for each, an index in path order. Since version
// 6.1 the entry X/listing/titleOrdered/v1 holds such a list of the front articles alone;
// since 6.3 the other one is gone.
//
// The cluster pointer list has 8 bytes for each cluster, in any order. A cluster begins
// with one byte: the compression in the low four bits (0 and 1 none, 4 xz, 5 zstd) and in
// bit 4 whether blob offsets have 8 bytes instead of 4. Then, compressed or not, comes a
// table of N+1 offsets counted from its own start, followed by N blobs. The first offset
// thus gives N. Offsets never decrease. How long the compressed data is stands nowhere.
//
// Archives before minor version 1 keep articles in namespace A, pictures in I and J, and style in
// "-"; later ones keep all of that in C. Both have metadata in M and indexes in X; W holds
// the new ones' mainPage.
//
// # What it costs
//
// Opening takes at most six reads, however many entries there are. A lookup by path takes
// two when the keys near it are in memory, after some twenty when they are not yet. An item
// in an uncompressed cluster takes two; a compressed cluster is decoded up to the item on
// the first touch, and whole, then kept, on the second. Memory is the cache (64 MiB unless
// said otherwise), up to 4 MiB of keys for each listing of an archive, and about 9 MiB for
// each decode at once.
package zim
