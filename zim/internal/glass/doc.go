// Package glass reads the Xapian glass index stored inside an archive.
//
// # Use
//
// [New] opens an index that an [io.ReaderAt] holds, at whatever place of an archive and in
// however many files. From an [Index] come single facts ([Index.Term], [Index.Metadata],
// [Index.Data], [Index.ValueStats]) and cursors, each for one goroutine and with an error
// that sticks: [Postings] of a term or of all documents, [Lengths], [Values], [Positions],
// [Terms], [DataList], [TermList], [Spellings], and [Entries] for a table as it is stored.
//
// # What is promised
//
// Whatever the bytes are: no panic, no endless walk, and no more memory than [Options] and
// the [Cache] allow. A block is checked as a whole when it is read; what lies in it is not
// believed: numbers are compared before they are used, docids and keys have to ascend.
// Damage is an [*Error] that names the part and the byte. Nothing is read whole: lists are
// decoded a chunk at a time, in the block where they lie, without an allocation.
//
// All cursors of all indexes may be used at once. They share one cache of blocks, which is
// bounded in bytes and holds no lock while it reads. Each cursor looks at its context at
// every block and every chunk.
//
// # Layout
//
// There is one format, number 046E, in the files of Xapian 1.4 and 2. An index has six
// tables, each a tree of blocks: the postlist table (terms, lengths, values, metadata),
// docdata, termlist, position, spelling and synonym. They share one space of block numbers.
// Block n begins n times the table's block size from the start of the index, which is 8 KiB
// in archives and any power of two from 2 to 64 KiB elsewhere. Block 0 is the version block.
//
// # Integers and strings
//
//	varint       base 128, least significant group first; bit 7 says that more follow
//	sortable     k ones, a zero, then the number in big-endian order: k+2 bytes in all
//	uint_last    little-endian without leading zeros and without a length: at the end only
//	bool         the digit 0 or 1
//	string       varint length, bytes
//	escaped      every NUL as 00 FF; the end is a 00 that no FF follows, if anything does
//
// So 300 is AC 02 as a varint, 01 2C as a sortable, and 2C 01 as a uint_last. Sortables
// have the shortest form, and order as bytes like the numbers they stand for.
//
// # Version block
//
// In its first 256 bytes: the mark 0F 0D "Xapian Glass", the format number in two bytes,
// big-endian, the UUID in 16, the revision as a varint. Then for each table varints of its
// root's block number, level<<2 | sequential<<1 | empty, number of entries, block size in
// units of 2048 and the least length that was compressed, and a string for writers. Then
// varints: documents; last docid less documents; least document length that is not 0;
// greatest wdf; greatest document length less greatest wdf; a 0; sum of the lengths; the
// bound of spelling frequencies.
//
// # Blocks and items
//
//	offset size, all big-endian
//	     0    4  revision
//	     4    1  level: 0 in leaves; it falls by one at each step down
//	     5    4  for writers
//	     9    2  where the directory ends
//	    11    .  directory: where each item begins, 2 bytes each, in the order of keys
//
// An item of a branch is a block number in 4 bytes, a key of up to 255 bytes behind its
// length in one, and a component number in 2. All that is not before that key and component
// lies below it; the first item's key stands for minus infinity.
//
// An item of a leaf begins with 2 bytes: its length less 3 in the low 13 bits, and the flags
// 8000 compressed, 4000 last component, 2000 first component. The key follows, as above,
// then the component number, unless it is the first, then data. Items order by key, then
// component. Each table begins with an item whose key and data are empty.
//
// The data of an entry, its tag, may be cut into components 1, 2, 3, ..., each an item, in
// one leaf or several. A compressed tag is raw deflate over all of them.
//
// # Lookup and walking
//
// The way down takes the last item that is not after the key. It may end before a leaf's
// first item, as keys in branches are cut short: the entry before the key then is the last
// one of the leaf before. The next leaf is found through the branches: the block that
// follows may be another table's.
//
// # Postlist table
//
//	00 C0 name                       metadata: the tag is the value
//	00 D0 uint_last(slot)            of a value slot: varint count, string least, greatest
//	00 D8 varint(slot) sortable(d)   values from docid d on
//	00 E0 [sortable(d)]              lengths of documents [from docid d on]
//	escaped(term)                    a term's first chunk
//	escaped(term) 00 sortable(d)     a further chunk, from docid d on
//
// A chunk is: bool whether it is the list's last; varints of its last docid less its first,
// and of the first one's wdf; then pairs of varints, how many docids are left out, and wdf.
// In front of a first chunk stand varints of tf, cf and the first docid less one. Lengths
// are stored the same way, with 0 for tf and cf. Docids may jump between chunks.
//
// From a first chunk follows a bound of the term's wdf: the greater of the first wdf, and of
// cf less that, if not above the greatest wdf of all.
//
// A chunk of values is the first document's as a string, then pairs of a varint, how many
// docids are left out, and a string. No greatest value stands for one equal to the least.
//
// # Other tables
//
// Docdata: sortable(d) leads to the document's data. Termlist: sortable(d) leads to varints
// of the document's length and its number of terms; for each term how many bytes it shares
// with the one before (not for the first), the length of the rest in one byte, the rest, and
// a varint wdf. Where the shared count is greater than the length L of the term before, it
// is (wdf + 1) * (L + 1) + shared, and no wdf follows.
//
// Spelling: 'W' and a word lead to its frequency as a uint_last; other keys hold fragments.
// Synonym: a term leads to words, each behind its length xor 60.
//
// # Positions
//
// escaped(term) 00 sortable(d) leads to a varint, the last position, and then bits, the
// least significant of each byte first: the first position as a number below the last; the
// count less 2 as a number below last - first; then the position in the middle,
// relative to the least it can be, and so on in each half, the lower one first.
//
// A number below m takes the bits of m - 1, or one less: where 2^bits is greater than m by
// spare, the spare values in the middle are those that need one bit less.
//
// # Example
//
// Documents 1, 2 and 300 hold "cat" 2, 1 and 130 times. The item of its list is
//
//	6011  03 63 61 74  03 85 01 00  31 AB 02 02  00 01  A9 02 82 01
//
// that is 17 + 3 bytes, first and last component; the key; tf 3, cf 133, from docid 1; last
// chunk, to docid 300, wdf 2; 0 left out, wdf 1; 297 left out, wdf 130.
package glass
