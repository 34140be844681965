package search

import "slices"

// A spanToken is a word of a text that titles are looked for in: one of the question's words, or one that only the text
// itself is compared by.
type spanToken struct {
	word int    // number of the word of the question; -1 for none
	text string // "" when it is a word of the question
}

// ownerWeight is how many times as much a word weighs in a title that is part of the question when it is whose something is:
// "Plato's cave" asks about Plato.
const ownerWeight = 2

// tokens reads a text as words of the question where it has them.
func (t *titleMatcher) tokens(text string, owner func(word int)) []spanToken {
	var out []spanToken
	readWords(plain(text), func(w textWord, _ int) {
		if i, ok := t.index[t.s.key(w)]; ok {
			out = append(out, spanToken{word: i})
			if withoutPossessive(w.text) != w.text {
				owner(i)
			}
			return
		}
		out = append(out, spanToken{word: -1, text: w.text})
	})
	return out
}

// span is how much of the question's weight a title has that stands in it word by word, 0 when it does not.
func (t *titleMatcher) span(title string) float64 {
	if t.asked == nil {
		t.readSpans()
	}
	own := t.tokens(title, func(int) {})
	if len(own) > 1 && own[0].word < 0 && grammar[own[0].text] && !t.inSpan(own) {
		own = own[1:] // a leading article
	}
	if t.spanTotal <= 0 || !t.inSpan(own) {
		return 0
	}
	covered := 0.0
	for i, w := range own {
		if w.word >= 0 && !slices.Contains(own[:i], w) {
			covered += t.spanWeight[w.word]
		}
	}
	return covered / t.spanTotal
}

// readSpans reads the question as titles are.
func (t *titleMatcher) readSpans() {
	t.spanWeight = slices.Clone(t.idf)
	owners := map[int]bool{}
	t.asked = t.tokens(t.q.text, func(word int) { owners[word] = true })
	for i := range owners {
		t.spanWeight[i] *= ownerWeight
	}
	for _, w := range t.spanWeight {
		t.spanTotal += w
	}
}

// inSpan reports whether words stand side by side in the question.
func (t *titleMatcher) inSpan(own []spanToken) bool {
	if len(own) == 0 || !slices.ContainsFunc(own, func(w spanToken) bool { return w.word >= 0 }) {
		return false
	}
	for i := 0; i+len(own) <= len(t.asked); i++ {
		if slices.Equal(t.asked[i:i+len(own)], own) {
			return true
		}
	}
	return false
}
