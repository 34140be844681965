package article

import (
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// A grid collects a table's cells with spans expanded.
type grid struct {
	w      *walker
	info   bool // cells are kept as they stand: an infobox has no columns
	maybe  bool // may be an infobox if it is narrow
	id     string
	outer  inline // what was being written around the table
	kind   BlockKind
	text   []byte
	spans  []Span
	width  int
	before int // expanded cells of the parts that are written
	gridRoom

	captionNode *html.Node
}

// A gridRoom is what a grid holds of its cells. Tables of a page, and of those after it, use the same room.
type gridRoom struct {
	cells []cell
	at    []int32 // the expanded rows one behind the other: index of a cell + 1, 0 for a blank
	rows  []tableRow
	below []carry // cells that reach down into later rows, by column
}

func (r *gridRoom) emptied() gridRoom {
	return gridRoom{cells: r.cells[:0], at: r.at[:0], rows: r.rows[:0], below: r.below[:0]}
}

// A cell is where the text and the spans of one cell stand.
type cell struct {
	from, to     int
	span, spanTo int
	head         bool
	cols         int
}

type tableRow struct {
	from, to int  // in grid.at
	head     bool // only header cells
}

// A carry is a cell that reaches into rows below.
type carry struct {
	n    int   // rows it still reaches
	cell int32 // as in grid.at
}

// read takes the rows of n in document order, whatever groups them: tfoot stands where the page has it.
func (g *grid) read(n *html.Node, head bool) {
	for c := n.FirstChild; c != nil && !g.full() && g.w.visit(); c = c.NextSibling {
		if c.Type != html.ElementNode {
			continue
		}
		e := g.w.judge(c)
		if e.hidden || e.do() == doDrop {
			g.w.leaveOut(c, dropName(&e))
			continue
		}
		switch c.DataAtom {
		case atom.Caption:
			if g.captionNode == nil {
				g.captionNode = c
			}
		case atom.Tr:
			if h := headingOf(c); h != nil && !g.info && g.w.visit() {
				g.split(h)
			} else {
				g.row(c, head)
			}
		case atom.Script, atom.Style, atom.Template:
		default:
			g.read(c, c.DataAtom == atom.Thead)
		}
	}
}

// dropName is the rule that leaves an element out.
func dropName(e *elem) string {
	if e.hidden {
		return "hidden"
	}
	return e.rule.name
}

// full reports that the table has as many cells as it may have, spans expanded, and says so in the document.
func (g *grid) full() bool {
	if g.before+len(g.at) < g.w.lim.TableCells {
		return false
	}
	g.w.cut(CutTable)
	return true
}

// row reads one row. A cell that is left out still takes its columns, or those behind it would stand under wrong heads.
func (g *grid) row(tr *html.Node, head bool) {
	r := tableRow{from: len(g.at), head: true}
	any := false
	for d := tr.FirstChild; d != nil && g.w.visit(); d = d.NextSibling {
		if d.DataAtom != atom.Td && d.DataAtom != atom.Th {
			continue
		}
		any = true
		r.head = r.head && d.DataAtom == atom.Th
		g.fill(r.from)
		cols, rows := span(attr(d, "colspan")), span(attr(d, "rowspan"))
		g.place(r.from, g.cell(d, cols), cols, rows)
	}
	if !any {
		return
	}
	g.fill(r.from)
	r.to, r.head = len(g.at), r.head || head
	g.width = max(g.width, r.to-r.from)
	g.rows = append(g.rows, r)
}

// cell renders one cell to a single line, behind the others, and returns its index + 1, or 0 when it is blank. The walker is in
// cell mode, so blocks inside join with "; " instead of ending.
func (g *grid) cell(n *html.Node, cols int) int32 {
	w := g.w
	w.in.reset(true)
	c := cell{from: len(w.in.b), span: len(w.in.spans), head: n.DataAtom == atom.Th, cols: cols}
	if e := w.judge(n); e.hidden || e.do() == doDrop {
		w.leaveOut(n, dropName(&e))
	} else {
		w.kids(n)
	}
	w.in.suspend()
	if c.to, c.spanTo = len(w.in.b), len(w.in.spans); c.from == c.to {
		return 0
	}
	g.cells = append(g.cells, c)
	return int32(len(g.cells))
}

// fill adds the cells that reach down from above.
func (g *grid) fill(from int) {
	for col := len(g.at) - from; col < len(g.below) && g.below[col].n > 0; col++ {
		g.below[col].n--
		g.at = append(g.at, g.below[col].cell)
	}
}

// place adds a cell: a span over columns gives the text once and then blanks, a span over rows repeats it in each row
// so that a row can be read by itself.
func (g *grid) place(from int, cell int32, cols, rows int) {
	for k := range cols {
		col := len(g.at) - from
		if col >= g.w.lim.TableCols {
			g.w.cut(CutTable)
			return
		}
		if k > 0 {
			cell = 0
		}
		if rows > 1 {
			for len(g.below) <= col {
				g.below = append(g.below, carry{})
			}
			g.below[col] = carry{rows - 1, cell}
		}
		g.at = append(g.at, cell)
	}
}

// string is the text of a cell, by its index + 1.
func (g *grid) string(i int32) string {
	if i == 0 {
		return ""
	}
	c := &g.cells[i-1]
	return string(g.text[c.from:c.to])
}

// line is a row being assembled, with the spans of its cells.
type line struct {
	b     []byte
	spans []Span
}

// add appends a cell.
func (l *line) add(g *grid, i int32) {
	if i == 0 {
		return
	}
	c := &g.cells[i-1]
	by := len(l.b) - c.from
	for _, s := range g.spans[c.span:c.spanTo] {
		s.Start, s.End = s.Start+by, s.End+by
		l.spans = append(l.spans, s)
	}
	l.b = append(l.b, g.text[c.from:c.to]...)
}

// title reads the caption as a line of text.
func (g *grid) title() string {
	w := g.w
	if g.captionNode == nil {
		return ""
	}
	w.in.reset(false)
	w.in.cell = true
	w.in.push(markStrong, 0)
	w.kids(g.captionNode)
	w.in.pop()
	w.in.suspend()
	w.in.cell = false
	return string(w.in.b)
}
