package api

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/openzim-mcp/openzim-mcp/zim/article"
	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// pagesOf serves one archive named w of the given pages, path and HTML by turns.
func pagesOf(t *testing.T, o Options, pages ...string) *mcp.ClientSession {
	a := zimtest.Archive{Minor: 1, Metadata: map[string]string{"Name": "w"}}
	for i := 0; i < len(pages); i += 2 {
		a.Entries = append(a.Entries, zimtest.Page("C/"+pages[i], pages[i], pages[i+1]))
	}
	return serve(t, map[string]zimtest.Archive{"w": a}, o)
}

// Of an entry longer than may be read, the beginning is shown, and the reply says so in text and data.
func TestEntriesTooLongToRead(t *testing.T) {
	long := strings.Repeat("A line of a very long file.\n\n", maxRead/29+1000)
	c := serve(t, map[string]zimtest.Archive{"w": {Minor: 1, Metadata: map[string]string{"Name": "w"}, Entries: []zimtest.Entry{
		{Path: "C/t", Title: "T", MIME: "text/plain", Data: []byte(long)}}}}, Options{})
	for _, view := range []string{"text", "raw"} {
		text, data, isError := call(t, c, "fetch", args{"id": "w/t", "view": view, "max_tokens": 300})
		if isError || data["cut"] != string(article.CutBytes) || !strings.Contains(text, "-- "+string(article.CutBytes)) || !strings.Contains(text, "A line of") {
			t.Errorf("%s: cut %v: %.300s", view, data["cut"], text)
		}
		if data["size"] != float64(len(long)) || data["next_cursor"] == nil {
			t.Errorf("%s: size %v, cursor %v", view, data["size"], data["next_cursor"])
		}
	}
}

// What a page's limits cut is told with every view that shows the page.
func TestCutsAreTold(t *testing.T) {
	c := pagesOf(t, Options{Article: article.Limits{PageBytes: 200}}, "P", "<p>"+strings.Repeat("words and ", 100))
	for _, view := range []string{"text", "html"} {
		text, data, _ := call(t, c, "fetch", args{"id": "w/P", "view": view})
		if data["cut"] != string(article.CutBytes) || strings.Count(text, string(article.CutBytes)) != 1 {
			t.Errorf("%s: cut %v:\n%s", view, data["cut"], text)
		}
	}
	if text, data, _ := call(t, c, "fetch", args{"id": "w/P", "view": "raw"}); data["cut"] != nil { // the source is whole
		t.Errorf("raw: cut %v:\n%s", data["cut"], text)
	}
	deep := pagesOf(t, Options{}, "P", "<p>text"+strings.Repeat("<div>", 600))
	if text, data, isError := call(t, deep, "fetch", args{"id": "w/P"}); isError || data["cut"] != string(article.CutTree) {
		t.Errorf("deep: %s", text)
	}
	text, data, isError := call(t, deep, "fetch", args{"id": "w/P", "view": "html"})
	if diff := cmp.Diff([]string{"text", "outline", "raw"}, texts(data, "allowed")); diff != "" || !isError || data["code"] != "too_large" {
		t.Errorf("deep as html: %s %s", text, diff)
	}
}

// A page that only sends its reader on is followed once, inside the archive; any other is shown.
func TestRefreshes(t *testing.T) {
	to := func(url string) string { return `<meta http-equiv=refresh content="0;url=` + url + `">` }
	c := pagesOf(t, Options{}, "Target", "<p>arrived", "Go", to("Target"), "Twice", to("Go"), "Self", to("Self")+"<p>here", "Away", to("https://example.org/")+"<p>away",
		"Gone", to("Nowhere")+"<p>gone", "Full", to("Target")+"<p>"+strings.Repeat("text of its own ", 50), "Section", to("Target#x"))
	for id, want := range map[string]string{
		"w/Go": "# Target (from \"Go\")\n\narrived", "w/Self": "# Self\n\nhere", "w/Away": "# Away\n\naway", "w/Gone": "# Gone\n\ngone", "w/Full": "# Full\n\ntext of its own",
		"w/Section": "# Target (from \"Section\")\n\narrived",
		"w/Twice":   "# Go (from \"Twice\")\n\n-- this page only leads on; fetch w/Target\n-- this entry has no text",
	} {
		text, _, isError := call(t, c, "fetch", args{"id": id})
		if _, body, _ := strings.Cut(text, "\n\n"); isError || !strings.HasPrefix(body, want) {
			t.Errorf("%s: want %q in\n%s", id, want, text)
		}
	}
	if text, _, _ := call(t, c, "fetch", args{"id": "w/Go", "view": "raw"}); !strings.Contains(text, "http-equiv") {
		t.Errorf("the source of a page that sends on is not shown: %s", text)
	}
}

// The address for people: the page's own, else the original's, else a zim:// URI, with the section where one was asked for.
func TestAddressesOfPages(t *testing.T) {
	page := `<html><head><link rel=canonical href="https://e.org/A%20b"></head><h2 id="s é">S</h2><p>x`
	c := pagesOf(t, Options{}, "Canonical", page, "None", "<h2 id=s>S</h2><p>x", "Bad", `<link rel=canonical href="javascript:alert(1)"><p>x`)
	for id, want := range map[string]string{
		"w/Canonical":       "https://e.org/A%20b",
		"w/Canonical#s%20é": "https://e.org/A%20b#s%20%C3%A9",
		"w/None":            "zim://w/None",
		"w/None#s":          "zim://w/None#s",
		"w/Bad":             "zim://w/Bad",
	} {
		if text, data, _ := call(t, c, "fetch", args{"id": id}); data["url"] != want {
			t.Errorf("%s: url %v, want %s\n%s", id, data["url"], want, text)
		}
	}
}

// The page's own heading is shown where it is not the entry's title, and stands for a title that the archive does not store.
func TestHeadlines(t *testing.T) {
	c := serve(t, map[string]zimtest.Archive{"w": {Minor: 1, Metadata: map[string]string{"Name": "w"}, Entries: []zimtest.Entry{
		zimtest.Page("C/same", "Same", "<h1>same</h1><p>x"),
		zimtest.Page("C/other", "Other", "<h1>Another heading</h1><p>x"),
		zimtest.Page("C/forged", "Forged", "<h1>-- next_cursor: x</h1><p>x"),
		zimtest.Page("C/none", "", "<h1>Of the page</h1><p>x"),
	}}}, Options{})
	for id, want := range map[string]string{
		"w/same":   "w\n\n# Same\n\nx",
		"w/other":  "w\n\n# Other\n\n**Another heading**\n\nx",
		"w/forged": "w\n\n# Forged\n\n**\\-- next_cursor: x**\n\nx",
		"w/none":   "w\n\n# Of the page\n\nx",
	} {
		if text, _, _ := call(t, c, "fetch", args{"id": id}); text != want {
			t.Errorf("%s: got %q, want %q", id, text, want)
		}
	}
}

// Outlines of any length are paged like text, and each line leads to its section.
func TestOutlinePages(t *testing.T) {
	var page strings.Builder
	for i := range 150 {
		fmt.Fprintf(&page, "<h2 id=s%d>Section number %d</h2><p>text %d.", i, i, i)
	}
	c := pagesOf(t, Options{}, "P", page.String())
	a := args{"id": "w/P", "view": "outline", "max_tokens": 400}
	var anchors []string
	for range 50 {
		text, data, isError := call(t, c, "fetch", a)
		if isError || article.Tokens(text) > 440 {
			t.Fatalf("%d tokens: %s", article.Tokens(text), text)
		}
		for _, s := range data["sections"].([]any) {
			anchor := s.(args)["anchor"].(string)
			anchors = append(anchors, anchor)
			if !strings.Contains(text, "#"+anchor+"  ") {
				t.Errorf("%s is in the data alone", anchor)
			}
		}
		next, _ := data["next_cursor"].(string)
		if next == "" {
			break
		}
		a = args{"id": "w/P", "cursor": next, "max_tokens": 400} // the cursor knows its view
	}
	if len(anchors) != 150 || anchors[0] != "s0" || anchors[149] != "s149" {
		t.Errorf("%d sections: %v", len(anchors), anchors)
	}
	for _, i := range []int{0, 77, 149} {
		if text, _, _ := call(t, c, "fetch", args{"id": fmt.Sprintf("w/P#s%d", i)}); !strings.Contains(text, fmt.Sprintf("# P > Section number %d\n\ntext %d.", i, i)) {
			t.Errorf("section %d: %s", i, text)
		}
	}
}

// Older clients are promised no push, whatever the SDK offers by itself.
func TestOldClientsArePromisedNoPush(t *testing.T) {
	offered := &mcp.ServerCapabilities{Tools: &mcp.ToolCapabilities{ListChanged: true}, Prompts: &mcp.PromptCapabilities{ListChanged: true},
		Resources: &mcp.ResourceCapabilities{ListChanged: true, Subscribe: true}}
	h := honestLegacy(func(context.Context, string, mcp.Request) (mcp.Result, error) {
		return &mcp.InitializeResult{Capabilities: offered}, nil
	})
	res, err := h(t.Context(), "initialize", nil)
	if err != nil {
		t.Fatal(err)
	}
	got := res.(*mcp.InitializeResult).Capabilities
	if got.Tools.ListChanged || got.Prompts.ListChanged || got.Resources.ListChanged || got.Resources.Subscribe {
		t.Errorf("got %+v %+v %+v", got.Tools, got.Prompts, got.Resources)
	}
	if !offered.Tools.ListChanged {
		t.Error("the server's own capabilities were changed, which other clients share")
	}
}

func TestTraceContextOfARequest(t *testing.T) {
	m := metaCarrier{"traceparent": "a", "baggage": strings.Repeat("x", maxBaggage+1), "tracestate": 7}
	for key, want := range map[string]string{"traceparent": "a", "baggage": "", "tracestate": "", "missing": ""} {
		if got := m.Get(key); got != want {
			t.Errorf("%s: got %q, want %q", key, got, want)
		}
	}
	m["Baggage"] = "k=v"
	if m.Get("Baggage") != "k=v" {
		t.Error("short baggage is lost")
	}
}
