package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
)

// fold returns s as titles are compared: without case, accents, apostrophes and punctuation that only separates. A text
// that is all punctuation is only lower-cased, so that "C++" and "C" stay apart.
func fold(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	space := false
	for _, r := range norm.NFKD.String(cases.Fold().String(s)) {
		switch {
		case isAccent(r) || r == '\'' || r == '’' || r == 'ʼ' || r == '`':
			continue
		case isBreak(r):
			space = b.Len() > 0
			continue
		}
		if space {
			b.WriteByte(' ')
			space = false
		}
		if t, ok := plainLetters[r]; ok {
			b.WriteString(t)
		} else {
			b.WriteRune(r)
		}
	}
	if b.Len() == 0 {
		return strings.ToLower(strings.TrimSpace(s))
	}
	return norm.NFC.String(b.String())
}

// isAccent lists the combining marks that people leave out: of Latin, Greek and Cyrillic, points of Hebrew, vowel signs
// of Arabic. Marks of other scripts are spelling.
func isAccent(r rune) bool {
	return r >= 0x300 && r <= 0x36f || r >= 0x591 && r <= 0x5c7 || r >= 0x64b && r <= 0x65f || r == 0x670
}

// isBreak reports what stands between words.
func isBreak(r rune) bool {
	switch r {
	case '_', '-', '/', '.', ',', ':', ';', '!', '?', '(', ')', '[', ']', '"', '“', '”', '„', '«', '»', '–', '—', '·':
		return true
	}
	return unicode.IsSpace(r)
}

// plainLetters are letters that no decomposition takes apart.
var plainLetters = map[rune]string{'ø': "o", 'ł': "l", 'đ': "d", 'ı': "i", 'æ': "ae", 'œ': "oe", 'þ': "th", 'ð': "d", 'ħ': "h"}

// spellings returns the forms in which a title may stand in a listing that is sorted by bytes, the given one first.
func spellings(s string) []string {
	lower := strings.ToLower(s)
	return distinct(s, upperFirst(s), upperFirst(lower), cases.Title(language.Und, cases.NoLower).String(s), cases.Title(language.Und).String(s), lower, strings.ToUpper(s))
}

// upperFirst is how MediaWiki writes a title: the first letter is a capital, the rest as given.
func upperFirst(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 || r == utf8.RuneError {
		return s
	}
	return string(unicode.ToUpper(r)) + s[n:]
}

// distinct returns the texts without repetitions and empty ones, in order.
func distinct(texts ...string) []string {
	out := make([]string, 0, len(texts))
next:
	for _, t := range texts {
		if t == "" {
			continue
		}
		for _, o := range out {
			if o == t {
				continue next
			}
		}
		out = append(out, t)
	}
	return out
}
