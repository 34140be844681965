package article

import (
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// wideCell reports that the cell which begins spans columns.
func (r *reader) wideCell() bool { return span(attr(&r.n, "colspan")) > 1 }

// flushWide begins a cell. A heading directly in one over several columns opens a section, as in the walk.
func (r *reader) flushWide() {
	r.w.in.space = true
	if r.wideCell() {
		r.wide = r.tags
	}
}

// note follows ids that may name a heading.
func (r *reader) note(e *elem) {
	w, n, id := r.w, &r.n, e.id
	if id == "" && n.DataAtom == atom.A {
		id = attr(n, "name")
	}
	if id == "" && (r.head != nil || !opener(n.DataAtom) || len(w.ids.near) == 0) || r.inData() {
		return
	}
	if i := w.ids.note(nil, n.DataAtom, id, &w.in, w.prof); i >= 0 && isVoid(n.DataAtom) {
		w.ids.near[i].open = false
	}
}

// inData reports that an open table is data.
func (r *reader) inData() bool {
	for _, data := range r.tables {
		if data {
			return true
		}
	}
	return false
}

// flush ends a block, but not inside a heading.
func (r *reader) flush() {
	if r.head == nil {
		r.w.flush()
	} else {
		r.w.in.space = true
	}
}

// heading begins a heading, which ends the one that is open.
func (r *reader) heading(id string, title bool) {
	r.endHeading()
	w := r.w
	w.flush()
	r.head = &html.Node{Type: html.ElementNode, DataAtom: r.n.DataAtom, Data: r.n.Data}
	if r.tags == r.h1 || title {
		w.title = r.head
	}
	w.ids.begin(id, &w.in)
	w.in.bare = true
}

// term begins a term, which may be a signature.
func (r *reader) term(e *elem) {
	r.endHeading()
	w := r.w
	w.flush()
	if k := len(r.lists); !r.inData() && (e.do() == doSignature || k > 0 && r.lists[k-1] && e.id != "") {
		r.head = &html.Node{Type: html.ElementNode, DataAtom: atom.Dt, Data: "dt"}
		w.ids.begin(e.id, &w.in)
		w.in.bare = true
	}
}

// endHeading makes a section of the heading that is open.
func (r *reader) endHeading() {
	head := r.head
	if head == nil {
		return
	}
	r.head, r.w.in.bare = nil, false
	if head.DataAtom == atom.Dt {
		r.w.endSignature()
		return
	}
	r.w.endHeading(head, max(headingLevel(head.DataAtom), 1))
}

// answer begins an answer, which ends where the next one begins.
func (r *reader) answer(e *elem) {
	r.endHeading()
	r.w.flush()
	r.w.beginAnswer(&r.n, e)
}
