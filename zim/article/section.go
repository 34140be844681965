package article

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// heading opens a section. In a table cell a heading is only text.
func (w *walker) heading(n *html.Node) {
	if w.in.cell || w.headless {
		w.flush()
		w.emphasis(n, &w.bold, "**")
		w.flush()
		return
	}
	w.pendingClear()
	pending := w.pending // flush counts the text before the element too, and would forget it
	w.flush()
	w.headless = true
	w.kids(n)
	w.headless = false
	title := Clip(w.in.take(), maxTitle)
	w.pending = ""
	if title == "" {
		return
	}
	level := int(n.Data[1] - '0') // h1 to h6
	if level == 1 {
		if w.titled { // the first h1 is the document's title already
			w.titled = false
			return
		}
		level = 2
	}
	w.heads++
	anchor, aliases := w.anchor(n, pending)
	w.doc.Sections = append(w.doc.Sections, Section{
		Title: PlainLine(title), Anchor: anchor, Level: level, Start: len(w.doc.Blocks), Aliases: aliases})
	// A heading in a list or a quote opens a section like any other, so it is written without their prefixes.
	lists, quotes := w.lists, w.quotes
	w.lists, w.quotes = nil, 0
	w.emit(Block{Kind: Heading, First: strings.Repeat("#", level) + " ", Text: title, Anchor: anchor})
	w.lists, w.quotes = lists, quotes
}

// anchor names a section by the page's own id: of the heading, of an element in it, of the section it opens, of an empty
// element before it; else by number. The first of equal ids wins.
func (w *walker) anchor(n *html.Node, pending string) (string, []string) {
	var ids []string
	add := func(id string) {
		id = PlainLine(id)
		if id != "" && len(id) <= 500 && len(ids) < 8 {
			ids = append(ids, id)
		}
	}
	add(attr(n, "id"))
	for c := range n.Descendants() {
		if !w.visit() {
			break
		}
		if c.DataAtom == atom.Span || c.DataAtom == atom.A {
			add(attr(c, "id"))
			add(attr(c, "name"))
		}
	}
	for p := n.Parent; p != nil && opens(p, n); p = p.Parent {
		add(attr(p, "id"))
		n = p
	}
	add(pending)
	ids = append(ids, "_"+strconv.Itoa(w.heads))
	return w.unique(ids[0]), ids[1:]
}

// unique numbers an id that was given out before. It remembers the next number, so that equal ids cost no search.
func (w *walker) unique(id string) string {
	n := w.anchors[id]
	w.anchors[id] = n + 1
	if n == 0 {
		return id
	}
	return w.unique(id + "_" + strconv.Itoa(n+1))
}

// opens reports that n is the first element of the section or division p.
func opens(p, n *html.Node) bool {
	if p.DataAtom != atom.Section && p.DataAtom != atom.Div && p.DataAtom != atom.Header && p.DataAtom != atom.Article {
		return false
	}
	tries := 0
	for c := p.FirstChild; c != nil && tries < 20; c = c.NextSibling {
		tries++
		if c.Type == html.ElementNode {
			return c == n
		}
		if c.Type == html.TextNode && strings.TrimSpace(c.Data) != "" {
			return false
		}
	}
	return false
}

// finish leaves out sections without content and sets the bounds of the others.
func (w *walker) finish() {
	d := w.doc
	keep := make([]bool, len(d.Sections))
	blocks := make([]int, len(d.Sections))
	for _, b := range d.Blocks {
		blocks[b.Section]++
	}
	minLevel := 7 // of the sections kept so far, from the end, until one of a higher level
	for i := len(d.Sections) - 1; i > 0; i-- {
		s := d.Sections[i]
		keep[i] = blocks[i] > 1 || minLevel > s.Level && minLevel < 7
		if keep[i] {
			minLevel = s.Level
		} else if s.Level < minLevel {
			minLevel = 7
		}
	}
	keep[0] = true
	w.compact(keep)
	bound(d)
}

// compact removes the sections that are not kept, with their headings.
func (w *walker) compact(keep []bool) {
	d := w.doc
	renumber := make([]int, len(keep))
	sections := d.Sections[:0]
	for i, s := range d.Sections {
		renumber[i] = len(sections)
		if keep[i] {
			sections = append(sections, s)
		}
	}
	d.Sections = sections
	out := d.Blocks[:0]
	for _, b := range d.Blocks {
		if !keep[b.Section] {
			continue
		}
		b.Section = renumber[b.Section]
		out = append(out, b)
	}
	d.Blocks = out
}

// bound sets Start, Own and End of every section from the blocks.
func bound(d *Document) {
	for i := range d.Sections {
		d.Sections[i].Start, d.Sections[i].Own = len(d.Blocks), len(d.Blocks)
	}
	for i := len(d.Blocks) - 1; i >= 0; i-- {
		d.Sections[d.Blocks[i].Section].Start = i
	}
	for i := len(d.Sections) - 2; i >= 0; i-- { // a lead without blocks begins where the first section does
		d.Sections[i].Start = min(d.Sections[i].Start, d.Sections[i+1].Start)
		d.Sections[i].Own = d.Sections[i+1].Start
	}
	var open []int // sections whose end is not known
	for i := range d.Sections {
		for len(open) > 0 && d.Sections[open[len(open)-1]].Level >= d.Sections[i].Level {
			d.Sections[open[len(open)-1]].End = d.Sections[i].Start
			open = open[:len(open)-1]
		}
		open = append(open, i)
	}
	for _, i := range open {
		d.Sections[i].End = len(d.Blocks)
	}
	d.Sections[0].End = d.Sections[0].Own // the lead has no subsections
}
