package glass

import (
	"encoding/binary"
	"fmt"
	"math"
)

// The version block (doc.go, Version block).
const (
	magic        = "\x0f\x0dXapian Glass"
	formatNumber = 0x046E
	versionBytes = 256 // all of it lies in these
	maxLevel     = 9   // of a root; so a tree has at most 10 levels

	minBlock = 2 << 10
	maxBlock = 64 << 10
)

// A Table names one of an index's six tables. The order is that of the version block.
type Table uint8

// The tables of an index.
const (
	Postlist Table = iota // terms, document lengths, values, metadata
	Docdata
	Termlist
	Position
	Spelling
	Synonym
	tables
)

// String returns the table's name in lower case.
func (t Table) String() string {
	return [...]string{"postlist", "docdata", "termlist", "position", "spelling", "synonym", "unknown table"}[min(t, tables)]
}

// A Version is what the first block of an index says of it.
type Version struct {
	UUID     [16]byte // of the index; unrelated to the archive's
	Revision uint64   // 1 in archives

	DocCount    uint32 // documents
	LastDocID   uint32 // the greatest docid; at least DocCount
	MinLength   uint32 // of a document that has any terms; 0 when none has
	MaxLength   uint32 // no document is longer
	MaxWDF      uint32 // no term occurs more often in a document
	TotalLength uint64 // sum of the documents' lengths

	roots [tables]root
}

// A root says where a table's tree begins.
type root struct {
	block     uint64
	level     uint8
	empty     bool
	blockSize uint64
	entries   uint64
}

// parseVersion parses the start of an index of size bytes.
func parseVersion(b []byte, size int64) (*Version, error) {
	b = b[:min(len(b), versionBytes)]
	u := unpacker{b: b}
	if string(u.bytes(uint64(len(magic)))) != magic {
		return nil, unsupported("it does not begin with the mark of glass")
	}
	if n := u.bytes(2); len(n) < 2 || binary.BigEndian.Uint16(n) != formatNumber {
		return nil, unsupported(fmt.Sprintf("format number %x, only %04x is read", n, formatNumber))
	}
	v := new(Version)
	copy(v.UUID[:], u.bytes(16))
	v.Revision = u.varint()
	for i := range v.roots {
		v.roots[i].unpack(&u)
	}
	if u.bad {
		return nil, corrupt("version block", 0, "ends inside the root records")
	}
	for i := range v.roots {
		if reason := v.roots[i].check(size); reason != "" {
			return nil, corrupt("version block", 0, "%v: %s", Table(i), reason)
		}
	}
	return v, v.statistics(&u, size)
}

func unsupported(reason string) error {
	return &Error{Part: "version block", Reason: reason, Kind: ErrUnsupported}
}

func (r *root) unpack(u *unpacker) {
	r.block = u.varint()
	level := u.varint()
	r.empty = level&1 != 0
	r.level = uint8(min(level>>2, math.MaxUint8))
	r.entries = u.varint()
	r.blockSize = min(u.varint(), math.MaxUint32) << 11
	u.varint() // the writer's threshold for compression; the flag is on each item
	u.string() // the free list, for writers
}

// check returns what is wrong with a root in an index of size bytes, or "".
func (r *root) check(size int64) string {
	switch {
	case r.empty && r.level == 0:
		return ""
	case r.empty || r.level > maxLevel:
		return fmt.Sprintf("a tree of %d levels, at most %d are possible", r.level, maxLevel)
	case r.blockSize < minBlock || r.blockSize > maxBlock || r.blockSize&(r.blockSize-1) != 0:
		return fmt.Sprintf("block size %d is not a power of two from %d to %d", r.blockSize, minBlock, maxBlock)
	case r.block == 0 || r.block > math.MaxUint32 || r.block >= uint64(size)/r.blockSize:
		return fmt.Sprintf("root block %d of %d", r.block, uint64(size)/r.blockSize)
	}
	return ""
}

// statistics parses what follows the roots. No bytes at all stand for zeros.
func (v *Version) statistics(u *unpacker, size int64) error {
	if len(u.b) == 0 {
		return nil
	}
	docs, last := u.varint(), u.varint()
	v.MinLength = u.uint32()
	wdf, longest := u.varint(), u.varint()
	u.varint() // the oldest changeset
	v.TotalLength = u.varint()
	u.varint() // the bound of spelling frequencies
	switch {
	case u.bad:
		return corrupt("version block", 0, "ends inside the statistics")
	case docs > uint64(size)/2: // a document costs at least 2 bytes in the list of lengths
		return corrupt("version block", 0, "%d documents in %d bytes", docs, size)
	case docs > math.MaxUint32 || last > math.MaxUint32-docs:
		return corrupt("version block", 0, "%d documents, the last docid greater by %d", docs, last)
	case wdf > math.MaxUint32 || longest > math.MaxUint32-wdf:
		return corrupt("version block", 0, "wdf up to %d, lengths greater by up to %d", wdf, longest)
	}
	v.DocCount, v.LastDocID = uint32(docs), uint32(docs+last) // both are stored as differences
	v.MaxWDF, v.MaxLength = uint32(wdf), uint32(wdf+longest)
	return nil
}
