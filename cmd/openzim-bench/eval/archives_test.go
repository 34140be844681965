package eval

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openzim-mcp/openzim-mcp/zim"
)

// needsLibzim skips without an interpreter that has libzim.
func needsLibzim(t *testing.T) {
	t.Helper()
	if err := exec.Command(DebianPython, "-c", "import libzim.writer").Run(); err != nil {
		t.Skip("python3-libzim is missing")
	}
}

func TestMake(t *testing.T) {
	needsLibzim(t)
	var made []string
	m := &Maker{Dir: filepath.Join(t.TempDir(), "new"), Log: func(s string) { made = append(made, s) }}
	a := Archive{Name: "two", Title: "Two pages", Lang: "eng", Pages: []Document{
		{ID: "en/Oxygen", Title: "Oxygen", HTML: "<html><body><p>gas</p></body></html>"},
		{ID: "git/a.html", Title: "Ä & b", HTML: "<html><body><p>text</p></body></html>"},
		{ID: "en/O2", Title: "O2", Redirect: "Oxygen"}}}
	name, err := m.Make(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	arc, err := zim.Open(name, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer arc.Close()
	if !arc.HasFullText(t.Context()) || !arc.HasTitleIndex(t.Context()) {
		t.Error("an index is missing")
	}
	got := map[string]string{}
	for e, err := range arc.Articles(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		got[e.Path()] = e.Title()
	}
	if d := cmp.Diff(got, map[string]string{"Oxygen": "Oxygen", "git/a.html": "Ä & b", "O2": "O2"}); d != "" {
		t.Errorf("articles: got -, want +:\n%s", d)
	}
	if lang, err := arc.Metadata(t.Context(), "Language"); err != nil || string(lang) != "eng" {
		t.Errorf("language: got %q, %v", lang, err)
	}
	for _, title := range []string{"Two pages", "Other title"} { // the same again, then another
		a.Title = title
		if _, err := m.Make(t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
	if len(made) != 2 {
		t.Errorf("made %d times, want 2: %q", len(made), made)
	}
	if !strings.HasPrefix(m.Version(), "libzim ") {
		t.Errorf("version: got %q", m.Version())
	}
}

func TestMakeRefusals(t *testing.T) {
	m := &Maker{Dir: t.TempDir(), Python: "/bin/false"}
	_, err := m.Make(t.Context(), Archive{Name: "x", Pages: []Document{{ID: "a"}}})
	if err == nil || !strings.Contains(err.Error(), "python3-libzim") {
		t.Errorf("without libzim: got %v, want the package's name", err)
	}
	if _, err := (Archive{Name: "x"}).input(); err == nil {
		t.Error("without pages: got no error")
	}
}

// englishData is a folder of evaluation data with the small corpus as English and Chinese, without distractors.
func englishData(t *testing.T) string {
	t.Helper()
	questions, _, _ := smallRun()
	dir := t.TempDir()
	writeCorpus(t, filepath.Join(dir, "xquad", "en"), corpus[:2], append(questions[:3:3], questions[4]))
	writeCorpus(t, filepath.Join(dir, "xquad", "zh"), corpus[2:], questions[3:4])
	probes := "id\tquery\texpect\tavoid\tmode\tneeds\tclass\np1\tthe a\tThe A\tA\tfirst\ttitles\tx\np2\ttext\t\tA\tavoid\ttext\tx\n"
	if err := os.WriteFile(filepath.Join(dir, "probes.tsv"), []byte(probes), 0o644); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestCorpora(t *testing.T) {
	c := &Corpora{Data: englishData(t), Maker: &Maker{Dir: t.TempDir()}}
	for i := range 5 {
		c.distractors = append(c.distractors, Document{ID: "postgresql/" + string(rune('a'+i)), Title: "p", HTML: "<p>p</p>"},
			Document{ID: "git/" + string(rune('a'+i)), Title: "g", HTML: "<p>g</p>"})
	}
	e1, err := c.E1(t.Context())
	if err != nil || len(e1.Pages) != 12 {
		t.Fatalf("E1: got %d pages, %v, want 12", len(e1.Pages), err)
	}
	e3, err := c.E3(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	sizes := map[string]int{}
	for _, a := range e3 {
		sizes[a.Name] = len(a.Pages)
	}
	if d := cmp.Diff(sizes, map[string]int{"e3-en0": 1, "e3-en1": 1, "e3-git": 5, "e3-postgresql0": 3, "e3-postgresql1": 2}); d != "" {
		t.Errorf("E3: got -, want +:\n%s", d)
	}
	halves, lacks, err := c.E10(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(lacks, map[string]string{"en/A": "e10-1", "en/B": "e10-0"}); d != "" {
		t.Errorf("E10: got -, want +:\n%s", d)
	}
	for _, h := range halves {
		if len(h.Pages) != 11 {
			t.Errorf("%s has %d pages, want 11", h.Name, len(h.Pages))
		}
		for _, p := range h.Pages {
			if lacks[p.ID] == h.Name {
				t.Errorf("%s has %s", h.Name, p.ID)
			}
		}
	}
	if _, err := c.E2("xx"); err == nil {
		t.Error("a language without a code: got no error")
	}
}

func TestNoData(t *testing.T) {
	empty := t.TempDir()
	t.Setenv(DirEnv, empty)
	if _, err := FindDir("."); !errors.Is(err, ErrNoData) || !strings.Contains(err.Error(), empty) {
		t.Errorf("an empty folder: got %v", err)
	}
	t.Setenv(DirEnv, "")
	if _, err := FindDir(empty); !errors.Is(err, ErrNoData) || !strings.Contains(err.Error(), DirEnv) {
		t.Errorf("no folder anywhere: got %v", err)
	}
	c := &Corpora{Data: empty, Maker: &Maker{Dir: t.TempDir()}}
	if _, err := c.E1(t.Context()); !errors.Is(err, ErrNoData) {
		t.Errorf("E1 without data: got %v", err)
	}
	p := &Plan{Corpora: c}
	for _, set := range AllSets {
		if sets, err := p.Sets(t.Context(), set); err != nil && !errors.Is(err, ErrNoData) || len(sets) > 0 {
			t.Errorf("%s without data: got %d sets, %v", set, len(sets), err)
		}
	}
	if _, err := p.Sets(t.Context(), "E99"); !errors.Is(err, ErrNoSet) {
		t.Errorf("E99: got %v", err)
	}
}

func TestDistractorsNeedPackages(t *testing.T) {
	data := englishData(t)
	if err := os.WriteFile(filepath.Join(data, "distractors.py"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	c := &Corpora{Data: data, Debs: t.TempDir(), Maker: &Maker{Dir: t.TempDir()}}
	if _, err := c.Distractors(t.Context()); err == nil || !strings.Contains(err.Error(), "python3.11-doc") {
		t.Errorf("got %v, want the package's name", err)
	}
}

func TestReadTSV(t *testing.T) {
	for _, tt := range []struct{ name, content, want string }{
		{"empty", "", "is empty"},
		{"a column is missing", "id\tquestion\n", "no column answers"},
		{"a field is missing", "id\tquestion\tanswers\tdoc\tparagraph\tlang\n1\tq\ta\td\t0\n", "line 2 has 5 fields, want 6"},
		{"paragraph is no number", "id\tquestion\tanswers\tdoc\tparagraph\tlang\n1\tq\ta\td\tx\ten\n", `line 2: paragraph is "x"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := filepath.Join(t.TempDir(), "q.tsv")
			if err := os.WriteFile(f, []byte(tt.content), 0o644); err != nil {
				t.Fatal(err)
			}
			if _, err := ReadQuestions(f); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

func TestReadQueries(t *testing.T) {
	f := filepath.Join(t.TempDir(), "q.tsv")
	if err := os.WriteFile(f, []byte("how to x\tnl\ta/b.html|c.html\nx\ttypo\td\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	got, err := ReadQueries(f, "small")
	if err != nil {
		t.Fatal(err)
	}
	want := []Question{{ID: "small:001", Query: "how to x", Lang: "en", Kind: "nl", Docs: []string{"small/a/b.html", "small/c.html"}, Paragraph: -1},
		{ID: "small:002", Query: "x", Lang: "en", Kind: "typo", Docs: []string{"small/d"}, Paragraph: -1}}
	if d := cmp.Diff(got, want); d != "" {
		t.Errorf("got -, want +:\n%s", d)
	}
}

func TestLibzimPeer(t *testing.T) {
	needsLibzim(t)
	page := func(id, title, text string) Document {
		return Document{ID: id, Title: title, HTML: "<html><body><p>" + text + "</p></body></html>"}
	}
	m := &Maker{Dir: t.TempDir()}
	file, err := m.Make(t.Context(), Archive{Name: "sea", Title: "Sea", Lang: "eng", Pages: []Document{page("en/Whale", "Whale", "the whale eats krill"), page("en/Krill", "Krill", "krill is small")}})
	if err != nil {
		t.Fatal(err)
	}
	l, err := StartLibzim("", file)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	question := func(id, query string) Question {
		return Question{ID: id, Query: query, Docs: []string{"sea/Whale"}, Paragraph: -1, Answers: []string{"x"}, Lang: "en"}
	}
	res, err := (&Runner{By: l}).Run(t.Context(), Set{World: WorldOfFile(file), Readers: true, Questions: []Question{question("1", "whale krill"), question("2", "whale banana")}})
	if err != nil {
		t.Fatal(err)
	}
	if res.Metrics[Zero].Mean != .5 || res.Metrics["R@1"].Mean != .5 || res.Citations != 0 {
		t.Errorf("AND of all words: got zero %v, R@1 %v, %d citations, want half, half, none", res.Metrics[Zero].Mean, res.Metrics["R@1"].Mean, res.Citations)
	}
}
