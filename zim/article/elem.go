package article

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// An elem is what the attributes of an element say.
type elem struct {
	id     string
	hidden bool
	rule   *rule // of the profile, nil when none names the element
	flags  flags // of its classes
	lang   string
}

func (e *elem) do() action {
	if e.rule == nil {
		return doNothing
	}
	return e.rule.do
}

// flags are meanings of class names that are the same wherever they appear.
type flags uint16

const (
	isMath     flags = 1 << iota // wraps the forms of one formula
	isMathView                   // what a script made of a formula whose source stands elsewhere
	isMathImg                    // picture of a formula
	isDisplay                    // formula on a line of its own
	isInfobox                    // table of pairs
	isVcard                      // the same if it is narrow
	isFigure                     // picture with its caption
	isCited                      // a source that is described: no title of a work, as cite is otherwise
)

// flagsOf tells what a class means.
func flagsOf(c string) flags {
	switch {
	case c == "mwe-math-element", c == "katex", c == "MathJax", c == "MJXc-display", c == "mjx-container", c == "katex-mathml":
		return isMath
	case c == "mwe-math-element-block", c == "katex-display":
		return isMath | isDisplay
	case c == "MathJax_Preview", c == "MathJax_SVG", c == "MathJax_CHTML", c == "katex-html", c == "MathJax_Display", c == "MJX_Assistive_MathML":
		return isMathView
	case strings.HasPrefix(c, "mwe-math-fallback-image-display"):
		return isMathImg | isDisplay
	case strings.HasPrefix(c, "mwe-math-fallback-image"), c == "tex", c == "latex":
		return isMathImg
	case strings.Contains(c, "infobox"), strings.Contains(c, "taxobox"), c == "biota", strings.HasPrefix(c, "ib-"):
		return isInfobox
	case c == "vcard":
		return isVcard
	case c == "thumb", c == "gallerybox", c == "tsingle", c == "thumbinner":
		return isFigure
	case c == "citation":
		return isCited
	}
	return 0
}

// judge reads the attributes of an element once.
func (w *walker) judge(n *html.Node) elem {
	var e elem
	var class *classInfo
	other := false // an attribute of which hidden or a rule may have an opinion
	for i := range n.Attr {
		a := &n.Attr[i]
		if a.Namespace != "" || len(a.Val) > maxAttr {
			other = other || a.Key == "style" || a.Key == "class"
			continue
		}
		switch a.Key {
		case "class":
			class = w.class(a.Val)
			e.hidden = e.hidden || class.hides
			e.flags, e.lang = class.flags, class.lang
		case "id":
			e.id = a.Val
		case "style":
			st := w.style(a.Val)
			e.hidden, other = e.hidden || st.hides, other || st.named
		case "href", "title", "src", "rel", "alt", "width", "height", "colspan", "rowspan", "srcset", "typeof", "about", "target", "align",
			"valign", "type", "name", "lang", "scope", "border", "data-mw", "resource", "decoding", "data-file-width", "data-file-height":
		default:
			other = true
		}
	}
	if other {
		e.hidden = e.hidden || hidden(n)
	}
	if class != nil {
		w.byClass(n, &e, class)
	}
	rs := &w.prof.rules
	if e.id != "" && rs.first[e.id[0]] {
		w.byID(n, &e)
	}
	if other && e.rule == nil && len(rs.attr) > 0 {
		if r := rs.byAttr(n); r != nil {
			w.take(&e, r)
		}
	}
	if e.rule == nil && n.DataAtom != 0 && len(rs.tag) > 0 {
		if r := rs.tag[n.DataAtom]; r != nil {
			w.take(&e, r)
		}
	}
	if w.prof.density && n.DataAtom == atom.Header && e.do() == doDrop && ofArticle(n) {
		e.rule = nil
	}
	return e
}

// ofArticle reports a header that is the beginning of an article, where its title stands, and not that of the site.
func ofArticle(n *html.Node) bool {
	for p := n.Parent; p != nil; p = p.Parent {
		if p.DataAtom == atom.Article || p.DataAtom == atom.Main {
			return true
		}
	}
	return false
}

// byClass finds the first rule of the classes that fits the element.
func (w *walker) byClass(n *html.Node, e *elem, c *classInfo) {
	for i := range c.kinds {
		if c.kinds[i].fits(n) {
			w.doc.Kind = c.kinds[i].kind
		}
	}
	for i := range c.rules {
		if r := &c.rules[i]; r.fits(n) && (e.rule == nil || r.do == doDrop) {
			e.rule = r
		}
	}
}

// byID takes the rules of the id.
func (w *walker) byID(n *html.Node, e *elem) {
	w.prof.rules.byID(n, e.id, func(r *rule) { w.take(e, r) })
}

// take applies a rule: it says what the page is, or what the element is.
func (w *walker) take(e *elem, r *rule) {
	if r.do == doKind {
		w.doc.Kind = r.kind
	} else if e.rule == nil || e.rule.do != doDrop {
		e.rule = r
	}
}

// attr is the value of an attribute, at most maxAttr bytes, "" when it is missing. Attributes of foreign namespaces, such as
// xlink:href, are not meant.
func attr(n *html.Node, key string) string {
	for i := range n.Attr {
		a := &n.Attr[i]
		if a.Key == key && a.Namespace == "" {
			if len(a.Val) > maxAttr {
				return a.Val[:maxAttr]
			}
			return a.Val
		}
	}
	return ""
}

// maxAttr bounds the bytes of an attribute that are looked at.
const maxAttr = 64 << 10

// hasClass compares whole class names, with their case: style sheets of standard pages do.
func hasClass(n *html.Node, class string) bool {
	for c := range strings.FieldsSeq(attr(n, "class")) {
		if c == class {
			return true
		}
	}
	return false
}

// isVoid lists elements that have no content and no end tag.
func isVoid(a atom.Atom) bool {
	switch a {
	case atom.Area, atom.Base, atom.Br, atom.Col, atom.Embed, atom.Hr, atom.Img, atom.Input, atom.Link, atom.Meta, atom.Param,
		atom.Source, atom.Track, atom.Wbr:
		return true
	}
	return false
}

// isBlock lists elements that stand on lines of their own.
func isBlock(a atom.Atom) bool {
	switch a {
	case atom.P, atom.Div, atom.Section, atom.Article, atom.Main, atom.Ul, atom.Ol, atom.Li, atom.Dl, atom.Dt, atom.Dd,
		atom.Table, atom.Tr, atom.Blockquote, atom.Pre, atom.Figure, atom.Figcaption, atom.Caption, atom.Aside, atom.Header,
		atom.Footer, atom.Details, atom.Summary, atom.Address, atom.Center, atom.Hr, atom.Body, atom.Nav, atom.Form:
		return true
	}
	return false
}
