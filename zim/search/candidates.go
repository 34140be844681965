package search

import (
	"cmp"
	"context"
	"slices"

	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/internal/match"
)

// A candidate is an article that may hold the answer.
type candidate struct {
	shelf   int
	entry   zim.Entry
	item    zim.Item
	hit     Hit
	weight  float64 // by the words of its text
	title   float64 // how well its title meets the question, 0 to 1
	list    Match   // how the list of titles led to it; Near when it did not
	exact   bool    // the title is the whole question
	typo    bool    // it is, but for typing errors
	variant int     // which spelling of the question it is, counted from 1; 0 for that asked for
	option  bool    // a disambiguation page whose title is the question leads to it
	span    float64 // how much of the question its title is, when it stands there word by word
	named   int     // the spelling that a list of titles has it under, counted so
	score   float64
	byPath  bool     // the question is the path it is kept under
	also    []string // other editions that have it
}

// statistics are of all archives of a search together, so that weights can be compared.
type statistics struct {
	docs, length uint64
	tf           []uint64  // of each word of the question
	share        []float64 // of its weight that each has; nil stands for all
}

// rarity weighs what with of so many documents or passages have: the fewer, the more. It is never negative.
func rarity(all, with float64) float64 { return match.Ln(1 + float64((all-with+0.5)/(with+0.5))) }

// idf returns the weight of each word of the question: the rarer, the more.
func (s *statistics) idf() []float64 {
	out := make([]float64, len(s.tf))
	n := float64(s.docs)
	for i, tf := range s.tf {
		t := min(float64(tf), n)
		out[i] = float64(rarity(n, t) * s.shareOf(i))
	}
	return out
}

// shareOf is how much of its weight a word has.
func (s *statistics) shareOf(i int) float64 {
	if i >= len(s.share) {
		return 1
	}
	return s.share[i]
}

// pooled sums the statistics of the shelves.
func pooled(q *question, shelves []*shelf) *statistics {
	st := &statistics{tf: make([]uint64, len(q.words)), share: make([]float64, len(q.words))}
	for i := range q.words {
		st.share[i] = q.words[i].share()
	}
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

// rankTexts finds the best articles of the shelf by the words of their text.
func (s *shelf) rankTexts(ctx context.Context, st *statistics, idf []float64) (err error) {
	if s.hits, err = s.fullText(ctx, st, idf, articlesRanked); err != nil && !s.spoilt(err) {
		return err
	}
	return nil
}

// find ranks the articles of the shelf. floor is what the last of the best texts of all archives weighs.
func (s *shelf) find(ctx context.Context, q *question, st *statistics, idf []float64, floor float64, scan int) error {
	byEntry := map[uint32]int{}
	if err := s.findTexts(ctx, floor, byEntry); err != nil && !s.spoilt(err) {
		return err
	}
	least := floor / 2
	if err := s.findTitles(ctx, q, scan, byEntry); err != nil && !s.spoilt(err) {
		return err
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

// findTexts adds the articles with the best texts, those that a title can lift above the floor.
func (s *shelf) findTexts(ctx context.Context, floor float64, byEntry map[uint32]int) error {
	if s.index == nil {
		return nil
	}
	for _, h := range s.hits {
		if float64(h.Weight*(1+titleWeight)) < floor {
			break
		}
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
	return nil
}

// titleWeight is what a title that is the whole question adds to an article's weight.
const titleWeight = 0.5

// orderCandidates sorts by score; who is equal, by path, so that it does not matter how articles are spread over archives.
func orderCandidates(list []candidate) {
	slices.SortStableFunc(list, func(a, b candidate) int {
		return cmp.Or(boolCompare(b.exact, a.exact), boolCompare(b.byPath, a.byPath), cmp.Compare(b.score, a.score), cmp.Compare(a.hit.Path, b.hit.Path), cmp.Compare(a.shelf, b.shelf), cmp.Compare(a.entry.Index(), b.entry.Index()))
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
	terms := orTerms(s.terms, idf, fullTextNorm)
	for i, forms := range s.forms {
		for _, f := range forms {
			terms = addTerm(terms, f.term, float64(idf[i]*f.weight/st.shareOf(i)*(fullTextNorm.K1+1)))
		}
	}
	found, err := search.Find(ctx, s.index, terms)
	if err != nil {
		return nil, s.index.failed(err)
	}
	return s.withRuns(ctx, found.Hits, st, idf, limit)
}

// orTerms weighs terms, each once, with the greatest weight of the words that it stands for.
func orTerms(terms []string, idf []float64, norm match.BM25) []match.OrTerm {
	var out []match.OrTerm
	for i, t := range terms {
		out = addTerm(out, t, float64(idf[i]*(norm.K1+1)))
	}
	return out
}

// addTerm adds a term that weighs something; one that is there keeps the greater weight.
func addTerm(list []match.OrTerm, term string, weight float64) []match.OrTerm {
	if term == "" || weight <= 0 {
		return list
	}
	for i := range list {
		if list[i].Term == term {
			list[i].Weight = max(list[i].Weight, weight)
			return list
		}
	}
	return append(list, match.OrTerm{Term: term, Weight: weight})
}
