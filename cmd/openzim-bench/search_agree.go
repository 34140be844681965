package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/openzim-mcp/openzim-mcp/cmd/openzim-bench/peer"
)

// shownDifferences is how many of each row the report holds.
const shownDifferences = 50

// An agreeRow says for how many queries a peer finds what ours finds, read in the peer's dialect: the same first
// ten paths in the same order.
type agreeRow struct {
	Case        string       `json:"case"`
	Contender   string       `json:"contender"`
	Dialect     int          `json:"dialect"`
	Queries     int          `json:"queries"`
	Same        int          `json:"same"`
	Differences []difference `json:"differences,omitempty"` // the first 50
}

type difference struct {
	Query  string   `json:"query"`
	Ours   []string `json:"ours"`
	Theirs []string `json:"theirs"`
}

// agreement compares the answers of everybody.
func (r *searchRunner) agreement(ctx context.Context, rep *searchReport) error {
	for _, c := range []struct{ name, list string }{
		{"answers of full text", fullList}, {"answers of suggestions", suggestList},
	} {
		list := r.plan.lists[c.list]
		if len(list) == 0 || !r.wanted(c.name) {
			continue
		}
		for _, s := range r.field.searchers[1:] {
			if s.failed != nil {
				continue
			}
			row, err := r.agreeing(ctx, s, c.list, list)
			if err != nil {
				if err := r.drop(s, c.name, err); err != nil {
					return err
				}
				continue
			}
			row.Case = c.name
			rep.Agreement = append(rep.Agreement, row)
		}
	}
	return nil
}

func (r *searchRunner) agreeing(ctx context.Context, s *searcher, kind string, list []string) (agreeRow, error) {
	own := r.field.ours(s.dialect)
	row := agreeRow{Contender: s.name, Dialect: own.dialect, Queries: len(list)}
	var got [2][][]string
	for i, who := range []*searcher{own, s} {
		file, err := r.plan.write(list)
		if err != nil {
			return row, err
		}
		if _, err := who.do(ctx, r.open(who), peer.Command{Name: "queries", File: file}, peer.Command{Name: "hits-" + kind, File: r.out}); err != nil {
			return row, err
		}
		if got[i], err = peer.ReadHits(r.out); err != nil {
			return row, err
		}
		if len(got[i]) != len(list) {
			return row, fmt.Errorf("%s answered %d of %d queries", who.name, len(got[i]), len(list))
		}
	}
	row.compare(list, got[0], got[1])
	return row, nil
}

// compare counts the queries with equal answers and keeps the others.
func (row *agreeRow) compare(list []string, ours, theirs [][]string) {
	for i, q := range list {
		switch {
		case slices.Equal(ours[i], theirs[i]):
			row.Same++
		case len(row.Differences) < shownDifferences:
			row.Differences = append(row.Differences, difference{q, ours[i], theirs[i]})
		}
	}
}
