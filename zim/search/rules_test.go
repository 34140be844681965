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

	"github.com/openzim-mcp/openzim-mcp/policy"
	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/library"
	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// rules is one archive in the scheme of namespaces asked for: 'A' is the old one, 'C' the new.
func rules(ns byte) zimtest.Archive {
	minor := map[byte]uint16{'A': 0, 'C': 1}[ns]
	at := func(path string) string { return string(ns) + "/" + path }
	return zimtest.Archive{Minor: minor, MainPage: at("Start"), Metadata: map[string]string{"Title": "Rules"}, Entries: []zimtest.Entry{
		zimtest.Page(at("Start"), "Start", "<p>start"),
		zimtest.Page(at("New_York"), "New York", "<p>city"),
		zimtest.Page(at("New York State"), "New York State", "<p>state"),
		zimtest.Page(at("100%"), "100%", "<p>all"),
		zimtest.Page(at("a%20b"), "a%20b", "<p>encoded"),
		zimtest.Page(at("c++"), "C++", "<p>language"),
		zimtest.Page(at("C"), "C", "<p>language"),
		zimtest.Page(at("q17"), "Ångström", "<p>by title alone"),
		zimtest.Page(at("Ελλάδα"), "Ελλάδα", "<p>Greece"),
		zimtest.Page(at("Москва"), "Москва", "<p>Moscow"),
		zimtest.Page(at("東京"), "東京", "<p>Tokyo"),
		zimtest.Page(at("Polish"), "Polish", "<p>of Poland"),
		zimtest.Page(at("polish"), "polish", "<p>for shoes"),
		zimtest.Page(at("x/Résumé"), "Résumé", "<p>one"),
		zimtest.Page(at("x/Resume"), "Resumé", "<p>two"),
		zimtest.Redirect(at("NYC"), at("New_York")),
		zimtest.Redirect(at("Big_Apple"), at("NYC")),
	}}
}

// Every rule by which an id is read, in the order in which they are tried, means the same in both schemes of namespaces.
func TestRulesOfResolving(t *testing.T) {
	for _, ns := range []byte{'A', 'C'} {
		e := open(t, map[string]zimtest.Archive{"arc": rules(ns)})
		for _, tt := range []struct{ rule, id, want string }{
			{"as printed", "arc/New_York", "arc/New_York"},
			{"as printed, with spaces in the path", "arc/New%20York%20State", "arc/New%20York%20State"},
			{"decoded once, not twice", "arc/a%2520b", "arc/a%2520b"},
			{"raw, undecoded", "arc/a%20b", "arc/a%2520b"},
			{"raw, with a sign that no code follows", "arc/100%", "arc/100%25"},
			{"a space for an underscore", "arc/New York", "arc/New_York"},
			{"an underscore for a space", "arc/New_York_State", "arc/New%20York%20State"},
			{"a small first letter", "arc/new_York", "arc/New_York"},
			{"both letters exist: the one that was asked for", "arc/polish", "arc/polish"},
			{"an old namespace", "arc/A/New_York", "arc/New_York"},
			{"a title", "arc/Ångström", "arc/q17"},
			{"a title in other case and without accents", "arc/angstrom", "arc/q17"},
			{"a title of signs", "arc/C++", "arc/c++"},
			{"signs are not left out", "arc/C", "arc/C"},
			{"Greek without accents", "arc/ελλαδα", "arc/Ελλάδα"},
			{"Cyrillic in other case", "arc/МОСКВА", "arc/Москва"},
			{"Chinese characters", "arc/東京", "arc/東京"},
			{"a redirect", "arc/NYC", "arc/New_York from NYC"},
			{"a redirect to a redirect", "arc/Big Apple", "arc/New_York from Big Apple"},
			{"a redirect in other case", "arc/nyc", "arc/New_York from NYC"},
			{"the main page, without the redirect behind it", "arc/", "arc/Start"},
			{"the name alone", "arc", "arc/Start"},
			{"the name in another spelling", "ARC.zim", "arc/Start"},
			{"a URI", "zim://arc/%E6%9D%B1%E4%BA%AC", "arc/東京"},
			{"in brackets and with space around", " <arc/New_York> ", "arc/New_York"},
			{"in quotes", "\"arc/New_York\"", "arc/New_York"},
			{"a section", "arc/New_York#History", "arc/New_York at History"},
			{"a section of a redirect", "arc/NYC#History", "arc/New_York from NYC at History"},
			{"a title without an archive", "New York State", "arc/New%20York%20State"},
			{"another namespace", "arc/~M/Title", "arc/~M/Title"},
		} {
			got, err := resolve(t, e, tt.id)
			if err != nil || got != tt.want {
				t.Errorf("scheme %c, %s: %q gives %q, %v; want %q", ns, tt.rule, tt.id, got, err, tt.want)
			}
		}
	}
}

// Titles that are equal once folded are a choice for the caller, never for the engine.
func TestFoldedTitlesThatMeetAreAmbiguous(t *testing.T) {
	for _, ns := range []byte{'A', 'C'} {
		e := open(t, map[string]zimtest.Archive{"arc": rules(ns)})
		for _, asked := range []string{"arc/resume", "RESUME"} {
			_, err := resolve(t, e, asked)
			var several *Ambiguous
			if !errors.As(err, &several) {
				t.Errorf("scheme %c, %s: %v", ns, asked, err)
				continue
			}
			var got []string
			for _, h := range several.Options {
				got = append(got, h.ID())
			}
			if diff := cmp.Diff([]string{"arc/x/Resume", "arc/x/Résumé"}, got); diff != "" {
				t.Errorf("scheme %c, %s: -want +got:\n%s", ns, asked, diff)
			}
			if strings.Contains(err.Error(), "arc") {
				t.Errorf("the text %q names an archive; the options do that", err)
			}
		}
	}
}

// What is near is offered and never taken; at most three, each of which opens.
func TestCandidatesOpen(t *testing.T) {
	for _, ns := range []byte{'A', 'C'} {
		e := open(t, map[string]zimtest.Archive{"arc": rules(ns)})
		for asked, want := range map[string]string{
			"arc/New Yorc":       "arc/New_York",
			"arc/new yo":         "arc/New_York",
			"arc/wiki/New_Yorkk": "arc/New_York",
			"arc/Angstrm":        "arc/q17",
			"Москв":              "arc/Москва",
		} {
			_, err := resolve(t, e, asked)
			var missing *NotFound
			if !errors.As(err, &missing) || len(missing.Candidates) == 0 || len(missing.Candidates) > maxCandidates {
				t.Errorf("scheme %c, %s: %v, %+v", ns, asked, err, missing)
				continue
			}
			if missing.Candidates[0] != want {
				t.Errorf("scheme %c, %s: candidates %v, want %s first", ns, asked, missing.Candidates, want)
			}
			for _, c := range missing.Candidates {
				if got, err := resolve(t, e, c); err != nil || !strings.HasPrefix(got, c) {
					t.Errorf("candidate %s gives %q, %v", c, got, err)
				}
			}
		}
	}
}

// An entry is listed once, by the best of the ways in which it was met, in the same order every time.
func TestTitlesListEachEntryOnce(t *testing.T) {
	for _, ns := range []byte{'A', 'C'} {
		e := open(t, map[string]zimtest.Archive{"one": rules(ns), "two": rules(ns)})
		want := []string{"title one/New_York", "title two/New_York", "prefix one/New%20York%20State", "prefix two/New%20York%20State"}
		for range 5 {
			res, err := e.Titles(t.Context(), "New York", nil, 10)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, h := range res.Hits {
				got = append(got, h.Match.String()+" "+h.ID())
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("scheme %c: -want +got:\n%s", ns, diff)
			}
		}
		res, err := e.Titles(t.Context(), "New York", []string{"one", "one"}, 10)
		if err != nil || res.Searched != 1 || len(res.Hits) != 2 {
			t.Errorf("an archive named twice: %+v, %v", res, err)
		}
	}
}

// The limit cuts the list and never reorders it; what it left out is counted.
func TestTitlesLimit(t *testing.T) {
	e := open(t, map[string]zimtest.Archive{"one": rules('C'), "two": rules('C')})
	whole, err := e.Titles(t.Context(), "new", nil, 100)
	if err != nil || len(whole.Hits) < 4 || whole.More != 0 {
		t.Fatalf("%+v, %v", whole, err)
	}
	for limit := 1; limit <= len(whole.Hits); limit++ {
		res, err := e.Titles(t.Context(), "new", nil, limit)
		if err != nil || len(res.Hits) != limit || res.More != len(whole.Hits)-limit {
			t.Errorf("limit %d: %d hits, %d more, %v", limit, len(res.Hits), res.More, err)
		}
		if diff := cmp.Diff(whole.Hits[:limit], res.Hits); diff != "" {
			t.Errorf("limit %d: -want +got:\n%s", limit, diff)
		}
	}
}

// Texts that fold to nothing, or are longer than any title, find nothing and fail nothing.
func TestTitlesOfOddTexts(t *testing.T) {
	e := open(t, map[string]zimtest.Archive{"arc": rules('C')})
	for _, query := range []string{"", " ", "\u0301", "'", "…", "\x00", "\xff\xfe", strings.Repeat("x", 10_000), strings.Repeat("é ", 2000)} {
		res, err := e.Titles(t.Context(), query, nil, 5)
		if err != nil || res.Hits == nil || res.Failed == nil || res.Late == nil || len(res.Failed) > 0 {
			t.Errorf("%.20q: %+v, %v", query, res, err)
		}
	}
}

// What is damaged is told of beside what was found; what is sound in the same archive is found.
func TestTitlesAroundDamage(t *testing.T) {
	dir := t.TempDir()
	for name, b := range map[string][]byte{
		"good":  rules('C').Bytes(),
		"blobs": zimtest.Damage(rules('C').Bytes(), "blob_index_out_of_range"),
		"cut":   rules('C').Bytes()[:700],
	} {
		if err := os.WriteFile(filepath.Join(dir, name+".zim"), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	lib, err := library.Open(t.Context(), []string{dir}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer lib.Close()
	res, err := New(lib, &Options{Parallel: 1}).Titles(t.Context(), "New York", nil, 10)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"cut"}, res.Failed); diff != "" || res.Searched != 2 {
		t.Errorf("searched %d, failed -want +got:\n%s", res.Searched, diff)
	}
	if len(res.Hits) == 0 || res.Hits[0].ID() != "blobs/New_York" || res.Hits[1].ID() != "good/New_York" {
		t.Errorf("got %v", res.Hits)
	}
}

// A call whose time is over answers for no archive that it did not finish, and resolves nothing.
func TestEndOfPatience(t *testing.T) {
	archives := map[string]zimtest.Archive{}
	for i := range 8 {
		archives[fmt.Sprint("arc", i)] = rules('C')
	}
	e := open(t, archives)
	ctx, cancel := context.WithCancelCause(t.Context())
	why := errors.New("the client left")
	cancel(why)
	res, err := e.Titles(ctx, "New York", nil, 5)
	if err != nil || res.Searched+len(res.Late)+len(res.Failed) != 8 || len(res.Failed) > 0 {
		t.Errorf("%+v, %v", res, err)
	}
	if got := e.Suggest(ctx, "New Yorc", nil); got == nil {
		t.Error("suggestions are nil")
	}
	for _, id := range []policy.ID{{Title: "New York"}, {Archive: "arc1", Path: "New Yorc"}, {Archive: "arc1", Path: "New_York"}} {
		f, err := e.Resolve(ctx, id)
		if err == nil {
			f.Close() // an exact path may come from what is cached; nothing else may
		}
		if err == nil && id.Path != "New_York" {
			t.Errorf("%+v: resolved to %s after the end", id, f.ID())
		}
		if missing := (*NotFound)(nil); errors.As(err, &missing) {
			t.Errorf("%+v: says %v, which nobody looked for", id, err)
		}
	}
}

// An archive that is not served says so, and is not answered for by another.
func TestResolveInQuarantine(t *testing.T) {
	dir := t.TempDir()
	for name, b := range map[string][]byte{"arc": rules('C').Bytes()[:90], "arc2": rules('C').Bytes()} {
		if err := os.WriteFile(filepath.Join(dir, name+".zim"), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	lib, err := library.Open(t.Context(), []string{dir}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer lib.Close()
	got, err := resolve(t, New(lib, nil), "arc/New_York")
	if !errors.Is(err, library.ErrQuarantined) || !errors.Is(err, zim.ErrTruncated) || got != "" {
		t.Errorf("got %q, %v", got, err)
	}
}
