package glass

import (
	"context"
	"sync"
	"sync/atomic"
)

const (
	defaultCacheBytes = 64 << 20
	shards            = 16
	overhead          = 128 // what a kept value costs beside its bytes

	leafLives   = 1 // how often the clock's hand passes before a value that is not asked for goes
	branchLives = 3
)

// CacheOptions bounds a [Cache]. The zero value is the default.
type CacheOptions struct {
	MaxBytes int64 // blocks and pages of lengths; 0 means 64 MiB, negative keeps none
}

// A Cache holds blocks and decoded document lengths for any number of indexes. It may be
// used by many goroutines at once, and holds no lock while anything is read. What is in it
// is never changed, so what was evicted lives on until its readers let go.
type Cache struct {
	shards [shards]cacheShard
	budget atomic.Int64 // bytes of each shard
	next   atomic.Uint64

	reads, readBytes, ahead, pages atomic.Uint64
}

// NewCache makes a cache; nil stands for the defaults.
func NewCache(opts *CacheOptions) *Cache {
	c := new(Cache)
	for i := range c.shards {
		c.shards[i].kept = make(map[cacheKey]*kept)
		c.shards[i].flights = make(map[cacheKey]*flight)
	}
	limit := int64(defaultCacheBytes)
	if opts != nil && opts.MaxBytes != 0 {
		limit = max(opts.MaxBytes, 0)
	}
	c.budget.Store(limit / shards)
	return c
}

// Resize changes how many bytes are kept, and drops what is too much.
func (c *Cache) Resize(maxBytes int64) {
	c.budget.Store(max(maxBytes, 0) / shards)
	for i := range c.shards {
		s := &c.shards[i]
		s.mu.Lock()
		s.shrink(c.budget.Load())
		s.mu.Unlock()
	}
}

// Stats are a cache's numbers. Counters count from its beginning.
type Stats struct {
	Bytes, MaxBytes         int64  // held now, and allowed
	Hits, Misses, Evictions uint64 // of blocks and pages of lengths
	Reads, ReadBytes        uint64 // calls of the reader below, and what they gave
	ReadAhead               uint64 // blocks read before they were asked for
	Pages                   uint64 // of lengths decoded
}

// Stats returns the numbers, each for itself as it is at the moment.
func (c *Cache) Stats() Stats {
	st := Stats{
		MaxBytes: c.budget.Load() * shards,
		Reads:    c.reads.Load(), ReadBytes: c.readBytes.Load(), ReadAhead: c.ahead.Load(), Pages: c.pages.Load(),
	}
	for i := range c.shards {
		s := &c.shards[i]
		s.mu.Lock()
		st.Bytes += s.bytes
		st.Hits += s.hits
		st.Misses += s.misses
		st.Evictions += s.evictions
		s.mu.Unlock()
	}
	return st
}

// A cacheKey names a block, or a page of lengths when table is lengthPages.
type cacheKey struct {
	index  uint64
	table  Table
	number uint32
}

const lengthPages = tables

func (c *Cache) shard(k cacheKey) *cacheShard {
	h := (k.index*31 + uint64(k.table)) * 0x9E3779B97F4A7C15
	h = (h ^ uint64(k.number)) * 0x9E3779B97F4A7C15
	return &c.shards[h>>60]
}

// A kept value is a block or a page.
type kept struct {
	key   cacheKey
	block *block
	page  *page
	cost  int64
	lives int8
}

// A cacheShard holds a sixteenth of the cache. Values stand in a ring whose hand takes a
// life of each it passes, and evicts those that have none left; being asked for restores
// them.
type cacheShard struct {
	mu      sync.Mutex
	kept    map[cacheKey]*kept
	ring    []*kept
	hand    int
	bytes   int64
	flights map[cacheKey]*flight

	hits, misses, evictions uint64
}

// get returns a value, or nil.
func (s *cacheShard) get(k cacheKey) *kept {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.kept[k]
	if v == nil {
		s.misses++
		return nil
	}
	s.hits++
	v.revive()
	return v
}

// has reports whether a value is kept, without counting it as asked for.
func (s *cacheShard) has(k cacheKey) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.kept[k] != nil
}

func (v *kept) revive() {
	v.lives = leafLives
	if v.block == nil || v.block.level > 0 {
		v.lives = branchLives
	}
}

// put keeps v within budget bytes unless x was closed: its blocks are gone for good then.
func (s *cacheShard) put(x *Index, v *kept, budget int64) {
	if v.cost > budget {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if x.closed.Load() || s.kept[v.key] != nil {
		return
	}
	s.shrink(budget - v.cost)
	s.kept[v.key] = v
	s.ring = append(s.ring, v)
	s.bytes += v.cost
}

// shrink evicts until at most budget bytes are held.
func (s *cacheShard) shrink(budget int64) {
	for s.bytes > budget && len(s.ring) > 0 {
		s.hand %= len(s.ring)
		if v := s.ring[s.hand]; v.lives > 0 {
			v.lives--
			s.hand++
			continue
		}
		s.remove(s.hand)
		s.evictions++
	}
}

// remove drops the value at place i of the ring, where the last one takes its place.
func (s *cacheShard) remove(i int) {
	v, end := s.ring[i], len(s.ring)-1
	s.ring[i], s.ring[end] = s.ring[end], nil
	s.ring = s.ring[:end]
	s.bytes -= v.cost
	delete(s.kept, v.key)
}

// drop forgets all of an index.
func (c *Cache) drop(index uint64) {
	for i := range c.shards {
		s := &c.shards[i]
		s.mu.Lock()
		for j := len(s.ring) - 1; j >= 0; j-- {
			if s.ring[j].key.index == index {
				s.remove(j)
			}
		}
		s.mu.Unlock()
	}
}

// A flight is a read under way that others wait for. done is closed when it ends, also when
// it fails.
type flight struct {
	done  chan struct{}
	block *block
	err   error
}

// join returns the flight for k. leader is true for the caller that has to read and then to
// call leave.
func (s *cacheShard) join(k cacheKey) (f *flight, leader bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f := s.flights[k]; f != nil {
		return f, false
	}
	f = &flight{done: make(chan struct{}), err: errUnfinished}
	s.flights[k] = f
	return f, true
}

func (s *cacheShard) leave(k cacheKey, f *flight) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.flights, k)
	close(f.done)
}

// wait returns what the leader read.
func (f *flight) wait(ctx context.Context) (*block, error) {
	select {
	case <-f.done:
		return f.block, f.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
