package middleware

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var ok = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "ok") })

// ask sends one request through h and returns the answer.
func ask(h http.Handler, edit func(*http.Request)) *httptest.ResponseRecorder {
	r := httptest.NewRequest("POST", "http://localhost:8000/mcp", strings.NewReader("{}"))
	if edit != nil {
		edit(r)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestChainOrder(t *testing.T) {
	var got []string
	mark := func(name string) Func {
		return func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				got = append(got, name)
				next.ServeHTTP(w, r)
			})
		}
	}
	ask(Chain(ok, mark("a"), mark("b"), mark("c")), nil)
	if diff := cmp.Diff([]string{"a", "b", "c"}, got); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
}

func TestHostOrigin(t *testing.T) {
	listed := HostOriginOptions{
		Hosts:   []string{"localhost:8000", "localhost", "[::1]:8000", "mcp.example.org"},
		Origins: []string{"https://app.example.org"},
	}
	address := HostOriginOptions{AnyAddress: true}
	for _, c := range []struct {
		name    string
		o       HostOriginOptions
		host    string
		origins []string
		want    string // reason of the refusal
	}{
		{"listed", listed, "localhost:8000", nil, ""},
		{"listed without port", listed, "localhost", nil, ""},
		{"upper case", listed, "LOCALHOST:8000", nil, ""},
		{"IPv6", listed, "[::1]:8000", nil, ""},
		{"other port", listed, "localhost:8001", nil, ReasonHost},
		{"rebound name", listed, "evil.example", nil, ReasonHost},
		{"listed name as a label", listed, "localhost.evil.example", nil, ReasonHost},
		{"empty", listed, "", nil, ReasonHost},
		{"trailing dot", listed, "localhost.", nil, ReasonHost},
		{"address not listed", listed, "192.0.2.1", nil, ReasonHost},
		{"listed Origin", listed, "mcp.example.org", []string{"https://app.example.org"}, ""},
		{"foreign Origin", listed, "mcp.example.org", []string{"https://evil.example"}, ReasonOrigin},
		{"Origin equal to Host", listed, "mcp.example.org", []string{"https://mcp.example.org"}, ReasonOrigin},
		{"null Origin", listed, "mcp.example.org", []string{"null"}, ReasonOrigin},
		{"empty Origin", listed, "mcp.example.org", []string{""}, ReasonOrigin},
		{"two Origins", listed, "mcp.example.org", []string{"https://app.example.org", "https://app.example.org"}, ReasonOrigin},
		{"Origin in upper case", listed, "mcp.example.org", []string{"HTTPS://APP.EXAMPLE.ORG"}, ReasonOrigin},
		{"zero options", HostOriginOptions{}, "localhost", nil, ReasonHost},
		{"any address, v4", address, "10.1.2.3:9464", nil, ""},
		{"any address, v6", address, "[fd00::1]:9464", nil, ""},
		{"any address, v6 without port", address, "[fd00::1]", nil, ""},
		{"any address, name", address, "pod.example", nil, ReasonHost},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := ""
			c.o.Refused = func(_ *http.Request, reason string) { got = reason }
			for _, method := range []string{"GET", "POST", "DELETE", "OPTIONS"} {
				got = ""
				w := ask(HostOrigin(c.o)(ok), func(r *http.Request) {
					r.Method, r.Host, r.Header["Origin"] = method, c.host, c.origins
				})
				wantStatus := http.StatusOK
				if c.want != "" {
					wantStatus = http.StatusForbidden
				}
				if got != c.want || w.Code != wantStatus {
					t.Errorf("%s: reason %q, status %d; want %q, %d", method, got, w.Code, c.want, wantStatus)
				}
			}
		})
	}
}

func TestRefuse(t *testing.T) {
	for _, c := range []struct {
		name string
		id   json.RawMessage
		want string
	}{
		{"no id", nil, `{"jsonrpc":"2.0","error":{"code":-32600,"message":"no"}}` + "\n"},
		{"number", json.RawMessage("7"), `{"jsonrpc":"2.0","id":7,"error":{"code":-32600,"message":"no"}}` + "\n"},
		{"text", json.RawMessage(`"x"`), `{"jsonrpc":"2.0","id":"x","error":{"code":-32600,"message":"no"}}` + "\n"},
		{"not JSON", json.RawMessage(`}`), `{"jsonrpc":"2.0","error":{"code":-32600,"message":"no"}}` + "\n"},
	} {
		w := httptest.NewRecorder()
		Refuse(w, 400, c.id, CodeInvalidRequest, "no")
		if got := w.Body.String(); got != c.want || w.Code != 400 || w.Header().Get("Content-Type") != "application/json" {
			t.Errorf("%s: got %d %q, want %q", c.name, w.Code, got, c.want)
		}
	}
}

func TestRequestID(t *testing.T) {
	var seen []string
	h := RequestID()(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, RequestIDFrom(r.Context()))
	}))
	for range 2 {
		w := ask(h, func(r *http.Request) { r.Header.Set(RequestIDHeader, "forged\nline") })
		if got := w.Header().Get(RequestIDHeader); got != seen[len(seen)-1] || len(got) != 26 {
			t.Errorf("header %q, context %q", got, seen[len(seen)-1])
		}
	}
	if seen[0] == seen[1] {
		t.Error("two requests share an ID")
	}
	if got := RequestIDFrom(t.Context()); got != "" {
		t.Errorf("outside of a request: %q", got)
	}
}

func TestSecurityHeaders(t *testing.T) {
	got := ask(SecurityHeaders()(ok), nil).Header()
	got.Del("Content-Type")
	want := http.Header{
		"X-Content-Type-Options":  {"nosniff"},
		"Cache-Control":           {"no-store"},
		"Referrer-Policy":         {"no-referrer"},
		"Content-Security-Policy": {"default-src 'none'; frame-ancestors 'none'"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("headers (-want +got):\n%s", diff)
	}
}

func TestMaxBody(t *testing.T) {
	echo := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.ReadAll(r.Body); err != nil {
			Refuse(w, http.StatusRequestEntityTooLarge, nil, CodeInvalidRequest, err.Error())
		}
	})
	for _, c := range []struct {
		name   string
		bytes  int
		length int64
		want   int
	}{
		{"below", 9, 9, 200},
		{"at the bound", 10, 10, 200},
		{"announced above", 11, 11, 413},
		{"not announced, above", 11, -1, 413},
		{"not announced, below", 10, -1, 200},
	} {
		w := ask(MaxBody(10)(echo), func(r *http.Request) {
			r.Body, r.ContentLength = io.NopCloser(strings.NewReader(strings.Repeat("x", c.bytes))), c.length
		})
		if w.Code != c.want {
			t.Errorf("%s: got %d, want %d", c.name, w.Code, c.want)
		}
	}
}

func TestRecover(t *testing.T) {
	var logged bytes.Buffer
	count := 0
	wrap := Recover(slog.New(slog.NewJSONHandler(&logged, nil)), func() { count++ })
	w := ask(wrap(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("secret detail") })), nil)
	if w.Code != 500 || strings.Contains(w.Body.String(), "secret") || !strings.Contains(w.Body.String(), "-32603") {
		t.Errorf("answer: %d %q", w.Code, w.Body)
	}
	if !strings.Contains(logged.String(), "secret detail") || !strings.Contains(logged.String(), "panic_recovered") || count != 1 {
		t.Errorf("log: %q, counted %d", &logged, count)
	}
	for name, h := range map[string]http.HandlerFunc{
		"after half an answer": func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "half"); panic("boom") },
		"abort":                func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	} {
		func() {
			defer func() {
				if p := recover(); p != http.ErrAbortHandler {
					t.Errorf("%s: got panic %v, want ErrAbortHandler", name, p)
				}
			}()
			ask(wrap(h), nil)
		}()
	}
}

func TestAccessLog(t *testing.T) {
	var logged bytes.Buffer
	h := Chain(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		Annotate(w, "mcp_method", "tools/call")
		w.WriteHeader(http.StatusTeapot)
		io.WriteString(w, "four")
	}), RequestID(), AccessLog(slog.New(slog.NewJSONHandler(&logged, nil))), Closing(func() bool { return false }))
	ask(h, func(r *http.Request) { r.RemoteAddr = "192.0.2.7:4711" })
	var got map[string]any
	if err := json.Unmarshal(logged.Bytes(), &got); err != nil {
		t.Fatalf("%v: %q", err, &logged)
	}
	if id, _ := got["request_id"].(string); len(id) != 26 {
		t.Errorf("request_id %q", id)
	}
	for _, k := range []string{"time", "request_id", "duration_ms"} {
		delete(got, k)
	}
	want := map[string]any{"level": "INFO", "msg": "access", "client_ip": "192.0.2.7", "http_method": "POST",
		"path": "/mcp", "status": 418., "bytes": 4., "mcp_method": "tools/call"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("line (-want +got):\n%s", diff)
	}
	Annotate(httptest.NewRecorder(), "nobody", "listens")
}

func TestClosing(t *testing.T) {
	draining := false
	h := Closing(func() bool { return draining })(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		draining = draining || r.Header.Get("Begin") != ""
		io.WriteString(w, "ok")
	}))
	if got := ask(h, nil).Header().Get("Connection"); got != "" {
		t.Errorf("before the drain: Connection %q", got)
	}
	if got := ask(h, func(r *http.Request) { r.Header.Set("Begin", "1") }).Header().Get("Connection"); got != "close" {
		t.Errorf("a drain that begins during the request: Connection %q", got)
	}
	if got := ask(h, nil).Header().Get("Connection"); got != "close" {
		t.Errorf("during the drain: Connection %q", got)
	}
}

// TestFlushThroughAll shows that flushing and deadlines reach the connection through every writer.
func TestFlushThroughAll(t *testing.T) {
	h := Chain(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rc := http.NewResponseController(w)
		io.WriteString(w, "first")
		if err := rc.Flush(); err != nil {
			t.Errorf("flush: %v", err)
		}
		<-r.Context().Done()
	}), RequestID(), SecurityHeaders(), Closing(func() bool { return false }),
		Recover(slog.New(slog.DiscardHandler), nil), MaxBody(1<<10), AccessLog(slog.New(slog.DiscardHandler)))
	srv := httptest.NewServer(h)
	defer srv.Close()
	client := srv.Client()
	res, err := client.Get(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 5)
	if _, err := io.ReadFull(res.Body, buf); err != nil || string(buf) != "first" {
		t.Errorf("got %q, %v before the handler has returned", buf, err)
	}
	res.Body.Close()
	client.CloseIdleConnections()
}
