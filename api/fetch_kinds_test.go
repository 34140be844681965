package api

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/openzim-mcp/openzim-mcp/zim/article"
	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// noEstimates takes the numbers out of outlines: they change with the estimate, which has tests of its own.
var noEstimates = regexp.MustCompile(`~\d+\b`)

// kindsOf serves one page P that is read as doc, beside pages A and B.
func kindsOf(t *testing.T, meta map[string]string, doc *article.Document) *mcp.ClientSession {
	t.Helper()
	m := map[string]string{"Name": "w"}
	for k, v := range meta {
		m[k] = v
	}
	s, c := surfaceOf(t, map[string]zimtest.Archive{"w": {Minor: 1, Metadata: m, Entries: []zimtest.Entry{
		zimtest.Page("C/P", "P", "<p>x"), zimtest.Page("C/A", "A", "<p>of a"), zimtest.Page("C/B", "B", `<h2 id="s">S</h2><p>of b`)}}}, Options{})
	plant(t, s, "w/P", doc)
	return c
}

// A page that only tells titles apart gives the id of each page, in its own order and under its own headings, and takes the
// place of none.
func TestDisambiguation(t *testing.T) {
	d := handmade("P", para("P may be:"), item("[A](A), a first thing"), item("[B](B#s) – a second; thing"), item("[Lost](Lost), not kept"), item("no link"),
		head("More", "More"), item("a third: [A](A)"))
	d.Kind = article.Disambiguation
	c := kindsOf(t, nil, d)
	text, data, isError := call(t, c, "fetch", args{"id": "w/P"})
	want := "w\n\n# P\n\nP may be:\n\n- A: a first thing (w/A)\n- B: a second; thing (w/B#s)\n- Lost: not kept (not in this archive)\n- no link\n\n" +
		"## More {#More}\n\n- A: a third (w/A)\n\n-- disambiguation page: fetch one of its ids"
	if diff := cmp.Diff(want, text); diff != "" || isError {
		t.Errorf("-want +got:\n%s", diff)
	}
	options, _ := data["options"].([]any)
	if data["kind"] != "disambiguation" || len(options) != 3 {
		t.Fatalf("kind %v, options %v", data["kind"], options)
	}
	for _, o := range options {
		if text, _, isError := call(t, c, "fetch", args{"id": o.(args)["id"]}); isError || !strings.Contains(text, "of ") {
			t.Errorf("%v gives %s", o, text)
		}
	}
	for _, a := range []args{{"id": "w/P#More"}, {"id": "w/P", "view": "outline"}, {"id": "w/P", "find": "first thing"}} {
		if text, data, isError := call(t, c, "fetch", a); isError || data["kind"] != "disambiguation" {
			t.Errorf("%v: %s", a, text)
		}
	}
}

// Long lists of options are paged; each option is in the data of the page that shows it.
func TestManyOptions(t *testing.T) {
	var parts []part
	for range 50 {
		parts = append(parts, item("[A](A) and some words of a gloss to make it longer than it would be"))
	}
	parts = append(parts, item("[B](B), the last"))
	d := handmade("P", parts...)
	d.Kind = article.Disambiguation
	c := kindsOf(t, nil, d)
	a := args{"id": "w/P", "max_tokens": 300}
	items, b := 0, 0
	for range 30 {
		text, data, isError := call(t, c, "fetch", a)
		if isError || article.Tokens(text) > 300 {
			t.Fatal(text)
		}
		items += strings.Count(text, "\n- ")
		for _, o := range data["options"].([]any) {
			if o.(args)["id"] == "w/B" {
				b++
			}
		}
		next, ok := data["next_cursor"]
		if !ok {
			break
		}
		a["cursor"] = next
	}
	if items != 51 || b != 1 {
		t.Errorf("%d items, the last %d times", items, b)
	}
}

// What a page is, and what it says of itself, in text and data.
func TestKindsOfPages(t *testing.T) {
	kind := func(k article.Kind, parts ...part) *article.Document {
		d := handmade("P", parts...)
		d.Kind = k
		return d
	}
	lost := kind(article.Redirect, para("see elsewhere"))
	lost.Redirect = "Lost"
	described := kind(article.Article, para("Text of P."))
	described.Description, described.Coordinates, described.License = "a small town", "51.5, -0.1", "Text under CC BY-SA 3.0, from example.org"
	same := kind(article.Article, para("P is a small town."))
	same.Description = "a small town"
	for _, tt := range []struct {
		name string
		meta map[string]string
		doc  *article.Document
		text string
		data map[string]any
	}{
		{"article", nil, kind(article.Article, para("text")), "w\n\n# P\n\ntext", map[string]any{}},
		{"question", nil, kind(article.Question, para("why?"), head("a1", "Answer"), para("because")), "w\n\n# P\n\nwhy?\n\n## Answer {#a1}\n\nbecause", map[string]any{"kind": "question"}},
		{"placeholder", nil, kind(article.Placeholder, para("Oops")), "w\n\n# P\n\nOops\n\n-- the archive lacks this page: it could not be read when the archive was made",
			map[string]any{"kind": "placeholder", "reason": "not_in_archive"}},
		{"redirect that leads nowhere", nil, lost, "w\n\n# P\n\nsee elsewhere\n\n-- this page only leads to Lost, which the archive does not hold",
			map[string]any{"kind": "redirect", "reason": "redirect"}},
		{"hatnotes", nil, handmade("P", part{article.Hatnote, "", "For the other see [B](B), for [A](A#x) or [lost](Lost)."}, para("text"), part{article.Hatnote, "", "Main: [A](A)"}),
			"w\n\n# P\n\nFor the other see B, for A or lost.\n\ntext\n\nMain: A\n\n-- see also: B (w/B), A (w/A)", map[string]any{}},
		{"described", nil, described, "w, CC BY-SA 3.0\n\n# P\n\n*a small town*\n\nText of P.",
			map[string]any{"description": "a small town", "coordinates": "51.5, -0.1", "attribution": "Text under CC BY-SA 3.0, from example.org"}},
		{"the archive's own licence", map[string]string{"License": "CC0"}, described, "w, CC0\n\n# P\n\n*a small town*\n\nText of P.",
			map[string]any{"attribution": "Text under CC BY-SA 3.0, from example.org"}},
		{"described in the text too", nil, same, "w\n\n# P\n\nP is a small town.", map[string]any{"description": "a small town"}},
	} {
		c := kindsOf(t, tt.meta, tt.doc)
		text, data, isError := call(t, c, "fetch", args{"id": "w/P"})
		if diff := cmp.Diff(tt.text, text); diff != "" || isError {
			t.Errorf("%s: -want +got:\n%s", tt.name, diff)
		}
		for _, key := range []string{"kind", "reason", "description", "coordinates", "attribution"} {
			if want, ok := tt.data[key]; ok && data[key] != want || key == "kind" && !ok && data[key] != nil {
				t.Errorf("%s: %s is %v, want %v", tt.name, key, data[key], want)
			}
		}
	}
}

// A picture comes along up to the limit, other media and larger pictures as a link alone.
func TestPictures(t *testing.T) {
	a := zimtest.Archive{Minor: 1, Metadata: map[string]string{"Name": "w"}, Entries: []zimtest.Entry{
		{Path: "C/small.png", MIME: "image/png", Data: zimtest.Icon(8)}, {Path: "C/photo.jpg", MIME: "image/jpg; x=y", Data: []byte("jpeg bytes")},
		{Path: "C/large.gif", MIME: "IMAGE/GIF", Data: make([]byte, 5000)}, {Path: "C/drawing.svg", MIME: "image/svg+xml", Data: []byte("<svg><script>SECRET</script></svg>")},
		{Path: "C/film.webm", MIME: "video/webm", Data: []byte("film")}, {Path: "C/odd", MIME: "image", Data: []byte("odd")}}}
	for _, tt := range []struct {
		limit int
		path  string
		sent  string // type of the picture, "" when none is sent
	}{
		{0, "small.png", "image/png"}, {0, "photo.jpg", "image/jpeg"}, {0, "large.gif", "image/gif"}, {0, "drawing.svg", ""}, {0, "film.webm", ""}, {0, "odd", ""},
		{4999, "large.gif", ""}, {5000, "large.gif", "image/gif"}, {-1, "small.png", ""},
	} {
		c := serve(t, map[string]zimtest.Archive{"w": a}, Options{BlobBytes: tt.limit})
		for _, view := range []string{"text", "raw", "links"} {
			res, err := c.CallTool(t.Context(), &mcp.CallToolParams{Name: "fetch", Arguments: args{"id": "w/" + tt.path, "view": view}})
			if err != nil || res.IsError {
				t.Fatal(tt.path, err, res)
			}
			sent, link := "", false
			for _, part := range res.Content {
				switch p := part.(type) {
				case *mcp.ImageContent:
					sent = p.MIMEType
				case *mcp.ResourceLink:
					link = p.URI == "zim://w/"+tt.path
				case *mcp.TextContent:
					if strings.Contains(p.Text, "SECRET") {
						t.Errorf("%s: %s", tt.path, p.Text)
					}
				}
			}
			if sent != tt.sent || !link {
				t.Errorf("%s as %s within %d bytes: picture %q, link %v", tt.path, view, tt.limit, sent, link)
			}
		}
	}
}

// What cannot be searched within says so.
func TestFindNeedsText(t *testing.T) {
	c := serve(t, map[string]zimtest.Archive{"new": scheme("new", 1)}, Options{})
	for _, a := range []args{{"id": "new/map.png"}, {"id": "new/Home", "view": "raw"}, {"id": "new/Home", "view": "html"}} {
		a["find"] = "x"
		text, data, isError := call(t, c, "fetch", a)
		if !isError || data["field"] != "find" || data["code"] != "invalid_argument" {
			t.Errorf("%v: %s", a, text)
		}
	}
}
