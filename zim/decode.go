package zim

import (
	"context"
	"io"
)

// An unpacker decodes the payload of one compressed cluster from its start. It is for one
// goroutine, and goes back to its freelist with close.
type unpacker interface {
	read(ctx context.Context, p []byte) error // fills p with the next bytes
	skip(ctx context.Context, n uint64) error // leaves out the next n bytes
	// finish verifies the compressor's own checks, once size bytes, all that the blobs take, were read.
	finish(ctx context.Context, size uint64) error
	close()
}

const (
	tableStep   = 64 << 10  // bytes of an offset table decoded at once
	stepSize    = 128 << 10 // bytes decoded between two looks at the context
	wholeLimit  = 8 << 20   // payloads up to this size are decoded whole when asked for again
	growingFrom = 8 << 20   // larger buffers grow with the data instead of trusting an offset
	smallWindow = 16 << 20  // zstd windows up to this size are decoded as streams
)

// unpack opens a compressed cluster.
func (a *Archive) unpack(ctx context.Context, c clusterHead) (unpacker, error) {
	if c.compression == compressionXZ {
		return a.unpackXZ(c), nil
	}
	return a.unpackZstd(ctx, c)
}

// An opened is a compressed cluster whose offset table has been decoded and checked.
type opened struct {
	unpacker
	c     clusterHead
	table []byte // every offset
	blobs uint64
	total uint64 // length of the payload
}

// openPayload decodes the offset table. The table grows as it is decoded: its length is
// only a claim until then.
func (a *Archive) openPayload(ctx context.Context, c clusterHead) (o *opened, err error) {
	up, err := a.unpack(ctx, c)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			up.close()
		}
	}()
	table := make([]byte, c.width, 4*direntStep)
	if err := up.read(ctx, table); err != nil {
		return nil, err
	}
	t, reason := newBlobTable(offsetAt(table, c.width), c.width, a.head.entries)
	if reason != "" {
		return nil, c.corrupt(reason)
	}
	if t.last > uint64(a.opts.MaxClusterMem) {
		return nil, clusterError(ErrTooLarge, c.number, c.pos, "a table of %d blobs", t.blobs())
	}
	for end := t.last; uint64(len(table)) < end; {
		from := len(table)
		table = append(table, make([]byte, min(tableStep, end-uint64(from)))...)
		if err := up.read(ctx, table[from:]); err != nil {
			return nil, err
		}
		if reason := t.readAll(table[from:]); reason != "" {
			return nil, c.corrupt(reason)
		}
	}
	return &opened{unpacker: up, c: c, table: table, blobs: t.blobs(), total: t.last}, nil
}

// span returns where blob i begins and ends in the payload.
func (o *opened) span(i uint32) (from, to uint64, err error) {
	if uint64(i) >= o.blobs {
		return 0, 0, noBlob(o.c, i, o.blobs)
	}
	at := uint64(i) * o.c.width
	return offsetAt(o.table[at:], o.c.width), offsetAt(o.table[at+o.c.width:], o.c.width), nil
}

// decodeBlob decodes the cluster up to the end of blob i and returns a copy of it, and the
// payload's length. A blob of more than limit bytes is [ErrTooLarge].
func (a *Archive) decodeBlob(ctx context.Context, c clusterHead, i uint32, limit int64) ([]byte, uint64, error) {
	o, err := a.openPayload(ctx, c)
	if err != nil {
		return nil, 0, err
	}
	defer o.close()
	from, to, err := o.span(i)
	if err != nil {
		return nil, 0, err
	}
	if to-from > uint64(limit) {
		return nil, o.total, tooLarge(c, i, to-from, limit)
	}
	if err := o.skip(ctx, from-uint64(len(o.table))); err != nil {
		return nil, 0, err
	}
	b, err := readGrowing(ctx, o, nil, to-from)
	return b, o.total, err
}

func tooLarge(c clusterHead, i uint32, size uint64, limit int64) error {
	return clusterError(ErrTooLarge, c.number, c.pos, "blob %d has %d bytes, more than %d", i, size, limit)
}

// streamWhole decodes the cluster to its last offset as a stream, whatever the compressed data
// holds behind it. More than limit bytes are [ErrTooLarge].
func (a *Archive) streamWhole(ctx context.Context, c clusterHead, limit int64) (*payload, error) {
	o, err := a.openPayload(ctx, c)
	if err != nil {
		return nil, err
	}
	defer o.close()
	if o.total > uint64(limit) {
		return nil, clusterError(ErrTooLarge, c.number, c.pos, "%d bytes, more than %d", o.total, limit)
	}
	data, err := readGrowing(ctx, o, o.table, o.total-uint64(len(o.table)))
	if err == nil {
		err = o.finish(ctx, o.total)
	}
	if err != nil {
		return nil, err
	}
	return &payload{data: data, width: c.width, n: o.blobs}, nil
}

// readGrowing returns head followed by the next n bytes. Up to 8 MiB are allocated at once;
// a larger buffer doubles while the bytes really come.
func readGrowing(ctx context.Context, up unpacker, head []byte, n uint64) ([]byte, error) {
	want := uint64(len(head)) + n
	b := append(make([]byte, 0, min(want, growingFrom)), head...)
	for uint64(len(b)) < want {
		if len(b) == cap(b) {
			b = append(make([]byte, 0, min(want, 2*uint64(cap(b)))), b...)
		}
		from := len(b)
		b = b[:min(uint64(from)+stepSize, uint64(cap(b)), want)]
		if err := up.read(ctx, b[from:]); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// A packedReader reads the compressed bytes of a cluster. Where they end is not known: it
// reads up to the hint, and on from there to the archive's end if the decoder asks for more.
type packedReader struct {
	a    *Archive
	ctx  context.Context
	c    clusterHead
	pos  uint64
	fail error // of the latest read: decoders wrap errors in their own
}

func (r *packedReader) Read(p []byte) (int, error) {
	end := r.a.head.end
	if r.pos < r.c.hint {
		end = r.c.hint
	}
	n := min(uint64(len(p)), end-r.pos)
	if n == 0 {
		return 0, io.EOF
	}
	if err := r.a.read(r.ctx, p[:n], r.pos); err != nil {
		r.fail = err
		return 0, err
	}
	r.pos += n
	return int(n), nil
}

// explain turns a decoder's error into ours: what the reader met, or damage.
func (r *packedReader) explain(err error) error {
	switch {
	case r.fail != nil:
		return r.fail
	case err == io.EOF || err == io.ErrUnexpectedEOF:
		return clusterError(ErrTruncated, r.c.number, r.c.pos, "the compressed data ends before the blobs")
	}
	return clusterError(ErrCorrupt, r.c.number, r.c.pos, "%v", err)
}
