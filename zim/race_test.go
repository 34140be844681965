package zim_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// A workload knows what an archive holds and uses it in every way at once.
type workload struct {
	name string
	b    []byte
	list []content
	all  uint32
	main int64
}

func newWorkload(t *testing.T, name string, b []byte) *workload {
	t.Helper()
	f, _ := mustFacts(t, mustOpen(t, b, nil))
	return &workload{name, b, contents(t, b), uint32(f.Counts[0]), f.Main}
}

func workloads(t *testing.T) (list []*workload) {
	t.Helper()
	for _, s := range zimtest.Samples() {
		switch s.Name {
		case "5.0 xz", "6.1 small clusters", "6.1 no v1", "6.2 aliases", "6.3 mixed clusters", "5.0 zstd level 22":
			list = append(list, newWorkload(t, s.Name, s.Archive.Bytes()))
		}
	}
	return list
}

// act does one thing of many and checks what comes out.
func (w *workload) act(ctx context.Context, a *zim.Archive, r *rand.Rand) error {
	switch r.IntN(9) {
	case 0:
		return w.entries(ctx, a)
	case 1:
		return w.byCluster(ctx, a)
	case 2:
		return firstError(a.Articles(ctx))
	case 3:
		return firstError(a.Verify(ctx, zim.CheckQuick))
	case 4:
		return w.others(ctx, a, r)
	default:
		return checkContent(ctx, a, w.list, r.IntN(10_000))
	}
}

func (w *workload) entries(ctx context.Context, a *zim.Archive) error {
	n := uint32(0)
	for e, err := range a.Entries(ctx, 0) {
		if err != nil {
			return err
		}
		if e.Index() != n {
			return fmt.Errorf("entry %d comes at %d", e.Index(), n)
		}
		n++
	}
	if n != w.all {
		return fmt.Errorf("%d entries, want %d", n, w.all)
	}
	return nil
}

func (w *workload) byCluster(ctx context.Context, a *zim.Archive) error {
	for it, err := range a.ByCluster(ctx) {
		if err != nil {
			return err
		}
		got, err := it.Bytes(ctx)
		if err != nil {
			return err
		}
		for _, c := range w.list {
			if c.ns == it.Entry().Namespace() && c.path == it.Entry().Path() && !bytes.Equal(c.data, got) {
				return fmt.Errorf("%c/%s has other bytes in cluster order", c.ns, c.path)
			}
		}
	}
	return nil
}

func (w *workload) others(ctx context.Context, a *zim.Archive, r *rand.Rand) error {
	e, err := a.MainPage(ctx)
	if err != nil || int64(e.Index()) != w.main {
		return errors.Join(err, fmt.Errorf("main page %d, want %d", e.Index(), w.main))
	}
	if _, err := a.Counts(ctx); err != nil {
		return err
	}
	if _, err := a.Random(ctx, r); err != nil {
		return err
	}
	if _, err := a.Lookup(ctx, "no such path"); !errors.Is(err, zim.ErrNotFound) {
		return fmt.Errorf("a miss: %w", err)
	}
	if _, err := a.LookupTitle(ctx, "Zebra"); err != nil {
		return err
	}
	a.Info()
	_, err = a.Illustrations(ctx)
	return err
}

// run starts n goroutines that act until the time is over, and returns the first error.
func run(ctx context.Context, n int, act func(r *rand.Rand) error) error {
	var wg sync.WaitGroup
	var acts atomic.Int64
	errs := make(chan error, n)
	for i := range n {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(uint64(i), 7))
			for ctx.Err() == nil {
				if err := act(r); err != nil {
					errs <- err
					return
				}
				acts.Add(1)
			}
		})
	}
	wg.Wait()
	close(errs)
	if acts.Load() < int64(n) {
		return errors.Join(fmt.Errorf("only %d acts of %d goroutines", acts.Load(), n), <-errs)
	}
	return <-errs
}

const raceTime = 700 * time.Millisecond

// Many goroutines use one archive in every way.
func TestRaceOneArchive(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	for _, w := range workloads(t) {
		a := mustOpen(t, w.b, &zim.Options{Cache: zim.NewCache(&zim.CacheOptions{MaxBytes: 8 << 10, Dirents: 32, Decoders: 3})})
		ctx, cancel := context.WithTimeout(t.Context(), raceTime/3)
		err := run(ctx, 16, func(r *rand.Rand) error { return w.act(t.Context(), a, r) })
		cancel()
		if err != nil {
			t.Errorf("%s: %v", w.name, err)
		}
	}
}

// Archives that share a cache never get each other's data, though its size changes all the
// time, and it stays within its bound.
func TestRaceSharedCache(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	cache := zim.NewCache(&zim.CacheOptions{MaxBytes: 64 << 10, Dirents: 64})
	list := workloads(t)
	archives := make([]*zim.Archive, len(list))
	for i, w := range list {
		archives[i] = mustOpen(t, w.b, &zim.Options{Cache: cache})
	}
	ctx, cancel := context.WithTimeout(t.Context(), raceTime)
	defer cancel()
	err := run(ctx, 16, func(r *rand.Rand) error {
		if r.IntN(20) == 0 {
			cache.Resize(int64(r.IntN(4)) * 32 << 10)
			cache.Stats()
		}
		i := r.IntN(len(list))
		if err := list[i].act(t.Context(), archives[i], r); err != nil {
			return fmt.Errorf("%s: %w", list[i].name, err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	cache.Resize(32 << 10)
	if s := cache.Stats(); s.Bytes > 32<<10 || s.Bytes < 0 || s.Waiting != 0 {
		t.Errorf("the cache holds %d bytes, %d wait", s.Bytes, s.Waiting)
	}
	for _, a := range archives {
		a.Close()
	}
	if s := cache.Stats(); s.Bytes != 0 {
		t.Errorf("%d bytes are kept of closed archives", s.Bytes)
	}
}

// An archive is closed and opened again and again while others use it: each call is right
// or says that it is closed.
func TestRaceReopen(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	cache := zim.NewCache(nil)
	before := openFileCount(t)
	for _, w := range workloads(t) {
		name := filepath.Join(t.TempDir(), "a.zim")
		if err := os.WriteFile(name, w.b, 0o600); err != nil {
			t.Fatal(err)
		}
		open := func() *zim.Archive {
			a, err := zim.Open(name, &zim.Options{Cache: cache})
			if err != nil {
				t.Fatal(err)
			}
			return a
		}
		var current atomic.Pointer[zim.Archive]
		current.Store(open())
		ctx, cancel := context.WithTimeout(t.Context(), raceTime/3)
		closed := make(chan int)
		go func() {
			n := 0
			for ; ctx.Err() == nil; n++ {
				time.Sleep(time.Millisecond)
				current.Swap(open()).Close()
			}
			closed <- n
		}()
		err := run(ctx, 12, func(r *rand.Rand) error {
			if err := w.act(t.Context(), current.Load(), r); !errors.Is(err, zim.ErrClosed) {
				return err
			}
			return nil
		})
		cancel()
		if n := <-closed; err != nil || n < 1 {
			t.Errorf("%s: %v, reopened %d times", w.name, err, n)
		}
		current.Load().Close()
	}
	if after := openFileCount(t); after != before {
		t.Errorf("%d files are open, before it were %d", after, before)
	}
	if s := cache.Stats(); s.Bytes != 0 {
		// A read that was under way when its archive closed may keep its blob: it goes as others come.
		t.Logf("%d bytes of closed archives are still in the cache", s.Bytes)
	}
}

// Callers who give up at random moments spoil nothing for the others.
func TestRaceCancel(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	w := newWorkload(t, "fault base", faultBase())
	a := mustOpen(t, w.b, &zim.Options{Cache: zim.NewCache(&zim.CacheOptions{MaxBytes: 4 << 10, Dirents: 16, Decoders: 1})})
	ctx, cancel := context.WithTimeout(t.Context(), raceTime)
	defer cancel()
	err := run(ctx, 16, func(r *rand.Rand) error {
		if r.IntN(2) == 0 {
			return w.act(t.Context(), a, r)
		}
		impatient, cancel := context.WithTimeout(t.Context(), time.Duration(r.IntN(300))*time.Microsecond)
		defer cancel()
		if err := w.act(impatient, a, r); err != nil && !errors.Is(err, context.DeadlineExceeded) {
			return err
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
