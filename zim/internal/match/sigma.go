package match

import (
	"unicode"
	"unicode/utf8"
)

// lowerSigma returns the small letter for the capital sigma at a byte of the text: ς at the
// end of a word, which is where a cased letter stands before it and none behind (Unicode,
// section 3.13, Final_Sigma). Signs, marks and raised letters that case ignores are passed
// over, also those that are cased, as in ICU.
func lowerSigma(text string, at int) rune {
	if casedBefore(text[:at]) && !casedAfter(text[at+len("Σ"):]) {
		return 'ς'
	}
	return 'σ'
}

func casedBefore(text string) bool {
	for len(text) > 0 {
		r, size := utf8.DecodeLastRuneInString(text)
		if !caseIgnorable(r) {
			return cased(r)
		}
		text = text[:len(text)-size]
	}
	return false
}

func casedAfter(text string) bool {
	for _, r := range text {
		if !caseIgnorable(r) {
			return cased(r)
		}
	}
	return false
}

// cased is Unicode's property Cased.
func cased(r rune) bool {
	return unicode.In(r, unicode.Lu, unicode.Ll, unicode.Lt, unicode.Other_Lowercase, unicode.Other_Uppercase)
}

// caseIgnorable is Unicode's property Case_Ignorable.
func caseIgnorable(r rune) bool {
	switch r {
	case ':', '\u00b7', '\u0387', '\u055f', '\u05f4', '\u2027', '\ufe13', '\ufe55', '\uff1a', // Word_Break MidLetter
		'.', '\u2018', '\u2019', '\u2024', '\ufe52', '\uff07', '\uff0e', // MidNumLet
		'\'': // Single_Quote
		return true
	}
	return unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf, unicode.Lm, unicode.Sk)
}
