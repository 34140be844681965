package zim

import (
	"context"

	"github.com/openzim-mcp/openzim-mcp/zim/internal/raw"
)

// What the low four bits of a cluster's first byte say:
// https://wiki.openzim.org/wiki/ZIM_file_format#Clusters. 2 and 3 were zlib and bzip2.
const (
	compressionDefault = 0 // none, in old archives
	compressionNone    = 1
	compressionXZ      = 4
	compressionZstd    = 5

	compressionMask = 0x0F
	extendedBit     = 0x10 // blob offsets have 8 bytes; the bits above are unused
)

// headWindow is how much of an uncompressed cluster is read at first: most tables and many
// small blobs lie within.
const headWindow = direntStep

// A clusterHead says where a cluster lies and how it is packed.
type clusterHead struct {
	number      uint32
	pos         uint64 // of the info byte
	compression byte   // none, xz or zstd
	width       uint64 // of blob offsets: 4 or 8
	hint        uint64 // where the next cluster probably begins, or the archive's end; never trusted
}

// data is where the payload begins.
func (c *clusterHead) data() uint64 { return c.pos + 1 }

// cluster reads the head of a cluster. It fails with [ErrCorrupt] for one that does not
// exist or lies outside of the archive, and with [ErrCompression].
func (a *Archive) cluster(ctx context.Context, number uint32) (clusterHead, error) {
	c := clusterHead{number: number, hint: a.head.end, width: 4}
	if number >= a.head.clusters {
		return c, clusterError(ErrCorrupt, number, a.head.clusterPtrPos, "there are only %d clusters", a.head.clusters)
	}
	var err error
	if c.pos, err = a.clusterPointer(ctx, number); err != nil {
		return c, err
	}
	if c.pos < headerSize || c.pos >= a.head.end {
		return c, clusterError(ErrCorrupt, number, a.head.clusterPtrPos+8*uint64(number), "lies at %d, outside of the archive", c.pos)
	}
	if number+1 < a.head.clusters {
		if next, err := a.clusterPointer(ctx, number+1); err == nil && next > c.pos {
			c.hint = min(next, a.head.end)
		}
	}
	info, err := a.clusterInfo(ctx, number, c.pos)
	if err != nil {
		return c, err
	}
	return c, c.setInfo(info)
}

func (c *clusterHead) setInfo(info byte) error {
	if info&extendedBit != 0 {
		c.width = 8
	}
	switch c.compression = info & compressionMask; c.compression {
	case compressionDefault:
		c.compression = compressionNone
	case compressionNone, compressionXZ, compressionZstd:
	case 2, 3:
		return clusterError(ErrCompression, c.number, c.pos, "zlib and bzip2 are not read")
	default:
		return clusterError(ErrCompression, c.number, c.pos, "unknown compression %d", c.compression)
	}
	return nil
}

func (c *clusterHead) corrupt(reason string) error {
	return clusterError(ErrCorrupt, c.number, c.pos, "%s", reason)
}

// rawBlob finds blob i of an uncompressed cluster. It reads the table's first offset and
// the blob's two, so that damage elsewhere in the table spoils no other blob.
func (a *Archive) rawBlob(ctx context.Context, c clusterHead, i uint32) (pos, size uint64, err error) {
	buf := smallBuffers.Get().(*[]byte)
	defer smallBuffers.Put(buf)
	room := a.head.end - c.data()
	head := (*buf)[:min(headWindow, room)]
	if err := a.read(ctx, head, c.data()); err != nil {
		return 0, 0, err
	}
	if uint64(len(head)) < c.width {
		return 0, 0, c.corrupt("too short for a blob offset")
	}
	t, reason := newBlobTable(offsetAt(head, c.width), c.width, a.head.entries)
	if reason != "" {
		return 0, 0, c.corrupt(reason)
	}
	if uint64(i) >= t.blobs() {
		return 0, 0, noBlob(c, i, t.blobs())
	}
	at := uint64(i) * c.width
	two := head[min(at, uint64(len(head))):]
	if uint64(len(two)) < 2*c.width {
		if !raw.Within(at, 2*c.width, room) {
			return 0, 0, c.corrupt("ends inside the blob offsets")
		}
		two = (*buf)[:2*c.width]
		if err := a.read(ctx, two, c.data()+at); err != nil {
			return 0, 0, err
		}
	}
	from, to := offsetAt(two, c.width), offsetAt(two[c.width:], c.width)
	if from < t.last || to < from || to > room {
		return 0, 0, c.corrupt("the blob's offsets are out of order or outside of the archive")
	}
	return c.data() + from, to - from, nil
}

func noBlob(c clusterHead, i uint32, blobs uint64) error {
	return clusterError(ErrCorrupt, c.number, c.pos, "has no blob %d, only %d blobs", i, blobs)
}
