package zim

import (
	"context"
	"encoding/binary"
)

// A titleList is a listing of path indexes in title order, 4 bytes each.
type titleList struct {
	v1   bool   // front articles only; else every entry, grouped by namespace
	pos  uint64 // of the first index in the archive
	n    uint32 // how many
	keys *keys
	// front is the run of positions with what people read: all of a v1 list, namespace C or A of the other.
	front indexRange
}

// titleV1Path is where libzim's writers put the list of front articles, since version 6.1.
const titleV1Path = "listing/titleOrdered/v1"

// titleList finds the listing once: v1 if it is there and usable, else the v0 table. Whatever
// is wrong with v1 is kept as a warning.
func (a *Archive) titleList(ctx context.Context) (*titleList, error) {
	if t := a.titles.Load(); t != nil {
		return t, nil
	}
	t, err := a.titleListV1(ctx)
	if err != nil && !isNotFound(err) {
		if !lasting(err) {
			return nil, err
		}
		a.warn(err)
	}
	if t == nil {
		if t, err = a.titleListV0(ctx); err != nil {
			return nil, err
		}
	}
	t.keys = newKeys(a.opts.LookupKeys, t.n)
	a.titles.CompareAndSwap(nil, t)
	return a.titles.Load(), nil
}

// titleListV1 finds the front articles. They must be an item in an uncompressed cluster.
func (a *Archive) titleListV1(ctx context.Context) (*titleList, error) {
	e, c, err := a.titleV1(ctx)
	if err != nil {
		return nil, err
	}
	if c.compression != compressionNone {
		return nil, a.blame(ErrCorrupt, "title list", e.index, "it is compressed")
	}
	pos, size, err := a.rawBlob(ctx, c, e.d.blob)
	if err != nil {
		return nil, err
	}
	n := uint32(min(size/4, none32-1))
	return &titleList{v1: true, pos: pos, n: n, front: indexRange{0, n}}, nil
}

// titleV1 returns the entry of the front articles and the cluster it is in.
func (a *Archive) titleV1(ctx context.Context) (Entry, clusterHead, error) {
	e, err := a.LookupNS(ctx, 'X', titleV1Path)
	if err != nil {
		return e, clusterHead{}, err
	}
	if !e.d.isContent() {
		return e, clusterHead{}, a.blame(ErrCorrupt, "title list", e.index, "it is not an item")
	}
	c, err := a.cluster(ctx, e.d.cluster)
	return e, c, err
}

// titleListV0 finds the table of all entries that the header points to.
func (a *Archive) titleListV0(ctx context.Context) (*titleList, error) {
	if a.head.titlePtrPos == none64 {
		return nil, formatError(ErrCorrupt, "title list", 40, "neither a list of front articles nor one of all entries can be read")
	}
	front, err := a.contentRange(ctx) // namespaces have the same range in both orders
	if err != nil {
		return nil, err
	}
	return &titleList{pos: a.head.titlePtrPos, n: a.head.entries, front: front}, nil
}

// titleIndex returns the path index at position i (i < t.n).
func (a *Archive) titleIndex(ctx context.Context, t *titleList, i uint32) (uint32, error) {
	b := smallBuffers.Get().(*[]byte)
	defer smallBuffers.Put(b)
	p := (*b)[:4]
	if err := a.read(ctx, p, t.pos+4*uint64(i)); err != nil {
		return 0, err
	}
	return t.check(i, binary.LittleEndian.Uint32(p), a.head.entries)
}

// check refuses an index that no entry has.
func (t *titleList) check(i, index, entries uint32) (uint32, error) {
	if index >= entries {
		return 0, formatError(ErrCorrupt, "title list", t.pos+4*uint64(i), "index %d of %d entries", index, entries)
	}
	return index, nil
}

// findTitle returns the first position in [lo, hi] of t whose record is not below (ns, title).
func (a *Archive) findTitle(ctx context.Context, t *titleList, ns byte, title string, in indexRange) (uint32, error) {
	var stack [128]byte
	s := search{target: appendKey(stack[:0], ns, title), keys: t.keys, lo: in.lo, hi: in.hi, equal: -1}
	buf := smallBuffers.Get().(*[]byte)
	defer smallBuffers.Put(buf)
	var key []byte
	s.probe = func(ctx context.Context, i uint32) ([]byte, error) {
		index, err := a.titleIndex(ctx, t, i)
		if err != nil {
			return nil, err
		}
		d, err := a.rawEntry(ctx, index, buf)
		key = appendKey(key[:0], d.ns, d.displayTitle())
		return key, err
	}
	err := s.narrow(ctx)
	if err == nil {
		err = s.halve(ctx, 0)
	}
	if err != nil && s.equal >= 0 && lasting(err) {
		return uint32(s.equal), nil
	}
	return s.lo, err
}

// LookupTitle returns an entry with exactly this title, from the title listing. In an old
// archive the namespaces A, I, J and - are tried in this order. It fails with [ErrNotFound].
func (a *Archive) LookupTitle(ctx context.Context, title string) (Entry, error) {
	t, err := a.titleList(ctx)
	if err != nil {
		return Entry{}, err
	}
	for _, ns := range []byte("CAIJ-") {
		if t.v1 && ns != 'C' {
			break
		}
		pos, err := a.findTitle(ctx, t, ns, title, indexRange{0, t.n})
		if err != nil {
			return Entry{}, err
		}
		if pos == t.n {
			continue
		}
		e, err := a.titleEntry(ctx, t, pos)
		if err != nil || e.d.ns == ns && e.d.title == title {
			return e, err
		}
	}
	return Entry{}, ErrNotFound
}

func (a *Archive) titleEntry(ctx context.Context, t *titleList, pos uint32) (Entry, error) {
	index, err := a.titleIndex(ctx, t, pos)
	if err != nil {
		return Entry{}, err
	}
	return a.Entry(ctx, index)
}

// TitleCount returns how many front articles the title listing has, or how many entries of
// namespace C or A where it does not tell articles apart.
func (a *Archive) TitleCount(ctx context.Context) (uint32, error) {
	t, err := a.titleList(ctx)
	if err != nil {
		return 0, err
	}
	return uint32(t.front.len()), nil
}

// TitleEntry returns the entry at position pos of the front articles in title order. It
// fails with [ErrNotFound] behind the last.
func (a *Archive) TitleEntry(ctx context.Context, pos uint32) (Entry, error) {
	t, err := a.titleList(ctx)
	if err != nil {
		return Entry{}, err
	}
	if uint64(pos) >= t.front.len() {
		return Entry{}, ErrNotFound
	}
	return a.titleEntry(ctx, t, t.front.lo+pos)
}

// TitleRange returns the positions [lo, hi) of the front articles whose title starts with
// prefix, for paging with TitleEntry.
func (a *Archive) TitleRange(ctx context.Context, prefix string) (lo, hi uint32, err error) {
	t, err := a.titleList(ctx)
	if err != nil {
		return 0, 0, err
	}
	lo, hi = t.front.lo, t.front.hi
	if prefix != "" {
		if lo, err = a.findTitle(ctx, t, a.ContentNamespace(), prefix, t.front); err != nil {
			return 0, 0, err
		}
		if next, ok := successor(prefix); ok {
			if hi, err = a.findTitle(ctx, t, a.ContentNamespace(), next, t.front); err != nil {
				return 0, 0, err
			}
		}
	}
	return lo - t.front.lo, max(lo, hi) - t.front.lo, nil
}
