package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/openzim-mcp/openzim-mcp/policy"
	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// drawn is a library with entries of all kinds that resources have to deal with.
func drawn() map[string]zimtest.Archive {
	l := library1()
	music := l["music"]
	music.Entries = append(music.Entries,
		zimtest.Entry{Path: "C/cover.svg", Title: "Cover", MIME: "image/svg+xml", Data: []byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="EVIL"><script>EVIL</script><path d="M0 0"/></svg>`)},
		zimtest.Entry{Path: "C/broken.svg", Title: "Broken", MIME: "image/svg+xml", Data: []byte(`<svg><script>EVIL`)},
		zimtest.Entry{Path: "C/song.ogg", Title: "Song", MIME: "audio/ogg", Data: bytes.Repeat([]byte("OggS"), 1000)},
		zimtest.Entry{Path: "C/odd", Title: "Odd", MIME: "not a type", Data: []byte{0, 1, 2}},
		zimtest.Page("C/Été", "Été", "<p>Chaud</p>"),
		zimtest.Entry{Path: "C/long.txt", Title: "Long text", MIME: "text/plain", Data: []byte(strings.Repeat("ligne é\n", 1000))},
	)
	l["music"] = music
	return l
}

func readURI(t testing.TB, c *mcp.ClientSession, uri string) []*mcp.ResourceContents {
	t.Helper()
	res, err := c.ReadResource(t.Context(), &mcp.ReadResourceParams{URI: uri})
	if err != nil {
		t.Fatalf("%s: %v", uri, err)
	}
	return res.Contents
}

func TestResourceListHoldsArchives(t *testing.T) {
	c := serve(t, library1(), Options{})
	res, err := c.ListResources(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range res.Resources {
		got = append(got, r.URI)
		if r.Name == "" || r.Title == "" || r.Description == "" || r.MIMEType != plainText {
			t.Errorf("%+v", r)
		}
		if strings.Contains(r.Description, "\n") || strings.Contains(r.Description, "\u200b") {
			t.Errorf("uncleaned %q", r.Description)
		}
	}
	if strings.Join(got, " ") != "zim://guide zim://music zim://wiki_fr" {
		t.Error(got)
	}
	if a := res.Resources[1].Annotations; a == nil || a.LastModified != "2026-02-03T00:00:00Z" {
		t.Errorf("annotations %+v", a)
	}
	templates, err := c.ListResourceTemplates(t.Context(), nil)
	if err != nil || len(templates.ResourceTemplates) != 2 {
		t.Fatal(templates, err)
	}
}

// Every kind of entry comes in its own type, and what could act in a client is out of it.
func TestResourceContents(t *testing.T) {
	c := serve(t, drawn(), Options{})
	for _, tt := range []struct{ uri, mime, has string }{
		{"zim://music", plainText, "Title: Music"},
		{"zim://music", plainText, "Main page: zim://music/\n"},
		{"zim://music@2026-02", plainText, "Title: Music"},
		{"zim://music/", "text/html;charset=utf-8", "Welcome"},
		{"zim://music/Ray_Charles", "text/html;charset=utf-8", "<b>American</b>"},
		{"zim://music/Ray_Charles#Life", "text/html;charset=utf-8", "Born in 1930"},
		{"zim://music@2026-02/Ray_Robinson", "text/html;charset=utf-8", "American"},
		{"zim://music/%C3%89t%C3%A9", "text/html;charset=utf-8", "Chaud"},
		{"zim://music/Été", "text/html;charset=utf-8", "Chaud"},
		{"zim://music/notes.txt", "text/plain", "line one\nline two"},
		{"zim://music/data.json", "application/json", `{"a": [1, 2]}`},
		{"zim://music/cover.svg", "image/svg+xml", `<path d="M0 0">`},
		{"zim://music/~M/Title", "text/plain;charset=utf-8", "Music"},
	} {
		got := readURI(t, c, tt.uri)
		if got[0].MIMEType != tt.mime && !strings.HasPrefix(got[0].MIMEType, "text/plain") || !strings.Contains(got[0].Text, tt.has) || got[0].Blob != nil {
			t.Errorf("%s: %s %q", tt.uri, got[0].MIMEType, got[0].Text)
		}
		if strings.Contains(got[0].Text, "EVIL") || strings.Contains(got[0].Text, "SECRET") {
			t.Errorf("%s lets through %q", tt.uri, got[0].Text)
		}
	}
	if got := readURI(t, c, "zim://music/Evil")[0].Text; strings.Contains(got, "SECRET") || strings.Contains(got, "\u200b") {
		t.Errorf("a hostile page: %q", got)
	}
	for uri, mime := range map[string]string{"zim://music/pic.png": "image/png", "zim://music/song.ogg": "audio/ogg", "zim://music/odd": "application/octet-stream",
		"zim://music/~M/Illustration_48x48@1": "image/png"} {
		if got := readURI(t, c, uri)[0]; got.MIMEType != mime || len(got.Blob) == 0 || got.Text != "" {
			t.Errorf("%s: %s, %d bytes, %q", uri, got.MIMEType, len(got.Blob), got.Text)
		}
	}
}

func TestResourceLimits(t *testing.T) {
	c := serve(t, drawn(), Options{BlobBytes: 3999, Limits: policy.Limits{ReplyBytes: 1000}})
	got := readURI(t, c, "zim://music/long.txt")
	if n := len([]rune(got[0].Text)); n != 1000 || len(got) != 2 || !strings.Contains(got[1].Text, "music/long.txt") {
		t.Errorf("%d characters, %d contents, %q", n, len(got), got[len(got)-1].Text)
	}
	page := readURI(t, c, "zim://music/Long")
	if n := len([]rune(page[0].Text)); n > 1000 || n < 500 || len(page) != 2 || !strings.HasSuffix(strings.TrimSpace(page[0].Text), ">") {
		t.Errorf("a page cut at %d characters: …%q", n, page[0].Text[max(0, len(page[0].Text)-60):])
	}
	e := refusedURI(t, c, "zim://music/song.ogg")
	if e.Code != jsonrpc.CodeInvalidParams || !strings.Contains(string(e.Data), `"size":4000`) || !strings.Contains(string(e.Data), `"mime":"audio/ogg"`) {
		t.Errorf("%d %s %s", e.Code, e.Message, e.Data)
	}
	off := serve(t, drawn(), Options{BlobBytes: -1})
	if e := refusedURI(t, off, "zim://music/pic.png"); e.Code != jsonrpc.CodeInvalidParams || !strings.Contains(e.Message, "not given out") {
		t.Errorf("%d %s", e.Code, e.Message)
	}
}

func refusedURI(t *testing.T, c *mcp.ClientSession, uri string) *jsonrpc.Error {
	t.Helper()
	res, err := c.ReadResource(t.Context(), &mcp.ReadResourceParams{URI: uri})
	var e *jsonrpc.Error
	if !errors.As(err, &e) {
		t.Fatalf("%s: %v %v", uri, res, err)
	}
	return e
}

func TestResourceRefusals(t *testing.T) {
	c := serve(t, drawn(), Options{})
	for _, uri := range []string{"zim://nothing", "zim://nothing/x", "zim://music/Nowhere", "zim://music/~M/None", "zim://music@1999-01/Ray_Charles", "zim://MUSIC@x/y",
		"zim://", "zim:///etc/passwd", "file:///etc/passwd", "http://localhost/", "zim://music/../../etc/passwd", "zim://music/broken.svg", "zim://music/%00",
		"zim://music/" + strings.Repeat("a", 9000), "zim:music", "music/Ray_Charles"} {
		e := refusedURI(t, c, uri)
		if e.Code != jsonrpc.CodeInvalidParams && e.Code != jsonrpc.CodeInternalError {
			t.Errorf("%.60s: code %d", uri, e.Code)
		}
		var data map[string]any
		if e.Data != nil && json.Unmarshal(e.Data, &data) != nil {
			t.Errorf("%.60s: data %s", uri, e.Data)
		}
		if len(e.Message) > 600 || strings.Contains(e.Message, "/tmp") {
			t.Errorf("%.60s: %q", uri, e.Message)
		}
	}
	if e := refusedURI(t, c, "zim://music/Ray_Charls"); !strings.Contains(string(e.Data), `"did_you_mean":["music/Ray_Charles"`) {
		t.Errorf("%s", e.Data)
	}
}

// The addresses in replies, resource links and lists can all be read.
func TestResourceLinksOpen(t *testing.T) {
	c := serve(t, drawn(), Options{})
	res, err := c.CallTool(t.Context(), &mcp.CallToolParams{Name: "fetch", Arguments: args{"id": "music/pic.png"}})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, content := range res.Content {
		if link, ok := content.(*mcp.ResourceLink); ok {
			n++
			if got := readURI(t, c, link.URI); len(got[0].Blob) != int(*link.Size) || got[0].MIMEType != link.MIMEType {
				t.Errorf("%s: %d bytes, %s", link.URI, len(got[0].Blob), got[0].MIMEType)
			}
		}
	}
	if n != 1 {
		t.Errorf("%d links", n)
	}
}

// The bare SDK does not match an address with raw letters; when it does, asciiURI can go.
func TestRawAddress(t *testing.T) {
	bare := mcp.NewServer(&mcp.Implementation{Name: "bare", Version: "0"}, nil)
	bare.AddResourceTemplate(&mcp.ResourceTemplate{Name: "entry", URITemplate: entryTemplate}, func(context.Context, *mcp.ReadResourceRequest) (*mcp.ReadResourceResult, error) {
		return &mcp.ReadResourceResult{Contents: []*mcp.ResourceContents{{Text: "x"}}}, nil
	})
	here, there := mcp.NewInMemoryTransports()
	server, err := bare.Connect(context.Background(), there, nil)
	if err != nil {
		t.Fatal(err)
	}
	c, err := mcp.NewClient(&mcp.Implementation{Name: "test", Version: "0"}, nil).Connect(context.Background(), here, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close(); server.Wait() })
	if _, err := c.ReadResource(t.Context(), &mcp.ReadResourceParams{URI: "zim://music/Été"}); err == nil {
		t.Error("the SDK matches raw letters now: asciiURI is not needed any more")
	}
}

func TestPinnedAddressesKeepLonger(t *testing.T) {
	for uri, want := range map[string]bool{"zim://a": false, "zim://a/b": false, "zim://a@2026-02/b": true, "zim://a/b?v=01234567": true, "zim://a/b#v": false, "zim://a/b%3Fv=1": false} {
		if pinned(uri) != want {
			t.Errorf("%s: %v", uri, !want)
		}
	}
}
