package main

import (
	"context"

	"github.com/openzim-mcp/openzim-mcp/cmd/openzim-bench/peer"
)

// beyondTarget is how many bytes an open index of ours may hold besides the cache.
const beyondTarget = 1 << 20

// A searchMemory is what a fresh process holds, in bytes above what it held before it opened the archive.
type searchMemory struct {
	Contender string `json:"contender"`
	Base      int64  `json:"base_bytes"`   // of the process before
	Open      int64  `json:"open_bytes"`   // after open
	First     int64  `json:"first_bytes"`  // after one query of each kind
	All       int64  `json:"all_bytes"`    // after all of them
	Files     int64  `json:"files_bytes"`  // the part of All that is mapped files
	Peak      int64  `json:"peak_bytes"`   // largest so far, above Base
	Cache     int64  `json:"cache_bytes"`  // of ours: blocks and lengths in its cache, after all queries
	Beyond    int64  `json:"beyond_bytes"` // of ours: what the open indexes keep besides
	Met       bool   `json:"met"`          // Beyond is at most 1 MiB; true for others
}

// memory measures everybody in a process of their own.
func (r *searchRunner) memory(ctx context.Context, rep *searchReport) error {
	if !r.wanted("memory") {
		return nil
	}
	for i, s := range r.field.searchers {
		if s.remote || s.failed != nil {
			continue
		}
		m, err := r.memoryOf(ctx, s.argv, i == 0)
		if err != nil {
			if err := r.drop(s, "memory", err); err != nil {
				return err
			}
			continue
		}
		rep.Memory = append(rep.Memory, m)
	}
	return nil
}

func (r *searchRunner) memoryOf(ctx context.Context, argv []string, ours bool) (m searchMemory, err error) {
	s, err := startSearcher(argv)
	if err != nil {
		return m, err
	}
	defer s.proc.Close()
	var at [4]peer.Usage
	for i := range at {
		switch i {
		case 1:
			_, err = s.do(ctx, r.open(s))
		case 2:
			err = r.askBoth(ctx, s, 1)
		case 3:
			err = r.askBoth(ctx, s, r.flags.number)
		}
		if err != nil {
			return m, err
		}
		if at[i], err = s.proc.Usage(); err != nil {
			return m, err
		}
	}
	base := at[0].RSS
	m = searchMemory{
		Contender: s.name, Base: base, Open: at[1].RSS - base, First: at[2].RSS - base, All: at[3].RSS - base,
		Files: at[3].RSSFile - at[0].RSSFile, Peak: at[3].Peak - base, Met: true,
	}
	if ours {
		err = r.beyond(ctx, s, &m)
	}
	return m, err
}

// askBoth asks the first n queries of each kind.
func (r *searchRunner) askBoth(ctx context.Context, s *searcher, n int) error {
	for _, kind := range []string{fullList, suggestList} {
		list := r.plan.lists[kind]
		if len(list) == 0 {
			continue
		}
		file, err := r.plan.write(list[:min(n, len(list))])
		if err != nil {
			return err
		}
		if _, err := s.do(ctx, peer.Command{Name: "queries", File: file}, peer.Command{Name: kind, Number: 1}); err != nil {
			return err
		}
	}
	return nil
}

// beyond compares the heap with and without the engine.
func (r *searchRunner) beyond(ctx context.Context, s *searcher, m *searchMemory) error {
	with, err := s.do(ctx, peer.Command{Name: "heap"})
	if err != nil {
		return err
	}
	without, err := s.do(ctx, peer.Command{Name: "forget"}, peer.Command{Name: "heap"})
	if err != nil {
		return err
	}
	m.Cache = int64(with.Check)
	m.Beyond = int64(with.Count) - int64(with.Check) - int64(without.Count)
	m.Met = m.Beyond <= beyondTarget
	return nil
}
