package api

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/openzim-mcp/openzim-mcp/policy"
	"github.com/openzim-mcp/openzim-mcp/zim/article"
	"github.com/openzim-mcp/openzim-mcp/zim/library"
)

// realArchives returns the directory of real archives for tests, or skips.
func realArchives(t testing.TB) string {
	dir := os.Getenv("ZIM_TEST_DATA_DIR")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared", "data", "zims")
	}
	if _, err := os.Stat(filepath.Join(dir, "good")); err != nil {
		t.Skip("no real archives: set ZIM_TEST_DATA_DIR to a directory that holds good/*.zim")
	}
	return dir
}

// Every front article of the small real archives opens through the tool, in every view, within its budget, and shows
// nothing that is to be removed.
func TestEveryRealArticle(t *testing.T) {
	dir := filepath.Join(realArchives(t), "good")
	lib := openLibrary(t, dir)
	c := connect(t, lib, Options{Deadline: -1})
	const most = 8 // articles of one archive
	articles := 0
	for _, st := range lib.All() {
		if !st.Served {
			t.Logf("%s is not served: %v", st.Name, st.Err)
			continue
		}
		for _, id := range frontArticles(t, lib, st, most) {
			articles++
			checkFetch(t, func(a args) (string, map[string]any, bool) { return call(t, c, "fetch", a) }, id)
		}
	}
	t.Logf("%d articles", articles)
}

func frontArticles(t *testing.T, lib *library.Library, st library.Status, most int) []string {
	t.Helper()
	a, release, err := lib.Acquire(st.Ref())
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	var out []string
	for e, err := range a.Articles(t.Context()) {
		if err != nil {
			t.Errorf("%s: %v", st.Name, err)
			continue
		}
		if len(out) == most {
			break
		}
		id, err := policy.ParseID(policy.FormatID(policy.ArchiveName(st.Name), e.Namespace(), e.Path(), ""))
		if err != nil {
			t.Errorf("%s: %v", st.Name, err)
			continue
		}
		if !st.Newest {
			id.Edition = st.Edition
		}
		out = append(out, id.String())
	}
	return out
}

func checkFetch(t *testing.T, fetch func(args) (string, map[string]any, bool), id string) {
	t.Helper()
	for _, view := range []string{"text", "outline", "section", "links", "references", "tables", "html", "raw"} {
		const budget = 1500
		a := args{"id": id, "view": view, "max_tokens": budget}
		for page := 0; ; page++ {
			text, data, isError := fetch(a)
			if isError {
				// html of what is no page; redirects in circles, which two archives hold on purpose
				if data["code"] != "invalid_argument" && !strings.Contains(id, "redirect_loop") {
					t.Errorf("%v: %s", a, text)
				}
				break
			}
			if n := article.Tokens(text); n > budget+budget/10 {
				t.Errorf("%v: page %d takes %d tokens", a, page, n)
			}
			if !utf8.ValidString(text) || view != "raw" && strings.ContainsAny(text, "\u200b\u202e\u2066\x00") {
				t.Errorf("%v: characters that are to be removed", a)
			}
			if url, _ := data["url"].(string); url == "" {
				t.Errorf("%v: no url", a)
			}
			next, ok := data["next_cursor"].(string)
			if !ok {
				break
			}
			a["cursor"] = next
			if page == 20 || page == 2 && view != "text" { // the rest of books and long sources is alike
				break
			}
		}
	}
}

// The sections of an outline open under their ids.
func TestRealSectionsOpen(t *testing.T) {
	dir := filepath.Join(realArchives(t), "good")
	lib := openLibrary(t, dir)
	c := connect(t, lib, Options{Deadline: -1})
	opened := 0
	for _, st := range lib.All() {
		if !st.Served {
			continue
		}
		for _, id := range frontArticles(t, lib, st, 5) {
			_, data, _ := call(t, c, "fetch", args{"id": id, "view": "outline"})
			sections, _ := data["sections"].([]any)
			for _, s := range sections[:min(len(sections), 10)] {
				anchor := s.(map[string]any)["anchor"].(string)
				parsed, err := policy.ParseID(id)
				if err != nil {
					t.Fatal(err)
				}
				parsed.Anchor = anchor
				text, data, isError := call(t, c, "fetch", args{"id": parsed.String()})
				if isError || data["section"] == nil {
					t.Errorf("%s: %s", parsed, text)
				}
				opened++
			}
		}
	}
	t.Logf("%d sections", opened)
}

// Titles of real archives are found by their own words.
func TestRealTitlesAreFound(t *testing.T) {
	dir := filepath.Join(realArchives(t), "good")
	lib := openLibrary(t, dir)
	c := connect(t, lib, Options{Deadline: -1})
	for _, query := range []string{"Ray Charles", "ray charles", "Ray_Charles", "Hit the Road Jack", "georgia on my mind"} {
		text, data, isError := call(t, c, "search", args{"query": query})
		if results, _ := data["results"].([]any); isError || len(results) == 0 {
			t.Errorf("%q: %s", query, text)
		}
	}
	if text, _, isError := call(t, c, "library", args{}); isError || !strings.Contains(text, fmt.Sprintf("%d archives", len(lib.Names()))) {
		t.Errorf("library: %s", text)
	}
}
