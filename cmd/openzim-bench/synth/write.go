package synth

import (
	"bufio"
	"context"
	"crypto/md5"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"os"
)

const (
	headerSize   = 80         // ZIM 6: https://wiki.openzim.org/wiki/ZIM_file_format#Header
	magic        = 0x044D495A // "ZIM\x04"
	firstCluster = 2048       // where libzim ≥ 8 puts it
	none64       = math.MaxUint64

	infoRaw      = 0x01 // cluster info byte: uncompressed
	infoZstd     = 0x05
	infoExtended = 0x10 // offsets of 8 bytes
	mimeRedirect = 0xffff
)

// mimeTypes in the order of the MIME list, which gives each its number.
var mimeTypes = []string{
	"application/octet-stream+zimlisting", "image/png", "image/webp", "text/html", "text/plain",
}

const (
	mimeListing = iota
	mimePNG
	mimeWebP
	mimeHTML
	mimePlain
)

// Stats says what Write wrote.
type Stats struct {
	Entries, Clusters uint32 // with metadata and listings
	Texts, Images     uint64 // items of namespace C in compressed and in uncompressed clusters
	Size              int64  // bytes of the file
}

// Write makes the archive name as o says, in place of what was there. The file is synced to disk when it
// returns. It reads the file once more for the checksum. A cancelled ctx ends it and leaves no file.
func Write(ctx context.Context, name string, o Options) (Stats, error) {
	o, err := o.withDefaults()
	if err != nil {
		return Stats{}, err
	}
	f, err := os.Create(name)
	if err != nil {
		return Stats{}, err
	}
	w := &writer{ctx: ctx, f: f, buf: bufio.NewWriterSize(f, 1<<20), l: newLayout(o)}
	st, err := w.archive()
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		os.Remove(name)
		return Stats{}, fmt.Errorf("synth: %w", err)
	}
	return st, nil
}

// A writer writes one archive from front to end. The first error stays in buf.
type writer struct {
	ctx context.Context
	f   *os.File
	buf *bufio.Writer
	off uint64 // bytes written so far
	l   *layout

	clusters []uint64 // where each begins
	firstDir uint64   // where the directory begins
	meta     []metaEntry
	head     header
}

// A header is the part of the ZIM header that depends on the content.
type header struct {
	entries, clusters, mainPage                   uint32
	pathPtrs, titlePtrs, clusterPtrs, checksumPos uint64
}

// archive writes every section, in the order libzim's writer has.
func (w *writer) archive() (Stats, error) {
	w.meta = metadata(w.l)
	w.front()
	for _, section := range []func() error{
		w.textClusters, w.imageClusters, w.metaCluster, w.listings, w.dirents, w.pathPointers, w.clusterPointers,
	} {
		if err := section(); err != nil {
			return Stats{}, err
		}
		if err := w.ctx.Err(); err != nil {
			return Stats{}, err
		}
	}
	if err := w.finish(); err != nil {
		return Stats{}, err
	}
	return Stats{
		Entries: w.head.entries, Clusters: w.head.clusters,
		Texts: w.l.texts, Images: w.l.images, Size: int64(w.off) + md5.Size,
	}, nil
}

func (w *writer) write(b []byte) {
	n, _ := w.buf.Write(b) // the error comes back from Flush
	w.off += uint64(n)
}

// front leaves room for the header and writes the MIME list.
func (w *writer) front() {
	b := make([]byte, headerSize, firstCluster)
	for _, t := range mimeTypes {
		b = append(append(b, t...), 0)
	}
	w.write(b[:firstCluster])
}

// beginCluster notes that a cluster starts here, and writes its info byte.
func (w *writer) beginCluster(info byte) {
	w.clusters = append(w.clusters, w.off)
	w.write([]byte{info})
}

// imageClusters writes the uncompressed clusters; it holds one at a time.
func (w *writer) imageClusters() error {
	var blobs blobs
	for i := range uint64(w.l.o.Entries) {
		if w.l.kind(i) != imageItem {
			continue
		}
		blobs.data = w.l.appendImage(blobs.data, i)
		blobs.end()
		if len(blobs.data) >= w.l.o.ClusterBytes {
			w.rawCluster(&blobs)
			if err := w.ctx.Err(); err != nil {
				return err
			}
		}
	}
	if len(blobs.data) > 0 {
		w.rawCluster(&blobs)
	}
	return w.buf.Flush()
}

func (w *writer) rawCluster(b *blobs) {
	w.beginCluster(infoRaw)
	w.write(b.table(nil))
	w.write(b.data)
	b.reset()
}

func (w *writer) metaCluster() error {
	var b blobs
	for _, m := range w.meta {
		if m.data != nil {
			b.data = append(b.data, m.data...)
			b.end()
		}
	}
	c, err := w.l.o.NewCompressor()
	if err != nil {
		return err
	}
	defer c.Close()
	frame, err := c.Compress(b.payload())
	w.beginCluster(infoZstd)
	w.write(frame)
	return err
}

// listings writes the title listings, each in a cluster of its own. Titles sort like paths here, because
// they differ from them only behind the syllables that decide the order: so v0 counts from 0 up.
func (w *writer) listings() error {
	w.head.titlePtrs = none64
	total := uint64(w.l.o.Entries + len(w.meta))
	if w.l.o.Minor < 3 {
		w.listingCluster(total)
		w.head.titlePtrs = w.off
		for i := range total {
			w.uint32(uint32(i))
		}
	}
	w.listingCluster(w.l.texts)
	for i := range uint64(w.l.o.Entries) {
		if w.l.kind(i) == textItem {
			w.uint32(uint32(i))
		}
	}
	return w.buf.Flush()
}

// listingCluster writes the head of an uncompressed cluster with one blob of n numbers of 4 bytes.
func (w *writer) listingCluster(n uint64) {
	if 8+4*n <= math.MaxUint32 {
		w.beginCluster(infoRaw)
		w.uint32(8)
		w.uint32(uint32(8 + 4*n))
		return
	}
	w.beginCluster(infoRaw | infoExtended)
	w.uint64(16)
	w.uint64(16 + 4*n)
}

func (w *writer) uint32(v uint32) {
	var b [4]byte
	binary.LittleEndian.PutUint32(b[:], v)
	w.write(b[:])
}

func (w *writer) uint64(v uint64) {
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], v)
	w.write(b[:])
}

func (w *writer) clusterPointers() error {
	w.head.clusterPtrs = w.off
	w.head.clusters = uint32(len(w.clusters))
	for _, p := range w.clusters {
		w.uint64(p)
	}
	return w.buf.Flush()
}

// finish puts the header in its place and the checksum at the end.
func (w *writer) finish() error {
	w.head.checksumPos = w.off
	if _, err := w.f.WriteAt(w.header(), 0); err != nil {
		return err
	}
	h := md5.New()
	if _, err := io.CopyBuffer(h, io.NewSectionReader(w.f, 0, int64(w.off)), make([]byte, 1<<20)); err != nil {
		return err
	}
	if _, err := w.f.WriteAt(h.Sum(nil), int64(w.off)); err != nil {
		return err
	}
	return w.f.Sync()
}

func (w *writer) header() []byte {
	le := binary.LittleEndian
	b := le.AppendUint32(nil, magic)
	b = le.AppendUint16(b, 6)
	b = le.AppendUint16(b, uint16(w.l.o.Minor))
	b = le.AppendUint64(b, mix(w.l.o.Seed^w.off)) // UUID: equal archives have equal ones
	b = le.AppendUint64(b, mix(w.l.o.Seed^w.off+1))
	b = le.AppendUint32(b, w.head.entries)
	b = le.AppendUint32(b, w.head.clusters)
	b = le.AppendUint64(b, w.head.pathPtrs)
	b = le.AppendUint64(b, w.head.titlePtrs)
	b = le.AppendUint64(b, w.head.clusterPtrs)
	b = le.AppendUint64(b, headerSize)
	b = le.AppendUint32(b, w.head.mainPage)
	b = le.AppendUint32(b, math.MaxUint32) // no layout page
	return le.AppendUint64(b, w.head.checksumPos)
}
