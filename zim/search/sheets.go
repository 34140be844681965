package search

import (
	"sync"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/article"
)

// sheets keeps articles for later searches, within a bound of bytes: their words, which every search needs that they might
// answer, and apart from these, so that they do not compete for room, whole documents, which are needed of what is shown.
type sheets struct {
	words     *sheetCache
	documents *sheetCache
}

// newSheets makes room for at most so many bytes; 0 means the default, negative none.
func newSheets(most int64) *sheets {
	switch {
	case most == 0:
		most = defaultSheetBytes
	case most < 0:
		most = 0
	}
	return &sheets{newSheetCache(int(most - most/3)), newSheetCache(int(most / 3))}
}

// A sheetCache keeps one or the other; those not asked for longest go first. It is safe for concurrent use; two searches that
// miss at once both read.
type sheetCache struct {
	most int // bytes; 0 keeps nothing

	mu           sync.Mutex
	lru          *simplelru.LRU[sheetKey, keptSheet]
	of           map[*zim.Archive]bool // archives that tell when they close
	bytes        int
	hits, misses uint64
}

// A sheetKey names an entry of one opened archive, so that a replaced file is never answered from. The words of an article
// that was read in full are kept beside those of its text alone: what a search finds must not hang on what others asked
// before.
type sheetKey struct {
	a     *zim.Archive
	entry uint32
	full  bool
}

// A keptSheet is an article as a search left it. Beside a sheet, doc says only what the page is.
type keptSheet struct {
	doc   *article.Document
	sheet *sheet
	bytes int
}

const (
	defaultSheetBytes = 64 << 20
	maxSheets         = 1 << 16
	sheetShare        = 2 // a sheet larger than this part of all is not kept
)

// newSheetCache returns an empty cache of at most so many bytes.
func newSheetCache(most int) *sheetCache {
	c := &sheetCache{most: most, of: map[*zim.Archive]bool{}}
	c.lru, _ = simplelru.NewLRU(maxSheets, func(_ sheetKey, k keptSheet) { c.bytes -= k.bytes }) // fails for a size below 1 only
	return c
}

// load returns what is kept of an entry.
func (c *sheetCache) load(k sheetKey) (keptSheet, bool) {
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
func (c *sheetCache) keep(k sheetKey, s keptSheet) {
	s.bytes = documentBytes(s.doc)
	if s.sheet != nil {
		s.bytes += s.sheet.bytes()
	}
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
func (c *sheetCache) forget(a *zim.Archive) {
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

// recall returns an article that an earlier search has read, without its text. What was quoted or excluded is looked for in
// the text itself, so that such a question reads it anew.
func (s *asking) recall(source int, full bool) (draft, bool) {
	if s.q.reading != "" {
		return draft{}, false
	}
	k, ok := s.e.sheets.words.load(s.sheetKey(source, full))
	return draft{doc: k.doc, sheet: k.sheet, full: full, bare: true}, ok
}

// takeApart makes the sheet of an article that was read, and keeps it for later searches. One that is read in part, for want
// of time, is not kept.
func (s *asking) takeApart(source int, d draft) draft {
	language := s.shelves[s.found[source].shelf].language
	st := s.e.borrowStems(language) // the shelf's own are for one goroutine
	defer s.e.returnStems(language, st)
	d.sheet = newSheet(passages(d.doc), st, func() bool { return s.ctx.Err() != nil })
	if s.ctx.Err() != nil {
		return d
	}
	bare := &article.Document{Title: d.doc.Title, Lang: d.doc.Lang, Kind: d.doc.Kind}
	s.e.sheets.words.keep(s.sheetKey(source, d.full), keptSheet{doc: bare, sheet: d.sheet})
	if d.full {
		s.e.sheets.documents.keep(s.sheetKey(source, true), keptSheet{doc: d.doc})
	}
	return d
}

// present makes sure that the document of a passage is there with its text. It fails when there is no time to read it.
func (s *asking) present(x *scored) bool {
	d := &s.drafts[x.source]
	if d.bare {
		if k, ok := s.e.sheets.documents.load(s.sheetKey(x.source, true)); ok {
			d.doc, d.bare = k.doc, false
		} else if read := s.guardedDraft(x.source, s.reread); read.doc != nil {
			d.doc, d.bare = read.doc, false
		}
	}
	x.doc = d.doc
	return !d.bare
}

// reread reads the document of an article whose words are kept, and keeps it.
func (s *asking) reread(source int) draft {
	c := &s.found[source]
	page, err := s.page(c)
	if err != nil {
		return draft{}
	}
	doc, err := s.parse(c, page)
	if err != nil {
		return draft{}
	}
	s.e.sheets.documents.keep(s.sheetKey(source, true), keptSheet{doc: doc})
	return draft{doc: doc}
}

func (s *asking) sheetKey(source int, full bool) sheetKey {
	c := &s.found[source]
	return sheetKey{s.shelves[c.shelf].a, c.entry.Index(), full}
}

// ArticleStats are what searches keep of articles. Counters count from the beginning.
type ArticleStats struct {
	Bytes, MaxBytes int64  // held now and at most
	Hits, Misses    uint64 // of these: found in memory, not found
}

// ArticleStats returns the numbers, as they are at the moment.
func (e *Engine) ArticleStats() ArticleStats {
	var out ArticleStats
	for _, c := range []*sheetCache{e.sheets.words, e.sheets.documents} {
		c.mu.Lock()
		out.Bytes, out.MaxBytes = out.Bytes+int64(c.bytes), out.MaxBytes+int64(c.most)
		out.Hits, out.Misses = out.Hits+c.hits, out.Misses+c.misses
		c.mu.Unlock()
	}
	return out
}
