package glass

import (
	"context"
	"math"
	"sync"
)

// Data appends a document's data, in archives the path of its entry, to dst. It appends
// nothing where there are none.
func (x *Index) Data(ctx context.Context, doc uint32, dst []byte) ([]byte, error) {
	l := lookups.Get().(*lookup)
	defer l.done()
	l.c.init(ctx, &x.trees[Docdata])
	l.key = appendSortable(l.key[:0], uint64(doc))
	exact, err := l.c.seek(l.key)
	if err != nil || !exact {
		return dst, err
	}
	tag, err := l.c.tag(&l.buf, x.opts.MaxTag)
	return append(dst, tag...), err
}

// A lookup is what it takes to find one entry, for the next to use.
type lookup struct {
	c        cursor
	key, buf []byte
}

var lookups = sync.Pool{New: func() any { return new(lookup) }}

// done gives a lookup back, without what would keep an index in memory.
func (l *lookup) done() {
	l.c = cursor{}
	lookups.Put(l)
}

// DataList walks the data of all documents that have any, by ascending docid. Errors stick.
// It is for one goroutine.
type DataList struct {
	e   *Entries
	doc uint32
}

// DataList returns a walk that begins before docid 1. ctx holds for all that is read.
func (x *Index) DataList(ctx context.Context) *DataList {
	return &DataList{e: x.Entries(ctx, Docdata, nil)}
}

// Next moves to the next document.
func (l *DataList) Next() bool {
	if !l.e.Next() {
		return false
	}
	doc, n := sortable(l.e.Key())
	if n == 0 || n != len(l.e.Key()) || doc > math.MaxUint32 || doc <= uint64(l.doc) {
		return l.e.fail(corrupt("document data", l.e.c.offset(), "a key that is no docid after %d", l.doc))
	}
	l.doc = uint32(doc)
	return true
}

// DocID returns whose data it stands on.
func (l *DataList) DocID() uint32 { return l.doc }

// Bytes returns the data, good until the next call; nil after an error.
func (l *DataList) Bytes() []byte { return l.e.Tag() }

// Err returns what ended the walk early.
func (l *DataList) Err() error { return l.e.err }
