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

// Text renders the range as Markdown.
func (d *Document) Text(r Range) string {
	var b strings.Builder
	r = d.clamp(r)
	for i := r.From.Block; i < r.To; i++ {
		off := 0
		if i == r.From.Block {
			off = r.From.Offset
		}
		d.write(&b, i, i > r.From.Block, off, len(d.Blocks[i].Text))
	}
	return b.String()
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
	r, max = d.clamp(r), atLeast(max, minPage)
	var b strings.Builder
	used := 0
	if r.From.Block < r.To {
		used += d.repeatHead(&b, r.From, max/2)
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
		cost := max + 1 // a block of more than ten bytes for each token cannot fit, so it need not be written to be measured
		if len(d.Blocks[at.Block].Text)-at.Offset <= 10*max {
			d.write(&b, at.Block, size > 0, at.Offset, len(d.Blocks[at.Block].Text))
			cost = Tokens(b.String()[size:])
		}
		if used+cost <= max {
			used += cost
			at = Pos{Block: at.Block + 1}
			continue
		}
		page := b.String()
		switch {
		case back.len > 0 && back.used > max/2:
			return page[:back.len], back.pos, false
		case at.Block > r.From.Block && (used > max/3 || d.Blocks[at.Block].Kind != Paragraph && used > 0): // a repeated header alone is no progress
			return trimHeadings(d, page[:size], at, r.From)
		}
		return d.split(page[:size], at, max-used)
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

// split writes the beginning of the block at, as much as fits max tokens, behind page.
func (d *Document) split(page string, at Pos, max int) (string, Pos, bool) {
	rest := d.Blocks[at.Block].Text[at.Offset:]
	n := fit(rest, max-4) // tokens of room for the prefix and the fence
	if n < len(rest) {
		n = cutPoint(rest, n, d.Blocks[at.Block].Kind)
	}
	var b strings.Builder
	b.WriteString(page)
	d.write(&b, at.Block, page != "", at.Offset, at.Offset+n)
	next := Pos{Block: at.Block, Offset: at.Offset + n}
	if n == len(rest) {
		next = Pos{Block: at.Block + 1}
	}
	return b.String(), next, false
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
	return n
}

// repeatHead writes the header row again when a page begins inside a table, and returns its price in tokens. A header of
// more than max is not repeated: the rows have a better use for the room.
func (d *Document) repeatHead(b *strings.Builder, from Pos, max int) int {
	if d.Blocks[from.Block].Kind != Row || from.Offset > 0 {
		return 0
	}
	for i := from.Block - 1; i >= 0 && (d.Blocks[i].Kind == Row || d.Blocks[i].Kind == TableHead); i-- {
		if d.Blocks[i].Kind == TableHead {
			if Tokens(d.Blocks[i].Text) > min(max, 200) {
				return 0
			}
			d.write(b, i, false, 0, len(d.Blocks[i].Text))
			b.WriteByte('\n')
			return Tokens(b.String())
		}
	}
	return 0
}

// write renders the bytes [from, to) of block i, after a separator when something stands before it.
func (d *Document) write(b *strings.Builder, i int, sep bool, from, to int) {
	blk := d.Blocks[i]
	if sep && !strings.HasSuffix(b.String(), "\n") {
		b.WriteString(separator(d.Blocks[max(i-1, 0)].Kind, blk.Kind))
	}
	text := blk.Text[from:to]
	first := blk.First
	if from > 0 {
		first = blk.Rest
	}
	if blk.Kind == Code {
		fence := strings.Repeat("`", max(3, longestRun(blk.Text, '`')+1))
		b.WriteString(first + fence + blk.Lang + "\n")
		writeLines(b, blk.Rest, blk.Rest, strings.Trim(text, "\n"))
		b.WriteString("\n" + blk.Rest + fence)
		return
	}
	writeLines(b, first, blk.Rest, strings.TrimSpace(text))
	if blk.Kind == Heading {
		b.WriteString(" {#" + blk.Anchor + "}")
	}
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
	price := make([]int, len(d.Blocks)+1) // tokens before each block
	for i, b := range d.Blocks {
		price[i+1] = price[i] + Tokens(b.First+b.Text) + 1
	}
	for _, s := range d.Sections[1:] {
		lines = append(lines, strings.Repeat("  ", max(s.Level-2, 0))+"#"+s.Anchor+"  "+s.Title+"  ~"+itoa(price[s.End]-price[s.Start]))
	}
	return lines
}
