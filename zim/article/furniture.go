package article

import (
	"context"
	"hash/maphash"
	mathbits "math/bits"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// A Furniture is what the pages of one archive repeat word for word: menus, notices, the rows of links at their ends. It is made
// by [Learn] and does not change, so any number of goroutines may use it. The zero value and nil know nothing.
type Furniture struct {
	blocks map[textHash]struct{} // at most maxFurniture
	suffix string                // of titles: the name of the site, with what stands before it
}

// LearnPages is how many pages tell what an archive repeats. They should be spread over it.
const LearnPages = 10

const (
	maxFurniture = 4096
	minLearnt    = 5  // pages that differ, below which nothing is learnt
	maxLearnt    = 64 // pages that are looked at
)

// Learn finds what pages of one archive repeat: blocks that stand on four fifths of them with the same words. Pages that are equal
// count once, and below five pages nothing is learnt, nor from pages of a known family, whose profile names its furniture.
// opts is what the pages would be read with; its Path and Furniture mean nothing here. The only error is ctx.Err().
func Learn(ctx context.Context, pages [][]byte, opts *Options) (*Furniture, error) {
	if opts == nil {
		opts = &Options{}
	}
	seen, counts, endings := map[textHash]bool{}, map[textHash]int{}, map[string]int{}
	for _, page := range pages[:min(len(pages), maxLearnt)] {
		blocks, whole, title, err := blocksOf(ctx, page, opts)
		if err != nil {
			return nil, err
		}
		if whole.words == 0 || seen[whole.hash] {
			continue
		}
		seen[whole.hash] = true
		countEndings(title, endings)
		for h := range blocks {
			if counts[h] > 0 || len(counts) < 16*maxFurniture {
				counts[h]++
			}
		}
	}
	f := &Furniture{blocks: map[textHash]struct{}{}}
	most := func(n int) bool { return len(seen) >= minLearnt && n*5 >= len(seen)*4 }
	for h, n := range counts {
		if most(n) && len(f.blocks) < maxFurniture {
			f.blocks[h] = struct{}{}
		}
	}
	for s, n := range endings {
		if most(n) && len(s) > len(f.suffix) {
			f.suffix = s
		}
	}
	return f, nil
}

// separators stand between the title of a page and the name of its site.
var separators = []string{" | ", " - ", " – ", " — ", " · ", " :: ", " « ", " // "}

// countEndings counts the ends of a title that begin with a separator.
func countEndings(title string, endings map[string]int) {
	for i := 1; i < len(title); i++ {
		for _, s := range separators {
			if strings.HasPrefix(title[i:], s) {
				endings[title[i:]]++
			}
		}
	}
}

// title takes the name of the site from the title of a page.
func (f *Furniture) title(s string) string {
	if f == nil || f.suffix == "" {
		return s
	}
	return strings.TrimSuffix(s, f.suffix)
}

// Len is the number of blocks that are known, 0 for nil.
func (f *Furniture) Len() int {
	if f == nil {
		return 0
	}
	return len(f.blocks)
}

// blocksOf returns the texts of a page's blocks, each once, that of the page, and its title element.
func blocksOf(ctx context.Context, page []byte, opts *Options) (map[textHash]bool, wordCount, string, error) {
	lim := opts.Limits.withDefaults(len(page))
	root, err := parseTree(ctx, toUTF8(page[:min(len(page), lim.PageBytes)]), lim)
	if err != nil {
		return nil, wordCount{}, "", ctx.Err() // too deep: nothing is learnt from it
	}
	w := newWalker(ctx, &Document{}, opts.Path, lim)
	s := survey{w: w}
	s.start(opts)
	prof, content := s.run(root)
	if !prof.anySite() {
		return nil, wordCount{}, "", w.err
	}
	w.apply(prof, s.why)
	defer w.release()
	b := boiler{w: w, at: map[*html.Node]wordCount{}, hashes: true}
	all := b.measure(content, false)
	blocks := map[textHash]bool{}
	for n, k := range b.at {
		if n != content && len(blocks) < maxFurniture && b.eligible(n, k) {
			blocks[k.hash] = true
		}
	}
	return blocks, all, w.doc.Title, w.err
}

// KnownScraper reports that an archive's Scraper metadata names a family of pages whose profile knows their furniture: of
// its pages nothing is learnt.
func KnownScraper(scraper string) bool {
	p := byScraper(scraper)
	return p != nil && !p.anySite()
}

// anySite reports the profiles that know nothing of a site's own marks.
func (p *Profile) anySite() bool { return p.density || p == plainProfile }

// repeated marks the blocks below n that the archive repeats, and returns how many words they hold.
func (b *boiler) repeated(n *html.Node, known *Furniture) int {
	gone := 0
	for c := n.FirstChild; c != nil && known.Len() > 0 && b.w.look(); c = c.NextSibling {
		k, ok := b.at[c]
		if ok && known.has(k.hash) && b.eligible(c, k) {
			b.w.crawl[c] = ruleRepeated
			gone += k.words
			continue
		}
		gone += b.repeated(c, known)
	}
	return gone
}

func (f *Furniture) has(h textHash) bool {
	_, ok := f.blocks[h]
	return ok
}

// repeatable reports elements that can be a block of furniture. Headings, terms and cells of data are none: manuals have the same in
// every article.
func repeatable(n *html.Node) bool {
	switch n.DataAtom {
	case atom.P, atom.Li, atom.Address, atom.A, atom.Font, atom.Small, atom.Span:
		return true
	}
	return container(n)
}

// eligible reports a block that is furniture when it is repeated: of three words, or a link of any length; inline elements and items
// only when they are all links.
func (b *boiler) eligible(n *html.Node, k wordCount) bool {
	switch {
	case !repeatable(n) || k.words == 0:
		return false
	case n.DataAtom == atom.Td:
		return k.words >= 3 && !b.inData(n)
	case n.DataAtom == atom.Li, n.DataAtom == atom.Span, n.DataAtom == atom.Small, n.DataAtom == atom.Font:
		return k.linked == k.words
	case n.DataAtom == atom.A:
		return k.words >= 2 && standsAlone(n)
	}
	return k.words >= 3 || k.linked == k.words
}

// inData reports a cell of a table with heads.
func (b *boiler) inData(n *html.Node) bool {
	for n != nil && n.DataAtom != atom.Table {
		n = n.Parent
	}
	if n == nil {
		return false
	}
	head, ok := b.data[n]
	if !ok {
		var s tableShape
		s.look(n, shapeDepth)
		if head = s.head; b.data == nil {
			b.data = map[*html.Node]bool{}
		}
		b.data[n] = head
	}
	return head
}

// standsAlone reports a link that is no part of a sentence: nothing but links and separators stand beside it.
func standsAlone(a *html.Node) bool {
	for c := a.Parent.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.TextNode && strings.Trim(c.Data, " \t\r\n\u00a0|·•»›/-–—:") != "" {
			return false
		}
		if c.Type == html.ElementNode && c.DataAtom != atom.A && c.DataAtom != atom.Br && c.DataAtom != atom.Img && c.DataAtom != atom.Span {
			return false
		}
	}
	return true
}

// A textHash tells texts apart by their words, white space folded. The hash of two texts one behind the other follows from theirs, so
// every element of a page costs the same however deep it stands: it is the words' hashes as digits of a number, modulo a prime. The
// words' hashes differ from run to run, so that nobody can write a page whose texts meet.
type textHash struct {
	sum uint64
	pow uint64 // base to the power of the number of words, 0 for 1
}

const (
	hashPrime = 1<<61 - 1
	hashBase  = 0x1b873593cc9e2d51 % hashPrime
)

// join is the hash of both texts.
func (h textHash) join(k textHash) textHash {
	switch {
	case k.pow == 0:
		return h
	case h.pow == 0:
		return k
	}
	return textHash{(modMul(h.sum, k.pow) + k.sum) % hashPrime, modMul(h.pow, k.pow)}
}

// hashText is the hash of a text.
func hashText(s string) textHash {
	var h textHash
	for word := range strings.FieldsSeq(s) {
		h = h.join(textHash{maphash.String(indexSeed, word) % hashPrime, hashBase})
	}
	return h
}

// modMul multiplies modulo hashPrime.
func modMul(a, b uint64) uint64 {
	hi, lo := mathbits.Mul64(a, b)
	return mathbits.Rem64(hi, lo, hashPrime)
}
