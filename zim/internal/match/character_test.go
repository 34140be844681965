package match

import (
	"testing"
	"unicode"
)

func TestCharacters(t *testing.T) {
	for _, c := range []struct {
		r                     rune
		word, space, unbroken bool
	}{
		{-1, false, false, false},
		{0, false, true, false},
		{'\t', false, true, false},
		{' ', false, true, false},
		{0x7f, false, true, false},
		{0x85, false, true, false},
		{0xa0, false, true, false},
		{0xad, false, false, false},
		{'0', true, false, false},
		{'Z', true, false, false},
		{'_', true, false, false},
		{'`', false, false, false},
		{'z', true, false, false},
		{'é', true, false, false},
		{0x0301, true, false, false},
		{0x2028, false, true, false},
		{0x200b, false, false, false},
		{0x2e80, false, false, false}, // a radical: in the range, but a symbol
		{0x3000, false, true, false},
		{0x3005, true, false, true},
		{'中', true, false, true},
		{0x9fd5, true, false, true},   // the last ideograph of Unicode 9.0
		{0x9fd6, false, false, false}, // of Unicode 10.0
		{'한', true, false, true},
		{'ก', true, false, false}, // Thai is unbroken, but not for these writers
		{0x1f600, false, false, false},
		{0x20000, true, false, true},
		{0x2a6d7, false, false, false}, // of Unicode 13.0
		{0x2a700, true, false, false},  // an ideograph outside the ranges
		{0xe0100, true, false, false},
		{unicode.MaxRune + 1, false, false, false},
	} {
		if word, space, unbroken := IsWord(c.r), IsSpace(c.r), IsUnbroken(c.r); word != c.word || space != c.space || unbroken != c.unbroken {
			t.Errorf("%U: word %t, space %t, unbroken %t, want %t, %t, %t", c.r, word, space, unbroken, c.word, c.space, c.unbroken)
		}
	}
}

func TestStartsWithLetter(t *testing.T) {
	for term, want := range map[string]bool{
		"": false, "cat": true, "éa": true, "42": false, "4th": false, "_x": false, "中": true, "ʰ": true, "²": false,
		"\u0301a": false, "A": false, "ß": true, "\u0870": false,
	} {
		if got := StartsWithLetter(term); got != want {
			t.Errorf("%q: got %t, want %t", term, got, want)
		}
	}
}
