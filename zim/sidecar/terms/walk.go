package terms

import (
	"runtime/debug"

	segment "github.com/blevesearch/scorch_segment_api/v2"
	"github.com/blevesearch/vellum"

	"github.com/openzim-mcp/openzim-mcp/zim/internal/match"
)

// A Walk goes over the terms of a field in the order of bytes. It is for one goroutine.
type Walk struct {
	x    *Index
	f    Field
	it   segment.DictionaryIterator
	term string
	err  error
}

// Walk returns a walk that stands nowhere before its first Seek or Next.
func (x *Index) Walk(f Field) *Walk { return &Walk{x: x, f: f} }

// Term returns the term it stands on.
func (w *Walk) Term() string { return w.term }

// Stats returns what the index says of that, zeros after an error. The counts that bleve's own iterator gives are not right
// behind a term of one document.
func (w *Walk) Stats() match.TermStats {
	st, err := w.x.Term(w.f, w.term)
	if err != nil && w.err == nil {
		w.err = err
	}
	return st
}

// Err returns what ended the walk early.
func (w *Walk) Err() error { return w.err }

// Seek moves to the first term that is not before from, forward or back.
func (w *Walk) Seek(from string) bool {
	defer w.contain(faults())
	if w.err != nil {
		return false
	}
	dict, err := w.x.seg.Dictionary(fieldNames[w.f])
	if err != nil {
		w.err = asDamage(err)
		return false
	}
	w.it = dict.AutomatonIterator(&vellum.AlwaysMatch{}, []byte(from), nil)
	return w.next()
}

// Next moves to the next term.
func (w *Walk) Next() bool {
	if w.it == nil {
		return w.Seek("")
	}
	defer w.contain(faults())
	return w.err == nil && w.next()
}

func (w *Walk) next() bool {
	e, err := w.it.Next()
	if err != nil {
		w.err = asDamage(err)
	}
	if err != nil || e == nil {
		return false
	}
	w.term = e.Term
	return true
}

func (w *Walk) contain(faults bool) {
	debug.SetPanicOnFault(faults)
	if r := recover(); r != nil {
		w.err = panicked(r)
	}
}
