package article

import "strings"

// A Pos is a place in a document where reading can go on. The zero Pos is its beginning.
type Pos struct {
	Block  int // index into Document.Blocks
	Offset int // bytes of that block's Text that were read
}

// Range is a part of a document, from one place to before a block.
type Range struct {
	From Pos
	To   int // block after the last one
}

// Whole returns the range of the whole document.
func (d *Document) Whole() Range { return Range{To: len(d.Blocks)} }

// Within returns the range of section i with its subsections. i must be an index into d.Sections.
func (d *Document) Within(i int) Range {
	s := d.Sections[i]
	return Range{From: Pos{Block: s.Start}, To: s.End}
}

// clamp makes a range from outside safe to use.
func (d *Document) clamp(r Range) Range {
	n := len(d.Blocks)
	r.To = min(max(r.To, 0), n)
	r.From.Block = min(max(r.From.Block, 0), r.To)
	if r.From.Block == r.To || r.From.Offset < 0 || r.From.Offset > len(d.Blocks[r.From.Block].Text) {
		r.From.Offset = 0
	}
	return r
}

// minPage is the smallest page, in tokens: less would be all prefix and no text.
const minPage = 20

// Page renders as much of the range as fits max tokens (at least 20) and returns where to go on; done is true when nothing
// is left. It cuts between blocks, and a block that alone passes max at the end of a line, else of a sentence, else of
// a word. A page that ends inside a section goes back to its heading when that costs less than half of the page. It
// always makes progress.
func (d *Document) Page(r Range, max int) (text string, next Pos, done bool) {
	return d.MarkdownPage(View{}, r, max)
}

// MarkdownPage is Page for any view.
func (d *Document) MarkdownPage(v View, r Range, max int) (text string, next Pos, done bool) {
	r, max = d.clamp(r), atLeast(max, minPage)
	b := builder{d: d, v: v}
	used := 0
	if r.From.Block < r.To {
		used += b.repeatHead(r.From, max/2)
	}
	at := r.From
	var back struct { // the latest heading, where a page may end without parting it from its text
		pos  Pos
		len  int
		used int
	}
	for at.Block < r.To {
		size := b.Len()
		if d.Blocks[at.Block].Kind == Heading && size > 0 {
			back.pos, back.len, back.used = at, size, used
		}
		next := Pos{Block: at.Block + 1}
		cost := max + 1 // a block of more than ten bytes for each token cannot fit, so it need not be written to be measured
		if len(d.Blocks[at.Block].Text)-at.Offset <= 10*max {
			next = b.block(at, r)
			cost = Tokens(b.String()[size:])
		}
		if used+cost <= max {
			used += cost
			at = next
			continue
		}
		page := b.String()
		switch {
		case back.len > 0 && back.used > max/2:
			return page[:back.len], back.pos, false
		case at.Block > r.From.Block && size > 0 && (used > max/3 || d.Blocks[at.Block].Kind != Paragraph && used > 0): // a repeated header alone is no progress
			return trimHeadings(d, page[:size], at, r.From)
		}
		return b.split(page[:size], at, max-used)
	}
	return b.String(), at, true
}

// trimHeadings keeps a heading from standing alone at the end of a page.
func trimHeadings(d *Document, page string, at, from Pos) (string, Pos, bool) {
	for at.Block-1 > from.Block && d.Blocks[at.Block-1].Kind == Heading {
		i := strings.LastIndex(page, "\n\n")
		if i < 0 {
			break
		}
		page, at = page[:i], Pos{Block: at.Block - 1}
	}
	return page, at, false
}

// split writes the beginning of the block at, as much as fits max tokens, behind page. Targets of links are left out of a
// block that is cut, since a target cannot be.
func (b *builder) split(page string, at Pos, max int) (string, Pos, bool) {
	blk := &b.d.Blocks[at.Block]
	rest := blk.Text[at.Offset:]
	n := fit(rest, max-4) // tokens of room for the prefix and the fence
	if n < len(rest) {
		n = cutPoint(rest, n, blk.Kind)
	}
	out := builder{d: b.d, last: b.d.Blocks[atLeast(at.Block-1, 0)].Kind}
	out.WriteString(page)
	out.write(at.Block, at.Offset, at.Offset+n)
	next := Pos{Block: at.Block, Offset: at.Offset + n}
	if n == len(rest) {
		next = Pos{Block: at.Block + 1}
	}
	return out.String(), next, false
}

// atLeast is max under a name that says which of the two is the bound; in Page, max names the parameter.
func atLeast(n, low int) int { return max(n, low) }

// cutPoint returns where to cut s near n: at the end of a line or a sentence in its second half, else of a word, else of
// a rune. It is at least 1 for a text that is not empty.
func cutPoint(s string, n int, kind BlockKind) int {
	n = min(max(n, 1), len(s))
	for n < len(s) && s[n]&0xc0 == 0x80 { // not inside a rune
		n++
	}
	head := s[:n]
	// In this order a pause is kept whole: line, sentence in Latin, Chinese, Japanese and Indic scripts, clause, word.
	seps := []string{"\n", ". ", "! ", "? ", "。", "！", "？", "। ", "; ", " "}
	if kind == Code {
		seps = []string{"\n", " "}
	}
	for _, sep := range seps {
		if i := strings.LastIndex(head, sep); i >= n/2 && i+len(sep) <= n {
			return i + len(sep)
		}
	}
	if n > 1 && n < len(s) && s[n-1] == '\\' { // not inside an escape
		n--
	}
	return n
}

// repeatHead writes the header row again when a page begins inside a table, and returns its price in tokens. A header of
// more than max is not repeated: the rows have a better use for the room.
func (b *builder) repeatHead(from Pos, max int) int {
	d := b.d
	if d.Blocks[from.Block].Kind != Row || from.Offset > 0 {
		return 0
	}
	for i := from.Block - 1; i >= 0 && (d.Blocks[i].Kind == Row || d.Blocks[i].Kind == TableHead); i-- {
		if d.Blocks[i].Kind == TableHead {
			if Tokens(d.Blocks[i].Text) > min(max, 200) {
				return 0
			}
			b.write(i, 0, len(d.Blocks[i].Text))
			b.WriteByte('\n')
			return Tokens(b.String())
		}
	}
	return 0
}

// writeLines writes text with a prefix before each line, the first line having its own: that of a list item or a quote.
func writeLines(b *strings.Builder, first, rest, text string) {
	b.WriteString(first)
	if rest == "" {
		b.WriteString(text)
		return
	}
	for {
		line, more, ok := strings.Cut(text, "\n")
		b.WriteString(line)
		if !ok {
			return
		}
		b.WriteString("\n" + rest)
		text = more
	}
}

// separator stands between two blocks: one line end inside lists and tables, a blank line elsewhere.
func separator(a, b BlockKind) string {
	if a == b && (a == Item || a == Row || a == Pair || a == Definition) || a == TableHead && b == Row {
		return "\n"
	}
	return "\n\n"
}

// Outline lists the sections, one line each: "#anchor  title  ~tokens", indented by level. The estimate counts a section
// with its subsections. The lead is not listed.
func (d *Document) Outline() []string {
	lines := []string{}
	for _, l := range d.Lines() {
		lines = append(lines, strings.Repeat("  ", max(l.Level-2, 0))+"#"+l.Anchor+"  "+l.Title+"  ~"+itoa(l.Tokens))
	}
	return lines
}
