package article

import (
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// A scout is the survey of a page without a tree. It notes elements by the number of their start tags.
type scout struct {
	streamer
	s     survey
	at    map[*html.Node]int
	title string // text of the first h1
	page  []byte
	ahead *ahead // nil until it is asked
}

// run reads as far as a survey of the tree would.
func (sc *scout) run(opts *Options) {
	s := &sc.s
	*s = survey{w: sc.w}
	s.start(opts)
	sc.at = map[*html.Node]int{}
	for t := sc.next(); t != html.ErrorToken && !s.found(); t = sc.next() {
		if t == html.StartTagToken {
			if sc.start(); s.body != nil && sc.over() {
				break
			}
		}
	}
	if s.prof == nil {
		s.prof, s.why = plainProfile, "no profile fits the page better"
	}
	sc.w.apply(s.prof, s.why)
}

// start looks at an element. What the survey keeps of it is a copy, since the node is used again.
func (sc *scout) start() {
	s, n := &sc.s, &sc.n
	if s.body == nil && n.DataAtom == atom.Title {
		if sc.z.Next() == html.TextToken {
			n.FirstChild = &html.Node{Type: html.TextNode, Data: string(sc.z.Text())}
		}
		s.head(n)
		n.FirstChild = nil
		return
	}
	if s.body == nil && s.head(n) {
		return
	}
	s.took = false
	s.element(n)
	h1 := s.h1 == n
	if !s.took && !h1 && s.main != n && s.body != n {
		return
	}
	kept := &html.Node{Type: n.Type, DataAtom: n.DataAtom, Data: n.Data, Attr: append([]html.Attribute(nil), n.Attr...)}
	sc.at[kept] = sc.tags
	for i := range s.roots {
		s.roots[i].n = instead(s.roots[i].n, n, kept)
	}
	s.main, s.body, s.h1 = instead(s.main, n, kept), instead(s.body, n, kept), instead(s.h1, n, kept)
	if h1 {
		sc.headline()
	}
}

// titled reports that the profile names the first h1 as the title.
func (sc *scout) titled() bool {
	if sc.s.h1 == nil {
		return false
	}
	e := sc.w.judge(sc.s.h1)
	return e.do() == doTitle
}

// instead is kept where n was.
func instead(was, n, kept *html.Node) *html.Node {
	if was == n {
		return kept
	}
	return was
}

// headline reads the text of the first h1, for the case that it stands outside the content.
func (sc *scout) headline() {
	w := sc.w
	for open := true; open; {
		switch t := sc.next(); {
		case t == html.ErrorToken, t == html.EndTagToken && headingLevel(sc.n.DataAtom) > 0:
			open = false
		case t == html.TextToken:
			w.in.text(string(sc.z.Text()))
		case t == html.StartTagToken && (hidden(&sc.n) || neverText(&sc.n)):
			sc.skip(nil)
		}
	}
	sc.title = Clip(plainOf(string(w.in.b)), maxTitle)
	w.in.reset(false)
}

// root is the number of the start tag of the content element, 0 when the page is to be read from its beginning.
func (sc *scout) root() int {
	n := sc.s.root(nil)
	if n == nil {
		return 0
	}
	sc.w.language(n)
	return sc.at[n]
}
