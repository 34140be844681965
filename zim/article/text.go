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
	if folded(s) {
		return s
	}
	return strings.Join(strings.Fields(stripInvisible(strings.ToValidUTF8(s, "\uFFFD"))), " ")
}

// folded reports a line of letters of common scripts with single spaces in it, which PlainLine leaves as it is.
func folded(s string) bool {
	space, ascii := true, true // the line may not begin with a space
	for i := 0; i < len(s); {
		c := s[i]
		n := int(clearLead[c])
		switch {
		case n > 0:
			ascii = false
		case c < ' ' || c > '~' || c == ' ' && space:
			return false
		default:
			n = 1
		}
		space = c == ' '
		i += n
	}
	return (!space || s == "") && (ascii || utf8.ValidString(s))
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
