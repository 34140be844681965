package article

import (
	"strings"
	"unicode"
)

// Guard puts a backslash before every line of s that imitates the form of our own replies, and before every tag that clients
// put around texts, so that a page cannot forge a passage header, a notice, a cursor or the end of what is quoted. Lines are:
//
//   - "[n] … (archive/path)", the header of a result;
//   - "-- …", a notice;
//   - "next_cursor", "cursor", "did you mean" or "searched" at the start, also behind '#'.
//
// s is text whose invisible characters are gone. A second call changes nothing.
func Guard(s string) string { return guardTags(guardLines(s)) }

// guardLines is the part of Guard for Markdown, in which every '<' that could open a tag is escaped already. It leaves tags
// alone, since those that are left stand in code.
func guardLines(s string) string {
	var b strings.Builder
	done := 0
	for at := 0; at < len(s); {
		end := strings.IndexByte(s[at:], '\n')
		if end < 0 {
			end = len(s) - at
		}
		if n, bad := imitation(s[at : at+end]); bad {
			b.WriteString(s[done : at+n])
			b.WriteByte('\\')
			done = at + n
		}
		at += end + 1
	}
	if done == 0 && b.Len() == 0 {
		return s
	}
	b.WriteString(s[done:])
	return b.String()
}

// imitates reports a line in a form that only our own words have.
func imitates(line string) bool {
	_, bad := imitation(line)
	return bad
}

// imitation is imitates, with the length of the white space that the line begins with. It errs towards yes: a backslash too many
// is harmless.
func imitation(line string) (indent int, bad bool) {
	l := strings.TrimLeftFunc(line, unicode.IsSpace)
	indent = len(line) - len(l)
	if l == "" {
		return indent, false
	}
	switch l[0] {
	case '-':
		return indent, strings.HasPrefix(l, "--") && (len(l) == 2 || startsWithSpace(l[2:]))
	case '[':
		return indent, imitatesHeader(l)
	case '#':
		l = strings.TrimLeftFunc(l[1:], unicode.IsSpace)
	case 'c', 'C', 'd', 'D', 'n', 'N', 's', 'S':
	default:
		return indent, false
	}
	for _, w := range ownWords {
		if len(l) >= len(w) && strings.EqualFold(l[:len(w)], w) && (len(l) == len(w) || !wordByte(l[len(w)])) {
			return indent, true
		}
	}
	return indent, false
}

// ownWords begin lines that only we write.
var ownWords = []string{"next_cursor", "cursor", "did you mean", "searched"}

// startsWithSpace reports white space of any kind: a reader takes them all for a blank.
func startsWithSpace(s string) bool {
	for _, r := range s {
		return unicode.IsSpace(r)
	}
	return false
}

// imitatesHeader reports lines of the form [12] … (a/b), whatever stands between.
func imitatesHeader(l string) bool {
	l = strings.TrimRightFunc(l, unicode.IsSpace)
	end := 1
	for end < len(l) && l[end] >= '0' && l[end] <= '9' {
		end++
	}
	if end == 1 || end == len(l) || l[end] != ']' || !strings.HasSuffix(l, ")") {
		return false
	}
	rest := l[end+1 : len(l)-1]
	open := strings.IndexByte(rest, '(')
	slash := strings.LastIndexByte(rest, '/')
	return open >= 0 && slash > open+1 && slash < len(rest)-1
}

// frameTags are the elements that clients and prompts put around quoted texts.
var frameTags = []string{"passage", "document", "source", "system", "assistant", "user", "tool"}

// guardTags puts a backslash before "<" and "</" of a frame tag. One that has a backslash already is left as it is.
func guardTags(s string) string {
	var b strings.Builder
	done := 0
	for at := 0; ; at++ {
		i := strings.IndexByte(s[at:], '<')
		if i < 0 {
			break
		}
		at += i
		if frameTag(s[at+1:]) && (at == 0 || s[at-1] != '\\') {
			b.WriteString(s[done:at])
			b.WriteByte('\\')
			done = at
		}
	}
	if done == 0 && b.Len() == 0 {
		return s
	}
	b.WriteString(s[done:])
	return b.String()
}

// frameTag reports that s, the text behind a '<', goes on as a frame tag does.
func frameTag(s string) bool {
	s = strings.TrimPrefix(s, "/")
	for _, w := range frameTags {
		if len(s) >= len(w) && strings.EqualFold(s[:len(w)], w) && (len(s) == len(w) || !wordByte(s[len(w)])) {
			return true
		}
	}
	return false
}

// wordByte reports a byte of a word; all of UTF-8 beyond ASCII counts as letters, which is right often enough for escapes.
func wordByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}
