package search

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/openzim-mcp/openzim-mcp/zim/internal/match"
	"github.com/openzim-mcp/openzim-mcp/zim/internal/stem"
	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// A corpus is pages to be made into archives with an index of their text.
type corpus struct {
	pages    []titledPage
	language string // of the stemmer
	apart    bool   // scripts without spaces are taken apart, as libzim does since 8.2
}

// archive is the corpus as an archive. Paths are made of titles.
func (c corpus) archive(t testing.TB) zimtest.Archive {
	t.Helper()
	a := zimtest.Archive{Minor: 1, Metadata: map[string]string{"Language": c.language}}
	for _, p := range c.pages {
		a.Entries = append(a.Entries, zimtest.Page("C/"+strings.ReplaceAll(p.title, " ", "_"), p.title, p.html))
	}
	a.Entries = append(a.Entries, zimtest.Entry{Path: "X/fulltext/xapian", MIME: "application/octet-stream+xapian", Data: c.index(t)})
	return a
}

// index is the index of the text, as libzim writes it in all that ranking reads.
func (c corpus) index(t testing.TB) []byte {
	t.Helper()
	postings, lengths := map[string][][2]uint64{}, []uint64{}
	s := sketch{docs: uint64(len(c.pages)), roots: map[int]sketchRoot{}}
	var docdata []leafItem
	total := uint64(0)
	for i, p := range c.pages {
		doc, length := i+1, uint64(0)
		docdata = append(docdata, leafItem{key: docKey(doc), tag: "C/" + strings.ReplaceAll(p.title, " ", "_")})
		for term, n := range c.terms(t, p) {
			postings[term] = append(postings[term], [2]uint64{uint64(doc), n})
			length += n
		}
		lengths = append(lengths, length)
		total += length
	}
	s.stats = []uint64{s.docs, 0, 1, 10_000, 100_000, 0, total, 0}
	items := []leafItem{{key: "\x00\xc0data", tag: "fullPath"}, {key: "\x00\xc0language", tag: c.language}, {key: "\x00\xc0valuesmap", tag: "title:0"}, {key: "\x00\xe0", tag: lengthsOf(lengths)}}
	for _, term := range slices.Sorted(func(yield func(string) bool) {
		for t := range postings {
			if !yield(t) {
				return
			}
		}
	}) {
		items = append(items, leafItem{key: term, tag: postingsOf(postings[term])})
	}
	s.spread(t, postlistTable, items)
	s.spread(t, docdataTable, docdata)
	return s.bytes()
}

// terms counts the terms of a page.
func (c corpus) terms(t testing.TB, p titledPage) map[string]uint64 {
	stemmer := stem.New(c.language)
	terms := map[string]uint64{}
	text := match.Fold(p.title + " . " + parsed(t, p.html).Text(parsed(t, p.html).Whole()))
	for w := range match.Words(text, false) {
		if c.apart && hasSolid(w.Term) {
			readWords(w.Term, func(w textWord, _ int) { terms[w.text]++ })
			continue
		}
		if len(w.Term) <= 64 {
			term := w.Term
			if stemmer != nil && !hasSolid(term) {
				term = stemmer.Stem(term)
			}
			terms[term]++
		}
	}
	return terms
}

// postingsOf packs a list of docids and wdfs into one chunk.
func postingsOf(list [][2]uint64) string {
	cf, pairs := uint64(0), ""
	for i, p := range list {
		cf += p[1]
		if i > 0 {
			pairs += varints(p[0]-list[i-1][0]-1, p[1])
		}
	}
	first, last := list[0], list[len(list)-1]
	return varints(uint64(len(list)), cf, first[0]-1) + "1" + varints(last[0]-first[0], first[1]) + pairs
}

// lengthsOf packs the lengths of documents 1 and on.
func lengthsOf(lengths []uint64) string {
	tag := "\x00\x00\x00" + "1" + varints(uint64(len(lengths)-1), lengths[0])
	for _, n := range lengths[1:] {
		tag += varints(0, n)
	}
	return tag
}

// spread lays items over as many leaves as they take, below one branch.
func (s *sketch) spread(t testing.TB, table int, items []leafItem) {
	t.Helper()
	first := uint32(len(s.blocks) + 1)
	var children []uint32
	var keys []string
	for leaf := []leafItem{{}}; len(items) > 0; leaf = nil {
		size := 11 + 5
		key := items[0].key
		if len(children) == 0 {
			key = ""
		}
		for len(items) > 0 && size+5+len(items[0].key)+len(items[0].tag) < sketchBlock-10 {
			size += 5 + len(items[0].key) + len(items[0].tag)
			leaf, items = append(leaf, items[0]), items[1:]
		}
		if len(leaf) == 0 {
			t.Fatalf("an item of %d bytes", len(items[0].tag))
		}
		children, keys = append(children, first+uint32(len(children))), append(keys, key)
		s.blocks = append(s.blocks, packLeaf(leaf))
	}
	s.blocks = append(s.blocks, packBranch(1, children, keys))
	s.roots[table] = sketchRoot{block: uint64(len(s.blocks)), level: 1}
}

// pick is the pages of which keep says so.
func (c corpus) pick(keep func(i int) bool) corpus {
	out := c
	out.pages = nil
	for i, p := range c.pages {
		if keep(i) {
			out.pages = append(out.pages, p)
		}
	}
	return out
}

// The indexes made here are read as those of real archives: every term of every page leads back to it.
func TestCorpus(t *testing.T) {
	c := ports()
	e := open(t, map[string]zimtest.Archive{"ports": c.archive(t)})
	a, _, release, err := e.acquire("ports")
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	ix, err := e.indexes.of(a).full.get(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for i, p := range c.pages {
		for term, wdf := range c.terms(t, p) {
			list, _, err := ix.Postings(t.Context(), term, nil)
			if err != nil {
				t.Fatal(err)
			}
			ok := false
			for list.Next() {
				ok = ok || list.DocID() == uint32(i+1) && uint64(list.WDF()) == wdf
			}
			if !ok || list.Err() != nil || !utf8.ValidString(term) {
				t.Errorf("%s: %q is not found: %v", p.title, term, list.Err())
			}
			n++
		}
	}
	if n < 1000 {
		t.Errorf("only %d terms", n)
	}
}

// ports is pages about towns that do not exist, alike but for what is asked of them.
func ports() corpus {
	names := strings.Fields("Aldra Borvik Calem Dorsay Eskil Farrow Gilmar Hasten Ilmen Jorvo Kesper Lomar Mordel Nesta Orvane Pelham Quist Rovani Selmo Tarvik Ulmer Vesta Wendel Yarrow Zelda")
	trades := strings.Fields("herring timber amber salt wool copper wine tar grain slate")
	c := corpus{language: "eng"}
	for i, name := range names {
		trade := "The town earns its bread on the sea."
		if i%3 == 0 {
			trade = fmt.Sprintf("The merchants of the town grew rich by exporting %s to the cities of the south, and by importing %s in return.", trades[i%10], trades[(i*3+1)%10])
		}
		c.pages = append(c.pages, titledPage{name, fmt.Sprintf(`<h1>%[1]s</h1><p>%[1]s is a port on the northern coast. It has %[2]d people.</p>
<h2 id="Trade">Trade</h2><p>%[3]s</p>
<h2 id="Harbour">Harbour</h2><p>The harbour was dredged in %[4]d under mayor Olsen Number%[5]d, and ships with a draught of %[6]d feet can enter it since.</p>
<p>A storm destroyed the breakwater in the winter of %[7]d.</p>`,
			name, 1000+137*i, trade, 1800+i, i, 10+i%9, 1850+3*i)})
	}
	return c
}
