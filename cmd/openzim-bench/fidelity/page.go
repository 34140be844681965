package fidelity

import (
	"bytes"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Options says what is expected of the text of a page.
type Options struct {
	Profile    *Profile // nil: by the page's signs
	References bool     // reference lists are expected, too; else they are furniture of this view
}

// A Page is what a reader of the HTML sees, taken apart into what a text of it should hold.
type Page struct {
	Profile *Profile
	Base    string // href of the base element, for links

	words     string   // visible text
	optional  []string // folded texts that may stand or fall
	repeats   string   // text that a form of tables calls for once more
	cells     []cell
	rows      []row
	formulas  []formula
	codes     []string
	heads     []heading
	alts      []string
	items     []item
	pairs     []pair
	links     []Link
	hrefs     []string // of all links, also those in furniture
	furniture []string
}

// A cell is squashed text, without and with the alts of its images, which a converter may keep or leave out.
type cell struct{ plain, withAlt, shown string }

type row []cell

// A formula is its TeX, and its text where the page has a second form of it that could be printed by mistake.
type formula struct{ tex, linear string }

type heading struct {
	level     int
	text, ids string // squashed; the ids it answers to, first the one to print, joined by spaces
	shown     string
}

type item struct {
	depth int
	text  string // squashed beginning
	shown string
}

type pair struct{ key, value, shown string }

// A Link leads from the page to another place, as written.
type Link struct {
	Href string
	Text string // visible text, on one line

	InCode bool // inside preformatted text, where a text cannot print it
}

// Links returns the page's links with visible text, in document order, but for those to places on the page itself.
func (p *Page) Links() []Link { return p.links }

// Hrefs returns the addresses of all links of the page, also of those that a reader is not expected to be told of.
func (p *Page) Hrefs() []string { return p.hrefs }

// An extractor walks a page once. Elements that are omitted are read only for the list of furniture.
type extractor struct {
	page  *Page
	omit  selectors
	free  selectors
	title string // squashed text of the first heading

	titleNode *html.Node
	flow      []event // what the content is made of, for headings without a section
}

// An event is a heading, or something that can be seen below it, or something that was left out there.
type event struct {
	head    int // index into heads, or -1
	level   int
	omitted bool
}

// Extract reads a page. It never fails: whatever bytes there are, HTML has a tree for them, unless they nest deeper than
// the parser follows; the page is then empty, and ok is false.
func Extract(src []byte, o Options) (p *Page, ok bool) {
	root, err := html.Parse(bytes.NewReader(src))
	if err != nil {
		return &Page{Profile: &Profiles[len(Profiles)-1]}, false
	}
	prof := o.Profile
	if prof == nil {
		prof = Detect(root)
	}
	list := Everywhere + " " + prof.Omit
	if !o.References {
		list += " " + prof.Refs
	}
	x := &extractor{page: &Page{Profile: prof}, omit: parseSelectors(list), free: parseSelectors(prof.Free)}
	x.run(root)
	return x.page, true
}

func (x *extractor) run(root *html.Node) {
	body, content := x.content(root)
	if body == nil {
		return
	}
	if b := first(root, func(n *html.Node) bool { return n.DataAtom == atom.Base && attr(n, "href") != "" }); b != nil {
		x.page.Base = attr(b, "href")
	}
	title := x.firstHeading(body)
	if title != nil {
		x.title, x.titleNode = squash(x.text(title, false)), title
	}
	var words strings.Builder
	if title != nil && !inside(title, content) { // sites put the title above the content
		x.head(title)
		words.WriteString(x.text(title, false) + "\n")
	}
	words.WriteString(x.text(content, false))
	x.page.words = words.String()
	x.walk(content, place{})
	x.withoutEmptySections()
	x.collectFurniture(body, content, title)
	for n := range body.Descendants() {
		if h := attr(n, "href"); h != "" && n.DataAtom == atom.A {
			x.page.hrefs = append(x.page.hrefs, h)
		}
	}
}

// content finds the body and, in it, where the article stands.
func (x *extractor) content(root *html.Node) (body, content *html.Node) {
	body = first(root, func(n *html.Node) bool { return n.DataAtom == atom.Body || n.DataAtom == atom.Frameset })
	if body == nil {
		return nil, nil
	}
	roots := x.page.Profile.Roots
	if roots == "" {
		roots = "main [role=main]"
	}
	for _, r := range strings.Fields(roots) {
		s := parseSelectors(r)
		if n := first(body, func(n *html.Node) bool { return s.match(n) && !x.out(n) }); n != nil && fold(x.text(n, false)) != "" {
			return body, n
		}
	}
	return body, body
}

// firstHeading is the title of the page: the first heading of the first level that is seen, or what the profile says.
func (x *extractor) firstHeading(body *html.Node) *html.Node {
	if x.page.Profile.Title != "" {
		s := parseSelectors(x.page.Profile.Title)
		if n := first(body, s.match); n != nil {
			return n
		}
	}
	return first(body, func(n *html.Node) bool { return n.DataAtom == atom.H1 && !x.below(n) && squash(x.text(n, false)) != "" })
}

// out reports that n and all below it are left out.
func (x *extractor) out(n *html.Node) bool {
	return n.Type == html.CommentNode || n.Type == html.ElementNode && (concealed(n) || x.omit.match(n))
}

// below reports that n or an element around it is left out.
func (x *extractor) below(n *html.Node) bool {
	for ; n != nil; n = n.Parent {
		if x.out(n) {
			return true
		}
	}
	return false
}

// text is what is seen of n, with spaces at the edges of blocks. Formulas are judged apart and leave a space.
func (x *extractor) text(n *html.Node, alts bool) string {
	var b strings.Builder
	x.write(&b, n, alts)
	return b.String()
}

func (x *extractor) write(b *strings.Builder, n *html.Node, alts bool) {
	switch {
	case n.Type == html.TextNode:
		b.WriteString(n.Data)
		return
	case isFormula(n):
		b.WriteByte(' ')
		if tex(n) == "" && n.DataAtom != atom.Img {
			b.WriteString(leaves(n))
			b.WriteByte(' ')
		}
		return
	case x.out(n):
		return
	case n.Type == html.ElementNode && x.free.match(n): // each piece of it may fall for itself
		x.pieces(n, func(text string) { b.WriteString(" " + text + " ") })
		return
	case alts && n.DataAtom == atom.Img:
		b.WriteString(" " + attr(n, "alt") + " ")
	}
	block := n.Type == html.ElementNode && blocks[n.Data]
	if block {
		b.WriteByte(' ')
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		x.write(b, c, alts)
	}
	if block {
		b.WriteByte(' ')
	}
}

// blocks are the elements that browsers show on lines of their own, those that part words otherwise, and ruby's readings,
// which stand above their characters. Elements that HTML does not know are shown in the line.
var blocks = wordSet("address article aside blockquote body br caption center col colgroup dd details dialog dir div dl dt fieldset " +
	"figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr html legend li listing main menu nav ol optgroup option p " +
	"plaintext pre rt search section summary table tbody td tfoot th thead tr ul xmp")

func wordSet(list string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(list) {
		m[w] = true
	}
	return m
}

// first returns the first descendant that f accepts.
func first(n *html.Node, f func(*html.Node) bool) *html.Node {
	for c := range n.Descendants() {
		if c.Type == html.ElementNode && f(c) {
			return c
		}
	}
	return nil
}

// inside reports that n lies in p.
func inside(n, p *html.Node) bool {
	for ; n != nil; n = n.Parent {
		if n == p {
			return true
		}
	}
	return false
}
