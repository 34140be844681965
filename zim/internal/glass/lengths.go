package glass

import "context"

const (
	pageBits = 12
	pageSize = 1 << pageBits
	pageMask = pageSize - 1
)

// A page holds the lengths of 4096 docids in a row; 0 for those that do not exist. Pages
// are decoded when first asked for, and stay in the cache as long as it likes.
type page [pageSize]uint32

// noDocuments is the page of all docids behind the last.
var noDocuments page

// Lengths gives the lengths of documents: the sum of the wdf of all their terms. It keeps
// the page of the last one, so ascending docids cost an index into it. Errors stick. It is
// for one goroutine.
type Lengths struct {
	page   *page
	number uint32 // of page

	x    *Index
	ctx  context.Context
	list *Postings
	err  error
}

// Lengths returns a reader of lengths. ctx holds for all that is read through it.
func (x *Index) Lengths(ctx context.Context) *Lengths {
	return &Lengths{x: x, ctx: ctx, page: &noDocuments, number: 1<<32 - 1}
}

// Length returns a document's length; 0 for one that does not exist, and after an error.
func (l *Lengths) Length(doc uint32) uint32 {
	if doc>>pageBits != l.number {
		l.turn(doc >> pageBits)
	}
	return l.page[doc&pageMask]
}

// Err returns what kept a length from being read.
func (l *Lengths) Err() error { return l.err }

// turn fetches a page, or decodes it.
func (l *Lengths) turn(number uint32) {
	l.page, l.number = &noDocuments, number
	if l.err != nil || number > l.x.v.LastDocID>>pageBits {
		return
	}
	k := cacheKey{l.x.id, lengthPages, number}
	s := l.x.cache.shard(k)
	if v := s.get(k); v != nil {
		l.page = v.page
		return
	}
	p := new(page)
	if l.err = l.decode(p, number<<pageBits); l.err != nil {
		return
	}
	l.page = p
	l.x.cache.pages.Add(1)
	v := &kept{key: k, page: p, cost: 4*pageSize + overhead}
	v.revive()
	s.put(l.x, v, l.x.cache.budget.Load())
}

// decode fills a page from the chunks that hold docids from base on. Nothing is allocated
// by what a chunk claims to span.
func (l *Lengths) decode(p *page, base uint32) error {
	if l.list == nil || l.list.over || l.list.doc >= base {
		var err error
		if l.list, err = l.x.Documents(l.ctx, l.list); err != nil {
			return err
		}
	}
	list := l.list
	for ok := list.Seek(base); ok && list.doc-base < pageSize; ok = list.Next() {
		p[list.doc-base] = list.wdf
	}
	return list.err
}

// Page returns the lengths of a row of docids that doc is one of, and the first of them: that
// of doc is lengths[doc-first]. They are good as long as anyone reads them, and not to be
// changed. After an error, and behind the last document, they are zeros.
func (l *Lengths) Page(doc uint32) (lengths []uint32, first uint32) {
	if doc>>pageBits != l.number {
		l.turn(doc >> pageBits)
	}
	return l.page[:], doc &^ pageMask
}
