package article

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Clean makes s fit to stand in a line of a reply: invisible and control characters are removed, white space is folded,
// text that imitates the form of our replies gets a backslash, and at most max runes are kept (an ellipsis marks a
// cut). Titles, metadata and anything else a stranger wrote go through it before they are shown.
func Clean(s string, max int) string {
	return Guard(Clip(PlainLine(s), max))
}

// PlainLine returns s without invisible and control characters, on one line with white space folded. It escapes
// nothing, so it also serves comparison and structured data.
func PlainLine(s string) string {
	return strings.Join(strings.Fields(stripInvisible(strings.ToValidUTF8(s, "\uFFFD"))), " ")
}

// Clip returns the first max runes of s, the last of them an ellipsis when something was cut.
func Clip(s string, max int) string {
	if len(s) <= max {
		return s
	}
	n := 0
	cut := 0 // where to put the ellipsis
	for i := range s {
		if n == max-1 {
			cut = i
		}
		if n == max {
			return strings.TrimRight(s[:cut], " ") + "…"
		}
		n++
	}
	return s
}

// VisibleText returns s with invisible characters removed and line ends made "\n": for text entries that are shown as
// they are.
func VisibleText(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if strings.Contains(s, "\r") {
		s = strings.ReplaceAll(s, "\r\n", "\n")
		s = strings.ReplaceAll(s, "\r", "\n")
	}
	return stripInvisible(s)
}

// stripInvisible removes what a reader would not see. It returns s itself when there is nothing to remove.
func stripInvisible(s string) string {
	if plain(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	var prev rune
	for i, r := range s {
		next, _ := utf8.DecodeRuneInString(s[i+utf8.RuneLen(orReplacement(r)):])
		if out := visible(prev, r, next); out >= 0 {
			b.WriteRune(out)
			prev = out
		}
	}
	return b.String()
}

// orReplacement keeps RuneLen positive; callers pass valid UTF-8 only.
func orReplacement(r rune) rune {
	if utf8.ValidRune(r) {
		return r
	}
	return utf8.RuneError
}

// plain reports that s is ASCII without control characters but tab and line feed, which is most text.
func plain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c >= 0x7f || c < ' ' && c != '\n' && c != '\t' {
			return false
		}
	}
	return true
}

// visible returns the rune to write for r between prev (the last one written) and next, or -1 to leave it out.
func visible(prev, r, next rune) rune {
	switch {
	case r == '\n' || r == '\t':
		return r
	case r < ' ' || r >= 0x7f && r < 0xa0: // C0 and C1
		if r == '\r' || r == '\f' || r == '\v' || r == 0x85 {
			return ' '
		}
		return -1
	case r < 0xad:
		return r
	case r == 0x2028 || r == 0x2029:
		return '\n'
	case r == 0x200c || r == 0x200d: // joiners are spelling in Persian and Indic scripts, and glue in emoji
		if joins(prev) && joins(next) {
			return r
		}
		return -1
	case r >= 0xfe00 && r <= 0xfe0f:
		if r >= 0xfe0e && pictorial(prev) {
			return r
		}
		return -1
	case r >= 0xe0100 && r <= 0xe01ef:
		if unicode.Is(unicode.Han, prev) {
			return r
		}
		return -1
	case invisible(r):
		return -1
	case r >= 0xfdd0 && r <= 0xfdef || r&0xfffe == 0xfffe: // noncharacters
		return utf8.RuneError
	}
	return r
}

// joins reports that a joiner beside r changes how it is written.
func joins(r rune) bool {
	return r >= 0x300 && (unicode.IsLetter(r) || unicode.IsMark(r)) || pictorial(r)
}

// pictorial reports that r may begin or continue an emoji sequence.
func pictorial(r rune) bool {
	return r >= 0x2190 && r <= 0x2bff || r >= 0x3030 && r <= 0x3299 || r >= 0x1f000 && r <= 0x1faff ||
		r == '#' || r == '*' || r >= '0' && r <= '9' || r >= 0xfe0e && r <= 0xfe0f || r == 0xa9 || r == 0xae
}

// invisible lists characters that show nothing: soft hyphen, zero-width and bidi controls, fillers, tag characters,
// interlinear annotation. Flags made of tag characters are lost; smuggled text is too.
func invisible(r rune) bool {
	switch {
	case r == 0xad, r == 0x34f, r == 0x61c, r == 0x115f, r == 0x1160, r == 0x17b4, r == 0x17b5, r == 0x3164, r == 0xffa0,
		r == 0xfeff, r == 0x1d159:
		return true
	case r >= 0x180b && r <= 0x180f, r >= 0x200b && r <= 0x200f, r >= 0x202a && r <= 0x202e, r >= 0x2060 && r <= 0x206f,
		r >= 0xfff0 && r <= 0xfffb, r >= 0x1bca0 && r <= 0x1bca3, r >= 0x1d173 && r <= 0x1d17a, r >= 0xe0000 && r <= 0xe0fff:
		return true
	}
	return false
}

// isSpace is white space as HTML folds it, and the no-break spaces, which models read as plain ones.
func isSpace(r rune) bool {
	switch r {
	case ' ', '\n', '\t', '\r', '\f', 0xa0, 0x202f, 0x2007:
		return true
	}
	return false
}

// isCJK reports scripts that write no space between words.
func isCJK(r rune) bool {
	return r >= 0x2e80 && (unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) || r >= 0x3000 && r <= 0x303f || r >= 0xff00 && r <= 0xff60)
}
