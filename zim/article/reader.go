package article

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// A reader writes the blocks of a page from its tags.
type reader struct {
	streamer
	root   int    // number of the start tag of the content element, 0 when all is content
	h1     int    // of the first h1, 0 when the survey saw none
	title  string // its text
	known  bool   // it is the title by the profile
	name   atom.Atom
	depth  int        // open elements of the content element's name
	head   *html.Node // heading that is open
	lists  []bool     // open definition lists: whether their terms are signatures
	wide   int        // number of the latest cell that spans columns
	tables []bool     // open tables: whether they are data, where headings are only text
}

// run reads the content element to its end.
func (r *reader) run() {
	if r.h1 > 0 {
		r.w.title = &html.Node{}
		if r.h1 < r.root {
			r.w.doc.Title, r.w.doc.Heading, r.w.outside = r.title, r.title, !r.known
		}
	}
	for {
		switch t := r.next(); {
		case t == html.ErrorToken:
			r.endHeading()
			return
		case r.tags < r.root:
		case t == html.StartTagToken && r.tags == r.root && r.depth == 0 && r.root > 0:
			r.name, r.depth = r.n.DataAtom, 1
		case t == html.TextToken:
			r.text(r.z.Text())
		case t == html.StartTagToken:
			r.start()
		case t == html.EndTagToken:
			if !r.end() {
				return
			}
		}
	}
}

// text writes a text token.
func (r *reader) text(b []byte) {
	if len(r.w.in.b)+len(b) > r.w.lim.Output {
		r.w.cut(CutOutput)
		return
	}
	r.w.text(string(b))
}

// start decides what an element is, by the rules of the walk.
func (r *reader) start() {
	w, n := r.w, &r.n
	e := w.judge(n)
	switch {
	case n.DataAtom == atom.Head || n.DataAtom == atom.Html:
	case e.flags&(isMath|isMathView) != 0 || n.Data == "math" || n.DataAtom == atom.Script && strings.HasPrefix(attr(n, "type"), "math/tex"):
		r.formula(&e)
	case n.DataAtom == atom.Img && e.flags&isMathImg != 0:
		w.formula(attr(n, "alt"), e.flags&isDisplay != 0)
	case e.hidden:
		r.leaveOut("hidden", nil)
	case leftOut(e.do()) || w.post != nil && ofPost(e.do()):
		if e.do() == doAccepted {
			w.post.accepted = true
		}
		r.leaveOut(e.rule.name, r.votes(&e))
	case neverText(n) && n.DataAtom != atom.Form:
		r.leaveOut(n.Data, nil)
	default:
		if n.DataAtom == r.name && r.root > 0 {
			r.depth++
		}
		r.enter(&e)
	}
}

// leftOut lists what is no text of the page.
func leftOut(do action) bool {
	switch do {
	case doDrop, doReferences, doCitation, doLicense, doDescription, doCategories, doRelated:
		return true
	}
	return false
}

// ofPost lists the parts of a post that stand in its heading or are shown elsewhere.
func ofPost(do action) bool {
	switch do {
	case doAccepted, doScore, doTags, doDate, doComments, doComment:
		return true
	}
	return false
}

// votes reads the score of a post that says it in text.
func (r *reader) votes(e *elem) func(*html.Node, []byte) {
	if e.do() != doScore {
		return nil
	}
	return func(_ *html.Node, text []byte) {
		if s := strings.TrimSpace(string(text)); digits(s) && len(s) <= 12 && r.w.post.score == "" && !r.w.post.ready {
			r.w.post.score = s
		}
	}
}

// leaveOut passes over an element.
func (r *reader) leaveOut(rule string, each func(*html.Node, []byte)) {
	r.w.dropped(rule)
	if rule != r.n.Data {
		r.w.lost()
	}
	if isBlock(r.n.DataAtom) && r.head == nil {
		r.w.flush()
	}
	start := r.tags
	if r.skip(each); start < r.h1 && r.h1 <= r.tags && start >= r.root { // with what seemed to be the title
		r.w.title, r.h1 = nil, 0
	}
}

// enter handles the start of an element that is read.
func (r *reader) enter(e *elem) {
	w, n := r.w, &r.n
	r.note(e)
	switch {
	case e.do() == doAnswer || e.do() == doReply && w.answers:
		r.answer(e)
	case e.do() == doAnswers:
		w.answers = true
		r.flush()
	case e.do() == doTitle && r.head == nil && (w.title == nil || r.tags == r.h1):
		r.heading("", r.tags != r.h1)
	case headingLevel(n.DataAtom) > 0:
		if r.inData() && r.wide != r.tags-1 {
			w.flush()
		} else {
			r.heading(e.id, false)
		}
	case n.DataAtom == atom.Dt:
		r.term(e)
	case n.DataAtom == atom.Dl:
		r.flush()
		if sig := e.do() == doSignatures; len(r.lists) < 512 {
			if r.lists = append(r.lists, sig); sig {
				w.sigs++
			}
		}
	case n.DataAtom == atom.Table:
		r.flush()
		if len(r.tables) < 512 {
			r.tables = append(r.tables, e.flags&isInfobox != 0 || e.do() == doInfobox)
		}
	case n.DataAtom == atom.Th && len(r.tables) > 0 && !r.wideCell():
		r.tables[len(r.tables)-1] = true
		w.in.space = true
	case n.DataAtom == atom.Td, n.DataAtom == atom.Th:
		r.flushWide()
	case n.DataAtom == atom.Br:
		w.in.space = true
	case n.DataAtom == atom.Img:
		w.alt(attr(n, "src"), altOf(n), -1)
	case n.DataAtom == atom.Pre && r.head == nil:
		r.pre()
	case isBlock(n.DataAtom):
		r.flush()
	}
}

// end handles an end tag, and reports false when it ends the content.
func (r *reader) end() bool {
	w, tag := r.w, r.n.DataAtom
	if tag == r.name && r.root > 0 {
		if r.depth--; r.depth == 0 {
			r.endHeading()
			return false
		}
	}
	for i := len(w.ids.near) - 1; i >= 0; i-- { // the innermost open one of that name
		if e := &w.ids.near[i]; e.open && e.tag == tag {
			e.open = false
			break
		}
	}
	switch {
	case r.head != nil && tag == r.head.DataAtom:
		r.endHeading()
	case tag == atom.Dl && len(r.lists) > 0:
		r.endHeading()
		w.flush()
		if r.lists[len(r.lists)-1] {
			w.sigs--
		}
		r.lists = r.lists[:len(r.lists)-1]
	case tag == atom.Table && len(r.tables) > 0:
		r.flush()
		r.tables = r.tables[:len(r.tables)-1]
	case isBlock(tag):
		r.flush()
	}
	return true
}

// pre writes preformatted text as it is, without what is hidden in it.
func (r *reader) pre() {
	w := r.w
	w.flush()
	var b strings.Builder
	for depth := 1; depth > 0; {
		switch t := r.next(); t {
		case html.ErrorToken:
			depth = 0
		case html.TextToken:
			if text := r.z.Text(); b.Len()+len(text) <= w.lim.Output {
				b.Write(text)
			}
		case html.StartTagToken:
			if e := w.judge(&r.n); e.hidden || e.do() == doDrop || neverText(&r.n) {
				r.skip(nil)
			} else if r.n.DataAtom == atom.Br {
				b.WriteByte('\n')
			} else if r.n.DataAtom == atom.Pre {
				depth++
			}
		case html.EndTagToken:
			if r.n.DataAtom == atom.Pre {
				depth--
			}
		}
	}
	if s := strings.Trim(VisibleText(b.String()), "\n"); strings.TrimSpace(s) != "" {
		w.emit(Block{Kind: Code}, s)
	}
}

// formula writes the source of a formula: what its annotation says, else its alttext or the alt of its picture.
func (r *reader) formula(e *elem) {
	w := r.w
	display := e.flags&isDisplay != 0 || attr(&r.n, "display") == "block" || strings.Contains(attr(&r.n, "type"), "mode=display")
	script, view := r.n.DataAtom == atom.Script, e.flags&isMathView != 0
	alt, tex := attr(&r.n, "alttext"), ""
	r.skip(func(in *html.Node, text []byte) {
		switch {
		case text == nil && in.Data == "math":
			display = display || attr(in, "display") == "block"
			if v := attr(in, "alttext"); v != "" {
				alt = v
			}
		case text == nil && in.DataAtom == atom.Img && alt == "":
			alt = attr(in, "alt")
		case text != nil && (in.Data == "annotation" || script) && tex == "":
			tex = string(text)
		}
	})
	if tex == "" {
		tex = alt
	}
	if !view {
		w.formula(tex, display)
	}
}
