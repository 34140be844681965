package article

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
