package server

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/mcp"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// scrape reads /metrics as Prometheus does.
func scrape(t *testing.T, srv *running) map[string]*dto.MetricFamily {
	t.Helper()
	res, err := http.Get(srv.AdminURL() + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	parser := expfmt.NewTextParser(model.LegacyValidation)
	families, err := parser.TextToMetricFamilies(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return families
}

// value returns the sample with the labels given ("key=value"), or -1.
func value(families map[string]*dto.MetricFamily, name string, labels ...string) float64 {
	f := families[name]
	if f == nil {
		return -1
	}
next:
	for _, m := range f.Metric {
		for _, l := range labels {
			if !slices.ContainsFunc(m.Label, func(p *dto.LabelPair) bool { return p.GetName()+"="+p.GetValue() == l }) {
				continue next
			}
		}
		switch {
		case m.Gauge != nil:
			return m.Gauge.GetValue()
		case m.Counter != nil:
			return m.Counter.GetValue()
		case m.Histogram != nil:
			return float64(m.Histogram.GetSampleCount())
		}
	}
	return -1
}

func TestMetrics(t *testing.T) {
	srv := serveTowns(t, nil)
	srv.call(t, "tools/list", "")
	srv.call(t, "tools/call", `"name":"library","arguments":{}`)
	srv.call(t, "tools/call", `"name":"library","arguments":{}`)
	srv.call(t, "tools/call", `"name":"invented-by-a-client","arguments":{}`)
	srv.call(t, "invented/method", "")
	if _, _, err := post(t.Context(), srv.URL(), "[]", http.Header{}); err != nil {
		t.Fatal(err)
	}
	got := scrape(t, srv)
	for _, c := range []struct {
		name   string
		labels []string
		want   float64
	}{
		{"openzim_mcp_requests_total", []string{"method=tools/list", "tool=", "outcome=ok"}, 1},
		{"openzim_mcp_requests_total", []string{"method=tools/call", "tool=library", "outcome=ok"}, 2},
		{"openzim_mcp_requests_total", []string{"method=tools/call", "tool=_other", "outcome=invalid"}, 1},
		{"openzim_mcp_rejected_requests_total", []string{"reason=batch"}, 1},
		{"openzim_mcp_archives", []string{"state=open"}, 1},
		{"openzim_mcp_archives", []string{"state=quarantined"}, 0},
		{"openzim_mcp_build_info", []string{"version=" + BuildInfo().Version, "go=" + BuildInfo().Go}, 1},
		{"openzim_mcp_inflight", nil, 0},
		{"openzim_mcp_listen_streams", nil, 0},
		{"openzim_mcp_panics_total", nil, 0},
		{"openzim_mcp_draining", nil, 0},
		{"openzim_mcp_cache_limit_bytes", nil, 64 << 20},
		{"openzim_mcp_index_cache_limit_bytes", nil, 64 << 20},
		{"openzim_mcp_index_open", nil, 0},
		{"mcp_server_operation_duration_seconds", []string{"mcp_method_name=tools/call", "gen_ai_tool_name=library"}, 2},
	} {
		if v := value(got, c.name, c.labels...); v != c.want {
			t.Errorf("%s%v is %v, want %v", c.name, c.labels, v, c.want)
		}
	}
	for _, name := range []string{"openzim_mcp_cache_bytes", "openzim_mcp_cache_hits_total", "openzim_mcp_cache_misses_total",
		"openzim_mcp_cache_evictions_total", "openzim_mcp_cache_decodes_total", "openzim_mcp_cache_decoded_bytes_total",
		"openzim_mcp_cache_damaged_total", "openzim_mcp_cache_waiting", "openzim_mcp_index_cache_bytes", "openzim_mcp_index_cache_hits_total",
		"openzim_mcp_index_cache_misses_total", "openzim_mcp_index_cache_evictions_total", "openzim_mcp_index_reads_total",
		"openzim_mcp_index_read_bytes_total", "openzim_mcp_index_read_ahead_total", "openzim_mcp_index_length_pages_total",
		"openzim_mcp_index_searches_total", "openzim_mcp_index_searches_cancelled_total", "openzim_mcp_index_damaged_total", "go_goroutines", "process_resident_memory_bytes"} {
		if value(got, name) < 0 {
			t.Errorf("%s is missing", name)
		}
	}
	for name, f := range got {
		own := strings.HasPrefix(name, "openzim_mcp_")
		if own && f.GetHelp() == "" {
			t.Errorf("%s has no help text", name)
		}
		for _, m := range f.Metric {
			for _, l := range m.Label {
				if strings.Contains(l.GetValue(), "invented") {
					t.Errorf("%s has a label that a client chose: %v", name, l)
				}
			}
		}
	}
}

func TestOpenMetrics(t *testing.T) {
	srv := serveTowns(t, nil)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, srv.AdminURL()+"/metrics", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept", "application/openmetrics-text; version=1.0.0")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if got := res.Header.Get("Content-Type"); !strings.HasPrefix(got, "application/openmetrics-text") {
		t.Errorf("Content-Type %q", got)
	}
}

func TestToolLabelsAreBounded(t *testing.T) {
	var l toolLabels
	if got := l.label("a", false); got != other {
		t.Errorf("a name that nothing answered to: %q", got)
	}
	if got := l.label("a", true); got != "a" {
		t.Errorf("a name with an answer: %q", got)
	}
	if got := l.label("a", false); got != "a" {
		t.Errorf("a known name whose call failed: %q", got)
	}
	for i := range 1000 {
		l.label(strings.Repeat("x", i+1), true)
	}
	if len(l.seen) != maxTools {
		t.Errorf("%d labels", len(l.seen))
	}
}

// TestPanicOutsideTheSurface is contained by the outermost middleware, and counted.
func TestPanicOutsideTheSurface(t *testing.T) {
	srv := serveTowns(t, nil)
	srv.core.surface.Server().AddReceivingMiddleware(contain(srv.Server.log, srv.panicked), func(next mcp.MethodHandler) mcp.MethodHandler {
		return func(ctx context.Context, method string, req mcp.Request) (mcp.Result, error) {
			if method == "prompts/list" {
				panic("secret detail")
			}
			return next(ctx, method, req)
		}
	})
	if _, out := srv.call(t, "prompts/list", ""); !strings.Contains(out, `"code":-32603`) || strings.Contains(out, "secret") {
		t.Errorf("got %s", out)
	}
	if status, _ := srv.call(t, "tools/list", ""); status != http.StatusOK {
		t.Errorf("afterwards: %d", status)
	}
	if v := value(scrape(t, srv), "openzim_mcp_panics_total"); v != 1 {
		t.Errorf("panics counted: %v", v)
	}
	if !strings.Contains(srv.log.String(), "panic_recovered") {
		t.Error("the log says nothing")
	}
}
