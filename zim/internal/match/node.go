package match

import (
	"context"
	"math"
)

// end is what seek returns behind the last document. No index has so many.
const end = math.MaxUint32

// A node walks the documents that a part of a query matches. One is for one search.
type node interface {
	// seek moves to the first match from doc on, never back, and returns it, or end. It may
	// pass over documents that weigh less than min here, and may return such.
	seek(doc uint32, min float64) uint32
	// weight returns what the document that seek returned last weighs here. It is never
	// more than bound, and less than it should be only if that would be below a min given.
	weight() float64
	bound() float64
}

// A built node, with what is known of it in advance.
type built struct {
	node
	Estimate
}

// run is what all nodes of a search share.
type run struct {
	ctx     context.Context
	src     Source
	lengths Lengths
	broken  []func() error // where an error may be found at the end
	err     error
	clock   int
	places  map[string]*whereabouts
}

// ticks is how many documents are looked at between two looks at the context.
const ticks = 1024

// stopped reports whether the search is to end. It is called in every loop over documents.
func (r *run) stopped() bool {
	if r.clock--; r.clock > 0 {
		return false
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
	for _, err := range r.broken {
		if err := err(); err != nil {
			return err
		}
	}
	return nil
}

// less returns what is left of min when others weigh as much as they can, and a little less,
// so that a sum rounded down is not taken for one too small.
func less(min, others float64) float64 {
	return float64(min*(1-1e-12)) - others
}

// none matches nothing.
type none struct{}

func (none) seek(uint32, float64) uint32 { return end }
func (none) weight() float64             { return 0 }
func (none) bound() float64              { return 0 }
