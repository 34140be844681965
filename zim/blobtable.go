package zim

import (
	"encoding/binary"
	"math"
)

// A cluster begins, once decompressed, with a table of N+1 offsets of 4 or 8 bytes, each
// counted from the payload's start: https://wiki.openzim.org/wiki/ZIM_file_format#Clusters.
// Offset 0 is the table's own length, the last is the payload's. Offsets never decrease.

// A blobTable checks the offsets of a cluster as they are read, one after another.
type blobTable struct {
	width uint64 // of an offset: 4, or 8 in an extended cluster
	n     uint64 // offsets in the table, one more than blobs
	next  uint64 // how many offsets were read
	last  uint64 // the offset read last
}

// newBlobTable begins with the table's first offset. It applies libzim's rules: the offset
// is that of a table of one offset or more, a multiple of the width, and there are not more blobs
// than the archive has entries.
func newBlobTable(first, width uint64, entries uint32) (t blobTable, reason string) {
	switch {
	case first < width:
		return t, "the first blob offset is too small"
	case first%width != 0:
		return t, "the first blob offset is not aligned"
	case first/width > uint64(entries)+1:
		return t, "more blobs than the archive has entries"
	}
	return blobTable{width: width, n: first / width, next: 1, last: first}, ""
}

// blobs returns how many blobs the cluster has.
func (t *blobTable) blobs() uint64 { return t.n - 1 }

// read takes the next offset.
func (t *blobTable) read(offset uint64) (reason string) {
	switch {
	case offset < t.last:
		return "the blob offsets are out of order"
	case offset > math.MaxInt64:
		return "a blob offset is too large"
	}
	t.next++
	t.last = offset
	return ""
}

// readAll takes the offsets in b, which holds a whole number of them.
func (t *blobTable) readAll(b []byte) (reason string) {
	for at := uint64(0); at < uint64(len(b)) && reason == ""; at += t.width {
		reason = t.read(offsetAt(b[at:], t.width))
	}
	return reason
}

// offsetAt decodes the offset of the given width at the start of b.
func offsetAt(b []byte, width uint64) uint64 {
	if width == 8 {
		return binary.LittleEndian.Uint64(b)
	}
	return uint64(binary.LittleEndian.Uint32(b))
}

// A payload is a cluster's data, decompressed whole. Its offsets have been checked.
type payload struct {
	data  []byte
	width uint64
	n     uint64 // blobs
}

// blob returns blob i (i < n), which aliases the payload.
func (p *payload) blob(i uint32) []byte {
	at := uint64(i) * p.width
	from, to := offsetAt(p.data[at:], p.width), offsetAt(p.data[at+p.width:], p.width)
	return p.data[from:to:to]
}
