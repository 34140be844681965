package search

import (
	"context"
	"strings"

	"github.com/openzim-mcp/openzim-mcp/zim/internal/match"
)

// findTitles adds articles by their titles: the question itself, and titles made of its words.
func (s *shelf) findTitles(ctx context.Context, q *question, scan int, byEntry map[uint32]int) error {
	if err := s.listed(ctx, q, scan, byEntry); err != nil || s.titles == nil {
		return err
	}
	hits, err := s.titleHits(ctx, q)
	if err != nil {
		return err
	}
	for _, h := range hits {
		e, ok, err := s.titles.entry(ctx, h.Doc)
		if err != nil {
			return err
		}
		if ok {
			if err := s.take(ctx, e, 0, byEntry); err != nil {
				return err
			}
		}
	}
	return nil
}

// listed adds what the lists of titles and paths have under the question, as it is; where there is no index of titles, also
// what stands near it there.
func (s *shelf) listed(ctx context.Context, q *question, scan int, byEntry map[uint32]int) error {
	ts := newTitleSearch("", s.a, q.text)
	if err := ts.exact(ctx); err != nil {
		return err
	}
	if s.titles == nil {
		if err := ts.nearby(ctx, scan); err != nil {
			return err
		}
	}
	s.note(ts.broken)
	hits := ts.hits()
	for _, h := range hits[:min(len(hits), articlesRanked)] {
		e, err := s.a.LookupNS(ctx, h.Namespace, h.Path)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if s.note(err); err != nil {
			continue
		}
		if err := s.take(ctx, e, 0, byEntry); err != nil {
			return err
		}
		if i, ok := byEntry[e.Index()]; ok {
			s.found[i].alias(h.From)
			s.found[i].list = h.Match
		}
	}
	return nil
}

// titleNorm prefers short titles: those with the fewest words that were not asked for.
var titleNorm = match.BM25{K1: 1, B: 1}

// titleHits returns the titles with the most of the question's words.
func (s *shelf) titleHits(ctx context.Context, q *question) ([]match.Hit, error) {
	terms, idf := make([]string, len(q.words)), make([]float64, len(q.words))
	docs := float64(s.titles.Size().Docs)
	for i, w := range q.words {
		t := w.index
		if !w.solid && match.StartsWithLetter(t) && s.titles.language != "" {
			t = string(stemMark) + s.stems.of(t)
		}
		st, err := s.titles.term(ctx, t)
		if err != nil {
			return nil, err
		}
		if st.TF > 0 {
			tf := min(float64(st.TF), docs)
			terms[i], idf[i] = t, rarity(docs, tf)
		}
	}
	search := match.OrSearch{Limit: titlesRanked, Norm: titleNorm}
	found, err := search.Find(ctx, s.titles, orTerms(terms, idf, titleNorm))
	return found.Hits, s.titles.failed(err)
}

// judge compares the title and the redirect that led to it with the question.
func (s *shelf) judge(q *question, idf []float64, c *candidate) {
	whole := fold(q.text)
	m, exact := s.titleMatch(q, idf, whole, c.hit.Title)
	if c.hit.From != "" {
		n, ex := s.titleMatch(q, idf, whole, c.hit.From)
		if n > m {
			m, exact = n, ex
		} else {
			c.hit.From = ""
		}
	}
	if c.list == Prefix || c.list == Words { // some words of the title only begin with words of the question
		m = max(m, begunTitle)
	}
	if c.list == Exact { // by its path or as it is written
		m, exact = 1, true
	}
	c.title, c.exact = m, exact
	switch {
	case c.list == Exact:
		c.hit.Match = Exact
	case exact:
		c.hit.Match = Folded
	case m > 0:
		c.hit.Match = Words
	}
}

// begunTitle is what a title is worth that begins with the question or has all its words as beginnings.
const begunTitle = 0.3

// butArticle is what a title is worth that is the question but for an article: "Sea" for "the Sea". One with the article
// comes before it.
const butArticle = 0.9

// titleMatch is how much of the question a title has, times how much of the title the question has.
func (s *shelf) titleMatch(q *question, idf []float64, whole, title string) (m float64, exact bool) {
	folded := fold(title)
	if folded == whole {
		return 1, true
	}
	if strings.TrimPrefix(folded, "the ") == strings.TrimPrefix(whole, "the ") {
		return butArticle, true
	}
	index := map[string]int{}
	for i, w := range q.words {
		index[s.key(w.textWord)] = i
	}
	total, covered, words, shared := 0.0, 0.0, 0, 0
	for _, v := range idf {
		total += v
	}
	seen := map[int]bool{}
	readWords(plain(title), func(w textWord, _ int) {
		i, ok := index[s.key(w)]
		if ok && !seen[i] {
			seen[i] = true
			covered += idf[i]
		}
		switch {
		case ok:
			words, shared = words+1, shared+1
		case !grammar[w.text]:
			words++
		}
	})
	if words == 0 || total <= 0 {
		return 0, false
	}
	return float64(covered/total) * float64(shared) / float64(words), false
}

// key is what words are compared by.
func (s *shelf) key(w textWord) string {
	if w.solid {
		return w.text
	}
	return s.stems.of(w.text)
}
