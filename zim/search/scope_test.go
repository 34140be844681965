package search

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openzim-mcp/openzim-mcp/policy"
	"github.com/openzim-mcp/openzim-mcp/zim/library"
	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// shelfOf is archives of several languages and kinds.
func shelfOf(t testing.TB) *Engine {
	t.Helper()
	archives := map[string]zimtest.Archive{}
	for file, meta := range map[string]map[string]string{
		"a": {"Name": "wikipedia_fr_all", "Language": "fra", "Scraper": "mwoffliner 1.14.0", "Tags": "wikipedia;_category:wikipedia", "Date": "2026-02-01"},
		"b": {"Name": "wikipedia_fr_all", "Language": "fra", "Scraper": "mwoffliner 1.14.0", "Tags": "wikipedia", "Date": "2025-02-01"},
		"c": {"Name": "cooking.stackexchange.com_en_all", "Language": "eng", "Scraper": "sotoki 2.0", "Tags": "stack_exchange;_category:stack_exchange"},
		"d": {"Name": "devdocs_en_go", "Language": "eng", "Scraper": "devdocs2zim v0.2.0"},
		"e": {"Name": "gutenberg_fr", "Language": "fre,eng", "Scraper": "gutenberg2zim 2.1"},
		"f": {"Name": "village", "Language": "=br", "Tags": "regional;boats"},
		"g": {"Name": "medicine", "Language": "xx-what", "Tags": ""},
	} {
		a := zimtest.Archive{Minor: 1, Metadata: meta, Entries: []zimtest.Entry{zimtest.Page("C/Port", "Port", "<p>ships")}}
		archives[file] = a
	}
	e := open(t, archives)
	e.collections = map[policy.ArchiveName][]policy.ScopePart{}
	for _, text := range []string{"sea=village devdocs_en_go gone", "medicine=gutenberg_fr", "french=lang:fr", "nothing=gone"} {
		name, parts, err := policy.ParseCollection(text)
		if err != nil {
			t.Fatal(err)
		}
		e.collections[name] = parts
	}
	return e
}

func TestScope(t *testing.T) {
	e := shelfOf(t)
	for _, tt := range []struct {
		name, scope string
		want        string
	}{
		{"a name", "village", "village"},
		{"a name twice", "village,Village.zim", "village"},
		{"an edition", "wikipedia_fr_all@2025-02", "wikipedia_fr_all@2025-02"},
		{"a language by its short code", "lang:fr", "gutenberg_fr wikipedia_fr_all"},
		{"by its long code", "lang:fra", "gutenberg_fr wikipedia_fr_all"},
		{"by its other long code", "lang:fre", "gutenberg_fr wikipedia_fr_all"},
		{"by its name", "lang:French", "gutenberg_fr wikipedia_fr_all"},
		{"by its own name", "lang:français", "gutenberg_fr wikipedia_fr_all"},
		{"a code with a slip", "lang:breton", "village"},
		{"a region", "lang:fr-CA", "gutenberg_fr wikipedia_fr_all"},
		{"a kind", "kind:wikipedia", "wikipedia_fr_all"},
		{"a kind of many", "kind:wiki", "wikipedia_fr_all"},
		{"questions", "kind:stackexchange", "cooking.stackexchange.com_en_all"},
		{"manuals", "kind:manuals", "devdocs_en_go"},
		{"books", "kind:book", "gutenberg_fr"},
		{"a tag", "kind:boats", "village"},
		{"a collection", "collection:sea", "devdocs_en_go village"},
		{"a collection by its name alone", "sea", "devdocs_en_go village"},
		{"an archive before a collection of its name", "medicine", "medicine"},
		{"the collection", "collection:medicine", "gutenberg_fr"},
		{"a collection of a language", "french", "gutenberg_fr wikipedia_fr_all"},
		{"all sorts", "lang:br, kind:manual,medicine", "devdocs_en_go medicine village"},
	} {
		parts, err := policy.ParseScope(tt.scope)
		if err != nil {
			t.Fatal(err)
		}
		got, err := e.Scope(parts)
		if err != nil || strings.Join(got, " ") != tt.want {
			t.Errorf("%s: got %v, %v; want %s", tt.name, got, err, tt.want)
		}
		if a, err := e.Ask(t.Context(), "Port", got, Want{}); err != nil || a.Searched != len(got) {
			t.Errorf("%s: %+v, %v", tt.name, a, err)
		}
	}
}

// What is not there is refused with what is.
func TestScopeOfNothing(t *testing.T) {
	e := shelfOf(t)
	for _, tt := range []struct {
		name, scope string
		want        *policy.Error
	}{
		{"a language", "lang:german", &policy.Error{Field: "archive", Reason: "names a language of no archive", Allowed: []string{"lang:br", "lang:en", "lang:fr", "lang:xx-what"}}},
		{"a kind", "village,kind:vidio", &policy.Error{Field: "archive", Reason: "names a kind of no archive", Allowed: []string{"kind:book", "kind:manual", "kind:stackexchange", "kind:wiki", "kind:wikipedia"}}},
		{"a kind misspelt", "kind:manuel", &policy.Error{Field: "archive", Reason: "names a kind of no archive", Allowed: []string{"kind:book", "kind:manual", "kind:stackexchange", "kind:wiki", "kind:wikipedia"}, DidYouMean: []string{"kind:manual"}}},
		{"a collection", "collection:see", &policy.Error{Field: "archive", Reason: "names no collection of this library", Allowed: []string{"collection:french", "collection:medicine", "collection:nothing", "collection:sea"}, DidYouMean: []string{"collection:sea"}}},
	} {
		parts, err := policy.ParseScope(tt.scope)
		if err != nil {
			t.Fatal(err)
		}
		_, err = e.Scope(parts)
		var got *policy.Error
		if !errors.As(err, &got) {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: -want +got:\n%s", tt.name, diff)
		}
	}
	for _, scope := range []string{"vilage", "village,gone", "collection:nothing", "wikipedia_fr_all@2020-01"} {
		parts, err := policy.ParseScope(scope)
		if err != nil {
			t.Fatal(err)
		}
		var missing *NotFound
		if _, err := e.Scope(parts); !errors.As(err, &missing) {
			t.Errorf("%s: %v", scope, err)
		} else if scope == "vilage" && !slices.Equal(missing.Candidates, []string{"village"}) {
			t.Errorf("%s: %v", scope, missing.Candidates)
		}
	}
}

// Kinds are told by names, tags and scrapers.
func TestKindsOfArchives(t *testing.T) {
	for _, tt := range []struct {
		meta library.Meta
		want string
	}{
		{library.Meta{Name: "wiktionary_de_all", Scraper: "mwoffliner 1.13"}, "dictionary wiki wiktionary"},
		{library.Meta{Name: "stackoverflow.com_en_all"}, "stackexchange"},
		{library.Meta{Name: "old", Tags: "Stack_Exchange"}, "stackexchange"},
		{library.Meta{Name: "ifixit_en_all", Scraper: "ifixit2zim"}, "guide"},
		{library.Meta{Name: "python", Tags: "manual;python"}, "manual"},
		{library.Meta{Name: "site", Scraper: "warc2zim 2.0,zimit 2.0"}, "website"},
		{library.Meta{Name: "ted_en_global"}, "video"},
		{library.Meta{}, ""},
	} {
		if got := strings.Join(kindsOf(tt.meta), " "); got != tt.want {
			t.Errorf("%+v: got %q, want %q", tt.meta, got, tt.want)
		}
	}
}
