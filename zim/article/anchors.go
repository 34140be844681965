package article

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// anchors follows the ids of a page, so that a heading can be named by what the page itself calls it: its id, an id in it, that
// of the section it opens, or of an empty element directly before it; else by its number. The first of equal ids wins.
type anchors struct {
	given map[string]int // how often an anchor was wanted
	near  []nearID       // ids since the last text
	inner []string       // ids of the heading and in it, while one is read
	heads int
	open  bool // a heading is being read
}

// A nearID is an id with no text between it and here.
type nearID struct {
	id   string
	n    *html.Node
	tag  atom.Atom
	open bool // its element has not ended
	runs int  // of inline, when it was seen
	auto bool // made up by the scraper
}

const (
	maxNear  = 64
	maxInner = 8
	maxID    = 500 // bytes
)

// enter notes the id of an element, and returns what leave needs.
func (a *anchors) enter(n *html.Node, id string, in *inline, p *Profile) int {
	if id == "" {
		if n.DataAtom != atom.A {
			return -1
		}
		if id = attr(n, "name"); id == "" {
			return -1
		}
	}
	return a.note(n, n.DataAtom, id, in, p)
}

// note is enter for an element whose id is known.
func (a *anchors) note(n *html.Node, tag atom.Atom, id string, in *inline, p *Profile) int {
	if in.cell || len(id) > maxID {
		return -1
	}
	if a.open {
		if tag == atom.Span || tag == atom.A {
			a.inside(id)
		}
		return -1
	}
	if len(a.near) > 0 && a.near[0].runs != in.runs {
		a.near = a.near[:0]
	}
	if len(a.near) == maxNear {
		return -1
	}
	a.near = append(a.near, nearID{id: id, n: n, tag: tag, open: true, runs: in.runs, auto: p.auto(id)})
	return len(a.near) - 1
}

// inside adds an id of the heading that is being read.
func (a *anchors) inside(id string) {
	if id != "" && len(a.inner) < maxInner {
		a.inner = append(a.inner, id)
	}
}

// leave ends an element that enter noted.
func (a *anchors) leave(i int, n *html.Node) {
	if i >= 0 && i < len(a.near) && a.near[i].n == n {
		a.near[i].open = false
	}
}

// begin starts a heading with the given id.
func (a *anchors) begin(id string, in *inline) {
	if len(a.near) > 0 && a.near[0].runs != in.runs {
		a.near = a.near[:0]
	}
	a.open, a.inner = true, a.inner[:0]
	if len(id) <= maxID {
		a.inside(id)
	}
}

// take ends the heading and returns its anchor and its other ids.
func (a *anchors) take() (string, []string) {
	a.heads++
	ids := make([]string, 0, len(a.inner)+len(a.near)+1)
	add := func(id string) {
		if id = PlainLine(id); id != "" && len(ids) < 2*maxInner {
			for _, have := range ids {
				if have == id {
					return
				}
			}
			ids = append(ids, id)
		}
	}
	for _, id := range a.inner {
		add(id)
	}
	a.nearest(true, false, add)
	a.nearest(false, false, add)
	number := "_" + strconv.Itoa(a.heads)
	add(number)
	a.nearest(true, true, add)
	a.near, a.inner = a.near[:0], a.inner[:0]
	return a.unique(ids[0]), ids[1:]
}

// nearest adds ids from the latest to the first: of sections that are open, or of elements that ended; given by the page, or
// made up by the scraper.
func (a *anchors) nearest(open, auto bool, add func(string)) {
	for i := len(a.near) - 1; i >= 0; i-- {
		if e := &a.near[i]; e.open == open && e.auto == auto && (!open || opener(e.tag)) {
			add(e.id)
		}
	}
}

// opener reports elements that may be a section of which a heading is the beginning.
func opener(tag atom.Atom) bool {
	switch tag {
	case atom.Section, atom.Div, atom.Header, atom.Article, atom.Details, atom.Aside, atom.Main:
		return true
	}
	return false
}

// unique numbers an id that was given out before. It remembers the next number, so that equal ids cost no search.
func (a *anchors) unique(id string) string {
	if a.given == nil {
		a.given = map[string]int{}
	}
	for {
		n := a.given[id]
		a.given[id] = n + 1
		if n == 0 {
			return id
		}
		id += "_" + strconv.Itoa(n+1)
	}
}

// auto reports ids that the scraper's renderer numbers its elements with: they change from edition to edition.
func (p *Profile) auto(id string) bool {
	return p.ids != "" && strings.HasPrefix(id, p.ids) && len(id) <= len(p.ids)+4 && !strings.Contains(id, "-")
}
