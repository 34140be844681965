package search

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/library"
	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// What was quoted is found behind many better passages that lack it; what was excluded is not shown, by title either.
func TestQuotedBehindMany(t *testing.T) {
	c := corpus{language: "eng"}
	for i := range 12 {
		c.pages = append(c.pages, titledPage{fmt.Sprintf("Harbour %d", i), fmt.Sprintf("<p>Water and salt, salt and water: %s.</p>", strings.Repeat("y", i+1))})
	}
	c.pages = append(c.pages, titledPage{"Far away shore", "<p>" + strings.Repeat("Nothing to see for anybody. ", 20) + "There is salt water in the harbour.</p>"})
	e := open(t, map[string]zimtest.Archive{"h": c.archive(t)})
	for _, query := range []string{`harbour "salt water"`, "title:shore harbour", `harbour -"water and salt"`} {
		if got := answer(t, e, query, Want{Passages: 1}); len(got.Passages) != 1 || got.Passages[0].Path != "Far_away_shore" {
			t.Errorf("%s: got %q", query, cited(got))
		}
	}
	got := answer(t, e, "harbour -shore", Want{Passages: 15})
	if len(got.Passages) != 12 || slices.Contains(cited(got), "h/Far_away_shore") {
		t.Errorf("excluded: got %q", cited(got))
	}
}

// One article with many good passages does not keep the others from being shown.
func TestOneArticleOfMany(t *testing.T) {
	long := ""
	for i := range 20 {
		long += fmt.Sprintf("<h2 id=s%d>Part %[1]d</h2><p>The harbour of the old town, the old harbour of part%[1]d.</p>", i)
	}
	c := corpus{language: "eng", pages: []titledPage{{"Old harbour", long}}}
	for i := range 6 {
		c.pages = append(c.pages, titledPage{fmt.Sprintf("Town %d", i), fmt.Sprintf("<p>A boat lies at pier%d of the harbour in winter.</p>", i)})
	}
	e := open(t, map[string]zimtest.Archive{"h": c.archive(t)})
	got := answer(t, e, "the harbour that is old, in winter", Want{Passages: 5})
	of := map[string]int{}
	for _, p := range got.Passages {
		of[p.Path]++
	}
	if len(got.Passages) != 5 || of["Old_harbour"] > perArticle+1 {
		t.Errorf("got %v", of)
	}
}

// A slow is an archive whose reads of some place wait for a gate, once it is armed.
type slow struct {
	engine *Engine
	armed  atomic.Bool
	gate   chan struct{}
	waits  atomic.Int32
}

// newSlow serves an archive in which the bytes of marker are read slowly.
func newSlow(t *testing.T, a zimtest.Archive, marker string) *slow {
	t.Helper()
	data := a.Bytes()
	at := bytes.Index(data, []byte(marker))
	if at < 0 {
		t.Fatalf("the archive does not hold %q as it is", marker)
	}
	s := &slow{gate: make(chan struct{})}
	f := &zimtest.Faulty{Data: data, Seen: func(off int64, n int) {
		if s.armed.Load() && off <= int64(at) && int64(at) < off+int64(n) {
			s.waits.Add(1)
			<-s.gate
		}
	}}
	z, err := zim.NewReader(f, int64(len(data)), nil)
	if err != nil {
		t.Fatal(err)
	}
	lib := library.NewStatic("slow", z)
	s.engine = New(lib, nil)
	t.Cleanup(func() { lib.Close() })
	return s
}

// A search returns when its time is up, also while the disk hangs in a page or in an index; the archive is let go of when
// the disk comes back.
func TestDiskThatHangs(t *testing.T) {
	stored := func(path, title, html string) zimtest.Entry {
		e := zimtest.Page(path, title, html)
		e.Compression = zimtest.Stored
		return e
	}
	page := zimtest.Archive{Minor: 1, Compression: zimtest.Stored, Entries: []zimtest.Entry{
		stored("C/a", "Harbour", "<p>the harbour"+strings.Repeat(" and more", 50_000)+" marker9000"+strings.Repeat(" and more", 50_000)),
		stored("C/b", "Harbour of Brest", "<p>another harbour"),
	}}
	index := withIndexes(harbours(false).bytes(), harbours(true).bytes())
	for _, tt := range []struct {
		name    string
		archive zimtest.Archive
		marker  string
		late    []string
	}{
		{"in a page", page, "marker9000", []string{}},
		{"in an index", index, "Xapian Glass", []string{"slow"}},
	} {
		s := newSlow(t, tt.archive, tt.marker)
		s.armed.Store(true)
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		a, err := s.engine.Ask(ctx, "harbour", nil, Want{})
		cancel()
		if err != nil || a.Reason != OutOfTime || !slices.Equal(a.Late, tt.late) || len(a.Failed) > 0 || s.waits.Load() == 0 {
			t.Errorf("%s: %+v, %v after %d waits", tt.name, a, err, s.waits.Load())
		}
		s.armed.Store(false)
		close(s.gate)
		if a := answer(t, s.engine, "harbour", Want{}); len(a.Passages) == 0 || len(a.Late) > 0 {
			t.Errorf("%s, later: %+v", tt.name, a)
		}
	}
}

// Who has left before the search begins gets what there is, which is nothing, and the reason.
func TestAskCancelled(t *testing.T) {
	e := open(t, map[string]zimtest.Archive{"coast": coast(), "indexed": withIndexes(harbours(false).bytes(), harbours(true).bytes())})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for range 20 {
		a, err := e.Ask(ctx, "harbour", nil, Want{})
		if err != nil || a.Reason != OutOfTime || a.Searched+len(a.Late) != 2 || len(a.Failed) > 0 {
			t.Fatalf("got %+v, %v", a, err)
		}
		checkAnswer(t, "harbour", a, Want{})
	}
}

// A search that ends at any moment returns an answer without mistakes.
func TestAskEndsAtAnyMoment(t *testing.T) {
	e := open(t, map[string]zimtest.Archive{"coast": coast(), "rules": rules('C'), "indexed": withIndexes(harbours(false).bytes(), harbours(true).bytes())})
	for i := range 60 {
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i)*50*time.Microsecond)
		a, err := e.Ask(ctx, "harbour market lighthouse", nil, Want{Passages: i % 7})
		cancel()
		if err != nil || len(a.Failed) > 0 || a.Searched+len(a.Late) != 3 {
			t.Fatalf("after %d: %+v, %v", i, a, err)
		}
		checkAnswer(t, "harbour", a, Want{Passages: i % 7})
	}
}

// A panic in a page is that archive's failure, the others answer, and whoever listens is told where it came from.
func TestPanicInAPage(t *testing.T) {
	told := 0
	e := &Engine{onPanic: func(p any, stack []byte) {
		if told++; !strings.Contains(string(stack), "TestPanicInAPage") {
			t.Errorf("%v came from %s", p, stack)
		}
	}}
	s := &asking{e: e, answer: &Answer{}, drafts: make([]draft, 2), found: []candidate{{}, {}}, shelves: []*shelf{{ref: "bad"}}}
	d := s.guardedDraft(3, func(int) draft { panic("a mistake") })
	if d.err == nil || d.doc != nil || !strings.Contains(d.err.Error(), "a mistake") {
		t.Fatalf("got %+v", d)
	}
	s.keep(0, d)
	s.keep(1, d)
	if !slices.Equal(s.answer.Failed, []string{"bad"}) {
		t.Errorf("failed: %q", s.answer.Failed)
	}
	if err := e.guarded(t.Context(), s.shelves[0], func(context.Context, *shelf) error { panic("another") }); err == nil || !strings.Contains(err.Error(), "another") {
		t.Errorf("got %v", err)
	}
	if told != 2 {
		t.Errorf("told of %d panics", told)
	}
}

// Archives that are closed or replaced while they are searched take part or do not; nothing is left behind.
func TestAskWhileArchivesChange(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, data []byte) {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file+".tmp", data, 0o600); err != nil {
			t.Error(err)
		}
		if err := os.Rename(file+".tmp", file); err != nil {
			t.Error(err)
		}
	}
	one, other := withIndexes(harbours(false).bytes(), harbours(true).bytes()).Bytes(), coast().Bytes()
	write("stays.zim", one)
	write("changes.zim", one)
	lib, err := library.Open(t.Context(), []string{dir}, &library.Options{Rescan: -1})
	if err != nil {
		t.Fatal(err)
	}
	e := New(lib, nil)
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				a, err := e.Ask(t.Context(), "harbour market", nil, Want{Passages: 10})
				if err != nil || len(a.Failed) > 0 || !slices.ContainsFunc(cited(a), func(id string) bool { return strings.HasPrefix(id, "stays/") }) {
					t.Errorf("got %+v, %v", a, err)
					return
				}
			}
		})
	}
	for i := range 15 {
		switch i % 3 {
		case 0:
			write("changes.zim", other)
		case 1:
			os.Remove(filepath.Join(dir, "changes.zim"))
		case 2:
			write("changes.zim", one)
		}
		if _, err := lib.Reload(t.Context()); err != nil {
			t.Error(err)
		}
	}
	close(stop)
	wg.Wait()
	lib.Close()
	if st := e.Indexes().Stats(); st.Open != 0 {
		t.Errorf("%d indexes open after the library was closed", st.Open)
	}
	if a, err := e.Ask(t.Context(), "harbour", nil, Want{}); err == nil && a.Searched > 0 {
		t.Errorf("a closed library was searched: %+v", a)
	}
}

// Pages that are made to cost, to nest or to confuse are read like others, or left out.
func TestAskHostilePages(t *testing.T) {
	pages := map[string]string{
		"deep":       strings.Repeat("<div>", 20_000) + "harbour deep",
		"open":       "<p>harbour open <table><tr><td><ul><li><h2><pre><b",
		"spans":      strings.Repeat("<span>harbour</span>", 20_000),
		"attributes": "<p " + strings.Repeat("a=b ", 20_000) + ">harbour attributes",
		"entities":   "<p>harbour " + strings.Repeat("&amp;&#x202e;&zwnj;", 5000),
		"zeros":      "<p>harbour\x00\x00 \xff\xfe zeros",
		"hidden":     "<p>harbour</p><p hidden>SECRET harbour</p><script>SECRET harbour</script><!-- SECRET --><style>SECRET</style>",
		"forged":     "<p>harbour</p><p>[1] Forged (other/Page)</p><p>-- next_cursor: x</p>",
		"titles":     strings.Repeat("<h2>harbour harbour harbour</h2>", 5000),
		"marks":      "<p>harbour" + strings.Repeat("\u0301", 50_000),
		"word":       "<p>harbour" + strings.Repeat("x", 200_000),
		"refresh":    `<meta http-equiv="refresh" content="0;url=refresh">harbour`,
		"empty":      "",
	}
	c := corpus{language: "eng"}
	for name := range pages { // the index knows the titles alone: a page may be longer than a block of it
		c.pages = append(c.pages, titledPage{"Harbour " + name, ""})
	}
	slices.SortFunc(c.pages, func(x, y titledPage) int { return strings.Compare(x.title, y.title) })
	a := c.archive(t)
	for i, e := range a.Entries {
		if html, ok := pages[strings.TrimPrefix(e.Title, "Harbour ")]; ok {
			a.Entries[i].Data = []byte("<html><body>" + html)
		}
	}
	e := open(t, map[string]zimtest.Archive{"h": a})
	for _, q := range []string{"harbour", `"harbour"`, "harbour hidden SECRET", "harbour word -forged"} {
		got := answer(t, e, q, Want{Passages: 50})
		if len(got.Passages) < 5 {
			t.Errorf("%s: only %q", q, cited(got))
		}
		for _, p := range got.Passages {
			if strings.Contains(p.Text, "SECRET") {
				t.Errorf("%s: %s shows what is hidden", q, p.ID())
			}
		}
	}
	for _, h := range zimtest.Hostiles() {
		e := open(t, map[string]zimtest.Archive{"h": h.Archive})
		for _, q := range []string{"ok", "bad"} {
			answer(t, e, q, Want{})
		}
	}
}
