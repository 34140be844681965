package article

import "strings"

// An rgba is a colour of the screen, each part 0 to 255.
type rgba struct{ r, g, b, a uint8 }

// clear reports a colour through which one sees what is behind: nobody sees text of it.
func (c rgba) clear() bool { return c.a <= 5 }

// colorNames are the names that hide text in practice: those of black, of white and of what looks like them.
var colorNames = map[string]rgba{
	"transparent": {}, "white": {255, 255, 255, 255}, "black": {0, 0, 0, 255}, "red": {255, 0, 0, 255}, "lime": {0, 255, 0, 255},
	"green": {0, 128, 0, 255}, "blue": {0, 0, 255, 255}, "navy": {0, 0, 128, 255}, "yellow": {255, 255, 0, 255},
	"gray": {128, 128, 128, 255}, "grey": {128, 128, 128, 255}, "silver": {192, 192, 192, 255}, "maroon": {128, 0, 0, 255},
	"purple": {128, 0, 128, 255}, "fuchsia": {255, 0, 255, 255}, "magenta": {255, 0, 255, 255}, "aqua": {0, 255, 255, 255},
	"cyan": {0, 255, 255, 255}, "olive": {128, 128, 0, 255}, "teal": {0, 128, 128, 255}, "orange": {255, 165, 0, 255},
	"snow": {255, 250, 250, 255}, "ivory": {255, 255, 240, 255}, "whitesmoke": {245, 245, 245, 255}, "ghostwhite": {248, 248, 255, 255},
	"lightgray": {211, 211, 211, 255}, "lightgrey": {211, 211, 211, 255}, "gainsboro": {220, 220, 220, 255}, "beige": {245, 245, 220, 255},
}

// parseColor reads #rgb, #rgba, #rrggbb, #rrggbbaa, rgb(), rgba(), hsl() of greys, and the names above. Anything else is false.
func parseColor(v string) (rgba, bool) {
	v = strings.ToLower(strings.TrimSpace(v))
	switch {
	case v == "":
		return rgba{}, false
	case v[0] == '#':
		return hexColor(v[1:])
	case strings.HasPrefix(v, "rgb"):
		return rgbColor(v)
	case strings.HasPrefix(v, "hsl"):
		return hslColor(v)
	}
	c, ok := colorNames[v]
	return c, ok
}

// hexColor reads the digits of a colour.
func hexColor(h string) (rgba, bool) {
	var d [8]uint8
	for i := range len(h) {
		if i >= 8 || !isHex(h[i]) {
			return rgba{}, false
		}
		d[i] = hexDigit(h[i])
	}
	switch len(h) {
	case 3:
		return rgba{d[0] * 17, d[1] * 17, d[2] * 17, 255}, true
	case 4:
		return rgba{d[0] * 17, d[1] * 17, d[2] * 17, d[3] * 17}, true
	case 6:
		return rgba{d[0]<<4 | d[1], d[2]<<4 | d[3], d[4]<<4 | d[5], 255}, true
	case 8:
		return rgba{d[0]<<4 | d[1], d[2]<<4 | d[3], d[4]<<4 | d[5], d[6]<<4 | d[7]}, true
	}
	return rgba{}, false
}

// hexDigit is the value of a digit that isHex accepts.
func hexDigit(c byte) uint8 {
	switch {
	case c <= '9':
		return c - '0'
	case c >= 'a':
		return c - 'a' + 10
	}
	return c - 'A' + 10
}

// arguments splits what stands between the brackets of a colour function.
func arguments(v string) []string {
	_, args, ok := strings.Cut(v, "(")
	if !ok {
		return nil
	}
	args, _, _ = strings.Cut(args, ")")
	return strings.FieldsFunc(args, func(r rune) bool { return r == ',' || r == ' ' || r == '/' })
}

// rgbColor reads rgb(255, 0, 0), rgb(100% 0% 0% / 50%) and the like.
func rgbColor(v string) (rgba, bool) {
	args := arguments(v)
	if len(args) < 3 {
		return rgba{}, false
	}
	var c [4]uint8
	c[3] = 255
	for i, a := range args[:min(len(args), 4)] {
		n, unit, ok := number(a)
		switch {
		case !ok:
			return rgba{}, false
		case unit == "%":
			n *= 2.55
		case i == 3:
			n *= 255
		}
		c[i] = uint8(min(max(n, 0), 255) + 0.5)
	}
	return rgba{c[0], c[1], c[2], c[3]}, true
}

// hslColor reads what has no colour: white, black and greys, and the alpha of any.
func hslColor(v string) (rgba, bool) {
	args := arguments(v)
	if len(args) < 3 {
		return rgba{}, false
	}
	alpha := 255.0
	if len(args) > 3 {
		n, unit, _ := number(args[3])
		if alpha = n * 255; unit == "%" {
			alpha = n * 2.55
		}
	}
	a := uint8(min(max(alpha, 0), 255))
	sat, light := percent(args[1]), percent(args[2])
	if sat > 0 && light > 0 && light < 100 {
		return rgba{}, a <= 5 // its hue does not matter when it is clear
	}
	grey := uint8(min(max(light*2.55, 0), 255) + 0.5)
	return rgba{grey, grey, grey, a}, true
}

// backgroundColor reads the colour out of background, unless an image may cover it.
func backgroundColor(v string) (rgba, bool) {
	if strings.Contains(v, "url(") || strings.Contains(v, "gradient") || strings.Contains(v, "image") {
		return rgba{}, false
	}
	if c, ok := parseColor(v); ok {
		return c, true
	}
	if word, _, ok := strings.Cut(v, " "); ok && !strings.Contains(word, "(") {
		return parseColor(word)
	}
	return rgba{}, false
}
