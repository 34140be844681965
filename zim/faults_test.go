package zim_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// faultBase is an archive with clusters of every kind, small enough to fail at every read.
func faultBase() []byte {
	for _, s := range zimtest.Samples() {
		if s.Name == "6.3 mixed clusters" {
			return s.Archive.Bytes()
		}
	}
	panic("zimtest has no mixed clusters")
}

// mustFacts reads everything, which must succeed.
func mustFacts(t *testing.T, a *zim.Archive) (facts, question) {
	t.Helper()
	q := ask(a, question{})
	f, err := factsOf(t.Context(), a, q)
	if err != nil {
		t.Fatal(err)
	}
	return f, q
}

// One read fails, each in turn: the call that needed it says so, and the next is as if
// nothing had been. Nothing wrong is kept.
func TestFaultOfEveryRead(t *testing.T) {
	b := faultBase()
	q := ask(mustOpen(t, b, nil), question{})
	q.Paths, q.Titles = q.Paths[:30], q.Titles[:6]
	want, err := factsOf(t.Context(), mustOpen(t, b, nil), q)
	if err != nil {
		t.Fatal(err)
	}
	var reads, failAt atomic.Int64
	r := &zimtest.Faulty{Data: b, Fail: func(int64) error {
		if reads.Add(1) == failAt.Load() {
			return syscall.EIO
		}
		return nil
	}}
	opts := &zim.Options{Cache: zim.NewCache(nil)}
	met := 0
	for n := int64(1); ; n++ {
		reads.Store(0)
		failAt.Store(n)
		a, err := zim.NewReader(r, int64(len(b)), opts)
		if err != nil {
			if !errors.Is(err, syscall.EIO) {
				t.Fatalf("read %d fails, open: %v", n, err)
			}
			continue
		}
		_, err = factsOf(t.Context(), a, q)
		if err != nil && !errors.Is(err, syscall.EIO) {
			t.Fatalf("read %d fails: %v", n, err)
		}
		if err != nil {
			met++
		}
		if reads.Load() < n {
			break
		}
		got, err := factsOf(t.Context(), a, q)
		if err != nil {
			t.Fatalf("after read %d failed: %v", n, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("after read %d failed (-want +got):\n%s", n, diff)
		}
		a.Close()
	}
	t.Logf("%d failures met", met)
	if met < 50 {
		t.Errorf("only %d failures met", met)
	}
}

// A disk that goes away is what every call says.
func TestFaultForGood(t *testing.T) {
	b := faultBase()
	var broken atomic.Bool
	r := &zimtest.Faulty{Data: b, Fail: func(int64) error {
		if broken.Load() {
			return syscall.EIO
		}
		return nil
	}}
	a, err := zim.NewReader(r, int64(len(b)), nil)
	if err != nil {
		t.Fatal(err)
	}
	broken.Store(true)
	for name, call := range calls(a) {
		if err := call(t.Context()); !errors.Is(err, syscall.EIO) {
			t.Errorf("%s: %v, want %v", name, err, syscall.EIO)
		}
	}
}

// calls are the ways to read that need the file when nothing is cached.
func calls(a *zim.Archive) map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"Lookup":       func(ctx context.Context) error { _, err := a.Lookup(ctx, "main.html"); return err },
		"LookupTitle":  func(ctx context.Context) error { _, err := a.LookupTitle(ctx, "Zebra"); return err },
		"Entry":        func(ctx context.Context) error { _, err := a.Entry(ctx, 3); return err },
		"MainPage":     func(ctx context.Context) error { _, err := a.MainPage(ctx); return err },
		"Metadata":     func(ctx context.Context) error { _, err := a.Metadata(ctx, "Title"); return err },
		"MetadataKeys": func(ctx context.Context) error { _, err := a.MetadataKeys(ctx); return err },
		"Illustrations": func(ctx context.Context) error {
			_, err := a.Illustrations(ctx)
			return err
		},
		"Counts":          func(ctx context.Context) error { _, err := a.Counts(ctx); return err },
		"NamespaceCounts": func(ctx context.Context) error { _, err := a.NamespaceCounts(ctx); return err },
		"Checksum":        func(ctx context.Context) error { _, err := a.Checksum(ctx); return err },
		"TitleCount":      func(ctx context.Context) error { _, err := a.TitleCount(ctx); return err },
		"Range":           func(ctx context.Context) error { _, _, err := a.Range(ctx, 'C', "a"); return err },
		"Entries":         func(ctx context.Context) error { return firstError(a.Entries(ctx, 0)) },
		"PathPrefix":      func(ctx context.Context) error { return firstError(a.PathPrefix(ctx, 'C', "a")) },
		"Articles":        func(ctx context.Context) error { return firstError(a.Articles(ctx)) },
		"TitlePrefix":     func(ctx context.Context) error { return firstError(a.TitlePrefix(ctx, "Z")) },
		"ByCluster":       func(ctx context.Context) error { return firstError(a.ByCluster(ctx)) },
		"Verify":          func(ctx context.Context) error { return firstError(a.Verify(ctx, zim.CheckAll)) },
		"Verify MD5":      func(ctx context.Context) error { return firstError(a.Verify(ctx, zim.CheckMD5)) },
		"Verify titles":   func(ctx context.Context) error { return firstError(a.Verify(ctx, zim.CheckTitles)) },
	}
}

func firstError[T any](seq func(func(T, error) bool)) (first error) {
	seq(func(_ T, err error) bool {
		first = err
		return err == nil
	})
	return first
}

// A file system that gives less than was asked for leads to an error or to the right bytes.
func TestFaultShortReads(t *testing.T) {
	b := faultBase()
	want, q := mustFacts(t, mustOpen(t, b, nil))
	for _, n := range []int{1, 7, 80, 511, 512, 4095, 4096, len(b)} {
		a, err := zim.NewReader(&zimtest.Faulty{Data: b, Short: n}, int64(len(b)), nil)
		var got facts
		if err == nil {
			got, err = factsOf(t.Context(), a, q)
		}
		switch {
		case err != nil && !errors.Is(err, zim.ErrTruncated):
			t.Errorf("%d bytes at most: %v", n, err)
		case err == nil:
			got.Sound = want.Sound // the MD5 is not, when the file seems shorter than it is
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%d bytes at most (-want +got):\n%s", n, diff)
			}
		}
	}
}

// A reader that ends before it said so is a truncated archive, wherever it ends.
func TestFaultEarlyEnd(t *testing.T) {
	b := faultBase()
	q := ask(mustOpen(t, b, nil), question{})
	cache := zim.NewCache(nil)
	for end := int64(1); end < int64(len(b)); end += 13 {
		a, err := zim.NewReader(&zimtest.Faulty{Data: b, End: end}, int64(len(b)), &zim.Options{Cache: cache})
		if err == nil {
			_, err = factsOf(t.Context(), a, q)
			a.Close()
		}
		if !errors.Is(err, zim.ErrTruncated) {
			t.Errorf("ends at %d: %v, want %v", end, err, zim.ErrTruncated)
		}
	}
}

// Who gives up while a slow disk is read waits for that one read, and no other is begun.
func TestFaultDelayAndCancel(t *testing.T) {
	b := faultBase()
	var reads atomic.Int64
	var atFirst atomic.Pointer[func()]
	r := &zimtest.Faulty{Data: b, Delay: time.Millisecond, Seen: func(int64, int) {
		if reads.Add(1) == 1 {
			(*atFirst.Load())()
		}
	}}
	call := func(name string, first func(), ctx context.Context) (int64, error) {
		nothing := func() {}
		atFirst.Store(&nothing)
		a, err := zim.NewReader(r, int64(len(b)), nil)
		if err != nil {
			t.Fatal(err)
		}
		defer a.Close()
		atFirst.Store(&first)
		reads.Store(0)
		err = calls(a)[name](ctx)
		return reads.Load(), err
	}
	for name := range calls(nil) {
		all, err := call(name, func() {}, t.Context())
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		n, err := call(name, cancel, ctx)
		cancel()
		if all > 1 && !errors.Is(err, context.Canceled) || n != 1 {
			t.Errorf("%s: %v after %d of %d reads, the first of which was cancelled", name, err, n, all)
		}
	}
}

// With a ctx that has ended nothing is read.
func TestFaultCancelledBefore(t *testing.T) {
	b := faultBase()
	var reads atomic.Int64
	r := &zimtest.Faulty{Data: b, Seen: func(int64, int) { reads.Add(1) }}
	a, err := zim.NewReader(r, int64(len(b)), nil)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	reads.Store(0)
	for name, call := range calls(a) {
		if err := call(ctx); !errors.Is(err, context.Canceled) || reads.Load() > 0 {
			t.Errorf("%s: %v after %d reads", name, err, reads.Load())
		}
	}
}

// gated holds the reads of one range back until it is opened.
type gated struct {
	io.ReaderAt
	from, to int64
	waiting  chan struct{} // gets a value for each read that waits
	open     chan struct{}
}

func (g *gated) ReadAt(p []byte, off int64) (int, error) {
	if off >= g.from && off < g.to {
		g.waiting <- struct{}{}
		<-g.open
	}
	return g.ReaderAt.ReadAt(p, off)
}

// Many want one cluster, whose reader is stuck: who gives up goes, the others get the data,
// also when it was the one that decoded who gave up.
func TestFaultWaitersOfOneCluster(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	b := zimtest.Archive{Minor: 1, Entries: zimtest.Pages(), MainPage: "C/main.html"}.Bytes()
	g := &gated{ReaderAt: bytes.NewReader(b), waiting: make(chan struct{}, 100), open: make(chan struct{})}
	a, err := zim.NewReader(g, int64(len(b)), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	it := mustItem(t, a, "Zebra")
	want, err := mustItem(t, mustOpen(t, b, nil), "Zebra").Bytes(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	// The frame alone: what waiters read for themselves cannot be given up.
	g.from = int64(bytes.Index(b, []byte("\x28\xb5\x2f\xfd")))
	g.to = g.from + 16
	first, stop := context.WithCancel(t.Context())
	defer stop()
	results := make(chan error, 10)
	read := func(ctx context.Context) {
		got, err := it.Bytes(ctx)
		if err == nil && !bytes.Equal(got, want) {
			err = errors.New("other bytes")
		}
		results <- err
	}
	go read(first)
	<-g.waiting // it is stuck in a read
	for range 4 {
		go read(t.Context())
	}
	impatient, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := it.Bytes(impatient); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("who waits and gives up gets %v", err)
	}
	stop()
	close(g.open)
	for range 5 {
		if err := <-results; err != nil && !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	}
}

func mustItem(t *testing.T, a *zim.Archive, path string) zim.Item {
	t.Helper()
	e, err := a.Lookup(t.Context(), path)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	it, err := e.Resolve(t.Context())
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return it
}

// Close while a hundred read: each read is right or says that the archive is closed, the
// descriptor goes, and nobody stays behind.
func TestFaultCloseDuringReads(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	b := faultBase()
	before := openFileCount(t)
	name := filepath.Join(t.TempDir(), "a.zim")
	put(t, name, b)
	for range 5 {
		a, err := zim.Open(name, nil)
		if err != nil {
			t.Fatal(err)
		}
		want := contents(t, b)
		var wg sync.WaitGroup
		var right, closed atomic.Int64
		started := make(chan struct{}, 100)
		for i := range 100 {
			wg.Go(func() {
				started <- struct{}{}
				for n := i; ; n++ {
					err := checkContent(t.Context(), a, want, n)
					if errors.Is(err, zim.ErrClosed) {
						closed.Add(1)
						return
					}
					if err != nil {
						t.Error(err)
						return
					}
					right.Add(1)
				}
			})
		}
		for range 100 {
			<-started
		}
		time.Sleep(5 * time.Millisecond)
		if err := a.Close(); err != nil {
			t.Error(err)
		}
		wg.Wait()
		if closed.Load() != 100 {
			t.Errorf("%d readers saw it close, %d reads were right", closed.Load(), right.Load())
		}
		for name, call := range calls(a) {
			if err := call(t.Context()); !errors.Is(err, zim.ErrClosed) {
				t.Errorf("%s of a closed archive: %v", name, err)
			}
		}
		if err := a.Close(); !errors.Is(err, zim.ErrClosed) {
			t.Errorf("closed twice: %v", err)
		}
	}
	if after := openFileCount(t); after != before {
		t.Errorf("%d files are open, before it were %d", after, before)
	}
}

// A content is what an item holds.
type content struct {
	ns   byte
	path string
	data []byte
}

// contents reads all items of an archive in memory.
func contents(t *testing.T, b []byte) (list []content) {
	t.Helper()
	a := mustOpen(t, b, nil)
	for e, err := range a.Entries(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		if it, err := e.Item(); err == nil {
			data, err := it.Bytes(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, content{e.Namespace(), e.Path(), data})
		}
	}
	return list
}

// checkContent looks up and reads the nth item, in one of three ways.
func checkContent(ctx context.Context, a *zim.Archive, list []content, n int) error {
	want := list[n%len(list)]
	e, err := a.LookupNS(ctx, want.ns, want.path)
	if err != nil {
		return err
	}
	it, err := e.Item()
	if err != nil {
		return err
	}
	var got []byte
	switch n / len(list) % 3 {
	case 0:
		got, err = it.Bytes(ctx)
	case 1:
		got, err = it.AppendTo(ctx, nil)
	case 2:
		var c *zim.Content
		if c, err = it.Open(ctx); err == nil {
			got, err = io.ReadAll(c)
			c.Close()
		}
	}
	if err == nil && !bytes.Equal(got, want.data) {
		err = fmt.Errorf("%c/%s: %d other bytes", want.ns, want.path, len(got))
	}
	return err
}
