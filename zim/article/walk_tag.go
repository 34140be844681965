package article

import (
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// act does what the profile says of an element, and reports whether that was all.
func (w *walker) act(n *html.Node, e *elem) bool {
	switch e.rule.do {
	case doReferences:
		w.dropped(e.rule.name)
		w.lost()
		w.references(n)
	case doCitation:
		w.dropped(e.rule.name)
		w.citation(n)
	case doHatnote:
		w.hatnote(n)
	case doCaption:
		w.caption(n)
	case doLicense:
		w.dropped(e.rule.name)
		w.aside(n, &w.doc.License, maxLicense)
	case doDescription:
		w.dropped(e.rule.name)
		w.aside(n, &w.doc.Description, maxTitle)
	case doCategories:
		w.dropped(e.rule.name)
		w.collectLinks(n, InCategory)
	case doRelated:
		w.dropped(e.rule.name)
		w.collectLinks(n, Related)
	case doTitle:
		return w.titleElement(n)
	case doNote:
		w.note(n)
	case doNoteTitle:
		w.noteTitle(n)
	case doSignature, doSignatures, doInfobox, doData:
		return false // list and term know
	case doCoordinates:
		return w.coordinates(n)
	case doTeX:
		return w.texElement(n)
	case doQuestion, doAnswer, doAnswers, doReply, doAccepted, doScore, doTags, doDate, doComments, doComment:
		return w.postPart(n, e)
	default:
		return false
	}
	return true
}

// tag handles inline elements and those that make one block; what only groups goes on to blockElement.
func (w *walker) tag(n *html.Node, e *elem) {
	switch n.DataAtom {
	case atom.A:
		w.link(n)
	case atom.Span, atom.Small, atom.Bdi, atom.Abbr, atom.Time, atom.Font, atom.Tbody, atom.Thead, atom.Tfoot:
		w.kids(n)
	case atom.P:
		if w.join { // goes on behind the title of a note
			w.join = false
			w.kids(n)
			w.flush()
			return
		}
		w.apart(n, w.kind)
	case atom.Li:
		w.item(n)
	case atom.B, atom.Strong:
		w.emphasis(n, markStrong)
	case atom.Cite:
		if e.flags&isCited != 0 {
			w.kids(n)
		} else {
			w.emphasis(n, markEm)
		}
	case atom.I, atom.Em, atom.Var, atom.Dfn:
		w.emphasis(n, markEm)
	case atom.Del, atom.S, atom.Strike:
		w.emphasis(n, markStrike)
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		w.heading(n, e)
	case atom.Br:
		if w.kind == Hatnote {
			w.in.space = true
		} else if w.in.lineBreak() {
			w.flush()
		}
	case atom.Code, atom.Kbd, atom.Samp, atom.Tt:
		w.code(n)
	case atom.Pre, atom.Listing, atom.Xmp, atom.Plaintext:
		w.fence(n)
	case atom.Sup:
		w.script(n, '^')
	case atom.Sub:
		w.script(n, '_')
	case atom.Rt: // the reading stands behind its characters, where rp would put it
		w.in.raw("(")
		w.kids(n)
		w.in.raw(")")
	case atom.Q:
		w.quoted(n)
	case atom.Img:
		w.image(n)
	case atom.Hr, atom.Wbr, atom.Col, atom.Colgroup, atom.Source, atom.Track, atom.Param:
	case atom.Table:
		w.table(n, e)
	default:
		w.blockElement(n, e)
	}
}

// blockElement handles what stands on lines of its own; anything unknown is inline.
func (w *walker) blockElement(n *html.Node, e *elem) {
	switch n.DataAtom {
	case atom.Div, atom.Section, atom.Article, atom.Main, atom.Details, atom.Header, atom.Footer, atom.Center,
		atom.Address, atom.Aside, atom.Fieldset, atom.Body, atom.Html, atom.Form, atom.Hgroup, atom.Search,
		atom.Tr, atom.Td, atom.Th:
		if e.flags&isFigure != 0 {
			w.picture(n)
		} else {
			w.apart(n, w.kind)
		}
	case atom.Figure:
		w.picture(n)
	case atom.Figcaption, atom.Caption, atom.Legend:
		w.caption(n)
	case atom.Summary:
		w.summary(n)
	case atom.Ul, atom.Ol, atom.Menu, atom.Dir:
		w.list(n)
	case atom.Dl:
		w.definitions(n, e)
	case atom.Dt:
		w.term(n, e)
	case atom.Dd:
		w.description(n)
	case atom.Blockquote:
		w.quote(n)
	default:
		w.kids(n)
	}
}

// apart renders n's children as blocks of the given kind.
func (w *walker) apart(n *html.Node, kind BlockKind) {
	w.flush()
	old := w.kind
	w.kind = kind
	w.kids(n)
	w.flush()
	w.kind = old
}

// emphasis puts marks around n's text, of each block its own when it holds several.
func (w *walker) emphasis(n *html.Node, kind markKind) {
	if !w.in.push(kind, 0) {
		w.kids(n)
		return
	}
	w.kids(n)
	w.in.pop()
}

// quoted is a short quotation. Its marks are not in the page: browsers add them.
func (w *walker) quoted(n *html.Node) {
	w.in.raw("“")
	w.in.space = false
	w.kids(n)
	w.in.space = false
	w.in.raw("”")
}

// keptForm tells a form that wraps the page, as some sites write, from one to fill in.
func (w *walker) keptForm(n *html.Node) bool {
	if n.DataAtom != atom.Form {
		return false
	}
	for c := n; c != nil; c = next(n, c, true) {
		if !w.visit() {
			return false
		}
		switch c.DataAtom {
		case atom.P, atom.H1, atom.H2, atom.H3, atom.Article, atom.Main:
			return true
		}
	}
	return false
}
