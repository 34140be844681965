package zim

import (
	"bytes"
	"cmp"
	"context"
)

// strictSamples is how many evenly spaced entries libzim compares with their neighbours when
// it opens an archive.
const strictSamples = 1024

// checkStrict refuses what libzim refuses at open: samples of the path order, the content
// range, and the title list with the offset table of its cluster.
func (a *Archive) checkStrict(ctx context.Context) error {
	if a.head.titleAtZero {
		return a.atOpen[len(a.atOpen)-1]
	}
	if a.head.entries == 0 {
		_, err := a.titleList(ctx)
		return err
	}
	if pos, err := a.clusterPointer(ctx, 0); err != nil || pos <= a.head.mimeListPos {
		return cmp.Or(err, error(formatError(ErrFormat, "MIME list", a.head.mimeListPos, "the first cluster lies at %d, in front of it", pos)))
	}
	if err := a.checkSamples(ctx); err != nil {
		return err
	}
	if _, err := a.contentRange(ctx); err != nil {
		return err
	}
	return a.strictTitles(ctx)
}

// strictTitles insists on v1 where the archive has one, and looks at the whole offset table
// of its cluster. As libzim it passes over a list that is compressed.
func (a *Archive) strictTitles(ctx context.Context) error {
	_, c, err := a.titleV1(ctx)
	switch {
	case isNotFound(err) || err == nil && c.compression != compressionNone:
		_, err = a.titleList(ctx)
		return err
	case err != nil:
		return err
	}
	if _, err := a.titleListV1(ctx); err != nil {
		return err
	}
	_, err = a.checkRawTable(ctx, c)
	return err
}

// checkSamples compares evenly spaced entries with their neighbours and with each other.
func (a *Archive) checkSamples(ctx context.Context) error {
	n := uint64(a.head.entries)
	samples := min(n, strictSamples)
	var buf, before, after []byte
	for s := range samples {
		i := uint32(s * n / samples)
		for _, j := range []uint32{i, i + 1} {
			if uint64(j) >= n {
				break
			}
			d, err := a.rawEntry(ctx, j, &buf)
			if err != nil {
				return err
			}
			after = appendKey(after[:0], d.ns, d.path)
			if bytes.Compare(before, after) > 0 {
				return a.blame(ErrCorrupt, "dirent", j, "the paths are out of order")
			}
			before, after = after, before
		}
	}
	return nil
}

// checkRawTable reads the whole offset table of an uncompressed cluster and returns how many
// blobs it has.
func (a *Archive) checkRawTable(ctx context.Context, c clusterHead) (uint64, error) {
	room := a.head.end - c.data()
	if room < c.width {
		return 0, c.corrupt("too short for a blob offset")
	}
	b := make([]byte, min(room, tableStep))
	if err := a.read(ctx, b, c.data()); err != nil {
		return 0, err
	}
	t, reason := newBlobTable(offsetAt(b, c.width), c.width, a.head.entries)
	if reason != "" {
		return 0, c.corrupt(reason)
	}
	if t.last > room {
		return t.blobs(), c.corrupt("the archive ends inside the blob offsets")
	}
	size := t.last
	for at := c.width; at < size; {
		n := min(size-at, uint64(len(b)))
		if err := a.read(ctx, b[:n], c.data()+at); err != nil {
			return t.blobs(), err
		}
		if reason := t.readAll(b[:n]); reason != "" {
			return t.blobs(), c.corrupt(reason)
		}
		at += n
	}
	if t.last > room {
		return t.blobs(), c.corrupt("the last blob ends outside of the archive")
	}
	return t.blobs(), nil
}
