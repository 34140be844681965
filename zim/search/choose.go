package search

import (
	"slices"

	"github.com/openzim-mcp/openzim-mcp/zim/article"
	"github.com/openzim-mcp/openzim-mcp/zim/internal/match"
)

// When a passage is shown, and when it is told to be poor. Measured on the development questions.
const (
	perArticle    = 2    // passages of one article, unless it is clearly meant
	sameArticle   = 0.8  // of the best score, for one more of an article
	enoughScore   = 0.55 // of the best one's: who is below is shown only when more passages are asked for
	sameWords     = 0.8  // part of its words that a passage may share with one shown
	fewWords      = 12   // different ones: a shorter passage repeats nobody
	featureShare  = 1.0 / 3
	spanWeight    = 0.4 // of a title that stands in the question word by word
	kindPenalty   = 0.3 // of pages that only lead elsewhere
	leadWeight    = 0.05
	longestLookup = 200 // passages looked at for the ones to show
)

// choose takes the passages to show.
func (s *asking) choose() {
	most, least := s.want.Passages, 0.0
	if most <= 0 {
		most = DefaultPassages
	}
	shown := map[int]int{}
	var kept []map[string]bool
	var taken []*scored
	for i := range s.pool.list[:min(len(s.pool.list), longestLookup)] {
		x := &s.pool.list[i]
		if x.score <= 0 || x.score < least {
			break
		}
		if !s.drafts[x.source].full || shown[x.source] >= s.mostOf(x.source) && !s.meant(x, shown[x.source]) || !s.selects(x) || !s.present(x) {
			continue
		}
		words := wordSet(x.render())
		if k := slices.IndexFunc(kept, func(k map[string]bool) bool { return overlap(words, k) > sameWords }); k >= 0 && len(words) >= fewWords {
			if s.stands(x, taken[k]) {
				shown[taken[k].source]--
				shown[x.source]++
				x, taken[k] = taken[k], x
				s.answer.Passages[k] = s.passage(taken[k])
			}
			s.doubles(&s.answer.Passages[k], x)
			continue
		}
		if len(s.answer.Passages) == most {
			s.answer.More++
			continue
		}
		kept, taken = append(kept, words), append(taken, x)
		shown[x.source]++
		s.answer.Passages = append(s.answer.Passages, s.passage(x))
		if s.want.Passages <= 0 && least == 0 && len(s.options[x.source]) == 0 {
			least = float64(x.score * enoughScore)
		}
	}
	s.conclude()
}

// sameScore is how much of a passage's score another one with the same text must have to be shown in its place.
const sameScore = 0.93

// stands reports whether a passage is shown in the place of one that says the same: its article answers to the title of the
// other without what that adds, as a manual stands before its translations, or is the better one as a whole.
func (s *asking) stands(x, shown *scored) bool {
	a, b := &s.found[x.source], &s.found[shown.source]
	if x.source == shown.source || a.shelf != b.shelf || x.score < float64(sameScore*shown.score) || b.exact {
		return false
	}
	if part, other := wordSet(a.hit.Title), wordSet(b.hit.Title); len(part) != len(other) && overlap(part, other) == 1 {
		return len(part) < len(other)
	}
	return a.title+a.span == b.title+b.span && a.score > b.score
}

// allowed reports whether a passage may be shown, by what was quoted and excluded. In a question of more words than the
// quoted ones these are a name that not every sentence on its bearer repeats: there the article must have it.
func (s *asking) allowed(x *scored) bool {
	if s.q.reading == "" {
		return true
	}
	if len(s.q.phrases) == 0 || !s.q.quotesName() {
		return s.q.allows(x.render())
	}
	return !s.q.excludes(x.render()) && s.quoting(x.source)
}

// quoting reports whether an article has all that was quoted.
func (s *asking) quoting(source int) bool {
	if has, ok := s.quotes[source]; ok {
		return has
	}
	d := s.drafts[source].doc
	text := s.found[source].hit.Title + "\n" + d.Text(d.Whole())
	has := s.q.quoted(foldedWords(text))
	s.quotes[source] = has
	return has
}

// weigh adds what is known of the articles, and sorts anew.
func (s *asking) weigh() {
	for i := range s.pool.list {
		x := &s.pool.list[i]
		c := &s.found[x.source]
		f := 1 + float64(titleWeight*featureShare*c.title) + float64(spanWeight*c.span)
		switch x.doc.Kind {
		case article.Disambiguation, article.Category, article.Placeholder, article.Redirect:
			f -= kindPenalty
		}
		x.score *= float64(f * s.shelves[c.shelf].fitting)
		if x.first { // a title leads to the beginning of its article
			x.score += float64(c.title * leadWeight)
		}
		if x.first && c.exact {
			x.score += float64(exactLead * c.title * s.shelves[c.shelf].fitting)
		}
	}
	slices.SortStableFunc(s.pool.list, func(a, b scored) int {
		switch {
		case a.score > b.score:
			return -1
		case a.score < b.score:
			return 1
		}
		return 0
	})
}

// exactLead lifts the beginning of the article whose title is the whole question above every other passage, the better the
// title is met the higher.
const exactLead = 100

// mostOf is how many passages of an article are shown: more when its title is the question.
func (s *asking) mostOf(source int) int {
	if len(s.options[source]) > 0 {
		return 1
	}
	if s.found[source].exact {
		return DefaultPassages
	}
	return perArticle
}

// meant reports that an article of which so many passages are shown has one more that is nearly as good as the best: it is
// what is asked about.
func (s *asking) meant(x *scored, shown int) bool {
	return shown == perArticle && x.score >= float64(sameArticle*s.pool.list[0].score)
}

// selects reports whether a passage is among those that the operators of the question ask for: it has what was quoted, its
// title has what must stand there, and neither has what was excluded.
func (s *asking) selects(x *scored) bool {
	return s.allowed(x) && s.q.allowsTitle(s.found[x.source].hit.Title)
}

func (s *asking) passage(x *scored) Passage {
	c := &s.found[x.source]
	return Passage{Hit: s.hitFor(c), Part: x.part(), Weak: s.weak(x) && !s.fits(x), Score: x.score, Doc: x.doc, Options: s.options[x.source], Also: c.also}
}

// conclude says why an answer is poor, if it is.
func (s *asking) conclude() {
	a := s.answer
	switch {
	case len(a.Passages) > 0 && !a.Passages[0].Weak:
	case s.ctx.Err() != nil:
		a.Reason = OutOfTime
	case len(s.q.words) == 0:
		a.Reason = NoWords
	case len(a.Passages) > 0:
		a.Reason = WeakMatch
	case a.Searched > 0 && len(a.Titles) == a.Searched:
		a.Reason = NoFullText
	default:
		a.Reason = NoMatch
	}
	slices.Sort(a.Failed)
	slices.Sort(a.Late)
	slices.Sort(a.Titles)
}

// wordSet returns the different words of a text. What stands between two signs counts as one word where a script has no
// spaces: single characters of such a script are in every text.
func wordSet(text string) map[string]bool {
	set := map[string]bool{}
	for w := range match.Words(plain(text), false) {
		set[w.Term] = true
	}
	return set
}

// overlap is the part of the smaller set's words that are in the other.
func overlap(a, b map[string]bool) float64 {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(a) == 0 {
		return 0
	}
	n := 0
	for w := range a {
		if b[w] {
			n++
		}
	}
	return float64(n) / float64(len(a))
}
