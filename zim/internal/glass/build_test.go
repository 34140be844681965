package glass

import (
	"bytes"
	"encoding/binary"
	"testing"
)

// testBlock is the block size of the indexes made here.
const testBlock = 2048

// An item is one item of a leaf as it is stored. Without flags it is a whole tag.
type item struct {
	key, tag string
	part     uint16 // of a tag in several items, from 1
	flags    uint16
}

func (it item) pack() []byte {
	flags := it.flags
	if it.part == 0 {
		it.part, flags = 1, flags|flagFirst|flagLast
	}
	b := append([]byte{0, 0, byte(len(it.key))}, it.key...)
	if it.part == 1 {
		flags |= flagFirst
	} else {
		b = binary.BigEndian.AppendUint16(b, it.part)
	}
	b = append(b, it.tag...)
	binary.BigEndian.PutUint16(b, uint16(len(b)-sizeExtra)|flags)
	return b
}

// A child is one item of a branch.
type child struct {
	number uint32
	key    string
}

func (c child) pack() []byte {
	b := binary.BigEndian.AppendUint32(nil, c.number)
	b = append(append(b, byte(len(c.key))), c.key...)
	return binary.BigEndian.AppendUint16(b, 1)
}

// packBlock makes a block of items that are packed.
func packBlock(level byte, items ...[]byte) []byte {
	b := make([]byte, testBlock)
	b[4] = level
	end := blockHead + 2*len(items)
	binary.BigEndian.PutUint16(b[9:], uint16(end))
	for i, it := range items {
		binary.BigEndian.PutUint16(b[blockHead+2*i:], uint16(end))
		end += copy(b[end:], it)
	}
	return b
}

// leaf makes a leaf, with the empty key in front if none of the items has it.
func leaf(items ...item) []byte {
	if len(items) == 0 || items[0].key != "" {
		items = append([]item{{}}, items...)
	}
	return leafOf(items...)
}

// leafOf makes a leaf of just these items.
func leafOf(items ...item) []byte {
	var packed [][]byte
	for _, it := range items {
		packed = append(packed, it.pack())
	}
	return packBlock(0, packed...)
}

func branch(level byte, children ...child) []byte {
	var packed [][]byte
	for _, c := range children {
		packed = append(packed, c.pack())
	}
	return packBlock(level, packed...)
}

// A sketch is an index to be made: where each table's root is, and the blocks from 1 on.
type sketch struct {
	roots  map[Table]root // block size and the empty ones are filled in
	blocks [][]byte
	docs   uint64
	last   uint64 // last docid less docs
	wdf    uint64
	tail   []uint64 // instead of all statistics
}

func (s sketch) build() []byte {
	b := append([]byte(magic), formatNumber>>8, formatNumber&0xFF)
	b = append(b, make([]byte, 16)...)
	b = appendVarint(b, 1)
	for t := range tables {
		r, ok := s.roots[t]
		level := uint64(r.level) << 2
		if !ok {
			level |= 1
		}
		for _, v := range []uint64{r.block, level, r.entries, testBlock >> 11, 0, 0} {
			b = appendVarint(b, v)
		}
	}
	tail := s.tail
	if tail == nil {
		tail = []uint64{s.docs, s.last, 1, s.wdf, 100, 0, 1000, 0}
	}
	for _, v := range tail {
		b = appendVarint(b, v)
	}
	b = append(b, make([]byte, testBlock-len(b))...)
	return append(b, bytes.Join(s.blocks, nil)...)
}

// postlist makes an index of docs documents whose postlist table is one leaf.
func postlist(docs uint64, items ...item) []byte {
	return sketch{roots: map[Table]root{Postlist: {block: 1}}, blocks: [][]byte{leaf(items...)}, docs: docs, wdf: 1000}.build()
}

// pad makes an index long enough for n documents to be believed.
func pad(b []byte, n int) []byte { return append(b, make([]byte, max(0, n-len(b)))...) }

// openIndex opens an index that has to open.
func openIndex(t testing.TB, b []byte, opts *Options) *Index {
	t.Helper()
	x, err := New(t.Context(), bytes.NewReader(b), int64(len(b)), opts)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// varints packs numbers in a row.
func varints(v ...uint64) string {
	var b []byte
	for _, n := range v {
		b = appendVarint(b, n)
	}
	return string(b)
}

// readAll reads an index by every path there is, and returns the errors met. steps bounds
// how much is read in each.
func readAll(t testing.TB, x *Index, steps int) (errs []error) {
	t.Helper()
	ctx := t.Context()
	note := func(err error) {
		if err != nil {
			errs = append(errs, err)
		}
	}
	for name, err := range x.MetadataNames(ctx) {
		note(err)
		_, err = x.Metadata(ctx, name)
		note(err)
	}
	note(readTerms(ctx, x, steps, note))
	note(readDocuments(ctx, x, steps, note))
	for _, slot := range []uint32{0, 1, 200} {
		_, err := x.ValueStats(ctx, slot)
		note(err)
		v := x.Values(ctx, slot, nil)
		for i := 0; i < steps && v.Next(); i++ {
			_ = v.Bytes()
		}
		note(v.Err())
		v = x.Values(ctx, slot, v)
		for i := range uint32(20) {
			v.Value((i * 7919) % (x.LastDocID() + 2))
		}
		note(v.Err())
	}
	s := x.Spellings(ctx, nil)
	for i := 0; i < steps && s.Next(); i++ {
		_ = s.Word()
	}
	note(s.Err())
	for table := range tables {
		e := x.Entries(ctx, table, nil)
		for i := 0; i < steps && e.Next(); i++ {
			_ = e.Tag()
			if table == Synonym {
				_, err := x.Synonyms(ctx, e.Key())
				note(err)
			}
		}
		note(e.Err())
	}
	return errs
}
