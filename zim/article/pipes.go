package article

import "strconv"

// pipes writes a data table without padding, which costs a quarter more tokens and says nothing. Rows and columns
// without text vanish.
func (g *grid) pipes(id string) {
	w, d := g.w, g.w.doc
	used := g.used()
	if len(used) == 0 {
		w.in.reset(false)
		if g.captionNode != nil {
			w.caption(g.captionNode)
		}
		return
	}
	t := Table{Anchor: w.blockAnchor(id), Section: len(d.Sections) - 1, Start: len(d.Blocks), Cols: len(used)}
	shown := t.Anchor != ""
	number := "table-" + strconv.Itoa(len(d.Tables)+1)
	if !shown {
		t.Anchor = w.ids.unique(number)
	}
	g.writeCaption(&t, shown)
	head, rest := g.header()
	var l line
	g.line(&l, head, used)
	l.b = append(append(l.b, '\n'), '|')
	for range used {
		l.b = append(l.b, "-|"...)
	}
	t.Head = w.put(Block{Kind: TableHead, Anchor: t.Anchor}, "", l.b, l.spans)
	for _, r := range rest {
		l.b, l.spans = l.b[:0], l.spans[:0]
		if g.line(&l, g.at[r.from:r.to], used) {
			w.put(Block{Kind: Row}, "", l.b, l.spans)
		}
		if w.done {
			break
		}
	}
	if t.End = len(d.Blocks); t.Head >= 0 {
		d.Tables = append(d.Tables, t)
	}
}

// writeCaption writes the caption as a bold line, with the anchor that the page gives the table.
func (g *grid) writeCaption(t *Table, shown bool) {
	w := g.w
	if title := g.title(); title != "" {
		if t.Caption = Clip(spanText(title), maxCaption); shown {
			w.in.b = append(append(append(w.in.b, " {#"...), t.Anchor...), '}')
		}
		w.put(Block{Kind: Caption}, "", w.in.b, w.in.spans)
	}
	w.in.reset(false)
}

// used lists the columns in which any row has text.
func (g *grid) used() []int {
	has := make([]bool, g.width)
	for _, r := range g.rows {
		for i, c := range g.at[r.from:r.to] {
			has[i] = has[i] || c != 0
		}
	}
	var cols []int
	for i, h := range has {
		if h {
			cols = append(cols, i)
		}
	}
	return cols
}

// line joins a row's cells, and reports whether any of them has text. Its size is checked first: spans repeat text, and what
// they claim costs the page nothing.
func (g *grid) line(l *line, cells []int32, used []int) bool {
	size, any := len(used)+1, false
	for _, c := range cells {
		if c != 0 {
			size += g.cells[c-1].to - g.cells[c-1].from
			any = true
		}
	}
	if size > g.w.lim.Output-g.w.out {
		g.w.cut(CutOutput)
		g.w.done = true
		return false
	}
	l.b = append(l.b, '|')
	for _, i := range used {
		if i < len(cells) {
			l.add(g, cells[i])
		}
		l.b = append(l.b, '|')
	}
	return any
}

// maxHeads bounds the header rows that are joined into one.
const maxHeads = 4

// header returns the cells of the header row and the rows below it. Leading rows of header cells are joined by column: Markdown
// has room for one. Without header cells the first row is the header, since there is no table without one.
func (g *grid) header() ([]int32, []tableRow) {
	first := 0
	for first < len(g.rows)-1 && g.blank(g.rows[first]) {
		first++
	}
	head := append([]int32(nil), g.at[g.rows[first].from:g.rows[first].to]...)
	rest := g.rows[first+1:]
	for n := 1; n < maxHeads && len(rest) > 1 && g.rows[first].head && rest[0].head; n++ {
		head = g.join(head, g.at[rest[0].from:rest[0].to])
		rest = rest[1:]
	}
	return head, rest
}

// blank reports a row without text.
func (g *grid) blank(r tableRow) bool {
	for _, c := range g.at[r.from:r.to] {
		if c != 0 {
			return false
		}
	}
	return true
}

// join puts one header row above another into one. A cell over several columns heads each of them; equal cells, which spans over
// rows make, are said once.
func (g *grid) join(a, b []int32) []int32 {
	out := make([]int32, max(len(a), len(b)))
	var above int32 // the header that reaches over this column
	left := 0
	for i := range out {
		var x, y int32
		if i < len(a) {
			x = a[i]
		}
		if i < len(b) {
			y = b[i]
		}
		if x != 0 {
			above, left = x, g.cells[x-1].cols
		}
		if left--; x == 0 && left >= 0 && y != 0 {
			x = above
		}
		out[i] = g.joinCells(x, y)
	}
	return out
}

// joinCells makes one cell of two, behind all others.
func (g *grid) joinCells(x, y int32) int32 {
	switch {
	case x == 0 || x == y:
		return y
	case y == 0:
		return x
	}
	if len(g.text) > g.w.lim.Output {
		return y
	}
	l := line{b: g.text}
	c := cell{from: len(g.text), span: len(g.spans), cols: g.cells[y-1].cols}
	l.add(g, x)
	l.b = append(l.b, ' ')
	l.add(g, y)
	g.text, g.spans = l.b, append(g.spans, l.spans...)
	c.to, c.spanTo = len(g.text), len(g.spans)
	g.cells = append(g.cells, c)
	return int32(len(g.cells))
}

// span reads a colspan or rowspan: at least 1, at most 1000.
func span(s string) int {
	n := 0
	for i := 0; i < len(s) && s[i] >= '0' && s[i] <= '9' && n < 1000; i++ {
		n = n*10 + int(s[i]-'0')
	}
	return min(max(n, 1), 1000)
}
