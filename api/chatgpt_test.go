package api

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/openzim-mcp/openzim-mcp/zim/article"
)

// chatgpt calls a tool as its clients do, and returns the object of the reply's only content.
func chatgpt(t *testing.T, c *mcp.ClientSession, tool string, a args) map[string]any {
	t.Helper()
	res, err := c.CallTool(t.Context(), &mcp.CallToolParams{Name: tool, Arguments: a})
	if err != nil || res.IsError || len(res.Content) != 1 {
		t.Fatalf("%s %v: %v %+v", tool, a, err, res)
	}
	var out, data map[string]any
	if err := json.Unmarshal([]byte(res.Content[0].(*mcp.TextContent).Text), &out); err != nil {
		t.Fatal(err)
	}
	b, _ := json.Marshal(res.StructuredContent)
	if err := json.Unmarshal(b, &data); err != nil || !cmp.Equal(out, data) {
		t.Errorf("the data differ from the text: %v %s", err, cmp.Diff(out, data))
	}
	return out
}

// What is found can be fetched by its id alone, and has what a citation needs.
func TestChatGPTProfile(t *testing.T) {
	c := serve(t, library1(), Options{Profile: ChatGPTProfile, Form: Form{Structured: Off}})
	found := chatgpt(t, c, "search", args{"query": "Ray Charles"})["results"].([]any)
	if len(found) == 0 {
		t.Fatal("nothing found")
	}
	for _, x := range found {
		r := x.(map[string]any)
		for _, field := range []string{"id", "title", "url", "text"} {
			if s, _ := r[field].(string); s == "" {
				t.Errorf("%s of %v is empty", field, r)
			}
		}
		d := chatgpt(t, c, "fetch", args{"id": r["id"]})
		if d["url"] == "" || d["text"] == "" || d["title"] == "" || d["metadata"].(map[string]any)["archive"] != "music" {
			t.Errorf("%v", d)
		}
	}
	if none := chatgpt(t, c, "search", args{"query": "zzzz qqqq"})["results"].([]any); len(none) != 0 {
		t.Error(none)
	}
}

// A long article names its sections, since there is no cursor to go on with, and each opens.
func TestChatGPTLongArticle(t *testing.T) {
	l := library1()
	music := l["music"]
	for i := range music.Entries {
		if strings.HasSuffix(music.Entries[i].Path, "Long") {
			music.Entries[i].Data = append(music.Entries[i].Data, []byte("<h2 id=last>Last</h2><p>"+strings.Repeat("Many more words. ", 9000))...)
		}
	}
	c := serve(t, l, Options{Profile: ChatGPTProfile})
	d := chatgpt(t, c, "fetch", args{"id": "music/Long"})
	meta := d["metadata"].(map[string]any)
	ids := strings.Fields(meta["sections"].(string))
	if meta["truncated"] == nil || !slices.Contains(ids, "music/Long#last") || article.Tokens(d["text"].(string)) > 8000 {
		t.Errorf("%v, %d tokens", meta, article.Tokens(d["text"].(string)))
	}
	if last := chatgpt(t, c, "fetch", args{"id": "music/Long#last"}); !strings.Contains(last["text"].(string), "Many more words") {
		t.Error(last["title"])
	}
}

func TestChatGPTSurface(t *testing.T) {
	c := serve(t, library1(), Options{Profile: ChatGPTProfile})
	list, err := c.ListTools(t.Context(), nil)
	if err != nil || len(list.Tools) != 2 {
		t.Fatal(err, len(list.Tools))
	}
	for _, tool := range list.Tools {
		b, _ := json.Marshal(tool.InputSchema)
		var in struct {
			Properties map[string]struct{ Type string }
		}
		if json.Unmarshal(b, &in) != nil || len(in.Properties) != 1 {
			t.Errorf("%s", b)
		}
	}
	b, _ := json.MarshalIndent(list.Tools, "", " ")
	snapshot(t, "tools-chatgpt.json", append(b, '\n'))
	if text := c.InitializeResult().Instructions; strings.Contains(text, "library lists") {
		t.Error(text)
	}
	if prompts, err := c.ListPrompts(t.Context(), nil); err != nil || len(prompts.Prompts) != 2 {
		t.Error(prompts, err)
	}
	if _, _, isError := call(t, c, "search", args{"query": "x", "limit": 3}); !isError {
		t.Error("an argument that there is not is accepted")
	}
}
