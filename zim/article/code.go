package article

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// verbatim returns n's text with br as a line end and nothing folded. Invisible characters and hidden elements are
// left out here too.
func (w *walker) verbatim(n *html.Node) string {
	var b strings.Builder
	w.collect(n, &b)
	return VisibleText(b.String())
}

// collect is the recursion of verbatim. It asks dropped for every element, so hidden parts of a code block are as absent as
// hidden paragraphs are, and stops at the output limit before it builds a text that emit would refuse.
func (w *walker) collect(n *html.Node, b *strings.Builder) {
	for c := n.FirstChild; c != nil && w.visit(); c = c.NextSibling {
		switch {
		case b.Len() > w.lim.Output:
			w.cut(CutOutput)
			return
		case c.Type == html.TextNode:
			b.WriteString(c.Data)
		case c.DataAtom == atom.Br:
			b.WriteByte('\n')
		case c.Type == html.ElementNode && !w.dropped(c):
			w.collect(c, b)
		}
	}
}

// plainText is n's text on one line without markup.
func (w *walker) plainText(n *html.Node) string { return PlainLine(w.verbatim(n)) }

// code is text in a line. A line end in it would end the paragraph in Markdown, so it becomes a space.
func (w *walker) code(n *html.Node) {
	s := w.verbatim(n)
	if strings.TrimSpace(s) == "" {
		return
	}
	w.in.raw(w.ticks(strings.ReplaceAll(s, "\n", " ")))
}

// ticks puts s between backticks, one more than any run inside.
func (w *walker) ticks(s string) string {
	if w.headless {
		return s
	}
	if w.in.cell {
		s = strings.ReplaceAll(s, "|", `\|`)
	}
	q := strings.Repeat("`", longestRun(s, '`')+1)
	if s[0] == '`' || s[len(s)-1] == '`' {
		s = " " + s + " "
	}
	return q + s + q
}

// fence makes a block of preformatted text.
func (w *walker) fence(n *html.Node) {
	s := strings.Trim(w.verbatim(n), "\n")
	if strings.TrimSpace(s) == "" {
		return
	}
	if w.in.cell || w.headless {
		w.in.raw(w.ticks(strings.ReplaceAll(s, "\n", "⏎")))
		return
	}
	w.flush()
	w.emit(Block{Kind: Code, Text: s, Lang: language(n)})
}

// language reads the language of a code block from the classes in use, of n and of the elements around and inside it.
func language(n *html.Node) string {
	for _, x := range []*html.Node{n, n.Parent, n.FirstChild} {
		if x == nil || x.Type != html.ElementNode {
			continue
		}
		lang := attr(x, "data-language")
		for c := range strings.FieldsSeq(attr(x, "class")) {
			for _, p := range []string{"lang-", "language-", "highlight-", "brush:"} {
				if rest, ok := strings.CutPrefix(c, p); ok && lang == "" {
					lang = rest
				}
			}
		}
		if languageName(lang) {
			return lang
		}
	}
	return ""
}

// languageName reports a name that may stand behind a fence: it must not end the fence, begin a line of ours or be a word that
// highlighters use for "none". At most 20 bytes, since longer ones are not languages.
func languageName(s string) bool {
	switch s {
	case "", "none", "default", "text":
		return false
	}
	for i := range len(s) {
		if c := s[i]; !wordByte(c) && strings.IndexByte("+-#.", c) < 0 || c >= 0x80 {
			return false
		}
	}
	return len(s) <= 20
}

// longestRun is the length of the longest run of c: a fence must be longer than any run inside it.
func longestRun(s string, c byte) int {
	best, run := 0, 0
	for i := range len(s) {
		if s[i] == c {
			run++
			best = max(best, run)
		} else {
			run = 0
		}
	}
	return best
}

// script writes superscript and subscript. Short plain ones read well without marks.
func (w *walker) script(n *html.Node, mark byte) {
	s := w.plainText(n)
	switch {
	case s == "":
	case w.headless || mark == '_' && digits(s), ordinal(s):
		w.in.text(s)
	case digits(s):
		w.in.raw(string(mark) + s)
	default:
		w.in.raw(string(mark) + "(")
		w.in.text(s)
		w.in.raw(")")
	}
}

// digits reports a number with its sign, ASCII hyphen or minus.
func digits(s string) bool { return strings.Trim(s, "0123456789+-−") == "" }

// ordinal reports the endings of ordinals in English, French, Spanish and Italian: 1st and nº read well without a mark.
func ordinal(s string) bool {
	switch s {
	case "st", "nd", "rd", "th", "er", "e", "o", "a":
		return true
	}
	return false
}

// math writes a formula once, as TeX between dollars, and reports whether n was one.
func (w *walker) math(n *html.Node) bool {
	isImg := n.DataAtom == atom.Img && (strings.Contains(attr(n, "class"), "mwe-math-fallback-image") ||
		strings.HasPrefix(attr(n, "alt"), `{\displaystyle`))
	isScript := n.DataAtom == atom.Script && strings.HasPrefix(attr(n, "type"), "math/tex")
	if n.Data != "math" && !isImg && !isScript && !(n.DataAtom == atom.Span && strings.Contains(attr(n, "class"), "mwe-math-element")) {
		return false
	}
	t := w.tex(n)
	if isScript && n.FirstChild != nil {
		t = n.FirstChild.Data
	}
	t = PlainLine(strings.ReplaceAll(unwrapTeX(t), "$", ""))
	if t == "" {
		return n.Data != "math" // MathML without TeX is read as text
	}
	if displayed(n) && !w.in.cell && !w.headless {
		w.flush()
		w.emit(Block{Kind: Math, Text: "$$" + t + "$$"})
		return true
	}
	w.in.space = true
	w.in.raw("$" + t + "$")
	return true
}

// displayed tells a formula on a line of its own from one in the text.
func displayed(n *html.Node) bool {
	return attr(n, "display") == "block" || strings.Contains(attr(n, "class"), "fallback-image-display") ||
		strings.Contains(attr(n, "type"), "mode=display")
}

// tex finds a formula's source: the TeX annotation, else the alttext of math, else the alt of the fallback image.
func (w *walker) tex(n *html.Node) string {
	t := ""
	if n.DataAtom == atom.Img {
		return attr(n, "alt")
	}
	if n.Data == "math" {
		t = attr(n, "alttext")
	}
	for x := range n.Descendants() {
		if !w.visit() {
			return t
		}
		switch {
		case x.Type != html.ElementNode:
		case x.Data == "annotation" && x.FirstChild != nil:
			return x.FirstChild.Data
		case x.Data == "math" && t == "":
			t = attr(x, "alttext")
		case x.DataAtom == atom.Img && t == "":
			t = attr(x, "alt")
		}
	}
	return t
}

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
