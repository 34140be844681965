package server

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// aWhile is how long a fault is given to show that it is none. A busy machine makes it look like a fault, never the
// other way round.
const aWhile = 300 * time.Millisecond

func TestCanaryProgress(t *testing.T) {
	p := newPair(t)
	for _, era := range []string{"", "old:"} {
		_, out := ask(t, p.bare, era+"tools/call", `"name":"advances","arguments":{}`, `"progressToken":"p"`)
		holds(t, out, "notifications/progress", false, cured+"the choice of a stream for progress in server.envelope.streams")
		res, out := ask(t, p.ours, era+"tools/call", `"name":"advances","arguments":{}`, `"progressToken":"p"`)
		holds(t, out, "notifications/progress", true, "progress must arrive")
		holds(t, out, "done", true, "and so must the result")
		holds(t, res.Header.Get("Content-Type"), "text/event-stream", true, "progress needs a stream")
		res, _ = ask(t, p.ours, era+"tools/call", `"name":"advances","arguments":{}`, "")
		holds(t, res.Header.Get("Content-Type"), "application/json", true, "a plain call is answered in JSON")
	}
}

func TestCanaryBufferingHeader(t *testing.T) {
	s := bareSDK()
	newFaults(t, s)
	bare := listenAndServe(t, bareHandler(s, mcp.StreamableHTTPOptions{}))
	res, _ := ask(t, bare, "tools/call", `"name":"advances","arguments":{}`, `"progressToken":"p"`)
	if res.Header.Get("X-Accel-Buffering") != "" {
		t.Error(cured + "the header X-Accel-Buffering in server.endpoint.stream")
	}
	srv := serveTowns(t, nil)
	newFaults(t, srv.core.surface.Server())
	if res, _ := ask(t, srv.URL(), "tools/call", `"name":"advances","arguments":{}`, `"progressToken":"p"`); res.Header.Get("X-Accel-Buffering") != "no" {
		t.Error("a stream must keep proxies from holding it back")
	}
	if res, _ := ask(t, srv.URL(), "tools/call", `"name":"advances","arguments":{}`, ""); res.Header.Get("X-Accel-Buffering") != "" {
		t.Error("an answer in JSON may be held back")
	}
}

// TestCanaryKeepAlive is about idle streams: the SDK writes no comments, and the server's WriteTimeout ends them. Our
// half is TestKeepAlive.
func TestCanaryKeepAlive(t *testing.T) {
	for f := range reflect.TypeFor[mcp.StreamableHTTPOptions]().Fields() {
		if strings.Contains(strings.ToLower(f.Name), "keepalive") || strings.Contains(f.Name, "Heartbeat") {
			t.Error(cured + "server.streamWriter.keepAlive; the option is " + f.Name)
		}
	}
	s := bareSDK()
	newFaults(t, s)
	srv := httptest.NewUnstartedServer(bareHandler(s, mcp.StreamableHTTPOptions{}))
	srv.Config.WriteTimeout = aWhile / 3
	srv.Start()
	defer srv.Close()
	time.AfterFunc(aWhile, func() { s.RemoveTools("echo") })
	ctx, cancel := context.WithTimeout(t.Context(), 2*aWhile)
	defer cancel()
	body, h := request("subscriptions/listen", `"notifications":{"toolsListChanged":true}`, "")
	if _, out, err := post(ctx, srv.URL, body, h); !strings.Contains(out, "acknowledged") {
		t.Errorf("the stream was not opened: %v %s", err, out)
	} else if strings.Contains(out, "list_changed") {
		t.Errorf(cured+"server.streamWriter.limit (%v)", err)
	} else if strings.Contains(out, ":\n\n") {
		t.Error(cured + "server.streamWriter.keepAlive")
	}
}

// TestCanaryLateHeaders: the headers of a stream leave with its first event. Our half is TestCanaryFirstProgress of api:
// tools send progress at once.
func TestCanaryLateHeaders(t *testing.T) {
	s := bareSDK()
	bare := listenAndServe(t, bareHandler(s, mcp.StreamableHTTPOptions{}))
	f := newFaults(t, s)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	body, h := request("tools/call", `"name":"stays","arguments":{}`, `"progressToken":"p"`)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, bare, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header = h
	go func() {
		until(t, func() bool { return f.begun.Load() > 0 })
		time.Sleep(aWhile)
		cancel()
	}()
	if res, err := http.DefaultClient.Do(req); !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf(cured+"the first progress in api.progress (%v)", err)
		if err == nil {
			res.Body.Close()
		}
	}
}

// until waits for a condition, for a minute at most.
func until(t testing.TB, ok func() bool) bool {
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if ok() {
			return true
		}
	}
	t.Error("a condition is not met within a minute")
	return false
}

// TestCanaryOldEraDisconnect: calls of clients of the older era go on when the client has left.
func TestCanaryOldEraDisconnect(t *testing.T) {
	p := newPair(t)
	leave := func(url string, f *faults) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go func() { until(t, func() bool { return f.begun.Load() > 0 }); cancel() }()
		body, h := request("old:tools/call", `"name":"stays","arguments":{}`, "")
		if _, _, err := post(ctx, url, body, h); !errors.Is(err, context.Canceled) {
			t.Errorf("the client did not leave: %v", err)
		}
	}
	leave(p.bare, p.bareFaults)
	time.Sleep(aWhile)
	if p.bareFaults.ended.Load() > 0 {
		t.Error(cured + "api.bindLife and api.WithRequest, for the client's leave")
	}
	leave(p.ours, p.oursFaults)
	if !until(t, func() bool { return p.oursFaults.ended.Load() > 0 }) {
		t.Error("a call must end when its client leaves")
	}
}

// TestCanaryShutdown: the bare SDK's streams hold up the end of the server.
func TestCanaryShutdown(t *testing.T) {
	s := bareSDK()
	newFaults(t, s)
	bare := httptest.NewServer(bareHandler(s, mcp.StreamableHTTPOptions{}))
	defer bare.Close()
	defer bare.CloseClientConnections()
	listenTo(t, bare.URL, `"toolsListChanged":true`)
	ctx, cancel := context.WithTimeout(t.Context(), aWhile)
	defer cancel()
	if err := bare.Config.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf(cured+"the stop context in api.bindLife (%v)", err)
	}
	srv := serveTowns(t, nil)
	rest := listenTo(t, srv.URL(), `"resourcesListChanged":true`)
	srv.stop()
	out := <-rest
	holds(t, out, `"resultType":"complete"`, true, "a listen stream must end with its result")
	holds(t, out, "subscriptionId", true, "which names the subscription")
}

// listenTo opens a listen stream, waits until it is acknowledged, and returns what comes after that, once it has ended.
func listenTo(t *testing.T, url, filter string) <-chan string {
	t.Helper()
	body, h := request("subscriptions/listen", `"notifications":{`+filter+`}`, "")
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header = h
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	first := make([]byte, 4096)
	n, err := res.Body.Read(first)
	if err != nil || !strings.Contains(string(first[:n]), "notifications/subscriptions/acknowledged") {
		t.Fatalf("%v %s", err, first[:n])
	}
	rest := make(chan string, 1)
	go func() {
		defer res.Body.Close()
		b, _ := io.ReadAll(res.Body)
		rest <- string(b)
	}()
	return rest
}
