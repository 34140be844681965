package server

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
)

// TestHTTP plays testdata/http: what is sent, byte for byte, and what must come back. Each file
// is a conversation on the real stack. A request has its length added and its line ends made
// right; $HOST stands for the bound address. An answer lists the status, header lines that must
// be there ("!Name" must not), and behind an empty line texts that the body must hold ("! text"
// must not).
func TestHTTP(t *testing.T) {
	files, err := filepath.Glob("testdata/http/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no conversations: %v", err)
	}
	srv := serveTowns(t, func(c *Config) { c.Server.AllowedOrigins = []string{"https://app.example"} })
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			play(t, srv, file)
		})
	}
}

func play(t *testing.T, srv *running, file string) {
	a, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var res *http.Response
	var body string
	for _, f := range a.Files {
		kind, where, _ := strings.Cut(f.Name, " ")
		address := strings.TrimSuffix(strings.TrimPrefix(srv.URL(), "http://"), "/mcp")
		if where == "admin" {
			address = strings.TrimPrefix(srv.AdminURL(), "http://")
		}
		switch kind {
		case "request":
			res, body = sendRaw(t, address, string(f.Data))
		case "answer":
			compare(t, res, body, string(f.Data))
		default:
			t.Fatalf("%s: a section is called request or answer, not %q", file, f.Name)
		}
	}
}

// sendRaw writes a request to a connection of its own.
func sendRaw(t *testing.T, address, text string) (*http.Response, string) {
	t.Helper()
	head, body, _ := strings.Cut(text, "\n\n")
	body = strings.TrimSuffix(body, "\n")
	head = strings.ReplaceAll(strings.TrimSuffix(head, "\n"), "$HOST", address)
	if !strings.Contains(head, "Content-Length:") && !strings.HasPrefix(head, "GET") {
		head += fmt.Sprintf("\nContent-Length: %d", len(body))
	}
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(10 * time.Second))
	io.WriteString(c, strings.ReplaceAll(head, "\n", "\r\n")+"\r\n\r\n"+body)
	method, _, _ := strings.Cut(head, " ")
	res, err := http.ReadResponse(bufio.NewReader(c), &http.Request{Method: method})
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(b)
}

func compare(t *testing.T, res *http.Response, body, want string) {
	t.Helper()
	head, texts, _ := strings.Cut(want, "\n\n")
	lines := strings.Split(strings.TrimSpace(head), "\n")
	if got := fmt.Sprint(res.StatusCode); got != lines[0] {
		t.Errorf("status %s, want %s; body %.300s", got, lines[0], body)
	}
	for _, l := range lines[1:] {
		if name, ok := strings.CutPrefix(l, "!"); ok {
			if v := res.Header.Values(name); len(v) > 0 {
				t.Errorf("header %s is %q, want none", name, v)
			}
			continue
		}
		name, value, _ := strings.Cut(l, ": ")
		if got := res.Header.Get(name); got != value {
			t.Errorf("header %s is %q, want %q", name, got, value)
		}
	}
	for _, l := range strings.Split(strings.TrimSpace(texts), "\n") {
		if l == "" {
			continue
		}
		if text, ok := strings.CutPrefix(l, "! "); ok {
			if strings.Contains(body, text) {
				t.Errorf("body holds %q: %.500s", text, body)
			}
		} else if !strings.Contains(body, l) {
			t.Errorf("body does not hold %q: %.500s", l, body)
		}
	}
}

// TestBodies sends what a text file cannot hold well.
func TestBodies(t *testing.T) {
	srv := serveTowns(t, nil)
	call := `{"jsonrpc":"2.0","id":1,"method":"ping"}`
	for _, c := range []struct {
		name, body string
		status     int
		text       string
	}{
		{"batch of 20,000 calls", "[" + strings.Repeat(call+",", 5000) + call + "]", 400, "batches are not supported"},
		{"larger than allowed", `{"x":"` + strings.Repeat("x", 256<<10) + `"}`, 413, "larger than 262144 bytes"},
		{"not UTF-8", strings.Replace(call, "ping", "\xff\xfe", 1), 400, "-32700"},
		{"an id of 10^30", strings.Replace(call, "1,", "1"+strings.Repeat("0", 30)+",", 1), 400, "id must be"},
		{"deep", strings.Repeat("[", 100_000), 400, "-32600"},
		{"deep objects", strings.Repeat(`{"a":`, 30_000), 400, "-32700"},
		{"NUL bytes", "\x00\x00\x00", 400, "-32700"},
		{"nothing", "", 400, "-32700"},
	} {
		_, h := message("ping", "", "")
		res, out, err := post(t.Context(), srv.URL(), c.body, h)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if res.StatusCode != c.status || !strings.Contains(out, c.text) || !strings.Contains(out, `"jsonrpc":"2.0"`) {
			t.Errorf("%s: %d %.200s", c.name, res.StatusCode, out)
		}
		if got := res.Header.Get("Content-Type"); got != "application/json" {
			t.Errorf("%s: Content-Type %q", c.name, got)
		}
	}
	if status, out := srv.call(t, "tools/list", ""); status != 200 {
		t.Errorf("afterwards: %d %s", status, out)
	}
}

// TestChunkedTooLarge announces no length: the bound is met while reading.
func TestChunkedTooLarge(t *testing.T) {
	srv := serveTowns(t, nil)
	body := io.MultiReader(strings.NewReader(`{"x":"`), io.LimitReader(endless('x'), 1<<20))
	req, err := http.NewRequestWithContext(t.Context(), "POST", srv.URL(), body)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Skipf("the connection was cut before the answer could be read: %v", err)
	}
	defer res.Body.Close()
	out, _ := io.ReadAll(res.Body)
	if res.StatusCode != 413 || !bytes.Contains(out, []byte("larger than")) {
		t.Errorf("got %d %s", res.StatusCode, out)
	}
}

type endless byte

func (e endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(e)
	}
	return len(p), nil
}

// TestSlowClients holds connections that send nothing; they are closed, and others are served.
func TestSlowClients(t *testing.T) {
	if testing.Short() {
		t.Skip("takes as long as the header timeout")
	}
	srv := serveTowns(t, nil)
	address := strings.TrimSuffix(strings.TrimPrefix(srv.URL(), "http://"), "/mcp")
	var held []net.Conn
	for range 50 {
		c, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		io.WriteString(c, "POST /mcp HTTP/1.1\r\nHost: local")
		held = append(held, c)
	}
	if status, _ := srv.call(t, "tools/list", ""); status != 200 {
		t.Errorf("beside slow clients: %d", status)
	}
	for _, c := range held {
		c.SetReadDeadline(time.Now().Add(readHeaderTimeout + 3*time.Second))
		if _, err := io.ReadAll(c); err != nil {
			t.Fatalf("a slow client is still connected: %v", err)
		}
	}
}

// TestConnectionLimit keeps one connection beyond the limit waiting until another closes.
func TestConnectionLimit(t *testing.T) {
	srv := serveTowns(t, func(c *Config) { c.Limits.Connections = 1 })
	http.DefaultClient.CloseIdleConnections()
	address := strings.TrimSuffix(strings.TrimPrefix(srv.URL(), "http://"), "/mcp")
	first, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(first, "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
	if _, err := http.ReadResponse(bufio.NewReader(first), nil); err != nil {
		t.Fatal(err)
	}
	second, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer second.Close()
	io.WriteString(second, "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
	second.SetReadDeadline(time.Now().Add(200 * time.Millisecond))
	if _, err := second.Read(make([]byte, 1)); err == nil {
		t.Error("a connection beyond the limit was answered")
	}
	first.Close()
	second.SetReadDeadline(time.Now().Add(5 * time.Second))
	if _, err := second.Read(make([]byte, 1)); err != nil {
		t.Errorf("after the other closed: %v", err)
	}
}

// TestUnixSocket serves on a socket, and takes the place of one left behind.
func TestUnixSocket(t *testing.T) {
	dir := t.TempDir()
	socket := filepath.Join(dir, "mcp.sock")
	left, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	left.(*net.UnixListener).SetUnlinkOnClose(false)
	left.Close()
	srv := serveTowns(t, func(c *Config) { c.Server.Listen = "unix:" + socket })
	if got := srv.URL(); got != "unix:"+socket {
		t.Errorf("address %q", got)
	}
	c, err := net.Dial("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	io.WriteString(c, "GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
	res, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil || res.StatusCode != 200 {
		t.Errorf("over the socket: %v %v", res, err)
	}
	if _, err := listen(t.Context(), "unix:"+socket); err == nil || !strings.Contains(err.Error(), "in use") {
		t.Errorf("a second server on the socket: %v", err)
	}
	if _, err := listen(t.Context(), "unix:"+dir); err == nil || !strings.Contains(err.Error(), "not a socket") {
		t.Errorf("a directory as socket: %v", err)
	}
}
