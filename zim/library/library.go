package library

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/openzim-mcp/openzim-mcp/policy"
	"github.com/openzim-mcp/openzim-mcp/zim"
)

// A Library is the set of archives served. Its methods may be called from many goroutines at once; none but
// Reload, Watch, Close and Open waits for a disk.
type Library struct {
	opts    Options
	roots   []*root
	current atomic.Pointer[set] // nil once closed

	turn    chan struct{} // held by whoever looks at the directories and changes what follows
	files   map[key]*file
	scanErr atomic.Pointer[error]
	dirs    atomic.Pointer[[][]string] // by root: what the last scan found worth watching

	listeners struct {
		sync.Mutex
		list []func(Changes)
	}

	damages struct {
		sync.Mutex // held while telling, so that each place is told of once to everybody
		list       []func(Damage)
	}

	ctx     context.Context // ends with Close; what runs in the background hangs on it
	cancel  context.CancelFunc
	running sync.WaitGroup
	reports chan report
	wake    chan struct{} // the set has changed: times to retry may have, too
	check   chan struct{} // the same, for the verifier
	seen    chan struct{} // directories were looked at: there may be others to watch
	timing  timing
}

// Open opens every archive under paths: directories, looked through with those in them; .zim files; and first
// parts (.zimaa) of split sets. A file that cannot be opened is in the library with its error. Open itself fails when a
// path cannot be looked at, with the path in the error, and when ctx ends. Close releases what it took.
//
// Hidden files, files in hidden directories and links to directories are not looked at.
func Open(ctx context.Context, paths []string, opts *Options) (*Library, error) {
	return open(ctx, paths, opts, defaultTiming)
}

// open is Open with the waiting times of the caller's choice.
func open(ctx context.Context, paths []string, opts *Options, t timing) (*Library, error) {
	l := newLibrary(opts)
	l.timing = t
	for _, p := range paths {
		r, err := openRootOf(p, l.opts.Links)
		if err != nil {
			l.Close()
			return nil, fmt.Errorf("library: %w", err)
		}
		l.roots = append(l.roots, r)
	}
	if _, err := l.refresh(ctx, all); err != nil {
		l.Close()
		return nil, err
	}
	l.running.Go(l.keep)
	if l.opts.Verify != 0 {
		l.running.Go(l.verify)
	}
	return l, nil
}

// NewStatic returns a library of one archive that is already open, under the name made of name. It owns a from then
// on: Close closes it. There is nothing to reload or watch.
func NewStatic(name string, a *zim.Archive) *Library {
	l := newLibrary(nil)
	meta := readMeta(l.ctx, a)
	meta.Name = name
	k := key{root: staticRoot, rel: name}
	l.files[k] = &file{key: k, gen: newGeneration(a, meta, nil), known: true, meta: meta}
	l.current.Store(newSet([]*file{l.files[k]}))
	return l
}

// staticRoot is the root of archives that no scan finds, and none loses.
const staticRoot = -1

// newLibrary makes an empty library, ready for a scan but with nothing running.
func newLibrary(opts *Options) *Library {
	l := &Library{
		opts:    opts.withDefaults(),
		turn:    make(chan struct{}, 1),
		files:   make(map[key]*file),
		reports: make(chan report, 64),
		wake:    make(chan struct{}, 1),
		check:   make(chan struct{}, 1),
		seen:    make(chan struct{}, 1),
		timing:  defaultTiming,
	}
	l.ctx, l.cancel = context.WithCancel(context.Background())
	l.current.Store(newSet(nil))
	return l
}

// Close stops what runs in the background and lets go of every archive; those in use close with their last release.
// It waits for a scan under way to notice. Later calls fail with [ErrClosed].
func (l *Library) Close() error {
	l.cancel()
	l.running.Wait()
	l.turn <- struct{}{}
	defer func() { <-l.turn }()
	if l.current.Swap(nil) == nil {
		return ErrClosed
	}
	for _, f := range l.files {
		if f.gen != nil {
			f.gen.retire()
		}
	}
	l.files = nil
	var errs []error
	for _, r := range l.roots {
		errs = append(errs, r.door.Close())
	}
	return errors.Join(errs...)
}

// Acquire returns an archive by name, "wikipedia_en_all" or "wikipedia_en_all@2026-02", and what to call, once or more,
// when done with it. A reload cannot close the archive before that. The spellings that policy tolerates are
// understood, and '-' for '_' when only one archive can be meant.
//
// It fails with [ErrUnknownArchive], with a [*Fault] (which is [ErrQuarantined]) when the file is not served, and with
// [ErrClosed]. It never waits and never gives out another archive than the one named.
func (l *Library) Acquire(name string) (a *zim.Archive, release func(), err error) {
	n, release, err := l.acquire(name)
	if err != nil {
		return nil, nil, err
	}
	return n.gen.archive, release, nil
}

// AcquireStatus is Acquire with the status of just what it returns. Asked for separately, the status may already be that of
// the edition that took the name over in between.
func (l *Library) AcquireStatus(name string) (a *zim.Archive, s Status, release func(), err error) {
	n, release, err := l.acquire(name)
	if err != nil {
		return nil, Status{}, nil, err
	}
	return n.gen.archive, n.status(), release, nil
}

func (l *Library) acquire(name string) (n *named, release func(), err error) {
	for {
		n, err := l.lookup(name)
		if err != nil {
			return nil, nil, err
		}
		if n.gen == nil {
			return nil, nil, n.fault
		}
		if n.gen.acquire() {
			return n, sync.OnceFunc(n.gen.release), nil
		}
		// It was retired since the lookup, so another set is in place.
	}
}

// lookup finds name in the set of this moment, served or not.
func (l *Library) lookup(name string) (*named, error) {
	s := l.current.Load()
	if s == nil {
		return nil, ErrClosed
	}
	if n := s.find(name); n != nil {
		return n, nil
	}
	return nil, fmt.Errorf("%w: %.80q", ErrUnknownArchive, name)
}

// Status describes the archive that Acquire would give out for name, or would refuse. It fails with
// [ErrUnknownArchive] and [ErrClosed].
func (l *Library) Status(name string) (Status, error) {
	n, err := l.lookup(name)
	if err != nil {
		return Status{}, err
	}
	return n.status(), nil
}

// All describes every archive, served or not: by name, the newest edition first. It is never nil.
func (l *Library) All() []Status {
	list := []Status{}
	if s := l.current.Load(); s != nil {
		for _, n := range s.all {
			list = append(list, n.status())
		}
	}
	return list
}

// Names returns the names that clients use, sorted, without editions; those of archives that are not served, too.
func (l *Library) Names() []string {
	if s := l.current.Load(); s != nil {
		return append([]string{}, s.names...)
	}
	return []string{}
}

// Nearest returns at most n names that name may have been meant for, best first.
func (l *Library) Nearest(name string, n int) []string {
	if ref, _, err := policy.ParseArchiveRef(name); err == nil {
		name = string(ref)
	}
	return policy.Nearest(name, l.Names(), n)
}

// Ready reports whether at least one archive is open and not quarantined.
func (l *Library) Ready() bool {
	s := l.current.Load()
	return s != nil && s.open > 0
}

// Cache returns the cache that all archives share, for its statistics.
func (l *Library) Cache() *zim.Cache { return l.opts.Zim.Cache }

// ScanErr returns what was wrong with the directories at the last look at them: one that could not be read, a limit
// that was passed. FOR THE OPERATOR: it names paths. nil when all was well.
func (l *Library) ScanErr() error {
	if err := l.scanErr.Load(); err != nil {
		return *err
	}
	return nil
}
