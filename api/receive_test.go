package api

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	"github.com/modelcontextprotocol/go-sdk/mcp"
	"go.opentelemetry.io/otel/codes"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

func discard() *slog.Logger { return slog.New(slog.DiscardHandler) }

func writeFile(t testing.TB, dir, name string, b []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestPanicIsContained(t *testing.T) {
	s, err := New(openLibrary(t, t.TempDir()), Options{})
	if err != nil {
		t.Fatal(err)
	}
	s.server.AddTool(&mcp.Tool{Name: "panics", InputSchema: map[string]any{"type": "object"}}, func(context.Context, *mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		panic(secret)
	})
	c := clientOf(t, s)
	for range 50 {
		_, err := c.CallTool(t.Context(), &mcp.CallToolParams{Name: "panics"})
		var e *jsonrpc.Error
		if !errors.As(err, &e) || e.Code != jsonrpc.CodeInternalError || e.Message != "internal error" {
			t.Fatalf("got %v", err)
		}
	}
	if _, _, isError := call(t, c, "library", nil); isError {
		t.Error("the server does not go on")
	}
}

func clientOf(t testing.TB, s *Surface) *mcp.ClientSession {
	t.Helper()
	here, there := mcp.NewInMemoryTransports()
	server, err := s.Server().Connect(context.Background(), there, nil)
	if err != nil {
		t.Fatal(err)
	}
	c, err := mcp.NewClient(&mcp.Implementation{Name: "test", Version: "0"}, nil).Connect(context.Background(), here, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close(); server.Wait() })
	return c
}

func TestWorkEndsWithItsRequest(t *testing.T) {
	request, leave := context.WithCancel(t.Context())
	h := bindLife(context.Background(), 0)(func(ctx context.Context, _ string, _ mcp.Request) (mcp.Result, error) {
		leave()
		<-ctx.Done()
		return nil, ctx.Err()
	})
	// The SDK detaches the context of a request from its end; only the value is left.
	if _, err := h(context.WithoutCancel(WithRequest(request)), "tools/call", nil); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestListenEndsWithTheServer(t *testing.T) {
	stop, end := context.WithCancel(t.Context())
	wait := func(ctx context.Context, _ string, _ mcp.Request) (mcp.Result, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	time.AfterFunc(10*time.Millisecond, end)
	if _, err := bindLife(stop, 0)(wait)(t.Context(), methodListen, nil); err == nil {
		t.Error("no end")
	}
	if _, err := bindLife(context.Background(), time.Millisecond)(wait)(t.Context(), methodListen, nil); err == nil {
		t.Error("no longest life")
	}
}

func TestDeadline(t *testing.T) {
	wait := func(ctx context.Context, _ string, _ mcp.Request) (mcp.Result, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	if _, err := deadline(time.Millisecond)(wait)(t.Context(), "tools/call", nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
	c := serve(t, library1(), Options{Deadline: time.Nanosecond})
	if text, data, isError := call(t, c, "fetch", args{"id": "music/Long"}); !isError || data["code"] != "timeout" {
		t.Errorf("%v %s", isError, text)
	}
}

func TestOldMethodsAreRefused(t *testing.T) {
	h := honestLegacy(func(context.Context, string, mcp.Request) (mcp.Result, error) { return nil, nil })
	for _, m := range []string{"resources/subscribe", "resources/unsubscribe", "logging/setLevel"} {
		_, err := h(t.Context(), m, nil)
		if e := (*jsonrpc.Error)(nil); !errors.As(err, &e) || e.Code != jsonrpc.CodeMethodNotFound {
			t.Errorf("%s: %v", m, err)
		}
	}
}

func TestTelemetry(t *testing.T) {
	spans := tracetest.NewSpanRecorder()
	reader := sdkmetric.NewManualReader()
	tp := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans))
	mp := sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader))
	c := serve(t, library1(), Options{Tracer: tp.Tracer("t"), Meter: mp.Meter("t")})
	ok := mcp.CallToolParams{Name: "library", Meta: mcp.Meta{"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}}
	if _, err := c.CallTool(t.Context(), &ok); err != nil {
		t.Fatal(err)
	}
	c.CallTool(t.Context(), &mcp.CallToolParams{Name: "made-up-by-the-client"})
	call(t, c, "search", args{})
	byName := map[string]sdktrace.ReadOnlySpan{}
	for _, s := range spans.Ended() {
		byName[s.Name()] = s
	}
	if s := byName["tools/call library"]; s == nil || s.Parent().SpanID().String() != "b7ad6b7169203331" {
		t.Errorf("no span below the client's: %v", byName)
	}
	if s := byName["tools/call search"]; s == nil || s.Status().Code != codes.Error {
		t.Error("an error of a tool leaves no mark")
	}
	if byName["tools/call _other"] == nil {
		t.Errorf("an unknown name becomes a label: %v", byName)
	}
	var rm metricdata.ResourceMetrics
	if err := reader.Collect(t.Context(), &rm); err != nil {
		t.Fatal(err)
	}
	m := rm.ScopeMetrics[0].Metrics[0]
	if m.Name != "mcp.server.operation.duration" {
		t.Errorf("metric %s", m.Name)
	}
	kinds := map[string]bool{}
	for _, p := range m.Data.(metricdata.Histogram[float64]).DataPoints {
		v, _ := p.Attributes.Value("error.type")
		kinds[v.AsString()] = true
	}
	if !kinds["tool_error"] || !kinds["-32602"] || !kinds[""] {
		t.Errorf("kinds of errors %v", kinds)
	}
}

// Many clients at once, while archives come and go.
func TestConcurrentCallsAndReloads(t *testing.T) {
	dir := t.TempDir()
	b := library1()["music"].Bytes()
	writeFile(t, dir, "music.zim", b)
	lib := openLibrary(t, dir)
	c := connect(t, lib, Options{})
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for range 15 {
				for _, a := range []struct {
					tool string
					a    args
				}{{"search", args{"query": "ray"}}, {"fetch", args{"id": "music/Long"}}, {"library", args{"filter": "music"}}, {"fetch", args{"id": "Ray Charles"}}} {
					text, data, isError := call(t, c, a.tool, a.a)
					if isError && data["code"] != "busy" && data["code"] != "not_found" {
						t.Errorf("%d: %s", i, text)
					}
				}
			}
		})
	}
	for i := range 10 {
		extra := zimtest.Archive{Minor: 1, Entries: []zimtest.Entry{zimtest.Page("C/x", strings.Repeat("x", i+1), "<p>x")}}
		writeFile(t, dir, "extra.zim.tmp", extra.Bytes())
		if err := os.Rename(filepath.Join(dir, "extra.zim.tmp"), filepath.Join(dir, "extra.zim")); err != nil {
			t.Fatal(err)
		}
		if _, err := lib.Reload(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	wg.Wait()
}
