package main

import (
	"context"
	"strings"

	"github.com/openzim-mcp/openzim-mcp/cmd/openzim-bench/peer"
)

// A costRow is what a query of ours takes besides time.
type costRow struct {
	Case        string  `json:"case"`
	Allocations float64 `json:"allocations"`      // a query, warm
	Allocated   float64 `json:"allocated_bytes"`  // a query, warm
	Touches     float64 `json:"touches"`          // accesses of blocks a query, warm, repeated ones too
	Missed      float64 `json:"touches_missed"`   // of these, not in memory
	Blocks      latency `json:"distinct_blocks"`  // different blocks a query needs
	Pages       float64 `json:"pages_of_lengths"` // decoded by a query that finds nothing in memory
	ReadBytes   latency `json:"read_bytes"`       // read by such a query, ahead of need too
	ReadCalls   float64 `json:"read_calls"`       // of such a query
}

// cost counts allocations, blocks and bytes of ours.
func (r *searchRunner) cost(ctx context.Context, rep *searchReport) error {
	for _, c := range []struct{ name, list string }{
		{"cost of full text", fullList}, {"cost of suggestions", suggestList},
	} {
		list := r.plan.lists[c.list]
		if len(list) == 0 || !r.wanted(c.name) {
			continue
		}
		row, err := r.costOf(ctx, c.list, list)
		if err != nil {
			return err
		}
		row.Case, _ = strings.CutPrefix(c.name, "cost of ")
		rep.Cost = append(rep.Cost, row)
	}
	return nil
}

func (r *searchRunner) costOf(ctx context.Context, kind string, list []string) (row costRow, err error) {
	s := r.field.searchers[0]
	if _, err := r.ready(ctx, s, kind, list); err != nil {
		return row, err
	}
	n := float64(len(list))
	for _, c := range []struct {
		command peer.Command
		take    func(a peer.Answer, figures []int64)
	}{
		{peer.Command{Name: "allocations", Number: 1, File: kind}, func(a peer.Answer, _ []int64) {
			row.Allocations, row.Allocated = float64(a.Count)/n, float64(a.Check)/n
		}},
		{peer.Command{Name: "touches", Number: 1, File: kind}, func(a peer.Answer, _ []int64) {
			row.Touches, row.Missed = float64(a.Count)/n, float64(a.Check)/n
		}},
		{peer.Command{Name: "blocks-" + kind, File: r.out}, func(a peer.Answer, figures []int64) {
			row.Blocks, row.Pages = latencyOf(figures, 1), float64(a.Check)/n
		}},
		{peer.Command{Name: "reads-" + kind, File: r.out}, func(a peer.Answer, figures []int64) {
			row.ReadBytes, row.ReadCalls = latencyOf(figures, 1), float64(a.Count)/n
		}},
	} {
		a, err := s.do(ctx, c.command)
		if err != nil {
			return row, err
		}
		var figures []int64
		if c.command.File == r.out {
			if figures, err = peer.ReadFigures(r.out); err != nil {
				return row, err
			}
		}
		c.take(a, figures)
	}
	return row, nil
}
