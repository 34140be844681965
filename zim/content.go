package zim

import (
	"context"
	"errors"
	"io"
)

// Content reads one item of any size: io.ReadSeekCloser, io.ReaderAt and io.WriterTo. It is
// for one goroutine at a time, but for ReadAt. Close gives back the decoder it may hold.
type Content struct {
	a     *Archive
	ctx   context.Context
	c     clusterHead
	start uint64 // of an uncompressed item in the archive, of a compressed one in the payload
	size  int64
	pos   int64
	mem   []byte // the item, when it was small enough to be decoded at once
	raw   bool
	up    unpacker // of a large compressed item
	at    int64    // where up stands in the item
}

// memItem is the largest compressed item that Open decodes at once.
const memItem = wholeLimit

var errContentSeek = errors.New("zim: seek before the start of the item")

// Open returns a reader of the data that need not fit into memory. ctx holds for all that is
// read through it. Items of more than 8 MiB in compressed clusters are decoded as they are
// read, and again from the start when reading goes backwards.
func (it Item) Open(ctx context.Context) (*Content, error) {
	a, d := it.e.a, it.e.d
	if b, ok, err := it.heldBlob(); err != nil {
		return nil, err
	} else if ok {
		return &Content{a: a, ctx: ctx, mem: b, size: int64(len(b))}, nil
	}
	c, err := a.cluster(ctx, d.cluster)
	if err != nil {
		return nil, err
	}
	r := &Content{a: a, ctx: ctx, c: c, raw: c.compression == compressionNone}
	if r.raw {
		var size uint64
		r.start, size, err = a.rawBlob(ctx, c, d.blob)
		r.size = int64(size)
	} else {
		err = r.openCompressed(d.blob)
	}
	if err != nil {
		return nil, err
	}
	return r, nil
}

// openCompressed decodes a small item at once, and finds where a larger one lies.
func (r *Content) openCompressed(blob uint32) error {
	b, err := r.a.compressedBlob(r.ctx, r.c, blob, memItem)
	if err == nil {
		r.mem, r.size = b, int64(len(b))
		return nil
	}
	if !errors.Is(err, ErrTooLarge) {
		return err
	}
	from, to, err := r.a.compressedSpan(r.ctx, r.c, blob)
	r.start, r.size = from, int64(to-from)
	return err
}

// Size returns the item's length in bytes.
func (r *Content) Size() int64 { return r.size }

// Read reads on from where the last Read or Seek ended. It fails as Item.Bytes, but for ErrTooLarge.
func (r *Content) Read(p []byte) (int, error) {
	n, err := r.readAt(p, r.pos)
	r.pos += int64(n)
	return n, err
}

// ReadAt reads len(p) bytes at off. For a large compressed item it decodes all before off.
// It may be called from many goroutines at once.
func (r *Content) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 {
		return 0, errContentSeek
	}
	own := Content{a: r.a, ctx: r.ctx, c: r.c, start: r.start, size: r.size, mem: r.mem, raw: r.raw} // not what Read changes
	defer own.Close()
	read := 0
	for read < len(p) {
		n, err := own.readAt(p[read:], off+int64(read))
		read += n
		if err != nil {
			return read, err
		}
	}
	return read, nil
}

// readAt reads up to len(p) bytes, fewer only at the item's end.
func (r *Content) readAt(p []byte, off int64) (int, error) {
	if r.a.src.closed.Load() {
		return 0, ErrClosed
	}
	if off >= r.size {
		return 0, io.EOF
	}
	p = p[:min(int64(len(p)), r.size-off)]
	switch {
	case r.raw:
		if err := r.a.read(r.ctx, p, r.start+uint64(off)); err != nil {
			return 0, err
		}
	case r.mem != nil:
		copy(p, r.mem[off:])
	default:
		if err := r.decode(p, off); err != nil {
			return 0, err
		}
	}
	return len(p), nil
}

// decode fills p from the unpacker, which it opens anew to go backwards.
func (r *Content) decode(p []byte, off int64) error {
	if err := r.a.cache.acquire(r.ctx); err != nil {
		return err
	}
	defer r.a.cache.release()
	if r.up != nil && off < r.at {
		r.drop()
	}
	if r.up == nil {
		up, err := r.a.unpack(r.ctx, r.c)
		if err != nil {
			return err
		}
		r.up, r.at = up, 0
		if err := up.skip(r.ctx, r.start); err != nil {
			r.drop()
			return err
		}
	}
	if err := r.up.skip(r.ctx, uint64(off-r.at)); err != nil {
		r.drop()
		return err
	}
	r.at = off
	if err := r.up.read(r.ctx, p); err != nil {
		r.drop()
		return err
	}
	r.at += int64(len(p))
	return nil
}

// Seek sets where the next Read begins. It may be behind the end, where Read finds io.EOF.
func (r *Content) Seek(off int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		off += r.pos
	case io.SeekEnd:
		off += r.size
	}
	if off < 0 || whence < io.SeekStart || whence > io.SeekEnd {
		return 0, errContentSeek
	}
	r.pos = off
	return off, nil
}

// WriteTo writes what has not been read yet.
func (r *Content) WriteTo(w io.Writer) (int64, error) {
	var written int64
	buf := make([]byte, min(int64(stepSize), max(r.size-r.pos, 1)))
	for {
		n, err := r.Read(buf)
		if n > 0 {
			m, err := w.Write(buf[:n])
			written += int64(m)
			if err != nil {
				return written, err
			}
		}
		if err == io.EOF {
			return written, nil
		}
		if err != nil {
			return written, err
		}
	}
}

// Close gives back the decoder. The Content can be read again, from the start.
func (r *Content) Close() error {
	r.drop()
	return nil
}

func (r *Content) drop() {
	if r.up != nil {
		r.up.close()
		r.up = nil
	}
}
