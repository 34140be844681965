package match

import (
	"context"
	"sync"
)

// run is what all nodes of a search share, and the memory they are made of, which searches
// hand on to later ones.
type run struct {
	ctx   context.Context
	src   Source
	err   error
	clock int
	bare  bool // weights are not asked for
	cut   bool // terms of a prefix were left out, as there are too many

	lengths Lengths
	page    []uint32 // lengths from document first on
	first   uint32

	members []memberList // while a synonym is made
	ests    []Estimate

	lists  []Postings // of this search
	spare  []Postings // of earlier ones
	places []*whereabouts
	values []Values
	wdfs   []uint32 // of what a probe finds

	terms    slab[termNode]
	ands     slab[andNode]
	ors      slab[orNode]
	phrases  slab[phraseNode]
	synonyms slab[synonymNode]
	where    slab[whereabouts]
	out      batch
	acc      [windowDocs]float64     // sums of weights in a window, zeros between uses
	set      [windowDocs / 64]uint64 // and which of them count
	best     best
}

// A slab hands out values, and the same ones to the next search, with the memory they hold.
type slab[T any] struct {
	all  []*T
	used int
}

func (s *slab[T]) take() *T {
	if s.used == len(s.all) {
		s.all = append(s.all, new(T))
	}
	s.used++
	return s.all[s.used-1]
}

var runs = sync.Pool{New: func() any { return new(run) }}

// maxSpare bounds what one run keeps of each kind for later searches.
const maxSpare = 256

func newRun(ctx context.Context, src Source) *run {
	r := runs.Get().(*run)
	r.ctx, r.src, r.err, r.clock, r.bare, r.cut = ctx, src, nil, 0, false, false
	r.lengths, r.page, r.first = src.Lengths(ctx), nil, 0
	return r
}

// release gives the run to a later search. Nothing that was made of it may be used then.
func (r *run) release() {
	r.spare = append(r.spare, r.lists...)
	if len(r.spare) > maxSpare {
		clear(r.spare[maxSpare:])
		r.spare = r.spare[:maxSpare]
	}
	clear(r.lists)
	clear(r.values)
	r.ctx, r.src, r.lengths, r.page = nil, nil, nil, nil
	r.lists, r.values, r.places = r.lists[:0], r.values[:0], r.places[:0]
	clear(r.members[:cap(r.members)])
	r.terms.used, r.ands.used, r.ors.used, r.phrases.used, r.synonyms.used, r.where.used = 0, 0, 0, 0, 0, 0
	if len(r.terms.all) <= maxSpare {
		runs.Put(r)
	}
}

// postings opens the list of a term.
func (r *run) postings(term string) (Postings, TermStats, error) {
	var reuse Postings
	if n := len(r.spare); n > 0 {
		reuse, r.spare = r.spare[n-1], r.spare[:n-1]
	}
	p, st, err := r.src.Postings(r.ctx, term, reuse)
	if err != nil {
		return nil, st, err
	}
	r.lists = append(r.lists, p)
	if size := r.src.Size(); everywhere(st, size) {
		return &allDocs{last: size.LastDoc}, st, nil
	}
	return p, st, nil
}

// length returns that of a document.
func (r *run) length(doc uint32) uint32 {
	if i := doc - r.first; i < uint32(len(r.page)) {
		return r.page[i]
	}
	return r.turn(doc)
}

func (r *run) turn(doc uint32) uint32 {
	r.page, r.first = r.lengths.Page(doc)
	return r.page[doc-r.first]
}

// ticks is how much is done between two looks at the context: a document counts one, what
// costs a look-up more.
const ticks = 512

// stopped counts work, and reports whether the search is to end. It is called in every loop.
func (r *run) stopped(work int) bool {
	if r.clock -= work; r.clock > 0 {
		return r.err != nil
	}
	r.clock = ticks
	if r.err == nil {
		r.err = r.ctx.Err()
	}
	return r.err != nil
}

// failed returns what ended the search early.
func (r *run) failed() error {
	if r.err != nil {
		return r.err
	}
	for _, l := range r.lists {
		if err := l.Err(); err != nil {
			return err
		}
	}
	for _, w := range r.places {
		if err := w.p.Err(); err != nil {
			return err
		}
	}
	for _, v := range r.values {
		if err := v.Err(); err != nil {
			return err
		}
	}
	return r.lengths.Err()
}
