package zim

import "context"

// compressedBlob returns blob i of a compressed cluster, shared with other callers. At most
// limit bytes are returned; a larger blob is [ErrTooLarge].
//
// One decode of a cluster runs at a time; others who want the cluster wait for it and look
// in the cache again. Clusters too large for the cache are decoded by each caller.
func (a *Archive) compressedBlob(ctx context.Context, c clusterHead, i uint32, limit int64) ([]byte, error) {
	k := cacheKey{a.id, c.number, wholeCluster}
	s := &a.cache.shards[k.shard()]
	for {
		if b, ok, err := a.keptBlob(k, c, i, limit); ok || err != nil {
			a.cache.hits.Add(1)
			return b, err
		}
		if size, ok := a.cache.ghosts[k.shard()].Get(k); ok && !a.cache.keeps(size) {
			return a.freshBlob(ctx, k, c, i, limit)
		}
		f, leader := s.join(k)
		if leader {
			return a.leadBlob(ctx, s, f, k, c, i, limit)
		}
		if err := a.cache.await(ctx, f); err != nil {
			return nil, err
		}
	}
}

// leadBlob decodes for all who wait. The cache is looked at once more: another flight may
// have landed since.
func (a *Archive) leadBlob(ctx context.Context, s *shard, f *flight, k cacheKey, c clusterHead, i uint32, limit int64) ([]byte, error) {
	defer s.leave(k, f)
	if b, ok, err := a.keptBlob(k, c, i, limit); ok || err != nil {
		a.cache.hits.Add(1)
		return b, err
	}
	return a.freshBlob(ctx, k, c, i, limit)
}

// await waits for the end of a flight.
func (c *Cache) await(ctx context.Context, f *flight) error {
	c.waiting.Add(1)
	defer c.waiting.Add(-1)
	select {
	case <-f.done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// keptBlob looks for the blob in the cache. ok is false when it is not there.
func (a *Archive) keptBlob(k cacheKey, c clusterHead, i uint32, limit int64) (b []byte, ok bool, err error) {
	b, p := a.cache.find(k, i)
	if p != nil {
		if uint64(i) >= p.n {
			return nil, false, noBlob(c, i, p.n)
		}
		b = p.blob(i)
	}
	if b == nil {
		_, err := a.cache.hurtBy(k, i)
		return nil, false, err
	}
	if int64(len(b)) > limit {
		return nil, false, tooLarge(c, i, uint64(len(b)), limit)
	}
	return b, true, nil
}

// freshBlob decodes: up to the blob on the first touch, the whole cluster on the second. A
// cluster that cannot be decoded whole still yields the blobs before the damage.
func (a *Archive) freshBlob(ctx context.Context, k cacheKey, c clusterHead, i uint32, limit int64) ([]byte, error) {
	a.cache.misses.Add(1)
	if err := a.cache.acquire(ctx); err != nil {
		return nil, err
	}
	defer a.cache.release()
	size, touched := a.cache.ghosts[k.shard()].Get(k)
	hurt, _ := a.cache.hurtBy(k, i)
	if touched && !hurt && size <= wholeLimit && a.cache.keeps(size) {
		p, err := a.wholeCluster(ctx, k, c)
		switch {
		case err == nil && uint64(i) >= p.n:
			return nil, noBlob(c, i, p.n)
		case err == nil && int64(len(p.blob(i))) > limit:
			return nil, tooLarge(c, i, uint64(len(p.blob(i))), limit)
		case err == nil:
			return p.blob(i), nil
		case !lasting(err):
			return nil, err
		}
	}
	return a.partialBlob(ctx, k, c, i, limit)
}

// wholeCluster decodes and keeps a cluster. The caller has a turn.
func (a *Archive) wholeCluster(ctx context.Context, k cacheKey, c clusterHead) (*payload, error) {
	p, err := a.decodeWhole(ctx, c, a.opts.MaxClusterMem)
	if err != nil {
		if damages(err) {
			a.cache.markDamaged(k, wholeCluster, err)
		}
		return nil, err
	}
	a.cache.full.Add(1)
	a.cache.decoded.Add(uint64(len(p.data)))
	a.cache.keepWhole(k, p)
	a.forgetClosed()
	return p, nil
}

// partialBlob decodes up to the blob and keeps only that. The caller has a turn.
func (a *Archive) partialBlob(ctx context.Context, k cacheKey, c clusterHead, i uint32, limit int64) ([]byte, error) {
	b, size, err := a.decodeBlob(ctx, c, i, limit)
	if size > 0 {
		a.cache.ghosts[k.shard()].Add(k, size)
	}
	if err != nil {
		if damages(err) {
			a.cache.markDamaged(k, int64(i), err)
		}
		return nil, err
	}
	a.cache.partial.Add(1)
	a.cache.decoded.Add(uint64(len(b)))
	k.blob = int64(i)
	a.cache.keepBlob(k, b)
	a.forgetClosed()
	return b, nil
}

// forgetClosed drops what a decode has stored that ended after Close had dropped the rest.
func (a *Archive) forgetClosed() {
	if a.src.closed.Load() {
		a.cache.drop(a.id)
	}
}
