package zim

import (
	"io"
	"sort"
	"sync/atomic"
)

// A part is one file of an archive, or the whole of it.
type part struct {
	io.ReaderAt
	start uint64 // of its first byte in the archive
	size  uint64
}

// A source is the archive's bytes: one part, or several that are read as if concatenated.
// Reads may run at once; a closed source refuses new ones while those under way finish.
type source struct {
	parts  []part
	size   uint64
	empty  int       // parts of no bytes, which were left out
	closer io.Closer // nil when the caller keeps what is read
	closed atomic.Bool
}

// add appends a part. Empty parts are left out: splitting tools write them.
func (s *source) add(r io.ReaderAt, size int64) {
	if size <= 0 {
		s.empty++
		return
	}
	s.parts = append(s.parts, part{r, s.size, uint64(size)})
	s.size += uint64(size)
}

// read fills p from off, or fails. The caller has compared off with the size.
func (s *source) read(p []byte, off uint64) error {
	if s.closed.Load() {
		return ErrClosed
	}
	for i := s.find(off); len(p) > 0; i++ {
		if i >= len(s.parts) {
			return readError(io.EOF, off, len(p))
		}
		in := off - s.parts[i].start
		n := min(uint64(len(p)), s.parts[i].size-in)
		if m, err := s.parts[i].ReadAt(p[:n], int64(in)); uint64(m) < n {
			if err == nil {
				err = io.ErrUnexpectedEOF
			}
			return readError(err, off, len(p))
		}
		p, off = p[n:], off+n
	}
	return nil
}

// find returns the part that holds off, or the number of parts.
func (s *source) find(off uint64) int {
	if len(s.parts) == 1 && off < s.size {
		return 0
	}
	return sort.Search(len(s.parts), func(i int) bool { return off < s.parts[i].start+s.parts[i].size })
}

// whole returns the part that holds all of size bytes at off.
func (s *source) whole(off, size uint64) (index int, in uint64, ok bool) {
	i := s.find(off)
	if i == len(s.parts) || size > s.parts[i].size-(off-s.parts[i].start) {
		return 0, 0, false
	}
	return i, off - s.parts[i].start, true
}

// Close lets reads under way finish, which os.File counts itself, and refuses later ones.
func (s *source) Close() error {
	if s.closed.Swap(true) {
		return ErrClosed
	}
	if s.closer == nil {
		return nil
	}
	return s.closer.Close()
}
