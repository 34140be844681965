package match

import "slices"

// whereabouts reads a term's positions for all parts of a query that want them. It keeps
// those of the documents of a window, which one part looks at behind the other.
type whereabouts struct {
	term string
	p    Positions
	docs []uint32
	ends []int // of each document's positions in list
	list []uint32
	at   int
}

// of returns the positions in a document.
func (w *whereabouts) of(doc uint32) []uint32 {
	if n := len(w.docs); n == 0 || w.docs[n-1] < doc {
		if n == windowDocs || len(w.list) > 16*windowDocs {
			w.docs, w.ends, w.list = w.docs[:0], w.ends[:0], w.list[:0]
		}
		w.list = append(w.list, w.p.At(doc)...)
		w.docs, w.ends = append(w.docs, doc), append(w.ends, len(w.list))
		w.at = len(w.docs) - 1
	} else if w.docs[w.at] != doc {
		if w.at+1 < n && w.docs[w.at] < doc && w.docs[w.at+1] >= doc {
			w.at++
		} else {
			w.at, _ = slices.BinarySearch(w.docs, doc)
		}
		if w.docs[w.at] != doc { // not kept any more, or passed over before
			return w.p.At(doc)
		}
	}
	from := 0
	if w.at > 0 {
		from = w.ends[w.at-1]
	}
	return w.list[from:w.ends[w.at]]
}

// positions returns the reader of a term, which is shared.
func (r *run) positions(term string) *whereabouts {
	for _, w := range r.places {
		if w.term == term {
			return w
		}
	}
	w := r.where.take()
	w.term, w.p = term, r.src.Positions(r.ctx, term, w.p)
	w.docs, w.ends, w.list, w.at = w.docs[:0], w.ends[:0], w.list[:0], 0
	r.places = append(r.places, w)
	return w
}

// A phraseNode is the documents of a node in which terms stand where they must.
type phraseNode struct {
	of     node
	run    *run
	terms  []*whereabouts
	window int
	any    bool // in any order
	lists  [][]uint32
	rest   [][]uint32
	starts []uint32
}

func newPhrase(r *run, of node, q *Query) *phraseNode {
	p := r.phrases.take()
	p.of, p.run, p.window, p.any = of, r, q.Window, q.Op == OpNear
	p.terms = p.terms[:0]
	for _, t := range q.Parts {
		p.terms = append(p.terms, r.positions(t.Term))
	}
	p.lists = grown(p.lists[:0], len(p.terms))[:len(p.terms)]
	p.rest = grown(p.rest[:0], len(p.terms))[:len(p.terms)]
	return p
}

func (p *phraseNode) bound() float64 { return p.of.bound() }

func (p *phraseNode) scan(w window, min float64, out *batch) (next uint32) {
	next = p.of.scan(w, min, out)
	p.look(min, out)
	return next
}

func (p *phraseNode) probe(docs []uint32, min float64, out *batch) {
	p.of.probe(docs, min, out)
	p.look(min, out)
}

// look leaves the documents that weigh enough and have the terms in place.
func (p *phraseNode) look(min float64, out *batch) {
	n := 0
	for i, doc := range out.docs {
		if out.weights[i] < min || p.run.stopped(8*len(p.terms)) || !p.matches(doc) {
			continue
		}
		out.move(n, i)
		n++
	}
	out.cut(n)
}

// matches reads the positions of the terms, no more of them than it takes to say no.
func (p *phraseNode) matches(doc uint32) bool {
	if !p.any && p.window == len(p.terms) {
		return p.adjacent(doc)
	}
	for i, t := range p.terms {
		if p.lists[i] = t.of(doc); len(p.lists[i]) == 0 {
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
	p.starts = append(p.starts[:0], p.terms[0].of(doc)...)
	for i := 1; i < len(p.terms) && len(p.starts) > 0; i++ {
		list := p.terms[i].of(doc)
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
