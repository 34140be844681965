package match

// ahead is how many postings a term that is walked without jumps reads at once.
const ahead = 128

// A termNode is the documents with a term.
type termNode struct {
	docs, wdfs []uint32 // read and not yet passed over, from at on
	at         int
	p          Postings
	run        *run
	g          weigher
	most       float64
	pruned     *threshold // made when first needed
	term       string
	space      [2][ahead]uint32
	batch      int
}

func newTerm(r *run, term string, p Postings, st TermStats, g weigher) *termNode {
	t := &termNode{run: r, term: term, p: p, g: g, batch: 4}
	t.most = g.most(st.MaxWDF, r.src.Size().Shortest)
	r.broken = append(r.broken, p.Err)
	return t
}

func (t *termNode) bound() float64 { return t.most }

func (t *termNode) seek(doc uint32, min float64) uint32 {
	if min > t.most {
		t.docs = nil
		return end
	}
	at := t.reach(doc)
	if !(min > 0) {
		return at
	}
	if t.pruned == nil {
		t.pruned = new(threshold)
	}
	t.pruned.raise(min)
	for at != end && t.run.lengths.Length(at) > t.pruned.longest(&t.g, t.wdfs[t.at]) {
		if t.run.stopped() {
			return end
		}
		at = t.reach(at + 1)
	}
	return at
}

// reach moves to the first posting from doc on.
func (t *termNode) reach(doc uint32) uint32 {
	if n := len(t.docs); n > 0 {
		if t.docs[n-1] >= doc {
			for t.docs[t.at] < doc {
				t.at++
			}
			return t.docs[t.at]
		}
		if t.docs[n-1]+1 == doc {
			return t.refill()
		}
	}
	t.at, t.batch = 0, 4
	if !t.p.Seek(doc) {
		t.docs = nil
		return end
	}
	t.docs, t.wdfs = t.space[0][:1], t.space[1][:1]
	t.docs[0], t.wdfs[0] = t.p.DocID(), t.p.WDF()
	return t.docs[0]
}

// refill reads on behind the last posting, more of them each time.
func (t *termNode) refill() uint32 {
	t.batch = min(2*t.batch, ahead)
	n := t.p.Read(t.space[0][:t.batch], t.space[1][:t.batch])
	t.at, t.docs, t.wdfs = 0, t.space[0][:n], t.space[1][:n]
	if n == 0 {
		return end
	}
	return t.docs[0]
}

// weight of the posting it stands on.
func (t *termNode) weight() float64 {
	return t.g.part(t.wdfs[t.at], t.run.lengths.Length(t.docs[t.at]))
}

// A threshold remembers for each wdf how long a document may be to weigh what it must. Those
// not asked for are not computed.
type threshold struct {
	min   float64
	round uint32
	known [256]uint32 // the round in which long was computed
	long  [256]uint32
}

// raise says that documents now have to weigh min.
func (h *threshold) raise(min float64) {
	if min > h.min {
		h.min = min
		h.round++
	}
}

func (h *threshold) longest(g *weigher, wdf uint32) uint32 {
	if wdf > 255 {
		return end
	}
	if h.known[wdf] != h.round {
		h.known[wdf], h.long[wdf] = h.round, g.longest(wdf, h.min)
	}
	return h.long[wdf]
}
