package search

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"

	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/internal/glass"
	"github.com/openzim-mcp/openzim-mcp/zim/sidecar"
)

// IndexOptions bounds what reading indexes may cost. The zero value is the default, and so
// is nil.
type IndexOptions struct {
	CacheBytes int64 // blocks and lengths of documents held in memory; 0 means 64 MiB, negative none
	ReadAhead  int   // blocks of an index read at once by who walks through them; 0 means 32, negative reads none ahead

	Sidecars sidecar.Where // where full-text indexes are that archives do not bring along
	// OnSidecar is told of each sidecar that is there and cannot be used, with the archive's file and a [*sidecar.Error] or
	// an I/O error. It is called from many goroutines; nil means nobody is told.
	OnSidecar func(file string, err error)
}

// Indexes are the search indexes of any number of archives, and the memory they share. An
// index is opened when a search first needs it, and stays open as long as its archive. They
// may be used by many goroutines at once.
type Indexes struct {
	opts  glass.Options
	cache *glass.Cache

	mu   sync.Mutex
	held map[*zim.Archive]*indexPair

	searches, cancelled, damaged atomic.Uint64

	sidecars  sidecar.Where
	onSidecar func(file string, err error)
	lengths   lengthCache  // of sidecars
	listed    atomic.Int64 // bytes of the words of titles where there is no index of them
}

// NewIndexes returns a place for the indexes of archives. It reads nothing yet.
func NewIndexes(opts *IndexOptions) *Indexes {
	var o IndexOptions
	if opts != nil {
		o = *opts
	}
	x := &Indexes{cache: glass.NewCache(&glass.CacheOptions{MaxBytes: o.CacheBytes}), held: map[*zim.Archive]*indexPair{}}
	x.sidecars, x.onSidecar, x.lengths = o.Sidecars, o.OnSidecar, newLengthCache()
	x.opts = glass.Options{Cache: x.cache, ReadAhead: o.ReadAhead}
	return x
}

// An indexPair is what an archive has: an index of its text and one of its titles.
type indexPair struct {
	full, titles lazyIndex
	side         lazySide  // of the text, beside the archive
	listed       titleList // where there is no index of titles
}

// of returns the archive's indexes, which are forgotten when it closes.
func (x *Indexes) of(a *zim.Archive) *indexPair {
	x.mu.Lock()
	p := x.held[a]
	if p == nil {
		p = newIndexPair(x, a)
		x.held[a] = p
		// Not under the lock: a closed archive calls back at once.
		defer a.OnClose(func() { x.forget(a) })
	}
	x.mu.Unlock()
	return p
}

// own returns the indexes of the only archive of x, which may go before it.
func (x *Indexes) own(a *zim.Archive) *indexPair {
	p := newIndexPair(x, a)
	x.held[a] = p
	return p
}

func newIndexPair(x *Indexes, a *zim.Archive) *indexPair {
	p := new(indexPair)
	p.side.shared, p.side.a = x, a
	p.full = lazyIndex{shared: x, a: a, part: fullTextPart, places: fullTextPlaces}
	p.titles = lazyIndex{shared: x, a: a, part: titlePart, places: titlePlaces}
	p.listed = newTitleList(x, a)
	return p
}

// forget closes an archive's indexes. Searches in them fail with [zim.ErrClosed], if they
// are not at their end.
func (x *Indexes) forget(a *zim.Archive) {
	x.mu.Lock()
	p := x.held[a]
	delete(x.held, a)
	x.mu.Unlock()
	if p != nil {
		p.full.close()
		p.side.close()
		p.titles.close()
		p.listed.close()
	}
}

// DropCache forgets the blocks that are in memory, so that searches read them anew. It is for
// measurements.
func (x *Indexes) DropCache() {
	limit := x.cache.Stats().MaxBytes
	x.cache.Resize(0)
	x.cache.Resize(limit)
}

// IndexStats are what searches of indexes have cost so far. Counters count from the
// beginning.
type IndexStats struct {
	Bytes, MaxBytes         int64  // of blocks and lengths of documents, held now and at most
	Hits, Misses, Evictions uint64 // of these: found in memory, not found, dropped
	Reads, ReadBytes        uint64 // reads of archives, and what they gave
	ReadAhead               uint64 // blocks read before they were asked for
	Pages                   uint64 // of the lengths of 4,096 documents each, decoded
	Open                    int    // indexes that are open now
	Searches, Cancelled     uint64 // begun, and ended by their context
	Damaged                 uint64 // indexes that turned out to be damaged, each counted once while it is open
}

// Stats returns the numbers, each for itself as it is at the moment.
func (x *Indexes) Stats() IndexStats {
	c := x.cache.Stats()
	st := IndexStats{
		Bytes: c.Bytes, MaxBytes: c.MaxBytes,
		Hits: c.Hits, Misses: c.Misses, Evictions: c.Evictions,
		Reads: c.Reads, ReadBytes: c.ReadBytes, ReadAhead: c.ReadAhead, Pages: c.Pages,
		Searches: x.searches.Load(), Cancelled: x.cancelled.Load(), Damaged: x.damaged.Load(),
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, p := range x.held {
		st.Open += p.full.open() + p.titles.open() + p.side.opened()
	}
	return st
}

// count counts a search that ended with err.
func (x *Indexes) count(err error) {
	x.searches.Add(1)
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		x.cancelled.Add(1)
	}
}

// A lazyIndex is opened when first needed.
type lazyIndex struct {
	shared *Indexes
	a      *zim.Archive
	part   string // what errors call it
	places []indexPlace

	mu     sync.Mutex
	ix     *archiveIndex
	err    error // that there is none, or a damage: it will not be otherwise later
	closed bool
}

// get returns the index, which it opens if no one did before. It fails with [zim.ErrNoIndex]
// where there is none that can be read, with a [*zim.FormatError] where it is damaged, with
// [zim.ErrClosed], with ctx's error or an I/O error. No lock is held while it reads.
func (l *lazyIndex) get(ctx context.Context) (*archiveIndex, error) {
	l.mu.Lock()
	ix, err := l.ix, l.err
	l.mu.Unlock()
	if ix != nil || err != nil {
		return ix, err
	}
	ix, err = openIndex(ctx, l)
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.closed:
		if ix != nil {
			ix.x.Close()
		}
		return nil, zim.ErrClosed
	case l.ix != nil || l.err != nil: // another one was faster
		if ix != nil {
			ix.x.Close()
		}
		return l.ix, l.err
	case err == nil:
		l.ix = ix
	case lasting(err):
		l.err = err
		if !errors.Is(err, zim.ErrNoIndex) {
			l.shared.damaged.Add(1)
		}
	}
	return ix, err
}

// lasting reports whether err says something of the archive, and not of this attempt.
func lasting(err error) bool {
	var damage *zim.FormatError
	return errors.Is(err, zim.ErrNoIndex) || errors.As(err, &damage) && errors.Is(err, zim.ErrCorrupt)
}

// open returns 1 if the index is open, else 0.
func (l *lazyIndex) open() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ix != nil {
		return 1
	}
	return 0
}

func (l *lazyIndex) close() {
	l.mu.Lock()
	ix := l.ix
	l.ix, l.err, l.closed = nil, zim.ErrClosed, true
	l.mu.Unlock()
	if ix != nil {
		ix.x.Close()
	}
}
