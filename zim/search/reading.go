package search

import (
	"context"
	"errors"
	"io"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/article"
)

const (
	articlesRead   = 20                     // cut into passages by one search
	articlesLeast  = 10                     // read whatever they weigh
	articlesAtOnce = 5                      // read before it is looked whether they are enough
	wordsRead      = 10_000                 // of them, which are
	shortPage      = 16 << 10               // bytes: these are read beyond wordsRead, too
	articlesNear   = 0.4                    // of the weight of the best: who is below is not read beyond the least
	softTime       = 400 * time.Millisecond // since the beginning; after it no more than the least are read
	pageMost       = 8 << 20                // bytes of an article that are read, as many as the article reader takes
	pagesHeld      = 32 << 20               // bytes of all articles that are kept until it is known which are shown
	refinedRounds  = 4                      // times that articles are read in full before the passages to show are taken
	refinedBeyond  = 3                      // passages behind those to show whose articles are read in full, too
	refinedLeast   = 0.5                    // of the best passage's score, where only as many are shown as are needed
)

// A draft is an article that is read for its passages: at first by its text alone, which is cheap, and in full when they
// are to be shown.
type draft struct {
	page  []byte
	doc   *article.Document
	sheet *sheet
	full  bool
	bare  bool  // doc has no text: its words are known from an earlier search
	err   error // a panic, which is a mistake in the program
}

// read cuts the best articles into passages, several at once, and ranks these; then it reads those in full that have the
// best ones.
func (s *asking) read() {
	s.drafts = make([]draft, s.worthReading())
	s.readTexts()
	s.readers = map[int]*poolReader{}
	for i := range s.drafts {
		s.addDraft(i)
	}
	s.rank()
	for range refinedRounds {
		again := s.unrefined()
		if len(again) == 0 {
			break
		}
		s.refine(again)
		if s.rank(); s.ctx.Err() != nil {
			break
		}
	}
}

// readTexts reads the articles worth it, a few at a time, until they have enough words. Long pages are what a search costs,
// and in a few of them there are as many passages to choose from as in many short ones.
func (s *asking) readTexts() {
	all := make([]int, len(s.drafts))
	for i := range all {
		all[i] = i
	}
	words := 0
	for from := 0; from < len(all); {
		to := min(from+articlesAtOnce, len(all))
		s.readAll(all[from:to], func(i int) draft {
			if i < articlesLeast || time.Since(s.begun) < softTime {
				return s.readText(i)
			}
			return draft{}
		})
		for ; from < to; from++ {
			words += s.drafts[all[from]].sheet.length()
		}
		if s.q.reading == "" && s.want.Passages <= from && words > wordsRead {
			all = slices.Concat(all[:from], s.short(all[from:]))
		}
	}
}

// short keeps the articles whose pages are so short that they cost next to nothing.
func (s *asking) short(sources []int) []int {
	return slices.DeleteFunc(slices.Clone(sources), func(i int) bool {
		size, err := s.found[i].item.Size(s.ctx)
		return err != nil || size > shortPage
	})
}

// readAll makes drafts of articles, as many at once as there are processors. It returns when all are there or when the time
// is up: who still reads then has hold of the archive, and is left to itself.
func (s *asking) readAll(sources []int, read func(source int) draft) {
	type result struct {
		source int
		draft  draft
	}
	done := make(chan result, len(sources))
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	for _, i := range sources {
		sh := s.shelves[s.found[i].shelf]
		sh.busy.Add()
		go func() {
			defer sh.busy.Sub()
			select {
			case slots <- struct{}{}:
				d := s.guardedDraft(i, read)
				<-slots
				done <- result{i, d}
			case <-s.ctx.Done():
			}
		}()
	}
	for range sources {
		select {
		case r := <-done:
			s.keep(r.source, r.draft)
		case <-s.ctx.Done():
			return
		}
	}
}

// guardedDraft reads an article; a panic in it takes nothing from the others.
func (s *asking) guardedDraft(source int, read func(int) draft) (d draft) {
	defer func() {
		if p := recover(); p != nil {
			d = draft{err: s.e.contained(p)}
		}
	}()
	return read(source)
}

// keep takes a draft. An archive with a page that cannot be read without a panic has failed, in part at least.
func (s *asking) keep(source int, d draft) {
	if s.held += len(d.page); s.held > pagesHeld {
		d.page = nil // read again if it is to be shown
	}
	s.drafts[source] = d
	if ref := s.shelves[s.found[source].shelf].ref; d.err != nil && !slices.Contains(s.answer.Failed, ref) {
		s.answer.Failed = append(s.answer.Failed, ref)
	}
}

// addDraft puts the passages of an article into the pool.
func (s *asking) addDraft(i int) {
	d := &s.drafts[i]
	if d.sheet == nil {
		return
	}
	c := &s.found[i]
	if s.readers[c.shelf] == nil {
		s.readers[c.shelf] = s.pool.reader(s.shelves[c.shelf].stems)
	}
	s.readers[c.shelf].addSheet(i, d.doc, d.sheet, c.hit.Title)
}

// rank scores the passages, with what is known of their articles.
func (s *asking) rank() {
	s.pool.rank()
	s.weigh()
}

// unrefined returns the articles that were not read in full and have passages among those to show, or close behind them.
func (s *asking) unrefined() []int {
	most := s.want.Passages
	if most <= 0 {
		most = DefaultPassages
	}
	var out []int
	of, n, best := map[int]int{}, 0, 0.0
	for i := range s.pool.list[:min(len(s.pool.list), longestLookup)] {
		x := &s.pool.list[i]
		if x.score <= 0 || n == most+refinedBeyond || s.want.Passages <= 0 && x.score < refinedLeast*best {
			break
		}
		if of[x.source] >= s.mostOf(x.source) || !s.selects(x) {
			continue
		}
		best = max(best, x.score) // of those that may be shown: a title that is excluded has no say
		n++
		if of[x.source]++; !s.drafts[x.source].full && !slices.Contains(out, x.source) {
			out = append(out, x.source)
		}
	}
	return out
}

// refine reads articles in full and puts their passages into the place of the earlier ones, as far as there is time for it.
func (s *asking) refine(sources []int) {
	s.readAll(sources, func(i int) draft { return s.readFull(i, s.drafts[i]) })
	sources = slices.DeleteFunc(sources, func(i int) bool { return !s.drafts[i].full })
	s.pool.drop(sources)
	for _, i := range sources {
		s.addDraft(i)
	}
}

// worthReading is how many articles are read: the first, and those not much worse than the best. Where operators select,
// what they ask for may stand in any of them.
func (s *asking) worthReading() int {
	least := max(articlesLeast, min(s.want.Passages, articlesRanked))
	most := min(len(s.found), max(articlesRead, least))
	if s.q.reading != "" {
		return min(len(s.found), articlesRanked)
	}
	for i := least; i < most; i++ {
		if s.found[i].score < articlesNear*s.found[0].score {
			return i
		}
	}
	return most
}

// readText reads the text of an article; the draft is empty if it cannot be read. Damage of one page is no damage of the
// answer, but is reported.
func (s *asking) readText(i int) draft {
	if d, ok := s.recall(i, false); ok {
		return d
	}
	c := &s.found[i]
	page, err := s.page(c)
	if err != nil {
		return draft{}
	}
	doc, err := textOfPage(s.ctx, page, c.hit, &article.Options{Path: c.hit.Path, Scraper: s.shelves[c.shelf].status.Meta.Scraper})
	if err != nil {
		return draft{}
	}
	return s.takeApart(i, draft{page: page, doc: doc})
}

// readFull reads an article in full whose text was read before. The draft stays as it is if that fails.
func (s *asking) readFull(i int, d draft) draft {
	if kept, ok := s.recall(i, true); ok {
		return kept
	}
	c := &s.found[i]
	page, err := d.page, error(nil)
	if page == nil {
		if page, err = s.page(c); err != nil {
			return d
		}
	}
	doc, err := s.parse(c, page)
	if err != nil {
		return d
	}
	return s.takeApart(i, draft{doc: doc, full: true})
}

// page reads the bytes of an article, no more than can be used. Damage is told to the library.
func (s *asking) page(c *candidate) ([]byte, error) {
	page, err := firstBytes(s.ctx, c.item, pageMost)
	if err != nil {
		s.e.report(s.shelves[c.shelf].status.Ref(), err)
	}
	return page, err
}

// firstBytes reads at most so many bytes of an item.
func firstBytes(ctx context.Context, item zim.Item, most int64) ([]byte, error) {
	size, err := item.Size(ctx)
	if err != nil {
		return nil, err
	}
	if size <= most {
		return item.Bytes(ctx)
	}
	c, err := item.Open(ctx)
	if err != nil {
		return nil, err
	}
	page := make([]byte, most)
	_, err = io.ReadFull(c, page)
	return page, errors.Join(err, c.Close())
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
func textOfPage(ctx context.Context, page []byte, h Hit, o *article.Options) (*article.Document, error) {
	if isPage(h.MIME) {
		return article.Text(ctx, page, o)
	}
	return parsePage(ctx, page, h, o)
}

// parse makes the document of a candidate as fetch does, so that places in it are the same there.
func (s *asking) parse(c *candidate, page []byte) (*article.Document, error) {
	sh := s.shelves[c.shelf]
	f, err := s.e.sites.furniture(s.ctx, sh.a, sh.status.Meta.Scraper)
	if err != nil {
		return nil, err
	}
	return parsePage(s.ctx, page, c.hit, &article.Options{Path: c.hit.Path, Scraper: sh.status.Meta.Scraper, Furniture: f})
}

// parsePage makes a document of what an archive holds under a MIME type.
func parsePage(ctx context.Context, page []byte, h Hit, o *article.Options) (*article.Document, error) {
	if isPage(h.MIME) {
		return article.Parse(ctx, page, o)
	}
	if strings.HasPrefix(h.MIME, "text/plain") || strings.HasPrefix(h.MIME, "text/markdown") {
		return article.FromText(string(page)), nil
	}
	return nil, errNotText
}
