package search

import (
	"sync"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/article"
)

// sheets keeps articles that searches have taken apart, within a bound of bytes; those not asked for longest go first. It is
// safe for concurrent use; two searches that miss at once both read.
type sheets struct {
	most int // bytes; 0 keeps nothing

	mu           sync.Mutex
	lru          *simplelru.LRU[sheetKey, keptSheet]
	of           map[*zim.Archive]bool // archives that tell when they close
	bytes        int
	hits, misses uint64
}

// A sheetKey names an entry of one opened archive, so that a replaced file is never answered from. What was read in full is
// kept beside what was read as text alone: what a search finds must not hang on what others asked before.
type sheetKey struct {
	a     *zim.Archive
	entry uint32
	full  bool
}

// A keptSheet is an article as a search left it. Of one that was read as text alone, doc has no text.
type keptSheet struct {
	doc   *article.Document
	sheet *sheet
	bytes int
}

const (
	defaultSheetBytes = 48 << 20
	maxSheets         = 1 << 16
	sheetShare        = 4 // a sheet larger than this part of all is not kept
)

// newSheets returns an empty cache of at most so many bytes; 0 means the default, negative none.
func newSheets(most int64) *sheets {
	switch {
	case most == 0:
		most = defaultSheetBytes
	case most < 0:
		most = 0
	}
	c := &sheets{most: int(most), of: map[*zim.Archive]bool{}}
	c.lru, _ = simplelru.NewLRU(maxSheets, func(_ sheetKey, k keptSheet) { c.bytes -= k.bytes }) // fails for a size below 1 only
	return c
}

// load returns what is kept of an entry.
func (c *sheets) load(k sheetKey) (keptSheet, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s, ok := c.lru.Get(k)
	if ok {
		c.hits++
	} else {
		c.misses++
	}
	return s, ok
}

// keep keeps an article as long as its archive is open and there is room.
func (c *sheets) keep(k sheetKey, s keptSheet) {
	s.bytes = s.sheet.bytes() + documentBytes(s.doc)
	if s.bytes > c.most/sheetShare {
		return
	}
	c.mu.Lock()
	watched := c.of[k.a]
	c.of[k.a] = true
	c.lru.Remove(k)
	c.lru.Add(k, s)
	for c.bytes += s.bytes; c.bytes > c.most; {
		c.lru.RemoveOldest()
	}
	c.mu.Unlock()
	if !watched { // not under the lock: a closed archive calls back at once
		k.a.OnClose(func() { c.forget(k.a) })
	}
}

// forget drops the articles of an archive.
func (c *sheets) forget(a *zim.Archive) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.of, a)
	for _, k := range c.lru.Keys() {
		if k.a == a {
			c.lru.Remove(k)
		}
	}
}

// documentBytes is about what a document holds.
func documentBytes(d *article.Document) int {
	n := 500 + 150*len(d.Sections)
	for i := range d.Blocks {
		b := &d.Blocks[i]
		n += len(b.Text) + len(b.First) + len(b.Rest) + len(b.Anchor) + 176 + 40*len(b.Spans)
	}
	for i := range d.Links {
		l := &d.Links[i]
		n += len(l.Path) + len(l.URL) + len(l.Fragment) + len(l.Text) + 140
	}
	for i := range d.References {
		n += len(d.References[i].Text) + 150
	}
	return n + 150*len(d.Images) + 100*len(d.Tables)
}

// recall returns an article that an earlier search has read. What was quoted or excluded is looked for in the text itself,
// so that such a question reads the text anew.
func (s *asking) recall(source int, full bool) (draft, bool) {
	if !full && s.q.reading != "" {
		return draft{}, false
	}
	k, ok := s.e.sheets.load(s.sheetKey(source, full))
	return draft{doc: k.doc, sheet: k.sheet, full: full}, ok
}

// takeApart makes the sheet of an article that was read, and keeps it for later searches. One that is read in part, for want
// of time, is not kept.
func (s *asking) takeApart(source int, d draft) draft {
	language := s.shelves[s.found[source].shelf].language
	st := s.e.borrowStems(language) // the shelf's own are for one goroutine
	defer s.e.returnStems(language, st)
	d.sheet = newSheet(passages(d.doc), st, func() bool { return s.ctx.Err() != nil })
	if s.ctx.Err() == nil {
		k := keptSheet{doc: d.doc, sheet: d.sheet}
		if !d.full {
			k.doc = &article.Document{Title: d.doc.Title, Lang: d.doc.Lang, Kind: d.doc.Kind}
		}
		s.e.sheets.keep(s.sheetKey(source, d.full), k)
	}
	return d
}

func (s *asking) sheetKey(source int, full bool) sheetKey {
	c := &s.found[source]
	return sheetKey{s.shelves[c.shelf].a, c.entry.Index(), full}
}
