package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// Which Host values pass follows from where the listener is, and from the settings alone.
func TestHostsOf(t *testing.T) {
	for _, c := range []struct {
		name  string
		c     ServerConfig
		bound string
		want  []string
		not   []string
	}{
		{"loopback", ServerConfig{}, "127.0.0.1:8000", []string{"localhost", "localhost:8000", "127.0.0.1:8000", "[::1]:8000"}, []string{"localhost:80", "0.0.0.0:8000"}},
		{"another loopback address", ServerConfig{}, "127.0.0.9:8000", []string{"127.0.0.9", "127.0.0.9:8000", "localhost:8000"}, nil},
		{"IPv6 loopback", ServerConfig{}, "[::1]:8000", []string{"[::1]:8000", "localhost:8000"}, nil},
		{"open to others", ServerConfig{AllowedHosts: []string{"zim.lan:8000"}}, "0.0.0.0:8000", []string{"zim.lan:8000"}, []string{"localhost:8000", "127.0.0.1:8000"}},
		{"behind a proxy", ServerConfig{PublicURL: "https://ZIM.example.org/mcp"}, "127.0.0.1:8000", []string{"zim.example.org"}, []string{"localhost:8000", "ZIM.example.org"}},
		{"public URL with a port", ServerConfig{PublicURL: "https://zim.example.org:8443"}, "127.0.0.1:8000", []string{"zim.example.org:8443"}, []string{"zim.example.org"}},
	} {
		got := c.c.hostsOf(c.bound)
		for _, h := range c.want {
			if !slices.Contains(got, h) {
				t.Errorf("%s: %q is missing from %q", c.name, h, got)
			}
		}
		for _, h := range c.not {
			if slices.Contains(got, h) {
				t.Errorf("%s: %q passes", c.name, h)
			}
		}
	}
}

// Settings are not changed by what is derived from them: they are printed later.
func TestHostsLeaveTheSettingsAlone(t *testing.T) {
	hosts := append(make([]string, 0, 20), "a")
	c := ServerConfig{AllowedHosts: hosts, AllowedOrigins: hosts, PublicURL: "https://b"}
	c.hostsOf("127.0.0.1:1")
	c.origins()
	if diff := cmp.Diff(make([]string, 19), hosts[1:20]); diff != "" {
		t.Errorf("written behind the settings:\n%s", diff)
	}
}

// A drain waits for requests under way and for connections about to send one, not for idle ones.
func TestSettle(t *testing.T) {
	a, b := net.Pipe()
	defer a.Close()
	defer b.Close()
	var c conns
	c.changed(a, http.StateClosed) // of a connection that nobody counted
	c.changed(a, http.StateNew)
	c.changed(b, http.StateActive)
	if fresh, active := c.count(); fresh != 1 || active != 1 {
		t.Errorf("%d fresh, %d active", fresh, active)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	c.settle(ctx)
	if ctx.Err() == nil {
		t.Error("settled with a request under way")
	}
	c.changed(a, http.StateIdle)
	c.changed(b, http.StateHijacked)
	c.settle(t.Context())
	if fresh, active := c.count(); fresh+active != 0 {
		t.Errorf("%d fresh, %d active", fresh, active)
	}

	// One that never sends anything is waited for, but not for long.
	c.changed(a, http.StateNew)
	begin := time.Now()
	c.settle(t.Context())
	if took := time.Since(begin); took < settleFresh {
		t.Errorf("gave up after %v", took)
	}
}

// The outcome that is counted tells whose fault it was.
func TestOutcome(t *testing.T) {
	for _, c := range []struct {
		name string
		res  mcp.Result
		err  error
		want string
	}{
		{"answered", &mcp.CallToolResult{}, nil, "ok"},
		{"no result at all", nil, nil, "ok"},
		{"a tool's refusal", &mcp.CallToolResult{IsError: true}, nil, "tool_error"},
		{"a wrong argument", nil, &jsonrpc.Error{Code: jsonrpc.CodeInvalidParams}, "invalid"},
		{"wrapped", nil, fmt.Errorf("x: %w", &jsonrpc.Error{Code: jsonrpc.CodeMethodNotFound}), "invalid"},
		{"a fault of ours", nil, &jsonrpc.Error{Code: jsonrpc.CodeInternalError}, "error"},
		{"any other error", nil, errors.New("x"), "error"},
	} {
		if got := outcome(c.res, c.err); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}

// Refusals in plain text get the body that clients can read; everything else passes unchanged.
func TestErrorWriterForms(t *testing.T) {
	for _, c := range []struct {
		name, kind, text string
		status           int
		want             string
	}{
		{"unknown method", "text/plain; charset=utf-8", "JSON RPC not handled: x\n", 400, `{"jsonrpc":"2.0","id":7,"error":{"code":-32601,"message":"JSON RPC not handled: x"}}` + "\n"},
		{"unknown version", "text/plain", "Bad Request: Unsupported protocol version (x)", 400, `{"jsonrpc":"2.0","id":7,"error":{"code":-32022,"message":"Bad Request: Unsupported protocol version (x)"}}` + "\n"},
		{"another refusal", "text/plain", "no", 404, `{"jsonrpc":"2.0","id":7,"error":{"code":-32600,"message":"no"}}` + "\n"},
		{"JSON already", "application/json", `{"a":1}`, 400, `{"a":1}`},
		{"plain text that is no refusal", "text/plain", "fine", 200, "fine"},
	} {
		rec := httptest.NewRecorder()
		w := &errorWriter{ResponseWriter: rec, id: []byte("7")}
		w.Header().Set("Content-Type", c.kind)
		w.WriteHeader(c.status)
		if n, err := io.WriteString(w, c.text); err != nil || n != len(c.text) {
			t.Errorf("%s: wrote %d, %v", c.name, n, err)
		}
		if rec.Code != c.status || rec.Body.String() != c.want {
			t.Errorf("%s: got %d %q", c.name, rec.Code, rec.Body)
		}
	}
}

// What decides the form of an answer is read from the message, and nothing else of it.
func TestEnvelopeStreams(t *testing.T) {
	for body, want := range map[string]bool{
		`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{}}`:                                                            false,
		`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"_meta":{}}}`:                                                  false,
		`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"_meta":{"progressToken":1}}}`:                                 true,
		`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"_meta":{"io.modelcontextprotocol/logLevel":"info"}}}`:         true,
		`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"progressToken":1,"arguments":{"_meta":{"progressToken":1}}}}`: false,
		`{"jsonrpc":"2.0","id":1,"method":"subscriptions/listen"}`:                                                              true,
	} {
		e, r := parseMessage([]byte(body))
		if r != nil || e.streams() != want {
			t.Errorf("%s: streams %v, refused %v", body, e.streams(), r)
		}
	}
}

// No refusal of a message repeats what was sent, or answers under an id that it could not read.
func TestRefusalsRepeatNothing(t *testing.T) {
	for _, body := range []string{"", "null", "[]", " \n[{}]", "{", "\xff", `"x"`, "7", `{"id":{}}`, `{"id":1.5}`, `{"id":true}`, `{"id":9223372036854775808}`,
		`{"id":"` + strings.Repeat("x", 255) + `"}`, `{"method":7}`, `{"params":[]}`, `{"params":{"_meta":"secret"}}`, strings.Repeat("[", 100_000), strings.Repeat(`{"params":`, 20_000)} {
		_, r := parseMessage([]byte(body))
		if r == nil {
			t.Errorf("%.40q passes", body)
			continue
		}
		if r.status != http.StatusBadRequest || r.id != nil || r.message == "" || r.reason == "" || strings.Contains(r.message, "secret") {
			t.Errorf("%.40q: %+v", body, r)
		}
	}
}
