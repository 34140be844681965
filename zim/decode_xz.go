package zim

import (
	"context"
	"errors"
	"io"

	"github.com/openzim-mcp/openzim-mcp/zim/internal/lzma2"
)

// An xzStream decodes a cluster into one slice, which is also the dictionary: whatever
// the archive declares (64 MiB in real ones), no other memory is needed.
type xzStream struct {
	in    packedReader
	dec   lzma2.Decoder
	out   []byte // the payload as far as it was decoded
	pos   int    // how much of it was read
	limit int
	buf   []byte // compressed bytes; buf[from:to] are still to be used
	from  int
	to    int
	list  chan *xzStream
}

// xzInput is how many compressed bytes are read at once: more than a chunk, which has at
// most 64 KiB and its header.
const xzInput = 2 * stepSize

// keptOut is the largest output slice that waits in the freelist.
const keptOut = wholeLimit

func newXZStream(list chan *xzStream) *xzStream {
	return &xzStream{buf: make([]byte, xzInput), list: list}
}

// unpackXZ opens a cluster. Up to Options.MaxClusterMem bytes can be read from it.
func (a *Archive) unpackXZ(c clusterHead) unpacker {
	x := a.cache.xz.get()
	x.in = packedReader{a: a, ctx: context.Background(), c: c, pos: c.data()}
	x.limit = int(a.opts.MaxClusterMem)
	x.dec.Reset()
	return x
}

func (x *xzStream) read(ctx context.Context, p []byte) error {
	if err := x.decode(ctx, len(p)); err != nil {
		return err
	}
	x.pos += copy(p, x.out[x.pos:])
	return nil
}

func (x *xzStream) skip(ctx context.Context, n uint64) error {
	if n > uint64(x.limit) {
		return x.tooLarge()
	}
	if err := x.decode(ctx, int(n)); err != nil {
		return err
	}
	x.pos += int(n)
	return nil
}

func (x *xzStream) tooLarge() error {
	return clusterError(ErrTooLarge, x.in.c.number, x.in.c.pos, "more than %d bytes of xz data", x.limit)
}

// decode goes on until n bytes behind pos are there, looking at ctx after each step.
func (x *xzStream) decode(ctx context.Context, n int) error {
	x.in.ctx = ctx
	for len(x.out)-x.pos < n {
		if err := ctx.Err(); err != nil {
			return err
		}
		want := min(x.pos+n, len(x.out)+stepSize)
		x.makeRoom(want)
		out, used, err := x.dec.Decode(x.out, x.buf[x.from:x.to], want, x.limit)
		x.out = out
		x.from += used
		switch {
		case errors.Is(err, lzma2.ErrMore):
			err = x.fill()
		case err == nil && x.dec.Done() && len(x.out)-x.pos < n:
			err = x.in.explain(io.ErrUnexpectedEOF)
		case errors.Is(err, lzma2.ErrLimit):
			err = x.tooLarge()
		case errors.Is(err, lzma2.ErrUnsupported):
			err = clusterError(ErrCompression, x.in.c.number, x.in.c.pos, "%v", err)
		case err != nil:
			err = clusterError(ErrCorrupt, x.in.c.number, x.in.c.pos, "%v", err)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// makeRoom doubles the output slice when want bytes do not fit. The decoder alone would let
// it grow by no more than each step asks for, and copy all of it each time.
func (x *xzStream) makeRoom(want int) {
	if want = min(want, x.limit); want > cap(x.out) {
		x.out = append(make([]byte, 0, min(max(want, 2*cap(x.out)), x.limit)), x.out...)
	}
}

// finish decodes to the end of the stream, so that its checks are verified, unless more data
// follows the blobs: what lies there belongs to nobody.
func (x *xzStream) finish(ctx context.Context, size uint64) error {
	if uint64(len(x.out)) > size || len(x.out) == x.limit {
		return nil
	}
	err := x.decode(ctx, 1)
	if x.dec.Done() && uint64(len(x.out)) == size {
		return nil
	}
	return err
}

// fill reads more compressed bytes behind those that are left.
func (x *xzStream) fill() error {
	x.to = copy(x.buf, x.buf[x.from:x.to])
	x.from = 0
	n, err := x.in.Read(x.buf[x.to:])
	if err != nil {
		return x.in.explain(err)
	}
	x.to += n
	return nil
}

func (x *xzStream) close() {
	x.in = packedReader{}
	x.out, x.pos, x.from, x.to = x.out[:0], 0, 0, 0
	if cap(x.out) > keptOut {
		x.out = nil
	}
	select {
	case x.list <- x:
	default:
	}
}
