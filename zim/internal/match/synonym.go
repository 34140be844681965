package match

const (
	windowDocs  = 2048 // docids that a synonym gathers at once when it is walked
	windowFirst = 32   // and after a jump
)

// A synonymNode is the documents with any of many terms, which count as one. It gathers the
// wdf of a window of docids from all of them, which is cheaper than to merge their lists
// document by document.
type synonymNode struct {
	run    *run
	g      weigher
	most   float64
	pruned *threshold
	lists  []memberList

	base, size uint32 // the window, from base on
	at         uint32 // where it stands in it
	sums       [windowDocs]uint32
}

// A memberList is one term of a synonym and where it stands.
type memberList struct {
	p   Postings
	doc uint32
}

func newSynonym(r *run, lists []memberList, g weigher, most uint32) *synonymNode {
	for _, l := range lists {
		r.broken = append(r.broken, l.p.Err)
	}
	return &synonymNode{run: r, g: g, lists: lists, most: g.most(most, r.src.Size().Shortest)}
}

func (s *synonymNode) bound() float64 { return s.most }

// wdf returns that of the document it stands on. Together the terms may seem more than the
// document is long.
func (s *synonymNode) wdf(length uint32) uint32 { return min(s.sums[s.at], length) }

func (s *synonymNode) weight() float64 {
	length := s.run.lengths.Length(s.base + s.at)
	return s.g.part(s.wdf(length), length)
}

func (s *synonymNode) seek(doc uint32, min float64) uint32 {
	if min > s.most {
		return end
	}
	if min > 0 && s.pruned == nil {
		s.pruned = new(threshold)
	}
	if min > 0 {
		s.pruned.raise(min)
	}
	for ; ; doc++ {
		if doc = s.reach(doc); doc == end || !(min > 0) {
			return doc
		}
		length := s.run.lengths.Length(doc)
		if length <= s.pruned.longest(&s.g, s.wdf(length)) {
			return doc
		}
		if s.run.stopped() {
			return end
		}
	}
}

// reach moves to the first document from doc on.
func (s *synonymNode) reach(doc uint32) uint32 {
	for doc != end {
		if doc-s.base < s.size {
			for s.at = doc - s.base; s.at < s.size; s.at++ {
				if s.sums[s.at] > 0 {
					return s.base + s.at
				}
			}
			doc = s.base + s.size
		}
		size := uint32(windowFirst)
		if doc == s.base+s.size {
			size = min(4*max(s.size, windowFirst), windowDocs)
		}
		if doc = s.gather(doc, size); s.run.stopped() {
			return end
		}
	}
	return end
}

// gather fills a window that begins at the first document from doc on, and returns it.
func (s *synonymNode) gather(doc, size uint32) uint32 {
	first := uint32(end)
	for i := 0; i < len(s.lists); i++ {
		l := &s.lists[i]
		if l.doc < doc {
			if !l.p.Seek(doc) {
				s.lists[i] = s.lists[len(s.lists)-1]
				s.lists = s.lists[:len(s.lists)-1]
				i--
				continue
			}
			l.doc = l.p.DocID()
		}
		first = min(first, l.doc)
	}
	clear(s.sums[:s.size])
	s.base, s.size, s.at = first, 0, 0
	if first == end {
		return end
	}
	s.size = min(size, end-first)
	for i := range s.lists {
		s.fill(&s.lists[i])
	}
	return first
}

// fill adds what a term has in the window. The list may be at its end after that, which the
// next Seek tells.
func (s *synonymNode) fill(l *memberList) {
	for l.doc-s.base < s.size {
		s.sums[l.doc-s.base] += l.p.WDF()
		if !l.p.Next() {
			l.doc = 0 // so that the next gather asks, and drops it
			return
		}
		l.doc = l.p.DocID()
	}
}
