package eval

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"unicode"
)

// Kinds of questions that nothing answers.
const (
	kindAbsent = "article absent"
	kindMadeUp = "made-up words"
)

// absent asks n questions of the archive that lacks their article.
func absent(questions []Question, lacks map[string]string, n int) []Question {
	var list []Question
	for _, q := range sample(questions, n, kindAbsent) {
		q.ID, q.Kind, q.NoAnswer, q.Archive = "absent:"+q.ID, kindAbsent, true, lacks[q.Docs[0]]
		list = append(list, q)
	}
	return list
}

// madeUp asks n questions whose two heaviest words, those in the fewest documents, are replaced by words that do not exist.
func madeUp(questions []Question, docs []Document, n int) []Question {
	freq, vocabulary := map[string]int{}, map[string]bool{}
	for _, d := range docs {
		for w := range wordCounts(d.Title + " " + d.HTML) { // markup adds words, which does not matter to the rare ones
			freq[w]++
			vocabulary[w] = true
		}
	}
	var list []Question
	for _, q := range sample(questions, n, kindMadeUp) {
		q = withoutHeaviest(q, freq, len(docs), vocabulary)
		if len(q.Replaced) == 2 {
			list = append(list, q)
		}
	}
	return list
}

// withoutHeaviest replaces the two heaviest words.
func withoutHeaviest(q Question, freq map[string]int, docs int, vocabulary map[string]bool) Question {
	words := strings.Fields(Normalise(q.Query, ""))
	words = slices.Compact(slices.Sorted(slices.Values(words)))
	weight := func(w string) float64 { return math.Log(1 + (float64(docs)-float64(freq[w])+.5)/(float64(freq[w])+.5)) }
	slices.SortStableFunc(words, func(a, b string) int {
		switch d := weight(b) - weight(a); {
		case d > 0:
			return 1
		case d < 0:
			return -1
		}
		return 0
	})
	r := rand.New(rand.NewPCG(1, hashOf(q.ID)))
	q.ID, q.Kind, q.NoAnswer = "madeup:"+q.ID, kindMadeUp, true
	for _, w := range words[:min(2, len(words))] {
		q.Query = replaceWord(q.Query, w, inventWord(r, vocabulary))
		q.Replaced = append(q.Replaced, w)
	}
	return q
}

// inventWord makes a word that can be spoken and that no document has.
func inventWord(r *rand.Rand, vocabulary map[string]bool) string {
	const consonants, vowels = "bdfgklmnprstvz", "aeiou"
	for {
		var b strings.Builder
		for range 4 {
			b.WriteByte(consonants[r.IntN(len(consonants))])
			b.WriteByte(vowels[r.IntN(len(vowels))])
		}
		if w := b.String(); !vocabulary[w] {
			return w
		}
	}
}

// replaceWord replaces every occurrence of a normalised word in a text.
func replaceWord(text, word, with string) string {
	isWord := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsNumber(r) }
	var out, cur strings.Builder
	flush := func() {
		if Normalise(cur.String(), "") == word {
			out.WriteString(with)
		} else {
			out.WriteString(cur.String())
		}
		cur.Reset()
	}
	for _, r := range text {
		if isWord(r) {
			cur.WriteRune(r)
			continue
		}
		flush()
		out.WriteRune(r)
	}
	flush()
	return out.String()
}
