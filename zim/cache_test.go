package zim

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"

	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// held adds up what the cache really holds.
func (c *Cache) held() (n int64) {
	for i := range c.shards {
		s := &c.shards[i]
		s.mu.Lock()
		for _, v := range s.values {
			n += int64(cap(v.blob)) + overhead
			if v.payload != nil {
				n += int64(cap(v.payload.data))
			}
		}
		s.mu.Unlock()
	}
	return n
}

// manyClusters has n items, each in a cluster of its own of size bytes.
func manyClusters(n, size int) zimtest.Archive {
	za := zimtest.Archive{Minor: 1, NoCounter: true, NoTitleV0: true, NoTitleV1: true}
	for i := range n {
		za.Entries = append(za.Entries, zimtest.Entry{Path: fmt.Sprintf("C/%04d", i), Data: make([]byte, size), Alone: true, Compression: zimtest.Zstd})
	}
	return za
}

// TestCacheBound holds under load from many goroutines, and through changes of the bound.
func TestCacheBound(t *testing.T) {
	const most = 1 << 20
	cache := NewCache(&CacheOptions{MaxBytes: most})
	b := manyClusters(200, 20_000).Bytes()
	x, y := openBytes(t, b, &Options{Cache: cache}), openBytes(t, b, &Options{Cache: cache})
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(uint64(g), 0))
			for range 400 {
				a := x
				if r.IntN(2) == 0 {
					a = y
				}
				if _, err := itemAt(t, a, fmt.Sprintf("C/%04d", r.IntN(200))).Bytes(bg); err != nil {
					t.Error(err)
					return
				}
				if n := cache.Stats().Bytes; n > most+9*20_300 { // what eight goroutines just put in
					t.Errorf("%d bytes held", n)
					return
				}
				if g == 0 && r.IntN(100) == 0 {
					cache.Resize(int64(1+r.IntN(4)) * most / 4)
				}
			}
		})
	}
	wg.Wait()
	cache.Resize(most)
	s := cache.Stats()
	if n := cache.held(); n != s.Bytes || n > most || s.Evictions == 0 || s.MaxBytes != most {
		t.Errorf("%d bytes held, %+v", n, s)
	}
	x.Close()
	if y.Close(); cache.held() != 0 || cache.Stats().Bytes != 0 {
		t.Errorf("after closing %d bytes held, %+v", cache.held(), cache.Stats())
	}
}

func TestCacheResize(t *testing.T) {
	a := openBuilt(t, manyClusters(50, 10_000), &Options{Cache: NewCache(&CacheOptions{MaxBytes: 10 << 20})})
	for i := range 50 {
		if _, err := itemAt(t, a, fmt.Sprintf("C/%04d", i)).Bytes(bg); err != nil {
			t.Fatal(err)
		}
	}
	if s := a.cache.Stats(); s.Bytes != 50*(10_000+overhead) {
		t.Errorf("%+v", s)
	}
	for _, n := range []int64{1 << 20, 200_000, 100_000, 10_000, 1, 0, -1} {
		a.cache.Resize(n)
		if s := a.cache.Stats(); s.Bytes > max(n, 0) || s.Bytes != a.cache.held() || s.MaxBytes != max(n, 0) {
			t.Errorf("%d: %+v, %d held", n, s, a.cache.held())
		}
	}
	if _, err := itemAt(t, a, "C/0001").Bytes(bg); err != nil || a.cache.held() != 0 {
		t.Errorf("without a cache: %v, %d held", err, a.cache.held())
	}
	a.cache.Resize(1 << 20)
	if _, err := itemAt(t, a, "C/0001").Bytes(bg); err != nil || a.cache.held() == 0 {
		t.Errorf("with one again: %v, %d held", err, a.cache.held())
	}
}

// TestCacheEviction drops what was used least, and keeps what is used.
func TestCacheEviction(t *testing.T) {
	a := openBuilt(t, manyClusters(100, 10_000), &Options{Cache: NewCache(&CacheOptions{MaxBytes: 400_000})})
	for i := range 100 {
		for _, p := range []string{"C/0000", fmt.Sprintf("C/%04d", i)} {
			if _, err := itemAt(t, a, p).Bytes(bg); err != nil {
				t.Fatal(err)
			}
		}
	}
	if s := a.cache.Stats(); s.Misses > 110 || s.Hits < 90 {
		t.Errorf("an item in use was evicted again and again: %+v", s)
	}
}

// TestCacheLargeValues keeps nothing of more than an eighth.
func TestCacheLargeValues(t *testing.T) {
	for _, tc := range []struct {
		size int
		kept bool
	}{{100_000 - overhead, true}, {100_000 - overhead + 1, false}, {700_000, false}} {
		a := openBuilt(t, manyClusters(1, tc.size), &Options{Cache: NewCache(&CacheOptions{MaxBytes: 800_000})})
		for range 3 {
			if _, err := itemAt(t, a, "C/0000").Bytes(bg); err != nil {
				t.Fatal(err)
			}
		}
		if got := a.cache.held() > 0; got != tc.kept {
			t.Errorf("%d bytes: kept is %v", tc.size, got)
		}
	}
}

// TestCacheKeepsArchivesApart although their clusters have the same numbers.
func TestCacheKeepsArchivesApart(t *testing.T) {
	cache := NewCache(nil)
	for round := range 3 {
		for i := range 5 {
			za := zimtest.Archive{Minor: 1, Entries: []zimtest.Entry{zimtest.Page("C/a", "", fmt.Sprint("archive ", i))}}
			a := openBuilt(t, za, &Options{Cache: cache})
			for range 3 {
				if b, err := itemAt(t, a, "C/a").Bytes(bg); err != nil || string(b) != fmt.Sprint("archive ", i) {
					t.Errorf("archive %d: %q, %v", i, b, err)
				}
				if e, err := a.Entry(bg, 0); err != nil || e.Path() != "a" {
					t.Errorf("archive %d: %q, %v", i, e.Path(), err)
				}
			}
			if round > 0 {
				a.Close()
			}
		}
	}
}

// TestDirentCache is bounded by entries, and leaves long ones out.
func TestDirentCache(t *testing.T) {
	c := NewCache(&CacheOptions{Dirents: 160})
	for i := range uint32(1000) {
		c.keepDirent(1, i, &dirent{path: "x"})
	}
	kept := 0
	for i := range uint32(1000) {
		if _, ok := c.dirent(1, i); ok {
			kept++
		}
	}
	if kept == 0 || kept > 160 {
		t.Errorf("%d dirents are kept", kept)
	}
	if _, ok := c.dirent(2, 999); ok {
		t.Error("another archive's")
	}
	c.keepDirent(1, 5000, &dirent{path: string(make([]byte, maxCachedDirent)), title: "x"})
	if _, ok := c.dirent(1, 5000); ok {
		t.Error("a long one is kept")
	}
}

func TestCacheDefaults(t *testing.T) {
	for _, o := range []*CacheOptions{nil, {}} {
		c := NewCache(o)
		if s := c.Stats(); s != (CacheStats{MaxBytes: 64 << 20}) {
			t.Errorf("%+v", s)
		}
		if cap(c.slots) != runtime.GOMAXPROCS(0) {
			t.Errorf("%d decodes at once", cap(c.slots))
		}
	}
	if s := NewCache(&CacheOptions{MaxBytes: -1}).Stats(); s.MaxBytes != 0 {
		t.Errorf("%+v", s)
	}
}

// TestFreelists keep as many decoders as may run at once, and no more.
func TestFreelists(t *testing.T) {
	made := 0
	f := newFreelist(2, func(chan int) int { made++; return made })
	x, y, z := f.get(), f.get(), f.get()
	f.put(x)
	f.put(y)
	f.put(z)
	if made != 3 || len(f.free) != 2 {
		t.Errorf("%d made, %d kept", made, len(f.free))
	}
	if f.get() != x || f.get() != y || f.get() != 4 {
		t.Error("the kept ones are not used first")
	}
}

// TestDecodersAreReused for clusters of any kind, also after damage.
func TestDecodersAreReused(t *testing.T) {
	cache := NewCache(&CacheOptions{MaxBytes: -1, Decoders: 1})
	for range 3 {
		for _, s := range zimtest.Samples() {
			b := s.Archive.Bytes()
			for _, damage := range []string{"", "zstd_reserved_block", "xz_bad_chunk"} {
				if damage != "" {
					if b = zimtest.Damage(b, damage); b == nil {
						break
					}
				}
				a := openBytes(t, b, &Options{Cache: cache})
				for e := range a.Entries(bg, 0) {
					if it, err := e.Item(); err == nil {
						if _, err := it.Bytes(bg); err != nil && damage == "" {
							t.Errorf("%s: %s: %v", s.Name, e.FullPath(), err)
						}
					}
				}
			}
		}
	}
	if len(cache.slots) != 0 || len(cache.large) != 0 || len(cache.streams.free) != 1 || len(cache.xz.free) != 1 || len(cache.decoders.free) != 1 {
		t.Errorf("%d turns, %d large, %d streams, %d xz, %d decoders", len(cache.slots), len(cache.large), len(cache.streams.free), len(cache.xz.free), len(cache.decoders.free))
	}
}
