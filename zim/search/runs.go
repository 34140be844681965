package search

import (
	"context"
	"errors"
	"slices"
	"sync"
	"unicode/utf8"

	"github.com/openzim-mcp/openzim-mcp/zim/internal/match"
)

// The writers of indexes took Chinese, Japanese and Korean apart only since libzim 8.2, and Thai, Lao, Khmer and Myanmar
// never: there a term is all that stands between two signs of punctuation, and no word of a question is one. runTerms finds
// the terms that hold a pair of characters instead. It takes a walk over that part of the vocabulary, once, and is left out
// where that is too large.
type runTerms struct {
	mu      sync.Mutex
	walking chan struct{} // closed when the walk that goes on has ended; nil when none does
	done    bool
	byPair  map[string][]string // terms of three characters and more with each pair; nil when there are none or too many
}

const (
	runTermsMost  = 200_000
	runBytesMost  = 8 << 20
	runBlocksMost = 2048
	runDocsMost   = 50_000   // documents of one pair of characters
	firstSolid    = "\u0e00" // no character of such a script comes before
)

// errTooMany ends a walk that would hold too much.
var errTooMany = errors.New("search: too many terms")

// of returns the terms that hold a pair. One goroutine walks, within the bounds above; others wait for it or for the end of
// their contexts. A walk that was broken off is begun anew by the next.
func (r *runTerms) of(ctx context.Context, ix *archiveIndex, pair string) ([]string, error) {
	for {
		r.mu.Lock()
		if r.done {
			defer r.mu.Unlock()
			return r.byPair[pair], nil
		}
		if r.walking == nil {
			r.walking = make(chan struct{})
			r.mu.Unlock()
			if err := r.walk(ctx, ix); err != nil {
				return nil, err
			}
			continue
		}
		other := r.walking
		r.mu.Unlock()
		select {
		case <-other:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// walk reads the terms for all who wait.
func (r *runTerms) walk(ctx context.Context, ix *archiveIndex) error {
	var byPair map[string][]string
	err := ctx.Err() // of a panic, too, nobody waits for ever
	defer func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		if err == nil {
			r.done, r.byPair = true, byPair
		}
		close(r.walking)
		r.walking = nil
	}()
	if err == nil {
		err = errors.New("search: walk over terms broken off")
		byPair, err = walkRuns(ctx, ix)
	}
	if errors.Is(err, errTooMany) {
		err = nil
	}
	return err
}

// walkRuns reads the part of the vocabulary that begins with solid characters.
func walkRuns(ctx context.Context, ix *archiveIndex) (map[string][]string, error) {
	byPair := map[string][]string{}
	bytes := 0
	v := ix.vocabulary(ctx, walkLimit{terms: runTermsMost, blocks: runBlocksMost})
	for ok := v.seek(firstSolid); ok; ok = v.next() {
		term := string(v.term())
		if !hasSolid(term) || utf8.RuneCountInString(term) < 3 {
			continue
		}
		for _, pair := range pairsOf(term) {
			if list := byPair[pair]; len(list) == 0 || list[len(list)-1] != term {
				byPair[pair] = append(list, term)
				bytes += 16
			}
		}
		if bytes += len(term) + 16; bytes > runBytesMost {
			return nil, errTooMany
		}
	}
	switch {
	case v.err() != nil:
		return nil, v.err()
	case v.stopped() == boundTime:
		return nil, ctx.Err()
	case v.stopped() != unbound:
		return nil, errTooMany
	}
	return byPair, nil
}

// pairsOf returns the pairs of neighbouring characters of a term.
func pairsOf(term string) []string {
	var out []string
	readWords(term, func(w textWord, _ int) {
		if w.solid && utf8.RuneCountInString(w.text) == 2 {
			out = append(out, w.text)
		}
	})
	return out
}

// A runPosting says how often a document has a word of the question, by all the terms that hold it.
type runPosting map[uint32]uint32

// runPostings reads the documents that have a pair of characters inside longer terms.
func (s *shelf) runPostings(ctx context.Context, pair string) (runPosting, error) {
	if s.index.side != nil { // every pair is a term
		return nil, nil
	}
	terms, err := s.index.runs.of(ctx, s.index, pair)
	if err != nil || len(terms) == 0 {
		return nil, err
	}
	docs := runPosting{}
	for _, t := range append([]string{pair}, terms...) {
		p, _, err := s.index.Postings(ctx, t, nil)
		if err != nil {
			return nil, s.index.failed(err)
		}
		for p.Next() && len(docs) < runDocsMost {
			docs[p.DocID()] += p.WDF()
		}
		if err := errors.Join(p.Err(), ctx.Err()); err != nil {
			return nil, s.index.failed(err)
		}
	}
	return docs, nil
}

// withRuns adds what documents weigh by words that stand inside longer terms to hits by whole terms.
func (s *shelf) withRuns(ctx context.Context, hits []match.Hit, st *statistics, idf []float64, limit int) ([]match.Hit, error) {
	if len(s.runs) == 0 {
		return hits, nil
	}
	weight := map[uint32]float64{}
	for _, h := range hits {
		weight[h.Doc] = h.Weight
	}
	lengths := s.index.Lengths(ctx)
	average := float64(st.length) / float64(max(st.docs, 1))
	for _, i := range sortedRuns(s.runs) {
		if err := errors.Join(lengths.Err(), ctx.Err()); err != nil {
			return nil, s.index.failed(err)
		}
		for doc, wdf := range s.runs[i] {
			page, first := lengths.Page(doc)
			norm := 0.0
			if doc >= first && int(doc-first) < len(page) {
				norm = float64(page[doc-first]) / average
			}
			k := float64(fullTextNorm.K1 * (1 - fullTextNorm.B + float64(fullTextNorm.B*norm)))
			weight[doc] += float64(idf[i] * (fullTextNorm.K1 + 1) * float64(wdf) / (float64(wdf) + k))
		}
	}
	out := make([]match.Hit, 0, len(weight))
	for doc, w := range weight {
		out = append(out, match.Hit{Doc: doc, Weight: w})
	}
	slices.SortFunc(out, func(a, b match.Hit) int {
		switch {
		case a.Weight > b.Weight:
			return -1
		case a.Weight < b.Weight:
			return 1
		}
		return int(int64(a.Doc) - int64(b.Doc))
	})
	return out[:min(len(out), limit)], s.index.failed(lengths.Err())
}

// sortedRuns gives a fixed order: sums of weights must not hang on that of a map.
func sortedRuns(runs map[int]runPosting) []int {
	var keys []int
	for i := range runs {
		keys = append(keys, i)
	}
	slices.Sort(keys)
	return keys
}
