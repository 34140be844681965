package match

// A BM25 is a weighting scheme. Terms of a query count once each (wqf 1), and nothing
// depends on the document alone.
type BM25 struct {
	K1      float64 // how slowly more occurrences stop to count (≥ 0)
	B       float64 // how much longer documents are weighed down (0 to 1)
	MinNorm float64 // documents shorter than this part of the average count as if they had it
}

// The schemes of libzim.
var (
	FullTextBM25   = BM25{K1: 1, B: 0.5, MinNorm: 0.5}
	SuggestionBM25 = BM25{K1: 0.001, B: 1, MinNorm: 0.5}
)

// A weigher gives a term's part of a document's weight. Every product is rounded before it
// is added, by an explicit conversion: compilers may fuse the two otherwise, and weights
// would depend on the architecture.
type weigher struct {
	w               float64
	k1, b, rest     float64 // rest is 1 - b
	average         float64
	reciprocal, min float64
}

// weigher returns that of a term which tf of docs documents hold, whose average length is
// length / docs.
func (s BM25) weigher(tf, docs, length float64) weigher {
	average := length / docs
	g := weigher{w: s.weight(tf, docs), k1: s.K1, b: s.B, rest: 1 - s.B, average: average, min: s.MinNorm}
	if average > 0 {
		g.reciprocal = 1 / average
	}
	return g
}

// Weight returns what a term that tf of docs documents hold weighs where it is as frequent as
// can be, in the way of Xapian; it is never negative.
func (s BM25) Weight(tf, docs uint64) float64 { return s.weight(float64(min(tf, docs)), float64(docs)) }

func (s BM25) weight(tf, docs float64) float64 {
	w0 := (docs - tf + 0.5) / (tf + 0.5)
	if w0 < 2 {
		w0 = float64(w0*0.5) + 1
	}
	const k3, wqf = 1.0, 1.0
	w := Ln(w0)
	w = float64(w * (float64((k3+1)*wqf) / (k3 + wqf)))
	return float64(w * (s.K1 + 1))
}

// part returns what wdf occurrences in a document of a length weigh. It grows with wdf and
// falls with length, after rounding too.
func (g *weigher) part(wdf, length uint32) float64 {
	norm := max(float64(float64(length)*g.reciprocal), g.min)
	tf := float64(wdf)
	if tf == 0 {
		return 0
	}
	long := float64(norm*g.b) + g.rest
	return float64(g.w * (tf / (float64(g.k1*long) + tf)))
}

// most bounds part for documents of at least the shortest length and a term that occurs in
// none more than wdf times: a document is at least as long as the term is frequent in it.
// Where length and wdf grow together part grows up to rounding only, hence the little more.
func (g *weigher) most(wdf, shortest uint32) float64 {
	return min(float64(g.part(wdf, max(wdf, shortest))*(1+1e-15)), g.w)
}

// longest returns the greatest length a document may have if wdf occurrences shall still
// weigh min. It is a little too great, to be safe from rounding.
func (g *weigher) longest(wdf uint32, min float64) uint32 {
	const all = 1<<32 - 1
	if !(min > 0) || g.k1 <= 0 || g.b <= 0 {
		return all
	}
	i := float64(wdf)
	x := (float64(float64(float64(g.w*i)/min)-i)/g.k1 - g.rest) / g.b
	if x < g.min-1e-9 {
		return 0
	}
	if x = float64(x*g.average) + 2; x < all {
		return uint32(x)
	}
	return all
}
