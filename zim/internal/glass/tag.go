package glass

import (
	"bytes"
	"compress/flate"
	"fmt"
	"io"
	"sync"
)

// tag returns the data of the entry the cursor stands on. In one item and not compressed,
// as nearly always, they alias the block; otherwise they are put together in *buf, which
// grows to at most limit bytes. The cursor then stands on the tag's last item.
func (c *cursor) tag(buf *[]byte, limit int) ([]byte, error) {
	flags := c.path[0].b.flags(c.path[0].i)
	tag := c.path[0].b.tag(c.path[0].i)
	if flags&(flagLast|flagCompressed) == flagLast {
		return tag, nil
	}
	if flags&flagLast == 0 {
		var err error
		if tag, err = c.assemble(buf, limit); err != nil {
			return nil, err
		}
	}
	if flags&flagCompressed == 0 {
		return tag, nil
	}
	return c.inflate(tag, buf, limit)
}

// assemble puts a tag's components together in *buf: 1, 2, 3, ... of the same key, all of
// them compressed or none.
func (c *cursor) assemble(buf *[]byte, limit int) ([]byte, error) {
	key, part := c.path[0].b.at(c.path[0].i)
	compressed := c.path[0].b.flags(c.path[0].i) & flagCompressed
	all := append((*buf)[:0], c.path[0].b.tag(c.path[0].i)...)
	for {
		ok, err := c.following()
		if err != nil {
			return nil, err
		}
		leaf := c.path[0]
		next, n := leaf.b.at(leaf.i)
		flags := leaf.b.flags(leaf.i)
		part++
		if !ok || n != part || !bytes.Equal(next, key) || flags&flagCompressed != compressed || flags&flagFirst != 0 {
			return nil, leaf.b.corrupt("component %d of a tag is missing", part)
		}
		if tag := leaf.b.tag(leaf.i); len(tag) > limit-len(all) {
			return nil, c.tooLarge(limit)
		} else {
			all = append(all, tag...)
		}
		*buf = all
		if flags&flagLast != 0 {
			return all, nil
		}
	}
}

func (c *cursor) tooLarge(limit int) error {
	return &Error{Offset: c.offset(), Part: c.t.table.String(), Kind: ErrTooLarge, Reason: fmt.Sprintf("a tag of more than %d bytes", limit)}
}

// An inflater is a decoder with what it needs for its next use.
type inflater struct {
	r   io.ReadCloser
	src bytes.Reader
	out []byte
}

var inflaters = sync.Pool{New: func() any {
	f := new(inflater)
	f.r = flate.NewReader(&f.src)
	return f
}}

// inflate decodes a tag, raw deflate, into *buf. It allocates as data come, not ahead.
func (c *cursor) inflate(tag []byte, buf *[]byte, limit int) ([]byte, error) {
	f := inflaters.Get().(*inflater)
	defer inflaters.Put(f)
	defer f.src.Reset(nil)
	f.src.Reset(tag)
	if err := f.r.(flate.Resetter).Reset(&f.src, nil); err != nil {
		return nil, err
	}
	// Not into *buf: the compressed bytes may stand there.
	out := f.out[:0]
	for {
		if len(out) == cap(out) {
			out = append(out, 0)[:len(out)]
		}
		n, err := f.r.Read(out[len(out):cap(out)])
		out = out[:len(out)+n]
		f.out = out
		if len(out) > limit {
			return nil, c.tooLarge(limit)
		}
		if err == io.EOF {
			*buf = append((*buf)[:0], out...)
			return *buf, nil
		}
		if err != nil {
			return nil, corrupt(c.t.table.String(), c.offset(), "a compressed tag does not inflate: %v", err)
		}
	}
}
