package match

// An orNode is the documents that either of two parts matches. As the weight that a document
// must have rises, it follows only one of them, or only documents that both match.
type orNode struct {
	run          *run
	l, r         node // r is the rarer
	lmost, rmost float64
	left, right  batch
}

func newOr(r *run, left, right node) *orNode {
	o := r.ors.take()
	o.run, o.l, o.r, o.lmost, o.rmost = r, left, right, left.bound(), right.bound()
	return o
}

func (o *orNode) bound() float64 { return o.lmost + o.rmost }

func (o *orNode) scan(w window, min float64, out *batch) (next uint32) {
	switch needLeft, needRight := min > o.rmost, min > o.lmost; {
	case min > o.lmost+o.rmost:
		out.reset()
		return end
	case needLeft && needRight:
		next = o.r.scan(w, less(min, o.lmost), out)
		o.require(o.l, o.lmost, o.rmost, min, out)
	case needLeft:
		next = o.l.scan(w, less(min, o.rmost), out)
		o.add(o.r, o.rmost, min, out)
	case needRight:
		next = o.r.scan(w, less(min, o.lmost), out)
		o.add(o.l, o.lmost, min, out)
	default:
		next = o.l.scan(w, less(min, o.rmost), &o.left)
		next = minDoc(next, o.r.scan(w, less(min, o.lmost), &o.right))
		out.reset()
		merge(o.left.docs, o.right.docs, &o.left, &o.right, out)
	}
	return next
}

func (o *orNode) probe(docs []uint32, min float64, out *batch) {
	switch needLeft, needRight := min > o.rmost, min > o.lmost; {
	case min > o.lmost+o.rmost:
		out.reset()
	case needLeft && needRight:
		o.r.probe(docs, less(min, o.lmost), out)
		o.require(o.l, o.lmost, o.rmost, min, out)
	case needLeft:
		o.l.probe(docs, less(min, o.rmost), out)
		o.add(o.r, o.rmost, min, out)
	case needRight:
		o.r.probe(docs, less(min, o.lmost), out)
		o.add(o.l, o.lmost, min, out)
	default:
		o.l.probe(docs, less(min, o.rmost), &o.left)
		o.r.probe(docs, less(min, o.lmost), &o.right)
		out.reset()
		merge(o.left.at, o.right.at, &o.left, &o.right, out)
	}
}

func minDoc(a, b uint32) uint32 { return min(a, b) }

// require leaves the documents that another part matches too.
func (o *orNode) require(part node, most, others, min float64, out *batch) {
	if out.atLeast(min, most); len(out.docs) > 0 {
		part.probe(out.docs, less(min, others), &o.left)
		out.meet(&o.left)
	}
}

// add adds what documents weigh in a part that need not match.
func (o *orNode) add(part node, most, min float64, out *batch) {
	if out.atLeast(min, most); len(out.docs) > 0 {
		part.probe(out.docs, 0, &o.left)
		out.plus(&o.left)
	}
}

// merge appends the documents of both batches, which are ordered by l and r.
func merge(l, r []uint32, left, right, out *batch) {
	i, j := 0, 0
	take := func(b *batch, k int, weight float64) {
		out.docs = append(out.docs, b.docs[k])
		out.weights = append(out.weights, weight)
		if len(b.at) > 0 {
			out.at = append(out.at, b.at[k])
		}
	}
	for i < len(l) && j < len(r) {
		switch {
		case l[i] < r[j]:
			take(left, i, left.weights[i])
			i++
		case l[i] > r[j]:
			take(right, j, right.weights[j])
			j++
		default:
			take(left, i, left.weights[i]+right.weights[j])
			i++
			j++
		}
	}
	for ; i < len(l); i++ {
		take(left, i, left.weights[i])
	}
	for ; j < len(r); j++ {
		take(right, j, right.weights[j])
	}
}
