package main

import (
	"context"

	"github.com/openzim-mcp/openzim-mcp/cmd/openzim-bench/peer"
)

// cancelTarget is within how many microseconds a cancelled search should end.
const cancelTarget = 5000

// A cancelRow is how long searches of ours went on after they were cancelled, in microseconds.
type cancelRow struct {
	Case      string  `json:"case"`
	Cancelled uint64  `json:"cancelled"` // while they ran
	Ended     uint64  `json:"ended"`     // by themselves, before the moment came
	Late      latency `json:"late_us"`   // from cancel to return
	Work      latency `json:"work_us"`   // of these, how long its thread ran: on a busy machine it waits as well
	Target    float64 `json:"target_us"` // for the worst
	Met       bool    `json:"met"`
}

// cancelling cancels searches at random moments.
func (r *searchRunner) cancelling(ctx context.Context, rep *searchReport) error {
	for _, c := range []struct{ name, list, command string }{
		{"cancelled full text", fullList, "cancel-full"},
		{"cancelled full text, nothing in memory", fullList, "cancel-full-empty"},
		{"cancelled suggestions", suggestList, "cancel-suggest"},
		{"cancelled suggestions, nothing in memory", suggestList, "cancel-suggest-empty"},
	} {
		list := r.plan.lists[c.list]
		if len(list) == 0 || !r.wanted(c.name) {
			continue
		}
		s := r.field.searchers[0]
		if _, err := r.ready(ctx, s, c.list, list); err != nil {
			return err
		}
		a, err := s.do(ctx, peer.Command{Name: c.command, Number: int64(r.flags.cancel), File: r.out})
		if err != nil {
			return err
		}
		figures, err := peer.ReadFigures(r.out)
		if err != nil {
			return err
		}
		row := cancelRow{Case: c.name, Cancelled: a.Count, Ended: a.Check, Target: cancelTarget}
		row.Late, row.Work = latencyOf(every2nd(figures, 0), 1e3), latencyOf(every2nd(figures, 1), 1e3)
		row.Met = row.Late.Worst <= cancelTarget
		rep.Cancel = append(rep.Cancel, row)
	}
	return nil
}

// every2nd takes one of two interleaved lists.
func every2nd(list []int64, from int) []int64 {
	var taken []int64
	for i := from; i < len(list); i += 2 {
		taken = append(taken, list[i])
	}
	return taken
}
