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

// A classInfo is what a class attribute says. Pages repeat few class attributes, so each is read once.
type classInfo struct {
	rules []rule
	kinds []rule
	flags flags
	hides bool
	lang  string // of code
}

// A known remembers what class and style attributes mean on pages of one profile, and holds the buffers of a walk. Pages of a
// site repeat few of both, so a known is handed on from page to page. It is for one walk at a time.
type known struct {
	page    page
	blocks  []Block
	found   []Link
	links   linker
	line    inline   // of the block written last
	cells   inline   // of the table read last
	grid    gridRoom // for its cells and rows
	near    []nearID // room for ids
	inner   []string
	classes map[string]*classInfo
	styles  map[string]styleInfo
	recent  [128]struct { // the classes asked for last, by a cheap hash
		val  string
		info *classInfo
	}
}

// borrow takes a known that no walk is using.
func (p *Profile) borrow() *known {
	if k := p.kept.Swap(nil); k != nil {
		return k
	}
	if k, ok := p.knowns.Get().(*known); ok {
		return k
	}
	return &known{classes: map[string]*classInfo{}, styles: map[string]styleInfo{}}
}

// giveBack returns a known for the next page, unless a page filled it with what others do not repeat.
func (p *Profile) giveBack(k *known) {
	switch {
	case k == nil || len(k.classes) >= maxKnown/2 || len(k.styles) >= maxKnown/2 || !k.within(maxBuffer):
	case k.within(maxKept) && p.kept.CompareAndSwap(nil, k):
	default:
		p.knowns.Put(k)
	}
}

// within reports that the buffers take no more than a few times size bytes.
func (k *known) within(size int) bool {
	return cap(k.page.arena) <= size && cap(k.line.b) <= size && cap(k.cells.b) <= size && cap(k.blocks) <= size/128 &&
		cap(k.found) <= size/128 && cap(k.grid.cells) <= size/32 && cap(k.grid.at) <= size/4
}

// maxBuffer bounds the text buffer that is kept for the next page, in bytes; pages of more than that are rare.
const maxBuffer = 4 << 20

// maxKept is the same for the buffers that stay when garbage is collected, one set for each profile.
const maxKept = 256 << 10

// maxRemembered bounds the attribute values that are kept from page to page, in bytes.
const maxRemembered = 200

// class reads a class attribute.
func (w *walker) class(val string) *classInfo {
	k := w.known
	n := len(val)
	if n == 0 {
		return &classInfo{}
	}
	slot := &k.recent[(n*31+int(val[0])*7+int(val[n/2])*3+int(val[n-1]))&127]
	if slot.val == val {
		return slot.info
	}
	c, ok := k.classes[val]
	if !ok {
		c = w.readClass(val)
		if len(k.classes) < maxKnown && n <= maxRemembered {
			k.classes[strings.Clone(val)] = c // the page itself is not kept
		}
	}
	if n <= maxRemembered {
		slot.val, slot.info = val, c
	}
	return c
}

// readClass reads a class attribute that was not seen before.
func (w *walker) readClass(val string) *classInfo {
	c := &classInfo{hides: hidden(&html.Node{Type: html.ElementNode, Attr: []html.Attribute{{Key: "class", Val: val}}})}
	for _, r := range w.prof.rules.byClass(val) {
		if r.do == doKind {
			c.kinds = append(c.kinds, r)
		} else {
			c.rules = append(c.rules, r)
		}
	}
	for name := range strings.FieldsSeq(val) {
		c.flags |= flagsOf(name)
	}
	c.lang = strings.Clone(languageOf(val))
	return c
}

// A styleInfo is what a style attribute says.
type styleInfo struct {
	hides bool
	named bool // a rule of the profile may be about it
}

// style reads a style attribute. Like classes, pages repeat few of them.
func (w *walker) style(val string) styleInfo {
	if s, ok := w.known.styles[val]; ok {
		return s
	}
	s := styleInfo{hides: hidden(&html.Node{Type: html.ElementNode, Attr: []html.Attribute{{Key: "style", Val: val}}})}
	for i := range w.prof.rules.attr {
		r := &w.prof.rules.attr[i]
		s.named = s.named || r.key == "style" && strings.Contains(val, r.val)
	}
	if len(w.known.styles) < maxKnown && len(val) <= maxRemembered {
		w.known.styles[strings.Clone(val)] = s
	}
	return s
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
