package search

import (
	"context"
	"sync"
	"unicode/utf8"

	"github.com/openzim-mcp/openzim-mcp/zim/internal/glass"
	"github.com/openzim-mcp/openzim-mcp/zim/internal/match"
)

const (
	walkedTerms  = 1_000_000 // under a prefix
	walkedLeaves = 8192      // 64 MiB of blocks
)

// A glassSource is an index of an archive as package match reads it. It is safe for
// concurrent use; what it returns is of one search.
type glassSource struct {
	x        *glass.Index
	prefixes sync.Map // of one or two characters, with expandLimit: []match.Expansion
}

// Size returns what the index says of itself.
func (s *glassSource) Size() match.Size {
	v := s.x.Version()
	return match.Size{Docs: v.DocCount, LastDoc: v.LastDocID, Length: v.TotalLength, Shortest: v.MinLength, Longest: v.MaxLength}
}

// HasPositions reports whether phrases can be told from their words.
func (s *glassSource) HasPositions() bool { return s.x.HasPositions() }

// Postings returns the documents with a term.
func (s *glassSource) Postings(ctx context.Context, term string) (match.Postings, match.TermStats, error) {
	p, err := s.x.Postings(ctx, []byte(term), nil)
	return p, match.TermStats(p.Stats()), err
}

// Positions returns a reader of where a term stands. The anchor of titles is always first.
func (s *glassSource) Positions(ctx context.Context, term string) match.Positions {
	if term == anchorTerm {
		return anchored{}
	}
	return s.x.Positions(ctx, []byte(term), nil)
}

// Lengths returns a reader of the lengths of documents.
func (s *glassSource) Lengths(ctx context.Context) match.Lengths { return s.x.Lengths(ctx) }

// Expand returns the most frequent terms under a prefix. Those of short prefixes, of which a
// large index has to read very many terms, are kept.
func (s *glassSource) Expand(ctx context.Context, prefix string, limit int) ([]match.Expansion, error) {
	short := limit == expandLimit && utf8.RuneCountInString(prefix) <= 2
	if short {
		if kept, ok := s.prefixes.Load(prefix); ok {
			return kept.([]match.Expansion), nil
		}
	}
	all, err := s.under(ctx, prefix)
	if err != nil {
		return nil, err
	}
	top := match.Frequent(all, limit)
	if short && len(all) > expandLimit {
		s.prefixes.Store(prefix, append([]match.Expansion(nil), top...))
	}
	return top, nil
}

// under returns the terms under a prefix in byte order, up to a bound.
func (s *glassSource) under(ctx context.Context, prefix string) ([]match.Expansion, error) {
	var all []match.Expansion
	t := s.x.Terms(ctx, []byte(prefix))
	for len(all) < walkedTerms && t.Leaves() < walkedLeaves && t.Next() {
		if len(all)%1024 == 1023 && ctx.Err() != nil { // terms of blocks at hand are read without asking
			return nil, ctx.Err()
		}
		all = append(all, match.Expansion{Term: string(t.Term()), TermStats: match.TermStats(t.Stats())})
	}
	return all, t.Err()
}

// anchored are the positions of the anchor, in titles that have it.
type anchored struct{}

var anchorPosition = []uint32{1}

// At returns the first position.
func (anchored) At(uint32) []uint32 { return anchorPosition }

// Err returns nil.
func (anchored) Err() error { return nil }
