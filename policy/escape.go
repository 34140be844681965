package policy

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A charset says which runes an escaper writes as %XX, byte by byte.
type charset func(r rune) bool

// inPath is the set of an id's path: what ends the path or a word of text, and what cannot be seen.
func inPath(r rune) bool { return r == '%' || r == '#' || r == '?' || r == ' ' || unicode.IsControl(r) }

// inAnchor is the set of an anchor. '#' and '?' may stand: the first '#' of an id has been passed.
func inAnchor(r rune) bool { return r == '%' || r == ' ' || unicode.IsControl(r) }

// toASCII adds to set what RFC 3986 does not allow in a URI: everything beyond ASCII, and nine of ASCII.
// Matchers of URI templates refuse both when raw.
func toASCII(set charset) charset {
	return func(r rune) bool {
		return r >= utf8.RuneSelf || strings.ContainsRune("\"<>\\^`{|}", r) || set(r)
	}
}

// escape appends s to b with the runes of set, and every byte that is not UTF-8, as %XX.
func escape(b *strings.Builder, s string, set charset) {
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 || set(r) {
			for _, c := range []byte(s[i : i+n]) {
				escapeByte(b, c)
			}
		} else {
			b.WriteString(s[i : i+n])
		}
		i += n
	}
}

func escapeByte(b *strings.Builder, c byte) {
	const hex = "0123456789ABCDEF"
	b.WriteByte('%')
	b.WriteByte(hex[c>>4])
	b.WriteByte(hex[c&15])
}

// unescape decodes every %XX once. A '%' without two hex digits behind it stands for itself: people paste
// titles such as "100% Wolf".
func unescape(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); i++ {
		if c, ok := unescapeByte(s[i:]); ok {
			b.WriteByte(c)
			i += 2
		} else {
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

// unescapeByte decodes the %XX that s begins with.
func unescapeByte(s string) (c byte, ok bool) {
	if len(s) < 3 || s[0] != '%' {
		return 0, false
	}
	hi, lo := unhex(s[1]), unhex(s[2])
	return hi<<4 | lo&15, hi < 16 && lo < 16
}

// unhex returns the value of a hex digit, 255 for any other byte.
func unhex(c byte) byte {
	switch {
	case '0' <= c && c <= '9':
		return c - '0'
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10
	}
	return 255
}

// trimASCII removes the white space that ids never hold raw. Other white space, such as U+00A0, may be the
// last rune of a path.
func trimASCII(s string) string { return strings.Trim(s, " \t\r\n\v\f") }

var decorations = []struct{ open, close string }{
	{"(", ")"}, {"<", ">"}, {"[", "]"}, {`"`, `"`}, {"'", "'"}, {"`", "`"}, {"“", "”"}, {"‘", "’"}, {"«", "»"},
}

// undecorate removes surrounding white space, brackets and quotes, a few layers of them, and only in pairs.
// No id begins with one of them, so an id loses nothing; a title may, which is why ID.Title keeps them.
func undecorate(s string) string {
	s = trimASCII(s)
	for range 4 {
		bare := stripPair(s)
		if bare == s {
			break
		}
		s = trimASCII(bare)
	}
	return s
}

func stripPair(s string) string {
	for _, d := range decorations {
		if len(s) > len(d.open)+len(d.close) && strings.HasPrefix(s, d.open) && strings.HasSuffix(s, d.close) {
			return s[len(d.open) : len(s)-len(d.close)]
		}
	}
	return s
}

// cutScheme removes "zim://" in any case.
func cutScheme(s string) (rest string, found bool) {
	const scheme = "zim://"
	if len(s) < len(scheme) || !strings.EqualFold(s[:len(scheme)], scheme) {
		return s, false
	}
	return s[len(scheme):], true
}
