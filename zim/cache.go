package zim

import (
	"context"
	"runtime"
	"sync/atomic"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/klauspost/compress/zstd"
)

const (
	defaultCacheBytes = 64 << 20
	defaultDirents    = 16384
	maxCachedDirent   = 1 << 10 // bytes of path and title: a longer dirent is not kept
	ghosts            = 4096    // clusters touched once
	damagedClusters   = 1024
	damagedFor        = time.Minute // a damaged cluster is not decoded again for so long
)

// CacheOptions bounds a [Cache]. The zero value is the default.
type CacheOptions struct {
	MaxBytes int64 // decoded data; 0 means 64 MiB, negative keeps none
	Dirents  int   // directory entries; 0 means 16384
	Decoders int   // decodes at once; 0 means GOMAXPROCS
}

// A Cache holds decoded clusters, blobs and directory entries for any number of archives,
// and the decoders they take turns with. It may be used by many goroutines at once.
//
// A cluster that is touched once leaves only the blob that was asked for; touched again
// while it is remembered, it is decoded and kept whole.
type Cache struct {
	shards  [shards]shard
	dirents [shards]*lru.Cache[direntKey, *dirent]
	ghosts  [shards]*lru.Cache[cacheKey, uint64] // payload length of clusters touched once
	damaged [shards]*lru.Cache[cacheKey, damage]

	slots    chan struct{} // one for each decode under way
	large    chan struct{} // one for a stream with a window above 16 MiB
	streams  freelist[*zstdStream]
	decoders freelist[*zstd.Decoder] // for DecodeAll: a half-read stream would block it
	xz       freelist[*xzStream]
	benches  freelist[*workbench]

	max, bytes                   atomic.Int64
	hits, misses, evictions      atomic.Uint64
	full, partial, decoded, hurt atomic.Uint64
	waiting                      atomic.Int64
}

type direntKey struct {
	archive uint64
	index   uint32
}

// A damage is what is known of a cluster that could not be decoded.
type damage struct {
	until time.Time
	blob  int64 // this blob and those behind it cannot be read
	whole bool  // the cluster cannot be decoded whole
	err   error
}

// NewCache makes a cache; nil stands for the defaults.
func NewCache(opts *CacheOptions) *Cache {
	var o CacheOptions
	if opts != nil {
		o = *opts
	}
	set(&o.MaxBytes, defaultCacheBytes)
	set(&o.Dirents, defaultDirents)
	bound(&o.Decoders, runtime.GOMAXPROCS(0))
	c := &Cache{slots: make(chan struct{}, o.Decoders), large: make(chan struct{}, 1)}
	c.max.Store(o.MaxBytes)
	for i := range shards {
		c.shards[i].init()
		c.dirents[i] = newLRU[direntKey, *dirent](o.Dirents / shards)
		c.ghosts[i] = newLRU[cacheKey, uint64](ghosts / shards)
		c.damaged[i] = newLRU[cacheKey, damage](damagedClusters / shards)
	}
	c.streams = newFreelist(o.Decoders, func(l chan *zstdStream) *zstdStream { return newZstdStream(l, smallWindow) })
	c.xz = newFreelist(o.Decoders, newXZStream)
	c.benches = newFreelist(o.Decoders, func(chan *workbench) *workbench { return new(workbench) })
	c.decoders = newFreelist(o.Decoders, func(chan *zstd.Decoder) *zstd.Decoder { return newZstdDecoder() })
	return c
}

func newLRU[K comparable, V any](size int) *lru.Cache[K, V] {
	l, err := lru.New[K, V](max(size, 1))
	if err != nil {
		panic(err) // only for a size that is not positive
	}
	return l
}

// newZstdDecoder makes a decoder for DecodeAll. Its callers bound the output by the frame.
func newZstdDecoder() *zstd.Decoder {
	d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecodeAllCapLimit(true))
	if err != nil {
		panic(err) // only for options that are wrong for every archive
	}
	return d
}

// A freelist keeps decoders for their next use. Unlike a sync.Pool it does not lose them, and
// the windows they own, at every garbage collection.
type freelist[T any] struct {
	free chan T
	make func(chan T) T
}

func newFreelist[T any](n int, make_ func(chan T) T) freelist[T] {
	return freelist[T]{make(chan T, n), make_}
}

func (f *freelist[T]) get() T {
	select {
	case v := <-f.free:
		return v
	default:
		return f.make(f.free)
	}
}

func (f *freelist[T]) put(v T) {
	select {
	case f.free <- v:
	default:
	}
}

// Resize changes how many bytes of decoded data are kept, and drops what is too much.
func (c *Cache) Resize(maxBytes int64) {
	c.max.Store(maxBytes)
	c.shrink(0)
}

// shrink evicts until the cache is within its bound, beginning with shard first.
func (c *Cache) shrink(first int) {
	empty := 0 // shards in a row that had nothing to give
	for i := first; empty < shards && c.bytes.Load() > max(c.max.Load(), 0); i++ {
		freed := c.shards[i%shards].evict()
		if freed == 0 {
			empty++ // when all are, other goroutines hold what is counted and will drop it
			continue
		}
		empty = 0
		c.evictions.Add(1)
		c.bytes.Add(-freed)
	}
}

// keep stores v if it takes at most an eighth of the cache.
func (c *Cache) keep(v *cached) {
	if v.cost > c.max.Load()/8 {
		return
	}
	s := v.key.shard()
	c.bytes.Add(c.shards[s].put(v))
	c.shrink(s + 1)
}

func (c *Cache) keepWhole(k cacheKey, p *payload) {
	c.keep(&cached{key: k, payload: p, cost: int64(cap(p.data)) + overhead})
}

func (c *Cache) keepBlob(k cacheKey, b []byte) {
	c.keep(&cached{key: k, blob: b, cost: int64(cap(b)) + overhead})
}

// keeps reports whether a payload of n bytes would be stored.
func (c *Cache) keeps(n uint64) bool { return n+overhead <= uint64(max(c.max.Load(), 0)/8) }

// find returns what is kept of a blob: the blob, or the payload it is in.
func (c *Cache) find(cluster cacheKey, blob uint32) (b []byte, p *payload) {
	s := &c.shards[cluster.shard()]
	if v := s.get(cluster); v != nil {
		return nil, v.payload
	}
	cluster.blob = int64(blob)
	if v := s.get(cluster); v != nil {
		return v.blob, nil
	}
	return nil, nil
}

// acquire waits for a turn to decode. The caller gives it back with release.
func (c *Cache) acquire(ctx context.Context) error {
	select {
	case c.slots <- struct{}{}:
		return nil
	default:
	}
	c.waiting.Add(1)
	defer c.waiting.Add(-1)
	select {
	case c.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (c *Cache) release() { <-c.slots }

// takeLarge takes the right to a large window. The caller has a turn to decode. Who has to
// wait gives it away meanwhile, as the owner of the window may need one to go on, and has one
// again afterwards, also on failure.
func (c *Cache) takeLarge(ctx context.Context) error {
	select {
	case c.large <- struct{}{}:
		return nil
	default:
	}
	c.release()
	defer func() { c.slots <- struct{}{} }()
	c.waiting.Add(1)
	defer c.waiting.Add(-1)
	select {
	case c.large <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// hurtBy returns what is known to be wrong with a cluster. whole is true when decoding all
// of it would fail; err when blob cannot be read either.
func (c *Cache) hurtBy(k cacheKey, blob uint32) (whole bool, err error) {
	d, ok := c.damaged[k.shard()].Get(k)
	if !ok || time.Now().After(d.until) {
		return false, nil
	}
	if int64(blob) >= d.blob {
		return d.whole, d.err
	}
	return d.whole, nil
}

// markDamaged remembers that blob, or the whole cluster, could not be decoded.
func (c *Cache) markDamaged(k cacheKey, blob int64, err error) {
	c.hurt.Add(1)
	list := c.damaged[k.shard()]
	d, ok := list.Get(k)
	if !ok || time.Now().After(d.until) {
		d = damage{blob: none32}
	}
	d.until = time.Now().Add(damagedFor)
	if blob == wholeCluster {
		d.whole = true
	} else if blob < d.blob {
		d.blob, d.err = blob, err
	}
	list.Add(k, d)
}

func (c *Cache) dirent(archive uint64, index uint32) (*dirent, bool) {
	return c.dirents[index%shards].Get(direntKey{archive, index})
}

func (c *Cache) keepDirent(archive uint64, index uint32, d *dirent) {
	if len(d.path)+len(d.title) <= maxCachedDirent {
		c.dirents[index%shards].Add(direntKey{archive, index}, d)
	}
}

// drop forgets an archive. Its dirents go as newer ones come: its number is not used again.
func (c *Cache) drop(archive uint64) {
	for i := range c.shards {
		c.bytes.Add(-c.shards[i].drop(archive))
	}
}

// CacheStats are a cache's numbers. Counters count from its beginning.
type CacheStats struct {
	Bytes, MaxBytes             int64  // held now, and allowed
	Hits, Misses, Evictions     uint64 // of blobs asked for in compressed clusters
	FullDecodes, PartialDecodes uint64 // of clusters: whole, or up to a blob
	DecodedBytes, Damaged       uint64 // bytes out of decoders; decodes that met damage
	Waiting                     uint64 // calls that wait now for a decode's turn or end
}

// Stats returns the numbers, each for itself as it is at the moment.
func (c *Cache) Stats() CacheStats {
	return CacheStats{
		Bytes: c.bytes.Load(), MaxBytes: max(c.max.Load(), 0),
		Hits: c.hits.Load(), Misses: c.misses.Load(), Evictions: c.evictions.Load(),
		FullDecodes: c.full.Load(), PartialDecodes: c.partial.Load(),
		DecodedBytes: c.decoded.Load(), Damaged: c.hurt.Load(),
		Waiting: uint64(max(c.waiting.Load(), 0)),
	}
}
