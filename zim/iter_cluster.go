package zim

import (
	"context"
	"iter"
)

const (
	passItems    = 16 << 20 // items sorted at once: 64 MiB of indexes
	passClusters = 4 << 20  // clusters counted at once: 16 MiB of counts
)

// ByCluster yields every item with a user path in the order of the clusters, so that each
// cluster is read and decoded once. Redirects are left out. Memory is bounded however many
// entries there are; an archive of more than 16 million items, or 4 million clusters, takes several passes.
//
// The cluster of an item is in memory until the next one's first item is yielded; reading an
// item later decodes it again.
func (a *Archive) ByCluster(ctx context.Context) iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
		lo, hi := uint32(0), a.head.entries
		if a.head.newNamespaces() {
			r, err := a.contentRange(ctx)
			if err != nil {
				yield(Item{}, err)
				return
			}
			lo, hi = r.lo, r.hi
		}
		s := clusterScan{a: a, ctx: ctx, entries: indexRange{lo, hi}, yield: yield, scanner: scanner{a: a}}
		for first := uint64(0); first < uint64(a.head.clusters) && !s.stopped; first += passClusters {
			s.run(uint32(first), uint32(min(passClusters, uint64(a.head.clusters)-first)))
		}
	}
}

// A clusterScan sorts items by cluster and yields them.
type clusterScan struct {
	a       *Archive
	ctx     context.Context
	entries indexRange
	yield   func(Item, error) bool
	stopped bool
	told    bool      // the errors of entries were yielded
	scanner scanner   // of the entries that are yielded
	bench   workbench // for one cluster after another
}

// run handles n clusters from first on: it counts their items, then yields as many clusters
// as fit into one pass, and so on.
func (s *clusterScan) run(first, n uint32) {
	counts := make([]uint32, n)
	s.each(first, n, func(_, cluster uint32) { counts[cluster-first]++ })
	s.told = true
	for from := uint32(0); from < n && !s.stopped; {
		to, items := from, uint64(0)
		for to < n && (to == from || items+uint64(counts[to]) <= passItems) {
			items += uint64(counts[to])
			to++
		}
		if items > 0 {
			s.pass(first+from, counts[from:to], items)
		}
		from = to
	}
}

// each calls f with the index and cluster of every item in n clusters from first on.
func (s *clusterScan) each(first, n uint32, f func(index, cluster uint32)) {
	s.a.scan(s.ctx, s.entries.lo, s.entries.hi, func(i uint32, d *rawDirent, err error) bool {
		switch {
		case err != nil && !s.told:
			s.stopped = !s.yield(Item{}, err) || !lasting(err)
		case err != nil:
			s.stopped = !lasting(err)
		case d.kind < kindDeleted && d.cluster >= first && d.cluster-first < n:
			f(i, d.cluster)
		case d.kind < kindDeleted && d.cluster >= s.a.head.clusters && !s.told:
			e := s.a.blame(ErrCorrupt, "dirent", i, "cluster %d of %d", d.cluster, s.a.head.clusters)
			s.stopped = !s.yield(Item{}, e)
		}
		return !s.stopped
	})
}

// pass places the indexes of items by cluster and yields them.
func (s *clusterScan) pass(first uint32, counts []uint32, items uint64) {
	sorted := make([]uint32, items)
	next := make([]uint64, len(counts)) // where the cluster's next index goes
	at := uint64(0)
	for i, n := range counts {
		next[i] = at
		at += uint64(n)
	}
	s.each(first, uint32(len(counts)), func(index, cluster uint32) {
		if p := &next[cluster-first]; *p < items { // false only if the file changed meanwhile
			sorted[*p] = index
			*p++
		}
	})
	for i, n := range counts {
		if s.stopped {
			return
		}
		s.cluster(first+uint32(i), sorted[:n])
		sorted = sorted[n:]
	}
}

// cluster yields the items of one cluster, which is decoded once if it can be decoded whole.
// Otherwise each item says what is wrong when it is read.
func (s *clusterScan) cluster(number uint32, indexes []uint32) {
	if len(indexes) == 0 {
		return
	}
	var h *held
	if c, err := s.a.cluster(s.ctx, number); err == nil && c.compression != compressionNone {
		if h, _ = s.a.hold(s.ctx, c, &s.bench); h != nil {
			defer h.release()
		}
	}
	for run := indexes; len(run) > 0 && !s.stopped; {
		n := 1
		for n < len(run) && run[n]-run[n-1] <= nearEntries {
			n++
		}
		s.items(run[:n], h)
		run = run[n:]
	}
}

// nearEntries is how far apart in path order items may be to be read together.
const nearEntries = 32

// items yields items of one cluster that are near each other in path order too, as they
// mostly are: their dirents are read together.
func (s *clusterScan) items(indexes []uint32, h *held) {
	s.scanner.run(s.ctx, indexes[0], indexes[len(indexes)-1]+1, func(i uint32, d *rawDirent, err error) bool {
		if i != indexes[0] && (err == nil || lasting(err)) {
			return true
		}
		indexes = indexes[1:]
		it := Item{}
		if err == nil {
			it = Item{e: Entry{s.a, i, d.own()}, held: h}
		}
		s.stopped = !s.yield(it, err) || err != nil && !lasting(err)
		return !s.stopped
	})
}
