package search

import (
	"context"
	"net/url"
	"strings"
	"sync"

	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/article"
	"github.com/openzim-mcp/openzim-mcp/zim/library"
)

const (
	learnBytes  = 256 << 10 // of a page that is read to learn what pages repeat
	pageLookups = 400       // addresses of one page that are looked for in its archive
)

// sites know what the pages of each archive repeat. It is learnt once, when the first page is read in full, and forgotten
// when the archive closes. They are safe for concurrent use.
type sites struct {
	mu    sync.Mutex
	known map[*zim.Archive]*site
}

// A site is what the pages of one archive repeat.
type site struct {
	turn      chan struct{} // held by who learns
	learnt    bool
	furniture *article.Furniture
}

// of returns the site of an archive.
func (x *sites) of(a *zim.Archive) *site {
	s, made := x.find(a)
	if made {
		a.OnClose(func() { x.forget(a) }) // not under the lock: a closed archive calls back at once
	}
	return s
}

// find returns the site of an archive, and whether it was made for the call.
func (x *sites) find(a *zim.Archive) (s *site, made bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if s := x.known[a]; s != nil {
		return s, false
	}
	if x.known == nil {
		x.known = map[*zim.Archive]*site{}
	}
	s = &site{turn: make(chan struct{}, 1)}
	x.known[a] = s
	return s, true
}

func (x *sites) forget(a *zim.Archive) {
	x.mu.Lock()
	defer x.mu.Unlock()
	delete(x.known, a)
}

// furniture is what the archive's pages repeat, nil for those whose scraper tells what to leave out. All who ask get the
// same, whoever learns it, since places in a page are counted without it. It fails only with ctx's error.
func (x *sites) furniture(ctx context.Context, a *zim.Archive, scraper string) (*article.Furniture, error) {
	if scraper == "" || article.KnownScraper(scraper) { // who names no scraper wrote the pages one by one, for all that is known
		return nil, nil
	}
	s := x.of(a)
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if s.learnt {
		return s.furniture, nil
	}
	f, err := article.Learn(ctx, spreadPages(ctx, a), &article.Options{Scraper: scraper})
	if err != nil || ctx.Err() != nil {
		return nil, ctx.Err()
	}
	s.furniture, s.learnt = f, true
	return f, nil
}

// spreadPages reads pages spread over the list of titles. Those that cannot be read are left out.
func spreadPages(ctx context.Context, a *zim.Archive) [][]byte {
	n, err := a.TitleCount(ctx)
	if err != nil {
		return nil
	}
	var pages [][]byte
	for i := range min(uint64(n), article.LearnPages) {
		e, err := a.TitleEntry(ctx, uint32(i*uint64(n)/min(uint64(n), article.LearnPages)))
		if err != nil {
			continue
		}
		item, err := e.Resolve(ctx)
		if err != nil {
			continue
		}
		if mime, err := item.MIMEType(); err != nil || !isPage(mime) {
			continue
		}
		if page, err := firstBytes(ctx, item, learnBytes); err == nil {
			pages = append(pages, page)
		}
	}
	return pages
}

// PageOptions is what to read a page of an archive with: how its scraper writes pages, what they repeat, and which
// addresses of the web are entries of it. Pages must be read with it where places in them are to be those of passages. The
// first call for an archive may read a few of its pages. It fails only with ctx's error, and what it returns is of use
// until ctx ends.
func (e *Engine) PageOptions(ctx context.Context, a *zim.Archive, st library.Status, path string) (*article.Options, error) {
	f, err := e.sites.furniture(ctx, a, st.Meta.Scraper)
	if err != nil {
		return nil, err
	}
	return &article.Options{Path: path, Scraper: st.Meta.Scraper, Furniture: f, Entry: entryOf(ctx, a, st)}, nil
}

// entryOf looks an address of the web up in an archive: one of its site, or any in an archive of crawled sites.
func entryOf(ctx context.Context, a *zim.Archive, st library.Status) func(address string) string {
	source, left := sourceURL(st.Meta.Source), pageLookups
	scraper := strings.ToLower(st.Meta.Scraper)
	crawled := strings.Contains(scraper, "zimit") || strings.Contains(scraper, "warc2zim")
	if source == nil && !crawled {
		return nil
	}
	return func(address string) string {
		u, err := url.Parse(address)
		if err != nil || left == 0 || !crawled && !sameSite(strings.ToLower(u.Hostname()), strings.ToLower(source.Hostname())) {
			return ""
		}
		left--
		for _, path := range addressPaths(u, st.Meta.Source) {
			if _, err := a.LookupNS(ctx, a.ContentNamespace(), path); err == nil {
				return path
			}
		}
		return ""
	}
}
