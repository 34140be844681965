package match

// whereabouts reads a term's positions, each document's once, for all that want them.
type whereabouts struct {
	p    Positions
	doc  uint32
	list []uint32
}

func (w *whereabouts) at(doc uint32) []uint32 {
	if w.doc != doc {
		w.doc, w.list = doc, w.p.At(doc)
	}
	return w.list
}

// positions returns the reader of a term, which is shared.
func (r *run) positions(term string) *whereabouts {
	w := r.places[term]
	if w == nil {
		w = &whereabouts{p: r.src.Positions(r.ctx, term)}
		r.broken = append(r.broken, w.p.Err)
		r.places[term] = w
	}
	return w
}

// A phraseNode is the documents of a node in which terms stand where they must.
type phraseNode struct {
	node
	run    *run
	terms  []*whereabouts
	window int
	any    bool // in any order
	lists  [][]uint32
	rest   [][]uint32
	starts []uint32
}

func newPhrase(r *run, of node, q *Query) *phraseNode {
	p := &phraseNode{node: of, run: r, window: q.Window, any: q.Op == OpNear}
	for _, t := range q.Parts {
		p.terms = append(p.terms, r.positions(t.Term))
	}
	p.lists = make([][]uint32, len(p.terms))
	p.rest = make([][]uint32, len(p.terms))
	return p
}

func (p *phraseNode) seek(doc uint32, min float64) uint32 {
	for !p.run.stopped() {
		doc = p.node.seek(doc, min)
		if doc == end || (!(min > 0) || p.node.weight() >= min) && p.matches(doc) {
			return doc
		}
		doc++
	}
	return end
}

// matches reads the positions of the terms, no more of them than it takes to say no.
func (p *phraseNode) matches(doc uint32) bool {
	p.run.clock -= len(p.terms) * 4 // each costs a look-up
	if !p.any && p.window == len(p.terms) {
		return p.adjacent(doc)
	}
	for i, t := range p.terms {
		if p.lists[i] = t.at(doc); len(p.lists[i]) == 0 {
			return false
		}
	}
	if p.any {
		return near(p.lists, p.rest, p.window)
	}
	return inOrder(p.lists, p.rest, p.window)
}

// adjacent reports whether term i stands i words behind term 0 somewhere. It keeps where a
// row of all terms looked at so far begins.
func (p *phraseNode) adjacent(doc uint32) bool {
	p.starts = append(p.starts[:0], p.terms[0].at(doc)...)
	for i := 1; i < len(p.terms) && len(p.starts) > 0; i++ {
		list := p.terms[i].at(doc)
		kept := p.starts[:0]
		for _, start := range p.starts {
			for len(list) > 0 && uint64(list[0]) < uint64(start)+uint64(i) {
				list = list[1:]
			}
			if len(list) > 0 && uint64(list[0]) == uint64(start)+uint64(i) {
				kept = append(kept, start)
			}
		}
		p.starts = kept
	}
	return len(p.starts) > 0
}

// inOrder reports whether the terms stand one behind the other within window words. rest is
// space for as many lists.
func inOrder(lists, rest [][]uint32, window int) bool {
	copy(rest, lists)
	for _, first := range lists[0] {
		at := first
		for i := 1; i < len(rest); i++ {
			for len(rest[i]) > 0 && rest[i][0] <= at {
				rest[i] = rest[i][1:] // no later start needs it either
			}
			if len(rest[i]) == 0 {
				return false
			}
			at = rest[i][0]
		}
		if uint64(at)-uint64(first) < uint64(window) {
			return true
		}
	}
	return false
}

// near reports whether the terms stand within window words, each in a place of its own.
func near(lists, rest [][]uint32, window int) bool {
	copy(rest, lists)
	for {
		least, low, high := 0, rest[0][0], rest[0][0]
		for i, l := range rest {
			if l[0] < low {
				least, low = i, l[0]
			}
			high = max(high, l[0])
		}
		if uint64(high)-uint64(low) < uint64(window) && apart(rest) {
			return true
		}
		if rest[least] = rest[least][1:]; len(rest[least]) == 0 {
			return false
		}
	}
}

// apart reports whether no two lists begin with the same position.
func apart(lists [][]uint32) bool {
	for i, a := range lists {
		for _, b := range lists[:i] {
			if a[0] == b[0] {
				return false
			}
		}
	}
	return true
}
