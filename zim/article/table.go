package article

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// table decides what a table is: an infobox, a way to place things, or data.
func (w *walker) table(t *html.Node) {
	if w.in.cell || w.headless { // nested: its cells join the outer cell
		w.flush()
		w.kids(t)
		w.flush()
		return
	}
	w.flush()
	if w.places(t) {
		w.kids(t)
		w.flush()
		return
	}
	g := grid{w: w, below: map[int]carry{}}
	outer, kind, bold, italic := w.in, w.kind, w.bold, w.italic
	// Cells are rendered by the same walker with a buffer of their own; what was being written waits.
	w.in, w.bold, w.italic = inline{cell: true}, false, false
	g.read(t)
	w.in, w.bold, w.italic = outer, bold, italic
	if g.caption != "" {
		w.emit(Block{Kind: Caption, Text: "**" + g.caption + "**"})
	}
	if isInfobox(t, g.width) {
		g.pairs()
	} else {
		g.pipes()
	}
	w.kind = kind
}

// isInfobox goes by the class names of MediaWiki in its languages. A vcard is one only when it is two columns wide, because
// lists of people carry that class too.
func isInfobox(t *html.Node, width int) bool {
	for c := range strings.FieldsSeq(attr(t, "class")) {
		switch {
		case strings.Contains(c, "infobox"), strings.Contains(c, "taxobox"), c == "biota", strings.HasPrefix(c, "ib-"),
			c == "vcard" && width <= 2:
			return true
		}
	}
	return false
}

// places reports a table that only places things: marked so, of one column, or without header cells and with blocks,
// headings or tables in its cells.
func (w *walker) places(t *html.Node) bool {
	switch attr(t, "role") {
	case "presentation", "none":
		return true
	}
	var s tableShape
	w.shape(t, &s)
	return w.done || !s.head && (s.cols <= 1 || s.blocks)
}

// A tableShape is what tells a table of data from one that places things.
type tableShape struct {
	cols   int  // cells in the longest row, spans not expanded
	head   bool // has a header cell
	blocks bool // has what data does not hold: headings, code, tables
}

// shape looks at n's own rows. It does not look into tables within: their header cells say nothing of this one, and a nest
// of tables would be read once for each of its levels.
func (w *walker) shape(n *html.Node, s *tableShape) {
	cells := 0
	for c := n.FirstChild; c != nil && !s.head && w.visit(); c = c.NextSibling { // a header cell decides
		switch c.DataAtom {
		case atom.Table:
			s.blocks = true
			continue
		case atom.Th:
			s.head = true
			cells++
		case atom.Td:
			cells++
		case atom.H1, atom.H2, atom.H3, atom.H4, atom.Pre:
			s.blocks = true
		}
		w.shape(c, s)
	}
	s.cols = max(s.cols, cells)
}

// A grid collects a table's cells with spans expanded.
type grid struct {
	w       *walker
	rows    []tableRow
	width   int
	cells   int // of all rows, spans expanded
	caption string
	below   map[int]carry // cells that reach down into later rows, by column
}

type tableRow struct {
	cells []string
	head  bool // only header cells
}

// A carry is a cell that reaches into rows below.
type carry struct {
	n int    // rows it still reaches
	s string // its text; "" in all but the first column of a span over columns
}

// read takes the rows of n in document order, whatever groups them: tfoot stands where the page has it.
func (g *grid) read(n *html.Node) {
	for c := n.FirstChild; c != nil && !g.full(); c = c.NextSibling {
		if !g.w.visit() {
			return
		}
		if c.Type != html.ElementNode || g.w.dropped(c) {
			continue
		}
		switch c.DataAtom {
		case atom.Caption:
			if g.caption == "" {
				g.caption = g.cell(c)
			}
		case atom.Tr:
			g.row(c)
		default:
			g.read(c)
		}
	}
}

// full reports that the table has as many cells as it may have, spans expanded, and says so in the document.
func (g *grid) full() bool {
	if g.cells < g.w.lim.TableCells {
		return false
	}
	g.w.cut(CutTable)
	return true
}

// cell renders one cell to a single line. The walker is in cell mode, so blocks inside join with "; " instead of ending.
func (g *grid) cell(n *html.Node) string {
	g.w.in.take()
	g.w.kids(n)
	return strings.Trim(strings.ReplaceAll(g.w.in.take(), "\n", " "), "; ")
}

// row reads one row. A cell that is left out still takes its columns, or those behind it would stand under wrong heads.
func (g *grid) row(tr *html.Node) {
	r := tableRow{head: true}
	any := false
	for d := tr.FirstChild; d != nil && g.w.visit(); d = d.NextSibling {
		if d.DataAtom != atom.Td && d.DataAtom != atom.Th {
			continue
		}
		any = true
		r.head = r.head && d.DataAtom == atom.Th
		r.cells = g.fill(r.cells)
		s := ""
		if !g.w.dropped(d) {
			s = g.cell(d)
		}
		r.cells = g.place(r.cells, s, span(attr(d, "colspan")), span(attr(d, "rowspan")))
	}
	if !any {
		return
	}
	r.cells = g.fill(r.cells)
	g.width = max(g.width, len(r.cells))
	g.cells += len(r.cells)
	g.rows = append(g.rows, r)
}

// fill adds the cells that reach down from above.
func (g *grid) fill(cells []string) []string {
	for len(cells) < g.w.lim.TableCols {
		p, ok := g.below[len(cells)]
		if !ok {
			break
		}
		if p.n--; p.n == 0 {
			delete(g.below, len(cells))
		} else {
			g.below[len(cells)] = p
		}
		cells = append(cells, p.s)
	}
	return cells
}

// place adds a cell: a span over columns gives the text once and then blanks, a span over rows repeats it in each row
// so that a row can be read by itself.
func (g *grid) place(cells []string, s string, cols, rows int) []string {
	for k := range cols {
		if len(cells) >= g.w.lim.TableCols {
			g.w.cut(CutTable)
			return cells
		}
		text := s
		if k > 0 {
			text = ""
		}
		if rows > 1 {
			g.below[len(cells)] = carry{rows - 1, text}
		}
		cells = append(cells, text)
	}
	return cells
}

// pairs writes an infobox as "- Key: value" lines.
func (g *grid) pairs() {
	for _, r := range g.rows {
		var full []string
		for _, s := range r.cells {
			if s != "" && (len(full) == 0 || full[len(full)-1] != s) {
				full = append(full, s)
			}
		}
		switch len(full) {
		case 0:
		case 1:
			if full[0] != g.w.doc.Title {
				g.w.emit(Block{Kind: Pair, First: "- ", Text: full[0]})
			}
		default:
			key := strings.TrimRight(strings.TrimLeft(full[0], "•–- "), ": ")
			g.w.emit(Block{Kind: Pair, First: "- ", Text: key + ": " + strings.Join(full[1:], "; ")})
		}
	}
}

// pipes writes a data table without padding, which costs a quarter more tokens and says nothing. Rows and columns
// without text vanish. Leading rows of header cells are joined into one.
func (g *grid) pipes() {
	used := make([]bool, g.width)
	n := 0
	for _, r := range g.rows {
		for i, s := range r.cells {
			if s != "" && !used[i] {
				used[i] = true
				n++
			}
		}
	}
	if n == 0 {
		return
	}
	rows := g.rows
	head := rows[0].cells // Markdown has no table without a header, so without header cells the first row is it
	rows = rows[1:]
	for n := 1; n < maxHeads && len(rows) > 1 && g.rows[0].head && rows[0].head; n++ {
		head = joinHeads(head, rows[0].cells)
		rows = rows[1:]
	}
	line := "|" + strings.Repeat("-|", n)
	g.w.emit(Block{Kind: TableHead, Text: g.line(head, used) + "\n" + line})
	for _, r := range rows {
		if g.w.done {
			return
		}
		if l := g.line(r.cells, used); strings.Trim(l, "|") != "" {
			g.w.emit(Block{Kind: Row, Text: l})
		}
	}
}

// line joins a row's cells. Its size is checked first: spans repeat text, and what they claim costs the page nothing.
func (g *grid) line(cells []string, used []bool) string {
	size := 0
	for _, s := range cells {
		size += len(s) + 1
	}
	if size > g.w.lim.Output-g.w.out {
		g.w.cut(CutOutput)
		g.w.done = true
		return ""
	}
	var b strings.Builder
	b.Grow(size + len(used))
	b.WriteByte('|')
	for i, u := range used {
		if !u {
			continue
		}
		if i < len(cells) {
			b.WriteString(cells[i])
		}
		b.WriteByte('|')
	}
	return b.String()
}

// maxHeads bounds the header rows that are joined into one.
const maxHeads = 4

// joinHeads puts one header row above another into one: Markdown has room for one. Equal texts, which spans over rows
// make, are said once.
func joinHeads(a, b []string) []string {
	out := make([]string, max(len(a), len(b)))
	for i := range out {
		var x, y string
		if i < len(a) {
			x = a[i]
		}
		if i < len(b) {
			y = b[i]
		}
		switch {
		case x == "" || x == y:
			out[i] = y
		case y == "":
			out[i] = x
		default:
			out[i] = x + " " + y
		}
	}
	return out
}

// span reads a colspan or rowspan: at least 1, at most 1000.
func span(s string) int {
	n := 0
	for i := 0; i < len(s) && s[i] >= '0' && s[i] <= '9' && n < 1000; i++ {
		n = n*10 + int(s[i]-'0')
	}
	return min(max(n, 1), 1000)
}
