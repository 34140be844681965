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
)

// flushFirst begins an answer by flushing, as a stream does, before anything is written.
func flushFirst(w http.ResponseWriter, _ *http.Request) { http.NewResponseController(w).Flush() }

// accessLine answers one request with h and returns the line that was logged.
func accessLine(t *testing.T, h http.HandlerFunc, edit func(*http.Request)) map[string]any {
	t.Helper()
	var logged bytes.Buffer
	func() {
		defer func() { recover() }() // what a handler's panic does to the connection is the server's matter
		ask(AccessLog(slog.New(slog.NewJSONHandler(&logged, nil)))(h), edit)
	}()
	var got map[string]any
	if err := json.Unmarshal(logged.Bytes(), &got); err != nil {
		t.Fatalf("%v: %q", err, &logged)
	}
	return got
}

// The status in the log is the one that the client got, also where no handler called WriteHeader.
func TestAccessLogStatus(t *testing.T) {
	for _, c := range []struct {
		name   string
		h      http.HandlerFunc
		status float64
		bytes  float64
	}{
		{"nothing written", func(http.ResponseWriter, *http.Request) {}, 200, 0},
		{"body alone", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "abc") }, 200, 3},
		{"header alone", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) }, 204, 0},
		{"early hints before", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(103); w.WriteHeader(404) }, 404, 0},
		{"the first of two", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(404); w.WriteHeader(200) }, 404, 0},
		{"flushed", flushFirst, 200, 0},
		{"broken off unanswered", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, 0, 0},
		{"broken off in the middle", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "ab"); panic(http.ErrAbortHandler) }, 200, 2},
	} {
		if got := accessLine(t, c.h, nil); got["status"] != c.status || got["bytes"] != c.bytes {
			t.Errorf("%s: status %v, %v bytes, want %v, %v", c.name, got["status"], got["bytes"], c.status, c.bytes)
		}
	}
}

// Nothing that a client sends but method and path is logged, and no line of it can forge another.
func TestAccessLogKeepsSecrets(t *testing.T) {
	got := accessLine(t, ok, func(r *http.Request) {
		r.URL.RawQuery = "token=secret"
		r.URL.Path = "/mcp\n{\"msg\":\"forged\"}"
		r.Header.Set("Authorization", "Bearer secret")
		r.Header.Set("Cookie", "secret")
		r.RemoteAddr = "@" // a Unix socket has no address
	})
	line, err := json.Marshal(got)
	if err != nil || strings.Contains(string(line), "secret") {
		t.Errorf("%s, %v", line, err)
	}
	if got["msg"] != "access" || got["client_ip"] != "" {
		t.Errorf("%s", line)
	}
}

// During a drain every answer says that the connection ends, whatever way the handler answers.
func TestClosingOnEveryAnswer(t *testing.T) {
	for name, h := range map[string]http.HandlerFunc{
		"nothing written": func(http.ResponseWriter, *http.Request) {},
		"body alone":      func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "ok") },
		"header alone":    func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) },
		"flushed":         flushFirst,
		"early hints":     func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(103); io.WriteString(w, "ok") },
	} {
		srv := httptest.NewServer(Closing(func() bool { return true })(h))
		res, err := srv.Client().Get(srv.URL)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if !res.Close {
			t.Errorf("%s: the connection stays", name)
		}
		srv.Client().CloseIdleConnections()
		srv.Close()
	}
}

// A panic after a flush breaks the answer off: an error behind half of it would look like its end.
func TestRecoverAfterFlush(t *testing.T) {
	h := Recover(slog.New(slog.DiscardHandler), nil)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		flushFirst(w, r)
		panic("boom")
	}))
	w := httptest.NewRecorder()
	defer func() {
		if p := recover(); p != http.ErrAbortHandler || w.Body.Len() > 0 || !w.Flushed {
			t.Errorf("panic %v, body %q, flushed %v", p, w.Body, w.Flushed)
		}
	}()
	h.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
}

// A refusal inside the door reads no body and tells the stranger nothing of what would pass.
func TestRefusalsSayNothing(t *testing.T) {
	o := HostOriginOptions{Hosts: []string{"inside.example"}, Origins: []string{"https://inside.example"}}
	body := &unread{}
	for _, host := range []string{"evil.example", "inside.example"} {
		w := ask(HostOrigin(o)(ok), func(r *http.Request) {
			r.Host, r.Body = host, body
			r.Header.Set("Origin", "https://evil.example")
		})
		if w.Code != 403 || strings.Contains(w.Body.String(), "inside") || strings.Contains(w.Body.String(), "evil") {
			t.Errorf("%s: %d %s", host, w.Code, w.Body)
		}
	}
	if w := ask(MaxBody(10)(ok), func(r *http.Request) { r.Body, r.ContentLength = body, 11 }); w.Code != 413 || w.Header().Get("Connection") != "close" {
		t.Errorf("%d, Connection %q", w.Code, w.Header().Get("Connection"))
	}
	if body.reads > 0 {
		t.Errorf("the body was read %d times", body.reads)
	}
}

// unread counts reads.
type unread struct{ reads int }

func (u *unread) Read([]byte) (int, error) { u.reads++; return 0, io.EOF }
func (u *unread) Close() error             { return nil }
