package search

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync/atomic"
	"time"

	"github.com/openzim-mcp/openzim-mcp/zim/article"
)

// A Reranker tells how well passages answer a question, by a model of the operator's. It must return when ctx ends, and may be
// called by many goroutines at once.
type Reranker interface {
	// Rerank returns a score for each of the passages, in their order: the higher, the better. Only the order of scores
	// counts.
	Rerank(ctx context.Context, query string, passages []string) ([]float64, error)
}

// An Embedder turns texts into vectors of one length, which are near to each other when the texts mean the like. It must
// return when ctx ends, and may be called by many goroutines at once.
type Embedder interface {
	Embed(ctx context.Context, texts []string) ([][]float32, error)
}

// ByMeaning returns a reranker that compares the vectors of passages with that of the question.
func ByMeaning(e Embedder) Reranker { return meaning{e} }

type meaning struct{ e Embedder }

// Rerank returns the cosines of the angles between question and passages.
func (m meaning) Rerank(ctx context.Context, query string, passages []string) ([]float64, error) {
	vectors, err := m.e.Embed(ctx, append([]string{query}, passages...))
	if err != nil {
		return nil, err
	}
	if len(vectors) != len(passages)+1 {
		return nil, fmt.Errorf("search: %d vectors for %d texts", len(vectors), len(passages)+1)
	}
	scores := make([]float64, len(passages))
	for i, v := range vectors[1:] {
		if scores[i], err = cosine(vectors[0], v); err != nil {
			return nil, err
		}
	}
	return scores, nil
}

// errNotAlike is of vectors that cannot be compared.
var errNotAlike = errors.New("search: vectors of different lengths, or of none")

// cosine is that of the angle between two vectors; 0 when one of them is zero.
func cosine(a, b []float32) (float64, error) {
	if len(a) == 0 || len(a) != len(b) {
		return 0, errNotAlike
	}
	dot, aa, bb := 0.0, 0.0, 0.0
	for i := range a {
		x, y := float64(a[i]), float64(b[i])
		dot, aa, bb = dot+float64(x*y), aa+float64(x*x), bb+float64(y*y)
	}
	if aa == 0 || bb == 0 {
		return 0, nil
	}
	return dot / math.Sqrt(float64(aa*bb)), nil
}

const (
	reranked     = 20                     // passages that a reranker sees
	rerankTime   = 300 * time.Millisecond // that it has
	rerankText   = 4000                   // characters of a passage that it sees
	rerankAtOnce = 8                      // calls that have not returned; beyond them none is made
)

// RerankStats counts what became of the calls of a reranker.
type RerankStats struct {
	Used   uint64 // its order was taken
	Late   uint64 // it had not answered when its time was up, or too many calls had not
	Failed uint64 // it failed, or what it said was no order
}

// A reranking calls a reranker and counts. The zero value never does.
type reranking struct {
	by                 Reranker
	time               time.Duration
	running            atomic.Int32
	used, late, failed atomic.Uint64
}

// RerankStats returns what became of the calls of the reranker since the beginning.
func (e *Engine) RerankStats() RerankStats {
	r := &e.reranking
	return RerankStats{r.used.Load(), r.late.Load(), r.failed.Load()}
}

// rerank puts the passages into the order of the operator's model, and leaves as many as are to be shown. The beginning of the
// article that was asked for by its title stays where it is, and what has little of the question stays behind what has more.
// Without an answer in time the order stays as it is.
func (s *asking) rerank(want Want) {
	a := s.answer
	keep := s.toShow(want)
	defer func() { // whatever was the order
		a.More += max(0, len(a.Passages)-keep)
		a.Passages = a.Passages[:min(keep, len(a.Passages))]
	}()
	if len(a.Passages) < 2 {
		return
	}
	texts := make([]string, len(a.Passages))
	for i := range a.Passages {
		p := &a.Passages[i]
		texts[i] = article.Clip(p.Title+"\n"+p.Text, rerankText)
	}
	scores, ok := s.e.reranking.call(s.ctx, s.q.text, texts, s.e.contained)
	if !ok {
		return
	}
	order := make([]int, len(scores))
	for i := range order {
		order[i] = i
	}
	asked := a.Passages[0].Score >= exactLead/2
	slices.SortStableFunc(order, func(i, j int) int {
		if asked && (i == 0 || j == 0) {
			return boolCompare(j == 0, i == 0)
		}
		if a.Passages[i].Weak != a.Passages[j].Weak {
			return boolCompare(a.Passages[i].Weak, a.Passages[j].Weak)
		}
		return boolCompare(scores[i] < scores[j], scores[j] < scores[i])
	})
	sorted := make([]Passage, len(order))
	for i, k := range order {
		sorted[i] = a.Passages[k]
	}
	a.Passages, a.Reason = sorted, ""
	s.conclude()
}

// toShow is how many of the passages are shown: as many as would be by their own order.
func (s *asking) toShow(want Want) int {
	if want.Passages > 0 {
		return want.Passages
	}
	n := 0
	for i := range s.answer.Passages {
		if s.answer.Passages[i].Score >= enoughScore*s.answer.Passages[0].Score && n < DefaultPassages {
			n++
		}
	}
	return n
}

// call asks the reranker, within its time. ok is false when there is nothing to go by.
func (r *reranking) call(ctx context.Context, query string, texts []string, contained func(any) error) (scores []float64, ok bool) {
	if r.running.Add(1) > rerankAtOnce {
		r.running.Add(-1)
		r.late.Add(1)
		return nil, false
	}
	ctx, cancel := context.WithTimeout(ctx, r.time)
	defer cancel()
	type result struct {
		scores []float64
		err    error
	}
	done := make(chan result, 1)
	go func() {
		defer r.running.Add(-1)
		var res result
		defer func() {
			if p := recover(); p != nil {
				res.err = contained(p)
			}
			done <- res
		}()
		res.scores, res.err = r.by.Rerank(ctx, query, texts)
	}()
	select {
	case res := <-done:
		return res.scores, r.count(ctx, res.err, isOrder(res.scores, len(texts)))
	case <-ctx.Done():
		return nil, r.count(ctx, ctx.Err(), false)
	}
}

// count counts a call, and reports whether its order can be taken.
func (r *reranking) count(ctx context.Context, err error, order bool) bool {
	switch {
	case err == nil && order:
		r.used.Add(1)
		return true
	case err != nil && ctx.Err() != nil:
		r.late.Add(1)
	default:
		r.failed.Add(1)
	}
	return false
}

// isOrder reports that there is a number for each of n passages.
func isOrder(scores []float64, n int) bool {
	return len(scores) == n && !slices.ContainsFunc(scores, func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) })
}
