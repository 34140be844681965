package zim

import (
	"context"
	"encoding/binary"
	"iter"
)

// The iterators yield the error of an entry that cannot be read in its place and go on,
// unless the loop stops. The error of ctx or of the file ends them.

const (
	batchPointers = 8192    // read at once: 64 KiB
	minScan       = 4 << 10 // bytes of dirents read at once when they lie apart
	maxScan       = 1 << 20 // and when they follow one another
)

// Entries yields the entries of namespace ns in path order; ns 0 means all.
func (a *Archive) Entries(ctx context.Context, ns byte) iter.Seq2[Entry, error] {
	return a.PathPrefix(ctx, ns, "")
}

// PathPrefix yields the entries of namespace ns whose path starts with prefix, in path order.
func (a *Archive) PathPrefix(ctx context.Context, ns byte, prefix string) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		lo, hi, err := a.Range(ctx, ns, prefix)
		if err != nil {
			yield(Entry{}, err)
			return
		}
		a.scan(ctx, lo, hi, func(i uint32, d *rawDirent, err error) bool {
			if err != nil {
				return yield(Entry{}, err)
			}
			return yield(Entry{a, i, d.own()}, nil)
		})
	}
}

// A scanner reads dirents one after another, in windows that grow while the dirents follow
// one another and shrink when they lie apart.
type scanner struct {
	a        *Archive
	pointers []byte
	buf      []byte
	base     uint64 // of buf in the archive
	end      uint64 // of buf in the archive
	size     uint64 // of the next window
}

// scan calls f for each entry in [lo, hi), with the error of one that is damaged. The dirent is
// valid until the next call. It stops when f returns false or the file cannot be read.
func (a *Archive) scan(ctx context.Context, lo, hi uint32, f func(i uint32, d *rawDirent, err error) bool) {
	s := scanner{a: a}
	s.run(ctx, lo, hi, f)
}

// run is scan with the windows of earlier runs. It returns false when it was stopped.
func (s *scanner) run(ctx context.Context, lo, hi uint32, f func(i uint32, d *rawDirent, err error) bool) bool {
	for first := lo; first < hi; {
		n := min(hi-first, batchPointers)
		p := grown(&s.pointers, int(n)*8)
		if err := s.a.read(ctx, p, s.a.head.pathPtrPos+8*uint64(first)); err != nil {
			f(first, nil, err)
			return false
		}
		for i := range n {
			d, err := s.dirent(ctx, first+i, binary.LittleEndian.Uint64(p[8*i:]))
			if !f(first+i, &d, err) || err != nil && !lasting(err) {
				return false
			}
		}
		first += n
	}
	return true
}

// dirent returns the dirent at off, from the window if it is inside.
func (s *scanner) dirent(ctx context.Context, index uint32, off uint64) (rawDirent, error) {
	if off >= s.base && off < s.end {
		if d, err := parseDirent(s.buf[off-s.base:s.end-s.base], s.a.opts.MaxDirent); err == nil {
			return d, nil
		}
	}
	if off < headerSize || off >= s.a.head.end {
		return rawDirent{}, s.a.outside(index, off)
	}
	if off >= s.base && off <= s.end {
		s.size = min(2*s.size, maxScan)
	} else {
		s.size = minScan
	}
	size := min(s.size, s.a.head.end-off)
	b := grown(&s.buf, int(size))
	s.base, s.end = off, off
	if err := s.a.read(ctx, b, off); err != nil {
		return rawDirent{}, err
	}
	s.buf, s.end = b, off+size
	if d, err := parseDirent(b, s.a.opts.MaxDirent); err == nil {
		return d, nil
	}
	d, err := s.a.direntAt(ctx, index, off, &s.buf) // long or damaged
	s.end = s.base
	return d, err
}

// Articles yields the front articles in title order: the v1 listing, else all of namespace C
// or A. Redirects may be among them.
func (a *Archive) Articles(ctx context.Context) iter.Seq2[Entry, error] {
	return a.TitlePrefix(ctx, "")
}

// TitlePrefix yields the front articles whose title starts with prefix, byte for byte, in
// title order.
func (a *Archive) TitlePrefix(ctx context.Context, prefix string) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		t, err := a.titleList(ctx)
		if err != nil {
			yield(Entry{}, err)
			return
		}
		lo, hi, err := a.TitleRange(ctx, prefix)
		if err != nil {
			yield(Entry{}, err)
			return
		}
		a.scanTitles(ctx, t, t.front.lo+lo, t.front.lo+hi, yield)
	}
}

// scanTitles yields the entries at the positions [lo, hi) of t.
func (a *Archive) scanTitles(ctx context.Context, t *titleList, lo, hi uint32, yield func(Entry, error) bool) {
	var batch []byte
	for first := lo; first < hi; {
		n := min(hi-first, batchPointers)
		batch = grown(&batch, int(n)*4)
		if err := a.read(ctx, batch, t.pos+4*uint64(first)); err != nil {
			yield(Entry{}, err)
			return
		}
		for i := range n {
			index, err := t.check(first+i, binary.LittleEndian.Uint32(batch[4*i:]), a.head.entries)
			e := Entry{}
			if err == nil {
				e, err = a.Entry(ctx, index)
			}
			if !yield(e, err) || err != nil && !lasting(err) {
				return
			}
		}
		first += n
	}
}
