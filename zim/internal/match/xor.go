package match

// A xorNode is the documents that an odd number of its parts matches. It passes over nothing
// for its weight: a part that is left out would change whether the number is odd.
type xorNode struct {
	run   *run
	parts []node
	found []batch // of each part
	most  float64
}

func newXor(r *run, parts []node) *xorNode {
	x := &xorNode{run: r, parts: parts, found: make([]batch, len(parts))}
	for _, p := range parts {
		x.most += p.bound()
	}
	return x
}

func (x *xorNode) bound() float64 { return x.most }

func (x *xorNode) scan(w window, min float64, out *batch) (next uint32) {
	out.reset()
	if next = end; min > x.most {
		return end
	}
	for i, p := range x.parts {
		next = minDoc(next, p.scan(w, 0, &x.found[i]))
	}
	x.odd(func(b *batch) []uint32 { return b.docs }, out)
	return next
}

func (x *xorNode) probe(docs []uint32, min float64, out *batch) {
	out.reset()
	if min > x.most {
		return
	}
	for i, p := range x.parts {
		p.probe(docs, 0, &x.found[i])
	}
	x.odd(func(b *batch) []uint32 { return b.at }, out)
}

// odd appends what an odd number of parts found, by ascending order.
func (x *xorNode) odd(order func(*batch) []uint32, out *batch) {
	heads := make([]int, len(x.found))
	for !x.run.stopped(1) {
		first := uint32(end)
		for i := range x.found {
			if o := order(&x.found[i]); heads[i] < len(o) {
				first = minDoc(first, o[heads[i]])
			}
		}
		if first == end {
			return
		}
		n, sum, from, at := 0, 0.0, 0, 0
		for i := range x.found {
			if o := order(&x.found[i]); heads[i] < len(o) && o[heads[i]] == first {
				n, from, at = n+1, i, heads[i]
				sum += x.found[i].weights[at]
				heads[i]++
			}
		}
		if b := &x.found[from]; n%2 == 1 {
			out.docs, out.weights = append(out.docs, b.docs[at]), append(out.weights, sum)
			if len(b.at) > 0 {
				out.at = append(out.at, b.at[at])
			}
		}
	}
}
