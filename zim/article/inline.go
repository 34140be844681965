package article

import (
	"strings"
	"unicode/utf8"
)

// An inline collects the text of one block, or of the cells of a table, as Markdown with white space folded. White space,
// line ends, separators and opening marks are written only before text that follows, so edges need no trimming and
// emphasis without text leaves no marks.
type inline struct {
	b     []byte
	from  int  // where the block or cell begins in b
	prev  rune // last rune of b that was text
	space bool // white space is pending
	brk   bool // that white space held a line end
	line  bool // a line break is pending
	parts bool // a separator of a cell's parts is pending
	cell  bool // blocks inside become "; "
	pipe  bool // of a table with pipes, which are escaped
	bare  bool // emphasis and code leave no marks: text of a heading
	odd   bool // something was written that means nothing without what stands beside it: the block is looked at again
	runs  int  // counts writes, to tell whether anything was written between two moments

	marks  []mark     // elements that are open and write something around their text
	opened int        // how many of marks were written
	shut   []markKind // marks closed since the last text, in order
	spans  []Span     // by their ends; offsets count from the beginning of b
}

// empty reports that the block or cell has no text yet.
func (in *inline) empty() bool { return len(in.b) == in.from }

// text appends s. It removes invisible characters, folds white space and escapes what Markdown would read into s.
func (in *inline) text(s string) {
	for i := 0; i < len(s); {
		switch n := plainRun(s[i:]); {
		case n > 0:
			r := rune(s[i])
			if r >= utf8.RuneSelf {
				r, _ = utf8.DecodeRuneInString(s[i:])
			}
			in.settle(r)
			in.b = append(in.b, s[i:i+n]...)
			i += n
			if in.prev = rune(s[i-1]); in.prev >= utf8.RuneSelf {
				in.prev, _ = utf8.DecodeLastRuneInString(s[:i])
			}
		case s[i] == ' ' || s[i] == '\n':
			in.space = true
			in.brk = in.brk || s[i] == '\n'
			i++
		default:
			i += in.special(s[i:])
		}
	}
}

// special appends the unit at the start of s, which needs a closer look, and returns its length.
func (in *inline) special(s string) int {
	r, n := utf8.DecodeRuneInString(s)
	if !isSpace(r) {
		keep, size := visibleUnit(in.prev, s)
		if keep == "" {
			return size
		}
		if r, _ = utf8.DecodeRuneInString(keep); !isSpace(r) {
			in.unit(r, keep, s)
			return size
		}
		n = size
	}
	in.space = true
	in.brk = in.brk || r == '\n'
	return n
}

// unit appends what is visible, escaped where Markdown would read something into it. rest is the text from there on.
func (in *inline) unit(r rune, keep, rest string) {
	in.settle(r)
	if needsEscape(in.prev, r, rest, in.pipe) { // of '&' the block as a whole decides
		in.b = append(in.b, '\\')
	}
	in.b = append(in.b, keep...)
	in.odd = in.odd || r >= utf8.RuneSelf && suspect(r) || len(keep) > utf8.UTFMax
	in.prev = r
	if len(keep) > utf8.UTFMax {
		in.prev, _ = utf8.DecodeLastRuneInString(keep)
	}
}

// settle writes what is pending before r: a separator, a line break or a space, then marks.
func (in *inline) settle(r rune) {
	before := len(in.b)
	in.runs++
	switch {
	case in.parts:
		if !in.empty() {
			in.b = append(in.b, "; "...)
			in.prev = ' '
		}
	case in.line:
		if !in.empty() {
			in.b = append(in.b, '\n')
			in.prev = '\n'
		}
	case in.space && !in.empty() && in.prev != '\n':
		// A line end between characters of CJK is only how the source was wrapped: no space was meant.
		if !in.brk || !isCJK(in.prev) || !isCJK(r) {
			in.b = append(in.b, ' ')
			in.prev = ' '
		}
	}
	in.space, in.brk, in.line, in.parts = false, false, false, false
	if in.opened < len(in.marks) {
		in.openMarks(len(in.b) > before)
	}
	in.shut = in.shut[:0]
}

// raw appends s as it is, after what is pending.
func (in *inline) raw(s string) {
	if s == "" {
		return
	}
	r, _ := utf8.DecodeRuneInString(s)
	in.settle(r)
	in.b = append(in.b, s...)
	in.odd = in.odd || firstSuspect(s) < len(s)
	in.prev, _ = utf8.DecodeLastRuneInString(s)
}

// lineBreak is a br. It reports true when it is the second in a row, which people write to begin a paragraph.
func (in *inline) lineBreak() bool {
	switch {
	case in.cell:
		in.separate()
	case in.bare:
		in.space = true
	case in.empty():
	case in.line:
		return true
	default:
		in.line = true
	}
	return false
}

// separate ends a part of a cell that was a block on the page.
func (in *inline) separate() { in.parts = !in.empty() }

// reset makes room for the next block or cell. What was written before stays in b when keep is set.
func (in *inline) reset(keep bool) {
	if !keep {
		in.b, in.spans = in.b[:0], in.spans[:0]
	}
	in.from, in.prev, in.shut, in.opened = len(in.b), 0, in.shut[:0], 0
	in.space, in.brk, in.line, in.parts = false, false, false, false
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
