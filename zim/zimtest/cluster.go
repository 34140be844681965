package zimtest

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
)

// defaultClusterSize is what libzim writers use.
const defaultClusterSize = 2 << 20

// A cluster is a group of blobs compressed together.
type cluster struct {
	compression byte
	extended    bool
	blobs       [][]byte
	size        int
	frame       []byte // written as it is, in place of blobs
}

// A clusterKind tells clusters apart that may not share blobs.
type clusterKind struct {
	compression byte
	extended    bool
}

// pack puts every blob into a cluster. One cluster of each kind is open at a time; it
// closes once it holds ClusterSize bytes, so one large blob is never split.
func (b *builder) pack() {
	limit := b.arc.ClusterSize
	if limit <= 0 {
		limit = defaultClusterSize
	}
	open := map[clusterKind]uint32{}
	for _, r := range b.placed {
		if !r.content() || r.Alias != "" {
			continue
		}
		kind := clusterKind{b.compression(r), r.Extended || b.arc.Extended}
		if r.Frame != nil {
			r.cluster, r.blob = b.newCluster(kind), r.Blob
			b.clusters[r.cluster].frame = r.Frame
			continue
		}
		n, ok := open[kind]
		if !ok || r.Alone {
			n = b.newCluster(kind)
		}
		c := b.clusters[n]
		r.cluster, r.blob = n, uint32(len(c.blobs))
		c.blobs, c.size = append(c.blobs, r.Data), c.size+len(r.Data)
		switch {
		case r.Alone:
		case c.size >= limit:
			delete(open, kind)
		default:
			open[kind] = n
		}
	}
	for range b.arc.EmptyExtra {
		b.newCluster(clusterKind{b.compression(&record{}), b.arc.Extended})
	}
}

func (b *builder) newCluster(k clusterKind) uint32 {
	b.clusters = append(b.clusters, &cluster{compression: k.compression, extended: k.extended})
	return uint32(len(b.clusters) - 1)
}

// compression returns what an entry's cluster is compressed with. Indexes and lists are
// left as they are by default: readers use them in place.
func (b *builder) compression(r *record) byte {
	switch {
	case r.Compression != 0:
		return r.Compression
	case r.Path != "" && r.Path[0] == 'X':
		return Stored
	case b.arc.Compression != 0:
		return b.arc.Compression
	}
	return Zstd
}

// raw reports whether the blobs lie in the file as they are.
func (c *cluster) raw() bool {
	return c.frame == nil && (c.compression == StoredZero || c.compression&0x0F <= Stored)
}

// width returns the bytes of one blob offset.
func (c *cluster) width() int {
	if c.extended {
		return 8
	}
	return 4
}

// encode returns the cluster as it lies in the file: the info byte and the payload.
func (c *cluster) encode(window byte) []byte {
	info := c.compression
	if info == StoredZero {
		info = 0
	}
	if c.extended {
		info |= 0x10
	}
	switch {
	case c.frame != nil:
		return append([]byte{info}, c.frame...)
	case info&0x0F == Zlib:
		return append([]byte{info}, deflate(Payload(c.extended, c.blobs...))...)
	case info&0x0F == XZ:
		return append([]byte{info}, XZStream(Payload(c.extended, c.blobs...))...)
	case info&0x0F == Zstd:
		return append([]byte{info}, ZstdFrame(Payload(c.extended, c.blobs...), window)...)
	}
	return append([]byte{info}, Payload(c.extended, c.blobs...)...)
}

// Payload returns the uncompressed payload of a cluster: its offsets, then its blobs.
// Offsets have 8 bytes if extended, else 4.
func Payload(extended bool, blobs ...[]byte) []byte {
	width := (&cluster{extended: extended}).width()
	at := width * (len(blobs) + 1)
	var out []byte
	for i := range len(blobs) + 1 {
		if extended {
			out = binary.LittleEndian.AppendUint64(out, uint64(at))
		} else {
			out = binary.LittleEndian.AppendUint32(out, uint32(at))
		}
		if i < len(blobs) {
			at += len(blobs[i])
		}
	}
	for _, b := range blobs {
		out = append(out, b...)
	}
	return out
}

// deflate compresses as writers before 2010 did.
func deflate(p []byte) []byte {
	var buf bytes.Buffer
	w := zlib.NewWriter(&buf)
	w.Write(p) // a bytes.Buffer takes everything
	w.Close()
	return buf.Bytes()
}
