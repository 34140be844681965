package article

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// table decides what a table is: an infobox, a way to place things, or data.
func (w *walker) table(t *html.Node, e *elem) {
	if w.in.cell || w.in.bare { // nested: its cells join the outer cell
		w.flush()
		w.nested(t)
		w.flush()
		return
	}
	w.flush()
	info := e.flags&isInfobox != 0 || e.do() == doInfobox
	if !info && w.places(t, e.do() == doData) {
		w.kids(t)
		w.flush()
		return
	}
	g := grid{w: w, info: info, maybe: e.flags&isVcard != 0, id: e.id, gridRoom: w.known.grid.emptied()}
	g.begin()
	g.read(t, false)
	g.end()
	w.known.grid = g.gridRoom
}

// begin lets the walker render cells: into a buffer of their own, while what was being written waits.
func (g *grid) begin() {
	w := g.w
	g.outer, g.kind = w.in, w.kind
	w.in, w.kind = w.known.cells, Paragraph
	w.in.reset(false)
	w.in.marks, w.in.cell, w.in.pipe, w.in.odd, w.in.runs = w.in.marks[:0], true, !g.info, false, g.outer.runs
}

// end writes the rows that were read.
func (g *grid) end() {
	w := g.w
	g.text, g.spans = w.in.b, w.in.spans
	g.outer.runs += w.in.runs + 1
	w.known.cells = w.in
	w.odd = w.odd || w.in.odd
	w.in, w.kind = g.outer, g.kind
	if g.info || g.maybe && g.width <= 2 {
		g.pairs()
	} else {
		g.pipes(g.id)
	}
}

// headingOf is the heading that is all a row of a data table holds, over several columns: it opens a section, and the rows below it
// are a table of their own. nil for all other rows.
func headingOf(tr *html.Node) *html.Node {
	td := onlyElement(tr)
	if td == nil || td.DataAtom != atom.Td && td.DataAtom != atom.Th || span(attr(td, "colspan")) < 2 {
		return nil
	}
	if h := onlyElement(td); h != nil && headingLevel(h.DataAtom) > 0 {
		return h
	}
	return nil
}

// onlyElement is the one element in n, nil when it holds text beside it or another.
func onlyElement(n *html.Node) *html.Node {
	var only *html.Node
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch {
		case c.Type == html.ElementNode && only != nil, c.Type == html.TextNode && strings.TrimSpace(c.Data) != "":
			return nil
		case c.Type == html.ElementNode:
			only = c
		}
	}
	return only
}

// split ends the table before a heading, and begins another behind it.
func (g *grid) split(h *html.Node) {
	g.end()
	g.w.element(h)
	*g = grid{w: g.w, maybe: g.maybe, before: g.before + len(g.at), gridRoom: g.emptied()}
	g.begin()
}

// nested joins the cells of a table in a cell.
func (w *walker) nested(t *html.Node) {
	for c := t.FirstChild; c != nil && !w.done; c = c.NextSibling {
		switch c.DataAtom {
		case atom.Tbody, atom.Thead, atom.Tfoot, atom.Tr:
			if !w.visit() {
				return
			}
			if e := w.judge(c); !e.hidden && e.do() != doDrop {
				w.nested(c)
			}
		default:
			w.node(c)
		}
	}
}

// places reports a table that only places things: marked so, of one column, or without header cells and with what data does not
// hold in its cells: headings, code, tables, or several paragraphs and lists; in a table of one row, which is how columns were made
// once, any list.
// A table that the profile calls data is not read as such for what its cells hold.
func (w *walker) places(t *html.Node, data bool) bool {
	switch attr(t, "role") {
	case "presentation", "none":
		return true
	}
	var s tableShape
	s.look(t, shapeDepth)
	return !s.head && (s.cols <= 1 || s.blocks && !data || s.lists && s.rows == 1)
}

// A tableShape is what tells a table of data from one that places things.
type tableShape struct {
	nodes  int  // looked at
	cols   int  // cells in the longest row, spans not expanded
	head   bool // has a header cell
	rows   int  // headings over the width not counted
	blocks bool // has what data does not hold
	lists  bool // a cell holds a list
}

const (
	shapeNodes = 4000 // what a table is shows in its first rows
	shapeDepth = 32
)

// look reads n's own rows. It does not look into tables within: their header cells say nothing of this one, and a nest
// of tables would be read once for each of its levels.
func (s *tableShape) look(n *html.Node, depth int) {
	cells, parts := 0, 0
	for c := n.FirstChild; c != nil && !s.head && s.nodes < shapeNodes; c = c.NextSibling { // a header cell decides
		s.nodes++
		switch c.DataAtom {
		case atom.Table:
			s.blocks = true
			continue
		case atom.Tr:
			if headingOf(c) != nil {
				continue
			}
			s.rows++
		case atom.Th:
			s.head = true
			cells++
		case atom.Td:
			cells++
		case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Pre:
			s.blocks = true
		case atom.P, atom.Ul, atom.Ol, atom.Dl, atom.Blockquote:
			parts++
			s.lists = s.lists || c.DataAtom == atom.Ul || c.DataAtom == atom.Ol || c.DataAtom == atom.Dl
		}
		if depth > 0 {
			s.look(c, depth-1)
		}
	}
	s.cols = max(s.cols, cells)
	s.blocks = s.blocks || parts > 2 && n.DataAtom == atom.Td
}
