package article

import (
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// boilerplate finds the content of a page below content, and marks what is none: blocks that the archive repeats from page to
// page, and on pages of any site those that are mostly links. It returns the element to read.
func (w *walker) boilerplate(content *html.Node, links bool, known *Furniture) *html.Node {
	b := boiler{w: w, at: map[*html.Node]wordCount{}, hashes: known.Len() > 0}
	all := b.measure(content, false)
	w.crawl = map[*html.Node]string{}
	if b.repeated(content, known) >= all.words { // the same page once more
		clear(w.crawl)
	}
	if !links {
		return content
	}
	root := b.content(content, all)
	total := b.rest(root)
	left := total
	b.links(root, &left)
	if enough(left, total) {
		return root
	}
	for n, rule := range w.crawl {
		if rule == ruleLinks {
			delete(w.crawl, n)
		}
	}
	if n := b.prosaic(root, total); n != nil && b.rest(n).words >= left.words {
		w.dropped("read the element that holds most of the prose: without the blocks of links too little would be left")
		return n
	}
	w.dropped("kept all: without the blocks of links too little would be left")
	return root
}

// Rules that leave out blocks of a crawled page, as they are explained.
const (
	ruleLinks    = "mostly links"
	ruleRepeated = "repeated on the archive's pages"
)

// enough reports that what is left of a page without blocks of links can be the page: most words are, or what is gone was links and
// there is text besides.
func enough(left, total wordCount) bool {
	return left.words*10 >= total.words*4 || left.text() >= minText && left.text()*10 >= total.text()*6
}

// minText is how many words outside of links make a text.
const minText = 25

// A boiler measures how much of each block is links, and how its words read.
type boiler struct {
	w      *walker
	at     map[*html.Node]wordCount
	mains  []*html.Node        // those within others first
	prose  bool                // a paragraph was passed
	hashes bool                // texts are compared
	data   map[*html.Node]bool // tables that were asked for: whether they have heads
}

// A wordCount is how many words an element holds, and a number that tells its text from others.
type wordCount struct {
	words, linked int
	hash          textHash
}

// text is the number of words that are in no link.
func (c *wordCount) text() int { return c.words - c.linked }

func (c *wordCount) add(k wordCount) {
	c.words, c.linked, c.hash = c.words+k.words, c.linked+k.linked, c.hash.join(k.hash)
}

// measure counts the words below n, of them those in links, leaving out what is left out anyway.
func (b *boiler) measure(n *html.Node, linked bool) wordCount {
	var sum wordCount
	for c := n.FirstChild; c != nil && b.w.look(); c = c.NextSibling {
		switch c.Type {
		case html.TextNode:
			k := wordCount{words: countWords(c.Data)}
			if linked {
				k.linked = k.words
			}
			if b.hashes {
				k.hash = hashText(c.Data)
			}
			sum.add(k)
		case html.ElementNode:
			e := b.w.judge(c)
			if e.hidden || e.do() == doDrop || neverText(c) && !b.w.keptForm(c) {
				continue
			}
			k := b.measure(c, linked || c.DataAtom == atom.A)
			sum.add(k)
			main := c.DataAtom == atom.Article || c.DataAtom == atom.Main || attr(c, "role") == "main"
			if main {
				b.mains = append(b.mains, c)
			}
			if main || container(c) || runs(c) || b.hashes && repeatable(c) {
				b.at[c] = k
			}
		}
	}
	b.at[n] = sum
	return sum
}

// container reports elements that may be a block of links.
func container(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Div, atom.Section, atom.Ul, atom.Ol, atom.Table, atom.Main, atom.Article, atom.Td, atom.Dl, atom.Center, atom.Form,
		atom.Header, atom.Footer, atom.Aside, atom.Fieldset:
		return true
	}
	return false
}

// content is the article or main element that holds at least half of the words, or of those outside of links: navigation can be
// longer than a page. Of elements within one another it is the outermost. When two stand side by side, or none, it is body.
func (b *boiler) content(body *html.Node, all wordCount) *html.Node {
	best := body
	for _, m := range b.mains {
		k := b.at[m]
		if k.words*2 < all.words && (all.text() < minText || k.text()*2 < all.text()) {
			continue
		}
		if best != body && !within(best, m) {
			return body
		}
		best = m
	}
	return best
}

// rest counts the words of n without those of marked blocks.
func (b *boiler) rest(n *html.Node) wordCount {
	sum := b.at[n]
	for m := range b.w.crawl {
		if m != n && within(m, n) {
			k := b.at[m]
			sum.words, sum.linked = sum.words-k.words, sum.linked-k.linked
		}
	}
	return sum
}

// links marks blocks of at least 25 words of which more than half are links, and takes them off left. A list, or a table with heads,
// with prose before it stays: it belongs to that.
func (b *boiler) links(n *html.Node, left *wordCount) {
	for c := n.FirstChild; c != nil && b.w.look(); c = c.NextSibling {
		if c.Type != html.ElementNode || b.w.crawl[c] != "" {
			continue
		}
		k := b.at[c]
		if container(c) && k.words >= 25 && k.linked*2 > k.words && !(b.prose && listed(c)) {
			b.w.crawl[c] = ruleLinks
			left.words, left.linked = left.words-k.words, left.linked-k.linked
			continue
		}
		if c.DataAtom == atom.P && countWords(textIn(c, 400)) >= 15 {
			b.prose = true
		}
		b.links(c, left)
	}
}

// listed reports lists and tables of data.
func listed(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Ul, atom.Ol, atom.Dl:
		return true
	case atom.Table:
		var s tableShape
		s.look(n, shapeDepth)
		return s.head
	}
	return false
}

// prosaic is the smallest element that holds at least nine tenths of the words of running text; nil when there is little of that.
func (b *boiler) prosaic(root *html.Node, total wordCount) *html.Node {
	prose := map[*html.Node]int{}
	all := b.running(root, prose)
	if all < minText || all*5 < total.text() {
		return nil
	}
	n := root
	for c := n.FirstChild; c != nil; {
		if prose[c]*10 >= all*9 && container(c) {
			n, c = c, c.FirstChild
		} else {
			c = c.NextSibling
		}
	}
	return headed(n, root)
}

// headed is the smallest element around n, below root, that holds an h1, else n: a title can stand beside the text.
func headed(n, root *html.Node) *html.Node {
	var searched *html.Node
	for p := n; p != nil && p != root; p = p.Parent {
		for c := p.FirstChild; c != nil; c = next(p, c, c != searched) {
			if c.DataAtom == atom.H1 {
				return p
			}
		}
		searched = p
	}
	return n
}

// running counts for each element the words outside of links in paragraphs below it, in code, and in items and cells of some length.
func (b *boiler) running(n *html.Node, prose map[*html.Node]int) int {
	sum := 0
	for c := n.FirstChild; c != nil && b.w.look(); c = c.NextSibling {
		if c.Type != html.ElementNode || b.w.crawl[c] != "" {
			continue
		}
		if k := b.at[c]; runs(c) && k.text() >= 10 && k.text() >= k.linked {
			prose[c] = k.text()
		} else {
			prose[c] = b.running(c, prose)
		}
		sum += prose[c]
	}
	return sum
}

// runs reports elements that hold running text.
func runs(n *html.Node) bool {
	switch n.DataAtom {
	case atom.P, atom.Pre, atom.Blockquote, atom.Li, atom.Dd, atom.Td:
		return true
	}
	return false
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
