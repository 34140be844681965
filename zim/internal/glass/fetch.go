package glass

import (
	"context"
	"errors"
	"sync"
)

var errUnfinished = errors.New("glass: a read did not end")

// block returns block number of the tree, which has to be of the given level. It takes it
// from the cache or reads it, once for all who want it at the same time. from is the byte
// where the number stands, for messages.
func (t *tree) block(ctx context.Context, number uint32, level uint8, from int64) (*block, error) {
	if err := ctx.Err(); err != nil { // also where nothing is read, or walks in memory would not end
		return nil, err
	}
	k := cacheKey{t.x.id, t.table, number}
	s := t.x.cache.shard(k)
	if v := s.get(k); v != nil {
		return t.leveled(v.block, level)
	}
	if err := t.refuse(number, from); err != nil {
		return nil, err
	}
	f, leader := s.join(k)
	if !leader {
		b, err := f.wait(ctx)
		if err != nil {
			return nil, err
		}
		return t.leveled(b, level)
	}
	defer s.leave(k, f) // those who wait wake also when the read fails
	f.block, f.err = t.load(number)
	if f.err != nil {
		return nil, f.err
	}
	return t.leveled(f.block, level)
}

// refuse says why a block is not to be read.
func (t *tree) refuse(number uint32, from int64) error {
	if t.x.closed.Load() {
		return ErrClosed
	}
	if number == 0 || number >= t.blocks {
		return corrupt(t.table.String()+" block", from, "block %d of %d is pointed to", number, t.blocks)
	}
	return nil
}

// leveled returns b if it is of the level that a tree has where it stands. Levels fall by
// one at each step, so no block can lead back to one above it.
func (t *tree) leveled(b *block, level uint8) (*block, error) {
	if b.level != level {
		return nil, b.corrupt("level %d where %d is expected", b.level, level)
	}
	return b, nil
}

// load reads, checks and keeps one block.
func (t *tree) load(number uint32) (*block, error) {
	data := make([]byte, t.blockSize)
	off := int64(number) * int64(t.blockSize)
	if err := t.x.read(data, off); err != nil {
		return nil, err
	}
	b, err := newBlock(data, t.table, off)
	if err != nil {
		return nil, err
	}
	t.keep(number, b)
	return b, nil
}

func (t *tree) keep(number uint32, b *block) {
	k := cacheKey{t.x.id, t.table, number}
	v := &kept{key: k, block: b, cost: int64(len(b.data)) + overhead}
	v.revive()
	t.x.cache.shard(k).put(t.x, v, t.x.cache.budget.Load())
}

// cached reports whether a block need not be read.
func (t *tree) cached(number uint32) bool {
	k := cacheKey{t.x.id, t.table, number}
	return t.x.cache.shard(k).has(k)
}

// rootBlock returns the root, which the tree holds beside the cache.
func (t *tree) rootBlock(ctx context.Context) (*block, error) {
	if b := t.top.Load(); b != nil {
		return b, nil
	}
	b, err := t.block(ctx, uint32(t.root.block), t.level, 0)
	if err == nil {
		t.top.Store(b)
	}
	return b, err
}

// aheadBytes is the most that is read ahead in one go.
const aheadBytes = 512 << 10

// aheadRuns are buffers to read ahead into, *[]byte. They serve all indexes: one for each
// would be most of what an index holds.
var aheadRuns sync.Pool

// ahead reads n blocks from number on in one go and keeps them. What is wrong with any of
// them shows when it is asked for.
func (t *tree) ahead(ctx context.Context, number uint32, n int) {
	n = min(n, aheadBytes/int(t.blockSize), int(min(t.x.cache.budget.Load()*shards/8/int64(t.blockSize), aheadBytes)))
	if n < 2 || number == 0 || number >= t.blocks || ctx.Err() != nil || t.x.closed.Load() {
		return
	}
	n = min(n, int(min(t.blocks-number, 1<<16)))
	buf, _ := aheadRuns.Get().(*[]byte)
	if buf == nil {
		buf = new([]byte)
	}
	defer aheadRuns.Put(buf)
	size := int(t.blockSize)
	if cap(*buf) < n*size {
		*buf = make([]byte, n*size)
	}
	run := (*buf)[:n*size]
	if t.x.read(run, int64(number)*int64(size)) != nil {
		return
	}
	t.x.cache.ahead.Add(uint64(n - 1))
	for i := range n {
		// Each block in memory of its own: one that stays must not hold the whole run.
		data := append([]byte(nil), run[i*size:(i+1)*size]...)
		if b, err := newBlock(data, t.table, (int64(number)+int64(i))*int64(size)); err == nil {
			t.keep(number+uint32(i), b)
		}
	}
}
