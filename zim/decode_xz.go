package zim

import (
	"context"
	"errors"
	"io"
	"math"

	"github.com/openzim-mcp/openzim-mcp/zim/internal/lzma2"
)

// An xzStream decodes a cluster into one slice, which is also the dictionary: whatever
// the archive declares (64 MiB in real ones), no other memory is needed. A payload that is
// longer than Options.MaxClusterMem slides through it.
type xzStream struct {
	in    packedReader
	dec   lzma2.Decoder
	out   []byte // the payload as far as it was decoded, but for base bytes in front
	base  uint64
	pos   int // how much of out was read
	limit int
	done  func() // gives back the right to a large window; nil without
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

// unpackXZ opens a cluster.
func (a *Archive) unpackXZ(c clusterHead) unpacker {
	x := a.cache.xz.get()
	x.in = packedReader{a: a, ctx: context.Background(), c: c, pos: c.data()}
	x.limit = int(a.opts.MaxClusterMem)
	x.dec.Reset()
	return x
}

func (x *xzStream) read(ctx context.Context, p []byte) error {
	for len(p) > 0 {
		n := min(len(p), stepSize)
		if err := x.decode(ctx, n); err != nil {
			return err
		}
		copy(p, x.out[x.pos:x.pos+n])
		x.pos += n
		p = p[n:]
	}
	return nil
}

func (x *xzStream) skip(ctx context.Context, n uint64) error {
	for n > 0 {
		step := int(min(n, stepSize))
		if err := x.decode(ctx, step); err != nil {
			return err
		}
		x.pos += step
		n -= uint64(step)
	}
	return nil
}

// decode goes on until n bytes behind pos are there (n <= stepSize), looking at ctx before each
// step.
func (x *xzStream) decode(ctx context.Context, n int) error {
	x.in.ctx = ctx
	for len(x.out)-x.pos < n {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := x.makeRoom(ctx); err != nil {
			return err
		}
		want := min(x.pos+n, len(x.out)+stepSize)
		out, used, err := x.dec.Decode(x.out, x.buf[x.from:x.to], want, want)
		x.out = out
		x.from += used
		switch {
		case errors.Is(err, lzma2.ErrMore):
			err = x.fill()
		case err == nil && x.dec.Done() && len(x.out)-x.pos < n:
			err = x.in.explain(io.ErrUnexpectedEOF)
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

// makeRoom sees to it that a step fits behind out: it doubles the slice, as the decoder alone
// would let it grow by no more than each step asks for, or drops what no match can reach.
func (x *xzStream) makeRoom(ctx context.Context) error {
	want := len(x.out) + stepSize
	if want <= cap(x.out) {
		return nil
	}
	keep := int(min(max(x.dec.Dictionary(), 2*stepSize), math.MaxInt32))
	most := keep + max(keep/4, xzInput) // a quarter more, so that the moves are few
	if fits := max(x.limit, 2*stepSize); keep > fits || most < fits {
		most = fits + stepSize // all there may be, and the step that shows whether more comes
	}
	if want > most {
		return x.slide(ctx, keep)
	}
	x.out = append(make([]byte, 0, min(max(want, 2*cap(x.out)), most)), x.out...)
	return nil
}

// slide drops the beginning of out. A dictionary larger than the memory allowed is refused;
// of those above 16 MiB one at a time is held.
func (x *xzStream) slide(ctx context.Context, keep int) error {
	if keep > max(x.limit, 2*stepSize) {
		return clusterError(ErrTooLarge, x.in.c.number, x.in.c.pos, "more than %d bytes of xz data with a dictionary of %d", x.limit, keep)
	}
	if keep > smallWindow && x.done == nil {
		cache := x.in.a.cache
		if err := cache.takeLarge(ctx); err != nil {
			return err
		}
		x.done = func() { <-cache.large }
	}
	before := len(x.out)
	x.out = x.dec.Slide(x.out, keep)
	x.pos -= before - len(x.out)
	x.base += uint64(before - len(x.out))
	return nil
}

// finish decodes to the end of the stream, so that its checks are verified, unless more data
// follows the blobs: what lies there belongs to nobody.
func (x *xzStream) finish(ctx context.Context, size uint64) error {
	if x.base+uint64(len(x.out)) > size {
		return nil
	}
	err := x.decode(ctx, 1)
	if x.dec.Done() && x.base+uint64(len(x.out)) == size {
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
	x.out, x.base, x.pos, x.from, x.to = x.out[:0], 0, 0, 0, 0
	if x.done != nil {
		x.done()
		x.done = nil
	}
	if cap(x.out) > keptOut {
		x.out = nil
	}
	select {
	case x.list <- x:
	default:
	}
}
