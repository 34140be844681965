package article

import (
	"context"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// HTML is a page made harmless: plain elements without scripts, styles, event handlers, comments, hidden parts or
// addresses that load anything from outside the archive.
type HTML struct {
	Title  string // of the page, one line
	Text   string
	Breaks []int // offsets in Text, increasing, where a block ends: good places to cut
	Cut    Cut
}

// Sanitize keeps of a page what is listed here and drops the rest: what is not known to be harmless is not let through.
// Links keep targets inside the archive and http or https addresses, images only targets inside the archive. It fails
// with [ErrTooDeep] or ctx.Err().
func Sanitize(ctx context.Context, page []byte, opts *Options) (*HTML, error) {
	if opts == nil {
		opts = &Options{}
	}
	lim := opts.Limits.withDefaults(len(page))
	out := &HTML{}
	if len(page) > lim.PageBytes {
		page, out.Cut = page[:lim.PageBytes], CutBytes
	}
	root, err := parseTree(ctx, toUTF8(page), lim)
	if err != nil {
		return nil, err
	}
	doc := &Document{}
	w := newWalker(ctx, doc, opts.Path, lim)
	w.head(root)
	s := &sanitizer{w: w, out: out}
	s.kids(root)
	if w.err != nil {
		return nil, w.err
	}
	out.Title, out.Text = doc.Title, s.b.String()
	if doc.Cut != "" {
		out.Cut = doc.Cut
	}
	return out, nil
}

// safeElements are written with their tags, and blocks among them end at a good place to cut. Others lose their tags and
// keep their content, unless neverText drops it.
var safeElements = elements(false, "a abbr b bdi bdo cite code del dfn em i img ins kbd mark q rb rt ruby s samp small span strong sub sup "+
	"time u var wbr br", elements(true, "article aside blockquote caption col colgroup dd details div dl dt figcaption figure footer h1 h2 h3 "+
	"h4 h5 h6 header hr li main ol p pre section summary table tbody td tfoot th thead tr ul", map[atom.Atom]bool{}))

// elements adds names to m and returns it. All of them are known atoms, so what the parser does not know is never in it.
func elements(block bool, names string, m map[atom.Atom]bool) map[atom.Atom]bool {
	for n := range strings.FieldsSeq(names) {
		m[atom.Lookup([]byte(n))] = block
	}
	return m
}

// safeAttributes say something about the text. id is kept because links lead to it.
var safeAttributes = set("id lang dir title alt colspan rowspan headers scope abbr start reversed value datetime width height")

type sanitizer struct {
	w   *walker
	out *HTML
	b   strings.Builder
}

// kids counts every node as a visit: the bound on nodes and the deadline hold here as in the walk.
func (s *sanitizer) kids(n *html.Node) {
	for c := n.FirstChild; c != nil && s.w.visit(); c = c.NextSibling {
		s.node(c)
	}
}

// node writes text and elements. Comments, doctypes and processing instructions are passed over: browsers have run code
// from some of them.
func (s *sanitizer) node(n *html.Node) {
	switch n.Type {
	case html.TextNode:
		s.text(n.Data)
	case html.ElementNode:
		if hidden(n) || neverText(n) && n.DataAtom != atom.Form {
			return
		}
		s.element(n)
	}
}

// element writes an element that is listed, of HTML itself: an <a> or <p> inside a drawing or a formula is another element
// of the same name, which parsers treat by other rules. Form loses its tags only, since some sites wrap the page in one.
func (s *sanitizer) element(n *html.Node) {
	block, safe := safeElements[n.DataAtom]
	safe = safe && n.Namespace == ""
	if !safe {
		s.kids(n)
		return
	}
	if n.DataAtom == atom.Img && !s.inside(attr(n, "src")) {
		s.text(attr(n, "alt")) // an image from elsewhere is only its text
		return
	}
	s.b.WriteString("<" + n.Data)
	for _, a := range n.Attr {
		s.attribute(n, a)
	}
	s.b.WriteString(">")
	if voidElements[n.DataAtom] {
		return
	}
	s.kids(n)
	s.b.WriteString("</" + n.Data + ">")
	if block && !s.w.done {
		s.out.Breaks = append(s.out.Breaks, s.b.Len())
	}
}

// attribute writes a listed attribute. Values are escaped whole and lose invisible characters; one that is empty then is
// left out, so a link to nowhere has no href.
func (s *sanitizer) attribute(n *html.Node, a html.Attribute) {
	val := a.Val
	switch {
	case a.Namespace != "" || len(val) > maxAttr:
		return
	case a.Key == "href" && n.DataAtom == atom.A:
		val = s.target(val)
	case a.Key == "src" && n.DataAtom == atom.Img:
		val = strings.TrimSpace(PlainLine(val))
	case !safeAttributes[a.Key]:
		return
	}
	if val = PlainLine(val); val != "" {
		s.write(" " + a.Key + `="` + html.EscapeString(val) + `"`)
	}
}

// target keeps an address that stays in the archive or is on the web, and empties any other.
func (s *sanitizer) target(href string) string {
	href = PlainLine(href)
	if l := ResolveLink(s.w.path, href); l.Path != "" || l.Fragment != "" {
		return href
	} else if l.URL != "" {
		return l.URL
	}
	return ""
}

// inside reports an image address that leads to an entry of the archive.
func (s *sanitizer) inside(src string) bool { return ResolveLink(s.w.path, PlainLine(src)).Path != "" }

// text escapes after it removes: what a removal brings together is escaped too.
func (s *sanitizer) text(t string) { s.write(html.EscapeString(VisibleText(t))) }

// write stops at the output limit; the tags that are open then are still closed.
func (s *sanitizer) write(t string) {
	if s.b.Len()+len(t) > s.w.lim.Output {
		s.w.cut(CutOutput)
		s.w.done = true
		return
	}
	s.b.WriteString(t)
}
