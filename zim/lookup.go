package zim

import (
	"bytes"
	"context"
	"encoding/binary"
)

const (
	windowEntries = 512                     // how many dirents are searched in one read of their pointers
	windowSpan    = 64 << 10                // bytes of dirents that are read at once
	maxWindow     = windowSpan + direntStep // a window, and room for its last dirent
)

// A search looks for the first record of a listing that is not below target, the namespace
// byte followed by a path or title. It is made for one lookup and then forgotten.
type search struct {
	target []byte
	keys   *keys
	lo, hi uint32 // the answer is in [lo, hi]
	equal  int64  // a record equal to target, or -1
	// probe returns the key of record i. The result is valid until the next probe.
	probe func(ctx context.Context, i uint32) ([]byte, error)
}

// narrow shrinks [lo, hi] by the keys in memory. A slot that no search has used costs a probe.
func (s *search) narrow(ctx context.Context) error {
	slots := s.keys.table()
	lo, hi := s.lo, s.hi
	var low, high string // the keys last seen on either side
	for sl, sh := 0, len(slots); sl < sh; {
		mid := int(uint(sl+sh) / 2)
		pos := s.keys.position(mid)
		if pos < lo || pos >= hi { // outside of the range that was asked for
			if pos < lo {
				sl = mid + 1
			} else {
				sh = mid
			}
			continue
		}
		key, err := s.key(ctx, &slots[mid], pos)
		if err != nil {
			return err
		}
		if low != "" && key < low || high != "" && key > high {
			s.keys.unsorted.Store(true)
			return nil
		}
		if key < string(s.target) {
			lo, low, sl = pos+1, key, mid+1
		} else {
			hi, high, sh = pos, key, mid
			s.saw(pos, key == string(s.target))
		}
	}
	s.lo, s.hi = lo, hi
	return nil
}

// key returns the key of the record at pos, from its slot if that is filled.
func (s *search) key(ctx context.Context, slot *slot, pos uint32) (string, error) {
	if key := slot.Load(); key != nil {
		return *key, nil
	}
	b, err := s.probe(ctx, pos)
	if err != nil {
		return "", err
	}
	key := string(b)
	s.keys.keep(slot, key)
	return key, nil
}

// halve shrinks [lo, hi] by single probes until at most left records are between.
func (s *search) halve(ctx context.Context, left uint32) error {
	for s.hi-s.lo > left {
		mid := s.lo + (s.hi-s.lo)/2
		key, err := s.probe(ctx, mid)
		if err != nil {
			return err
		}
		if bytes.Compare(key, s.target) < 0 {
			s.lo = mid + 1
		} else {
			s.hi = mid
			s.saw(mid, bytes.Equal(key, s.target))
		}
	}
	return nil
}

func (s *search) saw(pos uint32, equal bool) {
	if equal {
		s.equal = int64(pos)
	}
}

// appendKey appends what records are ordered by: the namespace byte, then the bytes of the
// path or title. No collation and no folding: that is how listings are sorted on disk.
func appendKey[T string | []byte](dst []byte, ns byte, text T) []byte {
	return append(append(dst, ns), text...)
}

// findPath returns the first entry in [0, entries] that is not below (ns, path), and its
// dirent if it is equal. A damaged dirent on the way fails the search, unless an equal
// entry was seen before it: then that one is found.
func (a *Archive) findPath(ctx context.Context, ns byte, path string) (uint32, *dirent, error) {
	var stack [128]byte
	s := search{target: appendKey(stack[:0], ns, path), keys: a.pathKeys, hi: a.head.entries, equal: -1}
	buf := smallBuffers.Get().(*[]byte)
	defer smallBuffers.Put(buf)
	var key []byte
	s.probe = func(ctx context.Context, i uint32) ([]byte, error) {
		d, err := a.rawEntry(ctx, i, buf)
		key = appendKey(key[:0], d.ns, d.path)
		return key, err
	}
	d, err := a.finish(ctx, &s, buf)
	if err != nil && s.equal >= 0 && lasting(err) {
		s.lo = uint32(s.equal)
		d, err = a.equalEntry(ctx, &s, buf)
	}
	return s.lo, d, err
}

// finish sets s.lo to the answer: by keys in memory, then by single dirents, then by one
// read of the last 512 pointers and one of their dirents.
func (a *Archive) finish(ctx context.Context, s *search, buf *[]byte) (*dirent, error) {
	if err := s.narrow(ctx); err != nil {
		return nil, err
	}
	if s.lo == s.hi && s.lo < a.head.entries { // the keys in memory have decided: a small archive
		return a.knownEntry(ctx, s)
	}
	if err := s.halve(ctx, windowEntries); err != nil {
		return nil, err
	}
	if d, ok, err := a.searchWindow(ctx, s); ok || err != nil {
		return d, err
	}
	if err := s.halve(ctx, 0); err != nil {
		return nil, err
	}
	return a.equalEntry(ctx, s, buf)
}

// knownEntry is equalEntry by way of the cache.
func (a *Archive) knownEntry(ctx context.Context, s *search) (*dirent, error) {
	e, err := a.Entry(ctx, s.lo)
	if err != nil || e.d.ns != s.target[0] || e.d.path != string(s.target[1:]) {
		return nil, err
	}
	return e.d, nil
}

// equalEntry returns the dirent at s.lo if it is equal to the target.
func (a *Archive) equalEntry(ctx context.Context, s *search, buf *[]byte) (*dirent, error) {
	if s.lo >= a.head.entries {
		return nil, nil
	}
	d, err := a.rawEntry(ctx, s.lo, buf)
	if err != nil || compareKey(d.ns, d.path, s.target) != 0 {
		return nil, err
	}
	return d.own(), nil
}

// searchWindow ends a path search inside one read of the dirents [lo, hi], when they lie
// side by side as all writers put them. ok is false when they do not.
func (a *Archive) searchWindow(ctx context.Context, s *search) (found *dirent, ok bool, err error) {
	n := min(s.hi, a.head.entries-1) - s.lo + 1
	if s.lo >= a.head.entries {
		return nil, true, nil
	}
	pb, db := windowBuffers.Get().(*[]byte), windowBuffers.Get().(*[]byte)
	defer windowBuffers.Put(pb)
	defer windowBuffers.Put(db)
	w := window{pointers: (*pb)[:8*n], first: s.lo}
	if err := a.read(ctx, w.pointers, a.head.pathPtrPos+8*uint64(s.lo)); err != nil {
		return nil, true, err
	}
	if !w.contiguous(a.head.end) {
		return nil, false, nil
	}
	w.dirents = (*db)[:min(w.last()-w.base()+direntStep, a.head.end-w.base())]
	if err := a.read(ctx, w.dirents, w.base()); err != nil {
		return nil, true, err
	}
	return w.search(s, a.opts.MaxDirent)
}

// A window is a run of dirents in memory.
type window struct {
	first    uint32 // index of the first
	pointers []byte // 8 bytes each
	dirents  []byte // from the first one's place on
}

func (w *window) len() uint32             { return uint32(len(w.pointers) / 8) }
func (w *window) pointer(i uint32) uint64 { return binary.LittleEndian.Uint64(w.pointers[8*i:]) }
func (w *window) base() uint64            { return w.pointer(0) }
func (w *window) last() uint64            { return w.pointer(w.len() - 1) }

// contiguous reports whether the dirents follow one another inside the archive, within the
// span that is read at once.
func (w *window) contiguous(end uint64) bool {
	base := w.base()
	if base < headerSize || base >= end {
		return false
	}
	for i, before := uint32(1), base; i < w.len(); i++ {
		p := w.pointer(i)
		if p <= before || p-base > windowSpan {
			return false
		}
		before = p
	}
	return w.last() < end
}

// search sets s.lo to the answer. ok is false when a dirent needed on the way does not
// parse: the caller then probes single ones, which tells a long dirent from a damaged one.
func (w *window) search(s *search, limit int) (found *dirent, ok bool, err error) {
	lo, hi := s.lo, s.hi
	for {
		i := lo + (hi-lo)/2
		if i-w.first >= w.len() { // only when the answer is behind the last entry
			s.lo, s.hi = lo, hi
			return nil, true, nil
		}
		d, err := parseDirent(w.dirents[w.pointer(i-w.first)-w.base():], limit)
		if err != nil {
			return nil, false, nil
		}
		order := compareKey(d.ns, d.path, s.target)
		if lo == hi {
			s.lo, s.hi = lo, hi
			if order == 0 {
				return d.own(), true, nil
			}
			return nil, true, nil
		}
		if order < 0 {
			lo = i + 1
		} else {
			hi = i
		}
	}
}

// compareKey compares (ns, text) with a key.
func compareKey(ns byte, text, key []byte) int {
	if ns != key[0] {
		return int(ns) - int(key[0])
	}
	return bytes.Compare(text, key[1:])
}

// rawEntry reads the dirent of entry index (index < entries) into *buf.
func (a *Archive) rawEntry(ctx context.Context, index uint32, buf *[]byte) (rawDirent, error) {
	off, err := a.pathPointer(ctx, index)
	if err != nil {
		return rawDirent{}, err
	}
	return a.direntAt(ctx, index, off, buf)
}
