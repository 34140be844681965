package glass_test

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"slices"
	"sort"
	"testing"

	"github.com/openzim-mcp/openzim-mcp/zim/internal/glass"
)

// TestSeeksFindWhatWalksFind compares every way to a place with walking there.
func TestSeeksFindWhatWalksFind(t *testing.T) {
	for _, name := range fixtures {
		t.Run(name, func(t *testing.T) { seeks(t, fixtureBlob(t, name).open(t, nil)) })
	}
}

// TestSeeksInRealIndexes does the same with indexes of real archives.
func TestSeeksInRealIndexes(t *testing.T) {
	for _, b := range realBlobs(t) {
		if b.size < 4<<20 {
			t.Run(b.name, func(t *testing.T) { seeks(t, b.open(t, nil)) })
		}
	}
}

// seeks goes to random places of an index.
func seeks(t *testing.T, x *glass.Index) {
	t.Helper()
	r := rand.New(rand.NewPCG(5, 6))
	terms := seekTerms(t, x, r)
	for range min(len(terms), 300) {
		seekPostings(t, x, terms[r.IntN(len(terms))], r)
	}
	for _, slot := range dumpSlots {
		seekValues(t, x, slot, r)
	}
	seekLengths(t, x, r)
}

// seekTerms returns all terms, after it has sought many of them, and what is between.
func seekTerms(t *testing.T, x *glass.Index, r *rand.Rand) (all []string) {
	t.Helper()
	walk := x.Terms(t.Context(), nil)
	for walk.Next() {
		all = append(all, string(walk.Term()))
	}
	for range 300 {
		target := "m"
		if len(all) > 0 {
			target = all[r.IntN(len(all))]
		}
		target = target[:r.IntN(len(target)+1)] + []string{"", "\x00", "a", "\xff"}[r.IntN(4)]
		want := sort.SearchStrings(all, target)
		got := walk.Seek([]byte(target))
		for i := want; i < min(want+3, len(all)); i++ {
			if !got || string(walk.Term()) != all[i] {
				t.Fatalf("terms from %q on: %v, %q, want %q", target, got, walk.Term(), all[i])
			}
			got = walk.Next()
		}
		if want == len(all) && got {
			t.Fatalf("a term after all: %q", walk.Term())
		}
		under := x.Terms(t.Context(), []byte(target))
		n := 0
		for under.Next() {
			n++
		}
		if end := sort.Search(len(all), func(i int) bool { return all[i] > target && !bytes.HasPrefix([]byte(all[i]), []byte(target)) }); n != end-want {
			t.Fatalf("%d terms under %q, want %d", n, target, end-want)
		}
	}
	if walk.Err() != nil {
		t.Fatal(walk.Err())
	}
	return all
}

// seekPostings compares Next, Read and Seek.
func seekPostings(t *testing.T, x *glass.Index, term string, r *rand.Rand) {
	t.Helper()
	list := func() *glass.Postings {
		p, err := x.Postings(t.Context(), []byte(term), nil)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	var docs, wdfs []uint32
	p := list()
	for p.Next() {
		docs, wdfs = append(docs, p.DocID()), append(wdfs, p.WDF())
	}
	var gotDocs, gotWDFs []uint32
	some, counts := make([]uint32, 1+r.IntN(300)), make([]uint32, 300)
	q := list()
	for n := q.Read(some, counts); n > 0; n = q.Read(some, counts) {
		gotDocs, gotWDFs = append(gotDocs, some[:n]...), append(gotWDFs, counts[:n]...)
	}
	if !slices.Equal(docs, gotDocs) || !slices.Equal(wdfs, gotWDFs) || p.Count() != q.Count() {
		t.Fatalf("%q: Read gives other postings than Next", term)
	}
	s := list()
	for at := r.Uint32N(50); at <= x.LastDocID()+1; at += 1 + r.Uint32N(1+at) {
		i, _ := slices.BinarySearch(docs, at)
		if ok := s.Seek(at); ok != (i < len(docs)) || ok && (s.DocID() != docs[i] || s.WDF() != wdfs[i] || s.ChunkEnd() < docs[i]) {
			t.Fatalf("%q: seek %d: %v, %d, want place %d of %d", term, at, ok, s.DocID(), i, len(docs))
		}
	}
	if err := errors.Join(p.Err(), q.Err(), s.Err()); err != nil {
		t.Fatal(err)
	}
}

// seekValues reads a slot's values in any order.
func seekValues(t *testing.T, x *glass.Index, slot uint32, r *rand.Rand) {
	t.Helper()
	want := map[uint32]string{}
	var docs []uint32
	v := x.Values(t.Context(), slot, nil)
	for v.Next() {
		want[v.DocID()] = string(v.Bytes())
		docs = append(docs, v.DocID())
	}
	for range 300 {
		doc := r.Uint32N(x.LastDocID() + 2)
		if len(docs) > 0 && r.IntN(2) == 0 {
			doc = docs[r.IntN(len(docs))]
		}
		if r.IntN(3) > 0 {
			if got := v.Value(doc); string(got) != want[doc] {
				t.Fatalf("slot %d, document %d: %q, want %q", slot, doc, got, want[doc])
			}
			continue
		}
		i, _ := slices.BinarySearch(docs, doc)
		if ok := v.Seek(doc); ok != (i < len(docs)) || ok && v.DocID() != docs[i] {
			t.Fatalf("slot %d from document %d on: %v, %d, want place %d of %d", slot, doc, ok, v.DocID(), i, len(docs))
		}
	}
	if v.Err() != nil {
		t.Fatal(v.Err())
	}
}

// seekLengths reads lengths in any order.
func seekLengths(t *testing.T, x *glass.Index, r *rand.Rand) {
	t.Helper()
	want := map[uint32]uint32{}
	all, err := x.Documents(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	var sum uint64
	for all.Next() {
		want[all.DocID()] = all.WDF()
		sum += uint64(all.WDF())
	}
	l := x.Lengths(t.Context())
	for range 500 {
		if doc := r.Uint32N(x.LastDocID() + 5000); l.Length(doc) != want[doc] {
			t.Fatalf("document %d: length %d, want %d", doc, l.Length(doc), want[doc])
		}
	}
	if v := x.Version(); uint32(len(want)) != v.DocCount || sum != v.TotalLength || l.Err() != nil {
		t.Errorf("%d documents of %d, lengths sum up to %d of %d, %v", len(want), v.DocCount, sum, v.TotalLength, l.Err())
	}
}
