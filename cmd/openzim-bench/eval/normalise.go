package eval

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Normalise folds a text for comparison: NFKC, case folded, everything that is not a letter, mark or number a space, spaces
// folded. Chinese and Thai lose their spaces, which stand there by chance.
func Normalise(s, lang string) string {
	s = cases.Fold().String(norm.NFKC.String(s))
	s = strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsNumber(r) {
			return r
		}
		return ' '
	}, s)
	sep := " "
	if lang == "zh" || lang == "th" {
		sep = ""
	}
	return strings.Join(strings.Fields(s), sep)
}

// Holds reports whether answer occurs in text: as whole words, and anywhere in languages that write words or affixes solid.
func Holds(text, answer, lang string) bool {
	return holds(Normalise(text, lang), Normalise(answer, lang), lang)
}

// holds compares normalised texts.
func holds(text, answer, lang string) bool {
	if answer == "" {
		return false
	}
	switch lang {
	case "zh", "th", "ar", "hi":
		return strings.Contains(text, answer)
	}
	return strings.Contains(" "+text+" ", " "+answer+" ")
}

// holdsAny reports whether one of the answers occurs in text.
func holdsAny(text string, answers []string, lang string) bool {
	n := Normalise(text, lang)
	for _, a := range answers {
		if holds(n, Normalise(a, lang), lang) {
			return true
		}
	}
	return false
}

// wordCounts counts the words of a text. Spaces are kept in all languages: a run of Chinese is a word.
func wordCounts(s string) map[string]int {
	m := map[string]int{}
	for _, w := range strings.Fields(Normalise(s, "")) {
		m[w]++
	}
	return m
}

// foldSpace is the text with every run of white space a single space.
func foldSpace(s string) string { return strings.Join(strings.Fields(s), " ") }
