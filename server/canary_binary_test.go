package server

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestHostileRequests sends the released stack, as a process of its own, what a client must not send. Every request is
// refused in a form that clients can read, the server goes on, and its memory stays small.
func TestHostileRequests(t *testing.T) {
	if testing.Short() || runtime.GOOS == "windows" {
		t.Skip("builds the product twice, and ends it by a signal")
	}
	dir := t.TempDir()
	released, tested := build(t, dir, ""), build(t, dir, "conformance")
	for _, fixture := range []string{"test_simple_text", "test_panic", "test://static-text", "fixtures_calls.go"} {
		if !contains(t, tested, fixture) {
			t.Errorf("the build for tests has no %s", fixture)
		}
		if contains(t, released, fixture) {
			t.Errorf("the released build has the fixture %s", fixture)
		}
	}
	b := runBinary(t, tested, "--server-drain-grace", "0s")
	for _, h := range hostile() {
		t.Run(h.name, func(t *testing.T) {
			if problem := b.refuses(t.Context(), h); problem != "" {
				t.Error(problem)
			}
		})
	}
	t.Run("a body that ends early", func(t *testing.T) { b.endsEarly(t) })
	t.Run("10,000 requests", func(t *testing.T) { b.flood(t, 10_000) })
	body, h := request("tools/call", `"name":"library","arguments":{}`, "")
	if res, out, err := post(t.Context(), b.url, body, h); err != nil || res.StatusCode != 200 || !strings.Contains(out, "openzim-mcp-manual") {
		t.Errorf("the server does not go on: %v %.300s", err, out)
	}
	if peak := b.peak(t); peak > 128<<20 {
		t.Errorf("peak memory %d MB, want less than 128 MB", peak>>20)
	} else {
		t.Logf("peak memory %d MB", peak>>20)
	}
}

// build compiles the product with a build tag.
func build(t *testing.T, dir, tag string) (file string) {
	t.Helper()
	tool, err := exec.LookPath("go")
	if err != nil {
		t.Skip("there is no go command to build the product with")
	}
	file = filepath.Join(dir, "openzim-mcp-"+tag)
	cmd := exec.Command(tool, "build", "-tags", tag, "-o", file, "github.com/openzim-mcp/openzim-mcp/cmd/openzim-mcp")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return file
}

func contains(t *testing.T, file, text string) bool {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Contains(b, []byte(text))
}

// binary is a process that serves its built-in manual.
type binary struct {
	url, address string
	cmd          *exec.Cmd
}

// runBinary starts the process, and ends it with the test, which fails when the end is not clean.
func runBinary(t *testing.T, file string, args ...string) *binary {
	t.Helper()
	b := &binary{cmd: exec.Command(file, append([]string{"serve", "--listen", "127.0.0.1:0", "--admin-listen", "off", "--logging-level", "error"}, args...)...)}
	log, err := b.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := b.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(log)
	line, _ := lines.ReadBytes('\n') // what is no line is no JSON
	var first struct{ Listeners struct{ MCP string } }
	if err := json.Unmarshal(line, &first); err != nil || first.Listeners.MCP == "" {
		b.cmd.Process.Kill()
		t.Fatalf("first line %q: %v", line, err)
	}
	b.url = first.Listeners.MCP
	b.address = strings.TrimSuffix(strings.TrimPrefix(b.url, "http://"), "/mcp")
	read := make(chan struct{})
	go func() { defer close(read); io.Copy(io.Discard, lines) }()
	t.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections()
		b.cmd.Process.Signal(os.Interrupt)
		<-read
		if err := b.cmd.Wait(); err != nil {
			t.Errorf("the process did not end cleanly: %v", err)
		}
	})
	return b
}

// peak returns the most memory that the process has had, in bytes.
func (b *binary) peak(t *testing.T) int64 {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", b.cmd.Process.Pid))
	if err != nil {
		t.Skipf("%s does not tell the peak of a process's memory: %v", runtime.GOOS, err)
	}
	found := regexp.MustCompile(`VmHWM:\s*(\d+) kB`).FindSubmatch(status)
	if found == nil {
		t.Fatalf("no VmHWM in %s", status)
	}
	n, err := strconv.ParseInt(string(found[1]), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n << 10
}

// refuses sends a request and returns what is wrong with its answer, "" for nothing.
func (b *binary) refuses(ctx context.Context, h hostileRequest) string {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, b.url, strings.NewReader(h.body))
	if err != nil {
		return err.Error()
	}
	req.Header = h.header.Clone()
	if h.host != "" {
		req.Host = h.host
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err.Error()
	}
	defer res.Body.Close()
	out, err := io.ReadAll(res.Body)
	var answer struct {
		JSONRPC string
		Error   struct {
			Code    int64
			Message string
		}
		Result struct{ IsError bool }
	}
	if err != nil || res.StatusCode != h.status || json.Unmarshal(out, &answer) != nil || answer.JSONRPC != "2.0" ||
		answer.Error.Code != h.code || (h.code == 0) != answer.Result.IsError || bytes.Contains(out, []byte("/srv/secret")) {
		return fmt.Sprintf("%v, status %d, want %d and code %d: %.300s", err, res.StatusCode, h.status, h.code, out)
	}
	return ""
}

// flood sends n requests, of every kind in turn, eight at once.
func (b *binary) flood(t *testing.T, n int) {
	kinds := hostile()
	requests := make(chan hostileRequest)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for h := range requests {
				if problem := b.refuses(t.Context(), h); problem != "" {
					t.Errorf("%s: %s", h.name, problem)
				}
			}
		})
	}
	for i := range n {
		requests <- kinds[i%len(kinds)]
	}
	close(requests)
	wg.Wait()
}

// endsEarly announces more than it sends.
func (b *binary) endsEarly(t *testing.T) {
	c, err := net.Dial("tcp", b.address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(time.Minute))
	fmt.Fprintf(c, "POST /mcp HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{\"jsonrpc\":", b.address)
	c.(*net.TCPConn).CloseWrite()
	answer, err := io.ReadAll(c)
	if err != nil || !bytes.Contains(answer, []byte("HTTP/1.1 400")) || !bytes.Contains(answer, []byte(`"code":-32600`)) {
		t.Errorf("%v %s", err, answer)
	}
}
