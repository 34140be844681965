package match

// An orNode is the documents that either of two parts matches. As the weight that a document
// must have rises, it follows only one of them, or only documents that both match.
type orNode struct {
	run        *run
	l, r       node
	doc        uint32
	ldoc, rdoc uint32
	lmost      float64
	rmost      float64
}

func newOr(r *run, left, right node) *orNode {
	return &orNode{run: r, l: left, r: right, lmost: left.bound(), rmost: right.bound()}
}

func (o *orNode) bound() float64 { return o.lmost + o.rmost }

func (o *orNode) weight() float64 {
	if o.ldoc < o.doc {
		o.ldoc = o.l.seek(o.doc, 0)
	}
	if o.rdoc < o.doc {
		o.rdoc = o.r.seek(o.doc, 0)
	}
	switch {
	case o.ldoc > o.doc:
		return o.r.weight()
	case o.rdoc > o.doc:
		return o.l.weight()
	}
	return o.l.weight() + o.r.weight()
}

func (o *orNode) seek(doc uint32, min float64) uint32 {
	switch needLeft, needRight := min > o.rmost, min > o.lmost; {
	case min > o.lmost+o.rmost:
		o.doc = end
	case needLeft && needRight:
		o.doc = o.both(doc, min)
	case needLeft:
		o.doc = o.left(doc, min)
	case needRight:
		o.doc = o.right(doc, min)
	default:
		o.doc = minDoc(o.left(doc, min), o.right(doc, min))
	}
	return o.doc
}

func minDoc(a, b uint32) uint32 { return min(a, b) }

func (o *orNode) left(doc uint32, min float64) uint32 {
	if o.ldoc < doc {
		o.ldoc = o.l.seek(doc, less(min, o.rmost))
	}
	return o.ldoc
}

func (o *orNode) right(doc uint32, min float64) uint32 {
	if o.rdoc < doc {
		o.rdoc = o.r.seek(doc, less(min, o.lmost))
	}
	return o.rdoc
}

// both finds the first document that both parts match.
func (o *orNode) both(doc uint32, min float64) uint32 {
	for !o.run.stopped() {
		l := o.left(doc, min)
		if l == end {
			return end
		}
		r := o.right(l, min)
		if r == l || r == end {
			return r
		}
		doc = r
	}
	return end
}
