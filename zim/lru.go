package zim

import "sync"

// A cacheKey names what is kept: a cluster's payload, or one of its blobs. All parts are
// integers, so nothing from a file is hashed as a string.
type cacheKey struct {
	archive uint64
	cluster uint32
	blob    int64 // or wholeCluster
}

const wholeCluster = -1

// shards is how many locks the cache has. They are held for map work only.
const shards = 16

// shard mixes the key so that neighbouring clusters fall on different locks.
func (k cacheKey) shard() int {
	h := (k.archive*31 + uint64(k.cluster)) * 0x9E3779B97F4A7C15
	return int(h >> 60)
}

// A cached value is a payload or a blob, and its neighbours from newest to oldest.
type cached struct {
	key        cacheKey
	payload    *payload // for a whole cluster
	blob       []byte
	cost       int64
	next, prev *cached
}

// overhead is what a kept value costs beside its bytes.
const overhead = 128

// A shard holds a sixteenth of the cache, from the newest value to the oldest.
type shard struct {
	mu      sync.Mutex
	values  map[cacheKey]*cached
	flights map[cacheKey]*flight
	root    cached // root.next is the newest, root.prev the oldest
}

func (s *shard) init() {
	s.values, s.flights = make(map[cacheKey]*cached), make(map[cacheKey]*flight)
	s.root.next, s.root.prev = &s.root, &s.root
}

// get returns the value and makes it the newest, or nil.
func (s *shard) get(k cacheKey) *cached {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.values[k]
	if v != nil {
		v.unlink()
		s.link(v)
	}
	return v
}

// put makes v the newest and returns by how much the shard grew.
func (s *shard) put(v *cached) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	grew := v.cost
	if old := s.values[v.key]; old != nil {
		old.unlink()
		grew -= old.cost
	}
	s.values[v.key] = v
	s.link(v)
	return grew
}

// evict drops the oldest value and returns what that freed, or 0 when there is none.
func (s *shard) evict() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.root.prev
	if v == &s.root {
		return 0
	}
	return s.remove(v)
}

// drop removes all of an archive and returns what that freed.
func (s *shard) drop(archive uint64) (freed int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for k, v := range s.values {
		if k.archive == archive {
			freed += s.remove(v)
		}
	}
	return freed
}

func (s *shard) remove(v *cached) int64 {
	v.unlink()
	delete(s.values, v.key)
	return v.cost
}

func (s *shard) link(v *cached) {
	v.prev, v.next = &s.root, s.root.next
	v.prev.next, v.next.prev = v, v
}

func (v *cached) unlink() {
	v.prev.next, v.next.prev = v.next, v.prev
	v.prev, v.next = nil, nil
}

// A flight is a decode under way that others wait for. done is closed when it ends, also
// when it fails.
type flight struct{ done chan struct{} }

// join returns the flight for k. leader is true for the caller that has to do the work and
// then call leave.
func (s *shard) join(k cacheKey) (f *flight, leader bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f := s.flights[k]; f != nil {
		return f, false
	}
	f = &flight{done: make(chan struct{})}
	s.flights[k] = f
	return f, true
}

func (s *shard) leave(k cacheKey, f *flight) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.flights, k)
	close(f.done)
}
