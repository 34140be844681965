package search

import (
	"slices"
	"strings"

	"github.com/openzim-mcp/openzim-mcp/zim/internal/match"
)

// A variant is the whole question with other words in the place of some.
type variant struct {
	text   string
	folded string
	weight float64      // what a title that is the variant is worth beside one that is the question
	fixed  []Correction // what was put in
	sure   bool         // it is ranked by anyway
}

// respelt returns the question with other forms of the words that are in doubt, and joined words as forms of their parts;
// nil when nothing changes.
func (q *question) respelt(doubts []doubt, joints []joint) *question {
	next := *q
	next.words = slices.Clone(q.words)
	changed := len(doubts) > 0
	for _, d := range doubts {
		next.words[d.word].nowhere = true
	}
	for _, j := range joints {
		changed = next.join(j) || changed
	}
	if !changed {
		return nil
	}
	doubts = slices.DeleteFunc(doubts, func(d doubt) bool { return len(d.found) == 0 || next.words[d.word].joined })
	for _, d := range doubts {
		next.reform(d)
	}
	next.variants = q.variantsOf(doubts)
	next.words = next.spread()
	return &next
}

// join makes a joined word a form of its parts that nothing has, else of the last of them.
func (q *question) join(j joint) bool {
	var at []int
	open := 0
	for i, w := range q.words {
		if slices.Contains(j.parts, withoutPossessive(w.text)) {
			at = append(at, i)
			if w.nowhere {
				open++
			}
		}
	}
	if len(at) == 0 {
		return false
	}
	f := formOf(j.text, 1)
	for _, i := range at {
		if w := &q.words[i]; w.nowhere {
			w.forms, w.joined = append([]form{f}, w.forms...), true
		}
	}
	if open == 0 {
		w := &q.words[at[len(at)-1]]
		w.forms, w.sure = append(w.forms, f), true
	}
	return true
}

// formOf makes a form of a word.
func formOf(text string, weight float64) form {
	return form{textWord: textWord{text: text}, index: match.Fold(text), weight: weight}
}

// reform adds the spellings of a word that are likely enough to be searched by to its forms; the others are tried as titles
// only.
func (q *question) reform(d doubt) {
	w := &q.words[d.word]
	for _, f := range d.found {
		if !f.likely(d.base) {
			w.guesses = append(w.guesses, formOf(f.text, f.weight()))
			continue
		}
		if strings.Contains(f.text, " ") {
			w.split = strings.Fields(f.text)
			continue
		}
		w.forms = append(w.forms, formOf(f.text, f.weight()))
	}
}

// spread puts two words in the place of one that was written for both, and leaves out the second of words that are one.
func (q *question) spread() []asked {
	var out []asked
	for i, w := range q.words {
		if w.joined && i > 0 && q.words[i-1].joined && w.forms[0].text == q.words[i-1].forms[0].text {
			continue
		}
		if len(w.split) == 0 || len(w.forms) > 0 {
			out = append(out, w)
			continue
		}
		for _, part := range w.split {
			out = append(out, asked{textWord: textWord{text: part}, index: match.Fold(part), whole: w.whole, corrected: true})
		}
	}
	return out
}

// variantsOf returns the question in its other spellings, the likeliest first.
func (q *question) variantsOf(doubts []doubt) []variant {
	list := []variant{{text: q.text, weight: 1, sure: true}}
	for _, d := range doubts {
		var next []variant
		word := q.words[d.word].whole
		for _, f := range d.found {
			for _, v := range list {
				text := strings.Replace(v.text, word, f.text, 1)
				next = append(next, variant{text: text, weight: min(v.weight, f.weight()), sure: v.sure && f.likely(d.base),
					fixed: append(slices.Clone(v.fixed), Correction{Word: word, As: []string{f.text}})})
			}
		}
		list = next[:min(len(next), variantsMost)]
	}
	list = slices.DeleteFunc(list, func(v variant) bool { return len(v.fixed) == 0 })
	for i := range list {
		list[i].folded = fold(list[i].text)
	}
	return list
}
