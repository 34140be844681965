package zim

import (
	"bytes"
	"context"
	"slices"
	"sync"
)

// A workbench is the memory in which a whole cluster is decoded, and then the next one: fresh
// memory for each costs a third of the time that decoding takes.
type workbench struct {
	packed []byte // the compressed frame
	data   []byte // what it decodes to
}

// keptWork is the most that a buffer of a waiting workbench may hold.
const keptWork = wholeLimit + 2*zstdBlock

// room returns the first n bytes of the buffer for compressed data, of which kept stay as they are.
func (w *workbench) room(kept, n int) []byte {
	if cap(w.packed) < n {
		b := make([]byte, n)
		copy(b, w.packed[:kept])
		w.packed = b
	}
	return w.packed[:n]
}

// tidy drops buffers that one large cluster has left.
func (w *workbench) tidy() *workbench {
	if cap(w.packed) > keptWork {
		w.packed = nil
	}
	if cap(w.data) > keptWork {
		w.data = nil
	}
	return w
}

// decodeOn decodes a zstd cluster of up to limit bytes on w, where the payload lies until w is
// used again. It returns nothing when the cluster is too large, or is not zstd: other ways
// then tell how large it is.
func (a *Archive) decodeOn(ctx context.Context, c clusterHead, w *workbench, limit int64) (*payload, error) {
	if c.compression != compressionZstd {
		return nil, nil
	}
	f, err := a.zstdHead(ctx, c)
	if err != nil || f.window > uint64(a.opts.MaxWindow) {
		return nil, err
	}
	data, err := a.decodeFrame(ctx, c, f, w, limit)
	if data == nil || err != nil {
		return nil, err
	}
	p, err := a.newPayload(c, data)
	if err != nil {
		return nil, err
	}
	return p, ctx.Err()
}

// newPayload checks the offset table that data begins with. What lies behind the last offset
// belongs to nobody.
func (a *Archive) newPayload(c clusterHead, data []byte) (*payload, error) {
	short := clusterError(ErrTruncated, c.number, c.pos, "the compressed data ends before the blobs")
	if uint64(len(data)) < c.width {
		return nil, short
	}
	t, reason := newBlobTable(offsetAt(data, c.width), c.width, a.head.entries)
	if reason != "" {
		return nil, c.corrupt(reason)
	}
	if t.last > uint64(len(data)) {
		return nil, short
	}
	if reason := t.readAll(data[c.width:t.last]); reason != "" {
		return nil, c.corrupt(reason)
	}
	if t.last > uint64(len(data)) {
		return nil, short
	}
	return &payload{data: data[:t.last:t.last], width: c.width, n: t.blobs()}, nil
}

// decodeWhole decodes the cluster to its last offset, into memory of its own. More than limit
// bytes are [ErrTooLarge].
func (a *Archive) decodeWhole(ctx context.Context, c clusterHead, limit int64) (*payload, error) {
	w := a.cache.benches.get()
	defer func() { a.cache.benches.put(w.tidy()) }()
	p, err := a.decodeOn(ctx, c, w, limit)
	if err != nil {
		return nil, err
	}
	if p != nil {
		return &payload{data: slices.Clip(bytes.Clone(p.data)), width: p.width, n: p.n}, nil
	}
	return a.streamWhole(ctx, c, limit)
}

// A held cluster serves the items of an iteration in cluster order. The iteration goes on
// when nobody copies from it, and takes its memory for the next.
type held struct {
	mu     sync.RWMutex
	p      *payload // nil once the iteration has gone on
	shared bool     // the payload has memory of its own
}

// blob returns blob i of the cluster c. ok is false when the iteration has gone on.
func (h *held) blob(c clusterHead, i uint32) (b []byte, ok bool, err error) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	switch {
	case h.p == nil:
		return nil, false, nil
	case uint64(i) >= h.p.n:
		return nil, false, noBlob(c, i, h.p.n)
	case h.shared:
		return h.p.blob(i), true, nil
	}
	return append([]byte{}, h.p.blob(i)...), true, nil
}

// release ends the cluster's time.
func (h *held) release() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.p = nil
}

// hold decodes a whole cluster, on w where that is possible, for an iteration that reads its
// blobs one after another. The cache is asked, but not filled.
func (a *Archive) hold(ctx context.Context, c clusterHead, w *workbench) (*held, error) {
	k := cacheKey{a.id, c.number, wholeCluster}
	if _, p := a.cache.find(k, 0); p != nil {
		a.cache.hits.Add(1)
		return &held{p: p, shared: true}, nil
	}
	a.cache.misses.Add(1)
	if err := a.cache.acquire(ctx); err != nil {
		return nil, err
	}
	defer a.cache.release()
	h := new(held)
	var err error
	if h.p, err = a.decodeOn(ctx, c, w.tidy(), a.opts.MaxClusterMem); h.p == nil && err == nil {
		h.shared = true
		h.p, err = a.streamWhole(ctx, c, a.opts.MaxClusterMem)
	}
	if err != nil {
		return nil, err
	}
	a.cache.full.Add(1)
	a.cache.decoded.Add(uint64(len(h.p.data)))
	return h, nil
}
