package zim

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// TestTouches decodes up to the blob at first, then the whole cluster, then nothing.
func TestTouches(t *testing.T) {
	for _, compression := range []byte{zimtest.XZ, zimtest.Zstd} {
		a := openBuilt(t, contentCluster(compression, 10, 1000), nil)
		for i, want := range []CacheStats{
			{Misses: 1, PartialDecodes: 1, DecodedBytes: 1000, Bytes: 1000 + overhead},
			{Misses: 1, PartialDecodes: 1, DecodedBytes: 1000, Bytes: 1000 + overhead, Hits: 1},
			{Misses: 2, PartialDecodes: 1, DecodedBytes: 1000 + 10_044, Bytes: 1000 + overhead + 10_044 + overhead, Hits: 1, FullDecodes: 1},
			{Misses: 2, PartialDecodes: 1, DecodedBytes: 1000 + 10_044, Bytes: 1000 + overhead + 10_044 + overhead, Hits: 2, FullDecodes: 1},
		} {
			path := []string{"C/3", "C/3", "C/5", "C/7"}[i]
			if b, err := itemAt(t, a, path).Bytes(bg); err != nil || len(b) != 1000 || b[0] != path[2] {
				t.Fatalf("%s: %d bytes, %v", path, len(b), err)
			}
			want.MaxBytes = defaultCacheBytes
			if got := a.cache.Stats(); got != want {
				t.Errorf("compression %d, touch %d:\ngot  %+v\nwant %+v", compression, i, got, want)
			}
		}
	}
}

// contentCluster has n items of size bytes in one cluster; item i is all of its digit.
func contentCluster(compression byte, n, size int) zimtest.Archive {
	za := zimtest.Archive{Minor: 1, NoCounter: true, NoTitleV0: true, NoTitleV1: true, Compression: compression, ClusterSize: 1 << 30}
	for i := range n {
		za.Entries = append(za.Entries, zimtest.Entry{Path: fmt.Sprint("C/", i), Data: bytes.Repeat([]byte{'0' + byte(i%10)}, size)})
	}
	return za
}

// TestSharedBytes stay as they are when the cache drops them and the archive is closed.
func TestSharedBytes(t *testing.T) {
	a := openBuilt(t, contentCluster(zimtest.Zstd, 4, 5000), nil)
	var kept [][]byte
	for i := range 4 {
		b, err := itemAt(t, a, fmt.Sprint("C/", i)).Bytes(bg)
		if err != nil || cap(b) != len(b) {
			t.Fatalf("%v, room for %d", err, cap(b))
		}
		kept = append(kept, b)
	}
	a.cache.Resize(1)
	a.Close()
	for i, b := range kept {
		if !bytes.Equal(b, bytes.Repeat([]byte{'0' + byte(i)}, 5000)) {
			t.Errorf("item %d has changed", i)
		}
	}
}

// TestOneFlight decodes a cluster at most twice, partly and whole, for 64 who want it at once.
func TestOneFlight(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	for _, compression := range []byte{zimtest.XZ, zimtest.Zstd} {
		b := contentCluster(compression, 64, 20_000).Bytes()
		f := &zimtest.Faulty{Data: b}
		a, err := NewReader(f, int64(len(b)), nil)
		if err != nil {
			t.Fatal(err)
		}
		f.Delay = time.Millisecond
		var wg sync.WaitGroup
		for i := range 64 {
			wg.Go(func() {
				got, err := itemAt(t, a, fmt.Sprint("C/", i)).Bytes(bg)
				if err != nil || !bytes.Equal(got, bytes.Repeat([]byte{'0' + byte(i%10)}, 20_000)) {
					t.Errorf("item %d: %d bytes, %v", i, len(got), err)
				}
			})
		}
		wg.Wait()
		if s := a.cache.Stats(); s.FullDecodes != 1 || s.PartialDecodes != 1 || s.Misses != 2 || s.Hits != 62 || s.Waiting != 0 {
			t.Errorf("compression %d: %+v", compression, s)
		}
		a.Close()
	}
}

// A heldReader stops reads at one place until it is let go.
type heldReader struct {
	zimtest.Faulty
	from  int64
	held  chan struct{} // told of each read that stops
	letGo chan struct{}
}

func (h *heldReader) ReadAt(p []byte, off int64) (int, error) {
	if off == h.from && off > 0 {
		select {
		case h.held <- struct{}{}:
		default:
		}
		<-h.letGo
	}
	return h.Faulty.ReadAt(p, off)
}

// heldArchive stops whoever decodes cluster 0.
func heldArchive(t *testing.T, opts *Options) (*Archive, *heldReader) {
	t.Helper()
	b := contentCluster(zimtest.Zstd, 10, 2000).Bytes()
	h := &heldReader{Faulty: zimtest.Faulty{Data: b}, held: make(chan struct{}, 100), letGo: make(chan struct{})}
	a, err := NewReader(h, int64(len(b)), opts)
	if err != nil {
		t.Fatal(err)
	}
	c, err := a.cluster(bg, 0)
	if err != nil {
		t.Fatal(err)
	}
	h.from = int64(c.data())
	return a, h
}

func waitUntil(t *testing.T, what string, f func() bool) {
	t.Helper()
	for start := time.Now(); !f(); time.Sleep(time.Millisecond) {
		if time.Since(start) > time.Minute {
			t.Fatal(what, "does not happen")
		}
	}
}

// TestWaitersGoOn when the one they wait for fails, when its context ends, and when their own does.
func TestWaitersGoOn(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	a, h := heldArchive(t, nil)
	item := func(i int) Item { return itemAt(t, a, fmt.Sprint("C/", i)) }
	first, second, third := item(1), item(2), item(3)
	leader, stopLeader := context.WithCancel(bg)
	impatient, stopWaiting := context.WithCancel(bg)
	results := make([]chan error, 3)
	start := func(i int, ctx context.Context, it Item) {
		results[i] = make(chan error, 1)
		go func() {
			b, err := it.Bytes(ctx)
			if err == nil && len(b) != 2000 {
				err = errors.New("other data")
			}
			results[i] <- err
		}()
	}
	start(0, leader, first)
	<-h.held // the first decodes
	start(1, impatient, second)
	start(2, bg, third)
	waitUntil(t, "two wait", func() bool { return a.cache.Stats().Waiting == 2 })
	stopWaiting()
	wantKind(t, "a waiter whose context ended", <-results[1], context.Canceled)
	stopLeader()
	close(h.letGo)
	wantKind(t, "the first, whose context ended", <-results[0], context.Canceled)
	wantKind(t, "the waiter that takes over", <-results[2], nil)
	if s := a.cache.Stats(); s.Waiting != 0 || s.Damaged != 0 {
		t.Errorf("%+v", s)
	}
	if n := len(a.cache.slots); n != 0 {
		t.Errorf("%d turns are not given back", n)
	}
}

// TestWaitersWakeOnFailure when the cluster is damaged: all get the error, after one attempt.
func TestWaitersWakeOnFailure(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	b := zimtest.Damage(contentCluster(zimtest.Zstd, 10, 2000).Bytes(), "zstd_reserved_block")
	f := &zimtest.Faulty{Data: b}
	a, err := NewReader(f, int64(len(b)), nil)
	if err != nil {
		t.Fatal(err)
	}
	f.Delay = time.Millisecond
	var wg sync.WaitGroup
	for i := range 64 {
		wg.Go(func() {
			_, err := itemAt(t, a, fmt.Sprint("C/", i%10)).Bytes(bg)
			wantKind(t, "a damaged cluster", err, ErrCorrupt)
		})
	}
	wg.Wait()
	if s := a.cache.Stats(); s.Damaged > 10 || s.Waiting != 0 {
		t.Errorf("%+v", s)
	}
}

// TestNoTurn waits for one to decode until the context ends.
func TestNoTurn(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	a, h := heldArchive(t, &Options{Cache: NewCache(&CacheOptions{Decoders: 1})})
	other := openBuilt(t, pageArchive(nil), &Options{Cache: a.cache})
	it := itemAt(t, a, "C/1")
	done := make(chan error)
	go func() { _, err := it.Bytes(bg); done <- err }()
	<-h.held
	ctx, cancel := context.WithTimeout(bg, 20*time.Millisecond)
	defer cancel()
	zebra := itemAt(t, other, "C/Zebra")
	_, err := zebra.Bytes(ctx)
	wantKind(t, "Bytes without a turn", err, context.DeadlineExceeded)
	_, err = zebra.Size(ctx)
	wantKind(t, "Size without a turn", err, context.DeadlineExceeded)
	for _, err := range other.Verify(ctx, CheckDecode) {
		wantKind(t, "Verify without a turn", err, context.DeadlineExceeded)
	}
	if _, err := itemAt(t, other, "C/data.bin").Bytes(bg); err != nil {
		t.Errorf("an uncompressed item needs no turn: %v", err)
	}
	close(h.letGo)
	wantKind(t, "the one who had it", <-done, nil)
	if _, err := zebra.Bytes(bg); err != nil {
		t.Error(err)
	}
}

// TestDamagedList does not decode a damaged cluster again and again, but the part in front
// of the damage, and all of it when the time is over.
func TestDamagedList(t *testing.T) {
	data := repeated(200_000)
	payload := zimtest.Payload(false, []byte("in front"), data, []byte("behind"))
	frame := zimtest.ZstdFrame(payload, 0)
	frame = frame[:len(frame)*2/3] // the second blob ends early
	za := zimtest.Archive{Minor: 1, NoCounter: true, NoTitleV0: true, NoTitleV1: true, OldLayout: true, NoChecksum: true, Entries: []zimtest.Entry{
		zimtest.Page("C/a", "", ""), zimtest.Page("C/b", "", ""), {Path: "C/x", Frame: frame, Compression: zimtest.Zstd, Blob: 0}}}
	for blob, kind := range map[uint32]error{0: nil, 1: ErrCorrupt, 2: ErrCorrupt, 3: ErrCorrupt} {
		za.Entries[2].Blob = blob
		b := za.Bytes()
		reads := 0
		f := &zimtest.Faulty{Data: b, Seen: func(int64, int) { reads++ }}
		a, err := NewReader(f, int64(len(b)), nil)
		if err != nil {
			t.Fatal(err)
		}
		it := itemAt(t, a, "C/x")
		var counts []int
		for range 5 {
			reads = 0
			_, err := it.Bytes(bg)
			if kind != nil && errors.Is(err, ErrTruncated) {
				err = ErrCorrupt
			}
			wantKind(t, fmt.Sprint("blob ", blob), err, kind)
			counts = append(counts, reads)
		}
		if counts[4] > 1 || kind != nil && a.cache.Stats().Damaged > 2 {
			t.Errorf("blob %d: %v reads, %+v", blob, counts, a.cache.Stats())
		}
		k := cacheKey{a.id, it.Cluster(), wholeCluster}
		if d, ok := a.cache.damaged[k.shard()].Get(k); ok != (kind != nil) {
			t.Errorf("blob %d: listed as damaged: %v", blob, ok)
		} else if ok {
			d.until = time.Now().Add(-time.Second)
			a.cache.damaged[k.shard()].Add(k, d)
			before := a.cache.Stats().Damaged
			it.Bytes(bg)
			if a.cache.Stats().Damaged == before {
				t.Errorf("blob %d is not tried again", blob)
			}
		}
	}
}
