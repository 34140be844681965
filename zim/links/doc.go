// Package links knows which pages of an archive lead to an entry: an inverse link graph that is built once and lies beside the
// archive.
//
// [Build] reads every page of an archive and writes the graph, in bounded memory however large the archive is: what does not fit
// is sorted in parts, which wait on disk and are merged at the end. [Make] does so for a sidecar of the archive, whole or not at
// all, and [Open] opens that. An [Index] keeps nothing in memory but the header: each question is a few reads of what it needs.
//
// # What a link is
//
// The links of a page are those that view links of the fetch tool shows: addresses in its text and its categories that lead to
// another entry of the archive which is there. Redirects are followed, so that a link counts for the page at their end, and
// several links from one page to one target are one row with a count. Links of a page to itself are left out.
//
// # The file
//
// All numbers are little-endian. An entry is named by its place in path order ([zim.Entry.Index]).
//
//	header, 72 bytes
//	   0  8 bytes  "zimlinks"
//	   8  uint32   version, 1
//	  12  uint32   entries of the archive
//	  16  16 bytes UUID of the archive
//	  32  uint64   rows
//	  40  uint32   blocks
//	  44  uint32   pages that were read
//	  48  uint64   offset of the directory
//	  56  uint64   offset of the counts
//	  64  uint32   entries with rows
//	  68  uint32   CRC-32C of the bytes before
//	blocks, each a zstd frame with a checksum, at most 64 KiB decompressed
//	directory, 20 bytes for each block
//	   0  uint32   target of its first row
//	   4  uint32   rank of that row among the rows of its target, from 0
//	   8  uint64   offset of the frame
//	  16  uint32   bytes of the frame
//	counts, uint32 for each entry: its rows
//
// Rows stand by target, and those of one target by falling count, then by the section in which the link appears first, then by
// source. A row is: uvarint target less that of the row before (of the directory for a block's first), uvarint source, uvarint
// count, uvarint section, uvarint length and bytes of the link's text, uvarint length and bytes of the fragment.
package links
