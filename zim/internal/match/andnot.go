package match

// An andNotNode is the documents of yes that are not in no.
type andNotNode struct {
	node // yes
	run  *run
	no   node
	at   uint32 // of no
}

func (n *andNotNode) seek(doc uint32, min float64) uint32 {
	for !n.run.stopped() {
		doc = n.node.seek(doc, min)
		if doc == end {
			return end
		}
		if n.at < doc {
			n.at = n.no.seek(doc, 0)
		}
		if n.at != doc {
			return doc
		}
		doc++
	}
	return end
}

// A filterNode is the documents of a node that keep agrees with.
type filterNode struct {
	node
	run  *run
	keep func(doc uint32) bool
}

func (n *filterNode) seek(doc uint32, min float64) uint32 {
	for !n.run.stopped() {
		doc = n.node.seek(doc, min)
		if doc == end || n.keep(doc) {
			return doc
		}
		doc++
	}
	return end
}
