package server

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// TestDrainLosesNothing replaces the server under clients that never retry. As with an inherited
// socket, the next server accepts while the one before it drains.
func TestDrainLosesNothing(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	shared, err := l.(*net.TCPListener).File()
	if err != nil {
		t.Fatal(err)
	}
	defer shared.Close()
	address := l.Addr().String()
	l.Close()
	dir := t.TempDir()
	write(t, dir, "towns.zim", towns())
	begin := func() (stop func()) {
		own, err := net.FileListener(shared)
		if err != nil {
			t.Fatal(err)
		}
		c := quick(dir)
		c.Server.Listen, c.Server.AdminListen, c.Server.DrainGrace = address, adminOff, 200*time.Millisecond
		s, err := newOn(t.Context(), c, Process{}, own)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan error, 1)
		go func() { done <- s.Serve(ctx) }()
		return func() {
			cancel()
			if err := <-done; err != nil {
				t.Errorf("drain: %v", err)
			}
		}
	}
	var answered, lost atomic.Int64
	ended, stop := context.WithCancel(t.Context())
	current := begin()
	var clients sync.WaitGroup
	for range 8 {
		clients.Go(func() { stubborn(t, ended, address, &answered, &lost) })
	}
	const restarts = 5
	for range restarts {
		time.Sleep(100 * time.Millisecond)
		next := begin()
		time.Sleep(50 * time.Millisecond)
		current()
		current = next
	}
	stop()
	clients.Wait()
	current()
	t.Logf("%d restarts: %d answered, %d lost", restarts, answered.Load(), lost.Load())
	if lost.Load() > 0 || answered.Load() < 100 {
		t.Errorf("%d requests lost, %d answered", lost.Load(), answered.Load())
	}
}

// stubborn sends calls on one connection as long as the server leaves it open, without retries.
func stubborn(t *testing.T, ctx context.Context, address string, answered, lost *atomic.Int64) {
	body, h := message("tools/list", "", "")
	var head strings.Builder
	h.Write(&head)
	request := fmt.Sprintf("POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n%s\r\n%s", len(body), head.String(), body)
	var c net.Conn
	var r *bufio.Reader
	for ctx.Err() == nil {
		if c == nil {
			var err error
			if c, err = net.Dial("tcp", address); err != nil {
				t.Logf("lost: %v", err)
				lost.Add(1)
				return
			}
			r = bufio.NewReader(c)
		}
		c.SetDeadline(time.Now().Add(5 * time.Second))
		io.WriteString(c, request)
		res, err := http.ReadResponse(r, nil)
		if err == nil {
			_, err = io.Copy(io.Discard, res.Body)
		}
		if err != nil || res.StatusCode != http.StatusOK {
			t.Logf("lost: %v", err)
			lost.Add(1)
			c.Close()
			c = nil
			continue
		}
		answered.Add(1)
		if res.Close {
			c.Close()
			c = nil
		}
	}
	if c != nil {
		c.Close()
	}
}

// TestDrainIsAnnounced looks at a server while it drains.
func TestDrainIsAnnounced(t *testing.T) {
	srv := serveTowns(t, func(c *Config) { c.Server.DrainGrace = time.Second })
	status, _ := srv.call(t, "tools/list", "")
	if status != http.StatusOK {
		t.Fatalf("before: %d", status)
	}
	srv.stop()
	srv.until(t, srv.AdminURL()+"/readyz", func(status int, body string) bool {
		return status == http.StatusServiceUnavailable && strings.Contains(body, `"draining"`)
	})
	if _, metrics := get(t, srv.AdminURL()+"/metrics"); !strings.Contains(metrics, "openzim_mcp_draining 1") {
		t.Error("the metric does not say so")
	}
	body, h := message("tools/list", "", "")
	res, out, err := post(t.Context(), srv.URL(), body, h)
	if err != nil || res.StatusCode != http.StatusOK || !res.Close {
		t.Errorf("during the drain: %v, %v, %s; want an answer that closes the connection", res, err, out)
	}
	if status, _ := get(t, srv.AdminURL()+"/livez"); status != http.StatusOK {
		t.Errorf("livez during the drain: %d", status)
	}
}

// TestHurry skips the announcement.
func TestHurry(t *testing.T) {
	srv := serveTowns(t, func(c *Config) { c.Server.DrainGrace = 5 * time.Minute })
	srv.Hurry()
	begin := time.Now()
	srv.stop()
	if err := <-srv.done; err != nil {
		t.Error(err)
	}
	srv.done <- nil // for the clean-up
	if took := time.Since(begin); took > time.Minute {
		t.Errorf("took %v", took)
	}
}

// TestListenEndsWithResult: a drain ends what the surface keeps open, and waits for the result.
// The tool stands for a stream: it stays until it is told of the end.
func TestListenEndsWithResult(t *testing.T) {
	srv := serveTowns(t, nil)
	begun := make(chan struct{})
	srv.core.surface.Server().AddTool(&mcp.Tool{Name: "stays", InputSchema: map[string]any{"type": "object"}},
		func(context.Context, *mcp.CallToolRequest) (*mcp.CallToolResult, error) {
			close(begun)
			<-srv.core.ended.Done()
			time.Sleep(50 * time.Millisecond) // results take a moment
			return &mcp.CallToolResult{Content: []mcp.Content{&mcp.TextContent{Text: "the end"}}}, nil
		})
	answer := make(chan string, 1)
	go func() {
		body, h := message("tools/call", `"name":"stays","arguments":{}`, `"progressToken":1`)
		_, out, err := post(context.Background(), srv.URL(), body, h)
		answer <- out + fmt.Sprint(err)
	}()
	<-begun
	srv.stop()
	select {
	case out := <-answer:
		if !strings.Contains(out, "the end") {
			t.Errorf("the stream ended without its result: %q", out)
		}
	case <-time.After(10 * time.Second):
		t.Error("the stream does not end")
	}
}

// TestPortInUse names the setting.
func TestPortInUse(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	dir := t.TempDir()
	write(t, dir, "towns.zim", towns())
	for _, key := range []string{"server.listen", "server.admin_listen"} {
		c := quick(dir)
		if key == "server.listen" {
			c.Server.Listen = l.Addr().String()
		} else {
			c.Server.AdminListen = l.Addr().String()
		}
		if _, err := New(t.Context(), c, Process{}); err == nil || !strings.Contains(err.Error(), key) {
			t.Errorf("got %v, want an error that names %s", err, key)
		}
	}
}

// TestNoSuchDirectory is a mistake in the configuration.
func TestNoSuchDirectory(t *testing.T) {
	c := quick(t.TempDir() + "/missing")
	_, err := New(t.Context(), c, Process{})
	if e, ok := err.(interface{ Unwrap() []error }); ok {
		err = e.Unwrap()[0]
	}
	if _, ok := err.(*ConfigError); !ok {
		t.Errorf("got %T %v, want a *ConfigError", err, err)
	}
	if _, err := os.Stat(c.Library.Paths[0]); err == nil {
		t.Error("the directory was made")
	}
}
