package fidelity

import "strings"

// inline reads a line's links, images, code and escapes. It returns the text with and without the alts of images.
func (d *reader) inline(s string) (with, without string) {
	var w, o strings.Builder
	both := func(t string) { w.WriteString(t); o.WriteString(t) }
	open := 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && i+1 < len(s) && s[i+1] < 0x80 && !alnum(s[i+1]) && s[i+1] > ' ':
			i++
			both(s[i : i+1])
		case c == '`':
			run := len(s[i:]) - len(strings.TrimLeft(s[i:], "`"))
			if end := closing(s[i+run:], run); end >= 0 {
				both(s[i+run : i+run+end])
				i += 2*run + end - 1
			} else {
				both(s[i : i+run])
				i += run - 1
			}
		case c == '!' && i+1 < len(s) && s[i+1] == '[':
			if alt, n := bracket(s[i+1:]); n > 0 {
				w.WriteString(" " + alt + " ")
				i += n
				if t, n := target(s[i+1:]); n > 0 {
					d.r.targets[t] = true
					i += n
				}
			} else {
				both("!")
			}
		case c == '[':
			open++
		case c == ']':
			if t, n := target(s[i+1:]); n > 0 && open > 0 {
				d.r.targets[t] = true
				i += n
			}
			open--
		default:
			both(s[i : i+1])
		}
	}
	return w.String(), o.String()
}

func alnum(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// closing finds the run of exactly n backticks that ends a code span.
func closing(s string, n int) int {
	for i := 0; i < len(s); i++ {
		if s[i] != '`' {
			continue
		}
		run := len(s[i:]) - len(strings.TrimLeft(s[i:], "`"))
		if run == n {
			return i
		}
		i += run - 1
	}
	return -1
}

// bracket reads "[…]" and returns what is inside and the length of all; 0 when it does not end.
func bracket(s string) (in string, n int) {
	depth := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '[':
			depth++
		case ']':
			if depth--; depth == 0 {
				return s[1:i], i + 1
			}
		}
	}
	return "", 0
}

// target reads "(address)", "(<address>)" or either with a title, and returns the address and the length of all; 0 when it
// is none.
func target(s string) (t string, n int) {
	if !strings.HasPrefix(s, "(") {
		return "", 0
	}
	if strings.HasPrefix(s, "(<") {
		i := strings.IndexByte(s, '>')
		if i < 0 {
			return "", 0
		}
		end := strings.IndexByte(s[i:], ')')
		if end < 0 {
			return "", 0
		}
		return s[2:i], i + end + 1
	}
	depth := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				t, _, _ = strings.Cut(strings.TrimSpace(s[1:i]), ` "`)
				if strings.ContainsAny(t, " \t") { // no address, but words in brackets: operator[]( size_type pos )
					return "", 0
				}
				return t, i + 1
			}
		}
	}
	return "", 0
}
