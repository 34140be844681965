package terms

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openzim-mcp/openzim-mcp/zim/internal/match"
)

// A corpus is a list of documents, each with how often it has each term.
type corpus []map[string]uint32

// random makes one in which some terms are in most documents and others in one.
func random(seed uint64, docs int) corpus {
	r := rand.New(rand.NewPCG(seed, 7))
	c := make(corpus, docs)
	for i := range c {
		c[i] = map[string]uint32{}
		for range 1 + r.IntN(40) {
			n := int(300 * r.Float64() * r.Float64() * r.Float64())
			c[i][fmt.Sprintf("t%d", n)] += 1 + uint32(r.IntN(5))
		}
	}
	return c
}

// write makes a file of the documents from..to.
func (c corpus) write(t *testing.T, name string) {
	t.Helper()
	b := NewBatch()
	for _, d := range c {
		for term, n := range d {
			b.Add(Body, term, n)
		}
		b.Add(Title, "same", 1)
		lengths, most := b.Next()
		if lengths != [Fields]uint32{c.length(d), 1} || most != c.most(d) {
			t.Fatalf("lengths %v and %d, want %d and %d", lengths, most, c.length(d), c.most(d))
		}
	}
	must(t, b.Write(name))
}

func (corpus) length(d map[string]uint32) (n uint32) {
	for _, k := range d {
		n += k
	}
	return n
}

func (corpus) most(d map[string]uint32) (n uint32) {
	for _, k := range d {
		n = max(n, k)
	}
	return n
}

// postings returns the documents that have a term, and how often.
func (c corpus) postings(term string) (docs, wdfs []uint32) {
	for i, d := range c {
		if d[term] > 0 {
			docs, wdfs = append(docs, uint32(i+1)), append(wdfs, d[term])
		}
	}
	return docs, wdfs
}

const most = 1000

// opened writes a corpus, in parts that are merged if there are several, and opens it.
func opened(t *testing.T, c corpus, parts int) (*Index, string) {
	t.Helper()
	dir := t.TempDir()
	name := filepath.Join(dir, "all")
	var names []string
	for i := range parts {
		part := filepath.Join(dir, fmt.Sprint(i))
		c[i*len(c)/parts:(i+1)*len(c)/parts].write(t, part)
		names = append(names, part)
	}
	if parts > 1 {
		must(t, Merge(t.Context(), names, name))
	} else {
		name = names[0]
	}
	x, err := Open(name, uint32(len(c)), most)
	must(t, err)
	t.Cleanup(func() { x.Close() })
	return x, name
}

func TestPostings(t *testing.T) {
	for _, parts := range []int{1, 2, 7} {
		c := random(uint64(parts), 3000)
		x, _ := opened(t, c, parts)
		for n := range 301 {
			term := fmt.Sprintf("t%d", n)
			docs, wdfs := c.postings(term)
			p, st, err := x.Postings(t.Context(), Body, term, nil)
			must(t, err)
			if int(st.TF) != len(docs) {
				t.Fatalf("%s: in %d documents, want %d", term, st.TF, len(docs))
			}
			var gotDocs, gotWDFs []uint32
			for p.Next() {
				gotDocs, gotWDFs = append(gotDocs, p.DocID()), append(gotWDFs, p.WDF())
			}
			must(t, p.Err())
			if !slices.Equal(gotDocs, docs) || !slices.Equal(gotWDFs, wdfs) {
				t.Fatalf("%s in %d parts: documents or counts differ", term, parts)
			}
			walkAnyhow(t, x, term, docs, wdfs, uint64(n))
		}
	}
}

// walkAnyhow moves over a list by all means in turn and compares where it stands.
func walkAnyhow(t *testing.T, x *Index, term string, docs, wdfs []uint32, seed uint64) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 1))
	p, _, err := x.Postings(t.Context(), Body, term, nil)
	must(t, err)
	at := -1 // where p has to stand in docs
	for range 60 {
		switch r.IntN(4) {
		case 0:
			at = min(at+1, len(docs))
			if p.Next() != (at < len(docs)) {
				t.Fatalf("%s: Next", term)
			}
		case 1:
			doc := uint32(r.IntN(3100))
			i, _ := slices.BinarySearch(docs, doc)
			at = max(at, i)
			if p.Seek(doc) != (at < len(docs)) {
				t.Fatalf("%s: Seek(%d)", term, doc)
			}
		case 2:
			var d, w [9]uint32
			n := p.Read(d[:], w[:])
			from := min(at+1, len(docs))
			at = min(at+9, len(docs))
			to := min(at+1, len(docs))
			if !slices.Equal(d[:n], docs[from:to]) || !slices.Equal(w[:n], wdfs[from:to]) {
				t.Fatalf("%s: Read gives %v, want %v", term, d[:n], docs[from:to])
			}
			if n < 9 {
				at = len(docs)
			}
		case 3:
			first := p.doc + uint32(r.IntN(50))
			sums, set := make([]uint32, 128), make([]uint64, 2)
			next := p.Add(max(first, 1), sums, set)
			i, _ := slices.BinarySearch(docs, max(first, 1))
			for at = max(at, i); at < len(docs) && docs[at] < max(first, 1)+128; at++ {
				k := docs[at] - max(first, 1)
				if sums[k] != wdfs[at] || set[k/64]&(1<<(k%64)) == 0 {
					t.Fatalf("%s: Add of document %d", term, docs[at])
				}
			}
			want := uint32(1<<32 - 1)
			if at < len(docs) {
				want = docs[at]
			}
			if next != want {
				t.Fatalf("%s: Add goes on at %d, want %d", term, next, want)
			}
		}
		if at >= len(docs) {
			return
		}
		if at >= 0 && (p.DocID() != docs[at] || p.WDF() != wdfs[at]) {
			t.Fatalf("%s: stands on %d, want %d", term, p.DocID(), docs[at])
		}
	}
}

func TestMeet(t *testing.T) {
	c := random(5, 2000)
	x, _ := opened(t, c, 3)
	r := rand.New(rand.NewPCG(3, 3))
	for n := range 200 {
		term := fmt.Sprintf("t%d", n)
		p, _, err := x.Postings(t.Context(), Body, term, nil)
		must(t, err)
		var ask []uint32
		for doc := uint32(1); doc <= 2100; doc += 1 + uint32(r.IntN(30)) {
			ask = append(ask, doc)
		}
		for half := range slices.Chunk(ask, len(ask)/2+1) {
			at, wdfs := make([]uint32, len(half)), make([]uint32, len(half))
			got := p.Meet(half, at, wdfs)
			want := 0
			for i, doc := range half {
				if int(doc) > len(c) || c[doc-1][term] == 0 {
					continue
				}
				if want >= got || at[want] != uint32(i) || wdfs[want] != c[doc-1][term] {
					t.Fatalf("%s: document %d is not met", term, doc)
				}
				want++
			}
			if got != want {
				t.Fatalf("%s: met %d, want %d", term, got, want)
			}
		}
	}
}

func TestWalk(t *testing.T) {
	c := random(9, 500)
	x, _ := opened(t, c, 2)
	tf := map[string]uint32{}
	for _, d := range c {
		for term := range d {
			tf[term]++
		}
	}
	var want []string
	for term := range tf {
		want = append(want, term)
	}
	slices.Sort(want)
	var got []string
	w := x.Walk(Body)
	for w.Next() {
		if got = append(got, w.Term()); w.Stats().TF != tf[w.Term()] {
			t.Fatalf("%s: in %d documents, want %d", w.Term(), w.Stats().TF, tf[w.Term()])
		}
	}
	must(t, w.Err())
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if !w.Seek(want[7]+"\x00") || w.Term() != want[8] || !w.Seek("") || w.Term() != want[0] || w.Seek("u") {
		t.Error("Seek")
	}
	if w = x.Walk(Title); !w.Next() || w.Term() != "same" || w.Stats().TF != 500 || w.Next() {
		t.Error("the terms of titles are not apart")
	}
}

func TestBatchIsUsedAgain(t *testing.T) {
	dir := t.TempDir()
	b := NewBatch()
	for i := range 3 {
		b.Add(Body, "dropped", 1)
		b.Drop()
		b.Add(Body, fmt.Sprint("only", i), 2)
		b.Next()
		name := filepath.Join(dir, fmt.Sprint(i))
		must(t, b.Write(name))
		x, err := Open(name, 1, most)
		must(t, err)
		var got []string
		for w := x.Walk(Body); w.Next(); {
			got = append(got, w.Term())
		}
		must(t, x.Close())
		if want := []string{fmt.Sprint("only", i)}; !slices.Equal(got, want) {
			t.Errorf("batch %d: got %v, want %v", i, got, want)
		}
	}
}

func TestMergeIsCancelled(t *testing.T) {
	c := random(4, 2000)
	dir := t.TempDir()
	var names []string
	for i := range 4 {
		names = append(names, filepath.Join(dir, fmt.Sprint(i)))
		c.write(t, names[i])
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	to := filepath.Join(dir, "all")
	if err := Merge(ctx, names, to); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(to); err == nil {
		t.Error("it left a file")
	}
}

// TestDamage cuts a file short and flips its bytes, and reads all of it each time: whatever comes of that is an error or
// another list, and never a panic.
func TestDamage(t *testing.T) {
	_, name := opened(t, random(6, 300), 2)
	whole, err := os.ReadFile(name)
	must(t, err)
	r := rand.New(rand.NewPCG(1, 2))
	for i := range 600 {
		b := slices.Clone(whole)
		if i%4 == 0 {
			b = b[:r.IntN(len(b))]
		} else {
			b[r.IntN(len(b))] ^= 1 << r.IntN(8)
		}
		readAll(t, b)
	}
}

// readAll reads what can be read of a file, and ignores what it says.
func readAll(t *testing.T, b []byte) {
	t.Helper()
	name := filepath.Join(t.TempDir(), "x")
	must(t, os.WriteFile(name, b, 0o600))
	x, err := Open(name, 300, most)
	if err != nil {
		return
	}
	defer x.Close()
	for n := range 300 {
		p, _, err := x.Postings(t.Context(), Body, fmt.Sprintf("t%d", n), nil)
		for err == nil && p.Next() {
			if p.DocID() == 0 || p.DocID() > 300 || p.WDF() > most {
				t.Fatalf("a document %d, %d times", p.DocID(), p.WDF())
			}
		}
	}
}

// TestCutShortWhileOpen takes away the end of a file that is mapped: a read of it is then a fault of memory.
func TestCutShortWhileOpen(t *testing.T) {
	x, name := opened(t, random(8, 20_000), 2)
	must(t, os.Truncate(name, 4096))
	failed := 0
	for n := range 300 {
		p, _, err := x.Postings(t.Context(), Body, fmt.Sprintf("t%d", n), nil)
		var e *Error
		if errors.As(err, &e) {
			failed++
			continue
		}
		must(t, err)
		for p.Next() {
		}
		if errors.As(p.Err(), &e) {
			failed++
		}
	}
	if failed == 0 {
		t.Error("nothing failed")
	}
}

// TestOrSearch compares a search by MaxScore with one that looks at everything.
func TestOrSearch(t *testing.T) {
	c := random(11, 5000)
	x, _ := opened(t, c, 3)
	src := source{x: x, lengths: make([]uint32, 8192)}
	for i, d := range c {
		src.lengths[i+1] = c.length(d)
		src.total += uint64(c.length(d))
	}
	norm := match.BM25{K1: 1, B: 0.5}
	for n := range 100 {
		list := []match.OrTerm{{Term: fmt.Sprintf("t%d", n), Weight: 1}, {Term: fmt.Sprintf("t%d", n*2), Weight: 2.5}, {Term: "t1", Weight: 0.1}}
		some := match.OrSearch{Limit: 10, Norm: norm}
		got, err := some.Find(t.Context(), src, list)
		must(t, err)
		all := match.OrSearch{Limit: len(c), Norm: norm}
		want, err := all.Find(t.Context(), src, list)
		must(t, err)
		if diff := cmp.Diff(want.Hits[:min(10, len(want.Hits))], got.Hits); diff != "" {
			t.Fatalf("%v (-all +best):\n%s", list, diff)
		}
	}
}

// A source is an index as package match reads it, with lengths of a corpus.
type source struct {
	x       *Index
	lengths []uint32
	total   uint64
}

func (s source) Size() match.Size {
	return match.Size{Docs: s.x.Docs(), LastDoc: s.x.Docs(), Length: s.total, Shortest: 1, Longest: most}
}
func (s source) HasPositions() bool { return false }
func (s source) Postings(ctx context.Context, term string, reuse match.Postings) (match.Postings, match.TermStats, error) {
	return s.x.Postings(ctx, Body, term, reuse)
}
func (s source) Positions(context.Context, string, match.Positions) match.Positions { return nil }
func (s source) Lengths(context.Context) match.Lengths                              { return s }
func (s source) Expand(context.Context, string, int) ([]match.Expansion, bool, error) {
	return nil, true, nil
}
func (s source) Err() error                     { return nil }
func (s source) Page(uint32) ([]uint32, uint32) { return s.lengths, 0 }

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
