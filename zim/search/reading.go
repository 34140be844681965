package search

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/openzim-mcp/openzim-mcp/zim/article"
)

const (
	articlesRead  = 20                     // cut into passages by one search
	articlesLeast = 6                      // read whatever they weigh
	articlesNear  = 0.5                    // of the weight of the best: who is below is not read beyond the least
	softTime      = 400 * time.Millisecond // since the beginning; after it no more than the least are read
	refinedRounds = 4                      // times that articles are read in full before the passages to show are taken
	refinedBeyond = 3                      // passages behind those to show whose articles are read in full, too
)

// A draft is an article that is read for its passages: at first by its text alone, which is cheap, and in full when they
// are to be shown.
type draft struct {
	page []byte
	doc  *article.Document
	full bool
}

// read cuts the best articles into passages, several at once, and ranks these; then it reads those in full that have the
// best ones.
func (s *asking) read() {
	list := s.worthReading()
	s.drafts = make([]draft, len(list))
	s.parallel(len(list), func(i int) {
		if i < articlesLeast || time.Since(s.begun) < softTime {
			s.drafts[i] = s.draft1(&list[i])
		}
	})
	s.readers = map[int]*poolReader{}
	for i := range list {
		s.addDraft(i)
	}
	s.rank()
	for range refinedRounds {
		if again := s.unrefined(); len(again) == 0 || !s.refine(again) {
			break
		}
		s.rank()
	}
}

// parallel calls fn for 0 to n-1, on as many goroutines as there are processors, and waits for all. It starts no more when
// the time is up.
func (s *asking) parallel(n int, fn func(i int)) {
	var wg sync.WaitGroup
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i := 0; i < n && s.ctx.Err() == nil; i++ {
		slots <- struct{}{}
		wg.Add(1)
		go func() {
			defer func() { <-slots; wg.Done() }()
			fn(i)
		}()
	}
	wg.Wait()
}

// addDraft puts the passages of an article into the pool.
func (s *asking) addDraft(i int) {
	d := s.drafts[i].doc
	if d == nil {
		return
	}
	c := &s.found[i]
	if s.readers[c.shelf] == nil {
		s.readers[c.shelf] = s.pool.reader(s.shelves[c.shelf].stems)
	}
	s.readers[c.shelf].add(i, passages(d), c.hit.Title)
}

// rank scores the passages, with what is known of their articles.
func (s *asking) rank() {
	s.pool.rank()
	s.weigh()
}

// unrefined returns the articles of the best passages that were not read in full.
func (s *asking) unrefined() []int {
	most := s.want.Passages
	if most <= 0 {
		most = DefaultPassages
	}
	var out []int
	seen, n := map[int]bool{}, 0
	for i := range s.pool.list {
		x := &s.pool.list[i]
		if x.score <= 0 || n == most+refinedBeyond {
			break
		}
		n++
		if !s.drafts[x.source].full && !seen[x.source] {
			seen[x.source] = true
			out = append(out, x.source)
		}
	}
	return out
}

// refine reads articles in full and puts their passages into the place of the earlier ones. It reports whether there was
// time for it.
func (s *asking) refine(sources []int) bool {
	s.parallel(len(sources), func(k int) {
		d := &s.drafts[sources[k]]
		c := &s.found[sources[k]]
		full, err := parsePage(s.ctx, d.page, c.hit, s.shelves[c.shelf].status.Meta.Scraper)
		if err == nil {
			d.doc, d.page, d.full = full, nil, true
		}
	})
	if s.ctx.Err() != nil {
		return false
	}
	s.pool.drop(sources)
	for _, i := range sources {
		if s.drafts[i].full {
			s.addDraft(i)
		}
	}
	return true
}

// worthReading returns the first articles that are not much worse than the best.
func (s *asking) worthReading() []candidate {
	least := max(articlesLeast, min(s.want.Passages, articlesRanked))
	list := s.found[:min(len(s.found), max(articlesRead, least))]
	for i := least; i < len(list); i++ {
		if list[i].score < articlesNear*list[0].score {
			return list[:i]
		}
	}
	return list
}

// draft1 reads the text of an article; the draft is empty if it cannot be read. Damage of one page is no damage of the
// answer, but is reported.
func (s *asking) draft1(c *candidate) draft {
	page, err := c.item.Bytes(s.ctx)
	if err != nil {
		s.e.report(s.shelves[c.shelf].status.Ref(), err)
		return draft{}
	}
	doc, err := textOfPage(s.ctx, page, c.hit, s.shelves[c.shelf].status.Meta.Scraper)
	if err != nil {
		return draft{}
	}
	return draft{page: page, doc: doc}
}

// errNotText is of entries that have no text to read.
var errNotText = errors.New("search: not a text")

// isPage reports that a MIME type is HTML. Old archives do not always say.
func isPage(mime string) bool {
	switch kind, _, _ := strings.Cut(strings.ToLower(mime), ";"); strings.TrimSpace(kind) {
	case "", "text/html", "application/xhtml+xml":
		return true
	}
	return false
}

// textOfPage reads the text of what an archive holds under a MIME type, as cheaply as can be.
func textOfPage(ctx context.Context, page []byte, h Hit, scraper string) (*article.Document, error) {
	if isPage(h.MIME) {
		return article.Text(ctx, page, &article.Options{Path: h.Path, Scraper: scraper})
	}
	return parsePage(ctx, page, h, scraper)
}

// parsePage makes a document of what an archive holds under a MIME type.
func parsePage(ctx context.Context, page []byte, h Hit, scraper string) (*article.Document, error) {
	if isPage(h.MIME) {
		return article.Parse(ctx, page, &article.Options{Path: h.Path, Scraper: scraper})
	}
	if strings.HasPrefix(h.MIME, "text/plain") || strings.HasPrefix(h.MIME, "text/markdown") {
		return article.FromText(string(page)), nil
	}
	return nil, errNotText
}
