package search

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/internal/match"
)

// debianPython sees the modules that Debian's packages install.
const debianPython = "/usr/bin/python3"

// needModule skips the test where Debian's Python lacks a module.
func needModule(t *testing.T, module string) {
	t.Helper()
	if out, err := exec.Command(debianPython, "-c", "import "+module).CombinedOutput(); err != nil {
		t.Skipf("no %s to read along: install python3-%[1]s (%v %.200s)", module, err, out)
	}
}

// xapianTold is what testdata/oracle/primitives.py tells of an index.
type xapianTold struct {
	Terms  [][3]any          `json:"terms"`
	Size   [4]uint64         `json:"size"`
	Docs   [][4]any          `json:"docs"`
	Near   [][]uint32        `json:"near"`
	Values map[string][3]any `json:"values"`
	asked  [][3]float64      // what near was asked for
}

// askXapian hands an index to Xapian.
func askXapian(t *testing.T, ix *archiveIndex, near [][3]float64) xapianTold {
	t.Helper()
	file := filepath.Join(t.TempDir(), "index.glass")
	e, err := ix.a.LookupNS(t.Context(), 'X', map[string]string{fullTextPart: "fulltext/xapian", titlePart: "title/xapian"}[ix.part])
	if err != nil {
		t.Fatal(err)
	}
	it, err := e.Item()
	if err != nil {
		t.Fatal(err)
	}
	data, err := it.Bytes(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	question, err := json.Marshal(map[string]any{"near": near})
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(debianPython, "testdata/oracle/primitives.py", "tell", file)
	var complaints bytes.Buffer
	cmd.Stdin, cmd.Stderr = bytes.NewReader(question), &complaints
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("Xapian: %v\n%.2000s", err, complaints.Bytes())
	}
	told := xapianTold{asked: near}
	if err := json.Unmarshal(out, &told); err != nil {
		t.Fatal(err)
	}
	return told
}

// placesArchive is an archive with coordinates that libzim has just written.
func placesArchive(t *testing.T) *zim.Archive {
	t.Helper()
	needModule(t, "libzim")
	file := filepath.Join(t.TempDir(), "places.zim")
	if out, err := exec.Command(debianPython, "testdata/oracle/primitives.py", "build", file).CombinedOutput(); err != nil {
		t.Fatalf("libzim: %v\n%.2000s", err, out)
	}
	a, err := zim.Open(file, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	return a
}

// TestDifferentialPrimitives compares statistics, terms, values, places and document data
// with what Xapian reads, in an archive with coordinates and in a real one.
func TestDifferentialPrimitives(t *testing.T) {
	needModule(t, "xapian")
	for name, open := range map[string]func(*testing.T) *zim.Archive{
		"places": placesArchive,
		"real":   func(t *testing.T) *zim.Archive { return reader(t, indexed(t)) },
	} {
		t.Run(name, func(t *testing.T) {
			a := open(t)
			pair := NewIndexes(nil).of(a)
			for _, l := range []*lazyIndex{&pair.full, &pair.titles} {
				ix, err := l.get(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				told := askXapian(t, ix, circles())
				checkTerms(t, ix, told)
				checkDocuments(t, ix, told)
				if ix.part == fullTextPart {
					checkNear(t, NewCompat(a, nil), ix, told)
				}
			}
		})
	}
}

// circles are places and distances to ask for: small ones and large ones, over the poles
// and the line where the date changes.
func circles() (list [][3]float64) {
	for _, at := range [][2]float64{{48.85, 2.35}, {0, 0}, {0, 180}, {-89.5, 10}, {90, 0}, {45, -179.9}, {-33, 151}} {
		for _, metres := range []float64{0.5, 900, 11_000, 250_000, 2_100_000, 9_000_000, 20_100_000} {
			list = append(list, [3]float64{at[0], at[1], metres})
		}
	}
	return list
}

func checkTerms(t *testing.T, ix *archiveIndex, told xapianTold) {
	t.Helper()
	s := ix.summary()
	if got := [4]uint64{uint64(s.Docs), s.Length, uint64(s.Shortest), uint64(s.Longest)}; got != told.Size {
		t.Errorf("%s: %v, Xapian says %v", ix.part, got, told.Size)
	}
	var got, want []string
	v := ix.vocabulary(t.Context(), walkLimit{seeks: 10})
	for v.next() {
		got = append(got, fmt.Sprintf("%q %d %d", v.term(), v.stats().TF, v.stats().CF))
	}
	if v.err() != nil || v.stopped() != unbound {
		t.Errorf("%s: %v, stopped by %v", ix.part, v.err(), v.stopped())
	}
	starts := map[string]int{}
	for _, row := range told.Terms {
		term, err := hex.DecodeString(row[0].(string))
		if err != nil {
			t.Fatal(err)
		}
		tf, cf := int(row[1].(float64)), int(row[2].(float64))
		if st, err := ix.term(t.Context(), string(term)); err != nil || int(st.TF) != tf || int(st.CF) != cf {
			t.Errorf("%s: %q: %+v, %v; Xapian says %d %d", ix.part, term, st, err, tf, cf)
		}
		starts[string(term[:1])]++
		if term[0] != 'Z' && string(term) != anchorTerm {
			want = append(want, fmt.Sprintf("%q %d %d", term, tf, cf))
		}
	}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("%s: vocabulary (-got +want)\n%s", ix.part, diff)
	}
	for _, name := range []string{titleValue, targetValue, wordsValue, placeValue, "nonsense"} {
		st, err := ix.valueStats(t.Context(), name)
		want, ok := told.Values[name]
		if got := fmt.Sprintf("%d %x %x", st.Count, st.Lower, st.Upper); err != nil || ok && got != fmt.Sprintf("%v %v %v", want[0], want[1], want[2]) || !ok && st.Count != 0 {
			t.Errorf("%s: value %s: %s, %v; Xapian says %v", ix.part, name, got, err, want)
		}
	}
	for start := range starts {
		checkFrequent(t, ix, told, start)
	}
}

// checkFrequent compares the tf of the most frequent terms under a prefix, twice: the second
// time they may be at hand.
func checkFrequent(t *testing.T, ix *archiveIndex, told xapianTold, prefix string) {
	t.Helper()
	var want []int
	for _, row := range told.Terms {
		if strings.HasPrefix(row[0].(string), hex.EncodeToString([]byte(prefix))) {
			want = append(want, -int(row[1].(float64)))
		}
	}
	slices.Sort(want)
	for range 2 {
		top, exact, err := ix.frequent(t.Context(), prefix, 7)
		var got []int
		for _, e := range top {
			got = append(got, -int(e.TF))
		}
		if err != nil || !exact || !slices.Equal(got, want[:min(len(want), 7)]) {
			t.Errorf("%s: under %q: %v, %v, %v; want %v", ix.part, prefix, got, exact, err, want)
		}
	}
}

func checkDocuments(t *testing.T, ix *archiveIndex, told xapianTold) {
	t.Helper()
	words, places := ix.value(t.Context(), wordsValue), ix.value(t.Context(), placeValue)
	for _, row := range told.Docs {
		doc := uint32(row[0].(float64))
		e, ok, err := ix.entry(t.Context(), doc)
		if err != nil || !ok || string(e.Namespace())+"/"+e.Path() != row[1] {
			t.Errorf("%s: document %d: %s, %v, %v; Xapian says %v", ix.part, doc, e.Path(), ok, err, row[1])
			continue
		}
		if again, ok, err := ix.document(t.Context(), e); err != nil || ok && again != doc || !ok && ix.part == titlePart {
			t.Errorf("%s: %s: document %d, %v, %v; want %d", ix.part, e.Path(), again, ok, err, doc)
		}
		if n, ok := words.words(doc); ok != (row[2] != "") || ok && fmt.Sprint(n) != row[2] {
			t.Errorf("%s: document %d: %d words, %v; Xapian says %v", ix.part, doc, n, ok, row[2])
		}
		stored, err := hex.DecodeString(row[3].(string))
		if err != nil {
			t.Fatal(err)
		}
		want, wantOK := match.DecodePlace(stored)
		if p, ok := places.place(doc); p != want || ok != wantOK {
			t.Errorf("%s: document %d at %v, %v; want %v", ix.part, doc, p, ok, want)
		}
	}
	if words.err() != nil || places.err() != nil {
		t.Errorf("%v, %v", words.err(), places.err())
	}
}

// checkNear compares the documents in circles, all of them and those with a word.
func checkNear(t *testing.T, c *Compat, ix *archiveIndex, told xapianTold) {
	t.Helper()
	for i, q := range told.asked {
		from := match.Place{Latitude: q[0], Longitude: q[1]}
		found, all, err := ix.near(t.Context(), from, q[2], maxNearby)
		var got []uint32
		for _, d := range found {
			got = append(got, d.doc)
		}
		if !slices.IsSortedFunc(found, compareNearby) || err != nil || all != len(got) {
			t.Errorf("%v: %d of %d documents, %v, not the nearest first", q, len(got), all, err)
		}
		slices.Sort(got)
		if !slices.Equal(got, told.Near[i]) {
			t.Errorf("%v: got %v, Xapian finds %v", q, got, told.Near[i])
		}
		few, allFew, err := ix.near(t.Context(), from, q[2], 5)
		if err != nil || allFew != all || !slices.Equal(few, found[:min(len(found), 5)]) {
			t.Errorf("%v: the nearest five are %v of %d, %v", q, few, allFew, err)
		}
		with, err := c.FullTextIn(t.Context(), "harbour", CompatArea{q[0], q[1], q[2]}, CompatRange{Limit: 1000})
		if want := withWord(t, ix, "harbour", told.Near[i]); err != nil || len(with.Hits) != want {
			t.Errorf("%v: %d with the word, %v; want %d", q, len(with.Hits), err, want)
		}
	}
}

// withWord counts the documents that have a word.
func withWord(t *testing.T, ix *archiveIndex, stemmed string, docs []uint32) (n int) {
	t.Helper()
	p, _, err := ix.Postings(t.Context(), stemmed, nil)
	if err != nil {
		t.Fatal(err)
	}
	for p.Next() {
		if slices.Contains(docs, p.DocID()) {
			n++
		}
	}
	return n
}
