package server

import (
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		http.DefaultClient.CloseIdleConnections()
		os.Exit(code)
	}))
}

// towns is an archive with two pages, a redirect and a picture.
func towns() zimtest.Archive {
	page := func(title, text string) []byte {
		return []byte("<html><head><title>" + title + "</title></head><body><h1>" + title + "</h1><p>" + text + "</p></body></html>")
	}
	meta := zimtest.Metadata()
	meta["Name"], meta["Title"], meta["Date"] = "towns", "Towns of the coast", "2026-02-01"
	return zimtest.Archive{
		Minor: 3, Metadata: meta, MainPage: "C/Harbour",
		Entries: []zimtest.Entry{
			{Path: "C/Harbour", Title: "Harbour", Data: page("Harbour", "Ships lie here.")},
			{Path: "C/Łódź", Title: "Łódź", Data: page("Łódź", "A town on no coast.")},
			{Path: "C/Port", Title: "Port", Redirect: "C/Harbour"},
			{Path: "C/pier.png", MIME: "image/png", Data: zimtest.Icon(8)},
		},
	}
}

// write puts an archive into a directory, under the name that archives get.
func write(t testing.TB, dir, name string, a zimtest.Archive) string {
	t.Helper()
	file := filepath.Join(dir, name)
	if err := os.WriteFile(file, a.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// quick returns settings for a test: ports of the system's choice, no grace, archives in dir.
func quick(dir string) Config {
	c := DefaultConfig()
	c.Server.Listen, c.Server.AdminListen = "127.0.0.1:0", "127.0.0.1:0"
	c.Server.DrainGrace, c.Server.RequestTimeout = 0, 5*time.Second
	c.Library.Paths = []string{dir}
	return c
}

// a running server, and what it wrote.
type running struct {
	*Server
	log  *syncBuffer
	stop context.CancelFunc
	done chan error
}

// start serves until the test ends, and fails the test when the end is not clean.
func start(t testing.TB, c Config) *running {
	t.Helper()
	log := &syncBuffer{}
	s, err := New(t.Context(), c, Process{Log: log})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	r := &running{Server: s, log: log, stop: stop, done: make(chan error, 1)}
	go func() { r.done <- s.Serve(ctx) }()
	t.Cleanup(func() {
		stop()
		http.DefaultClient.CloseIdleConnections()
		select {
		case err := <-r.done:
			if err != nil {
				t.Errorf("the end was not clean: %v", err)
			}
		case <-time.After(20 * time.Second):
			t.Error("the server does not end")
		}
	})
	r.until(t, r.AdminURL()+"/readyz", func(status int, _ string) bool { return status == http.StatusOK })
	return r
}

// serveTowns starts a server of the one archive.
func serveTowns(t testing.TB, edit func(*Config)) *running {
	t.Helper()
	dir := t.TempDir()
	write(t, dir, "towns_2026-02.zim", towns())
	c := quick(dir)
	if edit != nil {
		edit(&c)
	}
	return start(t, c)
}

// until asks until the answer is as wanted.
func (r *running) until(t testing.TB, url string, ok func(status int, body string) bool) {
	t.Helper()
	deadline := time.Now().Add(15 * time.Second)
	status, body := 0, ""
	for time.Now().Before(deadline) {
		if status, body = get(t, url); ok(status, body) {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatalf("%s still answers %d %s; log:\n%s", url, status, body, r.log)
}

func get(t testing.TB, url string) (int, string) {
	t.Helper()
	res, err := http.Get(url)
	if err != nil {
		return 0, err.Error()
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(b)
}

const (
	modern     = "2026-07-28"
	modernMeta = `"io.modelcontextprotocol/protocolVersion":"` + modern + `","io.modelcontextprotocol/clientCapabilities":{}`
)

// message builds a request of the new era with its headers. params has no braces; meta goes
// into _meta.
func message(method, params, meta string) (body string, h http.Header) {
	h = http.Header{"Content-Type": {"application/json"}, "Accept": {"application/json, text/event-stream"},
		"Mcp-Protocol-Version": {modern}, "Mcp-Method": {method}}
	if _, after, ok := strings.Cut(params, `"name":"`); ok {
		name, _, _ := strings.Cut(after, `"`)
		h.Set("Mcp-Name", name)
	}
	if params != "" {
		params += ","
	}
	if meta != "" {
		meta = "," + meta
	}
	return `{"jsonrpc":"2.0","id":1,"method":"` + method + `","params":{` + params + `"_meta":{` + modernMeta + meta + `}}}`, h
}

// post sends one message and returns the answer whole.
func post(ctx context.Context, url, body string, h http.Header) (*http.Response, string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		return nil, "", err
	}
	req.Header = h
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, "", err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	return res, string(b), err
}

// call sends a request of the new era and returns status and body.
func (r *running) call(t testing.TB, method, params string) (int, string) {
	t.Helper()
	body, h := message(method, params, "")
	res, out, err := post(t.Context(), r.URL(), body, h)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, out
}

// syncBuffer is a log that a test may read while it is written.
type syncBuffer struct {
	mu sync.Mutex
	b  strings.Builder
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}
