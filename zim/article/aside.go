package article

import (
	"strings"

	"golang.org/x/net/html"
)

// aside reads text that is about the page, not of it, into one of the document's fields, unless that is set.
func (w *walker) aside(n *html.Node, field *string, max int) {
	if *field == "" {
		*field = Clip(w.plainText(n), max)
	}
}

// maxLicense bounds Document.License, in runes.
const maxLicense = 1000

// coordinates replaces the forms in which a place is given by one decimal pair, once, and reports whether it found one. The pair
// itself is in an element that is hidden on most pages.
func (w *walker) coordinates(n *html.Node) bool {
	top := n
	if hasClass(n, "geo-default") || hasClass(n, "geo-nondefault") || hasClass(n, "geo-multi-punct") {
		top = n.Parent
	}
	pair := ""
	for c, tries := top, 0; c != nil && tries < 100 && pair == ""; c, tries = next(top, c, true), tries+1 {
		if c.Type == html.ElementNode && hasClass(c, "geo") && c.FirstChild != nil && c.FirstChild.Type == html.TextNode {
			pair = decimalPair(c.FirstChild.Data)
		}
	}
	if pair == "" {
		return false
	}
	if w.doc.Coordinates != pair {
		if w.doc.Coordinates == "" {
			w.doc.Coordinates = pair
		}
		w.in.text(pair)
	}
	return true
}

// decimalPair reads "52.5; 13.4" and gives "52.5, 13.4"; "" when it is no such pair.
func decimalPair(s string) string {
	lat, lon, ok := strings.Cut(s, ";")
	if !ok {
		return ""
	}
	lat, lon = strings.TrimSpace(lat), strings.TrimSpace(lon)
	if lat == "" || lon == "" || len(lat)+len(lon) > 40 || strings.Trim(lat+lon, "0123456789.-+") != "" {
		return ""
	}
	return lat + ", " + lon
}
