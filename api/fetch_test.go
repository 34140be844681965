package api

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/openzim-mcp/openzim-mcp/zim/article"
	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// scheme is the same small wiki in old or new namespaces.
func scheme(name string, minor uint16) zimtest.Archive {
	ns, pic := "C", "C"
	if minor == 0 {
		ns, pic = "A", "I"
	}
	page := func(path, title, html string) zimtest.Entry { return zimtest.Page(ns+"/"+path, title, html) }
	return zimtest.Archive{Minor: minor, MainPage: ns + "/Home", UUID: [16]byte{7, byte(minor)},
		Metadata: map[string]string{"Name": name, "Title": "The " + name, "Language": "eng", "Date": "2026-01-02", "Source": "https://en.wiki.example/wiki/", "Scraper": "mwoffliner 1.14"},
		Entries: []zimtest.Entry{
			page("Home", "Home", "<p>welcome"),
			page("Blue_whale", "Blue whale", `<h2 id=Diet>Diet</h2><p>krill`),
			page("AC/DC", "AC/DC", "<p>rock"),
			page("What?", "What?", "<p>question"),
			page("50%_off", "50% off", "<p>half"),
			page("C#_(language)", "C# (language)", "<p>sharp"),
			page("with space", "with space", "<p>space"),
			page("Zürich", "Zürich", "<p>city"),
			page("東京", "東京", "<p>capital"),
			page("~M/x", "tilde", "<p>tilde"),
			page("dir/", "dir", "<p>slash"),
			page("zero\u200bwidth", "zero width", "<p>invisible"),
			zimtest.Redirect(ns+"/Blue_Whale_(animal)", ns+"/Blue_whale"),
			zimtest.Redirect(ns+"/Loop", ns+"/Loop"),
			{Path: pic + "/map.png", MIME: "image/png", Data: []byte("\x89PNG")},
		}}
}

// Every spelling of an id that a client may have at hand opens its entry, in archives of old and new namespaces.
func TestEverySpellingOfAnID(t *testing.T) {
	c := serve(t, map[string]zimtest.Archive{"old": scheme("old", 0), "new": scheme("new", 1)}, Options{})
	for _, name := range []string{"old", "new"} {
		for id, want := range map[string]string{
			"%s":                     "welcome",
			"%s/":                    "welcome",
			"%s.zim":                 "welcome",
			"zim://%s/":              "welcome",
			"%s@2026-01/Blue_whale":  "krill",
			"%s@2026-01-02/Home":     "welcome",
			"%s/Blue_whale":          "krill",
			"%s/Blue whale":          "krill",
			"%s/blue_whale":          "krill",
			"%s/A/Blue_whale":        "krill",
			"%s/Blue_whale#Diet":     "krill",
			"zim://%s/Blue_whale":    "krill",
			" (%s/Blue_whale) ":      "krill",
			"<%s/Blue_whale>":        "krill",
			`"%s/Blue_whale"`:        "krill",
			"%s/AC/DC":               "rock",
			"%s/What%%3F":            "question",
			"%s/50%%25_off":          "half",
			"%s/50%%_off":            "half",
			"%s/C%%23_(language)":    "sharp",
			"%s/with%%20space":       "space",
			"%s/with space":          "space",
			"%s/Zürich":              "city",
			"%s/Z%%C3%%BCrich":       "city",
			"zim://%s/Z%%C3%%BCrich": "city",
			"%s/東京":                  "capital",
			"%s/%%7EM/x":             "tilde",
			"%s/dir/":                "slash",
		} {
			id := fmt.Sprintf(id, name)
			text, data, isError := call(t, c, "fetch", args{"id": id})
			if isError || !strings.Contains(text, want) {
				t.Errorf("%s: want %q in %s", id, want, text)
				continue
			}
			// What the reply calls it leads back to it, in either form.
			again, _, isError := call(t, c, "fetch", args{"id": data["id"]})
			if isError || !strings.Contains(again, want) {
				t.Errorf("%s gives the id %v, which gives %s", id, data["id"], again)
			}
		}
	}
}

// A search's ids open what they name, whatever their paths hold.
func TestSearchIDsOpen(t *testing.T) {
	for _, minor := range []uint16{0, 1, 3} {
		a := scheme("wiki", minor)
		c := serve(t, map[string]zimtest.Archive{"wiki": a}, Options{})
		for _, e := range a.Entries {
			if e.MIME != "text/html" {
				continue
			}
			_, data, _ := call(t, c, "search", args{"query": e.Title, "limit": 1})
			ids := resultIDs(data)
			if len(ids) == 0 {
				t.Errorf("6.%d: %q is not found", minor, e.Title)
				continue
			}
			_, body, _ := strings.Cut(string(e.Data), "<p>")
			if text, _, isError := call(t, c, "fetch", args{"id": ids[0]}); isError || !strings.Contains(text, body) {
				t.Errorf("6.%d: %q has the id %q, which gives %s", minor, e.Title, ids[0], text)
			}
		}
	}
}

// Both titles of a redirect are told, in text and data; a loop is the archive's fault.
func TestRedirects(t *testing.T) {
	c := serve(t, map[string]zimtest.Archive{"old": scheme("old", 0), "new": scheme("new", 1)}, Options{})
	for _, name := range []string{"old", "new"} {
		text, data, isError := call(t, c, "fetch", args{"id": name + "/Blue_Whale_(animal)"})
		if isError || !strings.Contains(text, `# Blue whale (from "Blue_Whale_(animal)")`) && !strings.Contains(text, `# Blue whale (from "Blue Whale (animal)")`) {
			t.Errorf("%s: %s", name, text)
		}
		if data["id"] != name+"/Blue_whale" || data["title"] != "Blue whale" || data["from"] == nil {
			t.Errorf("%s: %v", name, data)
		}
		text, data, isError = call(t, c, "fetch", args{"id": name + "/Loop"})
		if !isError || data["code"] != "corrupt_archive" && data["code"] != "not_found" {
			t.Errorf("%s: a loop gives %s", name, text)
		}
	}
}

// How each kind of content is shown, in each view.
func TestKindsOfContent(t *testing.T) {
	entries := []zimtest.Entry{
		zimtest.Page("C/p", "Page", "<h2 id=a>A</h2><p>text &amp; more<script>x</script>"),
		{Path: "C/x", Title: "XHTML", MIME: "application/xhtml+xml", Data: []byte("<p>text &amp; more</p>")},
		{Path: "C/h", Title: "With charset", MIME: "text/html; charset=utf-8", Data: []byte("<p>text &amp; more</p>")},
		{Path: "C/t", Title: "Text", MIME: "text/plain", Data: []byte("a & b\r\n\r\nc")},
		{Path: "C/m", Title: "Markdown", MIME: "text/markdown", Data: []byte("# a")},
		{Path: "C/c", Title: "Style", MIME: "text/css", Data: []byte("p{}")},
		{Path: "C/j", Title: "Data", MIME: "application/json", Data: []byte(`{"a":1}`)},
		{Path: "C/l", Title: "Linked data", MIME: "application/ld+json", Data: []byte(`{"b":2}`)},
		{Path: "C/v", Title: "Subtitles", MIME: "text/vtt", Data: []byte("WEBVTT\n\n00:01.000 --> 00:02.000\nhello")},
		{Path: "C/i", Title: "Picture", MIME: "image/png", Data: []byte("\x89PNG")},
		{Path: "C/s", Title: "Drawing", MIME: "image/svg+xml", Data: []byte("<svg/>")},
		{Path: "C/b", Title: "Binary", MIME: "application/octet-stream", Data: []byte{0, 1, 2}},
		{Path: "C/e", Title: "Empty text", MIME: "text/plain", Data: []byte{}},
	}
	c := serve(t, map[string]zimtest.Archive{"k": {Minor: 1, Metadata: map[string]string{"Name": "k"}, Entries: entries}}, Options{})
	for _, tt := range []struct{ id, view, want string }{
		{"k/p", "text", "k\n\n# Page\n\n## A {#a}\n\ntext & more"},
		{"k/p", "outline", "k\n\n# Page\n\n#a  A  ~  text & more"},
		{"k/p", "html", "k\n\n# Page\n\n```html\n<h2 id=\"a\">A</h2><p>text &amp; more</p>\n```"},
		{"k/p", "raw", "k\n\n# Page\n\n```html\n<h2 id=a>A</h2><p>text &amp; more<script>x</script>\n```"},
		{"k/x", "text", "k\n\n# XHTML\n\ntext & more"},
		{"k/h", "text", "k\n\n# With charset\n\ntext & more"},
		{"k/t", "text", "k\n\n# Text\n\na & b\n\nc"},
		{"k/t", "raw", "k\n\n# Text\n\n```\na & b\r\n\r\nc\n```"},
		{"k/t", "outline", "k\n\n# Text\n\n-- this entry has no sections"},
		{"k/m", "text", "k\n\n# Markdown\n\n# a"},
		{"k/c", "text", "k\n\n# Style\n\n```css\np{}\n```"},
		{"k/j", "text", "k\n\n# Data\n\n```json\n{\"a\":1}\n```"},
		{"k/l", "text", "k\n\n# Linked data\n\n```json\n{\"b\":2}\n```"},
		{"k/v", "text", "k\n\n# Subtitles\n\n[0:01] hello"},
		{"k/i", "text", "k\n\n# Picture\n\n-- image/png, 4 bytes; the picture follows"},
		{"k/i", "raw", "k\n\n# Picture\n\n-- image/png, 4 bytes; the picture follows"},
		{"k/s", "html", "k\n\n# Drawing\n\n-- image/svg+xml, 6 bytes; not text"},
		{"k/b", "outline", "k\n\n# Binary\n\n-- application/octet-stream, 3 bytes; not text"},
		{"k/e", "text", "k\n\n# Empty text\n\n-- this entry has no text"},
	} {
		text, data, isError := call(t, c, "fetch", args{"id": tt.id, "view": tt.view})
		if diff := cmp.Diff(tt.want, noEstimates.ReplaceAllString(text, "~")); diff != "" || isError {
			t.Errorf("%s as %s: -want +got:\n%s", tt.id, tt.view, diff)
		}
		if data["view"] != tt.view || data["id"] != tt.id || data["trust"] != "untrusted" {
			t.Errorf("%s as %s: data %v", tt.id, tt.view, data)
		}
	}
	for _, id := range []string{"k/t", "k/j", "k/c", "k/v"} {
		if text, data, isError := call(t, c, "fetch", args{"id": id, "view": "html"}); !isError || data["code"] != "invalid_argument" || data["field"] != "view" {
			t.Errorf("%s as html: %s", id, text)
		}
	}
}

// Media come as a link with type and size, whose address is an id of its own.
func TestMediaIsALink(t *testing.T) {
	c := serve(t, map[string]zimtest.Archive{"new": scheme("new", 1)}, Options{})
	res, err := c.CallTool(t.Context(), &mcp.CallToolParams{Name: "fetch", Arguments: args{"id": "new/map.png"}})
	if err != nil || len(res.Content) != 3 {
		t.Fatal(err, res)
	}
	if p, ok := res.Content[1].(*mcp.ImageContent); !ok || string(p.Data) != "\x89PNG" || p.MIMEType != "image/png" {
		t.Errorf("the picture is %+v", res.Content[1])
	}
	l, ok := res.Content[2].(*mcp.ResourceLink)
	if !ok || l.URI != "zim://new/map.png" || l.MIMEType != "image/png" || l.Size == nil || *l.Size != 4 || l.Name != "new/map.png" {
		b, _ := json.Marshal(res.Content[2])
		t.Errorf("got %s", b)
	}
	if text, _, isError := call(t, c, "fetch", args{"id": l.URI}); isError || !strings.Contains(text, "image/png") {
		t.Error(text)
	}
}

// What the text says of a page, its data say too.
func TestFetchTextAndDataAgree(t *testing.T) {
	c := serve(t, library1(), Options{})
	for _, a := range []args{{"id": "music/Ray_Charles"}, {"id": "music/Ray_Charles#Life"}, {"id": "music/Long", "max_tokens": 600}, {"id": "music/Ray_Robinson"},
		{"id": "music/Refresh"}, {"id": "wiki_fr"}, {"id": "music/pic.png"}} {
		text, data, isError := call(t, c, "fetch", a)
		if isError {
			t.Fatal(text)
		}
		heading := "# " + data["title"].(string)
		if s, ok := data["section"]; ok {
			heading += " > " + s.(string)
		}
		if from, ok := data["from"]; ok {
			heading += fmt.Sprintf(" (from %q)", from)
		}
		if !strings.Contains(text, "\n"+heading+"\n") {
			t.Errorf("%v: no line %q in\n%s", a, heading, text)
		}
		if next, ok := data["next_cursor"]; ok != strings.Contains(text, "-- next_cursor: ") || ok && !strings.Contains(text, next.(string)) {
			t.Errorf("%v: the cursors of text and data differ", a)
		}
		for _, key := range []string{"previous", "following"} {
			if id, ok := data[key].(string); ok {
				if _, anchor, _ := strings.Cut(id, "#"); !strings.Contains(text, "#"+anchor) {
					t.Errorf("%v: %s is not in the text", a, id)
				}
			}
		}
		if u := data["url"].(string); u == "" {
			t.Errorf("%v: no url", a)
		}
	}
}

// Reading on by cursors gives the whole article once, in order, at every budget.
func TestCursorsReadEverythingOnce(t *testing.T) {
	var page strings.Builder
	for i := range 400 {
		fmt.Fprintf(&page, "<p>word%03d and some more text behind it.</p>", i)
	}
	c := serve(t, map[string]zimtest.Archive{"w": {Minor: 1, Metadata: map[string]string{"Name": "w"}, Entries: []zimtest.Entry{zimtest.Page("C/p", "P", page.String())}}}, Options{})
	for _, budget := range []int{200, 333, 1000, 8000} {
		a := args{"id": "w/p", "max_tokens": budget}
		var all strings.Builder
		for range 200 {
			text, data, isError := call(t, c, "fetch", a)
			if n := article.Tokens(text); isError || n > budget {
				t.Fatalf("budget %d: %d tokens: %s", budget, n, text)
			}
			all.WriteString(text)
			next, _ := data["next_cursor"].(string)
			if next == "" {
				break
			}
			a["cursor"] = next
		}
		at := 0
		for i := range 400 {
			w := fmt.Sprintf("word%03d", i)
			if n := strings.Count(all.String(), w); n != 1 {
				t.Errorf("budget %d: %s appears %d times", budget, w, n)
			}
			if j := strings.Index(all.String(), w); j < at {
				t.Errorf("budget %d: %s is out of order", budget, w)
			} else {
				at = j
			}
		}
	}
}

// A call that its client gives up ends, and says nothing that would be taken for an answer.
func TestCancelledCalls(t *testing.T) {
	s, err := New(openLibrary(t, t.TempDir()), Options{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, tool := range s.tools() {
		if tool.name == "library" {
			continue // with no archives it reads nothing that could be cut short
		}
		r, err := tool.run(ctx, []byte(tool.example))
		if err == nil && tool.name == "fetch" {
			t.Errorf("%s answers a cancelled call: %s", tool.name, r.text())
		}
	}
}

// Each way to damage an archive: every call gets an answer that names no file, and never an internal error.
func TestDamagedArchives(t *testing.T) {
	b := library1()["music"].Bytes()
	for _, name := range zimtest.Damages() {
		bad := zimtest.Damage(b, name)
		if bad == nil {
			continue // there is nothing of the kind to damage
		}
		dir := t.TempDir()
		writeFile(t, dir, "music.zim", bad)
		c := connect(t, openLibrary(t, dir), Options{})
		for _, q := range []struct {
			tool string
			a    args
		}{{"library", nil}, {"library", args{"filter": "music"}}, {"search", args{"query": "ray"}}, {"search", args{"query": "zzz", "archive": "music"}},
			{"fetch", args{"id": "music"}}, {"fetch", args{"id": "music/Ray_Charles"}}, {"fetch", args{"id": "music/Ray_Robinson"}}, {"fetch", args{"id": "Ray Charles"}}} {
			text, data, isError := call(t, c, q.tool, q.a)
			if isError && data["code"] == "internal" || strings.Contains(text, dir) || text == "" {
				t.Errorf("%s: %s %v: %s", name, q.tool, q.a, text)
			}
		}
	}
}
