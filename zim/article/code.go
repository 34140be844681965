package article

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// A verbatim is text with br as a line end and nothing folded, and the links in it.
type verbatim struct {
	strings.Builder
	links []Span
}

// verbatim returns n's text as it is. Invisible characters and hidden elements are left out here too.
func (w *walker) verbatim(n *html.Node) string {
	var v verbatim
	w.collect(n, &v)
	return VisibleText(v.String())
}

// collect is the recursion of verbatim. It judges every element, so hidden parts of a code block are as absent as
// hidden paragraphs are, and stops at the output limit before it builds a text that emit would refuse.
func (w *walker) collect(n *html.Node, v *verbatim) {
	for c := n.FirstChild; c != nil && w.visit(); c = c.NextSibling {
		switch {
		case v.Len() > w.lim.Output:
			w.cut(CutOutput)
			return
		case c.Type == html.TextNode:
			v.WriteString(c.Data)
		case c.DataAtom == atom.Br:
			v.WriteByte('\n')
		case c.Type == html.ElementNode:
			if e := w.judge(c); e.hidden || e.do() == doDrop || neverText(c) {
				w.dropped(verbatimDrop(c, &e))
				continue
			}
			w.collectElement(c, v)
		}
	}
}

// verbatimDrop is the rule that leaves out a part of a code block.
func verbatimDrop(n *html.Node, e *elem) string {
	if e.hidden || e.do() == doDrop {
		return dropName(e)
	}
	return n.Data
}

// collectElement goes into an element: a link is noted, and a line that is a block ends as one.
func (w *walker) collectElement(n *html.Node, v *verbatim) {
	start := v.Len()
	switch n.DataAtom {
	case atom.Div, atom.Li, atom.Tr, atom.P:
		if s := v.String(); s != "" && s[len(s)-1] != '\n' {
			v.WriteByte('\n')
		}
	}
	w.collect(n, v)
	if n.DataAtom != atom.A || v.Len() == start {
		return
	}
	if href := attr(n, "href"); href != "" {
		if i := w.linkTo(href, Internal); i >= 0 {
			v.links = append(v.links, Span{Start: start, End: v.Len(), Link: i, Image: -1})
			if l := &w.doc.Links[i]; l.Text == "" {
				l.Text = Clip(PlainLine(v.String()[start:]), maxTitle)
			}
		}
	}
}

// plainText is n's text on one line without markup.
func (w *walker) plainText(n *html.Node) string { return PlainLine(w.verbatim(n)) }

// code is text in a line. A line end in it would end the paragraph in Markdown, so it becomes a space. Markdown has no links in
// code, so the first link in it, if it is in none, takes the whole.
func (w *walker) code(n *html.Node) {
	if c := n.FirstChild; c != nil && c.NextSibling == nil && c.Type == html.TextNode && !w.in.bare && plainCode(c.Data) {
		if w.visit() {
			w.in.settle('`')
			w.in.b = append(append(append(w.in.b, '`'), c.Data...), '`')
			w.in.prev = '`'
		}
		return
	}
	var v verbatim
	w.collect(n, &v)
	s := VisibleText(v.String())
	if strings.TrimSpace(s) == "" {
		if s != "" {
			w.in.space = true
		}
		return
	}
	if w.in.bare {
		w.in.text(s)
		return
	}
	text := w.ticks(strings.ReplaceAll(s, "\n", " "))
	w.in.raw(text)
	if len(v.links) == 0 || w.inLink() {
		return
	}
	q := runAt(text)
	at := len(w.in.b) - len(text) + q
	if whole := v.links[0]; len(text) != len(s)+2*q || s != v.String() { // something was added or removed: all is the first link
		w.in.spans = append(w.in.spans, Span{Start: at - q, End: len(w.in.b), Link: whole.Link, Image: -1})
		return
	}
	w.in.spans = append(w.in.spans, codeSpans(v.links, at, q)...)
}

// plainCode reports a code that stands between single backticks as it is, most often a name: printable ASCII without what means
// something to a table or to the backticks.
func plainCode(s string) bool {
	for i := range len(s) {
		if c := s[i]; c <= ' ' && (c != ' ' || i == 0) || c > '~' || c == '`' || c == '|' {
			return false
		}
	}
	return s != ""
}

// codeSpans places links that were counted from the beginning of a code, which has q backticks and begins at an offset.
func codeSpans(links []Span, at, q int) []Span {
	if len(links) > maxCodeLinks {
		links = links[:maxCodeLinks] // each of them is a break in the code
	}
	for i := range links {
		links[i].Start, links[i].End, links[i].Code = links[i].Start+at, links[i].End+at, q
	}
	return links
}

// maxCodeLinks bounds the links of one inline code.
const maxCodeLinks = 100

// runAt is the number of backticks at the beginning of s.
func runAt(s string) int { return len(s) - len(strings.TrimLeft(s, "`")) }

// ticks puts s between backticks, one more than any run inside.
func (w *walker) ticks(s string) string {
	if w.in.pipe {
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
	if w.in.bare {
		w.in.text(s)
		return
	}
	if w.in.cell {
		w.in.raw(w.ticks(strings.ReplaceAll(s, "\n", "⏎")))
		return
	}
	w.flush()
	w.emit(Block{Kind: Code, Lang: w.codeLanguage(n)}, s)
}

// codeLanguage reads the language of a code block from what n, an element around it or the one inside it says.
func (w *walker) codeLanguage(n *html.Node) string {
	around := n.Parent
	for _, x := range []*html.Node{n, n.FirstChild, around, parent(around)} {
		if x == nil || x.Type != html.ElementNode {
			continue
		}
		lang := attr(x, "data-language")
		if lang == "" {
			if class := attr(x, "class"); class != "" {
				lang = w.class(class).lang
			}
		}
		if languageName(lang) {
			return lang
		}
	}
	return ""
}

// parent is n's parent, nil of nil.
func parent(n *html.Node) *html.Node {
	if n == nil {
		return nil
	}
	return n.Parent
}

// languageOf reads the language from a class attribute, by the classes that highlighters use.
func languageOf(class string) string {
	brush := false
	for c := range strings.FieldsSeq(class) {
		if brush {
			return strings.TrimRight(c, ";")
		}
		brush = c == "brush:"
		for _, p := range []string{"lang-", "language-", "highlight-", "brush:", "source-", "mw-highlight-lang-"} {
			if rest, ok := strings.CutPrefix(c, p); ok && languageName(strings.TrimRight(rest, ";")) {
				return strings.TrimRight(rest, ";")
			}
		}
	}
	return ""
}

// languageName reports a name that may stand behind a fence: it must not end the fence, begin a line of ours or be a word that
// highlighters use for "none". At most 20 bytes, since longer ones are not languages.
func languageName(s string) bool {
	switch s {
	case "", "none", "default", "text", "notranslate":
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
