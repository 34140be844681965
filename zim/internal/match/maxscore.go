package match

import (
	"context"
	"math"
	"math/bits"
	"slices"
)

// An OrTerm is one of the terms of which a document needs only one.
type OrTerm struct {
	Term   string
	Weight float64 // what the term adds where it is as frequent as can be, above 0: for BM25 the idf times k1 + 1
}

// An OrSearch finds the best documents with any of some terms. A document weighs the sum, in
// the order of the terms, of Weight · wdf / (wdf + K1 · (1 - B + B · norm)), norm being its
// length as a share of Average, but at least MinNorm.
type OrSearch struct {
	Limit   int     // how many of the best are wanted; 0 or less wants none
	Norm    BM25    // K1, B and MinNorm
	Average float64 // length of documents, of all archives that are searched together; 0 means of this index
	// Keep says whether a document may be found; nil keeps all. It is asked only for documents
	// that are heavy enough.
	Keep func(doc uint32) bool
	// Before says whether of two documents with the same weight a comes first. It must be an
	// order. With nil the lower docid comes first, and more can be passed over.
	Before func(a, b uint32) bool
	// Workers is into how many parts the docids are divided, each with a goroutine of its own;
	// below 2 there is none. What is found is the same. Keep and Before must allow it.
	Workers int
}

// OrFound is what an [OrSearch] found.
type OrFound struct {
	Hits  []Hit  // best first
	Seen  uint64 // documents with a term that were looked at, whether or not Keep keeps them
	Exact bool   // those were all; else some were passed over that could not be among the best
}

// Bound returns what no document can weigh more than by a term alone.
func (s *OrSearch) Bound(weight float64, st TermStats, size Size) float64 {
	if st.TF == 0 {
		return 0
	}
	g := s.weigher(weight, size)
	return g.most(st.MaxWDF, size.Shortest)
}

func (s *OrSearch) weigher(weight float64, size Size) weigher {
	g := weigher{w: weight, k1: s.Norm.K1, b: s.Norm.B, rest: 1 - s.Norm.B, average: s.Average, min: s.Norm.MinNorm}
	if g.average == 0 && size.Docs > 0 {
		g.average = float64(size.Length) / float64(size.Docs)
	}
	if g.average > 0 {
		g.reciprocal = 1 / g.average
	}
	return g
}

// Find returns the best documents. What it returns depends on the index and s alone. It stops
// early with ctx's error, or one of the index.
func (s *OrSearch) Find(ctx context.Context, src Source, terms []OrTerm) (OrFound, error) {
	if s.Limit <= 0 || len(terms) == 0 {
		return OrFound{Exact: s.Limit > 0}, ctx.Err()
	}
	if s.Workers < 2 {
		return s.find(ctx, src, terms, window{1, end}, new(floor))
	}
	return s.split(ctx, src, terms)
}

func (s *OrSearch) find(ctx context.Context, src Source, terms []OrTerm, in window, shared *floor) (OrFound, error) {
	r := newRun(ctx, src)
	defer r.release()
	m := maxScore{OrSearch: s, run: r, shared: shared, found: OrFound{Exact: true}}
	if err := m.open(terms); err != nil {
		return OrFound{}, err
	}
	m.walk(in)
	if err := r.failed(); err != nil {
		return OrFound{}, err
	}
	return m.found, nil
}

// A maxScore is such a search under way. Of its terms, by ascending bound, the first need not
// be followed: a document that has only those cannot be among the best.
type maxScore struct {
	*OrSearch
	run    *run
	given  []*orTerm // in the order of addition
	terms  []*orTerm // by ascending bound
	sums   []float64 // of the bounds of the first i terms
	need   int       // terms before this one are not followed
	min    float64   // what a document has to weigh
	shared *floor
	found  OrFound
}

// An orTerm is a term of a maxScore.
type orTerm struct {
	*termNode
	here, wdf []uint32 // postings in the window: all of a term that is followed, else those met
	at        int
}

func (m *maxScore) open(terms []OrTerm) error {
	size := m.run.src.Size()
	for _, t := range terms {
		p, st, err := m.run.postings(t.Term)
		if err != nil {
			return err
		}
		if st.TF > 0 && t.Weight > 0 {
			m.given = append(m.given, &orTerm{termNode: newTerm(m.run, p, st, m.weigher(t.Weight, size))})
		}
	}
	m.terms = slices.Clone(m.given)
	slices.SortStableFunc(m.terms, func(a, b *orTerm) int {
		switch {
		case a.most < b.most:
			return -1
		case a.most > b.most:
			return 1
		}
		return 0
	})
	m.sums = make([]float64, len(m.terms)+1)
	for i, t := range m.terms {
		m.sums[i+1] = m.sums[i] + t.most
	}
	return nil
}

// walk goes through the docids of a range.
func (m *maxScore) walk(in window) {
	for from, size := in.from, uint32(firstWindow); from < in.to && !m.run.stopped(1); {
		m.raise()
		if m.need == len(m.terms) {
			return
		}
		w := window{from, from + min(size, in.to-from)}
		next := m.followed(w)
		m.others()
		m.settle()
		if len(m.found.Hits) == m.Limit || len(m.run.out.docs) < firstWindow {
			size = min(2*size, windowDocs)
		}
		from = max(next, w.to)
	}
}

// raise takes over what others found, and follows fewer terms.
func (m *maxScore) raise() {
	m.min = max(m.min, m.shared.load())
	for m.need < len(m.terms) && m.sums[m.need+1] < less(m.min, 0) {
		m.need++
		m.found.Exact = false
	}
}

// followed fills the candidates with the documents of the terms that are followed, and with
// what these weigh, and returns a docid before which none of them has a posting.
func (m *maxScore) followed(w window) (next uint32) {
	next = end
	for i, t := range m.terms {
		if t.here, t.wdf, t.at = t.here[:0], t.wdf[:0], 0; i >= m.need {
			next = minDoc(next, t.list(w))
		}
	}
	m.run.out.reset()
	if m.need == len(m.terms)-1 {
		m.lead()
		return next
	}
	for _, t := range m.terms[m.need:] {
		for i, doc := range t.here {
			at := doc - w.from
			m.run.acc[at] += t.g.part(t.wdf[i], m.run.length(doc))
			m.run.set[at/64] |= 1 << (at % 64)
		}
	}
	size := w.to - w.from
	enough := less(m.min, m.sums[m.need])
	for i, word := range m.run.set[:(size+63)/64] {
		m.found.Seen += uint64(bits.OnesCount64(word))
		for ; word != 0; word &= word - 1 {
			at := uint32(i*64 + bits.TrailingZeros64(word))
			if weight := m.run.acc[at]; weight >= enough {
				m.run.out.docs, m.run.out.weights = append(m.run.out.docs, w.from+at), append(m.run.out.weights, weight)
			}
			m.run.acc[at] = 0
		}
		m.run.set[i] = 0
	}
	return next
}

// lead is for the last term that is followed. What the others can add at most is known, so
// that documents are passed over by their length alone.
func (m *maxScore) lead() {
	t := m.terms[m.need]
	m.found.Seen += uint64(len(t.here))
	enough := less(m.min, m.sums[m.need])
	prune := enough > 0
	if prune {
		t.pruned.raise(enough)
	}
	for i, doc := range t.here {
		length := m.run.length(doc)
		if prune && length >= t.pruned.below(&t.g, t.wdf[i]) {
			continue
		}
		m.run.out.docs, m.run.out.weights = append(m.run.out.docs, doc), append(m.run.out.weights, t.g.part(t.wdf[i], length))
	}
}

// others asks the terms that are not followed, from the greatest bound down, for the
// candidates that are left.
func (m *maxScore) others() {
	for i := m.need - 1; i >= 0 && len(m.run.out.docs) > 0; i-- {
		if m.run.out.atLeast(m.min, m.sums[i+1]); len(m.run.out.docs) == 0 {
			return
		}
		m.terms[i].met(&m.run.out)
	}
}

// settle weighs the candidates exactly, and keeps the best.
func (m *maxScore) settle() {
	m.run.out.atLeast(m.min, 0)
	for _, doc := range m.run.out.docs {
		if m.run.stopped(len(m.given)) {
			return
		}
		sum := 0.0
		for _, t := range m.given {
			if wdf := t.in(doc); wdf > 0 {
				sum += t.g.part(wdf, m.run.length(doc))
			}
		}
		if sum >= m.min && (m.Keep == nil || m.Keep(doc)) {
			m.offer(Hit{doc, sum})
		}
	}
}

func (m *maxScore) offer(h Hit) {
	hits := m.found.Hits
	at, _ := slices.BinarySearchFunc(hits, h, m.compare)
	if len(hits) == m.Limit {
		if at == m.Limit {
			return
		}
		hits = hits[:m.Limit-1]
	}
	m.found.Hits = slices.Insert(hits, at, h)
	if len(m.found.Hits) < m.Limit {
		return
	}
	least := m.found.Hits[m.Limit-1].Weight
	m.shared.raise(least)
	if m.Before == nil { // a later document with the same weight comes behind
		least = math.Nextafter(least, math.Inf(1))
	}
	m.min = max(m.min, least)
}

// compare orders hits, the better first.
func (s *OrSearch) compare(a, b Hit) int {
	switch {
	case a.Weight > b.Weight:
		return -1
	case a.Weight < b.Weight:
		return 1
	case s.Before != nil && s.Before(a.Doc, b.Doc):
		return -1
	case s.Before != nil && s.Before(b.Doc, a.Doc):
		return 1
	case a.Doc < b.Doc:
		return -1
	case a.Doc > b.Doc:
		return 1
	}
	return 0
}

// list reads the postings in w, and returns a docid before which there is none behind.
func (t *orTerm) list(w window) (next uint32) {
	if !t.reach(w.from) {
		return end
	}
	for {
		docs, wdfs := t.before(w.to)
		t.here, t.wdf = append(t.here, docs...), append(t.wdf, wdfs...)
		if t.termNode.at < len(t.docs) {
			return t.docs[t.termNode.at]
		}
		if !t.refill() {
			return end
		}
	}
}

// met adds what the candidates that have the term weigh by it.
func (t *orTerm) met(cands *batch) {
	wdfs := t.find(cands.docs, cands)
	for k, i := range cands.at {
		doc := cands.docs[i]
		t.here, t.wdf = append(t.here, doc), append(t.wdf, wdfs[k])
		cands.weights[i] += t.g.part(wdfs[k], t.run.length(doc))
	}
	cands.at = cands.at[:0]
}

// in returns how often a document of the window holds the term. Documents ascend.
func (t *orTerm) in(doc uint32) uint32 {
	for t.at < len(t.here) && t.here[t.at] < doc {
		t.at++
	}
	if t.at < len(t.here) && t.here[t.at] == doc {
		return t.wdf[t.at]
	}
	return 0
}
