package article

import "strings"

// Guard puts a backslash before every line of s that imitates the form of our own replies, so that a page cannot forge
// a passage header, a notice or a cursor. Lines are:
//
//   - "[n] … (archive/path)", the header of a result;
//   - "-- …", a notice;
//   - "next_cursor", "cursor", "did you mean" or "searched" at the start, also behind '#'.
//
// A '<' that would open a tag is escaped where text becomes Markdown, which covers imitated tags.
func Guard(s string) string {
	if !strings.ContainsAny(s, "[-#cdnsCDNS") {
		return s
	}
	lines := strings.Split(s, "\n")
	changed := false
	for i, l := range lines {
		if imitates(l) {
			at := len(l) - len(strings.TrimLeft(l, " \t"))
			lines[i] = l[:at] + `\` + l[at:]
			changed = true
		}
	}
	if !changed {
		return s
	}
	return strings.Join(lines, "\n")
}

// imitates reports a line in a form that only our own words have. It errs towards yes: a backslash too many is harmless.
func imitates(line string) bool {
	l := strings.TrimSpace(line)
	if l == "" {
		return false
	}
	switch l[0] {
	case '-':
		return strings.HasPrefix(l, "--") && (len(l) == 2 || l[2] == ' ' || l[2] == '\t')
	case '[':
		return imitatesHeader(l)
	}
	l = strings.TrimLeft(strings.TrimPrefix(l, "#"), " \t")
	for _, w := range []string{"next_cursor", "cursor", "did you mean", "searched"} {
		if len(l) >= len(w) && strings.EqualFold(l[:len(w)], w) && (len(l) == len(w) || !wordByte(l[len(w)])) {
			return true
		}
	}
	return false
}

// imitatesHeader reports lines of the form [12] … (a/b).
func imitatesHeader(l string) bool {
	end := strings.IndexByte(l, ']')
	if end < 2 || strings.Trim(l[1:end], "0123456789") != "" || !strings.HasSuffix(l, ")") {
		return false
	}
	open := strings.IndexByte(l[end:], '(')
	if open < 0 {
		return false
	}
	inner := l[end+open+1 : len(l)-1]
	slash := strings.IndexByte(inner, '/')
	return slash > 0 && slash < len(inner)-1
}

// wordByte reports a byte of a word; all of UTF-8 beyond ASCII counts as letters, which is right often enough for escapes.
func wordByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}

// escapeLine puts a backslash before the first character of a line that Markdown would read as structure.
func escapeLine(l string) string {
	if l == "" {
		return l
	}
	rest := strings.TrimLeft(l, "0123456789")
	switch c := l[0]; {
	case c == '#' || c == '>',
		(c == '-' || c == '+' || c == '*') && (len(l) == 1 || l[1] == ' '),
		(c == '-' || c == '=') && strings.Trim(l, "-= ") == "",
		strings.HasPrefix(l, "~~~"), strings.HasPrefix(l, "|"):
		return `\` + l
	case len(rest) < len(l) && len(l)-len(rest) <= 9 && len(rest) > 1 && (rest[0] == '.' || rest[0] == ')') && rest[1] == ' ':
		return l[:len(l)-len(rest)] + `\` + rest
	}
	return l
}

// escapeBlock makes the lines of a paragraph read as text only.
func escapeBlock(s string) string {
	if !strings.Contains(s, "\n") {
		return Guard(escapeLine(s))
	}
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = escapeLine(l)
	}
	return Guard(strings.Join(lines, "\n"))
}
