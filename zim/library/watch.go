package library

import (
	"context"
	"path/filepath"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"
)

// maxWatches bounds how many directories are watched; the rescan sees the rest.
const maxWatches = 4096

// Watch keeps the library up to date until ctx ends or the library closes, and returns why. File events are acted on
// within about a second; because network file systems send none, and systems limit how many directories may be watched,
// the directories are also looked at every Options.Rescan. One Watch at a time is enough.
func (l *Library) Watch(ctx context.Context) error {
	ctx, cancel := joined(ctx, l.ctx)
	defer cancel()
	w := &watcher{library: l, watched: make(map[string]bool)}
	// Without a watcher, where the system has none left, there is still the rescan.
	if fs, err := fsnotify.NewWatcher(); err == nil {
		defer fs.Close()
		w.fs = fs
	}
	err := w.run(ctx)
	if l.ctx.Err() != nil {
		return ErrClosed
	}
	return err
}

// A watcher turns file events and the passing of time into reloads.
type watcher struct {
	library *Library
	fs      *fsnotify.Watcher // nil when there is none
	watched map[string]bool   // directories
}

// run reloads until ctx ends.
func (w *watcher) run(ctx context.Context) error {
	rescan, stop := ticks(w.library.opts.Rescan)
	defer stop()
	if w.follow() { // what changed between Open and the watch
		w.reload(ctx)
	}
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-rescan:
		case <-w.library.seen: // by a reload, which may have found directories that came before their watch
			if !w.follow() {
				continue
			}
		case e := <-w.events():
			if !w.matters(e) {
				continue
			}
			w.settle(ctx)
		case <-w.errors(): // events were lost
			w.settle(ctx)
		}
		w.reload(ctx)
	}
}

// reload looks at the directories, and again when it meets new ones: files may have arrived in them before the watch.
func (w *watcher) reload(ctx context.Context) {
	for range 3 {
		// An error is the end of ctx or of the library, which the caller sees itself.
		if _, err := w.library.refresh(ctx, none); err != nil || !w.follow() {
			return
		}
	}
}

// follow watches the directories that the last scan saw, and reports whether one is new.
func (w *watcher) follow() (grown bool) {
	dirs := w.library.dirs.Load()
	if w.fs == nil || dirs == nil {
		return false
	}
	present := make(map[string]bool)
	for i, r := range w.library.roots {
		if r.renewed.Swap(false) {
			w.forget(r.path)
		}
		for _, dir := range (*dirs)[i] {
			if len(present) == maxWatches {
				break
			}
			name := filepath.Join(r.path, filepath.FromSlash(dir))
			present[name] = true
			if !w.watched[name] && w.fs.Add(name) == nil {
				w.watched[name], grown = true, true
			}
		}
	}
	for name := range w.watched {
		if !present[name] {
			w.fs.Remove(name) // gone already, most often
			delete(w.watched, name)
		}
	}
	return grown
}

// forget ends the watches of a directory and those below it: what has their names now is not what is watched.
func (w *watcher) forget(dir string) {
	for name := range w.watched {
		if name == dir || strings.HasPrefix(name, dir+string(filepath.Separator)) {
			w.fs.Remove(name) // gone already, most often
			delete(w.watched, name)
		}
	}
}

// settle waits until no event has come for a while: a copy under way sends many. It never waits long.
func (w *watcher) settle(ctx context.Context) {
	t := w.library.timing
	end := time.NewTimer(t.hurry)
	defer end.Stop()
	quiet := time.NewTimer(t.settle)
	defer quiet.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-end.C:
			return
		case <-quiet.C:
			return
		case e := <-w.events():
			if w.matters(e) {
				quiet.Reset(t.settle)
			}
		}
	}
}

// matters reports whether an event can change the set: of an archive's file, or of a name that came or went, which may be
// a directory.
func (w *watcher) matters(e fsnotify.Event) bool {
	if e.Has(fsnotify.Remove | fsnotify.Rename) {
		delete(w.watched, e.Name) // a directory takes its watch with it; another may come under its name
	}
	name := filepath.Base(e.Name)
	return isArchiveFile(name) || isLaterPart(name) || e.Has(fsnotify.Create|fsnotify.Remove|fsnotify.Rename)
}

// events never delivers without a watcher: a nil channel blocks.
func (w *watcher) events() <-chan fsnotify.Event {
	if w.fs == nil {
		return nil
	}
	return w.fs.Events
}

func (w *watcher) errors() <-chan error {
	if w.fs == nil {
		return nil
	}
	return w.fs.Errors
}

// ticks is a ticker that may be off.
func ticks(every time.Duration) (<-chan time.Time, func()) {
	if every <= 0 {
		return nil, func() {}
	}
	t := time.NewTicker(every)
	return t.C, t.Stop
}
