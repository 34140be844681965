package article

import "strings"

// A View says how a range of a document is written. The zero value is the text without targets of links, with all rows
// of tables and without comments.
type View struct {
	Links     bool               // links are written as [text](target)
	Target    func(*Link) string // with Links: what to write as target, "" for none; nil means [LinkTarget]
	TableRows int                // a table of more rows shows the first ten and says how to get the rest; 0 means all rows
	Comments  bool               // comments on posts are shown
}

// LinkTarget is the target of a link as the text with links has it: the entry path as it is, behind it '#' and the
// fragment if there is one. Links that do not lead to an entry have none.
func LinkTarget(l *Link) string {
	switch {
	case l.Path == "" || l.Kind != Internal && l.Kind != Related && l.Kind != InCategory:
		return ""
	case l.Fragment != "":
		return l.Path + "#" + l.Fragment
	}
	return l.Path
}

// Markdown renders the range as the view has it.
func (d *Document) Markdown(v View, r Range) string {
	b, r := builder{d: d, v: v}, d.clamp(r)
	for at := r.From; at.Block < r.To; {
		at = b.block(at, r)
	}
	return b.String()
}

// Text renders the range as Markdown without targets of links.
func (d *Document) Text(r Range) string { return d.Markdown(View{}, r) }

// A builder writes blocks one after the other.
type builder struct {
	strings.Builder
	d    *Document
	v    View
	last BlockKind // of the block written last
}

// tableStart is how many rows of a long table are shown before the view says how to get the rest.
const tableStart = 10

// block writes the block at a place, and returns the place behind it. It writes nothing for blocks the view leaves out.
func (b *builder) block(at Pos, r Range) Pos {
	blk := &b.d.Blocks[at.Block]
	next := Pos{Block: at.Block + 1}
	switch {
	case blk.Kind == Comment && !b.v.Comments:
		return next
	case blk.Kind == Row && b.v.TableRows > 0:
		if t := b.d.tableAt(at.Block); t != nil && t.Rows() > b.v.TableRows && at.Block-t.Head > tableStart {
			if r.From.Block != at.Block || r.From.Offset == 0 {
				b.separate(Paragraph)
				b.WriteString("(… " + itoa(t.End-at.Block) + " more rows; #" + t.Anchor + " has all)")
				b.last = Paragraph
			}
			return Pos{Block: min(t.End, r.To)}
		}
	}
	b.write(at.Block, at.Offset, len(blk.Text))
	return next
}

// separate begins a new block of the given kind.
func (b *builder) separate(kind BlockKind) {
	if s := b.String(); s != "" && !strings.HasSuffix(s, "\n") {
		b.WriteString(separator(b.last, kind))
	}
}

// write renders the bytes [from, to) of block i, after a separator when something stands before it.
func (b *builder) write(i, from, to int) {
	blk := &b.d.Blocks[i]
	b.separate(blk.Kind)
	b.last = blk.Kind
	first := blk.First
	if from > 0 {
		first = blk.Rest
	}
	if blk.Kind == Code {
		b.fence(blk, first, strings.Trim(blk.Text[from:to], "\n"))
		return
	}
	text := blk.Text[from:to]
	if from > 0 {
		text = resumed(text)
	} else if b.v.Links && len(blk.Spans) > 0 {
		text = b.linked(blk, from, to)
	}
	writeLines(&b.Builder, first, blk.Rest, strings.TrimSpace(text))
	if blk.Kind == Heading {
		b.WriteString(" {#" + blk.Anchor + "}")
	}
}

// fence writes a block of code.
func (b *builder) fence(blk *Block, first, text string) {
	fence := strings.Repeat("`", max(3, longestRun(blk.Text, '`')+1))
	b.WriteString(first + fence + blk.Lang + "\n")
	writeLines(&b.Builder, blk.Rest, blk.Rest, text)
	b.WriteString("\n" + blk.Rest + fence)
}

// linked is the text of a block with the targets of its links.
func (b *builder) linked(blk *Block, from, to int) string {
	var out strings.Builder
	at := from
	for _, s := range blk.Spans {
		if s.Link < 0 || s.Start < at || s.End > to || s.Start == s.End {
			continue
		}
		target := b.target(&b.d.Links[s.Link])
		if target == "" {
			continue
		}
		tick := ticks[:min(s.Code, len(ticks))]
		out.WriteString(blk.Text[at:s.Start])
		if s.Code > 0 { // Markdown has no links in code: it ends before one and goes on behind it
			closeCode(&out, tick)
		}
		out.WriteString("[" + tick)
		out.WriteString(linkText(blk.Text[s.Start:s.End], s.Code > 0))
		out.WriteString(tick + "](")
		if strings.ContainsAny(target, " ()<>") {
			target = "<" + target + ">"
		}
		if blk.Kind == Row || blk.Kind == TableHead {
			target = strings.ReplaceAll(target, "|", `\|`)
		}
		out.WriteString(target)
		out.WriteByte(')')
		if at = s.End; s.Code > 0 {
			if rest := blk.Text[at:to]; strings.HasPrefix(rest, tick) {
				at += len(tick)
			} else {
				out.WriteString(tick)
			}
		}
	}
	if at == from {
		return blk.Text[from:to]
	}
	out.WriteString(blk.Text[at:to])
	return out.String()
}

// target is what the view writes for a link. A line end in it would end the link, and no entry has one in its path.
func (b *builder) target(l *Link) string {
	t := ""
	if b.v.Target != nil {
		t = b.v.Target(l)
	} else {
		t = LinkTarget(l)
	}
	if strings.ContainsAny(t, "\n\r") {
		return ""
	}
	return t
}

const ticks = "````````"

// closeCode ends code before a link, or leaves it out where it would be empty.
func closeCode(out *strings.Builder, tick string) {
	s := out.String()
	if !strings.HasSuffix(s, tick) {
		out.WriteString(tick)
		return
	}
	out.Reset()
	out.WriteString(s[:len(s)-len(tick)])
}

// linkText keeps a bracket in a link's text from ending it early, and its lines together.
func linkText(s string, code bool) string {
	s = strings.ReplaceAll(s, "\n", " ")
	if code {
		return s
	}
	depth := 0
	for i := range len(s) {
		switch s[i] {
		case '[':
			depth++
		case ']':
			depth--
		}
		if depth < 0 {
			break
		}
	}
	if depth == 0 {
		return s
	}
	return strings.NewReplacer("[", `\[`, "]", `\]`).Replace(s)
}
