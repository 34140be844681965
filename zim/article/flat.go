package article

import (
	"bytes"
	"context"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// flat reads a page as a stream of tags, without a tree: for pages that nest too deeply or have too many elements.
// Headings and paragraphs survive; lists and tables become lines.
func flat(ctx context.Context, page []byte, path string, lim Limits) (*Document, error) {
	doc := &Document{Cut: CutTree}
	w := newWalker(ctx, doc, path, lim)
	w.lim.Nodes = 2 * lim.PageBytes // tokens; the page's bytes bound them already
	w.prof = plainProfile
	doc.Profile, doc.Blocks, doc.Sections = w.prof.name, []Block{}, []Section{{Level: 1}}
	f := flattener{w: w, z: html.NewTokenizer(bytes.NewReader(page))}
	for f.next() {
	}
	w.flush()
	w.finish()
	return doc, w.err
}

// A flattener feeds the walker from tokens.
type flattener struct {
	w     *walker
	z     *html.Tokenizer
	skip  atom.Atom // element whose content is left out
	name  string    // of skip when it is no known element
	depth int       // elements of that name still open
	head  *html.Node
}

// next reads one token and reports whether there are more. Every token is counted as a visit, so cancellation reaches here too.
func (f *flattener) next() bool {
	tt := f.z.Next()
	if tt == html.ErrorToken || !f.w.visit() {
		return false
	}
	t := f.z.Token()
	if f.depth > 0 {
		f.skipping(tt, t)
		return true
	}
	switch tt {
	case html.TextToken:
		if len(f.w.in.b)+len(t.Data) <= f.w.lim.Output {
			f.w.in.text(t.Data)
		}
	case html.StartTagToken, html.SelfClosingTagToken:
		f.start(tt, t)
	case html.EndTagToken:
		f.end(t)
	}
	return true
}

// skipping counts elements of the same name: an unclosed one hides the rest of the page, which is the safe side.
func (f *flattener) skipping(tt html.TokenType, t html.Token) {
	if t.DataAtom != f.skip || t.Data != f.name {
		return
	}
	switch tt {
	case html.StartTagToken:
		f.depth++
	case html.EndTagToken:
		f.depth--
	}
}

// start opens what needs opening. The element is made into a node without children, so that hidden and neverText judge it
// by the rules of the tree.
func (f *flattener) start(tt html.TokenType, t html.Token) {
	n := &html.Node{Type: html.ElementNode, DataAtom: t.DataAtom, Data: t.Data, Attr: t.Attr}
	void := voidElements[t.DataAtom]
	switch {
	case t.DataAtom == atom.Head:
		return // what it holds is skipped by itself
	case t.DataAtom == atom.Title && f.w.doc.Title == "":
		if f.z.Next() == html.TextToken {
			f.w.doc.Title = PlainLine(Clip(string(f.z.Text()), maxTitle))
		}
		return
	case neverText(n) || hidden(n):
		if blockAtoms[t.DataAtom] {
			f.breakBlock() // what stands before and behind are two blocks, whatever is left out between
		}
		if !void && tt == html.StartTagToken {
			f.skip, f.name, f.depth = t.DataAtom, t.Data, 1
		}
		return
	}
	switch t.DataAtom {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		f.w.flush()
		f.head = n
	case atom.Br:
		f.w.in.space = true
	case atom.Img:
		f.w.image(n)
	case atom.Td, atom.Th:
		f.w.in.space = true
	default:
		if blockAtoms[t.DataAtom] {
			f.breakBlock()
		}
	}
}

// end closes blocks and headings. A heading is collected as inline text, which is escaped; heading escapes it once more, so
// the escapes are undone between.
func (f *flattener) end(t html.Token) {
	switch {
	case f.head != nil && t.DataAtom == f.head.DataAtom:
		head := f.head
		f.head = nil
		text := string(f.w.in.b)
		f.w.in.take()
		head.AppendChild(&html.Node{Type: html.TextNode, Data: unescapeMarkdown(text)})
		f.w.heading(head)
	case blockAtoms[t.DataAtom]:
		f.breakBlock()
	}
}

// breakBlock ends a block, but not inside a heading.
func (f *flattener) breakBlock() {
	if f.head != nil {
		f.w.in.space = true
		return
	}
	f.w.flush()
}

// unescapeMarkdown undoes the escapes of inline text that is about to be escaped again.
func unescapeMarkdown(s string) string {
	s = strings.ReplaceAll(s, "&amp;", "&")
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && !wordByte(s[i+1]) && s[i+1] > ' ' {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

var voidElements = map[atom.Atom]bool{atom.Area: true, atom.Base: true, atom.Br: true, atom.Col: true, atom.Embed: true,
	atom.Hr: true, atom.Img: true, atom.Input: true, atom.Link: true, atom.Meta: true, atom.Param: true, atom.Source: true,
	atom.Track: true, atom.Wbr: true}

var blockAtoms = map[atom.Atom]bool{atom.P: true, atom.Div: true, atom.Section: true, atom.Article: true, atom.Main: true,
	atom.Ul: true, atom.Ol: true, atom.Li: true, atom.Dl: true, atom.Dt: true, atom.Dd: true, atom.Table: true, atom.Tr: true,
	atom.Blockquote: true, atom.Pre: true, atom.Figure: true, atom.Figcaption: true, atom.Caption: true, atom.Aside: true,
	atom.Header: true, atom.Footer: true, atom.Details: true, atom.Summary: true, atom.Address: true, atom.Center: true, atom.Hr: true,
	atom.Body: true}
