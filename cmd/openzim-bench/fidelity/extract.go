package fidelity

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// A place is where in the page a walk is.
type place struct {
	cell  bool // inside a cell of a data table: no lines, so no lists, fences or headings of their own
	items int  // list items around
}

// walk notes everything below n that has to be in the text.
func (x *extractor) walk(n *html.Node, at place) {
	if isFormula(n) {
		x.formula(n)
		return
	}
	if x.out(n) {
		if n.Type == html.ElementNode && squash(rawText(n)) != "" {
			x.flow = append(x.flow, event{head: -1, omitted: true})
		}
		return
	}
	if n.Type == html.ElementNode && x.free.match(n) {
		x.pieces(n, x.optional)
		return
	}
	if n.Type == html.TextNode && squash(n.Data) != "" {
		x.flow = append(x.flow, event{head: -1})
	}
	if n.Type == html.ElementNode && !x.element(n, &at) {
		return
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		x.walk(c, at)
	}
}

// element notes what n is and reports whether to go on below it.
func (x *extractor) element(n *html.Node, at *place) bool {
	p := x.page
	switch n.DataAtom {
	case atom.Table:
		if !at.cell && !x.isLayout(n) {
			x.table(n)
			at.cell = true
		}
	case atom.A:
		if t := oneLine(x.text(n, false)); squash(t) != "" && attr(n, "href") != "" && !strings.HasPrefix(attr(n, "href"), "#") {
			p.links = append(p.links, Link{Href: attr(n, "href"), Text: t})
		}
	case atom.Pre, atom.Listing, atom.Xmp:
		if t := x.verbatim(n); strings.TrimSpace(t) != "" {
			p.codes = append(p.codes, t)
			x.flow = append(x.flow, event{head: -1})
		}
		x.inPre(n)
		return false
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		if (!at.cell || x.overWidth(n)) && squash(x.text(n, false)) != "" {
			x.head(n)
			x.inHead(n, *at)
			return false
		}
	case atom.Li:
		at.items++
		if !at.cell && !hasClass(n, "gallerybox") { // a box with a picture is no item that a reader would see as one
			x.item(n, at.items)
		}
	case atom.Img:
		x.flow = append(x.flow, event{head: -1})
		if alt := attr(n, "alt"); squash(alt) != "" && !namesFile(alt, attr(n, "src")) && !placeholders[alt] {
			p.alts = append(p.alts, oneLine(alt))
		}
	}
	return true
}

// placeholders are what the editor of Stack Exchange writes where nobody said what a picture shows.
var placeholders = map[string]bool{"enter image description here": true, "alt text": true}

// inPre notes links in code. A fence shows its text as it stands and can hold no link, so they are not expected in the
// text; lists of a page's links have them.
func (x *extractor) inPre(n *html.Node) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if x.out(c) {
			continue
		}
		if t := oneLine(x.text(c, false)); c.DataAtom == atom.A && squash(t) != "" && attr(c, "href") != "" && !strings.HasPrefix(attr(c, "href"), "#") {
			x.page.links = append(x.page.links, Link{Href: attr(c, "href"), Text: t, InCode: true})
		}
		x.inPre(c)
	}
}

// inHead looks for formulas and images in a heading; its text is the heading's.
func (x *extractor) inHead(n *html.Node, at place) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if isFormula(c) {
			x.formula(c)
		} else if !x.out(c) {
			x.inHead(c, at)
		}
	}
}

func (x *extractor) formula(n *html.Node) {
	x.flow = append(x.flow, event{head: -1})
	if t := tex(n); t != "" {
		x.page.formulas = append(x.page.formulas, formula{t, squash(leaves(n))})
	}
}

// optional notes a text that a converter may keep or leave out.
func (x *extractor) optional(text string) {
	if f := fold(text); f != "" {
		x.page.optional = append(x.page.optional, f)
	}
}

// pieces calls f for each text that is seen below n.
func (x *extractor) pieces(n *html.Node, f func(string)) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch {
		case x.out(c):
		case c.Type == html.TextNode:
			f(c.Data)
		default:
			x.pieces(c, f)
		}
	}
}

// item notes the beginning of a list item's own text.
func (x *extractor) item(n *html.Node, depth int) {
	var b strings.Builder
	x.own(&b, n)
	if s := squash(b.String()); s != "" {
		if r := []rune(s); len(r) > 24 {
			s = string(r[:24])
		}
		x.page.items = append(x.page.items, item{depth, s, brief(b.String())})
	}
}

// own writes the text of an item up to the first thing in it that makes lines of its own kind.
func (x *extractor) own(b *strings.Builder, n *html.Node) bool {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch c.DataAtom {
		case atom.Ul, atom.Ol, atom.Menu, atom.Dir, atom.Dl, atom.Table, atom.Pre, atom.Blockquote, atom.Br, atom.Hr, atom.Img,
			atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
			return false
		}
		if c.Type == html.ElementNode && blocks[c.Data] && squash(b.String()) != "" || isFormula(c) {
			return false
		}
		if x.out(c) {
			continue
		}
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		} else if !x.own(b, c) {
			return false
		}
		if c.Type == html.ElementNode && blocks[c.Data] && squash(b.String()) != "" {
			return false
		}
	}
	return true
}

// verbatim is the text of preformatted content, with br as a line end.
func (x *extractor) verbatim(n *html.Node) string {
	var b strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		switch {
		case n.Type == html.TextNode:
			b.WriteString(n.Data)
		case n.DataAtom == atom.Br:
			b.WriteByte('\n')
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if !x.out(c) {
				walk(c)
			}
		}
	}
	walk(n)
	return strings.Trim(seen(b.String()), "\n")
}

// namesFile reports an alt that only repeats the file's name, which tells a reader nothing.
func namesFile(alt, src string) bool {
	s := squash(alt)
	name := src[strings.LastIndexByte(src, '/')+1:]
	if s == squash(name) {
		return true
	}
	if dot := strings.LastIndexByte(name, '.'); dot > 0 && s == squash(name[:dot]) {
		return true
	}
	dot := strings.LastIndexByte(alt, '.')
	return dot > 0 && !strings.Contains(strings.TrimSpace(alt), " ") && wordSet("jpg jpeg png gif svg webp tif tiff bmp")[strings.ToLower(alt[dot+1:])]
}

// collectFurniture notes the texts that must not come through: of what is omitted, and of what stands outside the content.
func (x *extractor) collectFurniture(body, content, title *html.Node) {
	var walk func(n *html.Node, gone bool)
	walk = func(n *html.Node, gone bool) {
		switch {
		case n == title, isFormula(n), n.Type == html.ElementNode && x.free.match(n):
			return
		case n.Type == html.CommentNode:
			x.page.furniture = append(x.page.furniture, n.Data)
			return
		case n.Type == html.TextNode:
			if gone {
				x.page.furniture = append(x.page.furniture, n.Data)
			}
			return
		case n.DataAtom == atom.Script || n.DataAtom == atom.Style:
			return // no words of anybody
		case n == content:
			gone = false
		}
		gone = gone || x.out(n)
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c, gone)
		}
	}
	walk(body, body != content)
}

// rawText is all text below n, seen or not.
func rawText(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return b.String()
}
