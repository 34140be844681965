package article

import (
	"strings"
	"unicode/utf8"
)

// An inline collects the text of one block, or of one table cell, as Markdown with white space folded.
type inline struct {
	b     []byte
	prev  rune // last rune of b that was text
	space bool // white space is pending
	brk   bool // that white space held a line end
	cell  bool // blocks inside become "; "
	parts bool // a cell separator is pending
}

// text appends s. It removes invisible characters, folds white space and escapes what Markdown would read into s.
func (in *inline) text(s string) {
	for i := 0; i < len(s); {
		switch n := plainRun(s[i:]); {
		case n > 0:
			in.settle(rune(s[i]))
			in.b = append(in.b, s[i:i+n]...)
			i += n
			in.prev = rune(s[i-1])
		case s[i] == ' ' || s[i] == '\n':
			in.space = true
			in.brk = in.brk || s[i] == '\n'
			i++
		default:
			i += in.special(s[i:])
		}
	}
}

// plainByte marks ASCII that is text wherever it stands.
var plainByte = func() (t [256]bool) {
	for _, c := range []byte("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,;:()'\"!?%/=+~^{}$@-#>]") {
		t[c] = true
	}
	return t
}()

// plainRun returns how many bytes at the start of s are plain words with single spaces between them. Most of a page is.
func plainRun(s string) int {
	n := 0
	for n < len(s) {
		switch {
		case plainByte[s[n]]:
			n++
		case n > 0 && s[n] == ' ' && n+1 < len(s) && plainByte[s[n+1]]:
			n += 2
		default:
			return n
		}
	}
	return n
}

// special appends the rune at the start of s, which needs a closer look, and returns its length.
func (in *inline) special(s string) int {
	r, n := utf8.DecodeRuneInString(s)
	if !isSpace(r) {
		next, _ := utf8.DecodeRuneInString(s[n:])
		if r = visible(in.prev, r, next); r < 0 {
			return n
		}
	}
	if isSpace(r) {
		in.space = true
		in.brk = in.brk || r == '\n'
		return n
	}
	in.settle(r)
	if needsEscape(in.prev, r, s, in.cell) {
		in.b = append(in.b, '\\')
	}
	if r == '&' && startsReference(s) {
		in.b = append(in.b, "&amp;"...)
	} else {
		in.b = utf8.AppendRune(in.b, r)
	}
	in.prev = r
	return n
}

// settle writes pending white space or a pending separator before r.
func (in *inline) settle(r rune) {
	if in.parts {
		if len(in.b) > 0 {
			in.b = append(in.b, "; "...)
		}
		in.parts, in.space, in.brk = false, false, false
	}
	// A line end between characters of CJK is only how the source was wrapped: no space was meant.
	if in.space && len(in.b) > 0 && in.b[len(in.b)-1] != '\n' {
		if !(in.brk && isCJK(in.prev) && isCJK(r)) {
			in.b = append(in.b, ' ')
			in.prev = ' '
		}
	}
	in.space, in.brk = false, false
}

// raw appends s as it is, after pending white space.
func (in *inline) raw(s string) {
	if s == "" {
		return
	}
	r, _ := utf8.DecodeRuneInString(s)
	in.settle(r)
	in.b = append(in.b, s...)
	in.prev, _ = utf8.DecodeLastRuneInString(s)
}

// lineBreak is a br. It reports true when it is the second in a row, which people write to begin a paragraph.
func (in *inline) lineBreak() bool {
	if in.cell {
		in.separate()
		return false
	}
	in.space, in.brk = false, false
	if len(in.b) == 0 {
		return false
	}
	if in.b[len(in.b)-1] == '\n' {
		return true
	}
	in.b = append(in.b, '\n')
	in.prev = '\n'
	return false
}

// separate ends a part of a cell that was a block on the page.
func (in *inline) separate() { in.parts = len(in.b) > 0 }

// mark puts marks around what was written since start, leaving white space at the edges outside. It does nothing to
// text of several lines.
func (in *inline) mark(start int, marks string) {
	if start > len(in.b) {
		return
	}
	s := in.b[start:]
	lead := len(s) - len(strings.TrimLeft(string(s), " ;"))
	s = s[lead:]
	if len(s) == 0 || strings.Contains(string(s), "\n") {
		return
	}
	at := start + lead
	in.b = append(in.b, marks...)
	in.b = append(in.b, marks...)
	copy(in.b[at+len(marks):], in.b[at:len(in.b)-2*len(marks)])
	copy(in.b[at:], marks)
	copy(in.b[len(in.b)-len(marks):], marks)
}

// take returns the text and starts afresh.
func (in *inline) take() string {
	s := strings.Trim(string(in.b), " \n")
	*in = inline{b: in.b[:0], cell: in.cell}
	return s
}

// needsEscape reports that r, the first rune of rest, would be read as markup.
func needsEscape(prev, r rune, rest string, cell bool) bool {
	switch r {
	case '`':
		return true
	case '|':
		return cell
	case '<':
		return len(rest) > 1 && (wordByte(rest[1]) && rest[1] < 0x80 && rest[1] > '9' || rest[1] == '/' || rest[1] == '!' || rest[1] == '?')
	case '*':
		return len(rest) > 1 && !isSpace(rune(rest[1]))
	case '_':
		return len(rest) > 1 && wordByte(rest[1]) && !(prev < 0x80 && wordByte(byte(prev))) && prev < 0x80
	case '[':
		end := strings.IndexByte(rest[:min(len(rest), 400)], ']')
		return end > 0 && end+1 < len(rest) && (rest[end+1] == '(' || rest[end+1] == ':')
	case '\\':
		return len(rest) > 1 && rest[1] > ' ' && rest[1] < 0x7f && !wordByte(rest[1])
	}
	return false
}

// startsReference reports that s begins with what a later reader could decode as a character reference, which would
// bring back characters that were removed here.
func startsReference(s string) bool {
	if len(s) < 3 {
		return false
	}
	if s[1] == '#' {
		return true
	}
	end := strings.IndexByte(s[:min(len(s), 34)], ';')
	return end > 1 && strings.Trim(s[1:end], "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == ""
}
