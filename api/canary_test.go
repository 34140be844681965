package api

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// TestCanaryFirstProgress is our half of the canary on late headers, whose other half is in server: a stream's headers
// leave with its first event, so a tool sends one before it begins its work.
func TestCanaryFirstProgress(t *testing.T) {
	s, err := New(openLibrary(t, t.TempDir()), Options{})
	if err != nil {
		t.Fatal(err)
	}
	finish := make(chan struct{})
	slow := define(tool{name: "slow", title: "A slow tool", input: `{"type":"object","properties":{},"additionalProperties":false}`},
		func(ctx context.Context, _ struct{}) (*reply, error) {
			select {
			case <-finish:
			case <-ctx.Done():
			}
			return &reply{}, nil
		})
	s.server.AddTool(&mcp.Tool{Name: slow.name, InputSchema: json.RawMessage(slow.input)}, s.handle(slow))
	srv := httptest.NewServer(mcp.NewStreamableHTTPHandler(func(*http.Request) *mcp.Server { return s.Server() }, &mcp.StreamableHTTPOptions{Stateless: true}))
	defer srv.Close()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, srv.URL, strings.NewReader(
		`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"slow","arguments":{},"_meta":{"progressToken":7}}}`))
	if err != nil {
		t.Fatal(err)
	}
	req.Header = http.Header{"Content-Type": {"application/json"}, "Accept": {"application/json, text/event-stream"}, "Mcp-Protocol-Version": {"2025-11-25"}}
	res, err := srv.Client().Do(req) // returns with the headers, while the tool works
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	lines := bufio.NewScanner(res.Body)
	heard := ""
	for lines.Scan() && !strings.HasPrefix(lines.Text(), "data: ") {
	}
	heard = lines.Text()
	close(finish)
	if !strings.Contains(heard, "notifications/progress") || !strings.Contains(heard, "A slow tool") {
		t.Errorf("first of all came %q", heard)
	}
	for lines.Scan() {
		heard += lines.Text()
	}
	if !strings.Contains(heard, `"result"`) {
		t.Errorf("no result: %q", heard)
	}
}
