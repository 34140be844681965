package server

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// The tests TestCanary… have two halves. The first asserts a fault of the bare SDK: when it fails after an upgrade, the
// SDK has cured the fault, and the code that the message names can go. The second asserts that this server behaves.
// Run them before anything else when the SDK's version changes.

const cured = "the SDK no longer has this fault; not needed any more: "

// faults are what handlers can do wrong. They are added to the bare SDK and to the product alike.
type faults struct {
	begun, ended atomic.Int64  // calls of "stays" that began, and that saw their context end
	release      chan struct{} // ends what "stays"
}

// newFaults adds the faults to a server that is served already: what stays is released before the server is closed.
func newFaults(t testing.TB, s *mcp.Server) *faults {
	f := &faults{release: make(chan struct{})}
	t.Cleanup(func() { close(f.release) })
	type echoed struct {
		Text string `json:"text,omitempty"`
	}
	text := func(s string) *mcp.CallToolResult {
		return &mcp.CallToolResult{Content: []mcp.Content{&mcp.TextContent{Text: s}}}
	}
	mcp.AddTool(s, &mcp.Tool{Name: "echo"}, func(_ context.Context, _ *mcp.CallToolRequest, in echoed) (*mcp.CallToolResult, any, error) {
		return text("heard " + in.Text), nil, nil
	})
	mcp.AddTool(s, &mcp.Tool{Name: "panics"}, func(context.Context, *mcp.CallToolRequest, struct{}) (*mcp.CallToolResult, any, error) {
		panic("boom at " + secretPath)
	})
	mcp.AddTool(s, &mcp.Tool{Name: "stays"}, func(ctx context.Context, r *mcp.CallToolRequest, _ struct{}) (*mcp.CallToolResult, any, error) {
		f.begun.Add(1)
		select {
		case <-ctx.Done():
			f.ended.Add(1)
			return nil, nil, ctx.Err()
		case <-f.release:
		}
		return text("done"), nil, nil
	})
	mcp.AddTool(s, &mcp.Tool{Name: "advances"}, func(ctx context.Context, r *mcp.CallToolRequest, _ struct{}) (*mcp.CallToolResult, any, error) {
		if token := r.Params.GetProgressToken(); token != nil {
			return text("done"), nil, r.Session.NotifyProgress(ctx, &mcp.ProgressNotificationParams{ProgressToken: token, Progress: 1})
		}
		return text("done"), nil, nil
	})
	s.AddTool(&mcp.Tool{Name: "fails", InputSchema: map[string]any{"type": "object"}}, func(context.Context, *mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		return nil, errSecret
	})
	s.AddPrompt(&mcp.Prompt{Name: "leaky", Arguments: []*mcp.PromptArgument{{Name: "topic", Required: true}}},
		func(context.Context, *mcp.GetPromptRequest) (*mcp.GetPromptResult, error) { return nil, errSecret })
	s.AddResource(&mcp.Resource{URI: "fault://leaky", Name: "leaky"},
		func(context.Context, *mcp.ReadResourceRequest) (*mcp.ReadResourceResult, error) {
			return nil, errSecret
		})
	return f
}

const secretPath = "/srv/secret/a.zim"

var errSecret = errors.New("open " + secretPath + ": permission denied")

// bareSDK is a server with nothing of ours, and templates like ours.
func bareSDK() *mcp.Server {
	s := mcp.NewServer(&mcp.Implementation{Name: "bare", Version: "0"}, &mcp.ServerOptions{
		CompletionHandler: func(context.Context, *mcp.CompleteRequest) (*mcp.CompleteResult, error) {
			return &mcp.CompleteResult{Completion: mcp.CompletionResultDetails{Values: make([]string, 150)}}, nil
		},
		SubscribeHandler:   func(context.Context, *mcp.SubscribeRequest) error { return nil },
		UnsubscribeHandler: func(context.Context, *mcp.UnsubscribeRequest) error { return nil },
	})
	s.AddResourceTemplate(&mcp.ResourceTemplate{Name: "entry", URITemplate: "zim://{archive}/{+path}"},
		func(_ context.Context, r *mcp.ReadResourceRequest) (*mcp.ReadResourceResult, error) {
			return &mcp.ReadResourceResult{Contents: []*mcp.ResourceContents{{URI: r.Params.URI, Text: "entry"}}}, nil
		})
	return s
}

// bareHandler is the SDK's own handler with the options that cost nothing.
func bareHandler(s *mcp.Server, o mcp.StreamableHTTPOptions) http.Handler {
	o.Stateless, o.PropagateRequestCancellation, o.DisableLocalhostProtection = true, true, true
	return mcp.NewStreamableHTTPHandler(func(*http.Request) *mcp.Server { return s }, &o)
}

func listenAndServe(t testing.TB, h http.Handler) (url string) {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(func() { srv.CloseClientConnections(); srv.Close() })
	return srv.URL
}

// pair is the bare SDK, answering in JSON, and the product, with the same faults.
type pair struct {
	bare, ours             string // addresses
	bareFaults, oursFaults *faults
	product                *running
}

func newPair(t testing.TB) pair {
	t.Helper()
	s := bareSDK()
	p := pair{bare: listenAndServe(t, bareHandler(s, mcp.StreamableHTTPOptions{JSONResponse: true})), product: serveTowns(t, nil)}
	p.ours = p.product.URL()
	p.bareFaults, p.oursFaults = newFaults(t, s), newFaults(t, p.product.core.surface.Server())
	return p
}

// request is a message with its headers, to be spoiled by tests. A method that begins with "old:" is of the era before.
func request(method, params, meta string) (body string, h http.Header) {
	method, old := strings.CutPrefix(method, "old:")
	body, h = message(method, params, meta)
	if _, after, ok := strings.Cut(params, `"uri":"`); ok && method == "resources/read" {
		uri, _, _ := strings.Cut(after, `"`)
		h.Set("Mcp-Name", uri)
	}
	if old {
		h.Del("Mcp-Method")
		h.Del("Mcp-Name")
		h.Set("Mcp-Protocol-Version", "2025-11-25")
		body = strings.Replace(strings.Replace(body, modernMeta+",", "", 1), modernMeta, "", 1)
	}
	return body, h
}

// ask sends one message and returns its answer.
func ask(t testing.TB, url, method, params, meta string) (*http.Response, string) {
	t.Helper()
	body, h := request(method, params, meta)
	res, out, err := post(t.Context(), url, body, h)
	if err != nil {
		t.Fatalf("%s: %v", method, err)
	}
	return res, out
}

// holds fails the test unless the answer holds a text, or with present false, unless it does not.
func holds(t testing.TB, answer, text string, present bool, message string) {
	t.Helper()
	if strings.Contains(answer, text) != present {
		t.Errorf("%s; answer %.400q", message, answer)
	}
}
