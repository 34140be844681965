package article

import (
	"strconv"
	"strings"
	"sync/atomic"
)

// hiddenStyle reports that an element with this style attribute is not seen. A property that hides counts even where a later
// one of the same name would show the element again: whoever writes both does so for a reader of styles, not of pages.
func hiddenStyle(style string) bool {
	if len(style) > maxAttr {
		return true // nobody writes such a style; hiding is the safe reading
	}
	if len(style) > maxRemembered {
		return judgeStyle(style)
	}
	slot := &judged[(len(style)*31+sum(style))%len(judged)]
	if v := slot.Load(); v != nil && v.style == style {
		return v.hides
	}
	v := &verdict{strings.Clone(style), judgeStyle(style)}
	slot.Store(v)
	return v.hides
}

// judgeStyle is hiddenStyle without a memory.
func judgeStyle(style string) bool {
	s := readStyle(style)
	return s.hides || s.hidesTogether()
}

// A verdict is what a style attribute was found to say.
type verdict struct {
	style string
	hides bool
}

// judged holds the latest verdicts by a cheap hash: the elements around the content have the same styles on all pages of a site.
var judged [64]atomic.Pointer[verdict]

// sum is a cheap hash of a few bytes of s.
func sum(s string) int {
	if s == "" {
		return 0
	}
	return int(s[0])*7 + int(s[len(s)/2])*3 + int(s[len(s)-1]) + int(s[len(s)/4])
}

// A style holds of a style attribute what bears on whether the element is seen. Values are in lower case.
type style struct {
	hides         bool // by one declaration alone
	clips         bool // overflow is not shown
	width, height string
	maxW, maxH    string
	indent        string
	line          string
	padded        bool
	front, back   string // colour of the text and behind it, the latest that was said
}

// readStyle reads a style attribute. Most hold nothing that hides and are done after one look at each name.
func readStyle(attr string) style {
	var s style
	for d := range declarations(attr) {
		s.add(d)
	}
	return s
}

// add takes one declaration in. Values are compared by how they begin: what follows, such as a unit or a second length, does not
// show the element again.
func (s *style) add(d declaration) {
	v := d.value
	switch d.name {
	case "display", "content-visibility", "visibility":
		s.hides = s.hides || strings.HasPrefix(v, "none") || strings.HasPrefix(v, "hidden") || strings.HasPrefix(v, "collapse")
	case "opacity", "zoom", "scale":
		s.hides = s.hides || isZero(v)
	case "font-size":
		s.hides = s.hides || tiny(v)
	case "font":
		s.hides = s.hides || tinyFont(v)
	case "transform", "filter", "-webkit-transform":
		s.hides = s.hides || vanishes(v)
	case "clip", "clip-path", "-webkit-clip-path":
		s.hides = s.hides || clipsAll(v)
	case "left", "top", "right", "bottom", "inset", "inset-inline", "inset-block", "inset-inline-start", "inset-block-start", "margin",
		"margin-left", "margin-top", "margin-right", "margin-bottom", "margin-inline-start", "translate", "letter-spacing":
		s.hides = s.hides || anyFarAway(v)
	case "text-indent":
		s.hides = s.hides || anyFarAway(v)
		s.indent = v
	case "overflow", "overflow-x", "overflow-y":
		s.clips = s.clips || strings.HasPrefix(v, "hidden") || strings.HasPrefix(v, "clip")
	case "padding", "padding-top", "padding-bottom":
		s.padded = s.padded || !isZero(v)
	default:
		s.addSize(d)
	}
}

// addSize takes in what hides together with something else only.
func (s *style) addSize(d declaration) {
	switch d.name {
	case "width":
		s.width = d.value
	case "height":
		s.height = d.value
	case "max-width":
		s.maxW = d.value
	case "max-height":
		s.maxH = d.value
	case "line-height":
		s.line = d.value
	case "color", "-webkit-text-fill-color":
		if c, ok := parseColor(d.value); ok {
			s.hides = s.hides || c.clear()
			s.front = d.value
		}
	case "background", "background-color":
		if _, ok := backgroundColor(d.value); ok {
			s.back = d.value
		}
	}
}

// hidesTogether reports what takes two declarations: no room and nothing outside it, or text of the colour behind it.
func (s *style) hidesTogether() bool {
	if s.clips {
		switch {
		case s.width != "" && s.height != "" && tiny(s.width) && tiny(s.height),
			isZero(s.height) && !s.padded, isZero(s.maxH) && !s.padded, isZero(s.width), isZero(s.maxW), isZero(s.line),
			percent(s.indent) >= 100:
			return true
		}
	}
	front, ok := s.color()
	if !ok || s.back == "" {
		return false
	}
	back, _ := backgroundColor(s.back)
	return front == back && !back.clear()
}

// color is the colour of the text, if the style names one that can be read.
func (s style) color() (rgba, bool) { return parseColor(s.front) }

// number reads the number a value starts with, and its unit. calc(5px) is 5px; longer sums are not worked out.
func number(v string) (n float64, unit string, ok bool) {
	for strings.HasPrefix(v, "calc(") {
		v = strings.TrimLeft(v[len("calc("):], " ")
	}
	end := 0
	for end < len(v) && (v[end] >= '0' && v[end] <= '9' || strings.IndexByte("+-.", v[end]) >= 0) {
		end++
	}
	if end > 0 && end < len(v) && v[end] == 'e' { // 1e-3, but not 1em
		exp := end + 1
		for exp < len(v) && (v[exp] >= '0' && v[exp] <= '9' || exp == end+1 && (v[exp] == '-' || v[exp] == '+')) {
			exp++
		}
		if _, err := strconv.ParseFloat(v[:exp], 64); err == nil {
			end = exp
		}
	}
	n, err := strconv.ParseFloat(v[:end], 64)
	unit = strings.TrimSpace(v[end:])
	if i := strings.IndexAny(unit, " ,)/"); i >= 0 {
		unit = unit[:i]
	}
	return n, unit, err == nil
}

// isZero reports a number that cannot be told from nothing on a screen: nobody sees text of one per cent opacity.
func isZero(v string) bool {
	n, unit, ok := number(v)
	if unit == "%" {
		n /= 100
	}
	return ok && n <= 0.01
}

// percent is a value in per cent, 0 for any other unit.
func percent(v string) float64 {
	n, unit, ok := number(v)
	if !ok || unit != "%" {
		return 0
	}
	return n
}

// tiny is a length under two pixels, or no length at all.
func tiny(v string) bool {
	n, unit, ok := number(v)
	if !ok {
		return false
	}
	switch unit {
	case "px", "pt":
		return n < 2
	case "em", "rem", "ch", "ex", "vw", "vh", "pc":
		return n < 0.1
	case "mm":
		return n < 0.5
	case "cm", "in":
		return n < 0.05
	case "%":
		return n < 5
	}
	return n == 0
}

// tinyFont reads the size out of the shorthand: the first length of "italic bold 0/0 serif".
func tinyFont(v string) bool {
	for word := range strings.FieldsSeq(v) {
		if word[0] >= '0' && word[0] <= '9' || word[0] == '.' {
			if n, unit, ok := number(word); ok && unit == "" && n >= 100 {
				continue // a weight
			}
			return tiny(word)
		}
	}
	return false
}

// farAway is a position that puts text outside every screen.
func farAway(v string) bool {
	n, unit, ok := number(v)
	if !ok {
		return false
	}
	switch unit {
	case "em", "rem", "%", "vw", "vh", "ch", "vmin", "vmax", "in", "cm":
		return n <= -100 || n >= 9999
	}
	return n <= -999 || n >= 9999
}

// anyFarAway reads each of several lengths, as margin has them.
func anyFarAway(v string) bool {
	for word := range strings.FieldsSeq(v) {
		if farAway(word) {
			return true
		}
	}
	return false
}

// vanishes reports transforms and filters that leave nothing to see: scale to nothing, move away, turn edge-on, fade out.
func vanishes(v string) bool {
	for v != "" {
		open := strings.IndexByte(v, '(')
		if open < 0 {
			return false
		}
		name := strings.TrimLeft(v[:open], " ,)")
		args, rest, _ := strings.Cut(v[open+1:], ")")
		args = strings.TrimSpace(args)
		switch {
		case strings.HasPrefix(name, "scale") && anyZero(args), name == "opacity" && isZero(args), name == "matrix" && isZero(args):
			return true
		case strings.HasPrefix(name, "translate") && anyFarAway(strings.ReplaceAll(args, ",", " ")):
			return true
		case name == "rotatex" || name == "rotatey":
			if n, unit, ok := number(args); ok && unit == "deg" && (n == 90 || n == -90 || n == 270) {
				return true
			}
		}
		v = rest
	}
	return false
}

// anyZero reports a nothing among numbers.
func anyZero(args string) bool {
	for w := range strings.FieldsFuncSeq(args, func(r rune) bool { return r == ',' || r == ' ' }) {
		if isZero(w) && !strings.HasPrefix(w, "-") { // scale(-1) mirrors
			return true
		}
	}
	return false
}

// clipsAll reports the clips that leave no pixel or one: rect(0 0 0 0), rect(1px,1px,1px,1px), inset(50%), circle(0) and polygons
// all of whose corners are one.
func clipsAll(v string) bool {
	name, args, ok := strings.Cut(v, "(")
	if !ok {
		return false
	}
	args, _, _ = strings.Cut(args, ")")
	words := strings.FieldsFunc(args, func(r rune) bool { return r == ',' || r == ' ' })
	if len(words) == 0 {
		return false
	}
	switch strings.TrimSpace(name) {
	case "rect":
		return rectEmpty(words)
	case "inset":
		return percent(words[0]) >= 50
	case "circle", "ellipse":
		return isZero(words[0])
	case "polygon":
		for _, w := range words {
			if w != words[0] && !(isZero(w) && isZero(words[0])) {
				return false
			}
		}
		return true
	}
	return false
}

// rectEmpty reads top, right, bottom and left.
func rectEmpty(words []string) bool {
	var n [4]float64
	for i := range n {
		if i >= len(words) {
			return isZero(words[0])
		}
		v, _, ok := number(words[i])
		if !ok { // auto
			return false
		}
		n[i] = v
	}
	return n[2]-n[0] <= 1 || n[1]-n[3] <= 1
}
