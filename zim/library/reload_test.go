package library

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/openzim-mcp/openzim-mcp/zim"
)

// reload expects a reload to change just this.
func reload(t *testing.T, l *Library, want Changes) {
	t.Helper()
	got, err := l.Reload(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Fatal(diff)
	}
}

func TestReload(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string][]byte{"a.zim": edition("a", "2026-01-01")})
	l := opened(t, nil, dir)
	var heard []Changes
	l.Changes(func(c Changes) { heard = append(heard, c) })
	reload(t, l, Changes{})

	write(t, dir, map[string][]byte{"b.zim": edition("b", "2026-01-01")})
	reload(t, l, Changes{Added: []string{"b"}})

	write(t, dir, map[string][]byte{"a2.zim": edition("a", "2026-02-01")})
	reload(t, l, Changes{Added: []string{"a@2026-01"}, Replaced: []string{"a"}})
	if got := read(l, "a"); got != "a 2026-02-01" {
		t.Errorf("the dateless name reads %s", got)
	}

	must(t, os.Remove(filepath.Join(dir, "a.zim")))
	reload(t, l, Changes{Removed: []string{"a@2026-01"}})

	write(t, dir, map[string][]byte{"b.zim": edition("b", "2026-03-01")})
	reload(t, l, Changes{Replaced: []string{"b"}})
	if got := read(l, "b"); got != "b 2026-03-01" {
		t.Errorf("after its replacement it reads %s", got)
	}

	write(t, dir, map[string][]byte{"c.zim": []byte("not yet")})
	reload(t, l, Changes{Failed: []string{"c"}})
	reload(t, l, Changes{})

	write(t, dir, map[string][]byte{"c.zim": edition("c", "2026-03-01")})
	reload(t, l, Changes{Added: []string{"c"}})

	must(t, os.RemoveAll(filepath.Join(dir, "b.zim")))
	must(t, os.RemoveAll(filepath.Join(dir, "c.zim")))
	must(t, os.RemoveAll(filepath.Join(dir, "a2.zim")))
	reload(t, l, Changes{Removed: []string{"a", "b", "c"}})
	if l.Ready() {
		t.Error("ready without archives")
	}
	if len(heard) != 7 {
		t.Errorf("heard of %d changes: %+v", len(heard), heard)
	}
}

func TestCallsUnderWayFinishOnTheOldGeneration(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string][]byte{"a.zim": edition("a", "2026-01-01"), "b.zim": edition("b", "2026-01-01")})
	l := opened(t, nil, dir)
	a, releaseA, err := l.Acquire("a")
	must(t, err)
	b, releaseB, err := l.Acquire("b")
	must(t, err)
	write(t, dir, map[string][]byte{"a.zim": edition("a", "2026-02-01")})
	must(t, os.Remove(filepath.Join(dir, "b.zim")))
	reload(t, l, Changes{Removed: []string{"b"}, Replaced: []string{"a"}})
	if got := page(a) + ", " + page(b) + ", " + read(l, "a"); got != "a 2026-01-01, b 2026-01-01, a 2026-02-01" {
		t.Error(got)
	}
	for i, call := range []struct {
		a       *zim.Archive
		release func()
	}{{a, releaseA}, {b, releaseB}} {
		call.release()
		if _, err := call.a.Entry(t.Context(), 0); !errors.Is(err, zim.ErrClosed) {
			t.Errorf("%d: the last release left it open: %v", i, err)
		}
	}
}

// What replaces an archive by rename and cannot be opened does not take the open one away: its bytes are still there.
func TestBadReplacementKeepsTheOldGeneration(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string][]byte{"a.zim": edition("a", "2026-01-01")})
	l := opened(t, nil, dir)
	write(t, dir, map[string][]byte{"a.zim": edition("a", "2026-02-01")[:500]})
	reload(t, l, Changes{Failed: []string{"a"}})
	s, err := l.Status("a")
	if err != nil || !s.Served || s.Reason != Truncated || read(l, "a") != "a 2026-01-01" {
		t.Errorf("%+v, %v, reads %s", s, err, read(l, "a"))
	}
	write(t, dir, map[string][]byte{"a.zim": edition("a", "2026-02-01")})
	reload(t, l, Changes{Replaced: []string{"a"}})
	if s, _ := l.Status("a"); s.Reason != "" || s.Err != nil || read(l, "a") != "a 2026-02-01" {
		t.Errorf("%+v, reads %s", s, read(l, "a"))
	}
}

// A file that is cut or overwritten in place pulls the bytes from under the open archive: it is quarantined under the
// name it had, until it is whole again.
func TestOverwrittenInPlace(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file.zim")
	write(t, dir, map[string][]byte{"file.zim": edition("a", "2026-01-01")})
	l := opened(t, nil, dir)
	must(t, os.Truncate(file, 700))
	reload(t, l, Changes{Failed: []string{"a"}})
	if s, err := l.Status("a"); err != nil || s.Served || s.Reason != Truncated || s.Meta.Title != "About a" {
		t.Errorf("%+v, %v", s, err)
	}
	if _, _, err := l.Acquire("a"); !errors.Is(err, ErrQuarantined) {
		t.Errorf("got %v", err)
	}
	must(t, os.WriteFile(file, edition("a", "2026-02-01"), 0o644))
	reload(t, l, Changes{Added: []string{"a"}})
	if got := read(l, "a"); got != "a 2026-02-01" {
		t.Errorf("reads %s", got)
	}
}

func TestGrowingDownload(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "w_2026-02.zim")
	write(t, dir, map[string][]byte{"w_2026-01.zim": edition("w", "2026-01-01")})
	l := opened(t, nil, dir)
	whole := edition("w", "2026-02-01")
	for n := 0; n < len(whole); n += len(whole)/5 + 1 {
		must(t, os.WriteFile(file, whole[:n], 0o644))
		if _, err := l.Reload(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(refs(l)); got != "[w w@2026-02 truncated]" {
			t.Errorf("%d bytes: %s", n, got)
		}
		if got := read(l, "w"); got != "w 2026-01-01" {
			t.Errorf("%d bytes: reads %s", n, got)
		}
	}
	must(t, os.WriteFile(file, whole, 0o644))
	reload(t, l, Changes{Added: []string{"w@2026-01"}, Replaced: []string{"w"}, Removed: []string{"w@2026-02"}})
}

func TestSplitSetGrows(t *testing.T) {
	dir := t.TempDir()
	b := edition("w", "2026-02-01")
	write(t, dir, map[string][]byte{"s.zimaa": b[:400]})
	l := opened(t, nil, dir)
	if got := fmt.Sprint(refs(l)); got != "[s truncated]" {
		t.Error(got)
	}
	write(t, dir, map[string][]byte{"s.zimab": b[400:]})
	reload(t, l, Changes{Added: []string{"w"}, Removed: []string{"s"}})
	write(t, dir, map[string][]byte{"s.zimab": b[400:600]})
	reload(t, l, Changes{Failed: []string{"w"}})
}

// A directory that cannot be read for a while says nothing about what is in it.
func TestUnreadDirectoryLosesNothing(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string][]byte{"sub/a.zim": edition("a", ""), "b.zim": edition("b", "")})
	l := opened(t, nil, dir)
	seen := look(t.Context(), l.roots, &l.opts)
	seen.files, seen.unread = nil, []key{{0, "sub"}}
	var kept []string
	for _, p := range l.plan(seen, none) {
		kept = append(kept, p.file.rel)
	}
	if !cmp.Equal(kept, []string{"sub/a.zim"}) {
		t.Errorf("kept %q", kept)
	}
}

// What the operator named is looked up again: a directory that was made anew, mounted over, or is a link that leads
// elsewhere now, is served as it is. While it is missing, what is open stays.
func TestDirectoryIsReplaced(t *testing.T) {
	base := t.TempDir()
	link := filepath.Join(base, "served")
	write(t, filepath.Join(base, "one"), map[string][]byte{"a.zim": edition("a", "2026-01-01")})
	write(t, filepath.Join(base, "two"), map[string][]byte{"a.zim": edition("a", "2026-02-01"), "b.zim": edition("b", "2026-02-01")})
	must(t, os.Symlink("one", link))
	l := opened(t, nil, link)

	must(t, os.Remove(link))
	reload(t, l, Changes{Scan: true})
	if err := l.ScanErr(); err == nil || !strings.Contains(err.Error(), link) {
		t.Errorf("ScanErr does not name the directory: %v", err)
	}
	if got := read(l, "a"); got != "a 2026-01-01" {
		t.Errorf("while the directory is missing, a reads %s", got)
	}
	reload(t, l, Changes{})

	must(t, os.Symlink("two", link))
	reload(t, l, Changes{Added: []string{"b"}, Replaced: []string{"a"}, Scan: true})
	if got := read(l, "a"); got != "a 2026-02-01" || l.ScanErr() != nil {
		t.Errorf("a reads %s, ScanErr %v", got, l.ScanErr())
	}
}

func TestReloadEndsWithItsContext(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string][]byte{"a.zim": edition("a", "")})
	l := opened(t, nil, dir)
	write(t, dir, map[string][]byte{"b.zim": edition("b", "")})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if c, err := l.Reload(ctx); !errors.Is(err, context.Canceled) || !c.Empty() || !cmp.Equal(refs(l), []string{"a"}) {
		t.Errorf("%+v, %v, %q", c, err, refs(l))
	}
	if _, err := Open(ctx, []string{dir}, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	reload(t, l, Changes{Added: []string{"b"}})
}

// Readers see whole archives, each of the one name they asked for, while files come, go and are replaced.
func TestReadersDuringReloads(t *testing.T) {
	dir := t.TempDir()
	files := map[string][]byte{"fixed.zim": edition("fixed", "2026-01-01")}
	for i := range 4 {
		files[fmt.Sprintf("m%d.zim", i)] = edition(fmt.Sprintf("m%d", i), "2026-01-01")
	}
	write(t, dir, files)
	l := opened(t, &Options{Verify: zim.CheckQuick}, dir)
	var stop atomic.Bool
	var reads, missing atomic.Int64
	var readers sync.WaitGroup
	for r := range 8 {
		readers.Go(func() {
			for i := r; !stop.Load(); i++ {
				name := []string{"fixed", "m0", "m1", "m2", "m3"}[i%5]
				a, release, err := l.Acquire(name)
				if err != nil {
					missing.Add(1)
					if name == "fixed" || !errors.Is(err, ErrUnknownArchive) {
						t.Errorf("%s: %v", name, err)
					}
					continue
				}
				for range 3 {
					if got := page(a); !strings.HasPrefix(got, name+" 20") {
						t.Errorf("%s reads %s", name, got)
					}
				}
				release()
				reads.Add(1)
				l.All()
				l.ReportError(name, zim.ErrNotFound)
			}
		})
	}
	var reloaders sync.WaitGroup
	for r := range 2 {
		reloaders.Go(func() {
			for i := range 30 {
				name := fmt.Sprintf("m%d", 2*r+i%2)
				if i%5 == 4 {
					os.Remove(filepath.Join(dir, name+".zim"))
				} else {
					write(t, dir, map[string][]byte{name + ".zim": edition(name, fmt.Sprintf("20%02d-01-01", i))})
				}
				if _, err := l.Reload(t.Context()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	reloaders.Wait()
	time.Sleep(20 * time.Millisecond)
	stop.Store(true)
	readers.Wait()
	t.Logf("%d reads, %d times gone", reads.Load(), missing.Load())
	if n := openGenerations(l); n != 0 {
		t.Errorf("%d generations are held by nobody", n)
	}
}

// openGenerations counts the callers that the current set's generations still count.
func openGenerations(l *Library) (held int64) {
	for _, n := range l.current.Load().all {
		if n.gen != nil && n.gen.verdict.Load().done {
			held += n.gen.refs.Load() - 1
		}
	}
	return held
}
