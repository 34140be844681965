package glass

import "math"

// What follows is for loops that ask one list for many documents at a time. They cost one
// call for all of them, where Seek costs one for each.

// NoDoc is behind the last docid there can be.
const NoDoc = math.MaxUint32

// Meet finds which of docs hold the term. For each that does it stores its place in docs
// and how often it holds the term, and it returns how many there are. docs ascend, and none
// is before where the cursor stands; at and wdfs are at least as long. The cursor is left
// on the first posting from the last of docs on, or at the end.
func (p *Postings) Meet(docs, at, wdfs []uint32) (n int) {
	if p.over {
		return 0
	}
	p.begun = true
	for i, d := range docs {
		if p.doc < d {
			if d > p.end && !p.seekChunk(d) {
				return n
			}
			if p.doc < d && !p.scan(d) {
				return n
			}
		}
		if p.doc == d {
			at[n], wdfs[n] = uint32(i), p.wdf
			n++
		}
	}
	return n
}

// Add adds to sums how often the documents from first on hold the term, sums[0] being of
// first, and sets the bit of each that does. It returns the docid of the first posting behind
// those, where the cursor then stands, or [NoDoc] at the end. set has a bit for each of sums.
func (p *Postings) Add(first uint32, sums []uint32, set []uint64) (next uint32) {
	if !p.Seek(first) {
		return NoDoc
	}
	size := uint32(len(sums))
	for {
		b, doc, wdf, n := p.rest, p.doc, p.wdf, uint64(0)
		for {
			i := doc - first
			if i >= size {
				p.stand(b, doc, wdf, n)
				return doc
			}
			sums[i] += wdf
			set[i>>6] |= 1 << (i & 63)
			var gap uint32
			if len(b) >= 2 && b[0]|b[1] < 0x80 && uint32(b[0]) < p.end-doc {
				gap, wdf, b = uint32(b[0]), uint32(b[1]), b[2:]
			} else if len(b) >= 3 && b[0] >= 0x80 && b[1]|b[2] < 0x80 && shortGap(b) < p.end-doc {
				gap, wdf, b = shortGap(b), uint32(b[2]), b[3:]
			} else {
				break
			}
			doc += gap + 1
			n++
		}
		p.stand(b, doc, wdf, n)
		if !p.next() {
			return NoDoc
		}
	}
}

// stand moves to a posting that is the nth from here on.
func (p *Postings) stand(b []byte, doc, wdf uint32, n uint64) {
	p.rest, p.doc, p.wdf = b, doc, wdf
	p.count += n
}

// shortGap is the docid's increment of a pair in which it takes two bytes.
func shortGap(b []byte) uint32 { return uint32(b[0])&0x7f | uint32(b[1])<<7 }
