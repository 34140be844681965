package article

import (
	"context"

	"golang.org/x/net/html"
)

// A walker turns a tree into blocks while it descends. Every node is rendered once, so the cost is the number of nodes
// and the bytes written. The recursion is bounded by the parser, which nests at most 512 elements.
type walker struct {
	ctx  context.Context
	doc  *Document
	path string                      // of the page, for addresses
	has  func(address string) string // Options.Entry
	lim  Limits                      // without zeros
	size int                         // of the page, in bytes; 0 when it is not known
	prof *Profile
	err  error // ctx.Err(), ends the walk

	visited int  // nodes of the walk, which lim.Nodes bounds
	looked  int  // nodes of the passes before it
	out     int  // bytes of blocks written
	odd     bool // what was written is looked at again: see inline.odd
	done    bool // nothing more is read or written

	known *known // what classes and styles mean, nil until the profile is

	page   // the blocks written so far
	in     inline
	kind   BlockKind // of the block being written
	lists  []list
	quotes int
	join   bool // the next paragraph goes on in the block being written

	ids     anchors
	title   *html.Node // element whose text is the title; it opens no section
	outside bool       // that stands outside the content, and may be the title of the site
	level   int        // of the latest heading by its element
	sigs    int        // open lists of signatures
	sigDL   *html.Node // the innermost of them
	terms   []int      // blocks of terms that wait for their description
	links   linker
	refs    references
	figure  int // images before the open figure, -1 outside one
	post    *post
	answers bool                  // answers have begun
	crawl   map[*html.Node]string // blocks of a site's frame, with the rule that leaves them out
}

// newWalker starts without a profile; run or stream sets it before anything asks what an element is.
func newWalker(ctx context.Context, doc *Document, path string, lim Limits) *walker {
	doc.Blocks, doc.Sections = []Block{}, []Section{{Level: 1}}
	return &walker{ctx: ctx, doc: doc, path: path, lim: lim, figure: -1, level: 1}
}

// run reads the tree twice: a survey that ends early on most pages, and the walk over the content.
func (w *walker) run(root *html.Node, opts *Options) {
	w.has = opts.Entry
	s := survey{w: w}
	s.start(opts)
	prof, content := s.run(root)
	w.apply(prof, s.why)
	if prof.density || opts.Furniture.Len() > 0 && prof.anySite() {
		content = w.boilerplate(content, prof.density, opts.Furniture)
	}
	if content.Type == html.ElementNode {
		w.language(content)
	}
	switch {
	case s.h1 == nil || w.isLeftOut(s.h1, content):
	case within(s.h1, content):
		if w.titles(s.h1) {
			w.title = s.h1
		}
	default:
		w.title = s.h1
		w.headline(s.h1)
	}
	if content.Type != html.ElementNode || !hidden(content) { // a body as a whole can be hidden
		w.kids(content)
	}
	w.flush()
	w.finish()
	if w.doc.Heading == "" {
		w.doc.Title = opts.Furniture.title(w.doc.Title)
	}
}

// titles reports that the first h1 of the content is the title whatever comes before it. Where the profile names another element,
// that may stand before an h1 of the text.
func (w *walker) titles(h1 *html.Node) bool {
	if w.prof.does[doTitle] == "" {
		return true
	}
	e := w.judge(h1)
	return e.do() == doTitle
}

// apply sets the profile.
func (w *walker) apply(p *Profile, why string) {
	w.prof, w.doc.Profile, w.doc.Why = p, p.name, why
	w.known = p.borrow()
	w.page, w.doc.Blocks = w.known.page, w.known.blocks[:0]
	if w.in.b == nil { // not while the title is read before the profile is known
		l := &w.known.line
		w.in.b, w.in.marks, w.in.shut, w.in.spans = l.b[:0], l.marks[:0], l.shut[:0], l.spans[:0]
	}
	w.ids.near, w.ids.inner = w.known.near[:0], w.known.inner[:0]
	w.arena, w.ext, w.spans = w.arena[:0], w.ext[:0], w.spans[:0]
	if guess := w.size / 4; cap(w.arena) < guess {
		w.arena = make([]byte, 0, guess)
	}
	w.doc.Links, w.links = w.known.found[:0], w.known.links
}

// release hands the buffers on. The document keeps copies that are just as large as they need to be.
func (w *walker) release() {
	k := w.known
	k.page, k.blocks, k.line = w.page, w.doc.Blocks, w.in
	k.near, k.inner = w.ids.near[:cap(w.ids.near)], w.ids.inner[:cap(w.ids.inner)]
	clear(k.near) // they hold on to the page
	clear(k.inner)
	w.doc.Blocks = append(make([]Block, 0, len(k.blocks)), k.blocks...)
	clear(k.blocks)
	k.found, k.links = w.doc.Links, w.links
	w.doc.Links = append([]Link(nil), k.found...)
	clear(k.found)
	k.links.empty()
	w.prof.giveBack(k)
	w.known = nil
}

// language prefers what the content element says to what the page says.
func (w *walker) language(content *html.Node) {
	if lang := langOf(content); lang != "" {
		w.doc.Lang = lang
	}
	if dir := dirOf(content); dir != "" {
		w.doc.Dir = dir
	}
}

// within reports that n stands below root or is root.
func within(n, root *html.Node) bool {
	for ; n != nil; n = n.Parent {
		if n == root {
			return true
		}
	}
	return false
}

// isLeftOut reports that n stands in something below root that the profile leaves out.
func (w *walker) isLeftOut(n, root *html.Node) bool {
	for ; n != nil && n != root; n = n.Parent {
		if n.Type != html.ElementNode {
			continue
		}
		if e := w.judge(n); e.hidden || e.do() == doDrop || w.crawl[n] != "" {
			return within(n, root)
		}
	}
	return false
}

// look counts a node of a pass before the walk, which is bounded by the tree itself.
func (w *walker) look() bool {
	w.looked++
	if w.looked&1023 == 0 && w.ctx.Err() != nil {
		w.err, w.done = w.ctx.Err(), true
	}
	return !w.done
}

// visit counts a node and reports whether the walk may go on.
func (w *walker) visit() bool {
	if w.done {
		return false
	}
	w.visited++
	if w.visited > w.lim.Nodes {
		w.cut(CutNodes)
		w.done = true
		return false
	}
	if w.visited&1023 == 0 && w.ctx.Err() != nil {
		w.err, w.done = w.ctx.Err(), true
		return false
	}
	return true
}

// cut keeps the first limit that was passed: what comes later is often its consequence.
func (w *walker) cut(c Cut) {
	if w.doc.Cut == "" {
		w.doc.Cut = c
	}
}

// kids goes on after an element that was left out, and stops only when the walk is over.
func (w *walker) kids(n *html.Node) {
	for c := n.FirstChild; c != nil && !w.done; c = c.NextSibling {
		w.node(c)
	}
}

// node renders n and all below it.
func (w *walker) node(n *html.Node) {
	if !w.visit() {
		return
	}
	switch n.Type {
	case html.TextNode:
		w.text(n.Data)
	case html.ElementNode:
		w.element(n)
	}
}

// text writes a text. One that alone would pass the output limit is left out whole: it is longer than all that may be
// shown, and cutting it here would leave half an escape.
func (w *walker) text(s string) {
	switch {
	case len(w.in.b)+len(s) > w.lim.Output:
		w.cut(CutOutput)
	case w.prof.tex && hasTeX(s):
		w.texText(s)
	default:
		w.in.text(s)
	}
}

// element decides what an element is: a formula, something to leave out, something the profile names, or what its tag says.
func (w *walker) element(n *html.Node) {
	e := w.judge(n)
	if w.math(n, &e) { // before hidden: the source of a formula is in a hidden copy
		return
	}
	switch {
	case e.hidden:
		w.leaveOut(n, "hidden")
		return
	case e.do() == doDrop:
		w.leaveOut(n, e.rule.name)
		return
	case len(w.crawl) > 0 && w.crawl[n] != "":
		w.leaveOut(n, w.crawl[n])
		return
	case neverText(n) && e.do() != doKeep && !w.keptForm(n):
		w.media(n)
		w.leaveOut(n, n.Data)
		return
	}
	near := -1
	if !leftOut(e.do()) {
		near = w.ids.enter(n, e.id, &w.in, w.prof)
	}
	if e.rule == nil || !w.act(n, &e) {
		w.tag(n, &e)
	}
	w.ids.leave(near, n)
}

// leaveOut counts an element that is left out. What stands before and behind a block is two blocks.
func (w *walker) leaveOut(n *html.Node, rule string) {
	w.dropped(rule)
	if rule != n.Data { // what is never text leaves no section empty
		w.lost()
	}
	if isBlock(n.DataAtom) && !w.in.empty() {
		w.flush()
	}
}

// lost notes that something of the section was left out: if nothing else is in it, its heading goes, too.
// Furniture of a heading is none of the section before it.
func (w *walker) lost() {
	if !w.in.bare {
		w.doc.Sections[len(w.doc.Sections)-1].lost = true
	}
}

// dropped counts for Document.Dropped. There are as many rules as a profile has, and names of elements.
func (w *walker) dropped(rule string) {
	for i := range w.doc.Dropped {
		if d := &w.doc.Dropped[i]; d.Rule == rule {
			d.Count++
			return
		}
	}
	if len(w.doc.Dropped) < maxDropped {
		w.doc.Dropped = append(w.doc.Dropped, Dropped{rule, 1})
	}
}

const maxDropped = 256
