package search

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/internal/match"
)

// findTitles adds articles by their titles: the question itself, also in other spellings, and titles made of its words.
func (s *shelf) findTitles(ctx context.Context, q *question, scan int, byEntry map[uint32]int) error {
	if err := s.namesakes(ctx, q.text, 0, scan, byEntry); err != nil {
		return err
	}
	for i, v := range q.variants {
		if err := s.namesakes(ctx, v.text, i+1, 0, byEntry); err != nil {
			return err
		}
	}
	switch {
	case s.titles != nil:
		return s.indexedTitles(ctx, q, byEntry)
	case s.listed != nil:
		return s.listedTitles(ctx, q, byEntry)
	}
	return nil
}

// indexedTitles adds the titles with the most of the question's words, by the archive's index of them.
func (s *shelf) indexedTitles(ctx context.Context, q *question, byEntry map[uint32]int) error {
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

// listedTitles does the same where there is no such index.
func (s *shelf) listedTitles(ctx context.Context, q *question, byEntry map[uint32]int) error {
	var lists [][]uint32
	var weights []float64
	for _, w := range q.words {
		for _, f := range w.titleForms() {
			if f.solid && utf8.RuneCountInString(f.text) == 1 {
				continue // it is in too many titles to say anything
			}
			if list := s.listed.alike(f.text, s.stems); len(list) > 0 {
				lists, weights = append(lists, list), append(weights, float64(s.listed.rarity(list)*f.weight))
			}
		}
	}
	for _, index := range s.listed.best(lists, weights, titlesRanked) {
		e, err := s.a.Entry(ctx, index)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if s.note(err); err != nil {
			continue
		}
		if err := s.take(ctx, e, 0, byEntry); err != nil {
			return err
		}
	}
	return nil
}

// titleForms are the words that a title may have for one of the question.
func (w *asked) titleForms() []form {
	list := append([]form{{textWord: w.textWord, index: w.index, weight: 1}}, w.forms...)
	return append(list, w.guesses...)
}

// namesakes adds what the lists of titles and paths have under a text, the question or a variant of it, as it is; where there
// is no index of titles, also what stands near it there, if scan allows.
func (s *shelf) namesakes(ctx context.Context, text string, variant, scan int, byEntry map[uint32]int) error {
	ts := newTitleSearch("", s.a, text)
	if err := ts.exact(ctx); err != nil {
		return err
	}
	if s.titles == nil && scan > 0 {
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
		if err := s.takeNamesake(ctx, e, h, variant, byEntry); err != nil {
			return err
		}
	}
	return nil
}

// takeNamesake adds an entry that a list of titles led to.
func (s *shelf) takeNamesake(ctx context.Context, e zim.Entry, h Hit, variant int, byEntry map[uint32]int) error {
	if err := s.take(ctx, e, 0, byEntry); err != nil {
		return err
	}
	i, ok := byEntry[e.Index()]
	if !ok {
		return nil
	}
	c := &s.found[i]
	c.alias(h.From)
	if variant == 0 {
		c.list = min(c.list, h.Match)
	} else if c.named == 0 {
		c.named = variant
	}
	return nil
}

// titleNorm prefers short titles: those with the fewest words that were not asked for.
var titleNorm = match.BM25{K1: 1, B: 1}

// titleHits returns the titles with the most of the question's words.
func (s *shelf) titleHits(ctx context.Context, q *question) ([]match.Hit, error) {
	var terms []match.OrTerm
	docs := float64(s.titles.Size().Docs)
	for _, w := range q.words {
		for _, f := range w.titleForms() {
			t := s.titleTerm(f.textWord, f.index)
			st, err := s.titles.term(ctx, t)
			if err != nil {
				return nil, err
			}
			if st.TF > 0 {
				idf := rarity(docs, min(float64(st.TF), docs))
				terms = addTerm(terms, t, float64(idf*f.weight*(titleNorm.K1+1)))
			}
		}
	}
	search := match.OrSearch{Limit: titlesRanked, Norm: titleNorm}
	found, err := search.Find(ctx, s.titles, terms)
	return found.Hits, s.titles.failed(err)
}

// titleTerm is what a word is in the index of titles.
func (s *shelf) titleTerm(w textWord, index string) string {
	if !w.solid && match.StartsWithLetter(index) && s.titles.language != "" {
		return string(stemMark) + s.stems.of(index)
	}
	return index
}

// judge compares the title and the redirect that led to it with the question.
func (s *shelf) judge(q *question, idf []float64, c *candidate) {
	tm := s.titleMatcher(q, idf)
	m := tm.match(c.hit.Title)
	for _, part := range titleParts(c.hit.Title) {
		if n := tm.matchPart(part); n.better(m) {
			m = n
		}
	}
	if c.hit.From != "" {
		if n := tm.match(c.hit.From); n.better(m) {
			m = n
		} else {
			c.hit.From = ""
		}
	}
	if c.list == Prefix || c.list == Words { // some words of the title only begin with words of the question
		m.value = max(m.value, begunTitle)
	}
	switch {
	case c.list == Exact: // by its path or as it is written
		m = titleMatch{value: 1, exact: true}
	case c.named > 0 && !m.exact:
		m = titleMatch{value: q.variants[c.named-1].weight, exact: true, variant: c.named}
	}
	c.title, c.exact, c.variant, c.typo, c.span = m.value, m.exact, m.variant, m.typo, m.span
	c.byPath = c.exact && c.hit.Path == strings.ReplaceAll(q.text, " ", "_")
	switch {
	case c.list == Exact:
		c.hit.Match = Exact
	case m.exact && m.variant == 0 && !m.typo:
		c.hit.Match = Folded
	case m.value > 0:
		c.hit.Match = Words
	}
}

// begunTitle is what a title is worth that begins with the question or has all its words as beginnings.
const begunTitle = 0.3

// butArticle is what a title is worth that is the question but for an article: "Sea" for "the Sea". One with the article
// comes before it.
const butArticle = 0.9

// A titleMatch is how well a title meets the question.
type titleMatch struct {
	value   float64 // 0 to 1
	exact   bool    // the title is the whole question
	variant int     // which spelling of the question it is, counted from 1; 0 for that asked for
	typo    bool    // it is the whole question but for typing errors
	span    float64 // how much of the question it is, when it stands there word by word
}

func (m titleMatch) better(than titleMatch) bool {
	if m.exact != than.exact {
		return m.exact
	}
	return m.value+m.span > than.value+than.span
}

// A titleMatcher compares titles with one question.
type titleMatcher struct {
	s     *shelf
	q     *question
	idf   []float64
	whole string // the question, folded
	total float64
	index map[string]int // words of the question, and other forms of them, by what they are compared by

	asked      []spanToken // the question; nil until a title is looked for in it
	spanWeight []float64   // of each word of it
	spanTotal  float64
}

// titleMatcher returns one, the same for all titles of the shelf.
func (s *shelf) titleMatcher(q *question, idf []float64) *titleMatcher {
	if s.matcher != nil && s.matcher.q == q {
		return s.matcher
	}
	t := &titleMatcher{s: s, q: q, idf: idf, whole: fold(q.text), index: map[string]int{}}
	for i, w := range q.words {
		t.index[s.key(w.textWord)] = i
		t.total += idf[i]
	}
	for i, w := range q.words {
		for _, f := range w.forms {
			if _, ok := t.index[s.key(f.textWord)]; !ok {
				t.index[s.key(f.textWord)] = i
			}
		}
	}
	s.matcher = t
	return t
}

// match is how much of the question a title has, times how much of the title the question has.
func (t *titleMatcher) match(title string) titleMatch {
	folded := fold(title)
	if folded == t.whole {
		return titleMatch{value: 1, exact: true}
	}
	if t.s.withoutArticle(folded) == t.s.withoutArticle(t.whole) {
		return titleMatch{value: butArticle, exact: true}
	}
	for i, v := range t.q.variants {
		if folded == v.folded || t.s.withoutArticle(folded) == t.s.withoutArticle(v.folded) {
			return titleMatch{value: v.weight, exact: true, variant: i + 1}
		}
	}
	m := titleMatch{}
	form := t.form(title)
	m.value, m.span = form*t.shared(title), form*t.span(title)
	if d, ok := t.mistyped(folded); ok {
		m.value, m.exact, m.typo = max(m.value, spelling{distance: d}.weight()), true, true
	}
	return m
}

// shared is how much of the question's weight a title has, times how many of its words the question has.
func (t *titleMatcher) shared(title string) float64 {
	covered, words, shared := 0.0, 0, 0
	seen := map[int]bool{}
	readWords(plain(title), func(w textWord, _ int) {
		i, ok := t.index[t.s.key(w)]
		if ok && !seen[i] {
			seen[i] = true
			covered += t.idf[i]
		}
		switch {
		case ok:
			words, shared = words+1, shared+1
		case !grammar[w.text]:
			words++
		}
	})
	if words == 0 || t.total <= 0 {
		return 0
	}
	return float64(covered/t.total) * float64(shared) / float64(words)
}

// Titles that are the whole question but for typing errors are long enough for these to be told from other words.
const (
	mistypedOnce  = 5  // letters of a question that one error is looked for in
	mistypedTwice = 9  // the same of two
	mistypedLong  = 20 // letters of a question that may lack a word
	mistypedMost  = 80 // longer ones are no titles
)

// mistyped reports whether a folded title is the whole question but for typing errors, and how many. Digits are never
// taken for others, and where the archives have all words of the question, these are what was asked for.
func (t *titleMatcher) mistyped(folded string) (errors int, ok bool) {
	n := utf8.RuneCountInString(t.whole)
	if n < mistypedOnce || n > mistypedMost || hasSolid(t.whole) {
		return 0, false
	}
	most := 1
	if n >= mistypedTwice {
		most = 2
	}
	d := distance(t.whole, folded, most)
	if d > most || digits(folded) != digits(t.whole) {
		return 0, false
	}
	if strings.ReplaceAll(folded, " ", "") == strings.ReplaceAll(t.whole, " ", "") {
		return 1, true
	}
	if !t.doubtful(folded, n) {
		return 0, false
	}
	return d, true
}

// doubtful reports whether the question may be a title that differs by some letters: it has a word that nothing has, or it
// is long and lacks only a short word.
func (t *titleMatcher) doubtful(folded string, n int) bool {
	own := strings.Fields(folded)
	other := false
	for _, w := range strings.Fields(t.whole) {
		if !slices.Contains(own, w) {
			if other = true; !t.q.has(w) {
				return true
			}
		}
	}
	return !other && n >= mistypedLong
}

// digits returns the digits of a text.
func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

// has reports whether a folded word is one of the archives', as far as is known.
func (q *question) has(word string) bool {
	for _, w := range q.words {
		if fold(w.whole) == word || w.text == word {
			return !w.nowhere
		}
	}
	return grammar[word]
}

// key is what words are compared by.
func (s *shelf) key(w textWord) string {
	if w.solid {
		return w.text
	}
	return s.stems.of(w.text)
}
