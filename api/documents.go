package api

import (
	"context"
	"sync"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"github.com/openzim-mcp/openzim-mcp/zim/article"
)

// documents keeps recently read articles, since a long one is read page by page and parsing costs far more than
// rendering. It is safe for concurrent use; two calls that miss at once both parse.
type documents struct {
	mu    sync.Mutex
	lru   *simplelru.LRU[documentKey, *article.Document]
	bytes int
}

// documentKey names an entry of one opened archive, so that a replaced file is never answered from.
type documentKey struct {
	archive factKey
	index   uint32
}

const (
	maxDocumentBytes = 32 << 20 // of all documents kept
	maxDocument      = 4 << 20  // of one; larger ones are parsed again
	maxDocuments     = 4096
)

// newDocuments makes an empty cache. The count of bytes follows evictions, so removing and replacing keep it true.
func newDocuments() *documents {
	d := &documents{}
	d.lru, _ = simplelru.NewLRU(maxDocuments, func(_ documentKey, doc *article.Document) { d.bytes -= sizeOf(doc) }) // fails for a size below 1 only
	return d
}

// kept returns the document of an entry if it is there.
func (d *documents) kept(k documentKey) (*article.Document, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.lru.Get(k)
}

// load returns the document of an entry, made by parse when it is not kept.
func (d *documents) load(ctx context.Context, k documentKey, parse func(context.Context) (*article.Document, error)) (*article.Document, error) {
	if doc, ok := d.kept(k); ok {
		return doc, nil
	}
	doc, err := parse(ctx)
	if err != nil {
		return nil, err
	}
	d.keep(k, doc)
	return doc, nil
}

// keep replaces what another call kept meanwhile, and drops the documents not read for longest until the rest fits.
func (d *documents) keep(k documentKey, doc *article.Document) {
	n := sizeOf(doc)
	if n > maxDocument {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lru.Remove(k)
	d.lru.Add(k, doc)
	for d.bytes += n; d.bytes > maxDocumentBytes; {
		d.lru.RemoveOldest()
	}
}

// sizeOf is about what a document holds, in bytes.
func sizeOf(doc *article.Document) int {
	n := 1000 + 150*len(doc.Sections)
	for _, b := range doc.Blocks {
		n += len(b.Text) + len(b.First) + len(b.Rest) + 150 + 32*len(b.Spans)
	}
	for i := range doc.Links {
		l := &doc.Links[i]
		n += len(l.Path) + len(l.URL) + len(l.Fragment) + len(l.Text) + 140
	}
	for i := range doc.References {
		n += len(doc.References[i].Text) + 150
	}
	return n + 150*len(doc.Images) + 100*len(doc.Tables)
}
