package zim

import (
	"context"
	"io"
)

// A Stored reads an item where it lies, uncompressed, in one part of the archive or over
// several. It is a small value, valid as long as the archive is open, and safe for
// concurrent use.
type Stored struct {
	a         *Archive
	pos, size uint64
}

// Stored returns a reader of the item's bytes in their place; ok is false when they are
// compressed. Other than [Item.Location] it does not mind the borders between parts.
func (it Item) Stored(ctx context.Context) (s Stored, ok bool, err error) {
	a := it.e.a
	c, err := a.cluster(ctx, it.e.d.cluster)
	if err != nil || c.compression != compressionNone {
		return Stored{}, false, err
	}
	pos, size, err := a.rawBlob(ctx, c, it.e.d.blob)
	if err != nil {
		return Stored{}, false, err
	}
	return Stored{a, pos, size}, true, nil
}

// Offset returns where in the archive the item begins, as if its parts were one file.
func (s Stored) Offset() int64 { return int64(s.pos) }

// Size returns the item's length in bytes.
func (s Stored) Size() int64 { return int64(s.size) }

// ReadAt reads len(p) bytes at off, fewer only at the item's end. It fails with [ErrClosed]
// once the archive is closed.
func (s Stored) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 {
		return 0, errContentSeek
	}
	if uint64(off) >= s.size {
		return 0, io.EOF
	}
	n := int(min(uint64(len(p)), s.size-uint64(off)))
	if err := s.a.src.read(p[:n], s.pos+uint64(off)); err != nil {
		return 0, err
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}
