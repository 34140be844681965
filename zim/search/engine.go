package search

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/openzim-mcp/openzim-mcp/policy"
	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/library"
)

// Options bounds what a search may cost. The zero value is the safe default; nil means defaults.
type Options struct {
	Scan     int // directory entries looked at in one archive by one search, besides exact lookups; 0 means 1024
	Parallel int // archives searched at once by one call; 0 means twice GOMAXPROCS

	Indexes *Indexes // of the archives of the library; nil means new ones

	ArticleBytes int64 // articles taken apart that are kept for later searches, two thirds as words alone; 0 means 64 MiB, negative none

	Collections map[policy.ArchiveName][]policy.ScopePart // archives that go by one name, as [policy.ParseCollection] reads them; without collections in them

	Reranker   Reranker      // puts the best passages into their order; nil leaves the order to their words
	RerankTime time.Duration // that it has for one question; 0 means 300 ms

	// OnPanic is told of each panic that a search contained, with the stack it came from: a mistake in the program, which
	// costs only the archive or the page it was met in. It is called from many goroutines; nil means nobody is told.
	OnPanic func(value any, stack []byte)
}

// An Engine searches the archives of a library. Between calls it keeps open indexes and, within a bound, articles it has
// read; what it finds does not hang on them. It is safe for concurrent use.
type Engine struct {
	lib         *library.Library
	scan        int
	parallel    int
	indexes     *Indexes
	onPanic     func(value any, stack []byte)
	sheets      *sheets
	collections map[policy.ArchiveName][]policy.ScopePart
	reranking   reranking
	graphs      graphs
	sites       sites
	stems       sync.Map // language of an index: *sync.Pool of *stems, which remember the words of earlier searches
}

// New returns an engine over lib, which it does not own.
func New(lib *library.Library, opts *Options) *Engine {
	if opts == nil {
		opts = &Options{}
	}
	e := &Engine{lib: lib, scan: 1024, parallel: 2 * runtime.GOMAXPROCS(0), onPanic: opts.OnPanic, indexes: opts.Indexes, sheets: newSheets(opts.ArticleBytes), collections: opts.Collections}
	if e.reranking.by, e.reranking.time = opts.Reranker, opts.RerankTime; e.reranking.time <= 0 {
		e.reranking.time = rerankTime
	}
	if opts.Scan > 0 {
		e.scan = opts.Scan
	}
	if opts.Parallel > 0 {
		e.parallel = opts.Parallel
	}
	if e.indexes == nil {
		e.indexes = NewIndexes(nil)
	}
	return e
}

// Indexes returns the search indexes of the library's archives, for their numbers and for who searches beside e.
func (e *Engine) Indexes() *Indexes { return e.indexes }

// Results is the answer of a title search.
type Results struct {
	Hits     []Hit    // by match, then shorter titles, then title, archive and path; never nil
	More     int      // further hits that limit left out; what bounded scanning did not see is not counted
	Searched int      // archives that were looked through
	Failed   []string // archives that could not be read, sorted; never nil
	Late     []string // archives not finished when ctx ended, sorted; never nil

	// Archives describes those that were looked through, as they were then, by [library.Status.Ref]: the set may
	// have changed since.
	Archives map[string]library.Status
}

// Titles finds entries whose title or path meets query: exactly, with other case, accents or punctuation, by its
// beginning, or with all words of query beginning words of it. Redirects count as titles and lead to their target,
// which appears once. No archives means all. At most limit hits are returned (limit >= 1).
//
// It fails with *[NotFound] when the only archive named is unknown; of several, those that are unknown are in none of
// the lists: one may have gone since the names were taken. When ctx ends it returns what it has.
func (e *Engine) Titles(ctx context.Context, query string, archives []string, limit int) (Results, error) {
	query = strings.TrimSpace(query)
	if len(archives) == 0 {
		archives = e.lib.Names()
	}
	archives = slices.Compact(slices.Sorted(slices.Values(archives)))
	res := Results{Hits: []Hit{}, Failed: []string{}, Late: []string{}, Archives: map[string]library.Status{}}
	var unknown *NotFound
	for _, r := range e.each(ctx, archives, func(ctx context.Context, name policy.ArchiveName, a *zim.Archive) ([]Hit, error) {
		s := newTitleSearch(name, a, query)
		if err := s.exact(ctx); err != nil {
			return nil, err
		}
		err := s.nearby(ctx, e.scan)
		return s.hits(), errors.Join(err, s.broken)
	}) {
		switch {
		case r.late:
			res.Late = append(res.Late, r.name)
		case errors.As(r.err, &unknown):
		case r.err != nil && len(r.hits) == 0:
			res.Failed = append(res.Failed, r.name)
		default:
			res.Searched++
			res.Archives[r.status.Ref()] = r.status
		}
		res.Hits = append(res.Hits, r.hits...)
	}
	if unknown != nil && len(archives) == 1 {
		return Results{}, unknown
	}
	order(res.Hits)
	if res.More = max(len(res.Hits)-limit, 0); res.More > 0 {
		res.Hits = res.Hits[:limit]
	}
	return res, nil
}

// outcome is what one archive gave. hits and err may both be set: what could be read of a damaged archive counts.
type outcome struct {
	name   string
	status library.Status // zero when it could not be opened
	hits   []Hit
	err    error
	late   bool
}

// each runs fn over the archives, e.parallel at a time, and returns the outcomes in the order of the names. An archive
// whose reading does not return in time is left to itself; its outcome is late.
func (e *Engine) each(ctx context.Context, names []string, fn func(context.Context, policy.ArchiveName, *zim.Archive) ([]Hit, error)) []outcome {
	// Buffered for all, so that an archive that answers after the end of ctx blocks no goroutine for ever.
	done := make(chan int, len(names))
	out := make([]outcome, len(names))
	results := make([]outcome, len(names)) // each written by its goroutine, read after done
	slots := make(chan struct{}, e.parallel)
	for i, name := range names {
		out[i] = outcome{name: name, late: true}
		go func() {
			defer func() { done <- i }() // also when ctx ends before a slot is free
			select {
			case slots <- struct{}{}:
				defer func() { <-slots }()
				results[i] = e.one(ctx, name, fn)
			case <-ctx.Done():
				results[i] = outcome{name: name, late: true}
			}
		}()
	}
	for range names {
		select {
		case i := <-done:
			out[i] = results[i]
		case <-ctx.Done():
			return drained(out, results, done)
		}
	}
	return out
}

// drained takes what was finished when ctx ended.
func drained(out, results []outcome, done <-chan int) []outcome {
	for {
		select {
		case i := <-done:
			out[i] = results[i]
		default:
			return out
		}
	}
}

// one runs fn on one archive. A panic in it is that archive's failure, not the process's.
func (e *Engine) one(ctx context.Context, name string, fn func(context.Context, policy.ArchiveName, *zim.Archive) ([]Hit, error)) (o outcome) {
	o.name = name
	defer func() {
		if p := recover(); p != nil {
			o = outcome{name: name, err: e.contained(p)}
		}
	}()
	a, st, release, err := e.acquire(name)
	if err != nil {
		o.err = err
		return o
	}
	defer release()
	o.status = st
	base, edition, _ := strings.Cut(st.Ref(), "@")
	o.hits, o.err = fn(ctx, policy.ArchiveName(base), a)
	for i := range o.hits {
		o.hits[i].Edition = edition
	}
	e.report(st.Ref(), o.err)
	o.late = ctx.Err() != nil && errors.Is(o.err, ctx.Err())
	return o
}

// errPanic stands for a panic where an error is wanted.
var errPanic = errors.New("search: panic")

// contained tells of a panic that was recovered, on the goroutine it happened on.
func (e *Engine) contained(p any) error {
	if e.onPanic != nil {
		e.onPanic(p, debug.Stack())
	}
	return fmt.Errorf("%w: %v", errPanic, p)
}

// acquire opens an archive for use, with its status at that moment, or says which names are near.
func (e *Engine) acquire(name string) (a *zim.Archive, st library.Status, release func(), err error) {
	a, st, release, err = e.lib.AcquireStatus(name)
	if errors.Is(err, library.ErrUnknownArchive) {
		base, edition, _ := strings.Cut(name, "@")
		nf := &NotFound{What: "archive", Archive: policy.ArchiveName(base), Asked: name, Candidates: e.lib.Nearest(base, maxCandidates)}
		if edition != "" && slices.Contains(e.lib.Names(), base) {
			nf.What = "edition"
			nf.Candidates = e.editions(base)
		}
		err = nf
	}
	return a, st, release, err
}

// editions returns, for an error that names what would be right, the references of an archive's editions, at most maxCandidates.
func (e *Engine) editions(base string) []string {
	var refs []string
	for _, s := range e.lib.All() {
		if s.Name == base && s.Served && len(refs) < maxCandidates {
			refs = append(refs, s.Ref())
		}
	}
	return refs
}

// report tells the library of a failed read, so that a broken disk is noticed.
func (e *Engine) report(name string, err error) {
	if isDamage(err) {
		e.lib.ReportError(name, err)
	}
}
