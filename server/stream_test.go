package server

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// front serves an endpoint over a server of its own, with short times.
func front(t *testing.T, s *mcp.Server, o endpointOptions) string {
	t.Helper()
	o.lend = func(ctx context.Context) context.Context { return ctx }
	if o.KeepAlive == 0 {
		o.KeepAlive = time.Second
	}
	if o.WriteTimeout == 0 {
		o.WriteTimeout = time.Second
	}
	srv := httptest.NewUnstartedServer(newEndpoint(s, o))
	srv.Config.WriteTimeout = 300 * time.Millisecond
	srv.Start()
	t.Cleanup(func() { srv.CloseClientConnections(); srv.Close() })
	return srv.URL
}

func bareServer() *mcp.Server {
	s := mcp.NewServer(&mcp.Implementation{Name: "t", Version: "0"}, &mcp.ServerOptions{Capabilities: &mcp.ServerCapabilities{Tools: &mcp.ToolCapabilities{ListChanged: true}}})
	type in struct{}
	mcp.AddTool(s, &mcp.Tool{Name: "progress"}, func(ctx context.Context, r *mcp.CallToolRequest, _ in) (*mcp.CallToolResult, any, error) {
		if token := r.Params.GetProgressToken(); token != nil {
			r.Session.NotifyProgress(ctx, &mcp.ProgressNotificationParams{ProgressToken: token, Progress: 1})
		}
		return &mcp.CallToolResult{Content: []mcp.Content{&mcp.TextContent{Text: "done"}}}, nil, nil
	})
	return s
}

// TestKeepAlive leaves a stream idle past the server's WriteTimeout: comments come, and so does
// what is sent later.
func TestKeepAlive(t *testing.T) {
	s := bareServer()
	delta := make(chan int64, 2)
	url := front(t, s, endpointOptions{KeepAlive: 50 * time.Millisecond, listening: func(n int64) { delta <- n }})
	time.AfterFunc(600*time.Millisecond, func() {
		s.AddTool(&mcp.Tool{Name: "late", InputSchema: map[string]any{"type": "object"}},
			func(context.Context, *mcp.CallToolRequest) (*mcp.CallToolResult, error) { return nil, nil })
	})
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	body, h := message("subscriptions/listen", `"notifications":{"toolsListChanged":true}`, "")
	_, out, err := post(ctx, url, body, h)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("the stream ended by itself: %v, %q", err, out)
	}
	if n := strings.Count(out, ":\n\n"); n < 5 {
		t.Errorf("%d comments in a second", n)
	}
	if !strings.Contains(out, "list_changed") {
		t.Errorf("what came after the WriteTimeout is lost: %q", out)
	}
	if a, b := <-delta, <-delta; a != 1 || b != -1 {
		t.Errorf("streams counted %d and %d", a, b)
	}
}

func TestProgressArrives(t *testing.T) {
	url := front(t, bareServer(), endpointOptions{})
	body, h := message("tools/call", `"name":"progress","arguments":{}`, `"progressToken":"p"`)
	res, out, err := post(t.Context(), url, body, h)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out, "notifications/progress") || !strings.Contains(out, "done") ||
		res.Header.Get("X-Accel-Buffering") != "no" || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/event-stream") {
		t.Errorf("got %v, %q", res.Header, out)
	}
}

// TestTimeout ends the work, and leaves the SDK the time to answer.
func TestTimeout(t *testing.T) {
	s := bareServer()
	s.AddTool(&mcp.Tool{Name: "slow", InputSchema: map[string]any{"type": "object"}},
		func(ctx context.Context, r *mcp.CallToolRequest) (*mcp.CallToolResult, error) {
			life, ok := ctx.Value(lifeKey{}).(context.Context)
			if !ok {
				t.Error("the work does not see the request's context")
				return &mcp.CallToolResult{}, nil
			}
			<-life.Done()
			return &mcp.CallToolResult{Content: []mcp.Content{&mcp.TextContent{Text: context.Cause(life).Error()}}}, nil
		})
	e := newEndpoint(s, endpointOptions{Timeout: 50 * time.Millisecond, KeepAlive: time.Second, WriteTimeout: time.Second,
		lend: func(ctx context.Context) context.Context { return context.WithValue(ctx, lifeKey{}, ctx) }})
	srv := httptest.NewServer(e)
	defer srv.Close()
	body, h := message("tools/call", `"name":"slow","arguments":{}`, "")
	res, out, err := post(t.Context(), srv.URL, body, h)
	if err != nil || res.StatusCode != http.StatusOK || !strings.Contains(out, "deadline exceeded") {
		t.Errorf("got %v %v %s", res, err, out)
	}
}

type lifeKey struct{}

// TestErrorWriter passes on what is not a refusal in plain text.
func TestErrorWriter(t *testing.T) {
	for _, c := range []struct {
		name, contentType, text string
		status                  int
		want                    string
	}{
		{"success", "application/json", "{}", 200, "{}"},
		{"error of its own in JSON", "application/json", `{"error":1}`, 400, `{"error":1}`},
		{"plain success", "text/plain", "ok", 200, "ok"},
		{"plain refusal", "text/plain; charset=utf-8", "Bad\n", 400, `{"jsonrpc":"2.0","id":7,"error":{"code":-32600,"message":"Bad"}}` + "\n"},
		{"method", "text/plain", "JSON RPC not handled: x", 400, `{"jsonrpc":"2.0","id":7,"error":{"code":-32601,"message":"JSON RPC not handled: x"}}` + "\n"},
		{"version", "text/plain", "Bad Request: Unsupported protocol version (…)", 400, `{"jsonrpc":"2.0","id":7,"error":{"code":-32022,"message":"Bad Request: Unsupported protocol version (…)"}}` + "\n"},
	} {
		rec := httptest.NewRecorder()
		w := &errorWriter{ResponseWriter: rec, id: []byte("7")}
		w.Header().Set("Content-Type", c.contentType)
		w.WriteHeader(c.status)
		io.WriteString(w, c.text)
		if rec.Body.String() != c.want || rec.Code != c.status {
			t.Errorf("%s: got %d %q, want %q", c.name, rec.Code, rec.Body, c.want)
		}
	}
}
