package glass_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/openzim-mcp/openzim-mcp/zim/internal/glass"
)

// TestManyReaders dumps indexes from many goroutines at once, with caches from none to ample
// that they share, and expects the same from all.
func TestManyReaders(t *testing.T) {
	for _, size := range []int64{-1, 80 << 10, 1 << 20, 0} {
		cache := glass.NewCache(&glass.CacheOptions{MaxBytes: size})
		var wg sync.WaitGroup
		for _, name := range []string{"titles", "words"} {
			x := fixtureBlob(t, name).open(t, &glass.Options{Cache: cache})
			want := dump(t, x)
			for range 4 {
				wg.Go(func() {
					if got := dump(t, x); !slices.Equal(got, want) {
						t.Errorf("%s: another dump with a cache of %d bytes", name, size)
					}
				})
			}
		}
		wg.Wait()
		if st := cache.Stats(); st.Bytes > max(size, 0) && size != 0 {
			t.Errorf("the cache holds %d bytes of %d", st.Bytes, size)
		}
	}
}

// TestCloseDuringReads closes an index under its readers. They end, with ErrClosed if they
// had to read, and nothing of the index stays in the cache.
func TestCloseDuringReads(t *testing.T) {
	data := fixture(t, "titles")
	for range 20 {
		cache := glass.NewCache(&glass.CacheOptions{MaxBytes: 200 << 10})
		x, err := glass.New(t.Context(), bytes.NewReader(data), int64(len(data)), &glass.Options{Cache: cache})
		if err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				terms := x.Terms(context.Background(), nil)
				for terms.Next() {
					p, err := x.Postings(context.Background(), terms.Term(), nil)
					for err == nil && p.Next() {
						x.Data(context.Background(), p.DocID(), nil)
					}
				}
				if err := terms.Err(); err != nil && !errors.Is(err, glass.ErrClosed) {
					t.Error(err)
				}
			})
		}
		x.Close()
		wg.Wait()
		if st := cache.Stats(); st.Bytes != 0 {
			t.Fatalf("%d bytes stay in the cache", st.Bytes)
		}
		if err := x.Close(); !errors.Is(err, glass.ErrClosed) {
			t.Errorf("closed twice: %v", err)
		}
	}
}

// A slowReader counts reads, takes its time, and fails from a certain read on.
type slowReader struct {
	io.ReaderAt
	wait  time.Duration
	fails int64  // 0 for never
	third func() // called at the third read from then on that it is set
	n     atomic.Int64
	since atomic.Int64 // reads since third was set
}

var errDisk = errors.New("the disk is gone")

func (r *slowReader) ReadAt(p []byte, off int64) (int, error) {
	time.Sleep(r.wait)
	if n := r.n.Add(1); r.fails > 0 && n >= r.fails {
		return 0, errDisk
	}
	if r.third != nil && r.since.Add(1) == 3 {
		r.third()
	}
	return r.ReaderAt.ReadAt(p, off)
}

// TestOneReadForAll asks for the same term from many goroutines: each block is read once.
func TestOneReadForAll(t *testing.T) {
	data := fixture(t, "titles")
	r := &slowReader{ReaderAt: bytes.NewReader(data), wait: 5 * time.Millisecond}
	x := blob{"titles", r, int64(len(data))}.open(t, nil)
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			if st, err := x.Term(t.Context(), []byte("0posanchor")); err != nil || st.TF != 120 {
				t.Errorf("%+v, %v", st, err)
			}
		})
	}
	wg.Wait()
	if n := r.n.Load(); n > 5 {
		t.Errorf("%d reads for the first block and one way down", n)
	}
}

// TestReadErrors lets each read fail in turn. The error comes up, and the next try succeeds.
func TestReadErrors(t *testing.T) {
	data := fixture(t, "titles")
	for fails := int64(1); ; fails++ {
		r := &slowReader{ReaderAt: bytes.NewReader(data), fails: fails}
		x, err := glass.New(t.Context(), r, int64(len(data)), nil)
		if err == nil {
			err = walk(t.Context(), x)
			r.fails = 0
			if again := walk(t.Context(), x); again != nil {
				t.Fatalf("after a failed read: %v", again)
			}
		}
		if err == nil {
			if fails < 5 {
				t.Errorf("only %d reads", fails)
			}
			return
		}
		if !errors.Is(err, errDisk) {
			t.Fatalf("read %d failed: %v", fails, err)
		}
	}
}

// walk reads all terms, postings and lengths.
func walk(ctx context.Context, x *glass.Index) error {
	terms, lengths := x.Terms(ctx, nil), x.Lengths(ctx)
	for terms.Next() {
		p, err := x.Postings(ctx, terms.Term(), nil)
		if err != nil {
			return err
		}
		for p.Next() {
			lengths.Length(p.DocID())
		}
		if err := p.Err(); err != nil {
			return err
		}
	}
	return errors.Join(terms.Err(), lengths.Err())
}

// TestShortFile reads an index whose file has become shorter.
func TestShortFile(t *testing.T) {
	data := fixture(t, "titles")
	x := blob{"titles", bytes.NewReader(data[:4096]), int64(len(data))}.open(t, nil)
	if err := walk(t.Context(), x); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("got %v, want %v", err, io.ErrUnexpectedEOF)
	}
}

// TestCancel ends walks by their context: at once when it is done, and while they wait.
func TestCancel(t *testing.T) {
	data := fixture(t, "titles")
	r := &slowReader{ReaderAt: bytes.NewReader(data), wait: 2 * time.Millisecond}
	x := blob{"titles", r, int64(len(data))}.open(t, &glass.Options{ReadAhead: -1})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r.third = cancel // in the middle of the walk, however busy the machine is
	if err := walk(ctx, x); !errors.Is(err, context.Canceled) {
		t.Errorf("a walk ended with %v", err)
	}
	n := r.n.Load()
	for name, err := range map[string]error{
		"walk": walk(ctx, x),
		"data": second(x.Data(ctx, 1, nil)),
		"new":  second(glass.New(ctx, r, int64(len(data)), nil)),
	} {
		if err != nil && !errors.Is(err, context.Canceled) || err == nil && name != "data" {
			t.Errorf("%s with a context that is done: %v", name, err)
		}
	}
	if r.n.Load() != n {
		t.Error("something was read for a caller that is gone")
	}
}

func second[T any](_ T, err error) error { return err }

// TestReadAhead walks a table: after its first leaves several are read at once, and none twice.
func TestReadAhead(t *testing.T) {
	data := fixture(t, "titles")
	for ahead, most := range map[int]uint64{-1: 1000, 0: 12} {
		cache := glass.NewCache(nil)
		x := blob{"titles", bytes.NewReader(data), int64(len(data))}.open(t, &glass.Options{Cache: cache, ReadAhead: ahead})
		e := x.Entries(t.Context(), glass.Postlist, nil)
		for e.Next() {
		}
		st := cache.Stats()
		if e.Err() != nil || st.Reads > most || st.ReadBytes > uint64(len(data)) || (st.ReadAhead > 0) != (ahead == 0) {
			t.Errorf("read ahead %d: %+v, %v", ahead, st, e.Err())
		}
	}
}

// TestResize makes a full cache smaller.
func TestResize(t *testing.T) {
	cache := glass.NewCache(nil)
	x := fixtureBlob(t, "titles").open(t, &glass.Options{Cache: cache})
	if err := walk(t.Context(), x); err != nil {
		t.Fatal(err)
	}
	before := cache.Stats()
	cache.Resize(8 << 10)
	if st := cache.Stats(); st.Bytes > 8<<10 || st.Evictions == 0 || before.Bytes <= 8<<10 || before.Pages != 1 {
		t.Errorf("before %+v, after %+v", before, st)
	}
	if err := walk(t.Context(), x); err != nil {
		t.Error(err)
	}
}

// TestSteadyAllocations shows that walking and skipping allocate nothing, however long the lists.
func TestSteadyAllocations(t *testing.T) {
	x := fixtureBlob(t, "titles").open(t, nil)
	p, err := x.Postings(t.Context(), []byte("0posanchor"), nil)
	if err != nil {
		t.Fatal(err)
	}
	lengths, values := x.Lengths(t.Context()), x.Values(t.Context(), 0, nil)
	at := x.Positions(t.Context(), []byte("0posanchor"), nil)
	read := func() {
		p, _ = x.Postings(t.Context(), []byte("0posanchor"), p)
		for p.Next() {
			lengths.Length(p.DocID())
			values.Value(p.DocID())
			at.At(p.DocID())
		}
	}
	read()
	if n := testing.AllocsPerRun(10, read); n > 0 {
		t.Errorf("%v allocations in a walk of %d postings", n, p.Count())
	}
	if err := errors.Join(p.Err(), lengths.Err(), values.Err(), at.Err()); err != nil || p.Count() != 120 {
		t.Errorf("%d postings, %v", p.Count(), err)
	}
}
