package match

import (
	"strings"
	"sync/atomic"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold returns the text in lower case and without accents, as indexes hold it and as a
// query is before it is split into words. It does what libzim does through ICU: full
// lower-casing without regard to a language, then every mark (categories Mn, Mc and Me)
// goes, which takes the vowel signs of Indic scripts with it, then NFC. Bytes that are not
// UTF-8 become U+FFFD. Safe for concurrent use.
func Fold(text string) string {
	at := 0
	for at < len(text) && text[at] < utf8.RuneSelf && (text[at] < 'A' || text[at] > 'Z') {
		at++
	}
	if at == len(text) {
		return text
	}
	var b strings.Builder
	b.Grow(len(text))
	b.WriteString(text[:at])
	for i, r := range text[at:] {
		switch {
		case r < utf8.RuneSelf:
			if 'A' <= r && r <= 'Z' {
				r += 'a' - 'A'
			}
			b.WriteByte(byte(r))
			continue
		case conjoins(r):
			return foldWhole(text)
		case r == 'Σ':
			r = lowerSigma(text, at+i)
		default:
			r = foldRune(r)
		}
		if r != dropped {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// dropped stands for a mark in a folded page, which leaves nothing.
const dropped rune = -1

// conjoins says whether a character is one of the letters (jamo) of which NFC makes Korean
// syllables. All others fold by themselves, but for the sigma, and what is left of them
// does not combine: a canonical composition has a mark or a jamo at its end.
func conjoins(r rune) bool { return 0x1100 <= r && r <= 0x11ff }

// foldWhole folds text of any kind.
func foldWhole(text string) string {
	var lower strings.Builder
	lower.Grow(len(text))
	for i, r := range text {
		if r == 'Σ' {
			lower.WriteRune(lowerSigma(text, i))
			continue
		}
		// In the root locale full lower-casing is simple lower-casing but for the sigma, and
		// for the dotted capital I, whose dot would go anyway.
		lower.WriteRune(unicode.ToLower(r))
	}
	bare := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.M, r) {
			return -1
		}
		return r
	}, norm.NFD.String(lower.String()))
	return norm.NFC.String(bare)
}

// A page holds what 256 neighbouring characters fold to.
type page [256]rune

// pages are those of the Basic Multilingual Plane, each made when text first needs it: at
// most 256 KiB.
var pages [256]atomic.Pointer[page]

// foldRune folds one character, neither jamo nor capital sigma.
func foldRune(r rune) rune {
	if r > 0xffff {
		return foldAlone(r)
	}
	p := pages[r>>8].Load()
	if p == nil {
		p = new(page)
		for i := range p {
			p[i] = foldAlone(r&^0xff | rune(i))
		}
		pages[r>>8].Store(p) // whoever else made it made the same
	}
	return p[r&0xff]
}

// foldAlone folds a single character, which gives one or none.
func foldAlone(r rune) rune {
	folded := foldWhole(string(r))
	if folded == "" {
		return dropped
	}
	r, _ = utf8.DecodeRuneInString(folded)
	return r
}
