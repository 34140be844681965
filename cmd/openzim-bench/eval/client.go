package eval

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strings"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// An Asker answers calls: a server over MCP, or a search library in its place. Safe for concurrent use.
type Asker interface {
	// Search asks one question of one archive, or of all when archive is empty.
	Search(ctx context.Context, query, archive string) (Call, error)
	// Fetch reads an id, from a cursor on when there is one.
	Fetch(ctx context.Context, id, cursor string) (Call, error)
}

// ErrNoFetch is returned by an Asker that can only search.
var ErrNoFetch = errors.New("cannot fetch")

// A Call is one call of a tool with its reply.
type Call struct {
	Arguments string // as JSON; a model pays for it
	Reply     Reply
	MaxTokens int // what the reply may cost; 0 when the server has no such argument
}

// Adapter names a server's tools and arguments, for servers other than ours.
type Adapter struct {
	Search, Query, Archive string         // search tool, its arguments for the question and for an archive
	Fetch, ID, Cursor      string         // tool that opens an id; "" when there is none
	Always                 map[string]any // arguments of every search besides
	MaxTokens              string         // argument that bounds a reply; "" when there is none
}

// Ours is the adapter of openzim-mcp.
var Ours = Adapter{Search: "search", Query: "query", Archive: "archive", Fetch: "fetch", ID: "id", Cursor: "cursor", MaxTokens: "max_tokens"}

// ParseAdapter reads "search=TOOL,query=ARG,archive=ARG,fetch=TOOL,id=ARG,cursor=ARG", of which search and query are needed.
func ParseAdapter(s string) (Adapter, error) {
	var a Adapter
	fields := map[string]*string{"search": &a.Search, "query": &a.Query, "archive": &a.Archive, "fetch": &a.Fetch, "id": &a.ID,
		"cursor": &a.Cursor, "max_tokens": &a.MaxTokens}
	for part := range strings.SplitSeq(s, ",") {
		name, value, ok := strings.Cut(part, "=")
		to := fields[strings.TrimSpace(name)]
		if !ok || to == nil {
			return a, fmt.Errorf("adapter: %q, want search=TOOL,query=ARGUMENT and archive, fetch, id, cursor or max_tokens likewise", part)
		}
		*to = strings.TrimSpace(value)
	}
	if a.Search == "" || a.Query == "" {
		return a, errors.New("adapter: search and query are needed")
	}
	return a, nil
}

// A Client speaks MCP to a server. Safe for concurrent use.
type Client struct {
	adapter  Adapter
	session  *mcp.ClientSession
	defaults map[string]int // default of max_tokens by tool
	Tools    []*mcp.Tool
}

// Connect opens a session with the endpoint and reads its tools.
func Connect(ctx context.Context, endpoint string, a Adapter) (*Client, error) {
	c := mcp.NewClient(&mcp.Implementation{Name: "openzim-bench", Version: "1"}, nil)
	session, err := c.Connect(ctx, &mcp.StreamableClientTransport{Endpoint: endpoint, DisableStandaloneSSE: true, MaxRetries: -1}, nil)
	if err != nil {
		return nil, err
	}
	cl := &Client{adapter: a, session: session, defaults: map[string]int{}}
	list, err := session.ListTools(ctx, nil)
	if err != nil {
		return nil, errors.Join(err, session.Close())
	}
	cl.Tools = list.Tools
	for _, t := range list.Tools {
		cl.defaults[t.Name] = defaultOf(t, a.MaxTokens)
	}
	if _, ok := cl.defaults[a.Search]; !ok {
		return nil, errors.Join(fmt.Errorf("server has no tool %s", a.Search), session.Close())
	}
	return cl, nil
}

// defaultOf reads the default of a whole-number argument from a tool's schema; 0 when there is none.
func defaultOf(t *mcp.Tool, argument string) int {
	data, err := json.Marshal(t.InputSchema)
	if err != nil || argument == "" {
		return 0
	}
	var s struct {
		Properties map[string]struct {
			Default any `json:"default"`
		} `json:"properties"`
	}
	if json.Unmarshal(data, &s) != nil {
		return 0
	}
	n, _ := s.Properties[argument].Default.(float64)
	return int(n)
}

// Close ends the session.
func (c *Client) Close() error { return c.session.Close() }

// Version is what the server says of itself.
func (c *Client) Version() string {
	r := c.session.InitializeResult()
	if r == nil || r.ServerInfo == nil {
		return ""
	}
	return r.ServerInfo.Name + " " + r.ServerInfo.Version
}

// Search implements [Asker] with the server's default arguments.
func (c *Client) Search(ctx context.Context, query, archive string) (Call, error) {
	args := maps.Clone(c.adapter.Always)
	if args == nil {
		args = map[string]any{}
	}
	args[c.adapter.Query] = query
	if archive != "" && c.adapter.Archive != "" {
		args[c.adapter.Archive] = archive
	}
	return c.call(ctx, c.adapter.Search, args)
}

// Fetch implements [Asker].
func (c *Client) Fetch(ctx context.Context, id, cursor string) (Call, error) {
	if c.adapter.Fetch == "" {
		return Call{}, ErrNoFetch
	}
	args := map[string]any{c.adapter.ID: id}
	if cursor != "" && c.adapter.Cursor != "" {
		args[c.adapter.Cursor] = cursor
	}
	return c.call(ctx, c.adapter.Fetch, args)
}

// call calls a tool. A result that is an error is a reply like others.
func (c *Client) call(ctx context.Context, tool string, args map[string]any) (Call, error) {
	text, err := json.Marshal(args)
	if err != nil {
		return Call{}, err
	}
	call := Call{Arguments: string(text), MaxTokens: c.defaults[tool]}
	if n, ok := args[c.adapter.MaxTokens].(float64); ok {
		call.MaxTokens = int(n)
	}
	res, err := c.session.CallTool(ctx, &mcp.CallToolParams{Name: tool, Arguments: args})
	if err != nil {
		return call, err
	}
	var blocks []string
	for _, b := range res.Content {
		if t, ok := b.(*mcp.TextContent); ok {
			blocks = append(blocks, t.Text)
		}
	}
	var data []byte
	if res.StructuredContent != nil {
		if data, err = json.Marshal(res.StructuredContent); err != nil {
			return call, err
		}
	}
	call.Reply = ParseReply(strings.Join(blocks, "\n"), data, res.IsError)
	return call, nil
}

// Tax is what the tools cost a model before it asks anything.
type Tax struct {
	ToolsTokens        int `json:"tools_tokens"`        // of tools/list as compact JSON (o200k)
	InstructionsTokens int `json:"instructions_tokens"` // of the instructions (o200k)
	LargestDescription int `json:"largest_description"` // of a tool, in bytes
	MostOptional       int `json:"most_optional"`       // arguments of one tool that may be left out
	Nesting            int `json:"nesting"`             // levels of objects in the arguments; flat is 1
}

// Tax measures the tools that the session listed.
func (c *Client) Tax() (Tax, error) {
	var t Tax
	data, err := json.Marshal(map[string]any{"tools": c.Tools})
	if err != nil {
		return t, err
	}
	t.ToolsTokens = tokensOf(string(data))
	if r := c.session.InitializeResult(); r != nil {
		t.InstructionsTokens = tokensOf(r.Instructions)
	}
	for _, tool := range c.Tools {
		t.LargestDescription = max(t.LargestDescription, len(tool.Description))
		schema, err := json.Marshal(tool.InputSchema)
		if err != nil {
			return t, err
		}
		var s map[string]any
		if err := json.Unmarshal(schema, &s); err != nil {
			return t, err
		}
		properties, _ := s["properties"].(map[string]any)
		required, _ := s["required"].([]any)
		t.MostOptional = max(t.MostOptional, len(properties)-len(required))
		t.Nesting = max(t.Nesting, nesting(s))
	}
	return t, nil
}

// nesting counts the levels of properties in a schema.
func nesting(schema map[string]any) int {
	deepest := 0
	properties, isObject := schema["properties"].(map[string]any)
	for _, p := range properties {
		if m, ok := p.(map[string]any); ok {
			deepest = max(deepest, nesting(m))
		}
	}
	if items, ok := schema["items"].(map[string]any); ok {
		deepest = max(deepest, nesting(items))
	}
	if isObject {
		deepest++
	}
	return deepest
}
