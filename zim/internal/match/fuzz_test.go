package match

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"
)

// FuzzPruned searches random texts with random trees: few matches are the first of all.
func FuzzPruned(f *testing.F) {
	for seed := range uint64(8) {
		f.Add(seed, seed*7, uint8(10*seed), uint8(seed))
	}
	f.Fuzz(func(t *testing.T, one, two uint64, size, depth uint8) {
		random := rand.New(rand.NewPCG(one, two))
		src := randomMemory(random, 1+int(size))
		q := randomQuery(random, int(depth%5))
		checkPruned(t, src, q, Search{Scheme: []BM25{FullTextBM25, SuggestionBM25}[one%2]})
	})
}

// FuzzFrequent: the most frequent terms are no less frequent than those left out.
func FuzzFrequent(f *testing.F) {
	f.Add([]byte{1, 2, 3, 2, 1, 9, 9, 9}, 3)
	f.Add([]byte("the quick brown fox jumps over the lazy dog"), 10)
	f.Fuzz(func(t *testing.T, tfs []byte, limit int) {
		terms := make([]Expansion, len(tfs))
		for i, tf := range tfs {
			terms[i] = Expansion{Term: string(rune('a' + i)), TermStats: TermStats{TF: uint32(tf)}}
		}
		top := Frequent(terms, limit)
		if limit > 0 && len(top) != min(limit, len(tfs)) {
			t.Fatalf("%d of %d terms", len(top), limit)
		}
		least := uint32(255)
		for _, e := range top {
			least = min(least, e.TF)
		}
		for _, e := range terms[len(top):] {
			if e.TF > least {
				t.Fatalf("left out %d, kept %d", e.TF, least)
			}
		}
	})
}

// TestCancelStops: a search looks at few documents after its context has ended, whatever the
// tree.
func TestCancelStops(t *testing.T) {
	texts := make([]string, 60_000)
	for i := range texts {
		texts[i] = []string{"a", "a b", "b a", "a b c"}[i%4]
	}
	src := newMemory(true, texts...)
	for _, q := range []*Query{
		Term("a"), And(Term("a"), Term("b")), Or(Term("a"), Term("b")), Xor(Term("a"), Term("c")), AndNot(Term("a"), Term("c")),
		Phrase(2, "a", "b"), Near(2, "a", "b"), Synonym("a", "b"), And(Synonym("a", "c"), Term("b")),
	} {
		ctx, cancel := context.WithCancel(t.Context())
		seen := 0
		watched := Filter(q, func(uint32) bool {
			if seen++; seen == 2000 {
				cancel()
			}
			return seen%2 == 0
		})
		_, err := (&Search{}).Count(ctx, src, watched)
		if !errors.Is(err, context.Canceled) || seen > 2000+ticks {
			t.Errorf("%s: %v after %d documents more", q, err, seen-2000)
		}
	}
}

// BenchmarkTop are searches of 100,000 short texts in memory, so that what is measured is
// this package.
func BenchmarkTop(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 1))
	src := randomMemory(random, 100_000)
	for _, row := range []struct {
		name string
		q    *Query
	}{
		{"one term", Term("b")},
		{"AND of two", And(Term("b"), Term("f"))},
		{"OR of five", Or(Term("a"), Term("c"), Term("e"), Term("g"), Term("m"))},
		{"phrase", Phrase(2, "c", "d")},
		{"synonym", Synonym("f", "g", "h", "i")},
	} {
		b.Run(row.name, func(b *testing.B) {
			s := Search{Limit: 10, Scheme: FullTextBM25}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := s.Top(b.Context(), src, row.q); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkFrequent(b *testing.B) {
	random := rand.New(rand.NewPCG(2, 2))
	terms := make([]Expansion, 50_000)
	for i := range terms {
		terms[i].TF = uint32(random.IntN(1000))
	}
	b.ReportAllocs()
	for b.Loop() {
		Frequent(slices.Clone(terms), 100)
	}
}

// TestFrequentCancelled: the selection among very many terms ends with its context.
func TestFrequentCancelled(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 5))
	terms := make([]Expansion, 200_000)
	for i := range terms {
		terms[i].TF = uint32(random.IntN(1000))
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if got, err := FrequentContext(ctx, terms, 100); !errors.Is(err, context.Canceled) || got != nil {
		t.Errorf("%d terms, %v", len(got), err)
	}
	few, err := FrequentContext(t.Context(), slices.Clone(terms), 100)
	if err != nil || !slices.Equal(few, Frequent(terms, 100)) {
		t.Errorf("with a context it selects others, %v", err)
	}
}
