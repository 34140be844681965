package article

import (
	"strconv"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// A list is an open list of the page.
type list struct {
	ordered bool
	n, step int    // next number, and what is added for the one after
	width   int    // of the marker, in columns
	marker  string // of the item that has begun, until its first block is written
}

// indent is the width of the markers of the open lists: what stands so far in belongs to the item.
func (w *walker) indent() int {
	n := 0
	for _, l := range w.lists[:min(len(w.lists), maxLists)] {
		n += l.width
	}
	return n
}

// list opens a list. In a cell or a heading there are no lines, so its items are only separated.
func (w *walker) list(n *html.Node) {
	w.flush()
	if w.in.cell || w.in.bare {
		w.kids(n)
		w.flush()
		return
	}
	w.lists = append(w.lists, newList(n))
	old := w.kind
	w.kind = Item
	w.kids(n)
	w.flush()
	w.kind = old
	w.lists = w.lists[:len(w.lists)-1]
}

// newList reads how a list counts.
func newList(n *html.Node) list {
	l := list{ordered: n.DataAtom == atom.Ol, n: 1, step: 1}
	if !l.ordered {
		return l
	}
	for i := range n.Attr {
		if n.Attr[i].Key == "reversed" {
			l.step, l.n = -1, items(n)
		}
	}
	if v, ok := count(attr(n, "start")); ok {
		l.n = v
	}
	return l
}

// items counts the items of a list, for one that counts down.
func items(n *html.Node) int {
	k := 0
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.DataAtom == atom.Li {
			k++
		}
	}
	return k
}

// count reads a number of a list.
func count(s string) (int, bool) {
	if s == "" {
		return 0, false
	}
	v, err := strconv.Atoi(s)
	return v, err == nil && v > -1e6 && v < 1e6
}

// item gives the next block its marker, which waits in the list: the block may be a paragraph, code or another list.
func (w *walker) item(n *html.Node) {
	w.flush()
	if w.in.cell || w.in.bare {
		w.kids(n)
		w.flush()
		return
	}
	stray := len(w.lists) == 0 // an item without a list
	if stray {
		w.lists = append(w.lists, list{})
	}
	l := &w.lists[len(w.lists)-1]
	if v, ok := count(attr(n, "value")); ok && l.ordered {
		l.n = v
	}
	l.marker = dashMarker
	if l.ordered {
		l.marker = strconv.Itoa(l.n) + ". "
		l.n += l.step
	}
	l.width = len(l.marker)
	old, depth := w.kind, len(w.lists)
	w.kind = Item
	w.kids(n)
	w.flush()
	w.kind = old
	if len(w.lists) >= depth {
		w.lists[depth-1].marker = ""
	}
	if stray {
		w.lists = w.lists[:depth-1]
	}
}

// quote marks the blocks of a quotation.
func (w *walker) quote(n *html.Node) {
	if w.in.cell || w.in.bare {
		w.apart(n, w.kind)
		return
	}
	w.flush()
	w.quotes++
	old := w.kind
	if w.kind == Paragraph {
		w.kind = Quote
	}
	w.kids(n)
	w.flush()
	w.kind = old
	w.quotes--
}

// note is a quotation whose title stands at the beginning of its first line.
func (w *walker) note(n *html.Node) { w.quote(n) }

// noteTitle writes the title of a note and lets the next paragraph go on behind it.
func (w *walker) noteTitle(n *html.Node) {
	w.flush()
	w.emphasis(n, markStrong)
	w.in.space = true
	w.join = !w.in.cell && !w.in.bare
}

// hatnote is one line in italics.
func (w *walker) hatnote(n *html.Node) {
	w.flush()
	old := w.kind
	w.kind = Hatnote
	w.emphasis(n, markEm)
	w.flush()
	w.kind = old
}

// summary is the line that a folded part shows: in bold, unless it is a heading.
func (w *walker) summary(n *html.Node) {
	w.flush()
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch c.DataAtom {
		case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
			w.kids(n)
			w.flush()
			return
		}
	}
	w.emphasis(n, markStrong)
	w.flush()
}
