package article

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// hidden reports that a reader of the page would not see n. Style sheets are not evaluated: a class that hides is known
// only when it is listed.
func hidden(n *html.Node) bool {
	for _, a := range n.Attr {
		if a.Namespace != "" {
			continue
		}
		switch a.Key {
		case "hidden":
			if !strings.EqualFold(strings.TrimSpace(a.Val), "until-found") {
				return true
			}
		case "style":
			if hiddenStyle(a.Val) {
				return true
			}
		case "class":
			for c := range strings.FieldsSeq(a.Val) {
				if hidingClasses[c] {
					return true
				}
			}
		}
	}
	return false
}

// hidingClasses hide text from sight in the style sheets of the frameworks that use them.
var hidingClasses = set("visually-hidden visuallyhidden sr-only screen-reader-text d-none mw-empty-elt hidden is-hidden")

// hiddenStyle reads the declarations of a style attribute.
func hiddenStyle(style string) bool {
	if len(style) > maxAttr {
		return true // nobody writes such a style; hiding is the safe reading
	}
	// Values are compared by how they begin: what follows, such as a unit or a second length, does not show it again.
	d := declarations(style)
	switch {
	case strings.HasPrefix(d["display"], "none"),
		strings.HasPrefix(d["visibility"], "hidden"), strings.HasPrefix(d["visibility"], "collapse"),
		strings.HasPrefix(d["content-visibility"], "hidden"),
		isZero(d["opacity"]), tiny(d["font-size"]), isZeroScale(d["transform"]):
		return true
	case d["width"] != "" && d["height"] != "" && tiny(d["width"]) && tiny(d["height"]) && strings.HasPrefix(d["overflow"], "hidden"):
		return true
	case strings.HasPrefix(strings.ReplaceAll(d["clip"], " ", ""), "rect(0"), strings.HasPrefix(d["clip"], "rect(1px"),
		strings.HasPrefix(d["clip-path"], "inset(50%"), strings.HasPrefix(d["clip-path"], "inset(100%"), strings.HasPrefix(d["clip-path"], "circle(0"):
		return true
	case farAway(d["text-indent"]), farAway(d["left"]), farAway(d["top"]), farAway(d["margin-left"]), farAway(d["right"]):
		return true
	case strings.HasPrefix(d["color"], "transparent"),
		d["color"] != "" && (d["color"] == d["background-color"] || d["color"] == d["background"]):
		return true
	case isZero(d["max-height"]) && strings.HasPrefix(d["overflow"], "hidden"):
		return true
	}
	return false
}

// declarations splits a style attribute at semicolons outside quotes and parentheses; names and values are lower case,
// without comments, escapes and "!important".
func declarations(style string) map[string]string {
	style = strings.ToLower(unescapeCSS(stripComments(style)))
	out := map[string]string{}
	for len(style) > 0 && len(out) < 256 {
		end := declarationEnd(style)
		name, value, ok := strings.Cut(style[:end], ":")
		if ok {
			value, _, _ = strings.Cut(value, "!")
			out[strings.TrimSpace(name)] = strings.TrimSpace(value)
		}
		style = style[min(end+1, len(style)):]
	}
	return out
}

// declarationEnd is the index of the semicolon that ends the first declaration: one in a quoted text or in url(a;b) does not.
func declarationEnd(s string) int {
	depth, quote := 0, byte(0)
	for i := range len(s) {
		c := s[i]
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == ';' && depth <= 0:
			return i
		}
	}
	return len(s)
}

// stripComments removes comments, and the rest behind one that is not closed, as browsers do: "dis/**/play" is two tokens to
// them, but who writes it means to deceive, so it is read as one.
func stripComments(s string) string {
	if !strings.Contains(s, "/*") {
		return s
	}
	var b strings.Builder
	for {
		before, after, ok := strings.Cut(s, "/*")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		_, s, ok = strings.Cut(after, "*/")
		if !ok {
			return b.String()
		}
	}
}

// unescapeCSS undoes "\64 isplay" and "d\isplay".
func unescapeCSS(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			b.WriteByte(s[i])
			continue
		}
		j := i + 1
		for j < len(s) && j < i+7 && isHex(s[j]) {
			j++
		}
		if j == i+1 {
			continue // the next byte stands for itself
		}
		if v, err := strconv.ParseUint(s[i+1:j], 16, 32); err == nil {
			b.WriteRune(rune(v))
		}
		if j < len(s) && s[j] == ' ' {
			j++
		}
		i = j - 1
	}
	return b.String()
}

// isHex reports a digit of a CSS escape.
func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// number reads the number a value starts with, and its unit.
func number(v string) (n float64, unit string, ok bool) {
	end := 0
	for end < len(v) && (v[end] >= '0' && v[end] <= '9' || strings.IndexByte("+-.", v[end]) >= 0) {
		end++
	}
	n, err := strconv.ParseFloat(v[:end], 64)
	return n, strings.TrimSpace(v[end:]), err == nil
}

// isZero reports a number that cannot be told from nothing on a screen: nobody sees text of one per cent opacity.
func isZero(v string) bool {
	n, _, ok := number(v)
	return ok && n <= 0.01
}

// isZeroScale reports scale(0) and scale(0, …), which shrink an element to nothing.
func isZeroScale(v string) bool {
	rest, ok := strings.CutPrefix(v, "scale(")
	return ok && isZero(rest)
}

// tiny is a length under two pixels, or no length at all.
func tiny(v string) bool {
	n, unit, ok := number(v)
	return ok && (n == 0 || n < 2 && (unit == "px" || unit == "pt") || n < 0.1 && (unit == "em" || unit == "rem"))
}

// farAway is a position that puts text outside every screen.
func farAway(v string) bool {
	n, unit, ok := number(v)
	return ok && (n <= -999 || n <= -100 && (unit == "em" || unit == "rem" || unit == "%" || unit == "vw" || unit == "vh") || n >= 9999)
}
