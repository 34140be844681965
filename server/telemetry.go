package server

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/prometheus/otlptranslator"
	"go.opentelemetry.io/otel/attribute"
	promexporter "go.opentelemetry.io/otel/exporters/prometheus"
	"go.opentelemetry.io/otel/metric"
	sdk "go.opentelemetry.io/otel/sdk/metric"

	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/search"
)

// meterName is the instrumentation scope; it is not exported.
const meterName = "github.com/openzim-mcp/openzim-mcp/server"

// telemetry collects the metrics of one process. Safe for concurrent use.
type telemetry struct {
	provider *sdk.MeterProvider
	registry *prometheus.Registry
	meter    metric.Meter
	log      *slog.Logger

	requests metric.Int64Counter       // MCP requests by method, tool and outcome
	rejected metric.Int64Counter       // HTTP requests refused, by reason
	panics   metric.Int64Counter       // contained, wherever
	inflight metric.Int64UpDownCounter // HTTP requests being read or answered at the endpoint
	streams  metric.Int64UpDownCounter // open subscriptions/listen streams
}

// observed is what gauges ask when they are scraped. No function may block.
type observed struct {
	archives func() map[string]int // by state
	cache    func() zim.CacheStats
	indexes  func() search.IndexStats
	search   searchStats // nil measures nothing
	draining func() bool
}

// newTelemetry makes the instruments. Their names become Prometheus names: dots turn into
// underscores, units and _total are appended.
func newTelemetry(o observed, log *slog.Logger) (*telemetry, error) {
	t := &telemetry{registry: prometheus.NewRegistry(), log: log}
	t.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	exporter, err := promexporter.New(
		promexporter.WithRegisterer(t.registry),
		promexporter.WithTranslationStrategy(otlptranslator.UnderscoreEscapingWithSuffixes),
		promexporter.WithoutScopeInfo(),
		promexporter.WithoutTargetInfo())
	if err != nil {
		return nil, err
	}
	t.provider = sdk.NewMeterProvider(sdk.WithReader(exporter))
	t.meter = t.provider.Meter(meterName)
	m := &maker{meter: t.meter}
	t.requests = m.counter("openzim_mcp.requests", "MCP requests answered, by method, tool and outcome: ok, tool_error, invalid, error.")
	t.rejected = m.counter("openzim_mcp.rejected_requests", "HTTP requests refused before the MCP surface, by reason.")
	t.panics = m.counter("openzim_mcp.panics", "Panics contained, in HTTP handlers and in the MCP surface.")
	t.inflight = m.upDown("openzim_mcp.inflight", "Requests being read or answered at the MCP endpoint.")
	t.streams = m.upDown("openzim_mcp.listen_streams", "Open streams of subscriptions/listen.")
	t.observe(m, o)
	observeIndexes(t.meter, m, o.indexes)
	observeSearch(t.meter, m, o.search)
	if m.err != nil {
		return nil, m.err
	}
	// Counters exist from the start, so that a rate over the first event is not missed.
	t.panics.Add(context.Background(), 0)
	t.inflight.Add(context.Background(), 0)
	t.streams.Add(context.Background(), 0)
	return t, nil
}

// observe registers the gauges and the counters that others keep.
func (t *telemetry) observe(m *maker, o observed) {
	archives := m.gauge("openzim_mcp.archives", "Archives by state.")
	build := m.gauge("openzim_mcp.build_info", "Always 1; the labels say which program this is.")
	draining := m.gauge("openzim_mcp.draining", "1 while the end is announced and requests under way finish.")
	cached := m.gaugeOf("openzim_mcp.cache", "By", "Decompressed data in memory.")
	limit := m.gaugeOf("openzim_mcp.cache_limit", "By", "Most decompressed data that is kept in memory.")
	waiting := m.gauge("openzim_mcp.cache_waiting", "Requests waiting for a decompression slot or for another's decode.")
	hits := m.total("openzim_mcp.cache_hits", "", "Reads served from memory.")
	misses := m.total("openzim_mcp.cache_misses", "", "Reads that needed a decode.")
	evictions := m.total("openzim_mcp.cache_evictions", "", "Clusters and blobs dropped from memory.")
	decodes := m.total("openzim_mcp.cache_decodes", "", "Clusters decompressed, by extent.")
	decoded := m.total("openzim_mcp.cache_decoded", "By", "Bytes that came out of decompression.")
	damaged := m.total("openzim_mcp.cache_damaged", "", "Clusters that could not be decoded.")
	info := BuildInfo()
	buildLabels := metric.WithAttributes(attribute.String("version", info.Version),
		attribute.String("revision", info.Revision), attribute.String("go", info.Go))
	m.callback(func(_ context.Context, ob metric.Observer) error {
		for state, n := range o.archives() {
			ob.ObserveInt64(archives, int64(n), metric.WithAttributes(attribute.String("state", state)))
		}
		ob.ObserveInt64(build, 1, buildLabels)
		ob.ObserveInt64(draining, oneIf(o.draining()))
		s := o.cache()
		ob.ObserveInt64(cached, s.Bytes)
		ob.ObserveInt64(limit, s.MaxBytes)
		ob.ObserveInt64(waiting, int64(s.Waiting))
		ob.ObserveInt64(hits, int64(s.Hits))
		ob.ObserveInt64(misses, int64(s.Misses))
		ob.ObserveInt64(evictions, int64(s.Evictions))
		ob.ObserveInt64(decodes, int64(s.FullDecodes), metric.WithAttributes(attribute.String("extent", "full")))
		ob.ObserveInt64(decodes, int64(s.PartialDecodes), metric.WithAttributes(attribute.String("extent", "partial")))
		ob.ObserveInt64(decoded, int64(s.DecodedBytes))
		ob.ObserveInt64(damaged, int64(s.Damaged))
		return nil
	})
}

// handler answers scrapes, in the text format or as OpenMetrics.
func (t *telemetry) handler() http.Handler {
	return promhttp.HandlerFor(t.registry, promhttp.HandlerOpts{
		EnableOpenMetrics: true,
		ErrorLog:          slog.NewLogLogger(t.log.Handler(), slog.LevelError),
	})
}

// reject counts a refusal. The reason must be of a closed set.
func (t *telemetry) reject(ctx context.Context, reason string) {
	t.rejected.Add(ctx, 1, metric.WithAttributes(attribute.String("reason", reason)))
}

// track counts a request while it is at the endpoint.
func (t *telemetry) track(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t.inflight.Add(r.Context(), 1)
		defer t.inflight.Add(context.WithoutCancel(r.Context()), -1)
		next.ServeHTTP(w, r)
	})
}

// close stops the collection.
func (t *telemetry) close(ctx context.Context) error { return t.provider.Shutdown(ctx) }

func oneIf(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// maker makes instruments and keeps the first error, so that the list above reads as a list.
type maker struct {
	meter    metric.Meter
	observed []metric.Observable
	err      error
}

func (m *maker) keep(err error) {
	if m.err == nil {
		m.err = err
	}
}

func (m *maker) counter(name, doc string) metric.Int64Counter {
	c, err := m.meter.Int64Counter(name, metric.WithDescription(doc))
	m.keep(err)
	return c
}

func (m *maker) upDown(name, doc string) metric.Int64UpDownCounter {
	c, err := m.meter.Int64UpDownCounter(name, metric.WithDescription(doc))
	m.keep(err)
	return c
}

func (m *maker) gauge(name, doc string) metric.Int64ObservableGauge { return m.gaugeOf(name, "", doc) }

func (m *maker) gaugeOf(name, unit, doc string) metric.Int64ObservableGauge {
	g, err := m.meter.Int64ObservableGauge(name, metric.WithDescription(doc), metric.WithUnit(unit))
	m.keep(err)
	m.observed = append(m.observed, g)
	return g
}

func (m *maker) total(name, unit, doc string) metric.Int64ObservableCounter {
	c, err := m.meter.Int64ObservableCounter(name, metric.WithDescription(doc), metric.WithUnit(unit))
	m.keep(err)
	m.observed = append(m.observed, c)
	return c
}

func (m *maker) callback(f metric.Callback) {
	_, err := m.meter.RegisterCallback(f, m.observed...)
	m.keep(err)
}
