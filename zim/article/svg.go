package article

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

// ErrNotSVG says that bytes are no picture in SVG that could be made harmless.
var ErrNotSVG = errors.New("article: not a readable SVG picture")

const (
	maxSVGDepth = 200
	svgSpace    = "http://www.w3.org/2000/svg"
)

// svgElements draw something, or hold or name what does (SVG 2, appendix F). Left out are script, style, foreignObject,
// the animations, which can change an address after it was checked, image and a, which lead elsewhere, and feImage.
var svgElements = set("svg g defs symbol use title desc path rect circle ellipse line polyline polygon text tspan textPath marker " +
	"linearGradient radialGradient stop pattern clipPath mask filter feBlend feColorMatrix feComponentTransfer feComposite " +
	"feConvolveMatrix feDiffuseLighting feDisplacementMap feDistantLight feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR " +
	"feGaussianBlur feMerge feMergeNode feMorphology feOffset fePointLight feSpecularLighting feSpotLight feTile feTurbulence switch")

// SanitizeSVG keeps of a picture in SVG what draws and drops the rest: scripts, styles, event handlers, comments,
// declarations, embedded pages, and every address that is not a part of the picture itself. It fails with [ErrNotSVG] when
// b is not well-formed or its outermost element is not svg.
func SanitizeSVG(b []byte) ([]byte, error) {
	d := xml.NewDecoder(bytes.NewReader(b))
	d.CharsetReader = func(string, io.Reader) (io.Reader, error) { return nil, ErrNotSVG } // what is not UTF-8 is not guessed at
	var out bytes.Buffer
	s := svgCopy{e: xml.NewEncoder(&out)}
	for {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil || s.token(t) != nil {
			return nil, ErrNotSVG
		}
	}
	if s.e.Flush() != nil || out.Len() == 0 || s.depth != 0 {
		return nil, ErrNotSVG
	}
	return out.Bytes(), nil
}

// svgCopy writes the tokens that may stay.
type svgCopy struct {
	e       *xml.Encoder
	depth   int // of elements written and open
	dropped int // elements open inside one that was dropped, it included
	begun   bool
}

func (s *svgCopy) token(t xml.Token) error {
	switch t := t.(type) {
	case xml.StartElement:
		return s.start(t)
	case xml.EndElement:
		if s.dropped > 0 {
			s.dropped--
			return nil
		}
		s.depth--
		return s.e.EncodeToken(xml.EndElement{Name: xml.Name{Local: t.Name.Local}})
	case xml.CharData:
		if s.dropped == 0 && s.depth > 0 {
			return s.e.EncodeToken(t)
		}
	}
	return nil
}

func (s *svgCopy) start(t xml.StartElement) error {
	if s.dropped > 0 || t.Name.Space != svgSpace && t.Name.Space != "" || !svgElements[t.Name.Local] {
		if !s.begun {
			return ErrNotSVG
		}
		s.dropped++
		return nil
	}
	if s.depth == 0 && (s.begun || t.Name.Local != "svg") || s.depth >= maxSVGDepth {
		return ErrNotSVG
	}
	kept := xml.StartElement{Name: xml.Name{Local: t.Name.Local}}
	if !s.begun {
		kept.Attr = append(kept.Attr, xml.Attr{Name: xml.Name{Local: "xmlns"}, Value: svgSpace})
		s.begun = true
	}
	for _, a := range t.Attr {
		if name, ok := svgAttribute(a); ok {
			kept.Attr = append(kept.Attr, xml.Attr{Name: xml.Name{Local: name}, Value: a.Value})
		}
	}
	s.depth++
	return s.e.EncodeToken(kept)
}

// svgAttribute says under which name an attribute stays. One that can hold an address stays when it leads to a part of the
// picture itself.
func svgAttribute(a xml.Attr) (name string, ok bool) {
	value := strings.ToLower(strings.Join(strings.Fields(a.Value), ""))
	switch {
	case a.Name.Local == "href" && (a.Name.Space == "" || a.Name.Space == "http://www.w3.org/1999/xlink"):
		return "href", strings.HasPrefix(value, "#")
	case a.Name.Space != "" || a.Name.Local == "xmlns" || len(a.Name.Local) >= 2 && strings.EqualFold(a.Name.Local[:2], "on"):
		return "", false
	case strings.Contains(value, "\\") || strings.Contains(value, "javascript:") || strings.Contains(value, "data:"): // CSS can be written in escapes
		return "", false
	case a.Name.Local == "style" && (strings.Contains(value, "@") || strings.Contains(value, "/*")):
		return "", false
	}
	return a.Name.Local, strings.Count(value, "url(") == strings.Count(value, "url(#")+strings.Count(value, "url('#")+strings.Count(value, `url("#`) &&
		!strings.Contains(value, "image-set(") && !strings.Contains(value, "src(")
}
