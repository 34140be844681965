package search

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/library"
	"github.com/openzim-mcp/openzim-mcp/zim/sidecar"
	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// bare is the corpus as an archive without an index.
func (c corpus) bare() zimtest.Archive {
	a := zimtest.Archive{Minor: 1, Metadata: map[string]string{"Language": c.language}}
	for _, p := range c.pages {
		a.Entries = append(a.Entries, zimtest.Page("C/"+strings.ReplaceAll(p.title, " ", "_"), p.title, p.html))
	}
	return a
}

// A shed is a directory with archives, some of which have sidecars, and who searches them.
type shed struct {
	*Engine
	dir     string
	lib     *library.Library
	mu      sync.Mutex
	refused []error // sidecars that were not used
}

// openShed writes archives, builds a sidecar of each, and opens a library of them.
func openShed(t testing.TB, archives map[string]zimtest.Archive, opts *BuildOptions) *shed {
	t.Helper()
	s := &shed{dir: t.TempDir()}
	for name, a := range archives {
		file := filepath.Join(s.dir, name+".zim")
		must(t, os.WriteFile(file, a.Bytes(), 0o600))
		buildSidecar(t, file, opts)
	}
	s.open(t)
	return s
}

// open opens the library anew.
func (s *shed) open(t testing.TB) {
	t.Helper()
	if s.lib != nil {
		s.lib.Close()
	}
	var err error
	s.lib, err = library.Open(t.Context(), []string{s.dir}, nil)
	must(t, err)
	lib := s.lib
	t.Cleanup(func() { lib.Close() })
	s.Engine = New(lib, &Options{Indexes: NewIndexes(&IndexOptions{OnSidecar: func(_ string, err error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.refused = append(s.refused, err)
	}})})
}

// sidecarDir is where the sidecar of an archive lies.
func sidecarDir(file string) string { return sidecar.Where{}.Path(file, sidecar.Key{}, sidecar.Text) }

func buildSidecar(t testing.TB, file string, opts *BuildOptions) Built {
	t.Helper()
	a, err := zim.Open(file, nil)
	must(t, err)
	defer a.Close()
	b, err := BuildText(t.Context(), a, sidecarDir(file), opts)
	must(t, err)
	return b
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// An archive with a sidecar answers as one that brings its index along.
func TestSidecarAnswersLikeAnIndex(t *testing.T) {
	c := ports()
	own := open(t, map[string]zimtest.Archive{"ports": c.archive(t)})
	s := openShed(t, map[string]zimtest.Archive{"ports": c.bare()}, nil)
	for _, q := range portQuestions() {
		want, got := answer(t, own, q[0], Want{}), answer(t, s.Engine, q[0], Want{})
		if len(got.Titles) > 0 || got.Reason != want.Reason {
			t.Errorf("%s: searched by titles %q, reason %q, want %q", q[0], got.Titles, got.Reason, want.Reason)
		}
		if len(got.Passages) == 0 || got.Passages[0].Path+"#"+got.Passages[0].Anchor != q[1] {
			t.Errorf("%s: got %q, want %s", q[0], cited(got), q[1])
		}
	}
	if got := s.sidecarOf(t, "ports"); len(s.refused) > 0 || got != SidecarUsed {
		t.Errorf("refused: %v, told: %q", s.refused, got)
	}
}

// However many read pages at once, and however large their batches, the outcome is the same.
func TestSidecarsOfAnyWorkersAreTheSame(t *testing.T) {
	c := ports()
	archives := map[string]zimtest.Archive{"ports": c.bare()}
	one := openShed(t, archives, &BuildOptions{Workers: 1})
	for _, opts := range []BuildOptions{{Workers: 5, BatchBytes: 1}, {Workers: 2, BatchBytes: 1000}, {Workers: 3}} {
		s := openShed(t, archives, &opts)
		for _, q := range portQuestions() {
			if diff := cmp.Diff(places(answer(t, one.Engine, q[0], Want{})), places(answer(t, s.Engine, q[0], Want{}))); diff != "" {
				t.Errorf("%+v: %s:\n%s", opts, q[0], diff)
			}
		}
	}
}

// Statistics are summed over archives with an index and with a sidecar: the same passages come first as in one archive.
func TestSidecarsArePooled(t *testing.T) {
	c := ports()
	whole := openShed(t, map[string]zimtest.Archive{"whole": c.bare()}, nil)
	odd := func(i int) bool { return i%2 == 1 }
	parts := openShed(t, map[string]zimtest.Archive{"odd": c.pick(odd).bare(), "even": c.pick(func(i int) bool { return !odd(i) }).bare()}, nil)
	for _, q := range portQuestions() {
		if diff := cmp.Diff(places(answer(t, whole.Engine, q[0], Want{Passages: 3})), places(answer(t, parts.Engine, q[0], Want{Passages: 3}))); diff != "" {
			t.Errorf("%s: -whole +parts:\n%s", q[0], diff)
		}
	}
}

// Scripts that write words solid are found by characters and pairs of them.
func TestSidecarOfSolidScripts(t *testing.T) {
	c := corpus{language: "zho", pages: []titledPage{
		{"北京", "<p>北京是中华人民共和国的首都，位于华北平原。</p>"},
		{"上海", "<p>上海是中国最大的城市，位于长江口。港口很大。</p>"},
		{"กรุงเทพ", "<p>กรุงเทพมหานครเป็นเมืองหลวงของประเทศไทย</p>"},
		{"ภูเก็ต", "<p>ภูเก็ตเป็นเกาะที่ใหญ่ที่สุดในทะเลอันดามัน</p>"},
	}}
	s := openShed(t, map[string]zimtest.Archive{"a": c.bare()}, nil)
	for q, want := range map[string]string{"中华人民共和国的首都在哪里": "北京", "长江口的城市": "上海", "เมืองหลวงของประเทศไทยคืออะไร": "กรุงเทพ", "เกาะที่ใหญ่ที่สุด": "ภูเก็ต"} {
		if a := answer(t, s.Engine, q, Want{}); len(a.Passages) == 0 || a.Passages[0].Path != want {
			t.Errorf("%s: got %q, want %s", q, cited(a), want)
		}
	}
}

// Operators, words that nothing has, and prefixes work on a sidecar as on an index.
func TestSidecarOperators(t *testing.T) {
	s := openShed(t, map[string]zimtest.Archive{"ports": ports().bare()}, nil)
	for q, want := range map[string]string{`"under mayor Olsen Number3 "`: "Dorsay", "title:Lomar harbour": "Lomar", "breakwater -Aldra": ""} {
		a := answer(t, s.Engine, q, Want{})
		if len(a.Passages) == 0 || want != "" && a.Passages[0].Path != want || a.Passages[0].Path == "Aldra" {
			t.Errorf("%s: got %q, want %s", q, cited(a), want)
		}
	}
	if a := answer(t, s.Engine, "breakwater xyzzyq", Want{}); !slices.Equal(a.Unknown, []string{"xyzzyq"}) {
		t.Errorf("unknown words: %q", a.Unknown)
	}
}

// A sidecar of an archive that was replaced is refused, and the archive is searched by its titles.
func TestSidecarOfAnotherArchive(t *testing.T) {
	s := openShed(t, map[string]zimtest.Archive{"ports": ports().bare()}, nil)
	other := ports().pick(func(i int) bool { return i < 20 }).bare()
	must(t, os.WriteFile(filepath.Join(s.dir, "ports.zim"), other.Bytes(), 0o600))
	s.open(t)
	a := answer(t, s.Engine, "Aldra breakwater", Want{})
	if !slices.Equal(a.Titles, []string{"ports"}) || len(a.Failed) > 0 || len(a.Passages) == 0 || a.Passages[0].Path != "Aldra" {
		t.Errorf("titles %q, failed %q, %q", a.Titles, a.Failed, cited(a))
	}
	answer(t, s.Engine, "Borvik", Want{})
	if len(s.refused) != 1 || !errors.Is(s.refused[0], sidecar.ErrStale) {
		t.Errorf("refused: %v", s.refused)
	}
	for _, st := range s.lib.All() {
		if st.Degraded {
			t.Error("the archive counts as damaged")
		}
	}
	if got := s.sidecarOf(t, "ports"); got != SidecarStale {
		t.Errorf("told: %q", got)
	}
}

// sidecarOf tells whether an archive is searched by its sidecar.
func (s *shed) sidecarOf(t *testing.T, name string) SidecarState {
	t.Helper()
	a, release, err := s.lib.Acquire(name)
	must(t, err)
	defer release()
	return s.Indexes().Sidecar(t.Context(), a)
}

// later lets the time pass after which a sidecar is looked for again.
func (s *shed) later(t *testing.T, name string) {
	t.Helper()
	a, release, err := s.lib.Acquire(name)
	must(t, err)
	defer release()
	side := &s.indexes.of(a).side
	side.mu.Lock()
	defer side.mu.Unlock()
	side.tried = side.tried.Add(-sideRetry)
}

// A sidecar that is made while the archive is served is found without a restart.
func TestSidecarIsNoticed(t *testing.T) {
	s := &shed{dir: t.TempDir()}
	file := filepath.Join(s.dir, "ports.zim")
	must(t, os.WriteFile(file, ports().bare().Bytes(), 0o600))
	s.open(t)
	if a := answer(t, s.Engine, "breakwater winter storm", Want{}); len(a.Titles) != 1 {
		t.Fatalf("searched by titles: %q", a.Titles)
	}
	buildSidecar(t, file, nil)
	s.later(t, "ports")
	if a := answer(t, s.Engine, "breakwater winter storm", Want{}); len(a.Titles) > 0 || len(a.Passages) == 0 {
		t.Errorf("searched by titles: %q", a.Titles)
	}
}

// Whatever happens to the files of a sidecar, the archive is still searched, and nothing panics.
func TestDamagedSidecars(t *testing.T) {
	s := openShed(t, map[string]zimtest.Archive{"ports": ports().bare()}, nil)
	dir := sidecarDir(filepath.Join(s.dir, "ports.zim"))
	files, err := os.ReadDir(dir)
	must(t, err)
	r := rand.New(rand.NewPCG(4, 4))
	for i := range 60 {
		name := filepath.Join(dir, files[i%len(files)].Name())
		whole, err := os.ReadFile(name)
		must(t, err)
		if len(whole) == 0 { // the lock
			continue
		}
		b := slices.Clone(whole)
		if i%2 == 0 {
			b = b[:r.IntN(len(b))]
		} else {
			b[r.IntN(len(b))] ^= 1 << r.IntN(8)
		}
		must(t, os.WriteFile(name, b, 0o600))
		s.open(t)
		a := answer(t, s.Engine, "Kesper breakwater", Want{})
		if len(a.Failed) > 0 || len(a.Passages) == 0 || a.Passages[0].Path != "Kesper" {
			t.Errorf("%s: %q, failed %q", filepath.Base(name), cited(a), a.Failed)
		}
		must(t, os.WriteFile(name, whole, 0o600))
	}
	if len(s.refused) < 20 {
		t.Errorf("only %d were refused", len(s.refused))
	}
}

// A file that loses its end while it is mapped costs the index, not the process.
func TestSidecarCutShortWhileOpen(t *testing.T) {
	c := ports()
	for i := range 3000 {
		c.pages = append(c.pages, titledPage{fmt.Sprint("Page ", i), fmt.Sprintf("<p>filler%d harbour other%d</p>", i, i*7)})
	}
	s := openShed(t, map[string]zimtest.Archive{"ports": c.bare()}, nil)
	answer(t, s.Engine, "harbour", Want{})
	for _, pattern := range []string{"terms-*", "docs-*"} {
		names, err := filepath.Glob(filepath.Join(sidecarDir(filepath.Join(s.dir, "ports.zim")), pattern))
		must(t, err)
		must(t, os.Truncate(names[0], 100))
	}
	a := answer(t, s.Engine, "Kesper filler2999 breakwater mayor", Want{})
	if len(a.Failed) > 0 || len(a.Titles) != 1 || len(s.refused) != 1 || !errors.Is(s.refused[0], sidecar.ErrDamaged) {
		t.Errorf("failed %q, titles %q, refused %v", a.Failed, a.Titles, s.refused)
	}
	if a := answer(t, s.Engine, "Kesper", Want{}); len(a.Titles) != 1 || len(s.refused) != 1 {
		t.Errorf("it is used again: titles %q, refused %v", a.Titles, s.refused)
	}
	buildSidecar(t, filepath.Join(s.dir, "ports.zim"), nil)
	s.later(t, "ports")
	if a := answer(t, s.Engine, "Kesper breakwater mayor", Want{}); len(a.Titles) > 0 {
		t.Error("it is not used again after it was built anew")
	}
}

// Many search while the archive is opened, replaced and closed. Its indexes close with it.
func TestSidecarAtOnce(t *testing.T) {
	s := openShed(t, map[string]zimtest.Archive{"a": ports().bare(), "b": ports().bare()}, nil)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for _, q := range portQuestions()[:20] {
				if a := answer(t, s.Engine, q[0], Want{}); len(a.Failed) > 0 {
					t.Errorf("%d: failed %q", i, a.Failed)
				}
			}
		})
	}
	must(t, os.Remove(filepath.Join(s.dir, "b.zim")))
	_, err := s.lib.Reload(t.Context())
	must(t, err)
	all.Wait()
	answer(t, s.Engine, "breakwater", Want{})
	if n := s.Indexes().Stats().Open; n != 1 {
		t.Errorf("%d indexes are open, want 1", n)
	}
	s.lib.Close()
	for range 100 {
		if s.Indexes().Stats().Open == 0 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Error("indexes are open after the library has closed")
}

// Each entry is a document, each document an entry, and the vocabulary is that of the pages.
func TestSidecarDocuments(t *testing.T) {
	c := ports()
	s := openShed(t, map[string]zimtest.Archive{"ports": c.bare()}, &BuildOptions{BatchBytes: 500})
	a, release, err := s.lib.Acquire("ports")
	must(t, err)
	defer release()
	ix, err := s.indexes.of(a).side.get(t.Context())
	must(t, err)
	if size := ix.Size(); int(size.Docs) != len(c.pages) || size.Shortest == 0 || size.Longest < size.Shortest {
		t.Errorf("size %+v", size)
	}
	seen := map[string]bool{}
	lengths, total := ix.Lengths(t.Context()), uint64(0)
	for doc := uint32(1); doc <= ix.Size().Docs; doc++ {
		e, ok, err := ix.entry(t.Context(), doc)
		if err != nil || !ok || seen[e.Path()] {
			t.Fatalf("document %d: %v, %v", doc, ok, err)
		}
		seen[e.Path()] = true
		page, first := lengths.Page(doc)
		total += uint64(page[doc-first])
		if back, ok, err := ix.document(t.Context(), e); err != nil || !ok || back != doc {
			t.Errorf("%s is document %d, found %d: %v", e.Path(), doc, back, err)
		}
	}
	if total != ix.Size().Length || lengths.Err() != nil {
		t.Errorf("lengths add up to %d, want %d; %v", total, ix.Size().Length, lengths.Err())
	}
	if _, ok, err := ix.entry(t.Context(), ix.Size().Docs+1); ok || err != nil {
		t.Errorf("a document behind the last: %v, %v", ok, err)
	}
	v := ix.vocabulary(t.Context(), walkLimit{})
	if !v.seek("breakw") || string(v.term()) != "breakwat" || v.stats().TF != uint32(len(c.pages)) {
		t.Errorf("vocabulary stands on %q", v.term())
	}
	if list, all, err := ix.Expand(t.Context(), "breakw", 5); err != nil || !all || len(list) != 1 || list[0].Term != "breakwat" {
		t.Errorf("expanded to %v, %v, %v", list, all, err)
	}
}

// Without any index, titles lead to articles and headings to the passage in them.
func TestHeadingsWithoutAnIndex(t *testing.T) {
	e := open(t, map[string]zimtest.Archive{"ports": ports().bare()})
	for q, want := range map[string]string{"Aldra trade": "Aldra#Trade", "harbour of Lomar": "Lomar#Harbour", "Zelda": "Zelda#"} {
		a := answer(t, e, q, Want{})
		if len(a.Passages) == 0 || a.Passages[0].Path+"#"+a.Passages[0].Anchor != want {
			t.Errorf("%s: got %q, want %s", q, cited(a), want)
		}
	}
}
