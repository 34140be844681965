package glass

import (
	"context"
	"math"
	"math/bits"
)

// Positions reads where in documents a term stands. It is for ascending docids, mostly
// close together, and for one goroutine. Errors stick.
type Positions struct {
	x    *Index
	c    cursor
	err  error
	key  []byte // what the term's keys begin with
	list []uint32
	buf  []byte
}

// Positions returns a reader of a term's positions. reuse may be nil, or one that is not
// needed any more. ctx holds for all that is read through the result.
func (x *Index) Positions(ctx context.Context, term []byte, reuse *Positions) *Positions {
	p := reuse
	if p == nil {
		p = new(Positions)
	}
	*p = Positions{x: x, key: p.key[:0], list: p.list, buf: p.buf}
	p.c.init(ctx, &x.trees[Position])
	p.key = append(appendEscaped(p.key, term), 0)
	return p
}

// At returns the term's positions in a document, ascending; none where it is not stored
// with positions, and after an error. They are good until the next call.
func (p *Positions) At(doc uint32) []uint32 {
	if p.err != nil {
		return nil
	}
	key := appendSortable(p.key, uint64(doc))
	p.key = key[:len(p.key)]
	if len(key) > maxKey {
		return nil
	}
	exact, err := p.c.seek(key)
	if err != nil || !exact {
		p.err = err
		return nil
	}
	at := p.c.offset()
	tag, err := p.c.tag(&p.buf, p.x.opts.MaxTag)
	if err != nil {
		p.err = err
		return nil
	}
	list, err := appendPositions(p.list[:0], tag, p.x.opts.MaxPositions, at)
	if err != nil {
		p.err = err
		return nil
	}
	p.list = list
	return list
}

// Err returns what kept positions from being read.
func (p *Positions) Err() error { return p.err }

// appendPositions decodes a tag of the position table (doc.go, Positions): at most limit of
// them. at is where the tag lies, for messages.
func appendPositions(dst []uint32, tag []byte, limit int, at int64) ([]uint32, error) {
	u := unpacker{b: tag}
	last := u.varint()
	if u.bad || last > math.MaxUint32 {
		return dst, corrupt("positions", at, "the last position is cut off or above 32 bits")
	}
	if len(u.b) == 0 {
		return append(dst, uint32(last)), nil
	}
	r := bitReader{b: u.b}
	if last == 0 {
		return dst, corrupt("positions", at, "more than one position, the last is 0")
	}
	first := r.decode(last)
	n := r.decode(last-first) + 2
	if r.short {
		return dst, corrupt("positions", at, "the bits end too early")
	}
	if n > uint64(limit) {
		return dst, &Error{Offset: at, Part: "positions", Reason: "more positions than the limit", Kind: ErrTooLarge}
	}
	from := len(dst)
	for range n {
		dst = append(dst, 0)
	}
	list := dst[from:]
	list[0], list[n-1] = uint32(first), uint32(last)
	r.interpolate(list)
	if r.short {
		return dst[:from], corrupt("positions", at, "the bits end too early")
	}
	return dst, nil
}

// A bitReader reads bits, the least significant of each byte first. When they end it gives
// zeros and is short.
type bitReader struct {
	b     []byte
	word  uint64
	have  int // bits in word
	short bool
}

// read returns the next n bits (n ≤ 32).
func (r *bitReader) read(n int) uint64 {
	for r.have < n {
		if len(r.b) == 0 {
			r.short = true
			return 0
		}
		r.word |= uint64(r.b[0]) << r.have
		r.b = r.b[1:]
		r.have += 8
	}
	v := r.word & (1<<n - 1)
	r.word >>= n
	r.have -= n
	return v
}

// decode reads a number below m (1 ≤ m ≤ 2³²). Those in the middle of the range are the
// likely ones, and take one bit less than the others.
func (r *bitReader) decode(m uint64) uint64 {
	width := bits.Len64(m - 1)
	spare := uint64(1)<<width - m
	if spare == 0 {
		return r.read(width)
	}
	mid := (m - spare) / 2
	v := r.read(width - 1)
	if v < mid && r.read(1) == 1 {
		v += mid + spare
	}
	return v
}

// interpolate fills list between its first and its last, which are known. Each position is
// stored relative to what its neighbours leave possible, so they ascend whatever the bits.
func (r *bitReader) interpolate(list []uint32) {
	for len(list) > 2 && !r.short {
		mid := (len(list) - 1) / 2
		low := uint64(list[0]) + uint64(mid)
		room := uint64(list[len(list)-1]) - uint64(list[0]) - uint64(len(list)-1) + 1
		list[mid] = uint32(low + r.decode(room))
		r.interpolate(list[:mid+1])
		list = list[mid:]
	}
}
