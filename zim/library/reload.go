package library

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/openzim-mcp/openzim-mcp/zim"
)

// Changes tells what a reload did, by the names that clients use ([Status.Ref]), each list sorted.
type Changes struct {
	Added    []string // served now and not before, healed ones included
	Removed  []string // gone
	Replaced []string // served from another file, or the file as it is now
	Failed   []string // can no longer be served, or turned up and cannot be
	Scan     bool     // [Library.ScanErr] says something else than before
}

// Empty reports whether nothing changed.
func (c Changes) Empty() bool { return !c.Sets() && !c.Scan }

// Sets reports whether the set of archives changed.
func (c Changes) Sets() bool { return len(c.Added)+len(c.Removed)+len(c.Replaced)+len(c.Failed) > 0 }

// Changes has fn called after every change of the set, or of what [Library.ScanErr] says, one call at a time, in order. fn runs while further reloads wait: it
// should be quick, and must not call Reload or Close.
func (l *Library) Changes(fn func(Changes)) {
	l.listeners.Lock()
	defer l.listeners.Unlock()
	l.listeners.list = append(l.listeners.list, fn)
}

// Reload looks at the directories again: new archives open, missing ones go, changed ones are replaced once open, and every
// quarantined file is tried again. Calls under way finish on what they hold. When ctx ends first, nothing has changed.
func (l *Library) Reload(ctx context.Context) (Changes, error) { return l.refresh(ctx, all) }

// Which files refresh opens although they look as they did when last tried.
type again func(*file) bool

// all is the retry of an operator who asks: every file that has a fault. none leaves them to their own time.
func all(f *file) bool  { return f.gen == nil || f.fault != nil }
func none(f *file) bool { return false }

// refresh is the one way by which the set changes, but for quarantine. All I/O is done before, and beside, the set that
// callers use; the new one is then swapped in.
func (l *Library) refresh(ctx context.Context, retry again) (Changes, error) {
	if err := l.take(ctx); err != nil {
		return Changes{}, err
	}
	defer l.give()
	ctx, cancel := joined(ctx, l.ctx)
	defer cancel()
	seen := look(ctx, l.roots, &l.opts)
	next := l.plan(seen, retry)
	l.openAll(ctx, next)
	if err := ctx.Err(); err != nil {
		l.abandon(next)
		return Changes{}, err
	}
	before := l.ScanErr()
	l.scanErr.Store(&seen.err)
	l.dirs.Store(&seen.dirs)
	signal(l.seen)
	files := make(map[key]*file, len(next))
	for _, p := range next {
		files[p.file.key] = p.file
	}
	return l.install(files, !sameText(before, seen.err)), nil
}

// sameText reports whether two errors would be read as one.
func sameText(a, b error) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Error() == b.Error()
}

// take waits for its turn to change the set.
func (l *Library) take(ctx context.Context) error {
	select {
	case l.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	case <-l.ctx.Done():
		return ErrClosed
	}
	if l.ctx.Err() != nil {
		l.give()
		return ErrClosed
	}
	return nil
}

// give lets the next one change the set.
func (l *Library) give() { <-l.turn }

// A planned file is one of the next set: as it is, or about to be opened.
type planned struct {
	file *file  // what will be in the set; made anew by opening
	old  *file  // what was, or nil
	seen *found // to be opened; nil leaves file as it is
}

// plan decides for every file seen, and every file known, what becomes of it. What looks as it did when last tried stays,
// unless a retry is due; what is gone goes, unless the scan could not look where it was.
func (l *Library) plan(s *scan, retry again) []*planned {
	now := l.timing.now()
	next := make([]*planned, 0, len(s.files))
	seen := make(map[key]bool, len(s.files))
	for i := range s.files {
		f := &s.files[i]
		seen[f.key] = true
		p := &planned{old: l.files[f.key], seen: f}
		if old := p.old; old != nil && sameStamps(old.stamps, f.stamps) && !retry(old) && !old.retry.due(now) {
			p.file, p.seen = old, nil
		}
		next = append(next, p)
	}
	for k, old := range l.files {
		if !seen[k] && (k.root == staticRoot || s.unsure(k)) {
			next = append(next, &planned{file: old, old: old})
		}
	}
	return next
}

// openAll opens what is planned to be, some at a time.
func (l *Library) openAll(ctx context.Context, next []*planned) {
	var group errgroup.Group
	group.SetLimit(max(l.opts.OpenAtOnce, 1))
	for _, p := range next {
		if p.seen != nil {
			group.Go(func() error {
				l.open(ctx, p, len(next))
				return nil
			})
		}
	}
	group.Wait()
}

// open makes the planned file, served or with its fault.
func (l *Library) open(ctx context.Context, p *planned, n int) {
	gen, err := l.generation(ctx, p.seen, n)
	if err == nil {
		if p.old != nil && p.old.gen != nil && sameStamps(p.old.gen.stamps, gen.stamps) {
			gen.verdict.Store(p.old.gen.verdict.Load().settled())
		}
		p.file = &file{key: p.seen.key, stamps: gen.stamps, gen: gen, known: true, meta: gen.meta, record: recordFor(gen.stamps, p.known())}
		return
	}
	p.file = &file{key: p.seen.key, stamps: p.seen.stamps, fault: newFault(err)}
	if p.old == nil {
		p.file.retry = retry{}.later(l.timing)
		return
	}
	p.file.known, p.file.meta, p.file.retry = p.old.known, p.old.meta, p.old.retry.later(l.timing)
	p.file.record = p.old.record
	if g := p.old.gen; g != nil && !inPlace(g.stamps, p.seen.stamps) {
		p.file.gen = g // another file has the name now: what is open is whole, and better than nothing
	}
}

// known returns the damage known of the file as it was, or nil.
func (p *planned) known() *record {
	if p.old == nil {
		return nil
	}
	return p.old.record
}

// generation opens the parts, beneath their directory, and what they hold.
func (l *Library) generation(ctx context.Context, f *found, n int) (g *generation, err error) {
	defer func() { // a file nobody here wrote is read on a goroutine of its own: a mistake must not end the process
		if r := recover(); r != nil {
			g, err = nil, &Fault{Reason: Damaged, Cause: fmt.Errorf("library: panic while opening: %v", r)}
		}
	}()
	if err := errors.Join(f.err, ctx.Err()); err != nil {
		return nil, err
	}
	parts, stamps, err := l.roots[f.root].door.files(f.parts)
	if err != nil {
		return nil, err
	}
	opts := l.opts.zimOptions(n)
	opts.File = filepath.Join(l.roots[f.root].path, f.parts[0])
	a, err := zim.OpenFiles(parts, opts)
	if err != nil {
		return nil, err
	}
	return newGeneration(a, readMeta(ctx, a), stamps), nil
}

// abandon closes what was opened for a set that will not be: the one in place keeps its own generations.
func (l *Library) abandon(next []*planned) {
	for _, p := range next {
		if p.file != nil && p.file.gen != nil && (p.old == nil || p.old.gen != p.file.gen) {
			p.file.gen.retire()
		}
	}
}

// install swaps the set, then lets go of what is no longer in it, and tells. In this order: whoever finds a generation
// retired finds another set when looking again. scan says that the scan met other errors than the one before. The caller
// has its turn.
func (l *Library) install(files map[key]*file, scan bool) Changes {
	old, gone := l.current.Load(), l.files
	list := make([]*file, 0, len(files))
	for _, f := range files {
		list = append(list, f)
	}
	s := newSet(list)
	l.files = files
	l.current.Store(s)
	for k, f := range gone {
		if f.gen != nil && (files[k] == nil || files[k].gen != f.gen) {
			f.gen.retire()
		}
	}
	signal(l.wake)
	signal(l.check)
	c := compare(old, s)
	c.Scan = scan
	if !c.Empty() {
		l.listeners.Lock()
		list := slices.Clone(l.listeners.list)
		l.listeners.Unlock()
		for _, fn := range list {
			fn(c)
		}
	}
	return c
}

// compare lists the differences between two sets.
func compare(before, after *set) Changes {
	var c Changes
	was, is := before.byRef(), after.byRef()
	for ref, n := range is {
		o := was[ref]
		switch {
		case n.gen == nil:
			if o == nil || o.gen != nil {
				c.Failed = append(c.Failed, ref)
			}
		case o == nil || o.gen == nil:
			c.Added = append(c.Added, ref)
		case o.gen != n.gen:
			c.Replaced = append(c.Replaced, ref)
		case n.fault != nil && o.fault == nil:
			c.Failed = append(c.Failed, ref)
		}
	}
	for ref := range was {
		if is[ref] == nil {
			c.Removed = append(c.Removed, ref)
		}
	}
	for _, list := range [][]string{c.Added, c.Removed, c.Replaced, c.Failed} {
		slices.Sort(list)
	}
	return c
}

// byRef maps what clients can name to what is behind it.
func (s *set) byRef() map[string]*named {
	refs := make(map[string]*named, len(s.all))
	for _, n := range s.all {
		refs[n.ref()] = n
	}
	return refs
}

// joined returns a context that ends with either.
func joined(ctx, other context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(other, cancel)
	return ctx, func() { stop(); cancel() }
}

// signal wakes a goroutine that listens on a channel of one, now or when it next listens.
func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// A retry says when a file that is not served is looked at again although it looks the same. The zero value says never.
type retry struct {
	at   time.Time
	wait time.Duration // before at; doubles from one failure to the next
}

// due reports whether it is time.
func (r retry) due(now time.Time) bool { return !r.at.IsZero() && !now.Before(r.at) }

// later returns the retry after one more failure.
func (r retry) later(t timing) retry {
	wait := min(max(2*r.wait, t.firstRetry), t.lastRetry)
	return retry{at: t.now().Add(wait), wait: wait}
}

// A timing is how long the library waits for what.
type timing struct {
	now                   func() time.Time
	firstRetry, lastRetry time.Duration // of a file that does not open
	pause                 time.Duration // between two retries at least
	window                time.Duration // in which failures count together
	failures              int           // that quarantine
	quarantine            time.Duration
	settle, hurry         time.Duration // after a file event: quiet to wait for, and the longest wait
}

var defaultTiming = timing{
	now: time.Now, firstRetry: 5 * time.Second, lastRetry: 5 * time.Minute, pause: time.Second,
	window: time.Minute, failures: 3, quarantine: time.Minute,
	settle: 200 * time.Millisecond, hurry: time.Second,
}
