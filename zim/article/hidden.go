package article

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// hidden reports that a reader of the page would not see n. Style sheets are not evaluated: a class that hides is known
// only when it is listed here or in the page's profile. MediaWiki hides the MathML of its formulas, which carries their TeX, so
// mathematics is looked for before this is asked.
func hidden(n *html.Node) bool {
	for i := range n.Attr {
		a := &n.Attr[i]
		if a.Namespace != "" {
			continue
		}
		switch a.Key {
		case "hidden":
			if !strings.EqualFold(strings.TrimSpace(a.Val), "until-found") {
				return true
			}
		case "popover": // shown by a script or a button only, neither of which is here
			return true
		case "style":
			if hiddenStyle(a.Val) || sameAsBackground(n, a.Val) {
				return true
			}
		case "class":
			if hiddenClass(a.Val) {
				return true
			}
		case "aria-hidden":
			if strings.EqualFold(strings.TrimSpace(a.Val), "true") && icon(n) {
				return true
			}
		}
	}
	return false
}

// hidingClasses hide text from sight in the style sheets of the frameworks that use them.
var hidingClasses = set("visually-hidden visuallyhidden sr-only screen-reader-text screen-reader-only d-none mw-empty-elt hidden is-hidden " +
	"element-invisible element-hidden u-hidden uk-hidden govuk-visually-hidden cdk-visually-hidden is-sr-only a11y-hidden offscreen " +
	"assistive-text invisible")

// hiddenClass reports a class attribute that names one of them.
func hiddenClass(classes string) bool {
	for c := range strings.FieldsSeq(classes) {
		if hidingClasses[c] {
			return true
		}
	}
	return false
}

// icon reports elements that draw a sign. Their text is the name of the sign in a font, or nothing. Other elements with
// aria-hidden are seen by readers and only not read aloud.
func icon(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Svg, atom.I:
		return true
	case atom.Span:
		for c := range strings.FieldsSeq(attr(n, "class")) {
			if c == "fa" || c == "glyphicon" || strings.HasPrefix(c, "fa-") || strings.HasPrefix(c, "icon") || strings.HasSuffix(c, "-icon") ||
				strings.HasSuffix(c, "-icons") || strings.HasPrefix(c, "material-") {
				return true
			}
		}
	}
	return false
}

// sameAsBackground reports text of the colour that the bgcolor attribute of the same element paints behind it.
func sameAsBackground(n *html.Node, style string) bool {
	bg := attr(n, "bgcolor")
	if bg == "" {
		return false
	}
	back, ok := parseColor(bg)
	if !ok {
		return false
	}
	front, ok := readStyle(style).color()
	return ok && front == back
}
