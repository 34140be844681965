package main

import (
	"context"
	"time"

	"github.com/openzim-mcp/openzim-mcp/cmd/openzim-bench/peer"
)

// firstQueries is how many queries are each the first one after the archive was opened.
const firstQueries = 20

// cold times searches after the file left the page cache: the first one together with opening the archive, and a
// pass over some, each asked once. A server that is asked over HTTP takes no part: it reads before it answers.
func (r *searchRunner) cold(ctx context.Context, rep *searchReport) error {
	for _, c := range []struct {
		name, list, command string
		first               bool
	}{
		{"full text, cold file, open and first query", fullList, "full", true},
		{"full text, cold file", fullList, "full", false},
		{"full text with titles, cold file", fullList, "full-titles", false},
		{"suggestions, cold file, open and first query", suggestList, "suggest", true},
		{"suggestions, cold file", suggestList, "suggest", false},
	} {
		list := r.plan.lists[c.list]
		if len(list) == 0 || !r.wanted(c.name) {
			continue
		}
		turn := r.coldPass
		list = list[:min(len(list), r.flags.cold)]
		if c.first {
			turn, list = r.firstOnes, list[:min(len(list), firstQueries)]
		}
		var who []*searcher
		for _, s := range r.field.searchers {
			if !s.remote {
				who = append(who, s)
			}
		}
		if err := r.coldCase(ctx, rep, c.name, c.command, list, who, turn); err != nil {
			return err
		}
	}
	return preload(r.flags.file)
}

// A coldTurn asks s a list of queries of a cold file.
type coldTurn func(ctx context.Context, s *searcher, command string, list []string) (turn, error)

func (r *searchRunner) coldCase(ctx context.Context, rep *searchReport, name, command string, list []string, who []*searcher, do coldTurn) error {
	got, err := r.rounds(ctx, name, who, func(s *searcher) (turn, error) { return do(ctx, s, command, list) })
	rep.Searches = append(rep.Searches, searchRows(name, who, got)...)
	return err
}

// chill drops the file's pages, and has s load queries.
func (r *searchRunner) chill(ctx context.Context, s *searcher, list []string) error {
	if err := r.field.closeArchives(); err != nil {
		return err
	}
	file, err := r.plan.write(list)
	if err != nil {
		return err
	}
	if _, err := s.do(ctx, peer.Command{Name: "queries", File: file}); err != nil {
		return err
	}
	return evict(r.flags.file)
}

// coldPass times the queries one by one. The mean, and all that is not of a single query, has its share of opening the
// archive before: libzim reads its tables then, ours when it needs them.
func (r *searchRunner) coldPass(ctx context.Context, s *searcher, command string, list []string) (turn, error) {
	if err := r.chill(ctx, s, list); err != nil {
		return turn{}, err
	}
	before, err := s.proc.Usage()
	if err != nil {
		return turn{}, err
	}
	opened, err := s.do(ctx, r.open(s))
	if err != nil {
		return turn{}, err
	}
	between, err := s.proc.Usage()
	if err != nil {
		return turn{}, err
	}
	t, err := r.time(ctx, s, peer.Command{Name: command, Number: 1})
	t.wall += opened.Wall.Seconds()
	t.cpu += opened.CPU.Seconds()
	t.Mean += opened.Wall.Seconds() * 1e6 / float64(max(t.queries, 1))
	t.read += float64(between.Read - before.Read)
	t.disk += float64(between.Storage - before.Storage)
	return t, err
}

// firstOnes times opening and one query together, for each query anew.
func (r *searchRunner) firstOnes(ctx context.Context, s *searcher, command string, list []string) (turn, error) {
	var sum turn
	var took []int64
	for i := range list {
		if err := r.chill(ctx, s, list[i:i+1]); err != nil {
			return sum, err
		}
		before, err := s.proc.Usage()
		if err != nil {
			return sum, err
		}
		opened, err := s.do(ctx, r.open(s))
		if err != nil {
			return sum, err
		}
		asked, err := s.do(ctx, peer.Command{Name: command, Number: 1})
		if err != nil {
			return sum, err
		}
		after, err := s.proc.Usage()
		if err != nil {
			return sum, err
		}
		wall := opened.Wall + asked.Wall
		took = append(took, int64(wall/time.Nanosecond))
		sum.wall += wall.Seconds()
		sum.cpu += (opened.CPU + asked.CPU).Seconds()
		sum.read += float64(after.Read - before.Read)
		sum.disk += float64(after.Storage - before.Storage)
	}
	sum.latency, sum.queries = latencyOf(took, 1e3), len(took)
	return sum, nil
}
