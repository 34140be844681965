package glass

import (
	"bytes"
	"encoding/binary"
)

// A block's head and its items (doc.go, Blocks and items).
const (
	blockHead  = 11 // bytes before the directory
	leafHead   = 3  // size and key length
	branchHead = 5  // child and key length
	component  = 2

	sizeMask       = 0x1FFF
	sizeExtra      = 3 // what the size leaves out
	flagCompressed = 0x8000
	flagLast       = 0x4000
	flagFirst      = 0x2000
)

// A block is one node of a tree, checked as a whole by newBlock: all positions in it hold,
// its items are in order. It is never changed, and lives as long as anyone reads it.
type block struct {
	data   []byte
	offset int64 // in the index
	n      int   // items, at least 1
	head   int   // bytes of an item before its key, the last of them the key's length
	level  uint8
	table  Table
}

// newBlock checks data, which it keeps, and makes it a block.
func newBlock(data []byte, table Table, offset int64) (*block, error) {
	b := &block{data: data, offset: offset, table: table, level: data[4], head: leafHead}
	if b.level > 0 {
		b.head = branchHead
	}
	end := int(binary.BigEndian.Uint16(data[9:]))
	if end < blockHead+2 || end > len(data) || (end-blockHead)%2 != 0 {
		return nil, b.corrupt("a directory that ends at %d of %d", end, len(data))
	}
	if b.level > maxLevel {
		return nil, b.corrupt("level %d", b.level)
	}
	b.n = (end - blockHead) / 2
	for i := range b.n {
		if !b.holds(i, end) {
			return nil, b.corrupt("item %d of %d passes the block's end", i, b.n)
		}
	}
	// The first key of a branch stands for minus infinity, whatever it is.
	for i := 1 + int(min(b.level, 1)); i < b.n; i++ {
		if !b.ascends(i) {
			return nil, b.corrupt("item %d of %d is not in order", i, b.n)
		}
	}
	return b, nil
}

func (b *block) part() string { return b.table.String() + " block" }

func (b *block) corrupt(reason string, args ...any) error {
	return corrupt(b.part(), b.offset, reason, args...)
}

// holds reports whether item i lies between the directory's end and the block's.
func (b *block) holds(i, end int) bool {
	off := b.item(i)
	if off < end || off > len(b.data)-leafHead {
		return false
	}
	if b.level > 0 {
		room := len(b.data) - off - branchHead - component
		return room >= 0 && int(b.data[off+branchHead-1]) <= room
	}
	word := binary.BigEndian.Uint16(b.data[off:])
	head := leafHead + int(b.data[off+2])
	if word&flagFirst == 0 {
		head += component
	}
	size := int(word&sizeMask) + sizeExtra
	return head <= size && size <= len(b.data)-off
}

// ascends reports whether item i comes after the one before it.
func (b *block) ascends(i int) bool {
	before, beforePart := b.at(i - 1)
	key, part := b.at(i)
	c := bytes.Compare(before, key)
	return c < 0 || c == 0 && beforePart < part
}

// item returns where item i (0 ≤ i < n) begins.
func (b *block) item(i int) int {
	return int(binary.BigEndian.Uint16(b.data[blockHead+2*i:]))
}

// key returns the key of item i, and where it ends.
func (b *block) key(i int) (key []byte, end int) {
	from := b.item(i) + b.head
	end = from + int(b.data[from-1])
	return b.data[from:end], end
}

// at returns what orders item i: its key, and the number of its component from 1.
func (b *block) at(i int) (key []byte, part uint16) {
	key, end := b.key(i)
	if b.level == 0 && b.flags(i)&flagFirst != 0 {
		return key, 1
	}
	return key, binary.BigEndian.Uint16(b.data[end:])
}

// child returns the block number in item i of a branch.
func (b *block) child(i int) uint32 { return binary.BigEndian.Uint32(b.data[b.item(i):]) }

// flags returns the first word of item i of a leaf.
func (b *block) flags(i int) uint16 { return binary.BigEndian.Uint16(b.data[b.item(i):]) }

// tag returns the data of item i of a leaf, which alias the block.
func (b *block) tag(i int) []byte {
	off := b.item(i)
	word := binary.BigEndian.Uint16(b.data[off:])
	from := off + leafHead + int(b.data[off+2])
	if word&flagFirst == 0 {
		from += component
	}
	end := off + int(word&sizeMask) + sizeExtra
	return b.data[from:end:end]
}

// compare orders item i against the first component of key: below 0 when it comes before.
func (b *block) compare(i int, key []byte) int {
	own, _ := b.key(i)
	if c := bytes.Compare(own, key); c != 0 {
		return c
	}
	_, part := b.at(i)
	return int(part) - 1
}

// find returns the last item that is not after the first component of key. It knows that
// item from is not, or from is -1; so a branch is searched from item 0, and the result of a
// leaf may be -1. From an item in the midst it gallops: the target is mostly close by.
func (b *block) find(key []byte, from int) int {
	lo, step := from, 1
	hi := b.n
	for from > 0 && lo+step < b.n {
		if b.compare(lo+step, key) > 0 {
			hi = lo + step
			break
		}
		lo += step
		step *= 2
	}
	for hi-lo > 1 {
		mid := int(uint(lo+hi) / 2)
		if b.compare(mid, key) <= 0 {
			lo = mid
		} else {
			hi = mid
		}
	}
	return lo
}
