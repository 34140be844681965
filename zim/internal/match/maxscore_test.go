package match

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// plainOr is the reference: it weighs every document.
func plainOr(src *memorySource, s OrSearch, terms []OrTerm) (hits []Hit, seen uint64) {
	sums := map[uint32]float64{}
	for _, t := range terms {
		g := s.weigher(t.Weight, src.size)
		for _, p := range src.lists[t.Term] {
			if t.Weight > 0 {
				sums[p.doc] += g.part(p.wdf, uint32(len(src.docs[p.doc-1])))
			}
		}
	}
	for doc, sum := range sums {
		if s.Keep == nil || s.Keep(doc) {
			hits = append(hits, Hit{doc, sum})
		}
	}
	slices.SortFunc(hits, s.compare)
	return hits[:min(len(hits), s.Limit)], uint64(len(sums))
}

// randomOr returns a search and terms, with weights that are often equal.
func randomOr(random *rand.Rand) (OrSearch, []OrTerm) {
	s := OrSearch{
		Limit: 1 + random.IntN(20), Workers: random.IntN(4),
		Norm: []BM25{{K1: 1, B: 0.5}, {K1: 1.2, B: 0.75, MinNorm: 0.5}, {K1: 0}, {K1: 0.001, B: 1}, {K1: 2, B: 0}}[random.IntN(5)],
	}
	if random.IntN(3) == 0 {
		s.Average = 1 + 30*random.Float64()
	}
	if random.IntN(3) == 0 {
		s.Keep = func(doc uint32) bool { return doc%3 != 0 }
	}
	if random.IntN(3) == 0 {
		s.Before = func(a, b uint32) bool { return a%17 > b%17 }
	}
	var terms []OrTerm
	for range 1 + random.IntN(7) {
		terms = append(terms, OrTerm{string(rune('a' + random.IntN(16))), []float64{1, 0.5, 0.25, 3, random.Float64(), 0}[random.IntN(6)]})
	}
	return s, terms
}

// TestOrIsExhaustive: the best of an OR are those that weighing every document finds, whatever
// is passed over, and into however many parts the search is split.
func TestOrIsExhaustive(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 1))
	passed := 0
	for range 25 {
		src := randomMemory(random, 20+random.IntN(8000))
		for range 15 {
			s, terms := randomOr(random)
			got, err := s.Find(t.Context(), src, terms)
			want, seen := plainOr(src, s, terms)
			if err != nil || !slices.Equal(got.Hits, want) {
				t.Fatalf("%+v %v of %d: got %v, %v, want %v", s, terms, len(src.docs), got.Hits, err, want)
			}
			if got.Seen > seen || got.Exact && got.Seen != seen {
				t.Fatalf("%+v %v: saw %+v of %d", s, terms, got, seen)
			}
			if !got.Exact {
				passed++
			}
		}
	}
	if passed == 0 {
		t.Error("no search passed over anything")
	}
}

// FuzzOr compares with the reference too.
func FuzzOr(f *testing.F) {
	for seed := range uint64(8) {
		f.Add(seed, seed*31, uint16(100*seed))
	}
	f.Fuzz(func(t *testing.T, one, two uint64, size uint16) {
		random := rand.New(rand.NewPCG(one, two))
		src := randomMemory(random, 1+int(size%5000))
		s, terms := randomOr(random)
		got, err := s.Find(t.Context(), src, terms)
		if want, _ := plainOr(src, s, terms); err != nil || !slices.Equal(got.Hits, want) {
			t.Errorf("%+v %v: got %v, %v, want %v", s, terms, got.Hits, err, want)
		}
	})
}

// TestOrMerged: archives that are searched one by one with the statistics of all give what
// one archive of all their documents gives.
func TestOrMerged(t *testing.T) {
	random := rand.New(rand.NewPCG(4, 4))
	whole := randomMemory(random, 3000)
	var texts [2][]string
	for i, words := range whole.docs {
		half := min(i/1700, 1)
		texts[half] = append(texts[half], fmt.Sprint(words)[1:len(fmt.Sprint(words))-1])
	}
	one, two := newMemory(true, texts[0]...), newMemory(true, texts[1]...)
	words := []string{"a", "f", "k", "m"}
	var sum Statistics
	for _, src := range []Source{one, two} {
		st, err := Gather(t.Context(), src, words...)
		if err != nil {
			t.Fatal(err)
		}
		sum.Add(st)
	}
	var terms []OrTerm
	for _, w := range words {
		terms = append(terms, OrTerm{w, FullTextBM25.Weight(sum.TF[w], sum.Docs)})
	}
	s := OrSearch{Limit: 25, Norm: FullTextBM25, Average: float64(sum.Length) / float64(sum.Docs)}
	want, err := s.Find(t.Context(), whole, terms)
	if err != nil {
		t.Fatal(err)
	}
	var got []Hit
	for i, src := range []Source{one, two} {
		part, err := s.Find(t.Context(), src, terms)
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range part.Hits {
			h.Doc += uint32(1700 * i)
			got = append(got, h)
		}
	}
	slices.SortFunc(got, s.compare)
	if diff := cmp.Diff(got[:25], want.Hits); diff != "" {
		t.Errorf("(-merged +whole)\n%s", diff)
	}
	// The same weights as a tree has, up to the order in which they are added.
	tree, err := (&Search{Limit: 25, Scheme: FullTextBM25}).Top(t.Context(), whole, Or(Term("a"), Term("f"), Term("k"), Term("m")))
	for i, h := range tree {
		if d := h.Weight - want.Hits[i].Weight; err != nil || d > 1e-9 || d < -1e-9 {
			t.Errorf("hit %d: a tree weighs %v, this %v, %v", i, h, want.Hits[i], err)
		}
	}
}

// TestOrBound: no document weighs more than the bound, nor is the bound out of proportion.
func TestOrBound(t *testing.T) {
	random := rand.New(rand.NewPCG(6, 4))
	src := randomMemory(random, 500)
	for range 200 {
		s, terms := randomOr(random)
		s.Limit, s.Keep, s.Before = 1, nil, nil
		found, err := s.Find(t.Context(), src, terms[:1])
		bound := s.Bound(terms[0].Weight, src.stats(terms[0].Term), src.size)
		if err != nil || len(found.Hits) > 0 && (found.Hits[0].Weight > bound || bound > terms[0].Weight) {
			t.Errorf("%+v %v: %v above %v, %v", s, terms[:1], found.Hits, bound, err)
		}
	}
}

// TestOrEnds: nothing is found for nothing, and errors come up from all parts.
func TestOrEnds(t *testing.T) {
	src := randomMemory(rand.New(rand.NewPCG(1, 1)), 10_000)
	terms := []OrTerm{{"a", 1}, {"n", 2}}
	for _, workers := range []int{0, 3} {
		s := OrSearch{Limit: 5, Norm: FullTextBM25, Workers: workers}
		for name, none := range map[string][]OrTerm{"no terms": nil, "an absent term": {{"bird", 1}}, "a term without weight": {{"a", 0}}} {
			if got, err := s.Find(t.Context(), src, none); err != nil || len(got.Hits) > 0 || !got.Exact {
				t.Errorf("%s: %+v, %v", name, got, err)
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		seen := 0
		s.Keep = func(uint32) bool { cancel(); seen++; return false }
		if workers == 0 {
			if got, err := s.Find(ctx, src, terms); !errors.Is(err, context.Canceled) || seen > windowDocs {
				t.Errorf("cancelled: %+v, %v after %d", got, err, seen)
			}
		}
	}
	src.fail = errMemory
	s := OrSearch{Limit: 5, Norm: FullTextBM25, Workers: 3}
	if _, err := s.Find(t.Context(), src, terms); !errors.Is(err, errMemory) {
		t.Errorf("a failing index: %v", err)
	}
	src.fail = nil
	s.Keep = func(uint32) bool { panic("no") }
	if _, err := s.Find(t.Context(), src, terms); err == nil {
		t.Error("a panic in one of the parts is no error")
	}
}
