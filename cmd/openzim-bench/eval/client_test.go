package eval

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// A library is a small server with the replies that a test needs: search finds by the whole query, fetch by id and cursor.
type library struct {
	search, fetch map[string]*mcp.CallToolResult
}

func textResult(text string, data any) *mcp.CallToolResult {
	return &mcp.CallToolResult{Content: []mcp.Content{&mcp.TextContent{Text: text}}, StructuredContent: data}
}

// shownPassages is a reply of search in both forms.
func shownPassages(passages ...Shown) *mcp.CallToolResult {
	var b strings.Builder
	results := []map[string]any{}
	b.WriteString("lib 2026-01\n\n")
	for i, p := range passages {
		fmt.Fprintf(&b, "[%d] %s (%s)\n%s\n\n", i+1, p.Title, p.ID, p.Text)
		results = append(results, map[string]any{"id": p.ID, "title": p.Title, "text": p.Text})
	}
	return textResult(strings.TrimSpace(b.String()), map[string]any{"results": results})
}

// serve starts the server and returns its address.
func (l library) serve(t *testing.T) string {
	t.Helper()
	s := mcp.NewServer(&mcp.Implementation{Name: "small-library", Version: "7"}, &mcp.ServerOptions{Instructions: "ask"})
	one := func(table map[string]*mcp.CallToolResult, key string) *mcp.CallToolResult {
		if r := table[key]; r != nil {
			return r
		}
		return &mcp.CallToolResult{IsError: true, Content: []mcp.Content{&mcp.TextContent{Text: "not found: " + key}}}
	}
	schema := `{"type":"object","properties":{"query":{"type":"string"},"archive":{"type":"string"},"max_tokens":{"type":"integer","default":100},
"where":{"type":"object","properties":{"lang":{"type":"string"}}}},"required":["query"]}`
	s.AddTool(&mcp.Tool{Name: "search", Description: "Find.", InputSchema: rawJSON(schema)}, func(_ context.Context, r *mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		args := arguments(t, r)
		return one(l.search, args["query"]+args["archive"]), nil
	})
	s.AddTool(&mcp.Tool{Name: "fetch", Description: "Read it.", InputSchema: rawJSON(`{"type":"object","properties":{"id":{"type":"string"},"cursor":{"type":"string"}},"required":["id"]}`)},
		func(_ context.Context, r *mcp.CallToolRequest) (*mcp.CallToolResult, error) {
			args := arguments(t, r)
			return one(l.fetch, args["id"]+args["cursor"]), nil
		})
	h := httptest.NewServer(mcp.NewStreamableHTTPHandler(func(*http.Request) *mcp.Server { return s }, nil))
	t.Cleanup(h.Close)
	return h.URL
}

func connected(t *testing.T, l library) *Client {
	t.Helper()
	c, err := Connect(t.Context(), l.serve(t), Ours)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func TestRun(t *testing.T) {
	long := strings.Repeat("words that do not answer ", 300)
	l := library{
		search: map[string]*mcp.CallToolResult{
			"in the first passage": shownPassages(Shown{ID: "lib/A", Title: "A", Text: "The answer is four five here."}),
			"on the second page":   shownPassages(Shown{ID: "lib/B#p1", Title: "B", Text: "The sea"}, Shown{ID: "lib/A", Title: "A", Text: "The answer is"}),
			"nowhere":              shownPassages(Shown{ID: "lib/C", Title: "C", Text: long}),
			"not at all":           textResult("nothing found for \"not at all\" in 1 archive", map[string]any{"results": []any{}, "reason": "no_match"}),
			"two forms":            textResult("[1] A (lib/A)\nfour five", map[string]any{"results": []any{map[string]any{"id": "lib/A", "title": "A", "text": "other"}}}),
		},
		fetch: map[string]*mcp.CallToolResult{
			"lib/A":             textResult("# A\nThe answer  is\nfour five here.", nil),
			"lib/B#p1":          textResult("# B\nThe sea\n-- next_cursor: more", nil),
			"lib/B#p1" + "more": textResult("and deep it is", nil),
		},
	}
	question := func(id, query, answer, doc string) Question {
		return Question{ID: id, Query: query, Lang: "en", Docs: []string{doc}, Paragraph: -1, Answers: []string{answer}, Cluster: doc}
	}
	s := Set{Name: "T", Readers: true, World: WorldOfFile("lib.zim"), Questions: []Question{
		question("1", "in the first passage", "four five", "lib/A"), question("2", "on the second page", "deep", "lib/B"),
		question("3", "nowhere", "unseen", "lib/A"), question("4", "not at all", "unseen", "lib/A"),
		question("5", "an error", "error", "lib/A"), question("6", "two forms", "four five", "lib/A")}}
	res, err := (&Runner{By: connected(t, l), Parallel: 3}).Run(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	value := func(metric, id string) float64 { return res.Values[metric][id] }
	for _, tt := range []struct {
		metric, id string
		want       float64
	}{
		{P1, "1", 1}, {S1C, "1", 1}, {Seen, "1", 1}, {Calls + " A3", "1", 1}, {"found A1", "1", 1},
		{P1, "2", 1}, {Seen, "2", 0}, {"found A1", "2", 0}, {TTG + " A1", "2", capTokens}, {"found A2", "2", 1}, {Calls + " A2", "2", 3},
		{"found A3", "3", 0}, {TTG + " A3", "3", capTokens}, {Calls + " A3", "3", 2}, // the search, and a fetch that fails
		{Zero, "4", 1}, {None, "4", 1}, {Failed, "4", 0},
		{Failed, "5", 1}, {Zero, "5", 1}, {None, "5", 0}, {"found A1", "5", 0}, // an error that holds the answer is no answer
		{S1C, "6", 1}, {Seen, "6", 1},
	} {
		if got := value(tt.metric, tt.id); got != tt.want {
			t.Errorf("question %s, %s: got %v, want %v", tt.id, tt.metric, got, tt.want)
		}
	}
	first := tokensOf(`{"query":"in the first passage"}`) + tokensOf(res.Records[0].Reply)
	if got := value(TTG+" A3", "1"); got != float64(first) {
		t.Errorf("tokens of the first question: got %v, want those of call and reply, %d", got, first)
	}
	if got := res.MaxBudget; got < 10 {
		t.Errorf("largest reply ÷ budget of 100: got %v, want more than 10", got)
	}
	if res.FormsDiffer != 1 {
		t.Errorf("replies whose forms differ: got %d, want 1", res.FormsDiffer)
	}
	// Passages: A in 1 and 2 open to their text, B does, C cannot be fetched, and "other" of 6 is not in A.
	if res.Citations != 5 || res.CitationsOpen != 3 || len(res.BrokenCitations) != 2 {
		t.Errorf("citations: got %d of %d, broken %v, want 3 of 5", res.CitationsOpen, res.Citations, res.BrokenCitations)
	}
	if got := res.Readers["A3"].Found; !near(got, 3.0/6) {
		t.Errorf("found by A3: got %v, want 0.5", got)
	}
}

func TestRunQuick(t *testing.T) {
	c := connected(t, library{search: map[string]*mcp.CallToolResult{"q": shownPassages(Shown{ID: "lib/A", Title: "A", Text: "x"})}})
	res, err := (&Runner{By: c, Quick: true}).Run(t.Context(), Set{Readers: true, Questions: []Question{{ID: "1", Query: "q", Answers: []string{"y"}}}})
	if err != nil || res.Readers != nil || res.Citations != 0 || res.Calls != 1 {
		t.Errorf("got %+v, %v: want one call alone", res, err)
	}
}

func TestRunCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	c := connected(t, library{})
	cancel()
	if _, err := (&Runner{By: c}).Run(ctx, Set{Questions: []Question{{ID: "1", Query: "q"}}}); err == nil {
		t.Error("got no error")
	}
}

func TestTax(t *testing.T) {
	c := connected(t, library{})
	tax, err := c.Tax()
	if err != nil {
		t.Fatal(err)
	}
	if tax.ToolsTokens < 50 || tax.InstructionsTokens != 1 || tax.LargestDescription != len("Read it.") || tax.MostOptional != 3 || tax.Nesting != 2 {
		t.Errorf("got %+v", tax)
	}
	if got := c.Version(); got != "small-library 7" {
		t.Errorf("version: got %q", got)
	}
}

func TestAdapter(t *testing.T) {
	got, err := ParseAdapter("search=search,query=query,archive=archive")
	if err != nil || got.Search != "search" || got.Fetch != "" {
		t.Errorf("got %+v, %v", got, err)
	}
	for _, bad := range []string{"", "search=x", "search=x,query=y,other=z", "search"} {
		if _, err := ParseAdapter(bad); err == nil {
			t.Errorf("%q: got no error", bad)
		}
	}
	l := library{search: map[string]*mcp.CallToolResult{"qhalf": shownPassages()}}
	c, err := Connect(t.Context(), l.serve(t), got)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if call, err := c.Search(t.Context(), "q", "half"); err != nil || call.Reply.Failed || call.MaxTokens != 0 {
		t.Errorf("search in an archive: got %+v, %v", call, err)
	}
	if _, err := c.Fetch(t.Context(), "x", ""); err != ErrNoFetch {
		t.Errorf("fetch without a tool: got %v", err)
	}
	if _, err := Connect(t.Context(), l.serve(t), Adapter{Search: "zim_query", Query: "q"}); err == nil || !strings.Contains(err.Error(), "zim_query") {
		t.Errorf("a tool that is not there: got %v", err)
	}
}

func TestReaderStops(t *testing.T) {
	pages := library{search: map[string]*mcp.CallToolResult{"q": shownPassages(Shown{ID: "lib/A", Title: "A", Text: "x"})},
		fetch: map[string]*mcp.CallToolResult{"lib/A": textResult("a\n-- next_cursor: a", nil), "lib/Aa": textResult("a\n-- next_cursor: a", nil)}}
	c := connected(t, pages)
	call, err := c.Search(t.Context(), "q", "")
	if err != nil {
		t.Fatal(err)
	}
	if got := read(t.Context(), c, Question{Answers: []string{"never"}}, call, 3); got.Calls != capCalls || got.Tokens != capTokens || got.Found {
		t.Errorf("an endless article: got %+v", got)
	}
}
