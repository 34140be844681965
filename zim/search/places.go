package search

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/openzim-mcp/openzim-mcp/policy"
	"github.com/openzim-mcp/openzim-mcp/zim/internal/match"
	"github.com/openzim-mcp/openzim-mcp/zim/library"
)

// A Place is an article about something that is somewhere.
type Place struct {
	Hit
	Latitude, Longitude float64 // degrees, as the index has them: to about 30 m
	Metres              float64 // from the middle of what was asked for
	Score               float64 // by the words asked for; 0 without words
}

// Places are what lies within a circle.
type Places struct {
	List     []Place  // by falling score where words were asked for, else the nearest first; never nil
	All      int      // places in the circle that have one of the words, or any where none were asked for
	Searched int      // archives that were looked through
	With     []string // archives with coordinates, by [library.Status.Ref], sorted; never nil
	Without  []string // archives whose index has none, or that have no index, sorted; never nil
	Failed   []string // archives that could not be read, sorted; never nil
	Late     []string // archives not finished in time, sorted; never nil

	// Archives describes those that were looked through, as they were then, by [library.Status.Ref].
	Archives map[string]library.Status
}

// Places finds the articles of the archives, or of all when none are named, whose coordinates lie within a circle. With a query
// it keeps those with at least one of its words, the best first: by the words of their texts, with statistics summed over the
// archives. Equal ones stand by distance, then by path. At most limit are returned.
//
// It fails with *[NotFound] when the only archive named is unknown. When ctx ends it returns what it has.
func (e *Engine) Places(ctx context.Context, near policy.Near, query string, archives []string, limit int) (*Places, error) {
	s := &asking{e: e, ctx: ctx, q: readQuestion(query), begun: time.Now(), answer: &Answer{Failed: []string{}, Late: []string{}}}
	if len(archives) == 0 {
		archives = e.lib.Names()
	}
	archives = slices.Compact(slices.Sorted(slices.Values(archives)))
	defer s.close()
	if err := s.open(archives); err != nil {
		return nil, err
	}
	stats := pooled(s.q, s.shelves)
	circle := circle{from: match.Place{Latitude: near.Latitude, Longitude: near.Longitude}, metres: near.Metres, limit: limit, words: strings.TrimSpace(query) != ""}
	found := make([]inCircle, len(s.shelves)) // each written by its goroutine, read when its shelf is not out
	at := map[*shelf]int{}
	for i, sh := range s.shelves {
		at[sh] = i
	}
	s.each(func(ctx context.Context, sh *shelf) (err error) {
		found[at[sh]], err = sh.places(ctx, circle, stats)
		return err
	})
	p := &Places{List: []Place{}, With: []string{}, Without: []string{}, Archives: map[string]library.Status{}}
	for i, sh := range s.shelves {
		if !sh.out {
			p.take(sh, &found[i])
		}
	}
	p.Failed, p.Late = s.answer.Failed, s.answer.Late
	for _, list := range [][]string{p.With, p.Without, p.Failed, p.Late} {
		slices.Sort(list)
	}
	slices.SortStableFunc(p.List, comparePlaces)
	p.List = p.List[:min(len(p.List), limit)]
	return p, nil
}

// take adds what one archive has.
func (p *Places) take(sh *shelf, c *inCircle) {
	ref := sh.status.Ref()
	p.Searched++
	p.Archives[ref] = sh.status
	if !c.positions {
		p.Without = append(p.Without, ref)
		return
	}
	p.With = append(p.With, ref)
	p.All += c.all
	name, edition, _ := strings.Cut(ref, "@")
	for _, place := range c.list {
		place.Archive, place.Edition = policy.ArchiveName(name), edition
		p.List = append(p.List, place)
	}
}

func comparePlaces(a, b Place) int {
	return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Metres, b.Metres), strings.Compare(a.Path, b.Path),
		strings.Compare(string(a.Archive), string(b.Archive)), strings.Compare(a.Edition, b.Edition))
}

// A circle is what is asked for.
type circle struct {
	from   match.Place
	metres float64
	limit  int
	words  bool // there is a query
}

// inCircle is what one archive has of it.
type inCircle struct {
	list      []Place // at most as many as asked for
	all       int
	positions bool // the index has coordinates
}

// scoredPlace is a document in the circle.
type scoredPlace struct {
	nearby
	score float64
}

// places finds what the shelf has within a circle.
func (s *shelf) places(ctx context.Context, c circle, st *statistics) (in inCircle, err error) {
	if s.index == nil {
		return in, nil
	}
	values, err := s.index.valueStats(ctx, placeValue)
	if err != nil || values.Count == 0 {
		return in, err
	}
	in.positions = true
	most := c.limit
	if c.words { // the nearest may have none of the words
		most = maxNearby
	}
	docs, all, err := s.index.near(ctx, c.from, c.metres, most)
	if err != nil {
		return in, err
	}
	list := make([]scoredPlace, len(docs))
	for i, d := range docs {
		list[i].nearby = d
	}
	if in.all = all; c.words {
		if list, err = s.withWords(ctx, list, st); err != nil {
			return in, err
		}
		in.all = len(list)
	}
	slices.SortFunc(list, func(a, b scoredPlace) int {
		return cmp.Or(cmp.Compare(b.score, a.score), compareNearby(a.nearby, b.nearby))
	})
	in.list, err = s.articles(ctx, list, c.limit)
	return in, err
}

// articles returns the articles of the first documents. What the archive does not have is left out.
func (s *shelf) articles(ctx context.Context, list []scoredPlace, limit int) ([]Place, error) {
	var out []Place
	for _, d := range list {
		if len(out) == limit {
			break
		}
		e, ok, err := s.index.entry(ctx, d.doc)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		h, _, err := hitOf(ctx, "", e, Near)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if s.note(err); err != nil {
			continue
		}
		h.From = ""
		lon := math.Mod(d.place.Longitude+180, 360) - 180 // indexes count from 0 to 360
		out = append(out, Place{Hit: h, Latitude: d.place.Latitude, Longitude: lon, Metres: d.metres, Score: d.score})
	}
	return out, nil
}

// withWords keeps the documents that have words of the question, and weighs them as search does, but for their lengths: a place
// is not less what was asked for because much is known of it.
func (s *shelf) withWords(ctx context.Context, list []scoredPlace, st *statistics) ([]scoredPlace, error) {
	slices.SortFunc(list, func(a, b scoredPlace) int { return cmp.Compare(a.doc, b.doc) })
	idf := st.idf()
	seen := map[string]bool{"": true}
	for w, term := range s.terms {
		for i := range list {
			if s.runs[w][list[i].doc] > 0 {
				list[i].score += idf[w]
			}
		}
		if seen[term] {
			continue
		}
		seen[term] = true
		p, _, err := s.index.Postings(ctx, term, nil)
		if err != nil {
			return nil, s.index.failed(err)
		}
		for i := range list {
			if !p.Seek(list[i].doc) {
				break
			}
			if p.DocID() == list[i].doc {
				f := float64(p.WDF())
				list[i].score += float64(idf[w] * (fullTextNorm.K1 + 1) * f / (f + fullTextNorm.K1))
			}
		}
		if err := p.Err(); err != nil {
			return nil, s.index.failed(err)
		}
	}
	return slices.DeleteFunc(list, func(d scoredPlace) bool { return d.score <= 0 }), nil
}
