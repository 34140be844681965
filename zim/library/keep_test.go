package library

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/openzim-mcp/openzim-mcp/zim"
)

// fast is the default timing, a hundred times faster.
func fast() timing {
	t := defaultTiming
	t.firstRetry, t.lastRetry, t.pause = 50*time.Millisecond, 200*time.Millisecond, 10*time.Millisecond
	t.window, t.quarantine = 600*time.Millisecond, 600*time.Millisecond
	return t
}

func damage(place int64) error {
	return &zim.FormatError{Part: "cluster", Offset: place, Entry: -1, Cluster: place, Reason: "test", Kind: zim.ErrCorrupt}
}

// short is a read that the file was too small for.
func short(place int64) error {
	return &zim.FormatError{Part: "file", Offset: place, Entry: -1, Cluster: -1, Reason: "test", Kind: zim.ErrTruncated}
}

var errDisk = &fs.PathError{Op: "read", Path: "a.zim", Err: syscall.EIO}

func TestThreeFailuresQuarantineForAWhile(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string][]byte{"a.zim": edition("a", "2026-01-01"), "b.zim": edition("b", "2026-01-01")})
	l := openedTimed(t, nil, fast(), dir)
	held, release, err := l.Acquire("a")
	must(t, err)
	for _, err := range []error{errDisk, short(1), errDisk} {
		if got := fmt.Sprint(refs(l)); got != "[a b]" {
			t.Errorf("too early: %s", got)
		}
		l.ReportError("a", err)
	}
	start := time.Now()
	eventually(t, time.Second, func() string { return want(refs(l), []string{"a read_failures", "b"}) })
	if got := read(l, "a"); got != "archive is read_failures: input/output error" {
		t.Errorf("reads %s", got)
	}
	if got := page(held); got != "a 2026-01-01" {
		t.Errorf("a call under way reads %s", got)
	}
	eventually(t, 5*time.Second, func() string { return want(refs(l), []string{"a", "b"}) })
	if took := time.Since(start); took < 500*time.Millisecond {
		t.Errorf("back after %v", took)
	}
	release()
	if got := read(l, "a"); got != "a 2026-01-01" {
		t.Errorf("after healing it reads %s", got)
	}
}

// Where a read comes up short counts once, however often it is asked for.
func TestOneShortReadCountsOnce(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string][]byte{"a.zim": edition("a", "2026-01-01")})
	l := openedTimed(t, nil, fast(), dir)
	for range 20 {
		l.ReportError("a", short(1))
		l.ReportError("a", short(2))
		l.ReportError("a", zim.ErrNotFound)
		time.Sleep(time.Millisecond)
	}
	if got := fmt.Sprint(refs(l)); got != "[a]" {
		t.Fatalf("got %s", got)
	}
	l.ReportError("a", short(3))
	eventually(t, time.Second, func() string { return want(refs(l), []string{"a read_failures"}) })
}

func TestOldFailuresAreForgotten(t *testing.T) {
	now := time.Unix(0, 0)
	l := &Library{timing: timing{now: func() time.Time { return now }, window: time.Minute}}
	var list []failure
	for i, at := range []int{0, 30, 59, 61, 95, 200} {
		now = time.Unix(int64(at), 0)
		list = l.count(list, errDisk)
		if want := []int{1, 2, 3, 3, 3, 1}[i]; len(list) != want {
			t.Errorf("at %d s: %d failures, want %d", at, len(list), want)
		}
	}
}

// A file that is cut while it is read: the first failed read, reported, is enough.
func TestTruncatedWhileReading(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "a.zim")
	b := edition("a", "2026-01-01")
	write(t, dir, map[string][]byte{"a.zim": b})
	l := openedTimed(t, nil, fast(), dir)
	must(t, os.Truncate(file, 300))
	a, release, err := l.Acquire("a")
	must(t, err)
	_, err = a.Entry(t.Context(), 0)
	release()
	if err == nil {
		t.Fatal("a file of 300 bytes can be read")
	}
	start := time.Now()
	l.ReportError("a", err)
	eventually(t, time.Second, func() string { return want(refs(l), []string{"a truncated"}) })
	t.Logf("noticed after %v", time.Since(start))
	must(t, os.WriteFile(file, b, 0o644))
	eventually(t, 2*time.Second, func() string { return want(read(l, "a"), "a 2026-01-01") }) // without Watch or Reload
}

// A file replaced in place by another archive is opened anew at the first error.
func TestOverwrittenWhileReading(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string][]byte{"a.zim": edition("a", "2026-01-01")})
	l := openedTimed(t, nil, fast(), dir)
	must(t, os.WriteFile(filepath.Join(dir, "a.zim"), edition("a", "2026-02-01 and more"), 0o644))
	l.ReportError("a", damage(7))
	eventually(t, time.Second, func() string { return want(read(l, "a"), "a 2026-02-01 and more") })
}

func TestBrokenFileIsLookedAtAgain(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string][]byte{"a.zim": []byte("not yet")})
	l := openedTimed(t, nil, fast(), dir)
	write(t, dir, map[string][]byte{"a.zim": edition("a", "2026-01-01")})
	eventually(t, 2*time.Second, func() string { return want(read(l, "a"), "a 2026-01-01") })
}

func TestRetriesSlowDown(t *testing.T) {
	now := time.Unix(1000, 0)
	timing := defaultTiming
	timing.now = func() time.Time { return now }
	var waits []string
	r := retry{}
	for range 9 {
		r = r.later(timing)
		waits = append(waits, r.at.Sub(now).String())
	}
	if got := fmt.Sprint(waits); got != "[5s 10s 20s 40s 1m20s 2m40s 5m0s 5m0s 5m0s]" {
		t.Error(got)
	}
	if r.due(now) || !r.due(r.at) || (retry{}).due(now) {
		t.Error("due at the wrong time")
	}
}

func TestFloodOfReportsIsBounded(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string][]byte{"a.zim": edition("a", "2026-01-01")})
	l := openedTimed(t, nil, fast(), dir)
	start := time.Now()
	for range 100_000 {
		l.ReportError("a", damage(1))
	}
	if took := time.Since(start); took > time.Minute {
		t.Errorf("took %v", took)
	}
}
