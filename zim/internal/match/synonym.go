package match

import "math/bits"

// A synonymNode is the documents with any of many terms, which count as one. It gathers the
// wdf of a window of docids from all of them, which is cheaper than to merge their lists
// document by document.
type synonymNode struct {
	run    *run
	g      weigher
	most   float64
	pruned threshold
	lists  []memberList

	sums [windowDocs]uint32 // zeros, but while a window is looked at
	set  [windowDocs / 64]uint64
}

// A memberList is one term of a synonym, and no posting of it is before doc but behind those
// that were gathered.
type memberList struct {
	p   Postings
	doc uint32
}

func newSynonym(r *run, lists []memberList, g weigher, most uint32) *synonymNode {
	s := r.synonyms.take()
	s.run, s.g, s.pruned.min = r, g, 0
	s.lists = append(s.lists[:0], lists...)
	s.most = g.most(most, r.src.Size().Shortest)
	return s
}

func (s *synonymNode) bound() float64 { return s.most }

// gather fills sums and set with the size documents from first on. It returns the first
// docid behind them that a list may have.
func (s *synonymNode) gather(first, size uint32) (next uint32) {
	next = end
	sums, set := s.sums[:size], s.set[:(size+63)/64]
	n := 0
	for i, l := range s.lists {
		if l.doc-first < size || l.doc < first {
			if l.doc = l.p.Add(first, sums, set); i%64 == 63 && s.run.stopped(ticks) {
				l.doc = end
			}
		}
		if l.doc != end {
			next = min(next, l.doc)
			s.lists[n] = l
			n++
		}
	}
	s.run.stopped(n)
	clear(s.lists[n:])
	s.lists = s.lists[:n]
	return next
}

// forget clears what was gathered.
func (s *synonymNode) forget(size uint32) {
	clear(s.sums[:size])
	clear(s.set[:(size+63)/64])
}

func (s *synonymNode) scan(w window, min float64, out *batch) (next uint32) {
	out.reset()
	if min > s.most {
		return end
	}
	if min > 0 {
		s.pruned.raise(min)
	}
	size := w.to - w.from
	next = s.gather(w.from, size)
	for i, word := range s.set[:(size+63)/64] {
		for ; word != 0; word &= word - 1 {
			at := uint32(i*64 + bits.TrailingZeros64(word))
			s.take(w.from+at, s.sums[at], min, out)
		}
	}
	s.forget(size)
	return next
}

func (s *synonymNode) probe(docs []uint32, min float64, out *batch) {
	out.reset()
	if min > s.most || len(docs) == 0 {
		return
	}
	if min > 0 {
		s.pruned.raise(min)
	}
	first := docs[0]
	size := docs[len(docs)-1] - first + 1
	s.gather(first, size)
	for i, doc := range docs {
		if at := doc - first; s.set[at/64]>>(at%64)&1 == 1 && s.take(doc, s.sums[at], min, out) {
			out.at = append(out.at, uint32(i))
		}
	}
	s.forget(size)
}

// take appends a document that weighs enough. Together the terms may seem to occur more
// often than the document is long.
func (s *synonymNode) take(doc, wdf uint32, min float64, out *batch) bool {
	weight := 0.0
	if !s.run.bare {
		length := s.run.length(doc)
		if wdf = minDoc(wdf, length); min > 0 && length >= s.pruned.below(&s.g, wdf) {
			return false
		}
		weight = s.g.part(wdf, length)
	}
	out.docs, out.weights = append(out.docs, doc), append(out.weights, weight)
	return true
}
