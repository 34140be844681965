package zim

import (
	"bufio"
	"context"
	"errors"
	"io"

	"github.com/klauspost/compress/zstd"
)

// A zstdStream decodes a cluster while holding only the window, 8 MiB in real archives.
type zstdStream struct {
	in   frameReader
	buf  *bufio.Reader
	dec  *zstd.Decoder
	list chan *zstdStream // where it goes when closed; nil for one of its own window size
	done func()           // gives back the right to a large window
	void []byte           // what skipped bytes are decoded into
}

func newZstdStream(list chan *zstdStream, maxWindow uint64) *zstdStream {
	dec, err := zstd.NewReader(nil,
		zstd.WithDecoderConcurrency(1), // more would start goroutines for each stream
		zstd.WithDecoderMaxWindow(maxWindow),
		zstd.WithDecodeBuffersBelow(0), // or small inputs are decoded whole at Reset
		zstd.IgnoreChecksum(false))
	if err != nil {
		panic(err) // only for options that are wrong for every archive
	}
	return &zstdStream{buf: bufio.NewReaderSize(nil, stepSize), dec: dec, list: list, void: make([]byte, tableStep)}
}

// unpackZstd opens a cluster after a look at the frame's header, where the window is judged.
// Large windows, which libzim 6.3 wrote, are decoded into memory whole if that is possible:
// the output then is the window.
func (a *Archive) unpackZstd(ctx context.Context, c clusterHead) (unpacker, error) {
	f, err := a.zstdHead(ctx, c)
	if err != nil {
		return nil, err
	}
	if f.window > uint64(a.opts.MaxWindow) {
		return nil, clusterError(ErrTooLarge, c.number, c.pos, "a zstd window of %d bytes", f.window)
	}
	if f.window <= smallWindow {
		s := a.cache.streams.get()
		return s.reset(a, ctx, c, f)
	}
	up, err := a.unpackAll(ctx, c, f)
	if up != nil || err != nil {
		return up, err
	}
	return a.unpackLarge(ctx, c, f)
}

// zstdHead reads and parses the header of the cluster's frame.
func (a *Archive) zstdHead(ctx context.Context, c clusterHead) (zstdFrame, error) {
	buf := smallBuffers.Get().(*[]byte)
	defer smallBuffers.Put(buf)
	room := a.head.end - c.data()
	for need := uint64(maxFrameHead); ; {
		b := grown(buf, int(min(need, room)))
		if err := a.read(ctx, b, c.data()); err != nil {
			return zstdFrame{}, err
		}
		f, more, reason := parseZstdHead(b)
		switch {
		case reason != "":
			return f, c.corrupt(reason)
		case more == 0:
			return f, nil
		case uint64(len(b)) == room:
			return f, clusterError(ErrTruncated, c.number, c.pos, "the archive ends inside the zstd frame's header")
		case more > a.opts.MaxMIMEList:
			return f, c.corrupt("skippable zstd frames are too long")
		}
		need = uint64(more)
	}
}

func (s *zstdStream) reset(a *Archive, ctx context.Context, c clusterHead, f zstdFrame) (*zstdStream, error) {
	s.in = frameReader{packedReader: packedReader{a: a, ctx: ctx, c: c, pos: c.data()}, frame: f, walk: frameWalk{end: f.start + f.head}}
	s.buf.Reset(&s.in)
	if err := s.dec.Reset(s.buf); err != nil {
		defer s.close()
		return nil, s.in.explain(err)
	}
	return s, nil
}

func (s *zstdStream) read(ctx context.Context, p []byte) error {
	s.in.ctx = ctx
	for len(p) > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := io.ReadFull(s.dec, p[:min(len(p), stepSize)])
		if err != nil {
			return s.in.explain(err)
		}
		p = p[n:]
	}
	return nil
}

func (s *zstdStream) skip(ctx context.Context, n uint64) error {
	for n > 0 {
		m := min(n, uint64(len(s.void)))
		if err := s.read(ctx, s.void[:m]); err != nil {
			return err
		}
		n -= m
	}
	return nil
}

// finish looks for the frame's checksum, which few writers make. What follows the frame does
// not matter.
func (s *zstdStream) finish(ctx context.Context, _ uint64) error {
	s.in.ctx = ctx
	if _, err := s.dec.Read(s.void[:1]); errors.Is(err, zstd.ErrCRCMismatch) {
		return s.in.explain(err)
	}
	return ctx.Err()
}

// close forgets the archive before the stream waits for its next use.
func (s *zstdStream) close() {
	s.dec.Reset(nil) // a half-read stream would block the next use
	s.in = frameReader{}
	s.buf.Reset(nil)
	if s.done != nil {
		s.done()
	}
	if s.list == nil {
		s.dec.Close()
		return
	}
	select {
	case s.list <- s:
	default:
		s.dec.Close()
	}
}

// unpackLarge streams with a window of up to 128 MiB. One such stream exists at a time.
func (a *Archive) unpackLarge(ctx context.Context, c clusterHead, f zstdFrame) (unpacker, error) {
	if err := a.cache.takeLarge(ctx); err != nil {
		return nil, err
	}
	s := newZstdStream(nil, uint64(a.opts.MaxWindow))
	s.done = func() { <-a.cache.large }
	up, err := s.reset(a, ctx, c, f)
	if err != nil {
		return nil, err
	}
	return up, nil
}

// unpackAll decodes a whole frame into memory. It returns neither an unpacker nor an error
// when that could take more than Options.MaxClusterMem.
func (a *Archive) unpackAll(ctx context.Context, c clusterHead, f zstdFrame) (unpacker, error) {
	var w workbench
	data, err := a.decodeFrame(ctx, c, f, &w, a.opts.MaxClusterMem)
	if data == nil || err != nil {
		return nil, err
	}
	return &unpacked{c: c, data: data}, nil
}

// decodeFrame decodes a whole frame on w, in one piece: that is a quarter faster than a stream.
// It returns nothing when more than limit bytes could come out.
func (a *Archive) decodeFrame(ctx context.Context, c clusterHead, f zstdFrame, w *workbench, limit int64) ([]byte, error) {
	packed, bound, err := a.readFrame(ctx, c, f, w, uint64(limit))
	if packed == nil || err != nil {
		return nil, err
	}
	dec := a.cache.decoders.get()
	defer a.cache.decoders.put(dec)
	data, err := dec.DecodeAll(packed, grown(&w.data, int(bound)+zstdBlock)[:0])
	if errors.Is(err, zstd.ErrDecoderSizeExceeded) {
		return nil, nil
	}
	if err != nil {
		return nil, clusterError(ErrCorrupt, c.number, c.pos, "%v", err)
	}
	return data, nil
}

// readFrame reads the frame whole onto w, following its blocks from header to header, and
// returns how much it can decode to at the most: nothing when that or the frame passes limit.
func (a *Archive) readFrame(ctx context.Context, c clusterHead, f zstdFrame, w *workbench, limit uint64) ([]byte, uint64, error) {
	const leastGuess, firstGuess = 4 << 10, 256 << 10
	room := a.head.end - c.data()
	n := min(max(c.hint-c.data(), leastGuess), room) // a hint of nothing would never double
	if c.hint == a.head.end {
		n = min(n, firstGuess)
	}
	var walk frameWalk
	from := 0
	for n = min(n, max(limit, leastGuess)); ; n = min(2*n, room) {
		b := w.room(from, int(n))
		if err := a.read(ctx, b[from:], c.data()+uint64(from)); err != nil {
			return nil, 0, err
		}
		from = len(b)
		var reason string
		if walk, reason = f.walk(b, walk); reason != "" {
			return nil, 0, c.corrupt(reason)
		}
		switch {
		case walk.bound > limit, walk.end > limit:
			return nil, 0, nil
		case walk.done && walk.end <= uint64(len(b)):
			return b[f.start:walk.end], walk.bound, nil
		case n == room:
			return nil, 0, cutFrame(c)
		}
	}
}

// walkStep is how much of a frame is read at once to follow its blocks: most of them are
// longer, but a frame can be made of empty ones.
const walkStep = 4 << 10

// walkFrame follows the frame's blocks without decoding or reading what is in them. It fails
// when they leave the archive, or cannot give size bytes.
func (a *Archive) walkFrame(ctx context.Context, c clusterHead, size uint64) error {
	f, err := a.zstdHead(ctx, c)
	if err != nil {
		return err
	}
	w := frameWalk{end: f.start + f.head}
	room := a.head.end - c.data()
	for buf := make([]byte, walkStep); !w.done; {
		if w.end > room || room-w.end < blockHead {
			return cutFrame(c)
		}
		from := w.end
		b := buf[:min(walkStep, room-from)]
		if err := a.read(ctx, b, c.data()+from); err != nil {
			return err
		}
		for !w.done && w.end-from+blockHead <= uint64(len(b)) {
			if reason := w.block(b[w.end-from:]); reason != "" {
				return c.corrupt(reason)
			}
		}
	}
	if w.end > room {
		return cutFrame(c)
	}
	if w.bound < size {
		return c.corrupt("the zstd frame is too short for the blobs")
	}
	return nil
}

func cutFrame(c clusterHead) error {
	return clusterError(ErrTruncated, c.number, c.pos, "the archive ends inside the zstd frame")
}

// An unpacked serves a payload that is in memory.
type unpacked struct {
	c    clusterHead
	data []byte
}

func (u *unpacked) read(ctx context.Context, p []byte) error {
	if len(p) > len(u.data) {
		return clusterError(ErrTruncated, u.c.number, u.c.pos, "the compressed data ends before the blobs")
	}
	copy(p, u.data)
	u.data = u.data[len(p):]
	return ctx.Err()
}

func (u *unpacked) skip(ctx context.Context, n uint64) error {
	if n > uint64(len(u.data)) {
		return u.read(ctx, make([]byte, len(u.data)+1))
	}
	u.data = u.data[n:]
	return ctx.Err()
}

func (u *unpacked) finish(ctx context.Context, _ uint64) error { return ctx.Err() }

func (u *unpacked) close() {}
