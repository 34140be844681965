package zim

import (
	"testing"
)

func TestShardOrder(t *testing.T) {
	var s shard
	s.init()
	key := func(i uint32) cacheKey { return cacheKey{1, i, wholeCluster} }
	for i := range uint32(4) {
		if grew := s.put(&cached{key: key(i), cost: int64(10 + i)}); grew != int64(10+i) {
			t.Errorf("put %d: grew by %d", i, grew)
		}
	}
	if s.get(key(0)) == nil || s.get(key(9)) != nil {
		t.Error("get finds what is not there, or not what is")
	}
	if grew := s.put(&cached{key: key(1), cost: 5}); grew != 5-11 {
		t.Errorf("a smaller value: grew by %d", grew)
	}
	for _, want := range []int64{12, 13, 10, 5, 0} { // 2, 3, then what was touched: 0, 1
		if got := s.evict(); got != want {
			t.Errorf("evict frees %d, want %d", got, want)
		}
	}
	if len(s.values) != 0 || s.root.next != &s.root || s.root.prev != &s.root {
		t.Error("something is left")
	}
}

func TestShardDrop(t *testing.T) {
	var s shard
	s.init()
	for i := range uint32(10) {
		s.put(&cached{key: cacheKey{uint64(i % 2), i, int64(i)}, cost: 1})
	}
	if freed := s.drop(1); freed != 5 || len(s.values) != 5 {
		t.Errorf("freed %d, %d left", freed, len(s.values))
	}
	if freed := s.drop(7); freed != 0 {
		t.Errorf("freed %d of an unknown archive", freed)
	}
	for range 5 {
		if s.evict() != 1 {
			t.Error("what is left cannot be evicted")
		}
	}
}

// TestShardSpread puts neighbouring clusters, and the same of other archives, on different locks.
func TestShardSpread(t *testing.T) {
	for _, step := range []uint32{1, 2, 16, 256, 1 << 16} {
		var seen [shards]int
		for i := range uint32(1600) {
			seen[cacheKey{3, i * step, 0}.shard()]++
		}
		for s, n := range seen {
			if n < 20 || n > 400 {
				t.Errorf("step %d: %d of 1600 keys on lock %d", step, n, s)
			}
		}
	}
	if (cacheKey{1, 2, wholeCluster}).shard() != (cacheKey{1, 2, 77}).shard() {
		t.Error("a blob and its cluster are on different locks")
	}
}

func TestFlights(t *testing.T) {
	var s shard
	s.init()
	k := cacheKey{1, 1, wholeCluster}
	f, leader := s.join(k)
	if !leader {
		t.Fatal("the first is not the leader")
	}
	g, leader := s.join(k)
	if leader || g != f {
		t.Error("the second does not wait for the first")
	}
	if h, leader := s.join(cacheKey{1, 2, wholeCluster}); !leader || h == f {
		t.Error("another cluster waits too")
	}
	s.leave(k, f)
	select {
	case <-g.done:
	default:
		t.Error("those who wait are not woken")
	}
	if _, leader := s.join(k); !leader {
		t.Error("nobody leads after the flight has landed")
	}
}
