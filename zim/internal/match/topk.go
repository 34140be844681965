package match

import (
	"bytes"
	"context"
	"hash/maphash"
	"math"
	"sort"
)

// A Hit is a document that was found.
type Hit struct {
	Doc    uint32
	Weight float64
}

// A Search is how a query is to be answered. The zero value but for Limit and Scheme ranks by
// weight and then docid.
type Search struct {
	Limit  int         // how many of the best are wanted; 0 or less wants none
	Scheme BM25        // how terms are weighed
	Stats  *Statistics // to weigh by, instead of the index's own
	Ties   Values      // equal weights order by this value's bytes first, if not nil
	Keys   Values      // of documents with the same value only the best is found, if not nil
}

// Top returns the best matches of a query, best first: by weight, falling, then by Ties, then
// by docid. It stops early with ctx's error, or one of the index.
func (s *Search) Top(ctx context.Context, src Source, q *Query) ([]Hit, error) {
	f, err := s.Find(ctx, src, q)
	return f.Hits, err
}

// Found is what a search for the best found.
type Found struct {
	Hits []Hit
	Cut  bool // a prefix of the query stands for more terms than could be looked at: hits may be missing
}

// Find is Top for callers that want to know whether all was looked at.
func (s *Search) Find(ctx context.Context, src Source, q *Query) (Found, error) {
	if s.Limit <= 0 {
		return Found{}, ctx.Err()
	}
	b := newBuilder(ctx, src, s.Scheme, s.Stats)
	defer b.run.release()
	root, err := b.build(q)
	if err != nil {
		return Found{}, err
	}
	t := b.run.top(s)
	t.collect(b.run, root, window{1, end})
	if err := s.failed(b.run); err != nil {
		return Found{}, err
	}
	return Found{t.found(), b.run.cut}, nil
}

// firstWindow is how many docids are looked at first. As long as nothing is known of what a
// document must weigh, all of them are weighed.
const firstWindow = 64

// collect offers the matches of a node in a range of docids.
func (t *top) collect(r *run, root node, in window) {
	out := &r.out
	for from, size := in.from, uint32(firstWindow); from < in.to && !r.stopped(1); {
		w := window{from, from + min(size, in.to-from)}
		next := root.scan(w, t.min, out)
		for i, doc := range out.docs {
			if weight := out.weights[i]; weight >= t.min {
				t.offer(doc, weight)
			}
		}
		if len(t.hits) == t.Limit || len(out.docs) < firstWindow {
			size = min(2*size, windowDocs)
		}
		from = max(next, w.to)
	}
}

func (s *Search) failed(r *run) error {
	for _, v := range []Values{s.Ties, s.Keys} {
		if v != nil {
			r.values = append(r.values, v)
		}
	}
	return r.failed()
}

// top collects the best matches of a search.
type top struct {
	*Search
	*best
	min float64 // a document that weighs less cannot be among them
}

// best are the best matches so far, in order, with what orders them. The memory of those that
// go is taken for those that come.
type best struct {
	hits []candidate
	free []candidate
	keys map[string]struct{} // of hits, where they are too many to look through
}

// A candidate is a hit with its value for ties, and the key of which only one is to be found.
type candidate struct {
	Hit
	order, key []byte
}

// fewHits is up to how many are looked through for a key.
const fewHits = 64

func (r *run) top(s *Search) top {
	t := top{Search: s, best: &r.best}
	t.free = append(t.free, t.hits...)
	t.hits, t.keys = t.hits[:0], nil
	if s.Keys != nil && s.Limit > fewHits {
		t.keys = map[string]struct{}{}
	}
	if len(t.free) > maxSpare {
		clear(t.free[maxSpare:])
		t.free = t.free[:maxSpare]
	}
	return t
}

// found returns the hits.
func (t *top) found() []Hit {
	if len(t.hits) == 0 {
		return nil
	}
	hits := make([]Hit, len(t.hits))
	for i := range t.hits {
		hits[i] = t.hits[i].Hit
	}
	return hits
}

// before reports whether a is the better.
func (a *candidate) before(b *candidate) bool {
	if a.Weight != b.Weight {
		return a.Weight > b.Weight
	}
	if c := bytes.Compare(a.order, b.order); c != 0 {
		return c < 0
	}
	return a.Doc < b.Doc
}

// offer takes a document that weighs enough, if it is better than the last one kept.
func (t *top) offer(doc uint32, weight float64) {
	c := candidate{Hit: Hit{doc, weight}}
	if t.Ties != nil {
		c.order = t.Ties.Value(doc)
	}
	if len(t.hits) == t.Limit && !c.before(&t.hits[len(t.hits)-1]) {
		return
	}
	if t.Keys != nil {
		if c.key = t.Keys.Value(doc); len(c.key) > 0 && !t.unique(&c) {
			return
		}
	}
	t.take(&c)
}

// unique takes away a worse match that has the same key. It reports false if there is a
// better one.
func (t *top) unique(c *candidate) bool {
	if t.keys != nil {
		if _, ok := t.keys[string(c.key)]; !ok {
			return true
		}
	}
	for i := range t.hits {
		if !bytes.Equal(t.hits[i].key, c.key) {
			continue
		}
		if t.hits[i].before(c) {
			return false
		}
		t.drop(i)
		break
	}
	return true
}

// drop takes away a hit.
func (t *top) drop(i int) {
	delete(t.keys, string(t.hits[i].key))
	t.free = append(t.free, t.hits[i])
	t.hits = append(t.hits[:i], t.hits[i+1:]...)
}

// take inserts a copy of c, for the last one if there are enough.
func (t *top) take(c *candidate) {
	if len(t.hits) == t.Limit {
		t.drop(t.Limit - 1)
	}
	var own candidate
	if n := len(t.free); n > 0 {
		own, t.free = t.free[n-1], t.free[:n-1]
	}
	own.Hit, own.order, own.key = c.Hit, append(own.order[:0], c.order...), append(own.key[:0], c.key...)
	if t.keys != nil && len(own.key) > 0 {
		t.keys[string(own.key)] = struct{}{}
	}
	at := sort.Search(len(t.hits), func(i int) bool { return own.before(&t.hits[i]) })
	t.hits = append(t.hits, candidate{})
	copy(t.hits[at+1:], t.hits[at:])
	t.hits[at] = own
	if len(t.hits) == t.Limit {
		t.min = t.hits[t.Limit-1].Weight
		if t.Ties == nil { // a later document with the same weight comes behind
			t.min = math.Nextafter(t.min, math.Inf(1))
		}
	}
}

// Count looks at all matches of a query.
func (s *Search) Count(ctx context.Context, src Source, q *Query) (Count, error) {
	b := newBuilder(ctx, src, s.Scheme, s.Stats)
	defer b.run.release()
	root, err := b.build(q)
	if err != nil {
		return Count{}, err
	}
	c := Count{Tree: root.Estimate, Collapsed: s.Keys != nil, Cut: b.run.cut}
	if _, ok := root.node.(*termNode); ok && s.Keys == nil {
		c.Matches = root.Est
		return c, b.run.failed()
	}
	b.run.bare = true
	seen := keySet{seed: maphash.MakeSeed()}
	out := &b.run.out
	for from := uint32(1); from < end && !b.run.stopped(1); {
		w := window{from, from + min(windowDocs, end-from)}
		next := root.scan(w, 0, out)
		c.Matches += uint64(len(out.docs))
		if s.Keys != nil {
			c.Keyless += s.countKeys(b.run, out.docs, &seen)
		}
		from = max(next, w.to)
	}
	c.Distinct = uint64(seen.n)
	return c, s.failed(b.run)
}

// countKeys adds the keys of documents to those seen, and returns how many have none.
func (s *Search) countKeys(r *run, docs []uint32, seen *keySet) (keyless uint64) {
	for _, doc := range docs {
		if r.stopped(4) {
			break
		}
		if key := s.Keys.Value(doc); len(key) == 0 {
			keyless++
		} else {
			seen.add(key)
		}
	}
	return keyless
}

// A keySet counts different keys. It knows them by 64 bits, which are random: that two of
// them are taken for one is as likely as an error of the memory.
type keySet struct {
	seed  maphash.Seed
	slots []uint64
	n     int
}

func (s *keySet) add(key []byte) {
	if s.n*4 >= len(s.slots)*3 {
		s.grow()
	}
	if s.put(maphash.Bytes(s.seed, key) | 1) {
		s.n++
	}
}

func (s *keySet) put(h uint64) bool {
	mask := uint64(len(s.slots) - 1)
	for i := h >> 1 & mask; ; i = (i + 1) & mask {
		switch s.slots[i] {
		case 0:
			s.slots[i] = h
			return true
		case h:
			return false
		}
	}
}

func (s *keySet) grow() {
	old := s.slots
	s.slots = make([]uint64, max(64, 2*len(old)))
	for _, h := range old {
		if h != 0 {
			s.put(h)
		}
	}
}
