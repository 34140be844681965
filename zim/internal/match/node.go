package match

import (
	"math"
	"slices"
)

// end is behind the last document. No index has so many.
const end = math.MaxUint32

// windowDocs is how many docids a search looks at in one go. It is large enough that what a
// list costs is the decoding of its postings, not the calls, and small enough that what is
// known of a window stays in the processor's cache.
const windowDocs = 2048

// A window is the docids from from on and before to, at most windowDocs of them.
type window struct{ from, to uint32 }

// A batch is documents of one window, ascending, and what they weigh.
type batch struct {
	docs    []uint32
	weights []float64
	at      []uint32 // of each document that was asked for, its place among those
}

func (b *batch) reset() {
	b.docs, b.weights, b.at = b.docs[:0], b.weights[:0], b.at[:0]
}

// keep leaves the documents at the places that ok approves.
func (b *batch) keep(ok func(i int) bool) {
	n := 0
	for i := range b.docs {
		if ok(i) {
			b.move(n, i)
			n++
		}
	}
	b.cut(n)
}

func (b *batch) move(to, from int) {
	b.docs[to], b.weights[to] = b.docs[from], b.weights[from]
	if len(b.at) > 0 {
		b.at[to] = b.at[from]
	}
}

func (b *batch) cut(n int) {
	b.docs, b.weights = b.docs[:n], b.weights[:n]
	b.at = b.at[:min(n, len(b.at))]
}

// atLeast drops documents that weigh less than min even if more is added.
func (b *batch) atLeast(min, more float64) {
	if min = less(min, more); !(min > 0) {
		return
	}
	n := 0
	for i, w := range b.weights {
		if w >= min {
			b.move(n, i)
			n++
		}
	}
	b.cut(n)
}

// meet leaves the documents that are in other too, which was asked for them, and adds what
// they weigh there.
func (b *batch) meet(other *batch) {
	for n, i := range other.at {
		b.move(n, int(i))
		b.weights[n] += other.weights[n]
	}
	b.cut(len(other.at))
}

// plus adds what documents weigh in other, which was asked for them.
func (b *batch) plus(other *batch) {
	for n, i := range other.at {
		b.weights[i] += other.weights[n]
	}
}

// without drops the documents that are in other, which was asked for them.
func (b *batch) without(other *batch) {
	rest := other.at
	b.keep(func(i int) bool {
		if len(rest) > 0 && rest[0] == uint32(i) {
			rest = rest[1:]
			return false
		}
		return true
	})
}

// A node is the documents that a part of a query matches. It is asked for one window after
// the other, each at most once, by scan or by probe; windows may be left out. One is for one
// search.
//
// Documents that weigh less than min here may be left out, and such may be given, then
// perhaps with less than they weigh. min does not fall from window to window.
type node interface {
	// scan fills out with the matches in w, and returns a docid before which no other
	// match comes behind w, or end.
	scan(w window, min float64, out *batch) (next uint32)
	// probe fills out with those of docs, which ascend within one window, that match.
	probe(docs []uint32, min float64, out *batch)
	// bound is not less than any document weighs here.
	bound() float64
}

// A built node, with what is known of it in advance.
type built struct {
	node
	Estimate
}

// less returns what is left of min when others weigh as much as they can, and a little less,
// so that a sum rounded down is not taken for one too small.
func less(min, others float64) float64 {
	return float64(min*(1-1e-12)) - others
}

// none matches nothing.
type none struct{}

func (none) scan(_ window, _ float64, out *batch) uint32 { out.reset(); return end }
func (none) probe(_ []uint32, _ float64, out *batch)     { out.reset() }
func (none) bound() float64                              { return 0 }

// grown returns s with room for n more.
func grown[T any](s []T, n int) []T { return slices.Grow(s, n) }
