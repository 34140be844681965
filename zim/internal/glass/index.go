package glass

import (
	"context"
	"fmt"
	"io"
	"sync/atomic"
)

// Options bounds what an index may cost. The zero value is the default, and so is nil.
type Options struct {
	Cache        *Cache // shared with other indexes; nil means one of its own of 64 MiB
	MaxTag       int    // bytes of a tag, assembled and inflated; 0 means 256 KiB
	MaxMetadata  int    // bytes of a metadata value; 0 means 1 MiB
	MaxPositions int    // positions of a term in a document; 0 means 65536
	ReadAhead    int    // blocks read at once by a cursor that walks; 0 means 32, negative reads none ahead
}

func (o *Options) defaults() {
	set := func(v *int, d int) {
		if *v == 0 {
			*v = d
		}
	}
	set(&o.MaxTag, 256<<10)
	set(&o.MaxMetadata, 1<<20)
	set(&o.MaxPositions, 1<<16)
	set(&o.ReadAhead, 32)
	if o.Cache == nil {
		o.Cache = NewCache(nil)
	}
}

// An Index is an open index. All its methods may be called from many goroutines at once;
// the cursors they return belong to one goroutine each.
type Index struct {
	r    io.ReaderAt
	size int64
	opts Options
	v    *Version

	cache  *Cache
	id     uint64
	trees  [tables]tree
	closed atomic.Bool
}

// A tree is one table. Its root is kept while the index is open.
type tree struct {
	x     *Index
	table Table
	root
	blocks uint32 // block numbers below this lie inside the index
	top    atomic.Pointer[block]
}

// New opens the index that r holds from byte 0 to size. It reads the first 256 bytes only,
// and r as long as the index is used. It fails with [ErrUnsupported], [ErrCorrupt] or an
// I/O error.
func New(ctx context.Context, r io.ReaderAt, size int64, opts *Options) (*Index, error) {
	x := &Index{r: r, size: size}
	if opts != nil {
		x.opts = *opts
	}
	x.opts.defaults()
	x.cache = x.opts.Cache
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	head := make([]byte, max(min(size, versionBytes), 0))
	if err := x.read(head, 0); err != nil {
		return nil, err
	}
	var err error
	if x.v, err = parseVersion(head, size); err != nil {
		return nil, err
	}
	x.id = x.cache.next.Add(1)
	for i := range x.trees {
		t := &x.trees[i]
		t.x, t.table, t.root = x, Table(i), x.v.roots[i]
		if !t.empty {
			t.blocks = uint32(min(uint64(size)/t.blockSize, 1<<32-1))
		}
	}
	return x, nil
}

// Close makes the cache forget the index. What is still read from it may fail with
// [ErrClosed]. It does not close the reader.
func (x *Index) Close() error {
	if x.closed.Swap(true) {
		return ErrClosed
	}
	x.cache.drop(x.id)
	for i := range x.trees {
		x.trees[i].top.Store(nil)
	}
	return nil
}

// Version returns the index's statistics.
func (x *Index) Version() Version { return *x.v }

// DocCount returns the number of documents.
func (x *Index) DocCount() uint32 { return x.v.DocCount }

// LastDocID returns the greatest docid.
func (x *Index) LastDocID() uint32 { return x.v.LastDocID }

// HasPositions reports whether the index knows where in a document its terms stand. Without,
// a phrase cannot be told from its words.
func (x *Index) HasPositions() bool { return !x.trees[Position].empty }

// Has reports whether a table holds anything.
func (x *Index) Has(t Table) bool { return t < tables && !x.trees[t].empty }

// read fills p from off, which the caller has compared with the size.
func (x *Index) read(p []byte, off int64) error {
	n, err := x.r.ReadAt(p, off)
	x.cache.reads.Add(1)
	x.cache.readBytes.Add(uint64(n))
	if n == len(p) {
		return nil
	}
	if err == nil || err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return fmt.Errorf("glass: reading %d bytes at %d: %w", len(p), off, err)
}
