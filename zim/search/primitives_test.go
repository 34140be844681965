package search

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/openzim-mcp/openzim-mcp/zim/internal/match"
)

// realText is the full-text index of a real archive.
func realText(t testing.TB) *archiveIndex {
	t.Helper()
	ix, err := NewIndexes(nil).of(reader(t, indexed(t))).full.get(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return ix
}

// words walks a vocabulary from a word on.
func (v *vocabulary) words(from string, n int) (list []string) {
	for ok := v.seek(from); ok && len(list) < n; ok = v.next() {
		list = append(list, string(v.term()))
	}
	return list
}

// TestVocabularySeek: to seek is to walk there, forward and back.
func TestVocabularySeek(t *testing.T) {
	ix := realText(t)
	all := ix.vocabulary(t.Context(), walkLimit{}).words("", 1<<30)
	if len(all) < 50 || !slices.IsSorted(all) || slices.Contains(all, anchorTerm) {
		t.Fatalf("%d words, in order %v", len(all), slices.IsSorted(all))
	}
	random := rand.New(rand.NewPCG(7, 7))
	v := ix.vocabulary(t.Context(), walkLimit{seeks: 10_000})
	for range 500 {
		from := all[random.IntN(len(all))]
		from = from[:random.IntN(len(from)+1)] + string(rune(random.IntN(0x250)))
		at, _ := slices.BinarySearch(all, from)
		if got, want := v.words(from, 3), all[at:min(at+3, len(all))]; !slices.Equal(got, want) {
			t.Fatalf("from %q: got %q, want %q", from, got, want)
		}
	}
	if v.seek("\U0010FFFF") || v.err() != nil || v.stopped() != unbound {
		t.Errorf("behind the last: %q, %v, %v", v.term(), v.err(), v.stopped())
	}
}

// TestVocabularyOfTitles leaves out the stems and the anchor, from wherever it comes.
func TestVocabularyOfTitles(t *testing.T) {
	ix, err := NewIndexes(nil).of(openSketches(t, nil, harbours(true).bytes())).titles.get(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for from, want := range map[string][]string{"": {"harbour", "market"}, "0": {"harbour", "market"}, "Z": {"harbour", "market"}, "Zi": {"harbour", "market"}, "i": {"market"}, "n": nil} {
		if got := ix.vocabulary(t.Context(), walkLimit{}).words(from, 9); !slices.Equal(got, want) {
			t.Errorf("from %q: %q, want %q", from, got, want)
		}
	}
}

// TestVocabularyBounds: every bound ends a walk, and is told.
func TestVocabularyBounds(t *testing.T) {
	ix := realText(t)
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for _, row := range []struct {
		ctx   context.Context
		limit walkLimit
		want  bound
		words int // at most
	}{
		{t.Context(), walkLimit{}, unbound, 1 << 30},
		{t.Context(), walkLimit{terms: 5}, boundTerms, 5},
		{t.Context(), walkLimit{blocks: 1}, boundBlocks, 1 << 30},
		{cancelled, walkLimit{}, boundTime, 0},
	} {
		v := ix.vocabulary(row.ctx, row.limit)
		got := v.words("", 1<<30)
		if v.stopped() != row.want || v.err() != nil || len(got) > row.words {
			t.Errorf("%+v: %d words, stopped by %v, %v; want %v", row.limit, len(got), v.stopped(), v.err(), row.want)
		}
		if row.want != unbound && (v.next() || v.seek("a")) {
			t.Errorf("%+v: it went on", row.limit)
		}
	}
	v := ix.vocabulary(t.Context(), walkLimit{seeks: 2})
	if !v.seek("a") || !v.seek("b") || v.stopped() != unbound || v.seek("c") || v.stopped() != boundSeeks || v.next() {
		t.Errorf("after 2 seeks: stopped by %v", v.stopped())
	}
	for b, want := range []string{"none", "terms", "blocks", "seeks", "time", "time"} {
		if got := bound(b).String(); got != want && b <= int(boundTime) {
			t.Errorf("%d is called %q", b, got)
		}
	}
}

// TestTermIsCheap: an absent term has zeros, and no list is read.
func TestTermIsCheap(t *testing.T) {
	a := openSketches(t, harbours(false).bytes(), nil)
	ix, err := NewIndexes(nil).of(a).full.get(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for term, want := range map[string]match.TermStats{"harbour": {TF: 3, CF: 6, MaxWDF: 3}, "market": {TF: 2, CF: 3, MaxWDF: 2}, "harbo": {}, "": {}, strings.Repeat("x", 300): {}} {
		if st, err := ix.term(t.Context(), term); st != want || err != nil {
			t.Errorf("%.20q: %+v, %v; want %+v", term, st, err, want)
		}
	}
	want := indexSummary{Size: match.Size{Docs: 3, LastDoc: 3, Length: 60, Shortest: 1, Longest: 50}, Slots: map[string]uint32{titleValue: 0, targetValue: 1, placeValue: 2}}
	if got := ix.summary(); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("summary %v, want %v", got, want)
	}
}

// TestPrefixTops: what is kept of prefixes is bounded, and is of those that cost the most.
func TestPrefixTops(t *testing.T) {
	var tops prefixTops
	random := rand.New(rand.NewPCG(8, 8))
	for i := range 2000 {
		top := prefixTop{blocks: uint64(random.IntN(5000))}
		for range 100 {
			top.terms = append(top.terms, match.Expansion{Term: strings.Repeat("x", random.IntN(60))})
		}
		tops.keep(fmt.Sprint(i), top)
		size := 0
		for _, kept := range tops.kept {
			size += kept.cost
		}
		if size != tops.size || size > topsBytes {
			t.Fatalf("%d bytes kept, %d counted, %d allowed", size, tops.size, topsBytes)
		}
	}
	var least uint64 = 5000
	for _, kept := range tops.kept {
		least = min(least, kept.blocks)
	}
	if len(tops.kept) < 30 || least < 4500 {
		t.Errorf("%d prefixes are kept, some of %d blocks", len(tops.kept), least)
	}
	tops.keep("huge", prefixTop{blocks: 1 << 40, terms: make([]match.Expansion, topsBytes/topOverhead)})
	if _, ok := tops.kept["huge"]; ok || tops.size > topsBytes {
		t.Error("what is too large is kept")
	}
}

// TestShortPrefixesAreKept: the second time, nothing is read.
func TestShortPrefixesAreKept(t *testing.T) {
	var items []leafItem
	for i := range 120 {
		items = append(items, leafItem{key: fmt.Sprintf("q%03d", i), tag: chunkOf(1)})
	}
	s := harbours(false)
	s.roots = map[int]sketchRoot{postlistTable: {block: 3, level: 1}}
	s.blocks = [][]byte{packBranch(1, []uint32{1, 4, 5}, []string{"", "q000", "q060"}), packLeaf(items[:60]), packLeaf(items[60:])}
	shared := NewIndexes(nil)
	ix, err := shared.of(openSketches(t, s.bytes(), nil)).full.get(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	first, exact, err := ix.frequent(t.Context(), "q", 100)
	if err != nil || !exact || len(first) != 100 || len(ix.tops.kept) != 1 {
		t.Fatalf("%d terms, %v, %v, %d prefixes kept", len(first), exact, err, len(ix.tops.kept))
	}
	before := shared.Stats()
	again, exact, err := ix.frequent(t.Context(), "q", 100)
	if st := shared.Stats(); err != nil || !exact || !slices.Equal(first, again) || st != before {
		t.Errorf("the second time: %v, the same %v, %+v before, %+v behind", err, slices.Equal(first, again), before, st)
	}
	if few, _, err := ix.frequent(t.Context(), "q00", 3); err != nil || len(few) != 3 || len(ix.tops.kept) != 1 {
		t.Errorf("longer prefix: %v, %v, %d prefixes kept", few, err, len(ix.tops.kept))
	}
}

// TestPrefixWalkIsShared: who asks for a prefix at the same time gets the same terms, and a
// caller that is cancelled spoils it for none.
func TestPrefixWalkIsShared(t *testing.T) {
	ix := realText(t)
	want, err := termsUnder(t.Context(), ix.x, "t")
	if err != nil {
		t.Fatal(err)
	}
	most := match.Frequent(want.terms, expandLimit)
	for range 50 {
		var tops prefixTops
		cancelled, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		for g := range 8 {
			wg.Go(func() {
				ctx := t.Context()
				if g%4 == 0 {
					ctx = cancelled
				}
				top, err := tops.of(ctx, ix.x, "t", expandLimit)
				if g%4 == 0 && errors.Is(err, context.Canceled) {
					return
				}
				if err != nil || !slices.Equal(top.terms, most) {
					t.Errorf("%d terms, %v; want %d", len(top.terms), err, len(most))
				}
			})
		}
		cancel()
		wg.Wait()
		if len(tops.walks) != 0 {
			t.Error("a walk is left")
		}
	}
}

// TestBoxes: no place within the distance is outside of the box.
func TestBoxes(t *testing.T) {
	random := rand.New(rand.NewPCG(9, 9))
	inside := 0
	for range 200_000 {
		p := match.Place{Latitude: random.Float64()*180 - 90, Longitude: random.Float64()*540 - 180}
		spread := []float64{0.001, 1, 30, 180}[random.IntN(4)]
		q := match.Place{Latitude: max(-90, min(90, p.Latitude+random.NormFloat64()*spread)), Longitude: p.Longitude + random.NormFloat64()*spread}
		d := p.Distance(q)
		if !around(p, d).holds(q) {
			t.Fatalf("%v is %v m from %v, and outside of the box", q, d, p)
		}
		if around(p, d/3).holds(q) {
			inside++
		}
	}
	if inside > 150_000 {
		t.Errorf("boxes exclude hardly anything: %d", inside)
	}
}

// TestDocumentOfOthers: an entry that the index does not have is not found in it.
func TestDocumentOfOthers(t *testing.T) {
	s := harbours(true)
	s.set(docdataTable, docKey(3), "C/elsewhere")
	a := openSketches(t, nil, s.bytes())
	ix, err := NewIndexes(nil).of(a).titles.get(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]uint32{"a": 1, "b": 2, "c": 0} {
		e, err := a.LookupNS(t.Context(), 'C', path)
		if err != nil {
			t.Fatal(err)
		}
		if doc, ok, err := ix.document(t.Context(), e); err != nil || ok != (want != 0) || doc != want && ok {
			t.Errorf("%s: document %d, %v, %v; want %d", path, doc, ok, err, want)
		}
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	e, err := a.LookupNS(t.Context(), 'C', "a")
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := ix.document(cancelled, e); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
