package search

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/internal/match"
	"github.com/openzim-mcp/openzim-mcp/zim/sidecar"
	"github.com/openzim-mcp/openzim-mcp/zim/sidecar/terms"
)

// sideRetry is how long an archive is taken to have no sidecar, or one that cannot be used, before that is looked at again:
// it may have been made meanwhile.
const sideRetry = 15 * time.Second

// A lazySide is the full-text sidecar of an archive, which is opened when first needed. It opens on a goroutine of its own,
// which outlives the search that needed it first: a large one is read longer than a search may take.
type lazySide struct {
	shared *Indexes
	a      *zim.Archive

	mu      sync.Mutex
	ix      *archiveIndex
	spent   []*archiveIndex // that turned out to be damaged, and may still be read by searches that began before
	err     error
	tried   time.Time
	opening chan struct{} // closed when who opens it now has ended; nil when nobody does
	stop    context.CancelFunc
	closed  bool
}

// get returns the index in the sidecar. It fails with a [*sidecar.Error] where there is none that can be used, with
// [zim.ErrNoIndex] where there can be none, with [zim.ErrClosed], ctx's error or an I/O error.
func (l *lazySide) get(ctx context.Context) (*archiveIndex, error) {
	if l.a.File() == "" {
		return nil, zim.ErrNoIndex
	}
	l.mu.Lock()
	switch {
	case l.closed:
		l.mu.Unlock()
		return nil, zim.ErrClosed
	case l.known():
		defer l.mu.Unlock()
		return l.ix, l.err
	case l.opening == nil:
		if l.ix != nil {
			l.spent, l.ix = append(l.spent, l.ix), nil
		}
		l.opening = make(chan struct{})
		own, stop := context.WithCancel(context.Background())
		l.stop = stop
		go l.open(own, stop, l.opening)
	}
	opening := l.opening
	l.mu.Unlock()
	select {
	case <-opening:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil, zim.ErrClosed
	}
	return l.ix, l.err
}

// known reports that nothing needs to be looked at again now.
func (l *lazySide) known() bool {
	if l.err != nil {
		return time.Since(l.tried) < sideRetry
	}
	return l.ix != nil
}

// open opens it for all who wait.
func (l *lazySide) open(ctx context.Context, stop context.CancelFunc, done chan struct{}) {
	var ix *archiveIndex
	err := errors.New("search: opening a sidecar was broken off")
	defer stop()
	defer func() {
		if r := recover(); r != nil {
			err = sidecar.Text.Damage("it cannot be decoded (%.100v)", r)
		}
		l.mu.Lock()
		told := l.err
		if l.ix, l.err, l.tried, l.opening = ix, err, time.Now(), nil; l.closed {
			l.ix, l.err = nil, zim.ErrClosed
		}
		closed := l.closed
		l.mu.Unlock()
		if closed && ix != nil {
			ix.side.close()
		}
		if !closed {
			l.tell(err, told)
		}
		close(done)
	}()
	ix, err = openSide(ctx, l.shared, l.a)
}

// tell reports a sidecar that cannot be used, once as long as the reason is the same.
func (l *lazySide) tell(err, told error) {
	if err == nil || errors.Is(err, sidecar.ErrAbsent) || told != nil && told.Error() == err.Error() {
		return
	}
	if errors.Is(err, sidecar.ErrDamaged) {
		l.shared.damaged.Add(1)
	}
	if l.shared.onSidecar != nil {
		l.shared.onSidecar(l.a.File(), err)
	}
}

// fail takes out an index that turned out to be damaged while it was read. It stays open: others may be at it.
func (l *lazySide) fail(ix *archiveIndex, err error) {
	l.mu.Lock()
	first := l.ix == ix && l.err == nil // it stays in its place: known tells the rest
	if first {
		l.err, l.tried = err, time.Now()
	}
	l.mu.Unlock()
	if first {
		l.tell(err, nil)
	}
}

// close lets go of it. Nobody reads in it any more: it closes with its archive.
func (l *lazySide) close() {
	l.mu.Lock()
	all := l.spent
	if l.ix != nil {
		all = append(all, l.ix)
	}
	l.ix, l.spent, l.err, l.closed = nil, nil, zim.ErrClosed, true
	if l.stop != nil {
		l.stop()
	}
	l.mu.Unlock()
	for _, ix := range all {
		ix.side.close()
	}
}

// opened returns 1 if it is open, else 0.
func (l *lazySide) opened() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ix != nil {
		return 1
	}
	return 0
}

// A SidecarState says whether an archive is searched by a full-text index that lies beside it.
type SidecarState string

// Values of SidecarState.
const (
	SidecarNone     SidecarState = ""         // there is none, or nobody can tell
	SidecarUsed     SidecarState = "used"     // by searches
	SidecarStale    SidecarState = "stale"    // it was made of another archive
	SidecarOutdated SidecarState = "outdated" // it was made by another version of this program
	SidecarDamaged  SidecarState = "damaged"
)

// Sidecar tells of an archive's sidecar. It reads its manifest, when that was not done in the last seconds, but not the rest.
func (x *Indexes) Sidecar(ctx context.Context, a *zim.Archive) SidecarState {
	switch err := x.of(a).side.peek(ctx); {
	case err == nil:
		return SidecarUsed
	case errors.Is(err, sidecar.ErrStale):
		return SidecarStale
	case errors.Is(err, sidecar.ErrSchema):
		return SidecarOutdated
	case errors.Is(err, sidecar.ErrDamaged):
		return SidecarDamaged
	}
	return SidecarNone
}

// peek returns nil if there is a sidecar that seems to fit, without opening it.
func (l *lazySide) peek(ctx context.Context) error {
	l.mu.Lock()
	known, err := l.known(), l.err
	l.mu.Unlock()
	if known || l.a.File() == "" {
		if err == nil && !known {
			err = zim.ErrNoIndex
		}
		return err
	}
	key, err := sidecar.KeyOf(ctx, l.a)
	if err != nil {
		return err
	}
	_, err = sidecar.Open(l.shared.sidecars.Path(l.a.File(), key, sidecar.Text), sidecar.Text, TextSchema, key)
	return err
}

// Size returns what the index says of itself.
func (ix *archiveIndex) Size() match.Size {
	if ix.side != nil {
		return ix.side.Size()
	}
	return ix.glassSource.Size()
}

// HasPositions reports whether phrases can be told from their words. Sidecars do without: quotes are looked for in the text.
func (ix *archiveIndex) HasPositions() bool { return ix.side == nil && ix.glassSource.HasPositions() }

// Postings returns the documents with a term.
func (ix *archiveIndex) Postings(ctx context.Context, term string, reuse match.Postings) (match.Postings, match.TermStats, error) {
	if ix.side != nil {
		p, st, err := ix.side.t.Postings(ctx, terms.Body, term, reuse)
		if err != nil {
			return nil, st, err
		}
		return p, st, nil
	}
	return ix.glassSource.Postings(ctx, term, reuse)
}

// Positions returns a reader of where a term stands.
func (ix *archiveIndex) Positions(ctx context.Context, term string, reuse match.Positions) match.Positions {
	if ix.side != nil {
		return nowhere{}
	}
	return ix.glassSource.Positions(ctx, term, reuse)
}

// Lengths returns a reader of the lengths of documents.
func (ix *archiveIndex) Lengths(ctx context.Context) match.Lengths {
	if ix.side != nil {
		return &sideLengths{s: ix.side, ctx: ctx}
	}
	return ix.glassSource.Lengths(ctx)
}

// Expand returns the most frequent terms under a prefix.
func (ix *archiveIndex) Expand(ctx context.Context, prefix string, limit int) ([]match.Expansion, bool, error) {
	if ix.side != nil {
		return ix.side.expand(ctx, prefix, limit)
	}
	return ix.glassSource.Expand(ctx, prefix, limit)
}

// formOf returns the form in which the index has a word of a question, before it is reduced to its stem.
func (ix *archiveIndex) formOf(w *asked) string {
	if ix.side != nil {
		return w.text
	}
	return w.index
}

// nowhere are the positions of an index that has none.
type nowhere struct{}

// At returns nothing.
func (nowhere) At(uint32) []uint32 { return nil }

// Err returns nil.
func (nowhere) Err() error { return nil }

// sideFailed counts damage of a sidecar that was met while it was read, and has it not be used any more.
func (ix *archiveIndex) sideFailed(err error) error {
	err = sideError(err)
	var e *sidecar.Error
	if errors.As(err, &e) && !ix.broken.Swap(true) {
		ix.shared.of(ix.a).side.fail(ix, err)
	}
	return err
}

// String names the place of the index, for errors and tests.
func (ix *archiveIndex) String() string {
	if ix.side != nil {
		return fmt.Sprintf("full-text sidecar of %d documents", ix.side.detail.Docs)
	}
	return ix.part
}

// OwnText returns nil if the archive brings a full-text index along that can be read, else the reason why not:
// [zim.ErrNoIndex], a [*zim.FormatError], or another error of reading.
func (x *Indexes) OwnText(ctx context.Context, a *zim.Archive) error {
	_, err := x.of(a).full.get(ctx)
	return err
}
