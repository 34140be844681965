package search

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/openzim-mcp/openzim-mcp/policy"
	"github.com/openzim-mcp/openzim-mcp/zim/library"
)

// DefaultPassages is how many passages an answer has at most when no number is asked for.
const DefaultPassages = 5

const (
	articlesRanked = 50 // of one archive, and of all together
	titlesRanked   = 30 // of one archive
)

// Ask answers a question with passages of the archives, or of all when none are named. It finds articles by the words of
// their text and of their titles, cuts the best into passages, and ranks these in one list over all archives: statistics
// are summed, so that a passage weighs the same wherever it stands.
//
// It fails with *[NotFound] when the only archive named is unknown. When ctx ends it returns what it has.
func (e *Engine) Ask(ctx context.Context, query string, archives []string, want Want) (*Answer, error) {
	s := &asking{e: e, ctx: ctx, q: readQuestion(query), want: want, begun: time.Now(), quotes: map[int]bool{},
		answer: &Answer{Passages: []Passage{}, Unknown: []string{}, Titles: []string{}, Failed: []string{}, Late: []string{}, Elsewhere: []string{}, Archives: map[string]library.Status{}}}
	s.answer.Reading = s.q.reading
	if s.named = len(archives) > 0; !s.named {
		archives = e.lib.Names()
	}
	archives = slices.Compact(slices.Sorted(slices.Values(archives)))
	defer s.close()
	if err := s.open(archives); err != nil {
		return nil, err
	}
	if e.reranking.by != nil {
		s.want.Passages = max(reranked, want.Passages)
	}
	s.respell()
	s.find()
	s.read()
	s.offer()
	s.choose()
	if e.reranking.by != nil {
		s.rerank(want)
	}
	s.spelled()
	if s.answer.Reason == NoMatch && s.answer.Searched == 0 && len(s.answer.Late) > 0 {
		s.answer.Reason = OutOfTime
	}
	return s.answer, nil
}

// asking is one question on its way through the archives.
type asking struct {
	e       *Engine
	ctx     context.Context
	q       *question
	want    Want
	begun   time.Time
	answer  *Answer
	named   bool // the archives were
	shelves []*shelf
	stats   *statistics
	found   []candidate
	pool    *pool
	drafts  []draft             // of the first of found
	readers map[int]*poolReader // by archive
	quotes  map[int]bool        // which articles have what was quoted
	held    int                 // bytes of pages read
	options map[int][]Option    // of disambiguation pages whose title is the question, by article
}

// open takes hold of the archives and of their indexes.
func (s *asking) open(names []string) error {
	for _, name := range names {
		a, st, release, err := s.e.acquire(name)
		var unknown *NotFound
		switch {
		case errors.As(err, &unknown):
			if len(names) == 1 {
				return unknown
			}
			continue
		case err != nil:
			s.answer.Failed = append(s.answer.Failed, name)
			continue
		}
		s.shelves = append(s.shelves, &shelf{ref: name, a: a, status: st, release: release})
	}
	q := s.q // who is late may still read it when s.q has been respelt
	s.each(func(ctx context.Context, sh *shelf) error { return sh.open(ctx, s.e, q) })
	return nil
}

// close lets go of the archives once nothing reads in them any more.
func (s *asking) close() {
	for _, sh := range s.shelves {
		if !sh.late && sh.stems != nil {
			s.e.returnStems(sh.language, sh.stems)
		}
		sh.busy.Done(sh.release)
	}
}

// settle takes out who is late or failed.
func (s *asking) settle() {
	for _, sh := range s.shelves {
		switch {
		case sh.out:
		case sh.late || outOfTime(sh.err):
			sh.out = true
			s.answer.Late = append(s.answer.Late, sh.ref)
		case sh.err != nil:
			sh.out = true
			s.e.report(sh.status.Ref(), sh.err)
			s.answer.Failed = append(s.answer.Failed, sh.ref)
		}
	}
}

// guarded runs fn; a panic in it is that archive's failure, not the process's.
func (e *Engine) guarded(ctx context.Context, sh *shelf, fn func(context.Context, *shelf) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = e.contained(p)
		}
	}()
	return fn(ctx, sh)
}

// find ranks the articles of all archives.
func (s *asking) find() {
	s.route()
	s.stats = pooled(s.q, s.shelves)
	idf := s.stats.idf()
	s.promises(idf)
	s.fit()
	s.pool = newPool(s.q, idf)
	s.pool.ctx = s.ctx
	q, stats := s.q, s.stats
	s.each(func(ctx context.Context, sh *shelf) error { return sh.rankTexts(ctx, stats, idf) })
	floor := s.floor()
	s.each(func(ctx context.Context, sh *shelf) error { return sh.find(ctx, q, stats, idf, floor, s.e.scan) })
	for i, sh := range s.shelves {
		if sh.out {
			continue
		}
		s.e.report(sh.status.Ref(), sh.damage)
		s.answer.Searched++
		s.e.report(sh.status.Ref(), sh.broken)
		s.answer.Archives[sh.status.Ref()] = sh.status
		switch {
		case sh.elsewhere:
			s.answer.Elsewhere = append(s.answer.Elsewhere, sh.status.Ref())
		case sh.index == nil:
			s.answer.Titles = append(s.answer.Titles, sh.status.Ref())
		}
		for _, c := range sh.found {
			c.shelf = i
			s.found = append(s.found, c)
		}
	}
	orderCandidates(s.found)
	s.editions()
	s.unknown()
}

// A hold counts who uses a thing, and lets go of it when nobody does.
type hold struct {
	mu      sync.Mutex
	users   int
	release func()
}

// Add counts one more user.
func (h *hold) Add() { h.mu.Lock(); h.users++; h.mu.Unlock() }

// Sub counts one less.
func (h *hold) Sub() {
	h.mu.Lock()
	h.users--
	release := h.release
	last := h.users == 0
	h.mu.Unlock()
	if last && release != nil {
		release()
	}
}

// Done says that nobody else will come, and what is to be called when the last one is gone.
func (h *hold) Done(release func()) {
	h.mu.Lock()
	h.release = release
	last := h.users == 0
	h.mu.Unlock()
	if last {
		release()
	}
}

// hitFor describes a candidate's article.
func (s *asking) hitFor(c *candidate) Hit {
	sh := s.shelves[c.shelf]
	base, edition, _ := strings.Cut(sh.status.Ref(), "@")
	h := c.hit
	h.Archive, h.Edition = policy.ArchiveName(base), edition
	return h
}

// unknown names the words that no index of texts has, and no title among the best.
func (s *asking) unknown() {
	if s.stats.docs == 0 {
		return
	}
	var titles map[string]bool // their words, once they are asked for
	for i, w := range s.q.words {
		if s.stats.tf[i] > 0 || w.solid || len(w.forms) > 0 {
			continue
		}
		if titles == nil {
			titles = map[string]bool{}
			for k := range s.found[:min(len(s.found), titlesKnown)] {
				for _, t := range foldedWords(s.found[k].hit.Title + " " + s.found[k].hit.From) {
					titles[t] = true
				}
			}
		}
		if !titles[w.text] {
			s.answer.Unknown = append(s.answer.Unknown, w.whole)
		}
	}
}

// titlesKnown is how many of the best articles are asked whether a word is known.
const titlesKnown = 500
