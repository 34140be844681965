package search

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/openzim-mcp/openzim-mcp/policy"
	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/library"
	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// open serves archives built in memory, each as a file of its name.
func open(t testing.TB, archives map[string]zimtest.Archive) *Engine {
	t.Helper()
	dir := t.TempDir()
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
	return New(lib, nil)
}

func music() zimtest.Archive {
	return zimtest.Archive{Minor: 1, MainPage: "C/Ray_Charles", Metadata: map[string]string{"Source": "https://en.example.org/wiki/", "Scraper": "mwoffliner 1.14"},
		Entries: []zimtest.Entry{
			zimtest.Page("C/Ray_Charles", "Ray Charles", "<p>soul"),
			zimtest.Page("C/Ray_Charles_(album)", "Ray Charles (album)", "<p>album"),
			zimtest.Page("C/Café", "Café", "<p>coffee"),
			zimtest.Page("C/AC/DC", "AC/DC", "<p>rock"),
			zimtest.Page("C/50%", "50%", "<p>half"),
			zimtest.Page("C/What?", "What?", "<p>question"),
			zimtest.Page("C/iPhone", "iPhone", "<p>phone"),
			zimtest.Page("C/lower case", "lower case", "<p>lower"),
			zimtest.Page("C/A/B", "A and B", "<p>slash"),
			zimtest.Page("C/B", "B", "<p>b"),
			{Path: "C/style.css", MIME: "text/css", Data: []byte("x{}")},
			zimtest.Redirect("C/Ray_Robinson", "C/Ray_Charles"),
			zimtest.Redirect("C/Loop", "C/Loop"),
			zimtest.Page("C/Mercury", "Mercury", "<p>planet"),
		}}
}

func chemistry() zimtest.Archive {
	return zimtest.Archive{Minor: 1, MainPage: "C/Mercury", Entries: []zimtest.Entry{
		zimtest.Page("C/Mercury", "Mercury", "<p>metal"),
		zimtest.Page("C/Only_here", "Only here", "<p>x"),
	}}
}

func old() zimtest.Archive {
	return zimtest.Archive{MainPage: "A/Home.html", Entries: []zimtest.Entry{
		zimtest.Page("A/Home.html", "Home", "<p>home"),
		zimtest.Page("A/M/Title", "Odd path", "<p>odd"),
		{Path: "I/picture.png", MIME: "image/png", Data: []byte("png")},
	}}
}

func resolve(t testing.TB, e *Engine, id string) (string, error) {
	t.Helper()
	parsed, err := policy.ParseID(id)
	if err != nil {
		t.Fatalf("ParseID(%q): %v", id, err)
	}
	f, err := e.Resolve(t.Context(), parsed)
	if err != nil {
		return "", err
	}
	defer f.Close()
	got := f.ID()
	if f.From != "" {
		got += " from " + f.From
	}
	if f.Anchor != "" {
		got += " at " + f.Anchor
	}
	return got, nil
}

func TestResolve(t *testing.T) {
	e := open(t, map[string]zimtest.Archive{"music": music(), "chemistry": chemistry(), "old": old()})
	tests := []struct{ name, id, want string }{
		{"as printed", "music/Ray_Charles", "music/Ray_Charles"},
		{"space for underscore", "music/Ray Charles", "music/Ray_Charles"},
		{"underscore for space", "music/lower_case", "music/lower%20case"},
		{"percent-encoded", "music/Ray%5FCharles", "music/Ray_Charles"},
		{"percent sign decoded once", "music/50%25", "music/50%25"},
		{"percent sign raw", "music/50%", "music/50%25"},
		{"question mark", "music/What%3F", "music/What%3F"},
		{"question mark raw", "music/What?", "music/What%3F"},
		{"first letter", "music/ray_Charles", "music/Ray_Charles"},
		{"case is kept first", "music/iPhone", "music/iPhone"},
		{"old namespace", "music/A/Ray_Charles", "music/Ray_Charles"},
		{"a path that looks like an old namespace", "music/A/B", "music/A/B"},
		{"leading slash", "music//Ray_Charles", "music/Ray_Charles"},
		{"slash in the path", "music/AC/DC", "music/AC/DC"},
		{"title in its archive", "music/A and B", "music/A/B"},
		{"folded title", "music/ray charles", "music/Ray_Charles"},
		{"accents", "music/cafe", "music/Café"},
		{"redirect", "music/Ray_Robinson", "music/Ray_Charles from Ray Robinson"},
		{"anchor", "music/Ray_Charles#Early life", "music/Ray_Charles at Early life"},
		{"URI", "zim://music/Caf%C3%A9", "music/Café"},
		{"main page", "music/", "music/Ray_Charles"},
		{"bare name", "music", "music/Ray_Charles"},
		{"bare title", "Ray Charles", "music/Ray_Charles"},
		{"bare title that looks like a name", "mercury.", ""},
		{"bare title of one archive", "Only here", "chemistry/Only_here"},
		{"bare title with a slash", "AC/DC", "music/AC/DC"},
		{"web address", "https://en.example.org/wiki/Ray_Charles", "music/Ray_Charles"},
		{"web address with anchor", "https://en.m.example.org/wiki/Caf%C3%A9#x", "music/Café at x"},
		{"style sheet by its path", "music/style.css", "music/style.css"},
		{"old scheme", "old/Home.html", "old/Home.html"},
		{"old scheme with namespace", "old/A/Home.html", "old/Home.html"},
		{"old scheme, path like a namespace", "old/M/Title", "old/M/Title"},
		{"old scheme, picture", "old/~I/picture.png", "old/~I/picture.png"},
		{"metadata", "music/~M/Source", "music/~M/Source"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := resolve(t, e, tt.id)
			if tt.want == "" {
				if err == nil {
					t.Errorf("resolved to %s", got)
				}
				return
			}
			if err != nil || got != tt.want {
				t.Errorf("got %q, %v, want %q", got, err, tt.want)
			}
		})
	}
}

func TestResolveRefuses(t *testing.T) {
	e := open(t, map[string]zimtest.Archive{"music": music(), "chemistry": chemistry()})
	tests := []struct {
		name, id   string
		what       string
		candidates []string
	}{
		{"unknown archive", "musik/Ray_Charles", "archive", []string{"music"}},
		{"unknown archive far from all", "zzzz/x", "archive", nil},
		{"unknown entry", "music/Ray_Charls", "entry", []string{"music/Ray_Charles"}},
		{"unknown entry far from all", "music/Zymurgy", "entry", nil},
		{"unknown namespace entry", "music/~M/Nope", "entry", nil},
		{"unknown edition", "music@2020-01/Ray_Charles", "edition", nil},
		{"unknown UUID", "music/Ray_Charles?v=ffffffff", "edition", nil},
		{"unknown title", "Rey Charles", "entry", []string{"music/Ray_Charles"}},
		{"unknown address", "https://en.example.org/wiki/Nothing", "address", nil},
		{"address of another site", "https://de.example.com/wiki/Ray_Charles", "address", []string{"music/Ray_Charles", "music/Ray_Charles_(album)"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := resolve(t, e, tt.id)
			var nf *NotFound
			if !errors.As(err, &nf) {
				t.Fatalf("got %q, %v", got, err)
			}
			if nf.What != tt.what || len(nf.Candidates) > 3 {
				t.Errorf("what %q, candidates %v", nf.What, nf.Candidates)
			}
			for i, c := range tt.candidates {
				if i >= len(nf.Candidates) || nf.Candidates[i] != c {
					t.Errorf("candidates %v, want %v", nf.Candidates, tt.candidates)
					break
				}
			}
		})
	}
}

func TestResolveAmbiguous(t *testing.T) {
	e := open(t, map[string]zimtest.Archive{"music": music(), "chemistry": chemistry()})
	_, err := resolve(t, e, "Mercury")
	var amb *Ambiguous
	if !errors.As(err, &amb) {
		t.Fatal(err)
	}
	var got []string
	for _, h := range amb.Options {
		got = append(got, h.ID())
	}
	if diff := cmp.Diff([]string{"chemistry/Mercury", "music/Mercury"}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestResolveRedirectLoop(t *testing.T) {
	e := open(t, map[string]zimtest.Archive{"music": music()})
	if got, err := resolve(t, e, "music/Loop"); !errors.Is(err, zim.ErrRedirectLoop) {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestNoMainPage(t *testing.T) {
	e := open(t, map[string]zimtest.Archive{"none": {Minor: 1, Entries: []zimtest.Entry{zimtest.Page("C/a", "First", "<p>x")}}})
	_, err := resolve(t, e, "none/")
	var nf *NotFound
	if !errors.As(err, &nf) || nf.What != "main page" || cmp.Diff([]string{"none/a"}, nf.Candidates) != "" {
		t.Errorf("%v %+v", err, nf)
	}
}

func TestTitles(t *testing.T) {
	e := open(t, map[string]zimtest.Archive{"music": music(), "chemistry": chemistry()})
	tests := []struct {
		name, query string
		archives    []string
		want        []string
	}{
		{"exact before prefix", "Ray Charles", nil, []string{"title music/Ray_Charles", "prefix music/Ray_Charles_(album)"}},
		{"case and accents", "CAFE", nil, []string{"folded music/Café"}},
		{"redirect", "ray robinson", nil, []string{"folded music/Ray_Charles"}},
		{"beginning", "ray ch", nil, []string{"prefix music/Ray_Charles", "prefix music/Ray_Charles_(album)"}},
		{"words in any order", "charles ray", nil, []string{"words music/Ray_Charles", "words music/Ray_Charles_(album)"}},
		{"several archives", "mercury", nil, []string{"title chemistry/Mercury", "title music/Mercury"}},
		{"one archive", "mercury", []string{"chemistry"}, []string{"title chemistry/Mercury"}},
		{"no style sheets", "style.css", nil, nil},
		{"nothing", "quantum", nil, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			res, err := e.Titles(t.Context(), tt.query, tt.archives, 10)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, h := range res.Hits {
				got = append(got, h.Match.String()+" "+h.ID())
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
	res, err := e.Titles(t.Context(), "ray", nil, 1)
	if err != nil || len(res.Hits) != 1 || res.More != 1 || res.Searched != 2 {
		t.Errorf("%+v %v", res, err)
	}
	var nf *NotFound
	if _, err := e.Titles(t.Context(), "ray", []string{"nope"}, 1); !errors.As(err, &nf) {
		t.Errorf("unknown archive: %v", err)
	}
}

func TestTitlesOfALargeArchiveStayBounded(t *testing.T) {
	a := zimtest.Archive{Minor: 1}
	for i := range 20_000 {
		a.Entries = append(a.Entries, zimtest.Page(fmt.Sprintf("C/p%d", i), fmt.Sprintf("Title %05d of Many", i), "x"))
	}
	a.Entries = append(a.Entries, zimtest.Page("C/Zebra", "Zebra", "x"), zimtest.Page("C/Zébu", "Zébu", "x"))
	e := open(t, map[string]zimtest.Archive{"large": a})
	for query, want := range map[string]string{"title 12345 of many": "large/p12345", "ZEBRA": "large/Zebra", "zebu": "large/Zébu", "Title 0000": "large/p0"} {
		res, err := e.Titles(t.Context(), query, nil, 3)
		if err != nil || len(res.Hits) == 0 || res.Hits[0].ID() != want {
			t.Errorf("%q: %v %v", query, res.Hits, err)
		}
	}
}

func TestDamagedArchiveDoesNotHideTheOthers(t *testing.T) {
	dir := t.TempDir()
	b := music().Bytes()
	for name, bytes := range map[string][]byte{"good": b, "bad": b[:len(b)/2], "worse": []byte("not a ZIM file at all")} {
		if err := os.WriteFile(filepath.Join(dir, name+".zim"), bytes, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	lib, err := library.Open(t.Context(), []string{dir}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer lib.Close()
	res, err := New(lib, nil).Titles(t.Context(), "Ray Charles", nil, 5)
	if err != nil || len(res.Hits) != 2 || res.Hits[0].ID() != "good/Ray_Charles" || len(res.Failed) != 2 {
		t.Errorf("%+v %v", res, err)
	}
}

func TestCancelledSearchReturnsWhatItHas(t *testing.T) {
	e := open(t, map[string]zimtest.Archive{"music": music(), "chemistry": chemistry()})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	res, err := e.Titles(ctx, "ray", nil, 5)
	if err != nil || len(res.Late)+res.Searched != 2 {
		t.Errorf("%+v %v", res, err)
	}
	id, _ := policy.ParseID("Ray Charles")
	if _, err := e.Resolve(ctx, id); !errors.Is(err, context.Canceled) {
		t.Errorf("Resolve: %v", err)
	}
}

func TestEditions(t *testing.T) {
	newer, older := music(), music()
	newer.Metadata = map[string]string{"Name": "music", "Date": "2026-02-01"}
	older.Metadata = map[string]string{"Name": "music", "Date": "2025-01-01"}
	newer.UUID[0], older.UUID[0] = 1, 2
	e := open(t, map[string]zimtest.Archive{"a": newer, "b": older})
	for id, want := range map[string]string{
		"music/Ray_Charles":            "music/Ray_Charles",
		"music@2026-02/Ray_Charles":    "music/Ray_Charles",
		"music@2025-01/Ray_Charles":    "music@2025-01/Ray_Charles",
		"music/Ray_Charles?v=02000000": "music@2025-01/Ray_Charles",
	} {
		if got, err := resolve(t, e, id); err != nil || got != want {
			t.Errorf("%s: %q %v, want %q", id, got, err, want)
		}
	}
	res, err := e.Titles(t.Context(), "ray", []string{"music@2025-01"}, 5)
	if err != nil || len(res.Hits) == 0 || res.Hits[0].ID() != "music@2025-01/Ray_Charles" {
		t.Errorf("%+v %v", res.Hits, err)
	}
}

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"Ray_Charles": "ray charles", "CAFÉ": "cafe", "Plato’s cave": "platos cave", "Łódź": "lodz", "Straße": "strasse",
		"C++": "c++", "C": "c", "AC/DC": "ac dc", "  x  ": "x", "...": "...", "हिन्दी": "हिन्दी", "ｆｕｌｌ": "full",
	} {
		if got := fold(in); got != want {
			t.Errorf("fold(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestWebAddress(t *testing.T) {
	for _, tt := range []struct {
		h               Hit
		scraper, source string
		want            string
	}{
		{Hit{Namespace: 'C', Path: "Ray_Charles"}, "mwoffliner 1.14", "https://en.example.org", "https://en.example.org/wiki/Ray_Charles"},
		{Hit{Namespace: 'C', Path: "A?b#c"}, "mwoffliner", "en.example.org/wiki/Main", "https://en.example.org/wiki/A%3Fb%23c"},
		{Hit{Namespace: 'C', Path: "example.com/a?b=1"}, "zimit 2.0", "", "https://example.com/a?b=1"},
		{Hit{Namespace: 'C', Path: "x"}, "sotoki", "https://s.example.com", ""},
		{Hit{Namespace: 'M', Path: "Title"}, "mwoffliner", "https://en.example.org", ""},
	} {
		if got := tt.h.WebAddress(tt.scraper, tt.source); got != tt.want {
			t.Errorf("%+v: %q, want %q", tt.h, got, tt.want)
		}
	}
}

// Every id that is printed opens the entry it was printed for, whatever its path.
func TestEveryIDRoundTrips(t *testing.T) {
	paths := []string{"a b", "a_b", "A/B", "B", "M/x", "-/x", "~A/x", "a%20b", "a%2520b", "x#y", "x?y", "x?v=12345678", "é", "\u200b", "..", "../x",
		"x//y", "x/", "/x", "(x)", "\"x\"", "x.zim", "<b>", "~1", "x~1", "a\tb", "C/x", "Ray", "ray", "RAY", strings.Repeat("p", 300)}
	for _, minor := range []uint16{0, 1} {
		ns := "C/"
		if minor == 0 {
			ns = "A/"
		}
		a := zimtest.Archive{Minor: minor, NoCounter: true}
		for _, p := range paths {
			a.Entries = append(a.Entries, zimtest.Page(ns+p, "", "<p>"+p))
		}
		e := open(t, map[string]zimtest.Archive{"arc": a})
		for _, p := range paths {
			id := policy.FormatID("arc", ns[0], p, "")
			for _, id := range []string{id, policy.FormatURI("arc", ns[0], p, "")} {
				if got, err := resolve(t, e, id); err != nil || got != policy.FormatID("arc", ns[0], p, "") {
					t.Errorf("minor %d: %q resolves to %q, %v", minor, id, got, err)
				}
			}
		}
	}
}
