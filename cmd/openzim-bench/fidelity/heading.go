package fidelity

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// head notes a heading with the ids it answers to: its own, of elements in it, of the sections it opens, and of an empty
// element before it.
func (x *extractor) head(n *html.Node) {
	text := x.text(n, false)
	var ids []string
	add := func(id string) {
		if id = oneLine(id); id != "" && !strings.Contains(id, " ") {
			ids = append(ids, id)
		}
	}
	add(attr(n, "id"))
	for c := range n.Descendants() {
		if c.DataAtom == atom.A || c.DataAtom == atom.Span {
			add(attr(c, "id"))
			add(attr(c, "name"))
		}
	}
	for c := n; c.Parent != nil && opens(c); c = c.Parent {
		if isSection(c.Parent) {
			add(attr(c.Parent, "id"))
		}
	}
	for s := n.PrevSibling; s != nil; s = s.PrevSibling {
		if s.Type == html.TextNode && strings.TrimSpace(s.Data) == "" {
			continue
		}
		if s.Type == html.ElementNode && squash(rawText(s)) == "" && s.FirstChild == nil {
			add(attr(s, "id"))
			add(attr(s, "name"))
		}
		break
	}
	level := int(n.Data[1] - '0')
	if n == x.titleNode {
		level = 1
	}
	h := heading{level: level, text: squash(text), ids: strings.Join(ids, " "), shown: n.Data + " " + brief(text)}
	x.flow = append(x.flow, event{head: len(x.page.heads), level: h.level})
	x.page.heads = append(x.page.heads, h)
}

// isSection reports an element whose id names the section that a heading opens, not a region of the site's frame.
func isSection(n *html.Node) bool {
	if n.DataAtom == atom.Section {
		return true
	}
	for c := range strings.FieldsSeq(attr(n, "class")) {
		switch strings.TrimRight(c, "0123456789") {
		case "section", "sect", "refsect", "chapter", "appendix", "refentry", "refsection", "preface":
			return true
		}
	}
	return false
}

// opens reports that n is the first thing in the section around it.
func opens(n *html.Node) bool {
	switch n.Parent.DataAtom {
	case atom.Section, atom.Div, atom.Article, atom.Header, atom.Hgroup, atom.Details, atom.Summary:
	default:
		return false
	}
	for s := n.PrevSibling; s != nil; s = s.PrevSibling {
		if squash(rawText(s)) != "" {
			return false
		}
	}
	return true
}

// withoutEmptySections excuses a heading all of whose section was left out, by the converter or before it by the scraper: it
// would announce nothing. On other pages than wikis, a heading whose
// section was empty from the start, or that has subsections, stays.
func (x *extractor) withoutEmptySections() {
	emptied := x.page.Profile.Name == "mediawiki" // the scraper took what stood there
	excused := map[int]bool{}
	for i := len(x.flow) - 1; i >= 0; i-- {
		e := x.flow[i]
		if e.head < 0 || x.page.heads[e.head].text == x.title { // the title needs no section
			continue
		}
		filled, omitted := false, false
		for _, f := range x.flow[i+1:] {
			if f.head >= 0 && f.level <= e.level {
				break
			}
			filled = filled || f.head < 0 && !f.omitted || f.head >= 0 && !excused[f.head]
			omitted = omitted || f.omitted
		}
		excused[e.head] = !filled && (omitted || emptied)
	}
	var kept []heading
	for i, h := range x.page.heads {
		if excused[i] {
			x.optional(strings.TrimPrefix(h.shown, h.shown[:2]))
		} else {
			kept = append(kept, h)
		}
	}
	x.page.heads = kept
}
