package api

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openzim-mcp/openzim-mcp/zim/article"
	"github.com/openzim-mcp/openzim-mcp/zim/library"
	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// described is an archive with the given metadata and one page.
func described(uuid byte, meta map[string]string) zimtest.Archive {
	return zimtest.Archive{Minor: 1, UUID: [16]byte{uuid}, Metadata: meta, Entries: []zimtest.Entry{zimtest.Page("C/p", "P", "<p>x")}}
}

// shelf is a library of several subjects and languages.
func shelf() map[string]zimtest.Archive {
	return map[string]zimtest.Archive{
		"a": described(1, map[string]string{"Name": "cooking_fr", "Title": "La cuisine", "Language": "fra", "Description": "Recettes", "Tags": "food;recipes", "Date": "2025-01-01"}),
		"b": described(2, map[string]string{"Name": "cooking_en", "Title": "Cooking", "Language": "eng", "Description": "Questions on food", "Creator": "Stack Exchange", "Date": "2025-03-01"}),
		"c": described(3, map[string]string{"Name": "physics_en", "Title": "Physics", "Language": "eng", "Description": "Of bodies and of cooking them", "Date": "2025-02-01"}),
		"d": described(4, map[string]string{"Name": "atlas", "Title": "Atlas", "Language": "deu,fra,eng", "Date": "2024-07-01"}),
	}
}

// names are the archives of a reply of library, in order.
func names(data args) []string {
	out := []string{}
	for _, a := range data["archives"].([]any) {
		out = append(out, a.(args)["name"].(string))
	}
	return out
}

// What a filter meets and in which order: words of names and titles before words elsewhere, then by name.
func TestLibraryFilters(t *testing.T) {
	c := serve(t, shelf(), Options{})
	for _, tt := range []struct {
		filter string
		want   []string
	}{
		{"", []string{"atlas", "cooking_en", "cooking_fr", "physics_en"}},
		{"cooking", []string{"cooking_en", "cooking_fr", "physics_en"}},
		{"COOKING", []string{"cooking_en", "cooking_fr", "physics_en"}},
		{"food", []string{"cooking_en", "cooking_fr"}},
		{"french", []string{"atlas", "cooking_fr"}},
		{"français", []string{"atlas", "cooking_fr"}},
		{"german", []string{"atlas"}},
		{"english food", []string{"cooking_en"}},
		{"stack exchange", []string{"cooking_en"}},
		{"atlas", []string{"atlas"}},
		{"Atlas.zim", []string{"atlas"}},
		{"physics_en@2025-02", []string{"physics_en@2025-02"}},
		{"cooking astronomy", []string{}},
	} {
		text, data, isError := call(t, c, "library", args{"filter": tt.filter})
		got := names(data)
		if len(got) == 1 && len(tt.want) == 1 { // an edition that is named is told with it or without
			got[0], _, _ = strings.Cut(got[0], "@")
			tt.want[0], _, _ = strings.Cut(tt.want[0], "@")
		}
		if diff := cmp.Diff(tt.want, got); diff != "" || isError {
			t.Errorf("%q: -want +got:\n%s%s", tt.filter, diff, text)
		}
		if n := int(data["matched"].(float64)); n != len(tt.want) || data["total"] != 4.0 {
			t.Errorf("%q: matched %d of %v, want %d of 4", tt.filter, n, data["total"], len(tt.want))
		}
		if (len(got) == 1) != (data["detail"] != nil) {
			t.Errorf("%q: details of %v", tt.filter, got)
		}
	}
}

// The list keeps its size however many archives there are, and says how many it left out.
func TestLibraryOfMany(t *testing.T) {
	archives := map[string]zimtest.Archive{}
	for i := range 120 {
		archives[fmt.Sprintf("many%03d", i)] = described(byte(i), map[string]string{"Name": fmt.Sprintf("many%03d", i), "Title": "A title of some length for number " + fmt.Sprint(i), "Language": "eng"})
	}
	c := serve(t, archives, Options{})
	text, data, _ := call(t, c, "library", nil)
	got := names(data)
	if n := article.Tokens(text); n > libraryTokens+100 || len(got) == 0 || len(got) == 120 {
		t.Errorf("%d tokens for %d archives", n, len(got))
	}
	if want := fmt.Sprintf("-- %d more; filter by words", 120-len(got)); !strings.Contains(text, want) || data["matched"] != 120.0 {
		t.Errorf("no %q in the last lines: %s", want, text[max(0, len(text)-200):])
	}
	if again, _, _ := call(t, c, "library", nil); again != text {
		t.Error("two calls give two lists")
	}
}

// Details: each fact of the text is in the data and the other way round.
func TestLibraryTextAndDataAgree(t *testing.T) {
	c := serve(t, library1(), Options{})
	for _, filter := range []string{"music", "wiki_fr"} {
		text, data, _ := call(t, c, "library", args{"filter": filter})
		d := data["detail"].(args)
		for k, v := range d["metadata"].(args) {
			if !strings.Contains(text, fmt.Sprintf("%s: %s\n", k, v)) {
				t.Errorf("%s: %s %q is not in the text", filter, k, v)
			}
		}
		for _, want := range []string{"UUID: " + d["uuid"].(string), fmt.Sprintf("ZIM %s, %.0f bytes", d["version"], d["size"]), fmt.Sprintf("Entries: %.0f, of them", d["entries"]),
			"Editions: " + strings.Join(texts(d, "editions"), ", "), "fetch " + d["main_page"].(string), "verification " + d["verified"].(string)} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: no %q in\n%s", filter, want, text)
			}
		}
		for _, n := range d["types"].([]any) {
			if want := fmt.Sprintf("%s %.0f", n.(args)["type"], n.(args)["entries"]); !strings.Contains(text, want) {
				t.Errorf("%s: no %q in\n%s", filter, want, text)
			}
		}
	}
}

// Two editions of one archive: the name means the newest, each can be asked for, and details list both.
func TestEditions(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, dir, "wiki_2025-01.zim", edition("2025-01-01", 1))
	writeFile(t, dir, "wiki_2026-02.zim", edition("2026-02-02", 2))
	c := connect(t, openLibrary(t, dir), Options{})
	_, data, _ := call(t, c, "library", args{"filter": "wiki"})
	if diff := cmp.Diff([]string{"wiki@2026-02", "wiki@2025-01"}, texts(data["detail"].(args), "editions")); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for id, want := range map[string]string{"wiki/Page": "2026-02-02", "wiki@2025-01/Page": "2025-01-01", "wiki@2026-02/Page": "2026-02-02", "wiki@2025-01-01/": "2025-01-01"} {
		text, data, isError := call(t, c, "fetch", args{"id": id})
		if isError || !strings.Contains(text, "written on "+want) {
			t.Errorf("%s: %s", id, text)
			continue
		}
		if again, _, isError := call(t, c, "fetch", args{"id": data["id"]}); isError || !strings.Contains(again, want) {
			t.Errorf("%s has the id %v, which opens %s", id, data["id"], again)
		}
	}
	text, data, isError := call(t, c, "fetch", args{"id": "wiki@1999-01/Page"})
	if !isError || data["code"] != "not_found" || len(texts(data, "did_you_mean")) == 0 {
		t.Errorf("an unknown edition: %s", text)
	}
	if _, data, _ := call(t, c, "search", args{"query": "page", "archive": "wiki@2025-01"}); len(resultIDs(data)) != 1 || !strings.HasPrefix(resultIDs(data)[0], "wiki@2025-01/") {
		t.Errorf("a search of an old edition gives %v", data["results"])
	}
}

func TestRounded(t *testing.T) {
	for n, want := range map[uint64]string{0: "0", 1: "1", 9999: "9999", 10_000: "10k", 12_999: "12k", 999_999: "999k", 1_000_000: "1.0M", 6_912_345: "6.9M"} {
		if got := rounded(n); got != want {
			t.Errorf("rounded(%d) = %s, want %s", n, got, want)
		}
	}
}

func TestLanguageLists(t *testing.T) {
	for in, want := range map[string]string{
		"eng":                                 "en",
		"eng,fra":                             "en, fr",
		" eng , =deu ":                        "en, de",
		"zho-Hant":                            "zh-Hant",
		"eng,fra,deu,spa,ita,por,rus,jpn":     "en, fr, de, es, it, pt",
		"":                                    "",
		",,":                                  "",
		"no language at all; but a sentence":  "no language…",
		"x\n-- next_cursor: y":                "x -- next_c…",
		"multilingual-and-longer-than-a-code": "multilingua…",
	} {
		if got := languageList(in); got != want {
			t.Errorf("languageList(%q) = %q, want %q", in, got, want)
		}
	}
}

// The line of an archive shows what is known and leaves no gaps for what is not.
func TestArchiveLine(t *testing.T) {
	for _, tt := range []struct {
		row  archiveRow
		want string
	}{
		{archiveRow{Name: "a", State: "open"}, "a"},
		{archiveRow{Name: "a", Title: "A", Language: "en", Edition: "2026-02", Articles: 1, License: "CC0", State: "open"}, "a · A · en · 2026-02 · 1 article · CC0"},
		{archiveRow{Name: "a", Articles: 20_000, FullText: true, Titles: true, State: "open"}, "a · 20k articles · full text, titles"},
		{archiveRow{Name: "a", State: "quarantined", Reason: "damaged"}, "a · quarantined (damaged)"},
		{archiveRow{Name: "a", State: "degraded"}, "a · degraded: some entries are damaged"},
		{archiveRow{Name: "a", State: "degraded", Reason: "damaged"}, "a · degraded: some entries are damaged · a newer file is not served (damaged)"},
		{archiveRow{Name: "a", State: "open", Reason: "damaged"}, "a · a newer file is not served (damaged)"},
	} {
		if got := tt.row.line(); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}

func TestSourceOf(t *testing.T) {
	for in, want := range map[string]string{"https://e.org/": "https://e.org/", "en.wikipedia.org": "https://en.wikipedia.org", "a book": "a book", "": "", "local": "local", "e.\u200borg": "https://e.org"} {
		st := library.Status{}
		st.Meta.Source = in
		if got := sourceOf(st); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestKinds(t *testing.T) {
	for _, tt := range []struct {
		mime, path string
		want       entryKind
		fence      string
	}{
		{"text/html", "", kindHTML, "html"}, {"TEXT/HTML; charset=utf-8", "", kindHTML, "html"}, {"text/html;;", "", kindHTML, "html"},
		{"application/xhtml+xml", "", kindHTML, "xml"}, {"", "a.HTML", kindHTML, ""}, {"", "a.png", kindMedia, ""},
		{"text/plain", "a.html", kindText, ""}, {"text/markdown", "", kindText, "markdown"},
		{"text/css", "", kindText, "css"}, {"text/x-unknown", "", kindText, ""}, {"application/ld+json", "", kindText, "json"},
		{"application/atom+xml", "", kindText, "xml"}, {"application/javascript", "", kindText, "javascript"}, {"application/x-javascript", "", kindText, "javascript"},
		{"image/svg+xml", "", kindMedia, "xml"}, {"image/png", "", kindMedia, ""}, {"application/octet-stream", "x.txt", kindText, ""},
		{"text/vtt", "", kindText, "vtt"}, {"", "a.srt", kindText, ""}, {"application/pdf", "a.txt", kindMedia, ""}, {"no type", "", kindMedia, ""}, {"text/`\n-- x", "", kindText, ""},
	} {
		if got, fence := kindOf(tt.mime, tt.path), fenceName(tt.mime); got != tt.want || fence != tt.fence {
			t.Errorf("%q of %q: kind %d, fence %q; want %d, %q", tt.mime, tt.path, got, fence, tt.want, tt.fence)
		}
	}
}

// Texts of archives cannot forge the separators of our lines.
func TestShort(t *testing.T) {
	for in, want := range map[string]string{
		"a; b · c":               "a, b - c",
		"-- x":                   `\-- x`,
		"a\nb\u202ec":            "a bc",
		strings.Repeat("é", 300): strings.Repeat("é", maxShown-1) + "…",
	} {
		if got := short(in); got != want {
			t.Errorf("short(%.20q) = %q, want %q", in, got, want)
		}
	}
}

func TestListed(t *testing.T) {
	many := strings.Fields("a b c d e f g h i j k l")
	if got := listed(many); got != "a, b, c, d, e, f, g, h, i, j and 2 more" {
		t.Error(got)
	}
	if got := listed(many[:2]); got != "a, b" {
		t.Error(got)
	}
}
