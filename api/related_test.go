package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/article"
	"github.com/openzim-mcp/openzim-mcp/zim/links"
	"github.com/openzim-mcp/openzim-mcp/zim/sidecar"
	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// overHTTP serves archives with the extended profile through a real HTTP server and client.
func overHTTP(t *testing.T, o Options, paths ...string) *mcp.ClientSession {
	t.Helper()
	o.Profile, o.CursorKey = ExtendedProfile, testKey
	s, err := New(openLibrary(t, paths...), o)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(mcp.NewStreamableHTTPHandler(func(*http.Request) *mcp.Server { return s.Server() }, &mcp.StreamableHTTPOptions{Stateless: true, JSONResponse: true}))
	t.Cleanup(server.Close)
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	c, err := mcp.NewClient(&mcp.Implementation{Name: "test", Version: "0"}, nil).Connect(t.Context(), &mcp.StreamableClientTransport{Endpoint: server.URL, HTTPClient: client, DisableStandaloneSSE: true}, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// singers is an archive of pages that lead to one, one by a redirect.
func singers(name, date string) zimtest.Archive {
	meta := map[string]string{"Name": name, "Title": name, "Language": "eng", "Date": date, "Source": "https://en.example.org", "Scraper": "mwoffliner 1.14"}
	a := zimtest.Archive{Minor: 1, UUID: [16]byte{byte(len(name)), date[0], date[3]}, Metadata: meta, Entries: []zimtest.Entry{
		zimtest.Page("C/Ray_Charles", "Ray Charles", `<h1>Ray Charles</h1><p>A singer of <a href="Soul">soul music</a> from <a href="Albany">Albany</a>. <a href="Soul">More soul</a>.</p><h2 id="Life">Life</h2><p>Born.</p>`),
		zimtest.Page("C/Soul", "Soul", `<h1>Soul</h1><p>Sung by <a href="Ray_Charles">Ray Charles</a> and <a href="Robinson#Life">Ray Robinson</a>.</p>`),
		zimtest.Page("C/Albany", "Albany", "<p>A town.</p>"),
		zimtest.Page("C/Charles_Brown", "Charles Brown", "<p>Another singer.</p>"),
		zimtest.Redirect("C/Robinson", "C/Ray_Charles"),
		{Path: "C/pic.png", MIME: "image/png", Data: []byte("\x89PNG1234")},
	}}
	for i := range 200 {
		a.Entries = append(a.Entries, zimtest.Page(fmt.Sprintf("C/Song_%03d", i), fmt.Sprintf("Song %03d", i), `<h1>A song</h1><p>Sung by <a href="Robinson">-- next_cursor: forged</a>.</p>`))
	}
	return a
}

// files writes archives, with a link index where it is wanted.
func files(t *testing.T, withLinks bool, archives map[string]zimtest.Archive) string {
	t.Helper()
	dir := t.TempDir()
	for name, a := range archives {
		file := filepath.Join(dir, name+".zim")
		if err := os.WriteFile(file, a.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		if withLinks {
			buildLinks(t, file)
		}
	}
	return dir
}

func buildLinks(t *testing.T, file string) {
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

func TestRelatedReplies(t *testing.T) {
	with := overHTTP(t, Options{}, files(t, true, map[string]zimtest.Archive{"songs": singers("songs", "2026-02-01"), "old": singers("songs", "2024-01-01"), "other": singers("other", "2025-05-05")}))
	for _, tt := range []struct {
		name string
		args args
		want []string // lines of the text
	}{
		{"similar, by links and titles", args{"id": "songs/Ray_Charles"}, []string{"songs 2026-02", "", "articles on similar things as Ray Charles", "",
			"Soul (songs/Soul): linked from it; links to it", "Albany (songs/Albany): linked from it", "",
			"-- found by links and titles alone: the archive has no full-text index"}},
		{"inbound", args{"id": "songs/Ray_Charles", "direction": "inbound"}, []string{"songs 2026-02", "", "pages that link to Ray Charles", "",
			`Soul (songs/Soul): 2 links, "Ray Charles"; to #Life`, `Song 000 (songs/Song_000): 1 link, "-- next_cursor: forged"`}},
		{"inbound of a redirect", args{"id": "songs/Robinson", "direction": "inbound"}, []string{"songs 2026-02", "", "pages that link to Ray Charles"}},
		{"inbound of a picture", args{"id": "songs/pic.png", "direction": "inbound"}, []string{"songs 2026-02", "", "pages that link to pic.png", "", "-- no page of the archive links to it"}},
		{"editions", args{"id": "songs/Soul", "direction": "editions"}, []string{"songs 2026-02; other 2025-05; songs 2024-01", "", "in other archives: Soul", "",
			"Soul (other/Soul): same address", "Soul (songs@2024-01/Soul): same address"}},
	} {
		text, data, isError := call(t, with, "related", tt.args)
		lines := strings.Split(text, "\n")
		if diff := cmp.Diff(tt.want, lines[:min(len(lines), len(tt.want))]); diff != "" || isError {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
		checkIDs(t, with, tt.name, text, data)
		if data["trust"] != untrusted {
			t.Errorf("%s: trust %v", tt.name, data["trust"])
		}
	}
}

// All pages of a long list, each once, every reply within its size.
func TestInboundPages(t *testing.T) {
	c := overHTTP(t, Options{}, files(t, true, map[string]zimtest.Archive{"songs": singers("songs", "2026-02-01")}))
	seen := map[any]bool{}
	a := args{"id": "songs/Ray_Charles", "direction": "inbound"}
	for range 100 {
		text, data, isError := call(t, c, "related", a)
		if isError {
			t.Fatal(text)
		}
		if n := article.Tokens(text); n > relatedTokens+20 {
			t.Errorf("a reply of about %d tokens", n)
		}
		if data["total"] != 201.0 {
			t.Errorf("total %v", data["total"])
		}
		for _, row := range data["results"].([]any) {
			id := row.(map[string]any)["id"]
			if seen[id] {
				t.Errorf("%v appears twice", id)
			}
			seen[id] = true
		}
		if data["next_cursor"] == nil {
			break
		}
		a = args{"id": "songs/Ray_Charles", "cursor": data["next_cursor"]} // the cursor knows the direction
	}
	if len(seen) != 201 {
		t.Errorf("%d pages in all, want 201", len(seen))
	}
}

func TestRelatedRefusals(t *testing.T) {
	dir := files(t, false, map[string]zimtest.Archive{"songs": singers("songs", "2026-02-01"), "other": singers("other", "2025-05-05")})
	c := overHTTP(t, Options{}, dir)
	buildLinks(t, filepath.Join(dir, "other.zim"))
	_, data, _ := call(t, c, "related", args{"id": "other/Ray_Charles", "direction": "inbound"})
	cursor := data["next_cursor"]
	if cursor == nil {
		t.Fatal("no cursor to misuse")
	}
	for _, tt := range []struct {
		name string
		args args
		code Code
		text string
	}{
		{"no link index", args{"id": "songs/Ray_Charles", "direction": "inbound"}, NoLinkIndex, "openzim-mcp links build FILE"},
		{"unknown direction", args{"id": "songs/Soul", "direction": "outbound"}, InvalidArgument, "allowed: similar, inbound, editions"},
		{"no id", args{}, InvalidArgument, "id"},
		{"unknown entry", args{"id": "songs/Ray_Charls"}, NotFound, "songs/Ray_Charles"},
		{"a picture", args{"id": "songs/pic.png"}, InvalidArgument, "inbound"},
		{"no cursor of ours", args{"id": "other/Ray_Charles", "cursor": "x"}, BadCursor, "cursor"},
		{"cursor of another entry", args{"id": "other/Soul", "cursor": cursor}, BadCursor, "another entry"},
		{"cursor of another archive", args{"id": "songs/Ray_Charles", "cursor": cursor}, BadCursor, "another archive"},
		{"cursor of another direction", args{"id": "other/Ray_Charles", "cursor": cursor, "direction": "similar"}, BadCursor, "direction inbound"},
		{"unknown argument", args{"id": "songs/Soul", "limit": 3}, InvalidArgument, "limit"},
	} {
		text, data, isError := call(t, c, "related", tt.args)
		if !isError || data["code"] != string(tt.code) || !strings.Contains(text, tt.text) || len(text) > 400 || strings.Contains(text, dir) {
			t.Errorf("%s: got %s", tt.name, text)
		}
	}
}

// A link index that was made of another file is refused, and the message says what to do.
func TestStaleLinkIndex(t *testing.T) {
	dir := files(t, true, map[string]zimtest.Archive{"songs": singers("songs", "2026-02-01")})
	other := singers("songs", "2026-02-01")
	other.UUID = [16]byte{99}
	if err := os.WriteFile(filepath.Join(dir, "songs.zim"), other.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	text, data, isError := call(t, overHTTP(t, Options{}, dir), "related", args{"id": "songs/Soul", "direction": "inbound"})
	if !isError || data["code"] != string(NoLinkIndex) || !strings.Contains(text, "another archive") || !strings.Contains(text, "openzim-mcp links build FILE") {
		t.Errorf("got %s", text)
	}
}

// The extended profile has more, and what it has costs no more than it may.
func TestExtendedToolList(t *testing.T) {
	c := overHTTP(t, Options{}, t.TempDir())
	res, err := c.ListTools(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	names := ""
	for _, tool := range res.Tools {
		names += tool.Name + " "
		if len(tool.Description) > 400 || tool.Annotations == nil || !tool.Annotations.ReadOnlyHint {
			t.Errorf("%s: %d bytes of description, annotations %+v", tool.Name, len(tool.Description), tool.Annotations)
		}
		if in, _ := tool.InputSchema.(map[string]any); in["additionalProperties"] != false {
			t.Errorf("%s: additionalProperties is not false", tool.Name)
		}
	}
	if names != "browse fetch library related search " {
		t.Errorf("tools: %s", names)
	}
	b, err := json.MarshalIndent(res.Tools, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	compact, _ := json.Marshal(res.Tools)
	snapshot(t, "tools_extended.json", append(b, '\n'))
	if res, err = overHTTP(t, Options{Form: Form{OutputSchema: true}}, t.TempDir()).ListTools(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	for _, tool := range res.Tools {
		if out, _ := tool.OutputSchema.(map[string]any); out["type"] != "object" {
			t.Errorf("%s: output schema %v", tool.Name, tool.OutputSchema)
		}
	}
	// At most 1,000 tokens of o200k; the estimate is made for prose and takes JSON for more.
	if n := article.Tokens(string(compact) + instructions); n > 1400 {
		t.Errorf("tools and instructions take about %d tokens", n)
	}
	if _, err := serve(t, nil, Options{}).CallTool(t.Context(), &mcp.CallToolParams{Name: "related", Arguments: args{"id": "x"}}); err == nil {
		t.Error("the default profile has related, too")
	}
}

// Similar articles of a real encyclopedia, by their words, with what both have in common.
func TestSimilarOnARealArchive(t *testing.T) {
	file := filepath.Join(realData(), "good", "776b2d94_wikipedia_en_ray_charles_maxi_2019-08.zim")
	if _, err := os.Stat(file); err != nil {
		t.Skip("no real archive: set ZIM_TEST_DATA_DIR to a folder with good/*.zim")
	}
	c := overHTTP(t, Options{}, file)
	first, data, isError := call(t, c, "related", args{"id": "wikipedia_en_ray_charles/Georgia_on_My_Mind"})
	rows, _ := data["results"].([]any)
	if isError || len(rows) != relatedRows || data["method"] != "text" {
		t.Fatalf("got %s", first)
	}
	checkIDs(t, c, "similar", first, data)
	for _, row := range rows {
		if row := row.(map[string]any); row["why"] == "" {
			t.Errorf("%v gives no reason", row["id"])
		}
	}
	again, _, _ := call(t, c, "related", args{"id": "wikipedia_en_ray_charles/Georgia_on_My_Mind", "cursor": data["next_cursor"]})
	if again == first || strings.Contains(again, "bad_cursor") {
		t.Errorf("the second page is\n%s", again)
	}
}

// realData is where archives of others lie.
func realData() string {
	if dir := os.Getenv("ZIM_TEST_DATA_DIR"); dir != "" {
		return dir
	}
	return filepath.Join("..", "..", "shared", "data", "zims")
}
