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
// Links keep targets inside the archive and http or https addresses, images only targets inside the archive, and ids stay,
// since links lead to them. Elements that hold nothing go. What it returns is read by a browser as it was written, so it comes back unchanged when it is
// sanitised again. It fails with [ErrTooDeep] or ctx.Err().
func Sanitize(ctx context.Context, page []byte, opts *Options) (*HTML, error) {
	if opts == nil {
		opts = &Options{}
	}
	lim := opts.Limits.withDefaults(len(page))
	cut := Cut("")
	if len(page) > lim.PageBytes {
		page, cut = page[:lim.PageBytes], CutBytes
	}
	out, err := sanitizeOnce(ctx, toUTF8(page), opts.Path, lim)
	if err != nil {
		return nil, err
	}
	if out.Cut == "" {
		out.Cut = cut
	}
	return settle(ctx, out, opts.Path, lim)
}

// settle sanitises what was sanitised until nothing changes. Dropping an element can put a paragraph into a paragraph, or a link
// into a link, which a parser reads in another way than it was written.
func settle(ctx context.Context, out *HTML, path string, lim Limits) (*HTML, error) {
	lim.Output = max(lim.Output, 2*len(out.Text)) // closing what was open may take some more
	for range maxPasses {
		next, err := sanitizeOnce(ctx, []byte(out.Text), path, lim)
		if err != nil {
			return nil, err
		}
		next.Title = out.Title
		if next.Cut == "" {
			next.Cut = out.Cut
		}
		if next.Text == out.Text {
			return next, nil
		}
		out = next
	}
	return out, nil
}

// maxPasses bounds the work on pages that nest what cannot be nested. One pass is enough for nearly all.
const maxPasses = 6

// sanitizeOnce writes what is listed of the tree that a parser makes of page.
func sanitizeOnce(ctx context.Context, page []byte, path string, lim Limits) (*HTML, error) {
	root, err := parseTree(ctx, page, lim)
	if err != nil {
		return nil, err
	}
	doc := &Document{}
	w := newWalker(ctx, doc, path, lim)
	w.head(root)
	out := &HTML{}
	s := &sanitizer{w: w, out: out}
	s.kids(root)
	if w.err != nil {
		return nil, w.err
	}
	out.Title, out.Text, out.Cut = doc.Title, string(s.b), doc.Cut
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

// safeAttributes say something about the text, each in its own form: what a reader of the page does not see could hide in one that
// takes any text. id is kept because links lead to it, alt because it stands for the image, and title only where it spells an
// abbreviation out.
var safeAttributes = map[string]func(n *html.Node, v string) bool{
	"id": anyValue, "alt": anyValue, "headers": ids, "abbr": shortValue,
	"title": func(n *html.Node, v string) bool { return n.DataAtom == atom.Abbr || n.DataAtom == atom.Dfn },
	"lang":  func(_ *html.Node, v string) bool { return madeOf(v, 35, wordChars+"-") },
	"dir":   oneOf("ltr rtl auto"), "scope": oneOf("row col rowgroup colgroup"),
	"colspan": numeric, "rowspan": numeric, "start": numeric, "value": numeric, "width": numeric, "height": numeric, "reversed": oneOf("reversed"),
	"datetime": func(_ *html.Node, v string) bool { return madeOf(v, 40, "0123456789-+:.,/TZPYMWDHS ") },
}

// wordChars are the letters and digits of ASCII.
const wordChars = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

// anyValue lets all text through.
func anyValue(*html.Node, string) bool { return true }

// shortValue is for the short form of a header cell.
func shortValue(_ *html.Node, v string) bool { return len(v) <= 40 }

// ids are names of cells, separated by spaces.
func ids(_ *html.Node, v string) bool { return madeOf(v, 200, wordChars+"-_:. ") }

// numeric is a length or a number, with a unit of one character.
func numeric(_ *html.Node, v string) bool { return madeOf(v, 12, "0123456789.-%") }

// oneOf takes the words of a list, in any case.
func oneOf(words string) func(*html.Node, string) bool {
	allowed := set(words)
	return func(_ *html.Node, v string) bool { return allowed[strings.ToLower(v)] }
}

// madeOf reports a value of at most max bytes, all of them among chars.
func madeOf(v string, max int, chars string) bool {
	return len(v) <= max && strings.Trim(v, chars) == ""
}

type sanitizer struct {
	w   *walker
	out *HTML
	b   []byte

	pre    int // open ones: there white space is text
	filled int // counts texts and elements that stay, to tell what is empty
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
	start, filled := len(s.b), s.filled
	s.b = append(append(s.b, '<'), n.Data...)
	for _, a := range n.Attr {
		s.attribute(n, a)
	}
	s.b = append(s.b, '>')
	if isVoid(n.DataAtom) {
		s.filled++
		return
	}
	if n.DataAtom == atom.Pre {
		s.pre++
		defer func() { s.pre-- }()
	}
	s.kids(n)
	if s.filled == filled && !s.w.done && s.pre == 0 && mayGo(n) {
		s.drop(start)
		return
	}
	s.filled++
	s.b = append(append(append(s.b, "</"...), n.Data...), '>')
	if block && !s.w.done {
		s.out.Breaks = append(s.out.Breaks, len(s.b))
	}
}

// mayGo reports an element that means nothing when it is empty: no cell, which keeps its column, and none that a link leads to.
func mayGo(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Div, atom.Span, atom.P, atom.Section, atom.Header, atom.Footer, atom.Aside, atom.Article, atom.Main, atom.Ul, atom.Ol, atom.Dl,
		atom.Li, atom.Figure, atom.Figcaption, atom.Small, atom.B, atom.I, atom.Em, atom.Strong, atom.Sup, atom.Sub, atom.A, atom.Table, atom.Tbody:
		return attr(n, "id") == ""
	}
	return false
}

// drop takes back an element without content. White space in it still parts what stands around it.
func (s *sanitizer) drop(start int) {
	if spaced := s.b[len(s.b)-1] <= ' '; spaced && start > 0 && s.b[start-1] > ' ' {
		s.b = append(s.b[:start], '\n')
	} else {
		s.b = s.b[:start]
	}
	for i := len(s.out.Breaks); i > 0 && s.out.Breaks[i-1] > start; i-- {
		s.out.Breaks = s.out.Breaks[:i-1]
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
	default:
		fits := safeAttributes[a.Key]
		if val = PlainLine(val); a.Key == "reversed" {
			val = "reversed"
		}
		if fits == nil || !fits(n, val) {
			return
		}
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
func (s *sanitizer) text(t string) {
	t = VisibleText(t)
	if strings.Trim(t, " \t\r\n\f") != "" {
		s.filled++
	}
	s.write(html.EscapeString(t))
}

// write stops at the output limit; the tags that are open then are still closed.
func (s *sanitizer) write(t string) {
	if len(s.b)+len(t) > s.w.lim.Output {
		s.w.cut(CutOutput)
		s.w.done = true
		return
	}
	s.b = append(s.b, t...)
}
