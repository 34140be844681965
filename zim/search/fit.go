package search

import "slices"

// Words of grammar are left out of English questions alone. In other languages they stand among the words that no answer
// repeats, as do words whose endings change or that nobody took apart: there a passage is not poor as long as it has as much
// of the words, in any form, and of their pieces. Measured on questions in five languages.
const (
	weakFit  = 0.42 // of a question
	halfWord = 0.5  // of the pieces of a word: a passage with as many may have another form of it
)

// fits reports that a passage has enough of a question of which nothing was left out.
func (s *asking) fits(x *scored) bool { return !s.q.isEnglish() && s.likeness(x) >= weakFit }

// english are words of grammar that no other language has.
var english = setOf("the who which what when where how why does did are")

// isEnglish reports that a question has words of English grammar.
func (q *question) isEnglish() bool {
	return slices.ContainsFunc(foldedWords(q.text), func(w string) bool { return english[w] })
}

// likeness is how much a passage has of the words of the question, in any form, and of its pieces, 0 to 1. Single characters and
// pairs of them that no article has were cut from the middle of words: they do not count.
func (s *asking) likeness(x *scored) float64 {
	p := s.pool
	all, has := 0.0, 0.0
	for i, v := range p.idf {
		if s.q.words[i].solid && s.stats.tf[i] == 0 && x.counts[i] == 0 {
			continue
		}
		all += v
		has += float64(v * s.part(x, i))
	}
	if all == 0 {
		return 0
	}
	pieces, found := 0.0, 0.0
	for _, w := range p.weights {
		pieces += w
	}
	for _, c := range x.pieces {
		found += p.weights[c.piece]
	}
	words := has / all
	if pieces == 0 {
		return words
	}
	return words - float64(p.spaced*(words-found/pieces)/2)
}

// part is how much of a word a passage has: all, or so much of its pieces that it may be another form.
func (s *asking) part(x *scored, word int) float64 {
	w := &s.q.words[word]
	switch {
	case x.counts[word] > 0:
		return 1
	case w.solid:
		return 0
	}
	pieces := s.pool.pieces.of(w.text, nil)
	n := 0
	for _, c := range x.pieces {
		if slices.Contains(pieces, c.piece) {
			n++
		}
	}
	if part := float64(n) / float64(max(len(pieces), 1)); part >= halfWord {
		return part
	}
	return 0
}
