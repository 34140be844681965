package match

import (
	"unicode"
	"unicode/utf8"
)

// IsWord says whether the character belongs to words: a letter, mark, number or connecting
// punctuation of Unicode 9.0. Characters that are younger separate words, since they did so
// for the writers of indexes.
func IsWord(r rune) bool { return classOf(r)&isWord != 0 }

// IsSpace says whether the character is white space between words: a control character or
// a separator (categories Cc, Zs, Zl, Zp).
func IsSpace(r rune) bool {
	if r < utf8.RuneSelf {
		return 0 <= r && r <= ' ' || r == 0x7f
	}
	return unicode.In(r, unicode.Cc, unicode.Z)
}

// IsUnbroken says whether the character is of a script that writes words without spaces,
// as far as the writers of indexes take care of them: Chinese, Japanese and Korean.
func IsUnbroken(r rune) bool { return classOf(r)&isUnbroken != 0 }

// StartsWithLetter says whether a term begins with a lower-case, title-case, modifier or
// other letter. Of such words alone an index of titles holds the stem as well.
func StartsWithLetter(term string) bool {
	r, _ := utf8.DecodeRuneInString(term)
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z'
	}
	return unicode.In(r, unicode.Ll, unicode.Lt, unicode.Lm, unicode.Lo) && IsWord(r)
}

// decode reads a character, of which there must be one. As for the writers of indexes, a
// byte that is not part of UTF-8 counts as Latin-1, and a surrogate counts as a character,
// which belongs to no word.
func decode(text string) (r rune, size int) {
	if text[0] < utf8.RuneSelf {
		return rune(text[0]), 1
	}
	r, size = utf8.DecodeRuneInString(text)
	if r != utf8.RuneError || size != 1 {
		return r, size
	}
	if len(text) > 2 && text[0] == 0xed && text[1]&0xe0 == 0xa0 && text[2]&0xc0 == 0x80 {
		return 0xd000 | rune(text[1]&0x3f)<<6 | rune(text[2]&0x3f), 3
	}
	return rune(text[0]), 1
}
