package server

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/openzim-mcp/openzim-mcp/zim/search"
)

// searchStats are the numbers of the engine; ok is false before there is one.
type searchStats func() (r search.RerankStats, a search.ArticleStats, ok bool)

// searchStats asks the engine of the surface.
func (c *core) searchStats() (r search.RerankStats, a search.ArticleStats, ok bool) {
	if c.surface == nil {
		return r, a, false
	}
	e := c.surface.Engine()
	return e.RerankStats(), e.ArticleStats(), true
}

// observeSearch registers what became of the calls of the operator's model, and what searches keep of articles. The engine
// may come later than the metrics: stats tells nothing then.
func observeSearch(meter metric.Meter, m *maker, stats searchStats) {
	if stats == nil {
		return
	}
	own := &maker{meter: meter}
	calls := own.total("openzim_mcp.rerank_calls", "", "Calls of the operator's model, by outcome: used, late, failed.")
	kept := own.gaugeOf("openzim_mcp.article_cache", "By", "Articles in memory that searches have read, as words and as documents.")
	limit := own.gaugeOf("openzim_mcp.article_cache_limit", "By", "Most of them that is kept in memory.")
	hits := own.total("openzim_mcp.article_cache_hits", "", "Articles found in memory.")
	misses := own.total("openzim_mcp.article_cache_misses", "", "Articles that had to be read.")
	own.callback(func(_ context.Context, ob metric.Observer) error {
		r, a, ok := stats()
		if !ok {
			return nil
		}
		for outcome, n := range map[string]uint64{"used": r.Used, "late": r.Late, "failed": r.Failed} {
			ob.ObserveInt64(calls, int64(n), metric.WithAttributes(attribute.String("outcome", outcome)))
		}
		ob.ObserveInt64(kept, a.Bytes)
		ob.ObserveInt64(limit, a.MaxBytes)
		ob.ObserveInt64(hits, int64(a.Hits))
		ob.ObserveInt64(misses, int64(a.Misses))
		return nil
	})
	if own.err != nil {
		m.keep(own.err)
	}
}
