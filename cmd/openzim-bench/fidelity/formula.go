package fidelity

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// isFormula finds mathematics in the forms that archives have: MathML, MediaWiki's wrapper, its image also where it stands
// alone, and the scripts of MathJax. MediaWiki hides the MathML, so this comes before everything that is hidden.
func isFormula(n *html.Node) bool {
	if n.Type != html.ElementNode {
		return false
	}
	switch n.Data {
	case "math":
		return true
	case "script":
		return strings.HasPrefix(attr(n, "type"), "math/tex")
	case "img":
		return strings.Contains(attr(n, "class"), "mwe-math-fallback-image") || strings.HasPrefix(attr(n, "alt"), `{\displaystyle`)
	}
	return hasClass(n, "mwe-math-element") || hasClass(n, "katex")
}

// tex is the source of a formula: its annotation, else alttext, else the alt of its image, without the wrapper that only
// sets the size of type.
func tex(n *html.Node) string {
	if n.DataAtom == atom.Script {
		if n.FirstChild == nil {
			return ""
		}
		return oneLine(n.FirstChild.Data)
	}
	annotation, alttext, alt := "", attr(n, "alttext"), ""
	if n.DataAtom == atom.Img {
		alt = attr(n, "alt")
	}
	for c := range n.Descendants() {
		switch {
		case c.Data == "annotation" && c.FirstChild != nil && strings.Contains(attr(c, "encoding"), "tex"):
			annotation = c.FirstChild.Data
		case c.Data == "math" && alttext == "":
			alttext = attr(c, "alttext")
		case c.DataAtom == atom.Img:
			alt = attr(c, "alt")
		}
	}
	for _, t := range []string{annotation, alttext, alt} {
		if t = oneLine(t); t != "" {
			return unwrap(t)
		}
	}
	return ""
}

// unwrap removes {\displaystyle …} when its braces enclose all of the formula.
func unwrap(t string) string {
	for _, w := range []string{`{\displaystyle`, `{\textstyle`, `{\scriptstyle`} {
		in, ok := strings.CutPrefix(t, w)
		if !ok || !strings.HasSuffix(t, "}") {
			continue
		}
		depth := 1
		for i := 0; i < len(in); i++ {
			switch in[i] {
			case '\\':
				i++
			case '{':
				depth++
			case '}':
				if depth--; depth == 0 && i < len(in)-1 {
					return t
				}
			}
		}
		if depth == 0 {
			return oneLine(in[:len(in)-1])
		}
	}
	return t
}

// leaves is the text of a formula's MathML without its annotations: what shows when it is printed as ordinary text.
func leaves(n *html.Node) string {
	var b strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		switch {
		case n.Type == html.TextNode:
			b.WriteString(strings.TrimSpace(n.Data))
		case n.Data == "annotation" || n.Data == "annotation-xml" || n.DataAtom == atom.Script:
		default:
			for c := n.FirstChild; c != nil; c = c.NextSibling {
				walk(c)
			}
		}
	}
	walk(n)
	return b.String()
}
