package match

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var library = newMemory(true,
	"the cat sat on the mat",
	"the dog sat on the log",
	"a cat and a dog",
	"dogs chase cats and cats chase mice",
	"on the mat sat the cat the cat",
	"",
	"mat",
)

func docs(hits []Hit) []uint32 {
	found := []uint32{}
	for _, h := range hits {
		found = append(found, h.Doc)
	}
	return found
}

func TestQueries(t *testing.T) {
	for _, row := range []struct {
		name string
		q    *Query
		want []uint32 // in the order of docids
	}{
		{"a term", Term("cat"), []uint32{1, 3, 5}},
		{"an absent term", Term("bird"), []uint32{}},
		{"nothing", nil, []uint32{}},
		{"AND", And(Term("cat"), Term("mat")), []uint32{1, 5}},
		{"AND with an absent term", And(Term("cat"), Term("bird")), []uint32{}},
		{"AND in AND", And(Term("cat"), And(Term("sat"), Term("mat"))), []uint32{1, 5}},
		{"OR", Or(Term("cat"), Term("dog")), []uint32{1, 2, 3, 5}},
		{"OR with an absent term", Or(Term("bird"), Term("dog")), []uint32{2, 3}},
		{"OR of nothing", Or(Term("bird"), Term("fish")), []uint32{}},
		{"XOR", Xor(Term("cat"), Term("dog")), []uint32{1, 2, 5}},
		{"XOR of three", Xor(Term("cat"), Term("dog"), Term("and")), []uint32{1, 2, 3, 4, 5}},
		{"AND NOT", AndNot(Term("cat"), Term("mat")), []uint32{3}},
		{"AND NOT absent", AndNot(Term("cat"), Term("bird")), []uint32{1, 3, 5}},
		{"absent AND NOT", AndNot(Term("bird"), Term("cat")), []uint32{}},
		{"AND NOT inside AND", And(AndNot(Term("cat"), Term("dog")), Term("the")), []uint32{1, 5}},
		{"phrase", Phrase(2, "the", "mat"), []uint32{1, 5}},
		{"phrase of three", Phrase(3, "mat", "sat", "the"), []uint32{5}},
		{"phrase in the wrong order", Phrase(2, "mat", "the"), []uint32{}},
		{"phrase with room", Phrase(4, "sat", "mat"), []uint32{1}},
		{"phrase of one", Phrase(1, "mat"), []uint32{1, 5, 7}},
		{"phrase of the same word twice", Phrase(2, "cat", "cat"), []uint32{}},
		{"near", Near(4, "mat", "sat"), []uint32{1, 5}},
		{"near, too far", Near(3, "cat", "mat"), []uint32{}},
		{"near the same word", Near(3, "cats", "cats"), []uint32{4}},
		{"synonym", Synonym("cat", "cats"), []uint32{1, 3, 4, 5}},
		{"synonym of absent terms", Synonym("bird", "fish"), []uint32{}},
		{"prefix", Prefix("ca", 100), []uint32{1, 3, 4, 5}},
		{"the most frequent of a prefix", Prefix("m", 1), []uint32{1, 5, 7}},
		{"prefix of nothing", Prefix("x", 100), []uint32{}},
		{"filter", Filter(Term("cat"), func(doc uint32) bool { return doc > 1 }), []uint32{3, 5}},
		{"filter inside AND", And(Term("the"), Filter(Term("cat"), func(doc uint32) bool { return doc > 1 })), []uint32{5}},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := Search{Limit: 10, Scheme: FullTextBM25}
			hits, err := s.Top(t.Context(), library, row.q)
			if err != nil {
				t.Fatal(err)
			}
			got := docs(hits)
			slices.Sort(got)
			if diff := cmp.Diff(got, row.want); diff != "" {
				t.Errorf("%s (-got +want)\n%s", row.q, diff)
			}
			c, err := s.Count(t.Context(), library, row.q)
			if err != nil || c.Matches != uint64(len(row.want)) || c.Tree.Max < c.Matches || c.Tree.Min > c.Matches {
				t.Errorf("%s: counted %+v, %v", row.q, c, err)
			}
		})
	}
}

// TestPhraseWithoutPositions: all words is the best that can be said.
func TestPhraseWithoutPositions(t *testing.T) {
	src := newMemory(false, "mat sat", "sat mat", "mat")
	s := Search{Limit: 10}
	hits, err := s.Top(t.Context(), src, Phrase(2, "mat", "sat"))
	if err != nil || !slices.Equal(docs(hits), []uint32{1, 2}) {
		t.Errorf("%v, %v", hits, err)
	}
}

func TestOrderAndCollapse(t *testing.T) {
	src := newMemory(true, "x y", "x z", "x a", "x b", "y")
	titles := memoryValues{"delta", "beta", "alpha", "", "gamma"}
	targets := memoryValues{"p", "q", "p", "", "q"}
	for _, row := range []struct {
		name string
		s    Search
		want []uint32
	}{
		{"by docid", Search{Limit: 3}, []uint32{1, 2, 3}},
		{"by title", Search{Limit: 3, Ties: titles}, []uint32{4, 3, 2}},
		{"collapsed", Search{Limit: 3, Keys: targets}, []uint32{1, 2, 4}},
		{"by title, collapsed", Search{Limit: 4, Ties: titles, Keys: targets}, []uint32{4, 3, 2}},
		{"the best only", Search{Limit: 1, Ties: titles, Keys: targets}, []uint32{4}},
	} {
		row.s.Scheme = SuggestionBM25
		hits, err := row.s.Top(t.Context(), src, Term("x"))
		if err != nil || !slices.Equal(docs(hits), row.want) {
			t.Errorf("%s: got %v, want %v, %v", row.name, docs(hits), row.want, err)
		}
	}
	s := Search{Scheme: SuggestionBM25, Keys: targets}
	c, err := s.Count(t.Context(), src, Term("x"))
	want := Count{Tree: Estimate{4, 4, 4}, Matches: 4, Distinct: 2, Keyless: 1, Collapsed: true}
	if err != nil || c != want || c.Estimate() != 3 {
		t.Errorf("got %+v, %v, estimated %d, want %+v", c, err, c.Estimate(), want)
	}
}

// randomQuery returns a tree over the words of randomMemory.
func randomQuery(random *rand.Rand, depth int) *Query {
	word := func() string { return string(rune('a' + random.IntN(14))) }
	part := func() *Query { return randomQuery(random, depth-1) }
	kind := random.IntN(12)
	if depth == 0 {
		kind = 0
	}
	switch kind {
	case 1, 2:
		return And(part(), part())
	case 3, 4, 5:
		return Or(part(), part(), part())
	case 6:
		return AndNot(part(), part())
	case 7:
		return Xor(part(), part())
	case 8:
		return Phrase(2+random.IntN(3), word(), word())
	case 9:
		return Near(2+random.IntN(4), word(), word())
	case 10:
		return Synonym(word(), word(), word())
	case 11:
		return Filter(part(), func(doc uint32) bool { return doc%5 != 0 })
	}
	return Term(word())
}

// randomMemory returns texts whose words are the rarer the later in the alphabet.
func randomMemory(random *rand.Rand, n int) *memorySource {
	texts := make([]string, n)
	for i := range texts {
		words := make([]string, random.IntN(30))
		for j := range words {
			words[j] = string(rune('a' + int(14*random.Float64()*random.Float64())))
		}
		texts[i] = strings.Join(words, " ")
	}
	return newMemory(true, texts...)
}

// holds is the reference: whether a document matches, by looking at its words.
func holds(q *Query, doc uint32, words []string) bool {
	switch q.Op {
	case OpTerm:
		return slices.Contains(words, q.Term)
	case OpAnd:
		return !slices.ContainsFunc(q.Parts, func(p *Query) bool { return !holds(p, doc, words) })
	case OpOr, OpSynonym:
		return slices.ContainsFunc(q.Parts, func(p *Query) bool { return holds(p, doc, words) })
	case OpXor:
		n := 0
		for _, p := range q.Parts {
			if holds(p, doc, words) {
				n++
			}
		}
		return n%2 == 1
	case OpAndNot:
		return holds(q.Parts[0], doc, words) && !holds(q.Parts[1], doc, words)
	case OpFilter:
		return holds(q.Parts[0], doc, words) && q.Keep(doc)
	}
	for i, a := range words {
		for j, b := range words {
			far := j - i
			if q.Op == OpNear && far < 0 {
				far = -far
			}
			if a == q.Parts[0].Term && b == q.Parts[1].Term && far > 0 && far < q.Window {
				return true
			}
		}
	}
	return false
}

// TestPrunedIsExhaustive: a search for few finds the first of a search for all, which finds
// what matches.
func TestPrunedIsExhaustive(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for round := range 30 {
		src := randomMemory(random, 50+random.IntN(600))
		titles, keys := make(memoryValues, len(src.docs)), make(memoryValues, len(src.docs))
		for i := range titles {
			titles[i], keys[i] = fmt.Sprint(random.IntN(50)), fmt.Sprint(random.IntN(100))
		}
		for range 60 {
			q := randomQuery(random, 3)
			s := Search{Scheme: []BM25{FullTextBM25, SuggestionBM25, {K1: 1.2, B: 0.75}}[random.IntN(3)]}
			if random.IntN(2) == 0 {
				s.Ties = titles
			}
			if random.IntN(2) == 0 {
				s.Keys = keys
			}
			checkPruned(t, src, q, s)
			if t.Failed() {
				t.Fatalf("round %d, %s", round, q)
			}
		}
	}
}

func checkPruned(t *testing.T, src *memorySource, q *Query, s Search) {
	t.Helper()
	s.Limit = 10_000
	all, err := s.Top(t.Context(), src, q)
	if err != nil {
		t.Fatal(err)
	}
	var want []uint32
	for i, words := range src.docs {
		if holds(q, uint32(i+1), words) {
			want = append(want, uint32(i+1))
		}
	}
	got := docs(all)
	slices.Sort(got)
	if s.Keys == nil && !slices.Equal(got, want) {
		t.Errorf("got %d documents %v, want %d %v", len(got), got, len(want), want)
	}
	if c, err := s.Count(t.Context(), src, q); err != nil || c.Matches != uint64(len(want)) || c.Tree.Max < c.Matches || c.Tree.Min > c.Matches {
		t.Errorf("counted %+v, %v of %d", c, err, len(want))
	}
	for _, k := range []int{1, 2, 10, 50} {
		s.Limit = k
		few, err := s.Top(t.Context(), src, q)
		if err != nil {
			t.Fatal(err)
		}
		first := all[:min(k, len(all))]
		if !slices.EqualFunc(few, first, func(a, b Hit) bool { return a.Doc == b.Doc && a.Weight == b.Weight }) {
			t.Errorf("the best %d:\n got  %v\n want %v", k, docs(few), docs(first))
		}
	}
}

// TestPruningSaves: when the best are found, the rest of a long list is not read.
func TestPruningSaves(t *testing.T) {
	texts := make([]string, 20_000)
	for i := range texts {
		texts[i] = "a"
	}
	src := newMemory(true, texts...)
	s := Search{Limit: 10, Scheme: FullTextBM25}
	if _, err := s.Top(t.Context(), src, Term("a")); err != nil || src.reads.Load() > 10 {
		t.Errorf("%d reads, %v", src.reads.Load(), err)
	}
}

func TestMergedStatistics(t *testing.T) {
	whole := newMemory(true, "x y", "x", "y y z", "z x", "y")
	one, two := newMemory(true, "x y", "x", "y y z"), newMemory(true, "z x", "y")
	var sum Statistics
	for _, src := range []Source{one, two} {
		s, err := Gather(t.Context(), src, "x", "y")
		if err != nil {
			t.Fatal(err)
		}
		sum.Add(s)
	}
	q := Or(Term("x"), Term("y"))
	want, err := (&Search{Limit: 10, Scheme: FullTextBM25}).Top(t.Context(), whole, q)
	if err != nil {
		t.Fatal(err)
	}
	var got []Hit
	for i, src := range []Source{one, two} {
		hits, err := (&Search{Limit: 10, Scheme: FullTextBM25, Stats: &sum}).Top(t.Context(), src, q)
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range hits {
			h.Doc += uint32(3 * i)
			got = append(got, h)
		}
	}
	slices.SortFunc(got, func(a, b Hit) int {
		if a, b := (&candidate{Hit: a}), (&candidate{Hit: b}); a.before(b) {
			return -1
		}
		return 1
	})
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("merged (-got +want)\n%s", diff)
	}
}

func TestErrors(t *testing.T) {
	src := newMemory(true, "a b", "a", "b", "a b")
	src.fail = errMemory
	s := Search{Limit: 1}
	for _, q := range []*Query{Term("a"), And(Term("a"), Term("b")), Synonym("a", "b"), AndNot(Term("a"), Term("b"))} {
		if hits, err := s.Top(t.Context(), src, And(q, Filter(Term("b"), func(doc uint32) bool { return doc == 4 }))); !errors.Is(err, errMemory) {
			t.Errorf("%s: got %v, %v", q, hits, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Count(ctx, library, Or(Term("cat"), Term("dog"))); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// TestCut: where a prefix has more terms than are looked at, the search says so.
func TestCut(t *testing.T) {
	s := Search{Limit: 10, Scheme: FullTextBM25}
	for _, row := range []struct {
		name string
		q    *Query
		docs []uint32
		cut  bool
	}{
		{"fewer than the bound", &Query{Op: OpPrefix, Term: "ca", Bound: 3}, []uint32{1, 3, 4, 5}, false},
		{"as many", &Query{Op: OpPrefix, Term: "ca", Bound: 2}, []uint32{1, 3, 4, 5}, false},
		{"more", &Query{Op: OpPrefix, Term: "ca", Bound: 1}, []uint32{1, 3, 5}, true},
		{"more, inside a tree", And(Term("sat"), &Query{Op: OpPrefix, Term: "ca", Bound: 1}), []uint32{1, 5}, true},
		{"more than a limit, which is meant", Prefix("ca", 1), []uint32{1, 3, 5}, false},
	} {
		found, err := s.Find(t.Context(), library, row.q)
		got := docs(found.Hits)
		slices.Sort(got)
		if err != nil || found.Cut != row.cut || !slices.Equal(got, row.docs) {
			t.Errorf("%s: got %v, cut %t, %v", row.name, got, found.Cut, err)
		}
		if c, err := s.Count(t.Context(), library, row.q); err != nil || c.Cut != row.cut || c.Matches != uint64(len(row.docs)) {
			t.Errorf("%s: counted %+v, %v", row.name, c, err)
		}
	}
}
