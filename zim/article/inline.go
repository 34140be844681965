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

// A mark is an open element: emphasis, or a link whose text is noted.
type mark struct {
	kind  markKind
	link  int  // index into Document.Links
	start int  // offset in b, once opened
	mute  bool // writes nothing: beside other marks its own would be misread
}

type markKind uint8

const (
	markStrong markKind = iota
	markEm
	markStrike
	markLink
)

var markText = [...]string{markStrong: "**", markEm: "*", markStrike: "~~", markLink: ""}

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

// plainByte marks ASCII that is text wherever it stands.
var plainByte = func() (t [256]bool) {
	for _, c := range []byte("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,;:()'\"!?%/=+~^{}$@-#>]") {
		t[c] = true
	}
	return t
}()

// plainRun returns how many bytes at the start of s are plain words with single spaces between them. Most of a page is.
func plainRun(s string) int {
	n, try := 0, 0 // where the next eight bytes may be looked at together
	for n < len(s) {
		switch c := s[n]; {
		case plainByte[c]:
			if n++; n < try {
				continue
			}
			for n+8 <= len(s) && (s[n-1] != ' ' || s[n] != ' ') && plain8(s[n:n+8]) {
				n += 8
			}
			if try = n + 8; s[n-1] == ' ' { // what follows decides
				n--
			}
		case clearLead[c] > 0 && n+int(clearLead[c]) <= len(s):
			for n < len(s) { // a word in another script
				k := int(clearLead[s[n]])
				if k == 0 || n+k > len(s) {
					break
				}
				n += k
			}
		case c >= 0xc3 && c < 0xf0:
			size := plainRune(s[n:])
			if size == 0 {
				return n
			}
			n += size
		case c == ' ' && n > 0 && n+1 < len(s) && (plainByte[s[n+1]] || plainRune(s[n+1:]) > 0):
			n++
		default:
			return n
		}
	}
	return n
}

// plain8 reports that each of the eight bytes of s is a plainByte or a space that is not behind another. All bytes are tested at
// once: their highest bit tells, since none of ASCII has it, and adding 0x7f sets it in every byte but zero.
func plain8(s string) bool {
	const ones, high, low = 0x0101010101010101, 0x8080808080808080, 0x7f7f7f7f7f7f7f7f
	_ = s[7]
	x := uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 | uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
	if (x|(x-' '*ones)|(x+ones))&high != 0 { // not printable
		return false
	}
	others := (x ^ '&'*ones) + low
	others &= (x ^ '*'*ones) + low
	others &= (x ^ '<'*ones) + low
	others &= (x ^ '`'*ones) + low
	others &= ((x | 0x20*ones) ^ '|'*ones) + low // and the backslash
	others &= ((x | 0x04*ones) ^ '_'*ones) + low // and the bracket
	spaces := ^((x ^ ' '*ones) + low) & high
	return others&high == high && spaces&(spaces<<8) == 0
}

// plainRune is the length of the rune at the start of s when it has two or three bytes and needs no closer look: it is visible and
// no white space, whatever stands beside it. U+0080 to U+00BF, which are neither all, are left to the closer look.
func plainRune(s string) int {
	c := s[0]
	if c < 0xc3 || c >= 0xf0 || len(s) < 2 || suspectSecond[c]>>(s[1]&0x3f)&1 != 0 {
		return 0
	}
	if n := leadLen(c); n <= len(s) {
		return n
	}
	return 0
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

// openMarks writes the marks of elements that were entered since the last text. Where one of the same kind was just
// closed, that goes on instead: "**a****b**" is no emphasis to Markdown.
func (in *inline) openMarks(spaced bool) {
	for ; in.opened < len(in.marks); in.opened++ {
		m := &in.marks[in.opened]
		t := markText[m.kind]
		n := len(in.shut)
		m.mute = t != "" && n > 0 && !spaced && in.shut[n-1] != m.kind && in.shut[n-1] != markStrike && m.kind != markStrike
		switch {
		case m.mute:
			t = ""
		case t != "" && n > 0 && in.shut[n-1] == m.kind && !spaced:
			in.b, in.shut = in.b[:len(in.b)-len(t)], in.shut[:n-1]
		default:
			in.b, in.shut = append(in.b, t...), in.shut[:0]
		}
		m.start = len(in.b)
		if m.kind != markLink {
			m.start -= len(t)
		}
	}
}

// push enters an element. Marks inside the same marks vanish, so the answer says whether pop is due.
func (in *inline) push(kind markKind, link int) bool {
	if in.bare && kind != markLink {
		return false
	}
	for i := range in.marks {
		if in.marks[i].kind == kind {
			return false
		}
	}
	in.marks = append(in.marks, mark{kind: kind, link: link})
	return true
}

// pop leaves the element entered last.
func (in *inline) pop() {
	last := len(in.marks) - 1
	if last < 0 {
		return
	}
	if in.opened > last {
		in.close(last)
	}
	in.marks = in.marks[:last]
}

// close ends what was opened for mark i, the last one that is.
func (in *inline) close(i int) {
	m := in.marks[i]
	in.opened = i
	if m.kind == markLink {
		in.spans = append(in.spans, Span{Start: m.start, End: len(in.b), Link: m.link, Image: -1})
		in.shut = in.shut[:0]
		return
	}
	if m.mute {
		return
	}
	in.b = append(in.b, markText[m.kind]...)
	in.shut = append(in.shut, m.kind)
}

// suspend ends all marks at the end of a block. The next block opens them again.
func (in *inline) suspend() {
	for in.opened > 0 {
		in.close(in.opened - 1)
	}
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
