package glass_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/openzim-mcp/openzim-mcp/zim/internal/glass"
)

// TestMeetAndAdd compares what many documents at once are told with what a walk finds.
func TestMeetAndAdd(t *testing.T) {
	for _, name := range fixtures {
		t.Run(name, func(t *testing.T) { batches(t, fixtureBlob(t, name).open(t, nil)) })
	}
}

// TestMeetAndAddInRealIndexes does the same with indexes of real archives.
func TestMeetAndAddInRealIndexes(t *testing.T) {
	for _, b := range realBlobs(t) {
		if b.size < 4<<20 {
			t.Run(b.name, func(t *testing.T) { batches(t, b.open(t, nil)) })
		}
	}
}

func batches(t *testing.T, x *glass.Index) {
	t.Helper()
	r := rand.New(rand.NewPCG(7, 8))
	lengths := x.Lengths(t.Context())
	for walk, i := x.Terms(t.Context(), nil), 0; i < 300 && walk.Next(); i++ {
		term := slices.Clone(walk.Term())
		p, _ := x.Postings(t.Context(), term, nil)
		held := map[uint32]uint32{}
		for p.Next() {
			held[p.DocID()] = p.WDF()
		}
		meetAll(t, x, r, term, held)
		addAll(t, x, r, term, held)
	}
	for doc := uint32(1); doc <= x.LastDocID(); doc += 1 + r.Uint32N(300) {
		page, first := lengths.Page(doc)
		if got, want := page[doc-first], x.Lengths(t.Context()).Length(doc); got != want {
			t.Errorf("length of %d: got %d, want %d", doc, got, want)
		}
	}
}

// meetAll asks for random documents, some at a time, with a Next between now and then.
func meetAll(t *testing.T, x *glass.Index, r *rand.Rand, term []byte, held map[uint32]uint32) {
	t.Helper()
	p, _ := x.Postings(t.Context(), term, nil)
	step := 1 + r.Uint32N(1+x.LastDocID()/20)
	var at, wdfs [16]uint32
	for doc := uint32(1); doc <= x.LastDocID(); {
		var docs, want, got []uint32
		for len(docs) < 1+r.IntN(16) && doc <= x.LastDocID() {
			docs = append(docs, doc)
			if wdf, ok := held[doc]; ok {
				want = append(want, doc, wdf)
			}
			doc += 1 + r.Uint32N(step)
		}
		n := p.Meet(docs, at[:], wdfs[:])
		for i := range n {
			got = append(got, docs[at[i]], wdfs[i])
		}
		if !slices.Equal(got, want) {
			t.Fatalf("%q among %v: got %v, want %v", term, docs, got, want)
		}
		if r.IntN(4) > 0 {
			continue
		}
		if !p.Next() { // what Meet left it on is passed over
			break
		}
		doc = max(doc, p.DocID())
	}
	if p.Err() != nil {
		t.Error(p.Err())
	}
}

// addAll gathers random windows.
func addAll(t *testing.T, x *glass.Index, r *rand.Rand, term []byte, held map[uint32]uint32) {
	t.Helper()
	p, _ := x.Postings(t.Context(), term, nil)
	for first := uint32(1); first <= x.LastDocID(); {
		size := 1 + r.Uint32N(200)
		sums, set := make([]uint32, size), make([]uint64, (size+63)/64)
		next := p.Add(first, sums, set)
		for i := range size {
			wdf, ok := held[first+i]
			if sums[i] != wdf || set[i/64]>>(i%64)&1 == 1 != ok {
				t.Fatalf("%q in %d: got %d, want %d", term, first+i, sums[i], wdf)
			}
		}
		for doc := first + size; doc < min(next, first+size+500, x.LastDocID()+1); doc++ {
			if _, ok := held[doc]; ok {
				t.Fatalf("%q: %d is passed over, up to %d", term, doc, next)
			}
		}
		if _, ok := held[next]; next != glass.NoDoc && !ok {
			t.Fatalf("%q: %d is next and does not hold it", term, next)
		}
		first += size + r.Uint32N(100)
	}
}
