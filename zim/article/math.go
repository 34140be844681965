package article

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// math writes a formula once, as TeX between dollars, and reports whether n was one. The forms in which a page holds the same
// formula are in one element as a rule; a picture of a formula counts outside of it, too.
func (w *walker) math(n *html.Node, e *elem) bool {
	tex, display := "", e.flags&isDisplay != 0
	switch {
	case n.Data == "math":
		tex, display = texOf(n), attr(n, "display") == "block"
		if tex == "" {
			w.in.text(linear(n))
			return true
		}
	case n.DataAtom == atom.Img && (e.flags&isMathImg != 0 || strings.HasPrefix(attr(n, "alt"), `{\displaystyle`)):
		tex = attr(n, "alt")
	case n.DataAtom == atom.Script:
		kind := attr(n, "type")
		if !strings.HasPrefix(kind, "math/tex") || n.FirstChild == nil {
			return false
		}
		tex, display = n.FirstChild.Data, strings.Contains(kind, "mode=display")
	case e.flags&isMathView != 0: // its source stands beside it
		return true
	case e.flags&isMath != 0:
		var m *html.Node
		if tex, m = w.source(n); m == nil && tex == "" {
			return e.flags&isMath != 0 && n.DataAtom == atom.Span && mathJaxView(n)
		} else if m != nil {
			display = display || attr(m, "display") == "block"
			if tex == "" {
				w.in.text(linear(m))
				return true
			}
		}
		display = display || displayImage(n)
	default:
		return false
	}
	w.formula(tex, display)
	return true
}

// mathJaxView reports what MathJax drew of a formula whose script stands behind it.
func mathJaxView(n *html.Node) bool {
	for s, tries := n.NextSibling, 0; s != nil && tries < 3; s, tries = s.NextSibling, tries+1 {
		if s.DataAtom == atom.Script && strings.HasPrefix(attr(s, "type"), "math/tex") {
			return true
		}
	}
	return false
}

// formula writes TeX, on a line of its own when it is displayed so and stands in text.
func (w *walker) formula(tex string, display bool) {
	t := PlainLine(strings.ReplaceAll(unwrapTeX(strings.TrimSpace(tex)), "$", ""))
	if t == "" {
		return
	}
	t = strings.ReplaceAll(t, "](", "] (") // no link, and the same formula
	if display && !w.in.cell && !w.in.bare {
		w.flush()
		w.emit(Block{Kind: Math}, "$$"+t+"$$")
		return
	}
	if w.in.pipe {
		t = strings.ReplaceAll(t, "|", `\|`)
	}
	w.in.raw("$" + t + "$")
}

// source finds the TeX of the formula in n, and its MathML: the TeX annotation, else the alttext of math, else the alt of the
// fallback image.
func (w *walker) source(n *html.Node) (tex string, m *html.Node) {
	for c := n; c != nil && w.visit(); c = next(n, c, c.Data != "math") {
		switch {
		case c.Type != html.ElementNode:
		case c.Data == "math":
			m = c
			if t := texOf(c); t != "" {
				return t, m
			}
		case c.DataAtom == atom.Img && tex == "":
			tex = attr(c, "alt")
		case c.DataAtom == atom.Script && strings.HasPrefix(attr(c, "type"), "math/tex") && c.FirstChild != nil:
			return c.FirstChild.Data, m
		}
	}
	return tex, m
}

// texOf is the TeX that MathML carries: in an annotation, else in alttext.
func texOf(m *html.Node) string {
	for c, tries := m, 0; c != nil && tries < maxFormula; c, tries = next(m, c, true), tries+1 {
		if c.Data == "annotation" && c.FirstChild != nil && attr(c, "encoding") != "StarMath 5.0" {
			return c.FirstChild.Data
		}
	}
	return attr(m, "alttext")
}

// maxFormula bounds the nodes of one formula that are looked at.
const maxFormula = 20_000

// displayImage tells a formula on a line of its own by its fallback image.
func displayImage(n *html.Node) bool {
	for c, tries := n, 0; c != nil && tries < maxFormula; c, tries = next(n, c, c.Data != "math"), tries+1 {
		if c.DataAtom == atom.Img && strings.Contains(attr(c, "class"), "fallback-image-display") {
			return true
		}
	}
	return false
}

// linear writes MathML without TeX in one line: its leaves, with ^, _, / and sqrt() where the layout carries the meaning.
func linear(m *html.Node) string {
	l := linearizer{}
	l.kids(m)
	return l.b.String()
}

// A linearizer bounds what it reads by nodes: depth is bounded by the parser.
type linearizer struct {
	b     strings.Builder
	nodes int
}

func (l *linearizer) kids(n *html.Node) {
	for c := n.FirstChild; c != nil && l.nodes < maxFormula; c = c.NextSibling {
		l.node(c)
	}
}

func (l *linearizer) node(n *html.Node) {
	if l.nodes++; n.Type == html.TextNode {
		l.b.WriteString(strings.TrimSpace(n.Data))
	}
	if n.Type != html.ElementNode || hidden(n) {
		return
	}
	switch n.Data {
	case "annotation", "annotation-xml", "mphantom", "maction":
	case "msup", "mover":
		l.joined(n, "^")
	case "msub", "munder":
		l.joined(n, "_")
	case "msubsup", "munderover":
		l.joined(n, "_", "^")
	case "mfrac":
		l.joined(n, "/")
	case "msqrt":
		l.b.WriteString("sqrt(")
		l.kids(n)
		l.b.WriteByte(')')
	case "mroot":
		l.b.WriteString("root(")
		l.joined(n, ", ")
		l.b.WriteByte(')')
	case "mtr":
		if l.b.Len() > 0 {
			l.b.WriteString("; ")
		}
		l.kids(n)
	case "mtd":
		l.b.WriteByte(' ')
		l.kids(n)
	default:
		l.kids(n)
	}
}

// joined writes the elements of n with signs between them, in brackets where they are more than one leaf.
func (l *linearizer) joined(n *html.Node, signs ...string) {
	i := 0
	for c := n.FirstChild; c != nil && l.nodes < maxFormula; c = c.NextSibling {
		if c.Type != html.ElementNode {
			continue
		}
		if i > 0 && i <= len(signs) {
			l.b.WriteString(signs[i-1])
		}
		i++
		group := c.FirstChild != nil && c.FirstChild.NextSibling != nil && c.FirstChild.NextSibling.NextSibling != nil || c.Data == "mfrac"
		if group {
			l.b.WriteByte('(')
		}
		l.node(c)
		if group {
			l.b.WriteByte(')')
		}
	}
}

// texElement writes an element that holds TeX between \( and \), or between \[ and \]. It reports false when it holds something else.
func (w *walker) texElement(n *html.Node) bool {
	if n.FirstChild == nil || n.FirstChild.Type != html.TextNode || n.FirstChild.NextSibling != nil {
		return false
	}
	t := strings.TrimSpace(n.FirstChild.Data)
	if in, ok := strings.CutPrefix(t, `\(`); ok && strings.HasSuffix(in, `\)`) {
		w.formula(in[:len(in)-2], false)
		return true
	}
	if in, ok := strings.CutPrefix(t, `\[`); ok && strings.HasSuffix(in, `\]`) {
		w.formula(in[:len(in)-2], true)
		return true
	}
	return false
}

// hasTeX reports that a text may hold TeX between dollars or between \( and \).
func hasTeX(s string) bool {
	return strings.IndexByte(s, '$') >= 0 || strings.Contains(s, `\(`) || strings.Contains(s, `\[`)
}

// texText writes a text in which TeX stands as its writer typed it: formulas are not escaped, the rest is.
func (w *walker) texText(s string) {
	for s != "" {
		at, n := texSpan(s)
		w.in.text(s[:at])
		if n == 0 {
			return
		}
		f := strings.Join(strings.Fields(VisibleText(s[at:at+n])), " ")
		if at > 0 && isSpace(rune(s[at-1])) {
			w.in.space = true
		}
		w.in.raw(f)
		s = s[at+n:]
	}
}

// texSpan finds the first formula in s: where it begins and how long it is, with its signs; 0 when there is none.
func texSpan(s string) (at, n int) {
	for i := 0; i < len(s); i++ {
		end := ""
		switch {
		case strings.HasPrefix(s[i:], "$$"):
			end = "$$"
		case s[i] == '$' && i+1 < len(s) && !isSpace(rune(s[i+1])):
			end = "$"
		case strings.HasPrefix(s[i:], `\(`):
			end = `\)`
		case strings.HasPrefix(s[i:], `\[`):
			end = `\]`
		case s[i] == '\\':
			i++
			continue
		default:
			continue
		}
		j := strings.Index(s[i+len(end):min(len(s), i+maxInlineTeX)], end)
		if j > 0 {
			return i, j + 2*len(end)
		}
		i += len(end) - 1
	}
	return len(s), 0
}

// maxInlineTeX bounds a formula in text, in bytes, and with it the search for its end.
const maxInlineTeX = 2000

// unwrapTeX strips {\displaystyle …} and its kin when the braces reach to the end.
func unwrapTeX(t string) string {
	t = strings.TrimSpace(t)
	for _, p := range []string{`{\displaystyle`, `{\textstyle`, `{\scriptstyle`} {
		if rest, ok := strings.CutPrefix(t, p); ok && strings.HasSuffix(rest, "}") && balanced(rest[:len(rest)-1]) {
			return strings.TrimSpace(rest[:len(rest)-1])
		}
	}
	return t
}

// balanced reports that every brace closes another: {a} + {b} begins and ends with a brace but is no group.
func balanced(s string) bool {
	depth := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '{':
			depth++
		case '}':
			if depth--; depth < 0 {
				return false
			}
		}
	}
	return depth == 0
}
