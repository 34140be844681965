package search

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/internal/match"
	"github.com/openzim-mcp/openzim-mcp/zim/library"
)

// A shelf is an archive that takes part in a search.
type shelf struct {
	ref     string // as it was asked for
	a       *zim.Archive
	status  library.Status
	release func()
	busy    hold

	index    *archiveIndex // of its text; nil when it has none
	titles   *archiveIndex // of its titles; nil when it has none
	language string        // of the stemmer
	stems    *stems
	terms    []string           // what each word of the question is in the index of the text; "" for one that was left out of it
	tf       []uint64           // documents with each of them
	runs     map[int]runPosting // by number of the word: documents that have it inside longer terms
	found    []candidate

	late, out bool // not done in time; takes no part any more
	next, err error
	broken    error // the first damaged entry met; the others are still found
}

// A candidate is an article that may hold the answer.
type candidate struct {
	shelf  int
	entry  zim.Entry
	item   zim.Item
	hit    Hit
	weight float64 // by the words of its text
	title  float64 // how well its title meets the question, 0 to 1
	list   Match   // how the list of titles led to it; Near when it did not
	exact  bool    // the title is the whole question
	score  float64
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

// open opens the indexes and looks the words of the question up in them.
func (s *shelf) open(ctx context.Context, e *Engine, q *question) (err error) {
	pair := e.indexes.of(s.a)
	if s.index, err = pair.full.get(ctx); err != nil && !errors.Is(err, zim.ErrNoIndex) {
		return err
	}
	if s.titles, err = pair.titles.get(ctx); err != nil && !errors.Is(err, zim.ErrNoIndex) {
		return err
	}
	switch {
	case s.index != nil:
		s.language = s.index.language
	case s.titles != nil:
		s.language = s.titles.language
	default:
		s.language = s.status.Meta.Language
	}
	s.stems = e.borrowStems(s.language)
	return s.look(ctx, q)
}

// look finds the terms of the question's words in the shelf's index and how many documents have them.
func (s *shelf) look(ctx context.Context, q *question) error {
	s.terms, s.tf = make([]string, len(q.words)), make([]uint64, len(q.words))
	if s.index == nil {
		return nil
	}
	for i, w := range q.words {
		if w.index == "" || s.index.stop.Has(w.index) {
			continue
		}
		t := w.index
		if !w.solid {
			t = s.stems.of(w.index)
		}
		st, err := s.index.term(ctx, t)
		if err != nil {
			return err
		}
		s.terms[i], s.tf[i] = t, uint64(st.TF)
		if st.TF > 0 || !w.solid || utf8.RuneCountInString(w.text) != 2 {
			continue
		}
		docs, err := s.runPostings(ctx, w.text)
		if err != nil {
			return err
		}
		if len(docs) > 0 {
			if s.runs == nil {
				s.runs = map[int]runPosting{}
			}
			s.terms[i], s.tf[i], s.runs[i] = "", uint64(len(docs)), docs
		}
	}
	return nil
}

// pooled sums the statistics of the shelves.
func pooled(q *question, shelves []*shelf) *statistics {
	st := &statistics{tf: make([]uint64, len(q.words))}
	for _, s := range shelves {
		if s.out || s.index == nil { // who is late may still be at it
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

// find ranks the articles of the shelf.
func (s *shelf) find(ctx context.Context, q *question, st *statistics, idf []float64, scan int) error {
	hits, err := s.fullText(ctx, st, idf, articlesRanked)
	if err != nil {
		return err
	}
	byEntry := map[uint32]int{}
	for _, h := range hits {
		e, ok, err := s.index.entry(ctx, h.Doc)
		if err != nil {
			return err
		}
		if ok {
			if err := s.take(ctx, e, h.Weight, byEntry); err != nil {
				return err
			}
		}
	}
	if err := s.findTitles(ctx, q, scan, byEntry); err != nil {
		return err
	}
	least := 0.0
	if len(hits) > 0 {
		least = hits[len(hits)-1].Weight / 2
	}
	if len(s.found) == 0 && s.broken != nil {
		return s.broken
	}
	for i := range s.found {
		c := &s.found[i]
		s.judge(q, idf, c)
		w := c.weight
		if w == 0 { // its text is not among the best, or there is no index of it
			w = max(least, c.title)
		}
		c.score = float64(w * (1 + float64(titleWeight*c.title)))
	}
	orderCandidates(s.found)
	s.found = s.found[:min(len(s.found), articlesRanked)]
	return nil
}

// titleWeight is what a title that is the whole question adds to an article's weight.
const titleWeight = 0.5

// orderCandidates sorts by score; who is equal, by path, so that it does not matter how articles are spread over archives.
func orderCandidates(list []candidate) {
	slices.SortStableFunc(list, func(a, b candidate) int {
		return cmp.Or(boolCompare(b.exact, a.exact), cmp.Compare(b.score, a.score), cmp.Compare(a.hit.Path, b.hit.Path), cmp.Compare(a.shelf, b.shelf), cmp.Compare(a.entry.Index(), b.entry.Index()))
	})
}

func boolCompare(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// take adds an article, or its weight when it is there already. Redirects lead to their target. It fails only with ctx: one
// damaged entry takes nothing from the others.
func (s *shelf) take(ctx context.Context, e zim.Entry, weight float64, byEntry map[uint32]int) error {
	h, item, err := hitOf(ctx, "", e, Near)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	s.note(err)
	if err != nil || !h.readable() {
		return nil
	}
	target := item.Entry()
	if i, ok := byEntry[target.Index()]; ok {
		c := &s.found[i]
		c.weight = max(c.weight, weight)
		if h.From != "" && weight == 0 {
			c.alias(h.From)
		}
		return nil
	}
	byEntry[target.Index()] = len(s.found)
	s.found = append(s.found, candidate{entry: target, item: item, hit: h, weight: weight, list: Near})
	return nil
}

// note keeps the first damage.
func (s *shelf) note(err error) {
	if isDamage(err) && s.broken == nil {
		s.broken = err
	}
}

// alias notes a redirect whose title was found; which one is shown is judged later.
func (c *candidate) alias(title string) {
	if c.hit.From == "" && title != "" {
		c.hit.From = title
	}
}

// fullTextNorm weighs articles. In the lengths of documents the words of titles count many times, so that little hangs on it.
var fullTextNorm = match.BM25{K1: 1, B: 0.5}

// fullText returns the best articles of a shelf by the words they have, at most limit.
func (s *shelf) fullText(ctx context.Context, st *statistics, idf []float64, limit int) ([]match.Hit, error) {
	if s.index == nil {
		return nil, nil
	}
	search := match.OrSearch{Limit: limit, Norm: fullTextNorm, Average: float64(st.length) / float64(max(st.docs, 1))}
	found, err := search.Find(ctx, s.index, orTerms(s.terms, idf, fullTextNorm))
	if err != nil {
		return nil, s.index.failed(err)
	}
	return s.withRuns(ctx, found.Hits, st, idf, limit), nil
}

// orTerms weighs terms, each once, with the greatest weight of the words that it stands for.
func orTerms(terms []string, idf []float64, norm match.BM25) []match.OrTerm {
	var out []match.OrTerm
	at := map[string]int{}
	for i, t := range terms {
		w := float64(idf[i] * (norm.K1 + 1))
		if t == "" || w <= 0 {
			continue
		}
		if k, ok := at[t]; ok {
			out[k].Weight = max(out[k].Weight, w)
			continue
		}
		at[t] = len(out)
		out = append(out, match.OrTerm{Term: t, Weight: w})
	}
	return out
}

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
			terms[i], idf[i] = t, match.Ln(1+float64((docs-tf+0.5)/(tf+0.5)))
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
	c.title, c.exact = m, exact || c.list == Exact
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

// titleMatch is how much of the question a title has, times how much of the title the question has.
func (s *shelf) titleMatch(q *question, idf []float64, whole, title string) (m float64, exact bool) {
	folded := fold(title)
	if folded == whole {
		return 1, true
	}
	if strings.TrimPrefix(folded, "the ") == strings.TrimPrefix(whole, "the ") {
		return 1, true
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
