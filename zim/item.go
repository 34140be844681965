package zim

import "context"

// An Item is an entry with data. It is a small value, as an Entry.
type Item struct {
	e    Entry
	held *held // the cluster, when an iteration in cluster order holds it
}

// Entry returns the entry that the data belongs to; after Resolve, the end of the redirects.
func (it Item) Entry() Entry { return it.e }

// Cluster returns the number of the cluster that holds the data. With Blob it tells
// aliases, which are entries with the same data.
func (it Item) Cluster() uint32 { return it.e.d.cluster }

// Blob returns the number of the data in its cluster.
func (it Item) Blob() uint32 { return it.e.d.blob }

// MIMEType returns the type as stored, often with parameters. It fails with [ErrCorrupt]
// when the archive has no such type; the data can be read all the same.
func (it Item) MIMEType() (string, error) {
	mime := it.e.a.mime
	if int(it.e.d.kind) >= len(mime) {
		return "", it.e.a.blame(ErrCorrupt, "MIME type", it.e.index, "MIME type %d of %d", it.e.d.kind, len(mime))
	}
	return mime[it.e.d.kind], nil
}

// Size returns the item's length in bytes, decompressed. It may decode the start of the
// cluster, and then fails with [*FormatError] or an I/O error.
func (it Item) Size(ctx context.Context) (int64, error) {
	if b, ok, err := it.heldBlob(); ok || err != nil {
		return int64(len(b)), err
	}
	a := it.e.a
	c, err := a.cluster(ctx, it.e.d.cluster)
	if err != nil {
		return 0, err
	}
	if c.compression == compressionNone {
		_, size, err := a.rawBlob(ctx, c, it.e.d.blob)
		return int64(size), err
	}
	if b, p := a.cache.find(cacheKey{a.id, c.number, wholeCluster}, it.e.d.blob); b != nil {
		return int64(len(b)), nil
	} else if p != nil && uint64(it.e.d.blob) < p.n {
		return int64(len(p.blob(it.e.d.blob))), nil
	}
	from, to, err := a.compressedSpan(ctx, c, it.e.d.blob)
	return int64(to - from), err
}

// compressedSpan returns where a blob lies in the payload, from the cluster's table.
func (a *Archive) compressedSpan(ctx context.Context, c clusterHead, i uint32) (from, to uint64, err error) {
	if err := a.cache.acquire(ctx); err != nil {
		return 0, 0, err
	}
	defer a.cache.release()
	o, err := a.openPayload(ctx, c)
	if err != nil {
		return 0, 0, err
	}
	defer o.close()
	return o.span(i)
}

// Bytes returns the data, which is shared: do not modify it. It stays valid, also after the
// archive is closed. It fails with [ErrTooLarge] above Options.MaxBlob: use Open.
func (it Item) Bytes(ctx context.Context) ([]byte, error) {
	return it.atMost(ctx, it.e.a.opts.MaxBlob)
}

// AppendTo appends the data to dst. It fails as Bytes.
func (it Item) AppendTo(ctx context.Context, dst []byte) ([]byte, error) {
	b, err := it.Bytes(ctx)
	return append(dst, b...), err
}

// atMost returns the data unless it is longer than limit.
func (it Item) atMost(ctx context.Context, limit int64) ([]byte, error) {
	a, d := it.e.a, it.e.d
	if a.src.closed.Load() {
		return nil, ErrClosed
	}
	if b, ok, err := it.heldBlob(); ok || err != nil {
		if int64(len(b)) > limit {
			return nil, tooLarge(clusterHead{number: d.cluster}, d.blob, uint64(len(b)), limit)
		}
		return b, err
	}
	c, err := a.cluster(ctx, d.cluster)
	if err != nil {
		return nil, err
	}
	if c.compression != compressionNone {
		return a.compressedBlob(ctx, c, d.blob, limit)
	}
	pos, size, err := a.rawBlob(ctx, c, d.blob)
	if err != nil {
		return nil, err
	}
	if size > uint64(limit) {
		return nil, tooLarge(c, d.blob, size, limit)
	}
	return a.readBlob(ctx, pos, size)
}

// readBlob reads uncompressed data, which lies inside the file, in steps that look at ctx.
func (a *Archive) readBlob(ctx context.Context, pos, size uint64) ([]byte, error) {
	const step = 4 << 20
	b := make([]byte, size)
	for from := uint64(0); from < size; from += step {
		if err := a.read(ctx, b[from:min(from+step, size)], pos+from); err != nil {
			return nil, err
		}
	}
	return b, ctx.Err()
}

// heldBlob returns the data if an iteration holds it at the moment.
func (it Item) heldBlob() (b []byte, ok bool, err error) {
	if it.held == nil {
		return nil, false, nil
	}
	return it.held.blob(clusterHead{number: it.e.d.cluster}, it.e.d.blob)
}

// A Location is where an item lies in a file.
type Location struct {
	Part   int   // index of the file, empty ones left out
	Offset int64 // in that file
	Size   int64 // bytes
}

// Location says where the item lies when it is stored uncompressed within one part. A
// server can then send it from the file.
func (it Item) Location(ctx context.Context) (loc Location, ok bool, err error) {
	a := it.e.a
	c, err := a.cluster(ctx, it.e.d.cluster)
	if err != nil || c.compression != compressionNone {
		return Location{}, false, err
	}
	pos, size, err := a.rawBlob(ctx, c, it.e.d.blob)
	if err != nil {
		return Location{}, false, err
	}
	i, in, ok := a.src.whole(pos, size)
	return Location{i, int64(in), int64(size)}, ok, nil
}
