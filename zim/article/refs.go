package article

import (
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// references keeps the lists of references, and where the text cites them.
type references struct {
	cited map[string]*citing // by the id of the entry
	open  *Reference         // being read
}

// A citing is what the text says of a reference.
type citing struct {
	number   string
	sections []int // increasing
}

const (
	maxReferences   = 20_000
	maxReferenceURL = 20
	maxReferenceLen = 4000 // bytes of the text of one
)

// citation notes a mark in the text: which entry it means, how it numbers it, and where it stands.
func (w *walker) citation(n *html.Node) {
	for c, tries := n, 0; c != nil && tries < 40; c, tries = next(n, c, true), tries+1 {
		if c.DataAtom != atom.A {
			continue
		}
		href := attr(c, "href")
		at := strings.IndexByte(href, '#')
		if at < 0 {
			continue
		}
		id, ok := unescapePath(href[at+1:])
		if !ok {
			id = href[at+1:]
		}
		w.cite(id, strings.Trim(w.plainText(c), "[]() "))
		return
	}
}

func (w *walker) cite(id, number string) {
	if w.refs.cited == nil {
		w.refs.cited = map[string]*citing{}
	}
	c := w.refs.cited[id]
	if c == nil {
		if len(w.refs.cited) >= maxReferences {
			return
		}
		c = &citing{number: Clip(number, 20)}
		w.refs.cited[id] = c
	}
	if s := len(w.doc.Sections) - 1; len(c.sections) == 0 || c.sections[len(c.sections)-1] != s {
		c.sections = append(c.sections, s)
	}
}

// references reads a list of references: every item of a list is one, and every paragraph outside of lists.
func (w *walker) references(n *html.Node) {
	w.flush()
	outer, kind, figure := w.in, w.kind, w.figure
	w.in, w.kind, w.figure = inline{cell: true}, Paragraph, -1
	w.referencesIn(n, 0)
	w.in, w.kind, w.figure = outer, kind, figure
}

// referencesIn counts the items of a list, which is what browsers number them by.
func (w *walker) referencesIn(n *html.Node, depth int) {
	number := 0
	for c := n.FirstChild; c != nil && w.visit(); c = c.NextSibling {
		if c.Type != html.ElementNode {
			continue
		}
		e := w.judge(c)
		if e.hidden || e.do() == doDrop || neverText(c) {
			continue
		}
		switch c.DataAtom {
		case atom.Li:
			number++
			if n.DataAtom == atom.Ol {
				w.reference(c, e.id, strconv.Itoa(number))
			} else {
				w.reference(c, e.id, "")
			}
		case atom.P, atom.Dd, atom.Dt, atom.Td, atom.Cite:
			w.reference(c, e.id, "")
		default:
			if depth < maxReferenceDepth {
				w.referencesIn(c, depth+1)
			}
		}
	}
}

const maxReferenceDepth = 64

// reference reads one entry.
func (w *walker) reference(n *html.Node, id, number string) {
	if len(w.doc.References) >= maxReferences {
		return
	}
	r := Reference{Number: number, Anchor: PlainLine(Clip(id, maxID))}
	outer := w.refs.open
	w.refs.open = &r
	w.in.reset(false)
	first := len(w.doc.Links)
	w.kids(n)
	w.in.suspend()
	w.refs.open = outer
	if !w.in.empty() && w.out+len(w.in.b) <= w.lim.Output {
		w.out += len(w.in.b)
		r.Text = escapeReferences(escapeJoined(Guard(escapeLine(strings.TrimLeft(clipBytes(string(w.in.b), maxReferenceLen), "↑^ ")))))
		w.linkTexts()
		for i := first; i < len(w.doc.Links); i++ {
			if u := w.doc.Links[i].URL; u != "" && len(r.URLs) < maxReferenceURL && !slices.Contains(r.URLs, u) {
				r.URLs = append(r.URLs, u)
			}
		}
		w.doc.References = append(w.doc.References, r)
	}
	w.in.reset(false)
}

// linkTexts gives the links of a text that becomes no block their texts.
func (w *walker) linkTexts() {
	for _, s := range w.in.spans {
		if s.Link >= 0 && w.doc.Links[s.Link].Text == "" {
			w.doc.Links[s.Link].Text = spanText(string(w.in.b[s.Start:s.End]))
		}
	}
}

// clipBytes cuts s to at most max bytes, between characters.
func clipBytes(s string, max int) string {
	if len(s) <= max {
		return s
	}
	for max > 0 && s[max]&0xc0 == 0x80 {
		max--
	}
	return s[:max] + "…"
}

// renumber follows sections that went.
func (r *references) renumber(section []int) {
	for _, c := range r.cited {
		for i := range c.sections {
			c.sections[i] = section[c.sections[i]]
		}
		c.sections = slices.Compact(c.sections)
	}
}

// settleReferences gives the entries what the text said of them.
func (w *walker) settleReferences() {
	for i := range w.doc.References {
		r := &w.doc.References[i]
		if c := w.refs.cited[r.Anchor]; c != nil && r.Anchor != "" {
			r.Sections = c.sections
			if c.number != "" {
				r.Number = c.number
			}
		}
	}
}
