package match

// A xorNode is the documents that an odd number of its parts matches.
type xorNode struct {
	run   *run
	parts []node
	docs  []uint32
	doc   uint32
	most  float64
}

func newXor(r *run, parts []node) *xorNode {
	x := &xorNode{run: r, parts: parts, docs: make([]uint32, len(parts))}
	for _, p := range parts {
		x.most += p.bound()
	}
	return x
}

func (x *xorNode) bound() float64 { return x.most }

func (x *xorNode) weight() (sum float64) {
	for i, p := range x.parts {
		if x.docs[i] == x.doc {
			sum += p.weight()
		}
	}
	return sum
}

// seek passes over nothing for its weight: a part that is left out would change whether the
// number of parts is odd.
func (x *xorNode) seek(doc uint32, min float64) uint32 {
	if min > x.most {
		return end
	}
	for !x.run.stopped() {
		first, odd := uint32(end), false
		for i, p := range x.parts {
			if x.docs[i] < doc {
				x.docs[i] = p.seek(doc, 0)
			}
			if x.docs[i] < first {
				first, odd = x.docs[i], false
			}
			if x.docs[i] == first {
				odd = !odd
			}
		}
		x.doc = first
		if odd || first == end {
			return first
		}
		doc = first + 1
	}
	return end
}
