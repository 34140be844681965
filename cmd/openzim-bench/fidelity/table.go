package fidelity

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// isLayout reports a table that only places things: said so by its author, or without a header cell and of one column or
// with things in its cells that are no data (headings, code, tables, several blocks; in a single row any list: columns of text).
func (x *extractor) isLayout(t *html.Node) bool {
	if r := attr(t, "role"); r == "presentation" || r == "none" {
		return true
	}
	head, rich, cols := false, false, 0
	rows := x.trs(t)
	for _, tr := range rows {
		n := 0
		for c := tr.FirstChild; c != nil; c = c.NextSibling {
			head = head || c.DataAtom == atom.Th
			if isCell(c) {
				n++
			}
		}
		for c := tr.FirstChild; c != nil && n > 1; c = c.NextSibling { // a heading over the width parts a table of data
			rich = rich || isCell(c) && (x.rich(c) || len(rows) == 1 && first(c, isList) != nil)
		}
		cols = max(cols, n)
	}
	return !head && (rich || cols <= 1)
}

// overWidth reports a heading in the only filled cell of its row: it parts the table, and is a heading of the page.
func (x *extractor) overWidth(h *html.Node) bool {
	n := h
	for n != nil && n.DataAtom != atom.Tr {
		n = n.Parent
	}
	filled := 0
	for c := first(n, isCell); c != nil; c = c.NextSibling {
		if isCell(c) && !x.out(c) && squash(x.text(c, false)) != "" {
			filled++
		}
	}
	return filled == 1
}

func isList(n *html.Node) bool {
	return n.DataAtom == atom.Ul || n.DataAtom == atom.Ol || n.DataAtom == atom.Dl
}

func isCell(n *html.Node) bool { return n.DataAtom == atom.Td || n.DataAtom == atom.Th }

// rich reports a cell that holds what data does not.
func (x *extractor) rich(cell *html.Node) bool {
	count := 0
	for c := range cell.Descendants() {
		switch c.DataAtom {
		case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Table, atom.Pre:
			return !x.below(c)
		case atom.P, atom.Blockquote, atom.Ul, atom.Ol, atom.Dl:
			if c.Parent == cell {
				count++
			}
		}
	}
	return count > 2
}

// trs returns the rows of t itself, not those of tables in it.
func (x *extractor) trs(t *html.Node) (out []*html.Node) {
	for c := t.FirstChild; c != nil; c = c.NextSibling {
		switch {
		case x.out(c) || c.DataAtom == atom.Table || c.DataAtom == atom.Caption:
		case c.DataAtom == atom.Tr:
			out = append(out, c)
		default:
			out = append(out, x.trs(c)...)
		}
	}
	return out
}

// table notes the cells and rows of a data table, and the pairs when it is an infobox.
func (x *extractor) table(t *html.Node) {
	box := isBox(t)
	if c := first(t, func(n *html.Node) bool { return n.DataAtom == atom.Caption }); box && c != nil && squash(x.text(c, false)) == x.title {
		x.optional(x.text(c, false))
	}
	for _, tr := range x.trs(t) {
		var r row
		for c := tr.FirstChild; c != nil; c = c.NextSibling {
			if !isCell(c) || x.out(c) {
				continue
			}
			text := x.text(c, false)
			k := cell{squash(text), squash(x.text(c, true)), brief(text)}
			if k.plain == "" {
				continue
			}
			x.page.cells = append(x.page.cells, k)
			r = append(r, k)
			x.spans(c, text)
		}
		if box && len(r) == 1 && r[0].plain == x.title { // the name of the page once more, as the box's title
			x.optional(r[0].shown)
		}
		if len(r) > 1 {
			x.page.rows = append(x.page.rows, r)
		}
		if box && len(r) == 2 {
			x.page.pairs = append(x.page.pairs, pair{r[0].plain, r[1].plain, r[0].shown + ": " + r[1].shown})
		}
	}
}

// spans notes the text that a cell over several rows shows in each of them.
func (x *extractor) spans(c *html.Node, text string) {
	n, err := strconv.Atoi(strings.TrimSpace(attr(c, "rowspan")))
	if err != nil || n < 2 {
		return
	}
	x.page.repeats += strings.Repeat(" "+text+" ", min(n-1, maxRepeats))
}

// maxRepeats bounds what one cell may be repeated: a page may claim any number.
const maxRepeats = 1000

// isBox goes by the names that wikis give to the box with facts.
func isBox(t *html.Node) bool {
	for c := range strings.FieldsSeq(attr(t, "class")) {
		if strings.Contains(c, "infobox") || strings.Contains(c, "taxobox") || strings.HasPrefix(c, "ib-") || c == "biota" {
			return true
		}
	}
	return false
}
