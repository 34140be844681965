package match

import "slices"

// ahead is how many postings a term reads at once.
const ahead = 256

// A termNode is the documents with a term.
type termNode struct {
	run    *run
	p      Postings
	g      weigher
	most   float64
	pruned threshold

	docs, wdfs []uint32 // read and not yet passed over, from at on
	at         int
	size       int // of the next read: small behind a jump
	space      [2][ahead]uint32
}

func newTerm(r *run, p Postings, st TermStats, g weigher) *termNode {
	t := r.terms.take()
	t.run, t.p, t.g = r, p, g
	t.most = g.most(st.MaxWDF, r.src.Size().Shortest)
	t.pruned.min, t.docs, t.wdfs, t.at, t.size = 0, nil, nil, 0, 0
	return t
}

func (t *termNode) bound() float64 { return t.most }

func (t *termNode) scan(w window, min float64, out *batch) (next uint32) {
	out.reset()
	if min > t.most || !t.reach(w.from) {
		return end
	}
	prune := min > 0
	if prune {
		t.pruned.raise(min)
	}
	for {
		docs, wdfs := t.before(w.to)
		switch {
		case prune:
			t.choose(docs, wdfs, out)
		case t.run.bare:
			out.docs = append(out.docs, docs...)
		default:
			out.docs = append(out.docs, docs...)
			for i, doc := range docs {
				out.weights = append(out.weights, t.g.part(wdfs[i], t.run.length(doc)))
			}
		}
		if t.at < len(t.docs) {
			break
		}
		if !t.refill() {
			next = end
			break
		}
	}
	if t.run.bare {
		out.weights = zeros(out.weights, len(out.docs))
	}
	if next == end {
		return end
	}
	return t.docs[t.at]
}

// zeros returns n weights of documents whose weight is not asked for.
func zeros(w []float64, n int) []float64 {
	w = grown(w[:0], n)[:n]
	clear(w)
	return w
}

// before passes over what was read of the postings before a docid, and returns it.
func (t *termNode) before(doc uint32) (docs, wdfs []uint32) {
	from, n := t.at, len(t.docs)
	if t.at = n; t.docs[n-1] >= doc {
		i, _ := slices.BinarySearch(t.docs[from:], doc)
		t.at = from + i
	}
	return t.docs[from:t.at], t.wdfs[from:t.at]
}

// choose appends the documents that are short enough. Of a long list this is all that most
// postings cost, besides being decoded.
func (t *termNode) choose(docs, wdfs []uint32, out *batch) {
	page, first, limits := t.run.page, t.run.first, &t.pruned.limit
	for i, doc := range docs {
		at := doc - first
		if at >= uint32(len(page)) {
			t.run.turn(doc)
			page, first = t.run.page, t.run.first
			at = doc - first
		}
		length, wdf := page[at], wdfs[i]
		limit := uint32(0)
		if wdf < uint32(len(limits)) {
			limit = limits[wdf]
		}
		if limit == 0 {
			limit = t.pruned.learn(&t.g, wdf)
		}
		if length < limit {
			out.docs = append(out.docs, doc)
			out.weights = append(out.weights, t.g.part(wdf, length))
		}
	}
}

// reach makes the first posting from doc on the next one.
func (t *termNode) reach(doc uint32) bool {
	if n := len(t.docs); t.at < n && t.docs[n-1] >= doc {
		for t.docs[t.at] < doc {
			t.at++
		}
		return true
	}
	t.at = 0
	if !t.p.Seek(doc) {
		t.docs, t.wdfs = nil, nil
		return false
	}
	t.docs, t.wdfs = t.space[0][:1], t.space[1][:1]
	t.docs[0], t.wdfs[0] = t.p.DocID(), t.p.WDF()
	t.size = 8
	return true
}

// refill reads on behind the last posting, more of them each time.
func (t *termNode) refill() bool {
	if t.run.stopped(t.size) {
		t.docs = nil
		return false
	}
	t.size = min(4*t.size, ahead)
	n := t.p.Read(t.space[0][:t.size], t.space[1][:t.size])
	t.at, t.docs, t.wdfs = 0, t.space[0][:n], t.space[1][:n]
	return n > 0
}

func (t *termNode) probe(docs []uint32, min float64, out *batch) {
	out.reset()
	if min > t.most || len(docs) == 0 {
		return
	}
	t.weigh(docs, t.find(docs, out), out)
}

// find stores at out.at which of docs have the term, and returns how often they do, until the
// next find of any term.
func (t *termNode) find(docs []uint32, out *batch) (wdfs []uint32) {
	n, i := len(docs), 0
	out.at = grown(out.at[:0], n)[:n]
	wdfs = grown(t.run.wdfs[:0], n)[:n]
	t.run.wdfs = wdfs
	found := 0
	for ; i < n && t.at < len(t.docs) && docs[i] <= t.docs[len(t.docs)-1]; i++ { // in what was read ahead
		for t.docs[t.at] < docs[i] {
			t.at++
		}
		if t.docs[t.at] == docs[i] {
			out.at[found], wdfs[found] = uint32(i), t.wdfs[t.at]
			found++
		}
	}
	if i < n {
		t.docs, t.wdfs = nil, nil
		more := t.p.Meet(docs[i:], out.at[found:], wdfs[found:])
		for k := range more {
			out.at[found+k] += uint32(i)
		}
		found += more
	}
	out.at = out.at[:found]
	t.run.stopped(n)
	return wdfs[:found]
}

// weigh completes what was found at out.at.
func (t *termNode) weigh(docs, wdfs []uint32, out *batch) {
	n := len(wdfs)
	out.docs = grown(out.docs, n)[:n]
	if t.run.bare {
		out.weights = zeros(out.weights, n)
		for k, i := range out.at {
			out.docs[k] = docs[i]
		}
		return
	}
	out.weights = grown(out.weights, n)[:n]
	for k, i := range out.at {
		out.docs[k] = docs[i]
		out.weights[k] = t.g.part(wdfs[k], t.run.length(docs[i]))
	}
}

// A threshold remembers for each wdf how short a document has to be to weigh what it must.
// Those not asked for are not computed.
type threshold struct {
	min   float64
	limit [256]uint32 // lengths that are too long, from this on; 0 is not yet known
}

// raise says that documents now have to weigh min, which is above 0.
func (h *threshold) raise(min float64) {
	if h.min == 0 || min > h.min {
		h.min = min
		clear(h.limit[:])
	}
}

// below returns the least length that is too long for wdf.
func (h *threshold) below(g *weigher, wdf uint32) uint32 {
	if wdf < uint32(len(h.limit)) {
		if limit := h.limit[wdf]; limit != 0 {
			return limit
		}
	}
	return h.learn(g, wdf)
}

func (h *threshold) learn(g *weigher, wdf uint32) uint32 {
	if wdf >= uint32(len(h.limit)) {
		return end
	}
	limit := g.longest(wdf, h.min)
	if limit < end { // a length of end would be its own limit; there is none
		limit++
	}
	h.limit[wdf] = limit
	return limit
}
