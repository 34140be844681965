package fidelity

import (
	"strings"

	"golang.org/x/net/html"
)

// A selector is "tag", ".class", "#id", "#prefix*", "[attr]", "[attr=value]", "[attr^=value]",
// "[attr$=value]", "[attr*=value]", or a tag before one of them.
// "parent>child" asks for both.
type selector struct {
	tag, class, id, attr, value string

	parent *selectors
}

// selectors are grouped by what is cheapest to look up, since every element of a page is asked.
type selectors struct {
	byTag, byClass, byID map[string][]selector
	rest                 []selector
}

func parseSelectors(list string) selectors {
	s := selectors{map[string][]selector{}, map[string][]selector{}, map[string][]selector{}, nil}
	for _, f := range strings.Fields(list) {
		if parent, child, ok := strings.Cut(f, ">"); ok {
			p := parseSelectors(parent)
			s.rest = append(s.rest, selector{tag: child, parent: &p})
			continue
		}
		at := strings.IndexAny(f, ".#[")
		if at < 0 {
			s.byTag[f] = append(s.byTag[f], selector{tag: f})
			continue
		}
		x := selector{tag: f[:at]}
		switch name := f[at+1:]; f[at] {
		case '.':
			x.class = name
			s.byClass[name] = append(s.byClass[name], x)
		case '#':
			id, more, _ := strings.Cut(name, "[") // "#id[attr]" asks for both
			x.id, x.attr = id, strings.TrimSuffix(more, "]")
			if strings.HasSuffix(id, "*") {
				s.rest = append(s.rest, x)
			} else {
				s.byID[id] = append(s.byID[id], x)
			}
		default:
			x.attr, x.value, _ = strings.Cut(strings.TrimSuffix(name, "]"), "=")
			s.rest = append(s.rest, x)
		}
	}
	return s
}

// match reports whether one of the selectors fits n.
func (s *selectors) match(n *html.Node) bool {
	if n.Type != html.ElementNode {
		return false
	}
	if len(s.byTag[n.Data]) > 0 {
		return true
	}
	for _, a := range n.Attr {
		switch a.Key {
		case "class":
			for c := range strings.FieldsSeq(a.Val) {
				if anyFits(s.byClass[c], n) {
					return true
				}
			}
		case "id":
			if anyFits(s.byID[a.Val], n) {
				return true
			}
		}
	}
	return anyFits(s.rest, n)
}

func anyFits(list []selector, n *html.Node) bool {
	for _, x := range list {
		if (x.tag == "" || x.tag == n.Data) && x.fitsID(n) && x.fitsAttr(n) && (x.parent == nil || n.Parent != nil && x.parent.match(n.Parent)) {
			return true
		}
	}
	return false
}

func (x selector) fitsID(n *html.Node) bool {
	prefix, ok := strings.CutSuffix(x.id, "*")
	return !ok || strings.HasPrefix(attr(n, "id"), prefix)
}

func (x selector) fitsAttr(n *html.Node) bool {
	if x.attr == "" {
		return true
	}
	if name, ok := strings.CutSuffix(x.attr, "^"); ok {
		return strings.HasPrefix(attr(n, name), x.value)
	}
	if name, ok := strings.CutSuffix(x.attr, "$"); ok {
		return strings.HasSuffix(attr(n, name), x.value)
	}
	if name, ok := strings.CutSuffix(x.attr, "*"); ok {
		return strings.Contains(attr(n, name), x.value)
	}
	return has(n, x.attr) && (x.value == "" || attr(n, x.attr) == x.value)
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, key string) bool {
	for _, a := range n.Attr {
		if a.Key == key {
			return true
		}
	}
	return false
}

func hasClass(n *html.Node, class string) bool {
	for c := range strings.FieldsSeq(attr(n, "class")) {
		if c == class {
			return true
		}
	}
	return false
}
