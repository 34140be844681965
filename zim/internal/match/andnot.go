package match

// An andNotNode is the documents of yes that are not in no.
type andNotNode struct {
	yes, no node
	other   batch
}

func (n *andNotNode) bound() float64 { return n.yes.bound() }

func (n *andNotNode) scan(w window, min float64, out *batch) (next uint32) {
	next = n.yes.scan(w, min, out)
	n.exclude(out)
	return next
}

func (n *andNotNode) probe(docs []uint32, min float64, out *batch) {
	n.yes.probe(docs, min, out)
	n.exclude(out)
}

func (n *andNotNode) exclude(out *batch) {
	if len(out.docs) > 0 {
		n.no.probe(out.docs, 0, &n.other)
		out.without(&n.other)
	}
}

// A filterNode is the documents of a node that keep agrees with.
type filterNode struct {
	of   node
	run  *run
	kept func(doc uint32) bool
}

func (n *filterNode) bound() float64 { return n.of.bound() }

func (n *filterNode) scan(w window, min float64, out *batch) (next uint32) {
	next = n.of.scan(w, min, out)
	n.filter(min, out)
	return next
}

func (n *filterNode) probe(docs []uint32, min float64, out *batch) {
	n.of.probe(docs, min, out)
	n.filter(min, out)
}

func (n *filterNode) filter(min float64, out *batch) {
	out.atLeast(min, 0)
	out.keep(func(i int) bool { return !n.run.stopped(1) && n.kept(out.docs[i]) })
}
