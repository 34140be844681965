package search

import (
	"context"

	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/internal/match"
)

// A shelf is an archive that takes part in a search.
type shelf struct {
	ref   string // as the library names it
	a     *zim.Archive
	index *archiveIndex // of its text; nil when it has none
	terms []string      // what each word of the question is in that index; "" for one that was left out of it
	tf    []uint64      // documents with each of them
}

// A candidate is an article that may hold the answer.
type candidate struct {
	shelf  int
	entry  zim.Entry
	weight float64
}

// statistics are of all archives of a search together, so that weights can be compared.
type statistics struct {
	docs, length uint64
	tf           []uint64 // of each word of the question
}

// idf returns the weight of each word of the question: the rarer, the more.
func (s *statistics) idf() []float64 {
	out := make([]float64, len(s.tf))
	n := float64(s.docs)
	for i, tf := range s.tf {
		t := min(float64(tf), n)
		out[i] = match.Ln(1 + float64((n-t+0.5)/(t+0.5)))
	}
	return out
}

// look finds the terms of the question's words in the shelf's index and how many documents have them.
func (s *shelf) look(ctx context.Context, q *question) error {
	s.terms, s.tf = make([]string, len(q.words)), make([]uint64, len(q.words))
	if s.index == nil {
		return nil
	}
	st := newStems(s.index.language)
	var asked []string
	for i, w := range q.words {
		if s.index.stop.Has(w.index) || w.index == "" {
			continue
		}
		s.terms[i] = w.index
		if !w.solid {
			s.terms[i] = st.of(w.index)
		}
		asked = append(asked, s.terms[i])
	}
	got, err := match.Gather(ctx, s.index, asked...)
	if err != nil {
		return s.index.failed(err)
	}
	for i, t := range s.terms {
		s.tf[i] = got.TF[t]
	}
	return nil
}

// pooled sums the statistics of the shelves.
func pooled(q *question, shelves []*shelf) *statistics {
	st := &statistics{tf: make([]uint64, len(q.words))}
	for _, s := range shelves {
		if s.index == nil {
			continue
		}
		size := s.index.Size()
		st.docs += uint64(size.Docs)
		st.length += size.Length
		for i, tf := range s.tf {
			st.tf[i] += tf
		}
	}
	return st
}

// fullTextScheme weighs articles. The lengths of documents count the words of titles many times, so that it hardly matters.
var fullTextScheme = match.BM25{K1: 1, B: 0.5}

// fullText returns the best articles of a shelf by the words they have, at most limit.
func (s *shelf) fullText(ctx context.Context, st *statistics, limit int) ([]match.Hit, error) {
	var parts []*match.Query
	stats := &match.Statistics{Docs: st.docs, Length: st.length, TF: map[string]uint64{}}
	for i, t := range s.terms {
		if s.tf[i] == 0 {
			continue
		}
		if _, ok := stats.TF[t]; !ok {
			parts = append(parts, match.Term(t))
		}
		stats.TF[t] = max(stats.TF[t], st.tf[i])
	}
	if len(parts) == 0 {
		return nil, nil
	}
	search := match.Search{Limit: limit, Scheme: fullTextScheme, Stats: stats}
	hits, err := search.Top(ctx, s.index, match.Or(parts...))
	return hits, s.index.failed(err)
}
