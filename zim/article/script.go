package article

import (
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// script writes superscript and subscript. Short plain ones read well without marks.
func (w *walker) script(n *html.Node, mark byte) {
	if !plainScript(n) { // links, formulas or pictures
		w.in.raw(string(mark) + "(")
		w.kids(n)
		w.in.space = false
		w.in.raw(")")
		return
	}
	s := w.plainText(n)
	switch {
	case s == "":
	case w.in.bare, mark == '_' && digits(s) && afterWord(w.in.prev, w.in.space), mark == '^' && ordinal(s):
		w.in.text(s)
	case mark == '^' && digits(s):
		w.in.raw("^" + s)
	default:
		w.in.raw(string(mark) + "(")
		w.in.text(s)
		w.in.raw(")")
	}
}

// plainScript reports an element with nothing but text and emphasis in it.
func plainScript(n *html.Node) bool {
	for c, tries := n.FirstChild, 0; c != nil; c, tries = next(n, c, true), tries+1 {
		if c.DataAtom == atom.A || c.DataAtom == atom.Img || c.Data == "math" || tries > 100 {
			return false
		}
	}
	return true
}

// afterWord reports that digits below the line follow a letter or a bracket, as in H2O.
func afterWord(prev rune, space bool) bool {
	return !space && (unicode.IsLetter(prev) || prev == ')' || prev == ']' || prev == '*' || unicode.IsDigit(prev))
}

// digits reports a number with its sign, ASCII hyphen or minus.
func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789+-−") == "" }

// ordinal reports the endings of ordinals in English, French, Spanish and Italian: 1st and nº read well without a mark.
func ordinal(s string) bool {
	switch s {
	case "st", "nd", "rd", "th", "er", "e", "o", "a", "º", "ª", "TM", "™", "®":
		return true
	}
	return false
}
