package main

import (
	"context"
	"fmt"

	"github.com/openzim-mcp/openzim-mcp/cmd/openzim-bench/peer"
)

// growthTarget is how many times the throughput of one thread two of ours should have.
const growthTarget = 1.8

// threadCounts is how many search at once.
func threadCounts() []int64 { return []int64{1, 2, 4, 8, 16, 32, 64} }

// A scaleRow is the throughput of one contender with so many threads.
type scaleRow struct {
	Case      string  `json:"case"`
	Contender string  `json:"contender"`
	Archives  string  `json:"archives"` // shared: the threads search in one open archive; own: each in its own
	Threads   int64   `json:"threads"`
	PerSecond spread  `json:"queries_per_second"`
	P99       spread  `json:"p99_us"`
	Growth    spread  `json:"growth"` // times the throughput of one thread in the same round
	Cores     spread  `json:"cores"`  // CPU time by elapsed time: how many processors it really had
	Target    float64 `json:"target,omitempty"`
	Met       bool    `json:"met"`
}

// A lane is a contender on shared or own archives.
type lane struct {
	*searcher
	archives string
}

// scaling times searches from many threads.
func (r *searchRunner) scaling(ctx context.Context, rep *searchReport) error {
	for _, c := range []struct{ name, list, command string }{
		{"full text, many threads", fullList, "full"}, {"suggestions, many threads", suggestList, "suggest"},
	} {
		if len(r.plan.lists[c.list]) == 0 || !r.wanted(c.name) {
			continue
		}
		rows, err := r.scalingCase(ctx, c.name, c.command, r.plan.lists[c.list])
		if err != nil {
			return err
		}
		rep.Scaling = append(rep.Scaling, rows...)
	}
	return nil
}

func (r *searchRunner) scalingCase(ctx context.Context, name, command string, list []string) ([]scaleRow, error) {
	if err := preload(r.flags.file); err != nil {
		return nil, err
	}
	able, passes, err := r.prepared(ctx, name, command, list, r.field.searchers)
	if err != nil {
		return nil, err
	}
	var lanes []lane
	for _, s := range able {
		for _, archives := range s.threads {
			lanes = append(lanes, lane{s, archives})
		}
	}
	got, out := make(map[lane]map[int64][]turn), make(map[*searcher]bool)
	for round := range r.flags.rounds {
		for i := range lanes {
			l := lanes[(i+round)%len(lanes)]
			if out[l.searcher] {
				continue
			}
			done, err := r.climb(ctx, name, l, peer.Command{Name: command, Number: passes[l.searcher]}, got)
			if err != nil {
				return nil, err
			}
			out[l.searcher] = done
		}
	}
	return scaleRows(name, lanes, got), nil
}

// climb times a lane with every number of threads, close together in time. It says whether the contender is done:
// it failed, or is so slow that one round must do.
func (r *searchRunner) climb(ctx context.Context, name string, l lane, c peer.Command, got map[lane]map[int64][]turn) (done bool, err error) {
	if got[l] == nil {
		got[l] = make(map[int64][]turn)
	}
	for _, threads := range threadCounts() {
		t, err := r.share(ctx, l, threads, c)
		if err != nil {
			where := fmt.Sprintf("%s, %s on %s archive, %d threads", name, l.name, l.archives, threads)
			return true, r.drop(l.searcher, where, err)
		}
		got[l][threads] = append(got[l][threads], t)
		done = done || r.tooSlow(t)
	}
	_, err = l.do(ctx, peer.Command{Name: "threads", Number: 1, File: "shared"})
	return done || err != nil, r.drop(l.searcher, name, err)
}

// share times one number of threads.
func (r *searchRunner) share(ctx context.Context, l lane, threads int64, c peer.Command) (turn, error) {
	if _, err := l.do(ctx, peer.Command{Name: "threads", Number: threads, File: l.archives}); err != nil {
		return turn{}, err
	}
	if !l.remote { // new threads have memory of their own to fill
		if _, err := l.do(ctx, peer.Command{Name: c.Name, Number: 1}); err != nil {
			return turn{}, err
		}
	}
	return r.time(ctx, l.searcher, c)
}

// scaleRows sums the turns of all lanes up.
func scaleRows(name string, lanes []lane, got map[lane]map[int64][]turn) []scaleRow {
	var rows []scaleRow
	for i, l := range lanes {
		one := values(got[l][1], turn.perSecond)
		for _, threads := range threadCounts() {
			turns := got[l][threads]
			if len(turns) == 0 {
				continue
			}
			row := scaleRow{
				Case: name, Contender: l.name, Archives: l.archives, Threads: threads, Met: true,
				PerSecond: spreadOf(values(turns, turn.perSecond)),
				P99:       spreadOf(values(turns, func(t turn) float64 { return t.P99 })),
				Growth:    spreadOf(ratios(values(turns, turn.perSecond), one)),
				Cores:     spreadOf(values(turns, func(t turn) float64 { return t.cpu / max(t.wall, 1e-9) })),
			}
			if i == 0 && threads == 2 {
				row.Target, row.Met = growthTarget, row.Growth.Median >= growthTarget
			}
			rows = append(rows, row)
		}
	}
	return rows
}
