package match

// An andNode is the documents that all its parts match, of which the rarest leads.
type andNode struct {
	run   *run
	parts []built
	docs  []uint32
	mins  []float64 // what each part must weigh, for min
	min   float64
	most  float64
}

// newAnd orders the parts by how many documents they seem to match.
func newAnd(r *run, parts []built) *andNode {
	ascend(parts, func(a, b built) bool { return a.Est < b.Est })
	n := &andNode{run: r, parts: parts, docs: make([]uint32, len(parts)), mins: make([]float64, len(parts))}
	for _, p := range parts {
		n.most += p.bound()
	}
	return n
}

func (n *andNode) bound() float64 { return n.most }

func (n *andNode) weight() (sum float64) {
	for i := range n.parts {
		sum += n.parts[i].weight()
	}
	return sum
}

// share sets what each part must weigh, if the others weigh as much as they can.
func (n *andNode) share(min float64) {
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

func (n *andNode) seek(doc uint32, min float64) uint32 {
	if min > n.most {
		return end
	}
	if min != n.min {
		n.share(min)
	}
search:
	for !n.run.stopped() {
		for i := range n.parts {
			if n.docs[i] < doc {
				n.docs[i] = n.parts[i].seek(doc, n.mins[i])
			}
			if n.docs[i] == end {
				return end
			}
			if n.docs[i] > doc {
				doc = n.docs[i]
				if i > 0 {
					continue search
				}
			}
		}
		return doc
	}
	return end
}
