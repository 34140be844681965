package article

import "strings"

// pairs writes an infobox as "- Key: value" lines. A row with one header over the width is a group, which becomes a prefix of the
// rows below it; rows whose label begins with a bullet belong to the group or row before them. What the page calls an infobox
// stands in the lead as a rule, wherever its table does.
func (g *grid) pairs() {
	w := g.w
	if title := g.title(); title != "" && !sameTitle(spanText(title), w.doc.Title) {
		w.put(Block{Kind: Pair, First: dashMarker}, "", w.in.b, w.in.spans)
	}
	w.in.reset(false)
	group, parent := "", "" // header over rows, and label of the row that rows with bullets belong to
	begun := false          // a header before the first pair is the title of the box
	var l line
	for i, r := range g.rows {
		cells := g.filled(r)
		switch {
		case len(cells) == 0:
			continue
		case len(cells) == 1:
			parent = ""
			if g.cells[cells[0]-1].head && begun && !g.lonely(i) {
				group = g.string(cells[0])
				continue
			}
			if group = ""; !sameTitle(spanText(g.string(cells[0])), w.doc.Title) {
				l.b, l.spans = l.b[:0], l.spans[:0]
				l.add(g, cells[0])
				g.pair(&l)
			}
			continue
		}
		begun = true
		label := strings.TrimRight(g.string(cells[0]), ": ")
		bare := strings.TrimLeft(label, "•·–—- ")
		l.b, l.spans = l.b[:0], l.spans[:0]
		switch {
		case len(bare) < len(label) && parent != "" && group != "":
			l.b = append(append(append(l.b, group...), ", "...), parent...)
		case len(bare) < len(label) && parent != "":
			l.b = append(l.b, parent...)
		case group != "":
			l.b = append(l.b, group...)
		}
		if len(bare) == len(label) {
			parent = label
		}
		g.keyed(&l, cells, bare)
		g.pair(&l)
	}
}

// keyed appends a label and its values to what stands before them.
func (g *grid) keyed(l *line, cells []int32, label string) {
	if len(l.b) > 0 {
		l.b = append(l.b, ", "...)
	}
	if c := &g.cells[cells[0]-1]; string(g.text[c.from:c.to]) == label {
		l.add(g, cells[0])
	} else {
		l.b = append(l.b, label...)
	}
	l.b = append(l.b, ": "...)
	for i, c := range cells[1:] {
		if i > 0 {
			l.b = append(l.b, "; "...)
		}
		l.add(g, c)
	}
}

// filled lists the cells of a row that have text. A cell that reaches down from the row above it is listed again.
func (g *grid) filled(r tableRow) []int32 {
	var out []int32
	for _, c := range g.at[r.from:r.to] {
		if c != 0 {
			out = append(out, c)
		}
	}
	return out
}

// lonely reports that row i, a header, is one that no row of label and value follows: a line of text, not a group.
func (g *grid) lonely(i int) bool {
	for _, later := range g.rows[i+1:] {
		if c := g.filled(later); len(c) > 0 {
			return len(c) < 2
		}
	}
	return true
}

// pair writes one line.
func (g *grid) pair(l *line) {
	if len(l.b) <= g.w.lim.Output-g.w.out {
		g.w.put(Block{Kind: Pair, First: dashMarker}, "", l.b, l.spans)
	} else {
		g.w.cut(CutOutput)
		g.w.done = true
	}
}

// sameTitle compares without case and marks.
func sameTitle(a, b string) bool {
	return a != "" && strings.EqualFold(strings.Trim(a, `"“”'*: `), strings.Trim(b, `"“”'*: `))
}
