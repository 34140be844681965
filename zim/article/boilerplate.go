package article

import (
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// boilerplate finds the content of a page of any site below body, and marks blocks that are mostly links. It returns the element
// that holds the content: article or main if one alone holds at least half of the words, else the body.
func (w *walker) boilerplate(body *html.Node) *html.Node {
	b := boiler{w: w, at: map[*html.Node]wordCount{}}
	all := b.measure(body, false)
	root := body
	if len(b.mains) == 1 && b.at[b.mains[0]].words*2 >= all.words {
		root = b.mains[0]
	}
	w.crawl = map[*html.Node]bool{}
	total := b.at[root].words
	if total == 0 {
		total = all.words
	}
	b.prose = false
	left := total - b.mark(root)
	if total > 250 && left*10 < total*4 { // too much would go: keep everything but what the profile names
		w.crawl = nil
		w.dropped("kept all: without the blocks of links too little would be left")
	}
	return root
}

// A boiler measures how much of each block is links.
type boiler struct {
	w     *walker
	at    map[*html.Node]wordCount
	mains []*html.Node
	prose bool // a paragraph was passed
}

type wordCount struct{ words, linked int }

// measure counts the words below n, of them those in links, leaving out what is left out anyway.
func (b *boiler) measure(n *html.Node, linked bool) wordCount {
	var sum wordCount
	for c := n.FirstChild; c != nil && b.w.look(); c = c.NextSibling {
		switch c.Type {
		case html.TextNode:
			k := countWords(c.Data)
			sum.words += k
			if linked {
				sum.linked += k
			}
		case html.ElementNode:
			e := b.w.judge(c)
			if e.hidden || e.do() == doDrop || neverText(c) {
				continue
			}
			k := b.measure(c, linked || c.DataAtom == atom.A)
			sum.words, sum.linked = sum.words+k.words, sum.linked+k.linked
			if c.DataAtom == atom.Article || c.DataAtom == atom.Main || attr(c, "role") == "main" {
				b.mains = append(b.mains, c)
			}
			if container(c) {
				b.at[c] = k
			}
		}
	}
	return sum
}

// container reports elements that may be a block of links.
func container(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Div, atom.Section, atom.Ul, atom.Ol, atom.Table, atom.Main, atom.Article, atom.Td, atom.Dl:
		return true
	}
	return false
}

// mark notes blocks of at least 25 words of which more than half are links, and returns how many words they hold. A list with prose
// before it stays: it belongs to that.
func (b *boiler) mark(n *html.Node) int {
	gone := 0
	for c := n.FirstChild; c != nil && b.w.look(); c = c.NextSibling {
		if c.Type != html.ElementNode {
			continue
		}
		k, ok := b.at[c]
		list := c.DataAtom == atom.Ul || c.DataAtom == atom.Ol || c.DataAtom == atom.Dl
		if ok && k.words >= 25 && k.linked*2 > k.words && !(list && b.prose) {
			b.w.crawl[c] = true
			gone += k.words
			continue
		}
		if c.DataAtom == atom.P && countWords(textIn(c, 400)) >= 15 {
			b.prose = true
		}
		gone += b.mark(c)
	}
	return gone
}

// textIn is the text directly in n and in its inline elements, at most max bytes of it.
func textIn(n *html.Node, max int) string {
	s := ""
	for c, tries := n, 0; c != nil && len(s) < max && tries < 100; c, tries = next(n, c, true), tries+1 {
		if c.Type == html.TextNode {
			s += c.Data
		}
	}
	return s
}

// countWords counts runs of what is not white space. In scripts without spaces, where a run can be a sentence, three characters count as one.
func countWords(s string) int {
	n, in, wide := 0, false, 0
	for _, r := range s {
		switch {
		case isSpace(r):
			in = false
		case isCJK(r):
			in = false
			wide++
		case !in:
			in = true
			n++
		}
	}
	return n + wide/3
}
