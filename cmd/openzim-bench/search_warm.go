package main

import (
	"context"

	"github.com/openzim-mcp/openzim-mcp/cmd/openzim-bench/peer"
)

// What ours should reach, as multiples of the other's speed.
const (
	searchTarget = 1.5 // full text and suggestions, warm, one thread, beside libzim in C++
	scanTarget   = 3.0 // a single term, beside Xapian
)

// A searchRow is one contender in one case. Times are microseconds a query.
type searchRow struct {
	Case      string        `json:"case"`
	Contender string        `json:"contender"`
	Queries   int           `json:"queries"` // asked in a round
	Wall      latencySpread `json:"wall"`
	CPU       spread        `json:"cpu"`
	PerSecond spread        `json:"queries_per_second"`
	Postings  spread        `json:"postings_per_second,omitzero"` // of the terms, whether all were looked at or not
	Read      float64       `json:"read_bytes"`                   // asked of files by read calls, a query, median
	Storage   float64       `json:"storage_bytes"`                // fetched from storage, a query, median
	Faster    latencySpread `json:"ours_faster,omitzero"`         // how many times as fast ours is
	FasterCPU spread        `json:"ours_faster_cpu,omitzero"`
	Target    float64       `json:"target,omitempty"` // what Faster.Mean should be at least
	Met       bool          `json:"met"`              // also true without a target
}

// warm times searches with everything in memory, on one thread.
func (r *searchRunner) warm(ctx context.Context, rep *searchReport) error {
	for _, c := range []struct{ name, list, command string }{
		{"full text, warm", fullList, "full"},
		{"full text with titles, warm", fullList, "full-titles"},
		{"full text and count, warm", fullList, "full-count"},
		{"suggestions, warm", suggestList, "suggest"},
		{"suggestions and count, warm", suggestList, "suggest-count"},
	} {
		if len(r.plan.lists[c.list]) == 0 || !r.wanted(c.name) {
			continue
		}
		rows, err := r.warmCase(ctx, c.name, c.command, r.plan.lists[c.list], r.field.searchers)
		if err != nil {
			return err
		}
		for i := range rows {
			if c.command == c.list && i > 0 && r.field.searchers[1].name == rows[i].Contender {
				rows[i].judge(searchTarget)
			}
		}
		rep.Searches = append(rep.Searches, rows...)
	}
	return r.roundTrip(ctx)
}

// judge sets a target.
func (row *searchRow) judge(target float64) {
	row.Target, row.Met = target, row.Faster.Mean.Median >= target
}

// warmCase times passes over a list. The first of who is ours.
func (r *searchRunner) warmCase(ctx context.Context, name, command string, list []string, who []*searcher) ([]searchRow, error) {
	if err := preload(r.flags.file); err != nil {
		return nil, err
	}
	who, passes, err := r.prepared(ctx, name, command, list, who)
	if err != nil {
		return nil, err
	}
	got, err := r.rounds(ctx, name, who, func(s *searcher) (turn, error) {
		return r.time(ctx, s, peer.Command{Name: command, Number: passes[s]})
	})
	return searchRows(name, who, got), err
}

// prepared returns those who can do the case, with the archive open and everything in memory, and the passes of each.
func (r *searchRunner) prepared(ctx context.Context, name, command string, list []string, who []*searcher) (able []*searcher, passes map[*searcher]int64, err error) {
	passes = make(map[*searcher]int64)
	for _, s := range who {
		if s.failed != nil {
			continue
		}
		n, err := r.ready(ctx, s, command, list)
		if err != nil {
			if err := r.drop(s, name+", "+s.name, err); err != nil {
				return nil, nil, err
			}
			continue
		}
		able, passes[s] = append(able, s), n
	}
	return able, passes, nil
}

// searchRows compares the turns of everybody with ours.
func searchRows(name string, who []*searcher, got map[*searcher][]turn) []searchRow {
	if len(who) == 0 || len(got[who[0]]) == 0 {
		return nil
	}
	ours := got[who[0]]
	var rows []searchRow
	for i, s := range who {
		turns := got[s]
		if len(turns) == 0 {
			continue
		}
		row := searchRow{
			Case: name, Contender: s.name, Queries: turns[0].queries, Met: true,
			Wall:      spreadLatencies(latencies(turns)),
			CPU:       spreadOf(values(turns, turn.cpuEach)),
			PerSecond: spreadOf(values(turns, turn.perSecond)),
			Read:      spreadOf(values(turns, func(t turn) float64 { return t.read / float64(max(t.queries, 1)) })).Median,
			Storage:   spreadOf(values(turns, func(t turn) float64 { return t.disk / float64(max(t.queries, 1)) })).Median,
		}
		if s.remote {
			row.Read, row.Storage = 0, 0 // the server's are not known
		}
		if i > 0 {
			row.Faster = latencyRatios(latencies(turns), latencies(ours))
			row.FasterCPU = spreadOf(ratios(values(turns, turn.cpuEach), values(ours, turn.cpuEach)))
		}
		rows = append(rows, row)
	}
	return rows
}

func latencies(turns []turn) []latency {
	list := make([]latency, len(turns))
	for i, t := range turns {
		list[i] = t.latency
	}
	return list
}

// roundTrip notes what HTTP costs by itself, for who is asked that way.
func (r *searchRunner) roundTrip(ctx context.Context) error {
	for _, s := range r.field.searchers {
		if !s.remote || s.failed != nil {
			continue
		}
		name := "round trip, " + s.name
		n, err := r.ready(ctx, s, "round-trip", make([]string, 100))
		if err != nil {
			return r.drop(s, name, err)
		}
		t, err := r.time(ctx, s, peer.Command{Name: "round-trip", Number: n})
		if err != nil {
			return r.drop(s, name, err)
		}
		r.note("%s: %.0f µs of each search are HTTP: what a page that does not exist takes (median)", s.name, t.P50)
	}
	return nil
}
