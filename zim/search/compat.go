package search

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/internal/match"
)

// A Dialect is a way in which versions of libzim read queries.
type Dialect uint8

// Values of Dialect.
const (
	Dialect9 Dialect = iota // libzim 8.2.1 and later: full text is plain words, Chinese, Japanese and Korean are taken apart
	Dialect8                // libzim 7.2.1 to 8.2.0: full text has operators
)

// CompatOptions says how a [Compat] answers. The zero value is the default, and so is nil.
type CompatOptions struct {
	Dialect    Dialect
	CacheBytes int64    // blocks of indexes held in memory; 0 means 64 MiB
	Indexes    *Indexes // shared with others, instead of its own; then CacheBytes is of no effect
}

// A Compat answers queries about one archive as libzim does: the same matches in the same
// order. It may be used by many goroutines at once, as long as the archive is open.
type Compat struct {
	a       *zim.Archive
	dialect Dialect
	indexes *Indexes
	*indexPair
}

// NewCompat returns a Compat for an archive, which stays the caller's. It reads nothing yet.
func NewCompat(a *zim.Archive, opts *CompatOptions) *Compat {
	var o CompatOptions
	if opts != nil {
		o = *opts
	}
	if o.Indexes != nil {
		return &Compat{a: a, dialect: o.Dialect, indexes: o.Indexes, indexPair: o.Indexes.of(a)}
	}
	own := NewIndexes(&IndexOptions{CacheBytes: o.CacheBytes})
	return &Compat{a: a, dialect: o.Dialect, indexes: own, indexPair: own.own(a)}
}

// Indexes returns the indexes it reads, for their numbers.
func (c *Compat) Indexes() *Indexes { return c.indexes }

// CompatRange is what is wanted of a result.
type CompatRange struct {
	From, Limit int  // the matches from From on (0 is the best), at most Limit; at most 10,000 together
	Estimate    bool // the number that libzim shows too, for which every match is looked at
	Paths       bool // only paths, as the index has them: entries are not looked up, hits have no title
}

// maxCompat bounds how many matches are ranked.
const maxCompat = 10_000

// A CompatHit is an entry that was found.
type CompatHit struct {
	Path      string  // key of the entry, without namespace
	Namespace byte    // C or A
	Title     string  // of the entry
	Weight    float64 // higher is better; 0 from a listing of titles
}

// A CompatResult is the answer to a query.
type CompatResult struct {
	Hits     []CompatHit
	Estimate uint64 // libzim's estimate of how many match, if it was asked for; can be too high
	Matches  uint64 // how many match, if the estimate was asked for
	Listed   bool   // there is no index of titles, or it is damaged: the titles that begin with the text, in order
	Missing  int    // matches left out, since the archive has no such entry
	Cut      bool   // the text stands for more terms than are looked at: hits may be missing, and the numbers too low
}

// errRange is of a range that is negative or ends too far away.
var errRange = fmt.Errorf("search: a range of results must lie within the first %d", maxCompat)

func (r CompatRange) check() error {
	if r.From < 0 || r.Limit < 0 || r.From > maxCompat || r.Limit > maxCompat-r.From {
		return errRange
	}
	return nil
}

// FullText returns what libzim's full-text search finds. A text without words finds nothing,
// nor does one whose operators lack operands. It fails with [zim.ErrNoIndex], with a
// [*zim.FormatError] when the index is damaged, with ctx's error or an I/O error.
func (c *Compat) FullText(ctx context.Context, text string, r CompatRange) (CompatResult, error) {
	return c.fullText(ctx, text, nil, r)
}

// CompatArea is a circle on Earth.
type CompatArea struct {
	Latitude, Longitude float64 // degrees of its middle
	Metres              float64 // from there
}

// FullTextIn returns those matches of FullText that lie in an area: whose article has
// coordinates. The estimate can differ from
// libzim's.
func (c *Compat) FullTextIn(ctx context.Context, text string, in CompatArea, r CompatRange) (CompatResult, error) {
	return c.fullText(ctx, text, &in, r)
}

func (c *Compat) fullText(ctx context.Context, text string, in *CompatArea, r CompatRange) (CompatResult, error) {
	if err := r.check(); err != nil {
		return CompatResult{}, err
	}
	ix, err := c.full.get(ctx)
	if err != nil {
		return CompatResult{}, err
	}
	q, err := c.fullTextQuery(ix, text)
	if errors.Is(err, errSyntax) {
		return CompatResult{}, nil
	} else if err != nil {
		return CompatResult{}, err
	}
	q = ix.within(ctx, q, in)
	return c.answer(ctx, ix, q, r, func(ctx context.Context) match.Search {
		return match.Search{Scheme: match.FullTextBM25}
	})
}

// within keeps what lies in an area, if one is given.
func (ix *archiveIndex) within(ctx context.Context, q *match.Query, in *CompatArea) *match.Query {
	if in == nil || q == nil {
		return q
	}
	v := ix.values(ctx, "geo.position")
	if v == nil {
		return nil // nothing has coordinates
	}
	keep := match.WithinDistance(match.Place{Latitude: in.Latitude, Longitude: in.Longitude}, in.Metres)
	return match.FilterValue(q, v, keep)
}

func (c *Compat) fullTextQuery(ix *archiveIndex, text string) (*match.Query, error) {
	text = cString(text)
	st := takeStemmer(ix.language)
	defer giveStemmer(st)
	rd := reading{stemming: stemEvery, stemmer: st, stop: ix.stop}
	if c.dialect == Dialect8 {
		rd.operators = true
	} else {
		rd.ngrams, text = true, match.Fold(text)
	}
	parsed, err := rd.parse(text)
	return parsed.query, err
}

// cString cuts a text where libzim, for which it is a string of C, does not read on.
func cString(text string) string {
	text, _, _ = strings.Cut(text, "\x00")
	return text
}

// answer runs a query. A search is made anew for each walk over the matches.
func (c *Compat) answer(ctx context.Context, ix *archiveIndex, q *match.Query, r CompatRange, search func(context.Context) match.Search) (res CompatResult, err error) {
	defer func() { c.indexes.count(err) }()
	if q == nil {
		return res, ctx.Err()
	}
	if r.Limit > 0 {
		s := search(ctx)
		s.Limit = r.From + r.Limit
		found, err := s.Find(ctx, ix, q)
		if err != nil {
			return CompatResult{}, ix.failed(err)
		}
		hits := found.Hits
		res.Cut = found.Cut
		if err := c.show(ctx, ix, hits[min(r.From, len(hits)):], r, &res); err != nil {
			return CompatResult{}, err
		}
	}
	if r.Estimate {
		s := search(ctx)
		count, err := s.Count(ctx, ix, q)
		if err != nil {
			return CompatResult{}, ix.failed(err)
		}
		res.Estimate, res.Matches, res.Cut = count.Estimate(), count.Matches, count.Cut
		if count.Collapsed {
			res.Matches = count.Keyless + count.Distinct
		}
	}
	return res, nil
}

// show looks the entries of hits up.
func (c *Compat) show(ctx context.Context, ix *archiveIndex, hits []match.Hit, r CompatRange, res *CompatResult) error {
	if len(hits) > 0 {
		res.Hits = make([]CompatHit, 0, len(hits))
	}
	if r.Paths {
		return c.showPaths(ctx, ix, hits, res)
	}
	for _, h := range hits {
		e, ok, err := ix.entry(ctx, h.Doc)
		if err != nil {
			return err
		}
		if !ok {
			res.Missing++
			continue
		}
		res.Hits = append(res.Hits, CompatHit{Path: e.Path(), Namespace: e.Namespace(), Title: e.Title(), Weight: h.Weight})
	}
	return nil
}

func (c *Compat) showPaths(ctx context.Context, ix *archiveIndex, hits []match.Hit, res *CompatResult) error {
	var data []byte
	for _, h := range hits {
		var err error
		if data, err = ix.x.Data(ctx, h.Doc, data[:0]); err != nil {
			return ix.failed(err)
		}
		ns, path, ok := ix.entryOf(string(data))
		if !ok {
			res.Missing++
			continue
		}
		res.Hits = append(res.Hits, CompatHit{Path: path, Namespace: ns, Weight: h.Weight})
	}
	return nil
}
