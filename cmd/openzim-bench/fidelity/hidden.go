package fidelity

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// concealed reports whether the element itself says that nobody sees it, by attribute or by its own style. Style sheets
// are not read: a class that hides is declared by the profile.
func concealed(n *html.Node) bool {
	if n.Type != html.ElementNode {
		return false
	}
	if has(n, "hidden") && !strings.EqualFold(attr(n, "hidden"), "until-found") {
		return true
	}
	style := attr(n, "style")
	if style == "" {
		return false
	}
	d := declarations(style)
	return d["display"] == "none" || d["visibility"] == "hidden" || d["visibility"] == "collapse" ||
		isZero(d["opacity"]) || tiny(d["font-size"]) || away(d) || boxless(d) || sameColour(d)
}

// declarations splits a style attribute at semicolons outside strings and brackets.
func declarations(style string) map[string]string {
	out := map[string]string{}
	depth, quote, start := 0, byte(0), 0
	add := func(s string) {
		k, v, ok := strings.Cut(s, ":")
		if ok {
			v = strings.ToLower(strings.TrimSpace(v))
			out[strings.ToLower(strings.TrimSpace(k))] = strings.TrimSpace(strings.TrimSuffix(v, "!important"))
		}
	}
	for i := 0; i < len(style); i++ {
		switch c := style[i]; {
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
			add(style[start:i])
			start = i + 1
		}
	}
	add(style[start:])
	return out
}

// number reads the number a value begins with, and its unit.
func number(v string) (float64, string, bool) {
	end := strings.IndexFunc(v, func(r rune) bool { return !strings.ContainsRune("+-.0123456789", r) })
	if end < 0 {
		end = len(v)
	}
	f, err := strconv.ParseFloat(v[:end], 64)
	return f, strings.TrimSpace(v[end:]), err == nil
}

func isZero(v string) bool {
	f, _, ok := number(v)
	return ok && f == 0
}

// tiny is a font nobody can read.
func tiny(v string) bool {
	f, unit, ok := number(v)
	return ok && (f == 0 || unit == "px" && f < 2)
}

// away is text moved out of the window.
func away(d map[string]string) bool {
	for _, k := range []string{"text-indent", "left", "top"} {
		if f, _, ok := number(d[k]); ok && f <= -999 {
			return true
		}
	}
	return false
}

// boxless is an element that is cut to nothing.
func boxless(d map[string]string) bool {
	w, _, okW := number(d["width"])
	h, _, okH := number(d["height"])
	if okW && okH && w <= 1 && h <= 1 && d["overflow"] == "hidden" {
		return true
	}
	return strings.HasPrefix(d["clip"], "rect(0") || strings.HasPrefix(d["clip-path"], "inset(50%")
}

func sameColour(d map[string]string) bool {
	c := d["color"]
	return c != "" && (c == d["background-color"] || c == d["background"])
}
