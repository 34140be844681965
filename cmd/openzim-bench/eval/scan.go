package eval

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/openzim-mcp/openzim-mcp/zim"
)

// A Scan is what an archive itself says about where its words lead: titles, redirects, headings, link texts and symbols.
// Its questions have one right answer that needs no judge.
type Scan struct {
	label     string
	titles    map[string][]string // documents by title
	redirects map[string]string   // document by the redirect's title
	headings  []Question
	links     map[string]map[string]bool // documents by link text
	symbols   []Question
}

// maxPages bounds the pages that are parsed for headings, links and symbols.
const maxPages = 5000

// ScanArchive reads an archive. Pages are parsed by golang.org/x/net/html; of large archives, some of them.
func ScanArchive(ctx context.Context, file string) (*Scan, error) {
	a, err := zim.Open(file, nil)
	if err != nil {
		return nil, err
	}
	defer a.Close()
	s := &Scan{label: labelOf(file), titles: map[string][]string{}, redirects: map[string]string{}, links: map[string]map[string]bool{}}
	var pages []zim.Entry
	for e, err := range a.Articles(ctx) {
		if err != nil {
			return nil, err
		}
		if e.IsRedirect() {
			if err := s.redirect(ctx, e); err != nil {
				return nil, err
			}
			continue
		}
		if t := foldSpace(e.Title()); t != "" && t != e.Path() {
			s.titles[t] = append(s.titles[t], s.doc(e.Path()))
		}
		pages = append(pages, e)
	}
	slices.SortFunc(pages, func(x, y zim.Entry) int { return cmp.Compare(x.Index(), y.Index()) })
	for _, e := range sample(pages, maxPages, s.label+" pages") {
		if err := s.page(ctx, a, e); err != nil {
			return nil, fmt.Errorf("%s: %w", e.Path(), err)
		}
	}
	return s, nil
}

func (s *Scan) doc(path string) string { return s.label + "/" + path }

func (s *Scan) redirect(ctx context.Context, e zim.Entry) error {
	it, err := e.Resolve(ctx)
	if err != nil {
		return err
	}
	if t := foldSpace(e.Title()); t != "" && !strings.EqualFold(t, it.Entry().Title()) {
		s.redirects[t] = s.doc(it.Entry().Path())
	}
	return nil
}

// page collects the headings, links and symbols of one page.
func (s *Scan) page(ctx context.Context, a *zim.Archive, e zim.Entry) error {
	it, err := e.Item()
	if err != nil {
		return err
	}
	mime, err := it.MIMEType()
	if err != nil || !strings.HasPrefix(mime, "text/html") {
		return err
	}
	data, err := it.Bytes(ctx)
	if err != nil {
		return err
	}
	root, err := html.Parse(bytes.NewReader(data))
	if err != nil {
		return err
	}
	p := &pageScan{scan: s, archive: a, ctx: ctx, path: e.Path(), title: foldSpace(e.Title()), seen: map[string]int{},
		index: indexPage.MatchString(e.Path())}
	if err := p.walk(root); err != nil {
		return err
	}
	for _, q := range p.headings {
		if p.seen[q.Query] == 1 { // a heading that comes twice leads nowhere in particular
			s.headings = append(s.headings, q)
		}
	}
	return nil
}

// indexPage is the generated index of a Sphinx or DocBook manual.
var indexPage = regexp.MustCompile(`(^|/)(genindex[^/]*|bookindex|py-modindex|search|contents)\.html$`)

// A pageScan is the walk over one page.
type pageScan struct {
	scan        *Scan
	archive     *zim.Archive
	ctx         context.Context
	path, title string
	index       bool
	seen        map[string]int // headings
	headings    []Question
}

func (p *pageScan) walk(n *html.Node) error {
	if n.Type == html.ElementNode {
		switch n.DataAtom {
		case atom.Script, atom.Style, atom.Head:
			return nil
		case atom.H2, atom.H3, atom.H4:
			p.heading(n)
		case atom.A:
			if err := p.link(n); err != nil {
				return err
			}
		case atom.Dt:
			if err := p.term(n); err != nil {
				return err
			}
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if err := p.walk(c); err != nil {
			return err
		}
	}
	return nil
}

// heading notes a heading under its page's title, with the id of the heading or of the section that it begins.
func (p *pageScan) heading(n *html.Node) {
	text := strings.TrimRight(foldSpace(textOf(n)), " ¶#")
	if text == "" || p.title == "" || p.index || len(text) > 100 {
		return
	}
	id := attr(n, "id")
	for up := n.Parent; id == "" && up != nil && firstElement(up, n); n, up = up, up.Parent {
		id = attr(up, "id")
	}
	q := Question{Query: p.title + " " + text, Kind: "heading", Docs: []string{p.scan.doc(p.path)}, Paragraph: -1, Anchor: id}
	p.seen[q.Query]++
	p.headings = append(p.headings, q)
}

// firstElement reports whether n is the first element in up.
func firstElement(up, n *html.Node) bool {
	for c := up.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode {
			return c == n
		}
	}
	return false
}

// link notes the text of a link to another page of the archive.
func (p *pageScan) link(n *html.Node) error {
	text := foldSpace(textOf(n))
	if k := len([]rune(text)); k < 4 || k > 80 || p.index {
		return nil
	}
	doc, _, err := p.target(attr(n, "href"))
	if err != nil || doc == "" || doc == p.scan.doc(p.path) {
		return err
	}
	if p.scan.links[text] == nil {
		p.scan.links[text] = map[string]bool{}
	}
	p.scan.links[text][doc] = true
	return nil
}

// target resolves an address by the rules of browsers. The document is empty when it is not an HTML page of the archive.
func (p *pageScan) target(href string) (doc, anchor string, err error) {
	u, parseErr := url.Parse(strings.TrimSpace(href))
	if parseErr != nil || u.Scheme != "" || u.Host != "" || u.Path == "" || strings.HasPrefix(u.Path, "/") {
		return "", "", nil
	}
	to := path.Join(path.Dir(p.path), u.Path)
	e, err := p.archive.Lookup(p.ctx, to)
	if errors.Is(err, zim.ErrNotFound) {
		return "", "", nil
	}
	if err != nil {
		return "", "", err
	}
	it, err := e.Resolve(p.ctx)
	if err != nil {
		return "", "", nil // a redirect that leads nowhere is no answer
	}
	if mime, err := it.MIMEType(); err != nil || !strings.HasPrefix(mime, "text/html") {
		return "", "", err
	}
	return p.scan.doc(it.Entry().Path()), u.Fragment, nil
}

var (
	// sphinxSymbol is an id that is a name in a program: os.open, c.PyObject_Call.
	sphinxSymbol = regexp.MustCompile(`^[A-Za-z_]\w*(\.\w+)+$`)
	// indexSymbol is an entry of an index that names something to type: pg_dump, SELECT DISTINCT.
	indexSymbol = regexp.MustCompile(`^([a-z]+[_.][\w.]+|[A-Z]{3,}( [A-Z]{2,})*)$`)
)

// term notes what a manual defines: a dt with an id that is a symbol, or an index entry that leads to one place.
func (p *pageScan) term(n *html.Node) error {
	if id := attr(n, "id"); !p.index && sphinxSymbol.MatchString(id) {
		p.symbol(strings.TrimPrefix(id, "c."), p.scan.doc(p.path), id)
		return nil
	}
	if !p.index {
		return nil
	}
	var links []*html.Node
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.DataAtom == atom.A && attr(c, "class") == "indexterm" {
			links = append(links, c)
		}
	}
	if len(links) != 1 || n.FirstChild.Type != html.TextNode {
		return nil
	}
	name := strings.TrimRight(foldSpace(n.FirstChild.Data), ", ")
	doc, anchor, err := p.target(attr(links[0], "href"))
	if err == nil && doc != "" && anchor != "" && indexSymbol.MatchString(name) {
		p.symbol(name, doc, anchor)
	}
	return err
}

func (p *pageScan) symbol(name, doc, anchor string) {
	p.scan.symbols = append(p.scan.symbols, Question{Query: name, Docs: []string{doc}, Paragraph: -1, Anchor: anchor})
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// textOf is the text below n; blocks do not matter inside headings and links.
func textOf(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	var b strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		b.WriteString(textOf(c))
	}
	return b.String()
}
