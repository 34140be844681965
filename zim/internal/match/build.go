package match

import (
	"context"
	"slices"
)

// Statistics are what weights are computed from, of one index or of several together.
type Statistics struct {
	Docs, Length uint64            // documents, and the sum of their lengths
	TF           map[string]uint64 // documents with each term that was asked for
}

// Add adds those of another index, so that what is found in both can be compared by weight.
func (s *Statistics) Add(o Statistics) {
	s.Docs += o.Docs
	s.Length += o.Length
	for term, tf := range o.TF {
		if s.TF == nil {
			s.TF = map[string]uint64{}
		}
		s.TF[term] += tf
	}
}

// Gather returns the statistics of an index and some terms, without reading their lists.
func Gather(ctx context.Context, src Source, terms ...string) (Statistics, error) {
	size := src.Size()
	s := Statistics{Docs: uint64(size.Docs), Length: size.Length, TF: make(map[string]uint64, len(terms))}
	for _, t := range terms {
		_, st, err := src.Postings(ctx, t, nil)
		if err != nil {
			return Statistics{}, err
		}
		s.TF[t] = uint64(st.TF)
	}
	return s, nil
}

// A builder makes nodes of queries.
type builder struct {
	run    *run
	est    estimator
	scheme BM25
	stats  *Statistics // nil: those of the index
	empty  built
}

func newBuilder(ctx context.Context, src Source, scheme BM25, stats *Statistics) *builder {
	return &builder{run: newRun(ctx, src), est: estimator{uint64(src.Size().Docs)}, scheme: scheme, stats: stats, empty: built{node: none{}}}
}

// weigher returns that of a term or synonym which tf documents of this index hold.
func (b *builder) weigher(tf uint64, terms ...Expansion) weigher {
	size := b.run.src.Size()
	docs, length := uint64(size.Docs), size.Length
	if b.stats != nil {
		docs, length = b.stats.Docs, b.stats.Length
		var all uint64
		for _, t := range terms {
			all += b.stats.TF[t.Term]
		}
		tf = max(tf, min(all, docs))
	}
	return b.scheme.weigher(float64(tf), float64(docs), float64(length))
}

// build makes the node of a query; of one that cannot match, a node without estimate.
func (b *builder) build(q *Query) (built, error) {
	if q == nil {
		return b.empty, nil
	}
	switch q.Op {
	case OpTerm:
		return b.term(q.Term)
	case OpPrefix, OpSynonym:
		return b.synonym(q)
	case OpAnd, OpPhrase, OpNear:
		return b.all(q)
	case OpOr:
		return b.either(q)
	case OpXor:
		return b.odd(q)
	case OpAndNot:
		return b.without(q)
	case OpFilter:
		of, err := b.build(q.Parts[0])
		if err != nil || of.Max == 0 {
			return b.empty, err
		}
		return b.filter(of, q), nil
	}
	return b.empty, nil
}

func (b *builder) term(term string) (built, error) {
	p, st, err := b.run.postings(term)
	if err != nil || st.TF == 0 {
		return b.empty, err
	}
	return built{newTerm(b.run, p, st, b.weigher(uint64(st.TF), Expansion{Term: term})), b.est.exact(st.TF)}, nil
}

// synonym makes one list of the terms under a prefix, or of those given.
func (b *builder) synonym(q *Query) (built, error) {
	terms, err := b.expand(q)
	if err != nil {
		return b.empty, err
	}
	for _, p := range q.Parts {
		terms = append(terms, Expansion{Term: p.Term})
	}
	if len(terms) == 1 {
		return b.term(terms[0].Term)
	}
	r := b.run
	lists, ests := r.members[:0], r.ests[:0]
	var most uint64
	for _, t := range terms {
		p, st, err := r.postings(t.Term)
		if err != nil {
			return b.empty, err
		}
		if st.TF > 0 {
			lists, ests = append(lists, memberList{p: p}), append(ests, b.est.exact(st.TF))
			most += uint64(st.MaxWDF)
		}
	}
	if r.members, r.ests = lists, ests; len(lists) == 0 {
		return b.empty, nil
	}
	est := b.est.anyOf(ests)
	most = min(most, uint64(r.src.Size().Longest))
	return built{newSynonym(r, lists, b.weigher(est.Est, terms...), uint32(most)), est}, nil
}

// expand returns the terms of a prefix, and notes if some were left out that should not be.
func (b *builder) expand(q *Query) ([]Expansion, error) {
	if q.Op != OpPrefix {
		return nil, nil
	}
	limit := q.Limit
	if q.Bound > 0 {
		limit = q.Bound + 1
	}
	terms, all, err := b.run.src.Expand(b.run.ctx, q.Term, limit)
	if q.Bound > 0 && len(terms) > q.Bound {
		terms, all = Frequent(slices.Clone(terms), q.Bound), false
	}
	b.run.cut = b.run.cut || !all
	return terms, err
}

// A conjunction collects what is to be matched all at once: nested ANDs and the terms of
// phrases make one list, positions are looked at and exclusions made after that.
type conjunction struct {
	parts      []built
	positional []*Query
	nots       []*Query
	filters    []*Query
	hopeless   bool
}

func (b *builder) collect(q *Query, c *conjunction) error {
	switch {
	case q == nil:
		c.hopeless = true
	case q.Op == OpPhrase || q.Op == OpNear:
		if b.run.src.HasPositions() {
			c.positional = append(c.positional, q)
		}
		fallthrough
	case q.Op == OpAnd:
		for _, p := range q.Parts {
			if err := b.collect(p, c); err != nil || c.hopeless {
				return err
			}
		}
	case q.Op == OpAndNot:
		c.nots = append(c.nots, q.Parts[1])
		return b.collect(q.Parts[0], c)
	case q.Op == OpFilter:
		c.filters = append(c.filters, q)
		return b.collect(q.Parts[0], c)
	default:
		n, err := b.build(q)
		if err != nil {
			return err
		}
		c.hopeless = n.Max == 0
		c.parts = append(c.parts, n)
	}
	return nil
}

func (b *builder) all(q *Query) (built, error) {
	c := conjunction{parts: make([]built, 0, 4)}
	if err := b.collect(q, &c); err != nil || c.hopeless || len(c.parts) == 0 {
		return b.empty, err
	}
	n := c.parts[0]
	if len(c.parts) > 1 {
		and := newAnd(b.run, c.parts)
		ests := make([]Estimate, len(and.parts))
		for i, p := range and.parts {
			ests[i] = p.Estimate
		}
		n = built{and, b.est.and(ests)}
	}
	for _, f := range c.filters {
		n = b.filter(n, f)
	}
	for _, p := range c.positional {
		n = built{newPhrase(b.run, n.node, p), sparse(n.Estimate, b.share(p))}
	}
	for _, not := range c.nots {
		no, err := b.build(not)
		if err != nil {
			return b.empty, err
		}
		n = b.exclude(n, no)
	}
	return n, nil
}

func (b *builder) filter(n built, q *Query) built {
	if q.values != nil {
		b.run.values = append(b.run.values, q.values)
	}
	return built{&filterNode{of: n.node, run: b.run, kept: q.Keep}, Estimate{n.Est, 0, n.Max}}
}

// share is the part of the documents with some words that are taken to have them in place.
func (b *builder) share(q *Query) uint64 {
	switch {
	case q.Op == OpNear:
		return 2
	case q.Window == len(q.Parts):
		return 4
	}
	return 3
}

func (b *builder) without(q *Query) (built, error) {
	yes, err := b.build(q.Parts[0])
	if err != nil || yes.Max == 0 {
		return b.empty, err
	}
	no, err := b.build(q.Parts[1])
	if err != nil {
		return b.empty, err
	}
	return b.exclude(yes, no), nil
}

func (b *builder) exclude(yes, no built) built {
	if no.Max == 0 {
		return yes
	}
	return built{&andNotNode{yes: yes.node, no: no.node}, b.est.andNot(yes.Estimate, no.Estimate)}
}

// flatten appends what the parts of q of the same kind are in the end.
func flatten(q *Query, op Op, to []*Query) []*Query {
	if q == nil || q.Op != op {
		return append(to, q)
	}
	for _, p := range q.Parts {
		to = flatten(p, op, to)
	}
	return to
}

func (b *builder) list(q *Query) (parts []built, err error) {
	of := flatten(q, q.Op, make([]*Query, 0, 4))
	parts = make([]built, 0, len(of))
	for _, p := range of {
		n, err := b.build(p)
		if err != nil {
			return nil, err
		}
		if n.Max > 0 {
			parts = append(parts, n)
		}
	}
	return parts, nil
}

func (b *builder) either(q *Query) (built, error) {
	parts, err := b.list(q)
	if err != nil || len(parts) == 0 {
		return b.empty, err
	}
	return mergeTwo(parts, func(a, b built) bool { return a.Est < b.Est }, func(l, r built) built {
		return built{newOr(b.run, l.node, r.node), b.est.or(l.Estimate, r.Estimate)}
	}), nil
}

func (b *builder) odd(q *Query) (built, error) {
	parts, err := b.list(q)
	if err != nil || len(parts) == 0 {
		return b.empty, err
	}
	if len(parts) == 1 {
		return parts[0], nil
	}
	nodes, ests := make([]node, len(parts)), make([]Estimate, len(parts))
	for i, p := range parts {
		nodes[i], ests[i] = p.node, p.Estimate
	}
	return built{newXor(b.run, nodes), b.est.xor(ests)}, nil
}
