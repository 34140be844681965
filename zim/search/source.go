package search

import (
	"context"

	"github.com/openzim-mcp/openzim-mcp/zim/internal/glass"
	"github.com/openzim-mcp/openzim-mcp/zim/internal/match"
)

// A glassSource is an index of an archive as package match reads it. It is safe for
// concurrent use; what it returns is of one search.
type glassSource struct {
	x    *glass.Index
	tops prefixTops
}

// Size returns what the index says of itself.
func (s *glassSource) Size() match.Size {
	v := s.x.Version()
	return match.Size{Docs: v.DocCount, LastDoc: v.LastDocID, Length: v.TotalLength, Shortest: v.MinLength, Longest: v.MaxLength}
}

// HasPositions reports whether phrases can be told from their words.
func (s *glassSource) HasPositions() bool { return s.x.HasPositions() }

// Postings returns the documents with a term.
func (s *glassSource) Postings(ctx context.Context, term string, reuse match.Postings) (match.Postings, match.TermStats, error) {
	var name [64]byte
	spare, _ := reuse.(*glass.Postings)
	p, err := s.x.Postings(ctx, append(name[:0], term...), spare)
	return p, match.TermStats(p.Stats()), err
}

// Positions returns a reader of where a term stands. The anchor of titles is always first.
func (s *glassSource) Positions(ctx context.Context, term string, reuse match.Positions) match.Positions {
	if term == anchorTerm {
		return anchored{}
	}
	spare, _ := reuse.(*glass.Positions)
	return s.x.Positions(ctx, []byte(term), spare)
}

// Lengths returns a reader of the lengths of documents.
func (s *glassSource) Lengths(ctx context.Context) match.Lengths { return s.x.Lengths(ctx) }

// Expand returns the most frequent terms under a prefix, as [match.Source] wants them.
func (s *glassSource) Expand(ctx context.Context, prefix string, limit int) ([]match.Expansion, bool, error) {
	top, err := s.tops.of(ctx, s.x, prefix, limit)
	return top.terms, top.exact, err
}

// anchored are the positions of the anchor, in titles that have it.
type anchored struct{}

var anchorPosition = []uint32{1}

// At returns the first position.
func (anchored) At(uint32) []uint32 { return anchorPosition }

// Err returns nil.
func (anchored) Err() error { return nil }
