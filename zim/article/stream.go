package article

import (
	"bytes"
	"context"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Text is the cheap way to read a page: its visible text and headings from its tags alone, without a tree. Headings and their
// anchors are those of [Parse]; lists, tables and quotations become plain blocks, and there are no links, images or references.
// It serves scoring, and stands in for Parse where a page nests too deeply or is too long. The only error is ctx.Err().
func Text(ctx context.Context, page []byte, opts *Options) (*Document, error) {
	if opts == nil {
		opts = &Options{}
	}
	lim, cut := opts.Limits.withDefaults(len(page)), Cut("")
	if len(page) > lim.PageBytes {
		page, cut = page[:lim.PageBytes], CutBytes
	}
	return stream(ctx, page, opts, lim, cut)
}

// stream reads a page that is within its limit of bytes. cut says why, when that is not what the caller asked for.
func stream(ctx context.Context, page []byte, opts *Options, lim Limits, cut Cut) (*Document, error) {
	page = toUTF8(page)
	w := newWalker(ctx, &Document{Cut: cut}, opts.Path, lim)
	w.size = len(page)
	w.lim.Nodes = 2*lim.PageBytes + 1000 // tokens; the page's bytes bound them already
	first := scout{streamer: newStreamer(w, page), page: page}
	first.run(opts)
	second := newStreamer(w, page)
	second.names = first.names
	r := reader{streamer: second, root: first.root(), h1: first.at[first.s.h1], title: first.title, known: first.titled()}
	if r.h1 >= r.root && !r.known && w.prof.does[doTitle] != "" {
		r.h1 = 0 // an element before it may be the title
	}
	r.run()
	w.flush()
	w.finish()
	return w.doc, w.err
}

// A streamer reads tags into one node that is used again, so that elements are judged by the rules of the tree.
type streamer struct {
	w     *walker
	z     *html.Tokenizer
	n     html.Node
	back  html.TokenType    // the tag in n, when it is to be read again
	tags  int               // start tags read
	names map[string]string // values of attributes that were seen, which repeat
}

func newStreamer(w *walker, page []byte) streamer {
	return streamer{w: w, z: html.NewTokenizer(bytes.NewReader(page)), names: map[string]string{}}
}

// next reads a token; of a tag, its name and attributes.
func (s *streamer) next() html.TokenType {
	if t := s.back; t != html.ErrorToken {
		s.back = html.ErrorToken
		return t
	}
	t := s.token()
	if t == html.StartTagToken {
		s.attributes()
	}
	return t
}

// token reads a token; of a tag, its name only. Each is counted as a visit, so cancellation reaches here too.
func (s *streamer) token() html.TokenType {
	t := s.z.Next()
	if t == html.ErrorToken || !s.w.visit() {
		return html.ErrorToken
	}
	if t == html.SelfClosingTagToken { // the slash means nothing in HTML
		t = html.StartTagToken
	}
	if t != html.StartTagToken && t != html.EndTagToken {
		return t
	}
	name, _ := s.z.TagName()
	if s.n.DataAtom = atom.Lookup(name); s.n.DataAtom != 0 {
		s.n.Data = s.n.DataAtom.String()
	} else {
		s.n.Data = s.value(name)
	}
	s.n.Type, s.n.Attr = html.ElementNode, s.n.Attr[:0]
	if t == html.StartTagToken {
		s.tags++
	}
	return t
}

// attributes reads the attributes of a start tag.
func (s *streamer) attributes() {
	for len(s.n.Attr) < 256 {
		key, val, more := s.z.TagAttr()
		if len(key) > 0 && !unread(key, s.n.DataAtom) && (len(val) <= maxAttr || string(key) == "style") {
			s.n.Attr = append(s.n.Attr, html.Attribute{Key: s.key(key), Val: s.value(val)})
		}
		if !more {
			return
		}
	}
}

// unread lists attributes that nothing here asks for, which are most: addresses, titles, sizes.
func unread(key []byte, tag atom.Atom) bool {
	switch string(key) {
	case "href":
		return tag != atom.Link && tag != atom.Base
	case "src", "alt":
		return tag != atom.Img && tag != atom.Script
	case "rel":
		return tag != atom.Link
	case "title", "width", "height", "rowspan", "srcset", "typeof", "about", "data-mw", "target", "resource", "value":
		return true
	}
	return false
}

// key is the name of an attribute. Those that nearly all attributes have need no look into a table.
func (s *streamer) key(b []byte) string {
	switch string(b) {
	case "class":
		return "class"
	case "id":
		return "id"
	case "style":
		return "style"
	case "name":
		return "name"
	case "type":
		return "type"
	case "role":
		return "role"
	}
	return s.value(b)
}

// value keeps one string for equal values.
func (s *streamer) value(b []byte) string {
	if v, ok := s.names[string(b)]; ok {
		return v
	}
	v := string(b)
	if len(s.names) < maxKnown && len(v) < 100 {
		s.names[v] = v
	}
	return v
}

// skip passes over what the element that was just begun holds, and hands its texts to each, which may be nil, with the element
// they stand in. Elements that need no end tag end where the parser would end them; the tag that does so is read again.
func (s *streamer) skip(each func(in *html.Node, text []byte)) {
	tag, name := s.n.DataAtom, s.n.Data
	for depth, nest := 1, 0; !isVoid(tag); {
		switch t := s.token(); t {
		case html.ErrorToken:
			return
		case html.TextToken:
			if each != nil {
				each(&s.n, s.z.Text())
			}
		case html.StartTagToken:
			if nest == 0 && endsAtStart(tag, s.n.DataAtom) {
				s.attributes()
				s.back = t
				return
			}
			if s.n.DataAtom == tag && s.n.Data == name {
				depth++
			}
			nest += nests(tag, s.n.DataAtom)
			if each != nil {
				s.attributes()
				each(&s.n, nil)
			}
		case html.EndTagToken:
			if s.n.DataAtom == tag && s.n.Data == name {
				if depth--; depth == 0 {
					return
				}
			} else if nest == 0 && endsAtEnd(tag, s.n.DataAtom) {
				s.back = t
				return
			}
			nest -= nests(tag, s.n.DataAtom)
			s.n.Data, s.n.DataAtom = "", 0
		}
	}
}

// nests counts elements in which an item or a cell of another list or table may stand.
func nests(tag, inner atom.Atom) int {
	switch {
	case tag == atom.Li && (inner == atom.Ul || inner == atom.Ol),
		(tag == atom.Dt || tag == atom.Dd) && inner == atom.Dl,
		(tag == atom.Td || tag == atom.Th || tag == atom.Tr || tag == atom.Tbody || tag == atom.Thead) && inner == atom.Table:
		return 1
	}
	return 0
}

// endsAtStart reports that the start of inner ends an open element tag.
func endsAtStart(tag, inner atom.Atom) bool {
	switch tag {
	case atom.P:
		return isBlock(inner) || headingLevel(inner) > 0
	case atom.Li:
		return inner == atom.Li
	case atom.Dt, atom.Dd:
		return inner == atom.Dt || inner == atom.Dd
	case atom.Td, atom.Th:
		return inner == atom.Td || inner == atom.Th || inner == atom.Tr || inner == atom.Tbody
	case atom.Tr:
		return inner == atom.Tr || inner == atom.Tbody
	}
	return false
}

// endsAtEnd reports that the end of an element around it ends an open element tag.
func endsAtEnd(tag, outer atom.Atom) bool {
	switch tag {
	case atom.P:
		return isBlock(outer) || outer == atom.Td || outer == atom.Th
	case atom.Li:
		return outer == atom.Ul || outer == atom.Ol
	case atom.Dt, atom.Dd:
		return outer == atom.Dl
	case atom.Td, atom.Th:
		return outer == atom.Tr || outer == atom.Table || outer == atom.Tbody
	case atom.Tr:
		return outer == atom.Table || outer == atom.Tbody
	}
	return false
}

// headingLevel is 1 to 6 for h1 to h6, else 0.
func headingLevel(tag atom.Atom) int {
	switch tag {
	case atom.H1:
		return 1
	case atom.H2:
		return 2
	case atom.H3:
		return 3
	case atom.H4:
		return 4
	case atom.H5:
		return 5
	case atom.H6:
		return 6
	}
	return 0
}
