package lzma2

import (
	"hash/crc32"
	"hash/crc64"
)

// slideUnit keeps what depends on positions as it is: the decoder looks at up to four low
// bits of them.
const slideUnit = 16

// Dictionary returns how far back the matches of the block being read may reach, in bytes, as
// its header says: 64 MiB in most archives. It is 0 before the first block header was read.
func (d *Decoder) Dictionary() uint64 { return d.check.dictionary }

// Slide lets a stream go on that is longer than the memory for it. It forgets the beginning
// of dst, the slice that Decode returned, all but the last keep bytes and up to 15 more, and
// returns the rest, moved to the front. With keep at [Decoder.Dictionary] or above nothing
// is lost; matches that reach further back than what was kept are [ErrCorrupt].
func (d *Decoder) Slide(dst []byte, keep int) []byte {
	n := (len(dst) - keep) &^ (slideUnit - 1)
	if n <= 0 {
		return dst
	}
	d.check.slide(dst, n)
	if d.lzma.dict >= n {
		d.lzma.dict -= n
	} else {
		d.lzma.dict &= slideUnit - 1
	}
	copy(dst, dst[n:])
	dst = dst[:len(dst)-n]
	d.length = len(dst)
	return dst
}

// slide takes the first n bytes of dst, as far as they are the block's, into its check.
func (b *block) slide(dst []byte, n int) {
	if b.start >= n {
		b.start -= n
		return
	}
	gone := dst[b.start:n]
	b.slid += uint64(len(gone))
	switch b.kind {
	case checkCRC32:
		b.crc32 = crc32.Update(b.crc32, crc32.IEEETable, gone)
	case checkCRC64:
		b.crc64 = crc64.Update(b.crc64, crc64Table, gone)
	}
	b.start = 0
}
