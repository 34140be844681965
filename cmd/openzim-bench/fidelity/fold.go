package fidelity

import (
	"strings"
	"unicode"
)

// fold keeps letters and digits, lower-case, and turns the rest into single spaces. Both sides go through it, so what it
// forgives it forgives equally: characters that cannot be seen, and characters that Markdown uses as marks, which part no
// words ("x^2" and "x" with a raised 2 are both x2).
func fold(s string) string {
	var b strings.Builder
	space := false
	runes := []rune(s)
	for i, r := range runes {
		switch {
		case unseen(r), strings.ContainsRune("[]*`\\~^", r):
		case (r == '_' || r == '(') && raised(runes, i): // "_(" opens a lowered text, and "^(" a raised one
		case solid(r): // each character counts as a word: see solid
			if b.Len() > 0 {
				b.WriteByte(' ')
			}
			b.WriteRune(r)
			space = true
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if space && b.Len() > 0 {
				b.WriteByte(' ')
			}
			space = false
			b.WriteRune(unicode.ToLower(r))
		default:
			space = true
		}
	}
	return b.String()
}

// solid are characters of scripts that put no space between words and may break a line between any two characters. A run of
// them is no word but a clause, and where a page breaks its lines would decide what the clauses are.
func solid(r rune) bool {
	return r >= 0x2e80 && (unicode.Is(unicode.Han, r) || unicode.Is(unicode.Hiragana, r) || unicode.Is(unicode.Katakana, r))
}

// raised reports that runes[i] belongs to "_(" or "^(".
func raised(runes []rune, i int) bool {
	if runes[i] == '_' {
		return i+1 < len(runes) && runes[i+1] == '('
	}
	return i > 0 && (runes[i-1] == '_' || runes[i-1] == '^')
}

// unseen are characters without a shape of their own, which a careful converter removes and a reader never misses.
func unseen(r rune) bool {
	switch {
	case r == 0xad, r == 0x34f, r == 0x61c, r == 0x180e, r == 0xfeff,
		r >= 0x200b && r <= 0x200f, r >= 0x202a && r <= 0x202e, r >= 0x2060 && r <= 0x2069,
		r >= 0xfe00 && r <= 0xfe0f, r >= 0xe0000 && r <= 0xe01ef:
		return true
	}
	return false
}

// seen returns s without unseen characters, for comparisons that are exact otherwise.
func seen(s string) string {
	return strings.Map(func(r rune) rune {
		if unseen(r) {
			return -1
		}
		return r
	}, s)
}

// squash is fold without the spaces.
func squash(s string) string { return strings.ReplaceAll(fold(s), " ", "") }

// bag counts words.
func bag(s string) map[string]int {
	m := map[string]int{}
	for w := range strings.FieldsSeq(fold(s)) {
		m[w]++
	}
	return m
}

// oneLine folds white space.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// brief is s on one line and not too long to read.
func brief(s string) string {
	s = oneLine(s)
	if r := []rune(s); len(r) > 160 {
		return string(r[:160]) + "…"
	}
	return s
}
