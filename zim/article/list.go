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

// definitions is a list of terms and descriptions. Where the profile says so its terms open sections.
func (w *walker) definitions(n *html.Node, e *elem) {
	if w.in.cell || w.in.bare {
		w.apart(n, w.kind)
		return
	}
	w.flush()
	dl, terms := w.sigDL, w.terms
	w.sigDL, w.terms = nil, nil
	if e.do() == doSignatures {
		w.sigDL = n
		w.sigs++
	}
	w.kids(n)
	w.flush()
	if e.do() == doSignatures {
		w.sigs--
	}
	w.sigDL, w.terms = dl, terms
}

// term writes a term as a bold line, or opens a section with a signature.
func (w *walker) term(n *html.Node, e *elem) {
	w.flush()
	switch {
	case w.in.cell || w.in.bare:
		w.kids(n)
		w.flush()
		return
	case e.do() == doSignature || w.sigDL != nil && w.sigDL == n.Parent && e.id != "":
		w.signature(n, e)
		return
	}
	old := w.kind
	w.kind = Definition
	before := len(w.doc.Blocks)
	w.emphasis(n, markStrong)
	w.flush()
	w.kind = old
	if before < len(w.doc.Blocks) {
		w.doc.Blocks[before].Anchor = w.termAnchor(n, e.id)
		w.terms = append(w.terms, before)
	}
}

// termAnchor is the id of a term, of the term it wraps, or of an anchor in it.
func (w *walker) termAnchor(n *html.Node, id string) string {
	for c, tries := n.FirstChild, 0; c != nil && id == "" && tries < 16; c, tries = next(n, c, true), tries+1 {
		if c.DataAtom == atom.A || c.DataAtom == atom.Span {
			if id = attr(c, "id"); id == "" && c.DataAtom == atom.A {
				id = attr(c, "name")
			}
		}
	}
	return w.blockAnchor(id)
}

// blockAnchor makes an anchor of an id: not of one that the scraper made up, and not the same twice.
func (w *walker) blockAnchor(id string) string {
	if id == "" || len(id) > maxID || w.prof.auto(id) {
		return ""
	}
	return w.ids.unique(PlainLine(id))
}

// signature opens a section with what people look up: the name of a function, with its arguments, as code.
func (w *walker) signature(n *html.Node, e *elem) {
	w.ids.begin(e.id, &w.in)
	w.in.bare = true
	w.kids(n)
	w.in.bare = false
	w.endSignature()
}

// endSignature makes a section of the text that was collected since ids.begin.
func (w *walker) endSignature() {
	w.in.suspend()
	w.ids.open = false
	if w.in.empty() {
		w.in.reset(false)
		return
	}
	title := plainOf(string(w.in.b))
	if len(title) > maxHeading {
		title = Clip(title, maxTitle)
	}
	q := "`"
	for longestRun(title, '`') >= len(q) {
		q += "`"
	}
	if string(w.in.b) == title { // nothing was escaped: links stand where they stood
		w.in.spans = codeSpans(w.in.spans, 0, len(q))
	} else {
		w.signatureLinks(title, len(q))
	}
	w.in.b = append(w.in.b[:0], title...)
	level := min(max(w.level, 1)+max(w.sigs, 1), 6)
	w.section(Section{Title: Clip(title, maxTitle), Level: level, keep: true}, q, q)
	w.in.reset(false)
}

// signatureLinks places links in a signature from which escapes were removed.
func (w *walker) signatureLinks(title string, q int) {
	spans := w.in.spans[:0]
	for _, s := range w.in.spans {
		s.Start, s.End = len(unescapeMarkdown(string(w.in.b[:s.Start]))), len(unescapeMarkdown(string(w.in.b[:s.End])))
		if s.End <= len(title) {
			spans = append(spans, s)
		}
	}
	w.in.spans = codeSpans(spans, 0, q)
}

// description writes ": " before the first block, unless that is a formula or code which stands by itself.
func (w *walker) description(n *html.Node) {
	w.flush()
	if w.in.cell || w.in.bare {
		w.kids(n)
		w.flush()
		return
	}
	old, terms := w.kind, w.terms
	body := w.sigDL != nil && w.sigDL == n.Parent // what a signature is about is the text of its section
	before := len(w.doc.Blocks)
	if !body {
		w.kind = Definition
	}
	w.terms = nil
	w.kids(n)
	w.flush()
	w.kind, w.terms = old, terms
	if !body && before < len(w.doc.Blocks) && w.doc.Blocks[before].Kind == Definition && w.doc.Blocks[before].end == 0 {
		w.doc.Blocks[before].First += ": "
		w.out += 2
	}
	for _, t := range w.terms {
		w.doc.Blocks[t].end = len(w.doc.Blocks)
	}
	w.terms = w.terms[:0]
}
