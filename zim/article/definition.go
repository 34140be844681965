package article

import (
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

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
