package search

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openzim-mcp/openzim-mcp/policy"
	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/article"
	"github.com/openzim-mcp/openzim-mcp/zim/library"
	"github.com/openzim-mcp/openzim-mcp/zim/links"
	"github.com/openzim-mcp/openzim-mcp/zim/sidecar"
	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// library2 are two archives without indexes that have an article in common.
func library2() map[string]zimtest.Archive {
	meta := func(name, source string) map[string]string {
		return map[string]string{"Name": name, "Language": "eng", "Source": source, "Scraper": "mwoffliner 1.14"}
	}
	return map[string]zimtest.Archive{
		"en": {Minor: 1, UUID: [16]byte{1}, Metadata: meta("en", "https://en.wikipedia.org"), Entries: []zimtest.Entry{
			zimtest.Page("C/Lighthouse", "Lighthouse", `<h1>Lighthouse</h1><p>A tower by the <a href="Sea">sea</a>, seen from a <a href="Ship">ship</a>. <a href="Sea">Again</a>.</p>
<p><a href="https://de.wikipedia.org/wiki/Leuchtturm">Deutsch</a> <a href="https://de.example.org/wiki/Meer">elsewhere</a></p>`),
			zimtest.Page("C/Sea", "Sea", `<p>Water around a <a href="Lighthouse">lighthouse</a>.</p>`),
			zimtest.Page("C/Ship", "Ship", `<p>It floats.</p>`),
			zimtest.Page("C/Lighthouse_keeper", "Lighthouse keeper", `<p>Lives there, see <a href="Tower">tower</a>.</p>`),
			zimtest.Redirect("C/Tower", "C/Lighthouse"),
		}},
		"de": {Minor: 1, UUID: [16]byte{2}, Metadata: meta("de", "https://de.wikipedia.org"), Entries: []zimtest.Entry{
			zimtest.Page("C/Leuchtturm", "Leuchtturm", `<p>Ein Turm. <a rel="x" href="https://en.wikipedia.org/wiki/Lighthouse">English</a></p>`),
			zimtest.Page("C/Sea", "Sea", `<p>Die Band Sea.</p>`),
		}},
	}
}

// openFiles is open with files that sidecars can be put beside.
func openFiles(t testing.TB, archives map[string]zimtest.Archive) (e *Engine, dir string) {
	t.Helper()
	dir = t.TempDir()
	for name, a := range archives {
		if err := os.WriteFile(filepath.Join(dir, name+".zim"), a.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	lib, err := library.Open(t.Context(), []string{dir}, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { lib.Close() })
	return New(lib, nil), dir
}

// linkGraph builds the link index of an archive.
func linkGraph(t testing.TB, file string) {
	t.Helper()
	a, err := zim.Open(file, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if _, err := links.Make(t.Context(), a, sidecar.Where{}.Path(file, sidecar.Key{}, sidecar.Links), nil); err != nil {
		t.Fatal(err)
	}
}

// opened resolves an id and reads its page.
func opened(t testing.TB, e *Engine, id string) (*Found, *article.Document) {
	t.Helper()
	p, err := policy.ParseID(id)
	if err != nil {
		t.Fatal(err)
	}
	f, err := e.Resolve(t.Context(), p)
	if err != nil {
		t.Fatal(id, err)
	}
	t.Cleanup(f.Close)
	page, err := f.Item.Bytes(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	doc, err := article.Parse(t.Context(), page, &article.Options{Path: f.Path, Scraper: f.Status.Meta.Scraper})
	if err != nil {
		t.Fatal(err)
	}
	return f, doc
}

// told is what a test compares of rows.
func told(r *Relations) []string {
	out := []string{}
	for _, x := range r.Rows {
		out = append(out, fmt.Sprintf("%s %v %d %d %q %q %s", x.ID(), x.Words, x.Out, x.In, x.Text, x.Place, x.Way))
	}
	return out
}

func TestSimilarWithoutAnIndex(t *testing.T) {
	e, dir := openFiles(t, library2())
	f, doc := opened(t, e, "en/Tower")
	r, err := e.Similar(t.Context(), f, doc, 10)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		`en/Sea [] 2 0 "" "" `,
		`en/Ship [] 1 0 "" "" `,
		`en/Lighthouse_keeper [lighthouse] 0 0 "" "" `,
	}
	if diff := cmp.Diff(want, told(r)); diff != "" || r.Texts || r.Links || r.All != 3 {
		t.Errorf("%+v (-want +got):\n%s", r, diff)
	}
	linkGraph(t, filepath.Join(dir, "en.zim"))
	e, _ = New(e.lib, nil), dir
	if r, err = e.Similar(t.Context(), f, doc, 10); err != nil || !r.Links || r.Rows[0].In != 1 || r.Rows[2].In+r.Rows[1].In != 1 {
		t.Errorf("with a link index: %+v, %v", told(r), err)
	}
	if one, err := e.Similar(t.Context(), f, doc, 1); err != nil || len(one.Rows) != 1 {
		t.Errorf("one: %+v, %v", one, err)
	}
}

// groups are pages about three subjects. Each has words of its subject and words that all have.
func groups() corpus {
	c := corpus{language: "eng"}
	subjects := map[string]string{"harbour": "anchor quay mooring tide pilot", "orchard": "apple blossom pruning cider harvest", "violin": "bow string rosin luthier concerto"}
	for i := range 24 {
		name := []string{"harbour", "orchard", "violin"}[i%3]
		words := strings.Fields(subjects[name])
		text := strings.Repeat("Everything here is about the common people of the land. ", 3)
		for k := range 4 {
			text += fmt.Sprintf("The %s of the %s and its %s. ", words[(i+k)%5], name, words[(i+2*k+1)%5])
		}
		c.pages = append(c.pages, titledPage{fmt.Sprintf("%s %d", strings.ToUpper(name[:1])+name[1:], i), "<p>" + text + "</p>"})
	}
	return c
}

// Similar articles are of the same subject, and the words given as the reason are those of the subject.
func TestSimilarByWords(t *testing.T) {
	for name, e := range map[string]*Engine{"ours": open(t, map[string]zimtest.Archive{"g": groups().archive(t)}), "libzim": libzimEngine(t, map[string]corpus{"g": groups()})} {
		for _, p := range groups().pages {
			f, doc := opened(t, e, "g/"+strings.ReplaceAll(p.title, " ", "_"))
			r, err := e.Similar(t.Context(), f, doc, 7)
			if err != nil || len(r.Rows) != 7 || !r.Texts {
				t.Fatalf("%s: %+v, %v", name, r, err)
			}
			subject, _, _ := strings.Cut(p.title, " ")
			for _, x := range r.Rows {
				if !strings.HasPrefix(x.Title, subject) || x.Title == p.title {
					t.Errorf("%s: %s is similar to %s", name, x.Title, p.title)
				}
				if len(x.Words) == 0 || slices.Contains(x.Words, "everything") || slices.Contains(x.Words, "the") {
					t.Errorf("%s: %s for %s: words %q", name, x.Title, p.title, x.Words)
				}
			}
		}
	}
}

// Runs of characters without spaces have words too.
func TestSimilarInChinese(t *testing.T) {
	c := corpus{language: "zho", apart: true, pages: []titledPage{
		{"长江", "<p>长江是中国的河流，流入东海，河流很长。</p>"}, {"黄河", "<p>黄河是中国的河流，流入渤海，河流很黄。</p>"},
		{"小提琴", "<p>小提琴是一种乐器，用琴弓演奏。</p>"}, {"大提琴", "<p>大提琴是一种乐器，也用琴弓演奏。</p>"}}}
	e := open(t, map[string]zimtest.Archive{"zh": c.archive(t)})
	for a, b := range map[string]string{"长江": "黄河", "小提琴": "大提琴"} {
		f, doc := opened(t, e, "zh/"+a)
		r, err := e.Similar(t.Context(), f, doc, 1)
		if err != nil || len(r.Rows) != 1 || r.Rows[0].Title != b {
			t.Errorf("similar to %s: %v, %v", a, told(r), err)
		}
	}
}

func TestInbound(t *testing.T) {
	e, dir := openFiles(t, library2())
	f, _ := opened(t, e, "en/Lighthouse")
	_, err := e.Inbound(t.Context(), f, 0, 10)
	var none *NoLinkIndex
	if !errors.As(err, &none) || !errors.Is(err, sidecar.ErrAbsent) || !strings.Contains(none.Reason, "openzim-mcp links build") {
		t.Fatalf("without an index: %v", err)
	}
	linkGraph(t, filepath.Join(dir, "en.zim"))
	e = New(e.lib, nil) // a missing index is looked for again only after a while
	r, err := e.Inbound(t.Context(), f, 0, 10)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{`en/Lighthouse_keeper [] 0 1 "tower" "" `, `en/Sea [] 0 1 "lighthouse" "" `}
	if diff := cmp.Diff(want, told(r)); diff != "" || r.All != 2 {
		t.Errorf("%d in all (-want +got):\n%s", r.All, diff)
	}
	if r, err := e.Inbound(t.Context(), f, 1, 1); err != nil || len(r.Rows) != 1 || r.Rows[0].Path != "Sea" || r.All != 2 {
		t.Errorf("the second: %+v, %v", r, err)
	}
	if n, err := e.graph(t.Context(), f.Archive).Inbound(f.Item.Entry().Index()); err != nil || n != 2 {
		t.Errorf("%d links, %v", n, err)
	}
	e.graphs.forget(f.Archive)
	if e.graphs.held[f.Archive] != nil {
		t.Error("it is still held")
	}
}

func TestEditionsOfAnArticle(t *testing.T) {
	a := library2()
	a["old"] = zimtest.Archive{Minor: 0, UUID: [16]byte{3}, Metadata: map[string]string{"Name": "en", "Language": "eng", "Date": "2019-01-01"}, Entries: []zimtest.Entry{zimtest.Page("A/Lighthouse", "Lighthouse", "<p>x")}}
	a["en"].Metadata["Date"] = "2026-01-01"
	e, _ := openFiles(t, a)
	for id, want := range map[string][]string{
		"en/Lighthouse": {`en@2019-01/Lighthouse [] 0 0 "" "" same address`, `de/Leuchtturm [] 0 0 "" "" other language`},
		"de/Leuchtturm": {`en/Lighthouse [] 0 0 "" "" other language`},
		"en/Sea":        {`de/Sea [] 0 0 "" "" same title`},
		"en/Ship":       {},
	} {
		f, doc := opened(t, e, id)
		r, err := e.Editions(t.Context(), f, doc)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, told(r)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", id, diff)
		}
		for _, x := range r.Rows {
			if _, ok := r.Archives[x.ref()]; !ok {
				t.Errorf("%s: nothing is told of %s", id, x.ref())
			}
		}
	}
}

func TestSisterSite(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"en.wikipedia.org", "de.wikipedia.org", true}, {"en.wikipedia.org", "zh-yue.wikipedia.org", true}, {"en.m.wikipedia.org", "de.wikipedia.org", true},
		{"en.wikipedia.org", "en.wikipedia.org", false}, {"en.wikipedia.org", "de.wiktionary.org", false}, {"en.wikipedia.org", "commons.wikipedia.org", false},
		{"example.org", "other.org", false}, {"en.wikipedia.org", "", false}, {"simple.wikipedia.org", "en.wikipedia.org", true},
	} {
		if got := sisterSite(tt.a, tt.b); got != tt.want {
			t.Errorf("%s and %s: %t", tt.a, tt.b, got)
		}
	}
}
