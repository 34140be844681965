package library

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// watched opens a library and watches it until the test ends.
func watched(t *testing.T, opts *Options, paths ...string) *Library {
	t.Helper()
	l := opened(t, opts, paths...)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- l.Watch(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("Watch returned %v", err)
		}
	})
	return l
}

const soon = 5 * time.Second // an event takes a quarter of a second; the machine may be busy

func TestWatch(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string][]byte{"a.zim": edition("a", "2026-01-01")})
	l := watched(t, &Options{Rescan: -1}, dir)

	write(t, dir, map[string][]byte{"b.zim": edition("b", "2026-01-01")})
	eventually(t, soon, func() string { return want(refs(l), []string{"a", "b"}) })

	write(t, dir, map[string][]byte{"new/deep/c.zim": edition("c", "2026-01-01")})
	eventually(t, soon, func() string { return want(refs(l), []string{"a", "b", "c"}) })

	write(t, dir, map[string][]byte{"new/deep/d.zim": edition("d", "2026-01-01")})
	eventually(t, soon, func() string { return want(refs(l), []string{"a", "b", "c", "d"}) })

	write(t, dir, map[string][]byte{"a.zim": edition("a", "2026-02-01")})
	eventually(t, soon, func() string { return want(read(l, "a"), "a 2026-02-01") })

	must(t, os.RemoveAll(filepath.Join(dir, "new")))
	eventually(t, soon, func() string { return want(refs(l), []string{"a", "b"}) })

	write(t, dir, map[string][]byte{"new/e.zim": edition("e", "2026-01-01")}) // its watch went with the first of that name
	eventually(t, soon, func() string { return want(refs(l), []string{"a", "b", "e"}) })
	write(t, dir, map[string][]byte{"new/f.zim": edition("f", "2026-01-01")})
	eventually(t, soon, func() string { return want(refs(l), []string{"a", "b", "e", "f"}) })
}

// Events come from the directory that is at the path now, once a look has found it.
func TestWatchFollowsAReplacedDirectory(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "zim")
	write(t, dir, map[string][]byte{"a.zim": edition("a", "2026-01-01")})
	l := watched(t, &Options{Rescan: -1}, dir)

	must(t, os.Rename(dir, dir+".old"))
	write(t, dir, map[string][]byte{"b.zim": edition("b", "2026-01-01")})
	_, err := l.Reload(t.Context())
	must(t, err)
	must(t, os.WriteFile(filepath.Join(dir+".old", "x.zim"), nil, 0o600)) // wakes a watcher of the old one
	eventually(t, soon, func() string {
		write(t, dir, map[string][]byte{"c.zim": edition("c", "2026-01-01")})
		return want(refs(l), []string{"b", "c"})
	})
}

func TestWatchSeesWritingInPlace(t *testing.T) {
	dir := t.TempDir()
	l := watched(t, &Options{Rescan: -1}, dir)
	whole := edition("a", "2026-01-01")
	f, err := os.Create(filepath.Join(dir, "a.zim"))
	must(t, err)
	defer f.Close()
	for i := 0; i < len(whole); i += 200 {
		_, err := f.Write(whole[i:min(i+200, len(whole))])
		must(t, err)
		time.Sleep(20 * time.Millisecond)
	}
	eventually(t, soon, func() string { return want(refs(l), []string{"a"}) })
}

func TestWatchOneFile(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string][]byte{"a.zim": edition("a", "2026-01-01")})
	l := watched(t, &Options{Rescan: -1}, filepath.Join(dir, "a.zim"))
	write(t, dir, map[string][]byte{"b.zim": edition("b", "2026-01-01"), "a.zim": edition("a", "2026-02-01")})
	eventually(t, soon, func() string { return want(read(l, "a"), "a 2026-02-01") })
	if s := want(refs(l), []string{"a"}); s != "" {
		t.Error(s)
	}
}

// Network file systems send no events.
func TestRescanAlone(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string][]byte{"a.zim": edition("a", "2026-01-01")})
	l := opened(t, &Options{Rescan: 20 * time.Millisecond}, dir)
	ctx, cancel := context.WithCancel(t.Context())
	w := &watcher{library: l, watched: map[string]bool{}}
	done := make(chan error)
	go func() { done <- w.run(ctx) }()
	write(t, dir, map[string][]byte{"b.zim": edition("b", "2026-01-01")})
	eventually(t, soon, func() string { return want(refs(l), []string{"a", "b"}) })
	must(t, os.Remove(filepath.Join(dir, "a.zim")))
	eventually(t, soon, func() string { return want(refs(l), []string{"b"}) })
	cancel()
	<-done
}

func TestWatchEndsWithTheLibrary(t *testing.T) {
	l := opened(t, nil, t.TempDir())
	done := make(chan error)
	go func() { done <- l.Watch(context.Background()) }()
	time.Sleep(10 * time.Millisecond)
	must(t, l.Close())
	if err := <-done; !errors.Is(err, ErrClosed) {
		t.Errorf("got %v", err)
	}
}
