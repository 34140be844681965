package server

import (
	"context"

	"go.opentelemetry.io/otel/metric"

	"github.com/openzim-mcp/openzim-mcp/zim/search"
)

// observeIndexes registers what searches of indexes cost. It keeps its first error in m.
func observeIndexes(meter metric.Meter, m *maker, stats func() search.IndexStats) {
	own := &maker{meter: meter}
	open := own.gauge("openzim_mcp.index_open", "Search indexes that are open.")
	cached := own.gaugeOf("openzim_mcp.index_cache", "By", "Blocks of search indexes and lengths of documents in memory.")
	limit := own.gaugeOf("openzim_mcp.index_cache_limit", "By", "Most of them that is kept in memory.")
	hits := own.total("openzim_mcp.index_cache_hits", "", "Blocks and pages of lengths found in memory.")
	misses := own.total("openzim_mcp.index_cache_misses", "", "Blocks and pages of lengths that had to be read.")
	evictions := own.total("openzim_mcp.index_cache_evictions", "", "Blocks and pages of lengths dropped from memory.")
	reads := own.total("openzim_mcp.index_reads", "", "Reads of search indexes, of one block or several.")
	read := own.total("openzim_mcp.index_read", "By", "Bytes read of search indexes.")
	ahead := own.total("openzim_mcp.index_read_ahead", "", "Blocks read before they were asked for.")
	pages := own.total("openzim_mcp.index_length_pages", "", "Pages of the lengths of 4096 documents decoded.")
	searches := own.total("openzim_mcp.index_searches", "", "Searches of an index.")
	cancelled := own.total("openzim_mcp.index_searches_cancelled", "", "Searches of an index that were cancelled or took too long.")
	damaged := own.total("openzim_mcp.index_damaged", "", "Search indexes found to be damaged.")
	own.callback(func(_ context.Context, ob metric.Observer) error {
		s := stats()
		ob.ObserveInt64(open, int64(s.Open))
		ob.ObserveInt64(cached, s.Bytes)
		ob.ObserveInt64(limit, s.MaxBytes)
		ob.ObserveInt64(hits, int64(s.Hits))
		ob.ObserveInt64(misses, int64(s.Misses))
		ob.ObserveInt64(evictions, int64(s.Evictions))
		ob.ObserveInt64(reads, int64(s.Reads))
		ob.ObserveInt64(read, int64(s.ReadBytes))
		ob.ObserveInt64(ahead, int64(s.ReadAhead))
		ob.ObserveInt64(pages, int64(s.Pages))
		ob.ObserveInt64(searches, int64(s.Searches))
		ob.ObserveInt64(cancelled, int64(s.Cancelled))
		ob.ObserveInt64(damaged, int64(s.Damaged))
		return nil
	})
	if own.err != nil {
		m.keep(own.err)
	}
}
