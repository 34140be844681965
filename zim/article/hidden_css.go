package article

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// A declaration is one of a style attribute, in lower case, without comments, escapes and "!important".
type declaration struct {
	name, value string
}

// declarations calls yield for each declaration of a style attribute, as browsers split it: at semicolons outside quotes,
// comments and brackets. Escapes are undone afterwards, since an escaped quote or semicolon ends nothing.
func declarations(style string) func(yield func(declaration) bool) {
	return func(yield func(declaration) bool) {
		for style != "" {
			end, colon := declarationEnd(style)
			if colon >= 0 {
				d := declaration{plainCSS(style[:colon]), plainCSS(style[colon+1 : end])}
				d.value = strings.TrimRight(withoutImportant(d.value), " \t\n\r\f")
				if !yield(d) {
					return
				}
			}
			style = style[min(end+1, len(style)):]
		}
	}
}

// withoutImportant cuts "!important" off, and what a browser ignores behind it.
func withoutImportant(v string) string {
	before, _, _ := strings.Cut(v, "!")
	return before
}

// declarationEnd returns the index of the semicolon that ends the first declaration, or len(s), and of its first colon, or -1.
func declarationEnd(s string) (end, colon int) {
	colon = -1
	var open []byte // closing brackets that are waited for
	for i := 0; i < len(s); i++ {
		switch c := s[i]; c {
		case '\\':
			i++ // the next byte stands for itself, or begins a number
		case '/':
			if strings.HasPrefix(s[i:], "/*") {
				i += commentLen(s[i:]) - 1
			}
		case '"', '\'':
			i += stringLen(s[i:]) - 1
		case '(', '[', '{':
			if c == '(' && plainURL(s[:i], s[i+1:]) {
				i += urlLen(s[i:]) - 1
			} else if len(open) < maxBrackets {
				open = append(open, closing(c))
			}
		case ')', ']', '}':
			if n := len(open); n > 0 && open[n-1] == c {
				open = open[:n-1]
			}
		case ':':
			if colon < 0 {
				colon = i
			}
		case ';':
			if len(open) == 0 {
				return i, colon
			}
		}
	}
	return len(s), colon
}

// maxBrackets bounds nested brackets; more are read as one level less, which ends declarations early.
const maxBrackets = 64

// plainURL reports that the bracket between before and after opens a url() without quotes, in which quotes and brackets are
// nothing special.
func plainURL(before, after string) bool {
	before = before[max(len(before)-40, 0):] // room for "url" in escapes
	if !strings.HasSuffix(strings.ToLower(unescapeCSS(before)), "url") {
		return false
	}
	after = strings.TrimLeft(after, " \t\n\r\f")
	return after == "" || after[0] != '"' && after[0] != '\''
}

// urlLen is the length of the rest of such a url(), closing bracket included.
func urlLen(s string) int {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case ')':
			return i + 1
		}
	}
	return len(s)
}

// closing is the bracket that ends what c begins.
func closing(c byte) byte {
	switch c {
	case '(':
		return ')'
	case '[':
		return ']'
	}
	return '}'
}

// commentLen is the length of the comment that s begins with. One that is not closed reaches to the end.
func commentLen(s string) int {
	if i := strings.Index(s[2:], "*/"); i >= 0 {
		return i + 4
	}
	return len(s)
}

// stringLen is the length of the quoted text that s begins with. A line end ends it too, as it does in browsers.
func stringLen(s string) int {
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case s[0]:
			return i + 1
		case '\n', '\r', '\f':
			return i
		}
	}
	return len(s)
}

// plainCSS is a name or a value without comments and escapes, in lower case. "dis/**/play" is two words to a browser, but who
// writes it means to deceive, so it is read as one.
func plainCSS(s string) string {
	if strings.ContainsAny(s, `/\`) {
		s = unescapeCSS(stripComments(s))
	}
	return strings.ToLower(strings.Trim(s, " \t\n\r\f"))
}

// stripComments removes comments outside quotes, and the rest behind one that is not closed.
func stripComments(s string) string {
	if !strings.Contains(s, "/*") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		n := 1
		switch {
		case s[i] == '\\':
			n = 2
		case s[i] == '"' || s[i] == '\'':
			n = stringLen(s[i:])
		case strings.HasPrefix(s[i:], "/*"):
			i += commentLen(s[i:])
			continue
		}
		n = min(n, len(s)-i)
		b.WriteString(s[i : i+n])
		i += n
	}
	return b.String()
}

// unescapeCSS undoes "\64 isplay" and "d\isplay" (CSS Syntax 3, section 4.3.7).
func unescapeCSS(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			b.WriteByte(s[i])
			continue
		}
		j := i + 1
		for j < len(s) && j < i+7 && isHex(s[j]) {
			j++
		}
		if j == i+1 {
			continue // the next byte stands for itself
		}
		v, _ := strconv.ParseUint(s[i+1:j], 16, 32) // at most six digits of hex
		if v == 0 || v > utf8.MaxRune {
			v = utf8.RuneError
		}
		b.WriteRune(rune(v))
		if strings.HasPrefix(s[j:], "\r\n") {
			j++
		}
		if j < len(s) && strings.IndexByte(" \t\n\r\f", s[j]) >= 0 {
			j++
		}
		i = j - 1
	}
	return b.String()
}

// isHex reports a digit of a CSS escape or of a character reference.
func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}
