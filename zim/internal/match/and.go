package match

// An andNode is the documents that all its parts match. The rarest leads; the others are
// asked for what is left.
type andNode struct {
	run   *run
	parts []built
	mins  []float64 // what each part must weigh, for min
	rest  []float64 // what the parts from each on can weigh together
	min   float64
	other batch
}

// newAnd orders the parts by how many documents they seem to match.
func newAnd(r *run, parts []built) *andNode {
	ascend(parts, func(a, b built) bool { return a.Est < b.Est })
	n := r.ands.take()
	n.run, n.parts, n.min = r, parts, 0
	n.mins = zeros(n.mins, len(parts))
	n.rest = zeros(n.rest, len(parts)+1)
	for i := len(parts) - 1; i >= 0; i-- {
		n.rest[i] = n.rest[i+1] + parts[i].bound()
	}
	return n
}

func (n *andNode) bound() float64 { return n.rest[0] }

// share sets what each part must weigh, if the others weigh as much as they can.
func (n *andNode) share(min float64) {
	if min == n.min {
		return
	}
	n.min = min
	for i := range n.mins {
		others := 0.0
		for j := range n.parts {
			if j != i {
				others += n.parts[j].bound()
			}
		}
		n.mins[i] = less(min, others)
	}
}

func (n *andNode) scan(w window, min float64, out *batch) (next uint32) {
	if less(min, 0) > n.rest[0] {
		out.reset()
		return end
	}
	n.share(min)
	next = n.parts[0].scan(w, n.mins[0], out)
	n.narrow(min, out)
	return next
}

func (n *andNode) probe(docs []uint32, min float64, out *batch) {
	if less(min, 0) > n.rest[0] {
		out.reset()
		return
	}
	n.share(min)
	n.parts[0].probe(docs, n.mins[0], out)
	n.narrow(min, out)
}

// narrow asks the parts behind the first. Weights are added up in their order.
func (n *andNode) narrow(min float64, out *batch) {
	for i := 1; i < len(n.parts) && len(out.docs) > 0 && !n.run.stopped(len(out.docs)); i++ {
		if out.atLeast(min, n.rest[i]); len(out.docs) == 0 {
			return
		}
		n.parts[i].probe(out.docs, n.mins[i], &n.other)
		out.meet(&n.other)
	}
}
