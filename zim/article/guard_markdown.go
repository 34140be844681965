package article

import (
	"strings"

	"golang.org/x/net/html"
)

// escapeLine puts a backslash before the first character of a line that Markdown would read as structure. Lines that begin
// with white space are left alone: text of pages is folded, so none does.
func escapeLine(l string) string {
	if n := structure(l); n >= 0 {
		return l[:n] + `\` + l[n:]
	}
	return l
}

// structure returns where the backslash goes in a line that Markdown would read as a heading, quote, list item, fence, table
// or underline, and -1 for any other line. The rules are those of CommonMark 0.31, sections 4 and 5, and the tables of GitHub.
func structure(l string) int {
	if l == "" {
		return -1
	}
	switch c := l[0]; {
	case c == '#' || c == '>' || c == '|',
		(c == '-' || c == '+' || c == '*') && (len(l) == 1 || l[1] == ' ' || l[1] == '\t'),
		(c == '-' || c == '=' || c == '*' || c == '_') && strings.Trim(l, "-=*_ ") == "",
		strings.HasPrefix(l, "~~~"): // backticks are escaped wherever they stand
		return 0
	case c >= '0' && c <= '9':
		rest := strings.TrimLeft(l, "0123456789")
		n := len(l) - len(rest)
		if n <= 9 && len(rest) > 1 && (rest[0] == '.' || rest[0] == ')') && (rest[1] == ' ' || rest[1] == '\t') {
			return n
		}
	}
	return -1
}

// escapeBlock makes the lines of a paragraph read as text only.
func escapeBlock(s string) string {
	if !strings.Contains(s, "\n") {
		return guardLines(escapeLine(s))
	}
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = escapeLine(l)
	}
	return guardLines(strings.Join(lines, "\n"))
}

// resumed makes a text that begins in the middle of a block read as text: where it was cut, the line's beginning has come to
// stand where Markdown and our replies have their marks.
func resumed(s string) string {
	line, rest, more := strings.Cut(s, "\n")
	line = escapeBlock(line)
	if !more {
		return line
	}
	return line + "\n" + rest
}

// finishBlock is the second pass over the Markdown of a block that is no code block: what joined when parts of the page were put
// together is looked at once more. It removes invisible characters, and writes "&amp;" for a '&' outside code that begins a
// character reference, so that a reader who decodes references brings nothing back. It is called once: a reference
// it has written is one to a second call.
func finishBlock(s string) string { return escapeReferences(stripInvisible(s)) }

// escapeReferences rewrites '&' outside code spans. The text's own backticks have a backslash before them.
func escapeReferences(s string) string {
	if !strings.Contains(s, "&") {
		return s
	}
	var b strings.Builder
	done := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++ // whatever follows is text
			if i < len(s) && s[i] == '&' {
				i--
				continue
			}
		case '`':
			i += codeSpan(s[i:]) - 1
		case '&':
			if beginsReference(s[i:]) {
				b.WriteString(s[done:i])
				b.WriteString("&amp;")
				done = i + 1
			}
		}
	}
	if done == 0 {
		return s
	}
	b.WriteString(s[done:])
	return b.String()
}

// splitReferences returns the offsets, in order, of every '&' outside code spans that begins a character reference other than "&amp;".
func splitReferences(s string) []int {
	var out []int
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			if i+1 < len(s) && s[i+1] != '&' {
				i++
			}
		case '`':
			i += codeSpan(s[i:]) - 1
		case '&':
			if beginsReference(s[i:]) && !strings.HasPrefix(s[i:], "&amp;") {
				out = append(out, i)
			}
		}
	}
	return out
}

// escapeHidden is escapeReferences for text that is not Markdown: it rewrites only references to characters that are removed here,
// so that "&lt;" in a plain text stays as it is.
func escapeHidden(s string) string {
	if !strings.Contains(s, "&") {
		return s
	}
	var b strings.Builder
	for {
		i := strings.IndexByte(s, '&')
		if i < 0 {
			b.WriteString(s)
			return b.String()
		}
		b.WriteString(s[:i+1])
		if beginsReference(s[i:]) {
			if back := html.UnescapeString(s[i:min(len(s), i+maxReference+2)]); stripInvisible(strings.ToValidUTF8(back, "")) != strings.ToValidUTF8(back, "") {
				b.WriteString("amp;")
			}
		}
		s = s[i+1:]
	}
}

// codeSpan returns the length of the code span at the start of s, which begins with a backtick, or of the run of backticks
// when no run of the same length closes it.
func codeSpan(s string) int {
	n := 0
	for n < len(s) && s[n] == '`' {
		n++
	}
	for i := n; i < len(s); {
		if s[i] != '`' {
			i++
			continue
		}
		run := i
		for i < len(s) && s[i] == '`' {
			i++
		}
		if i-run == n {
			return i
		}
	}
	return n
}

// beginsReference reports that s, which begins with '&', begins with a character reference: a number, decimal or not, or a name
// that HTML knows. AT&T is none.
func beginsReference(s string) bool {
	if len(s) < 3 {
		return false
	}
	if s[1] == '#' {
		return s[2] >= '0' && s[2] <= '9' || len(s) > 3 && (s[2] == 'x' || s[2] == 'X') && isHex(s[3])
	}
	n := 1
	for n < len(s) && n <= maxReference && wordByte(s[n]) && s[n] < 0x80 {
		n++
	}
	if n < len(s) && s[n] == ';' {
		return html.UnescapeString(s[:n+1]) != s[:n+1]
	}
	return strings.HasPrefix(s, "&shy") // the one of the names that need no semicolon which shows nothing
}

// maxReference bounds the names of references: the longest that HTML knows has 31 letters.
const maxReference = 32
