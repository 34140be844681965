package zimtest

import (
	"bytes"
	"crypto/md5"
	"encoding/binary"
	"fmt"
)

// Sizes of the header (https://wiki.openzim.org/wiki/ZIM_file_format#Header). The older one
// ends before the checksum's position.
const (
	headerSize    = 80
	headerSizeOld = 72
	none32        = 0xFFFFFFFF
	none64        = 0xFFFFFFFFFFFFFFFF
)

// scatterGap lies between scattered clusters, so that nobody takes the next pointer for
// the end of a cluster.
var scatterGap = bytes.Repeat([]byte{0xA5}, 13)

// A file is the archive as it grows, with the positions of its sections.
type file struct {
	out                                []byte
	pathPtr, titlePtr, clusterPtr, end uint64
	mime                               uint64
	dirents, clusters                  []uint64 // by entry index, by cluster number
}

// layout writes the sections, in the newer or the older order, then the tables of
// pointers, the header and the checksum.
func (b *builder) layout() ([]byte, error) {
	f := &file{titlePtr: none64, mime: headerSize}
	if b.arc.NoChecksum {
		f.mime = headerSizeOld
	}
	f.out = make([]byte, f.mime)
	for _, m := range b.mimes {
		f.out = append(append(f.out, m...), 0)
	}
	f.out = append(f.out, 0)
	if b.arc.OldLayout {
		f.pathPtr = f.reserve(8 * len(b.sorted))
		b.writeTitles(f)
		b.writeDirents(f)
		f.clusterPtr = f.reserve(8 * len(b.clusters))
		b.writeClusters(f)
	} else {
		f.pad(b.firstCluster())
		b.writeClusters(f)
		b.writeTitles(f)
		b.writeDirents(f)
		f.pathPtr = f.reserve(8 * len(b.sorted))
		f.clusterPtr = f.reserve(8 * len(b.clusters))
	}
	f.end = uint64(len(f.out))
	for i, p := range f.dirents {
		binary.LittleEndian.PutUint64(f.out[f.pathPtr+8*uint64(i):], p)
	}
	for i, p := range f.clusters {
		binary.LittleEndian.PutUint64(f.out[f.clusterPtr+8*uint64(i):], p)
	}
	b.pointTitles(f)
	if len(f.out) > 1<<31-1 {
		return nil, fmt.Errorf("zimtest: the archive would have %d bytes, more than a test should", len(f.out))
	}
	return b.seal(f), nil
}

// firstCluster returns where libzim puts cluster 0: 1024, since libzim 8.0 2048.
func (b *builder) firstCluster() int {
	if b.arc.Minor >= 2 {
		return 2048
	}
	return 1024
}

func (f *file) pad(to int) {
	if n := to - len(f.out); n > 0 {
		f.out = append(f.out, make([]byte, n)...)
	}
}

// reserve returns the position of n bytes to be filled in later.
func (f *file) reserve(n int) uint64 {
	at := uint64(len(f.out))
	f.out = append(f.out, make([]byte, n)...)
	return at
}

// writeTitles writes the v0 list as a section, unless it is the blob of an entry.
func (b *builder) writeTitles(f *file) {
	if b.arc.hasV0() && b.titleBlob() == nil {
		f.titlePtr = uint64(len(f.out))
		f.out = append(f.out, b.titlesV0()...)
	}
}

// titleBlob returns the entry whose blob is the v0 list, or nil if none lies in the file
// as it is.
func (b *builder) titleBlob() *record {
	r := b.find(TitleListV0)
	if r == nil || !r.content() || !b.clusters[r.cluster].raw() {
		return nil
	}
	return r
}

// pointTitles lets the header's position name the blob of X/listing/titleOrdered/v0.
func (b *builder) pointTitles(f *file) {
	r := b.titleBlob()
	if r == nil || !b.arc.hasV0() {
		return
	}
	c := b.clusters[r.cluster]
	at := f.clusters[r.cluster] + 1 + uint64(c.width()*(len(c.blobs)+1))
	for _, blob := range c.blobs[:r.blob] {
		at += uint64(len(blob))
	}
	f.titlePtr = at
}

func (b *builder) writeClusters(f *file) {
	f.clusters = make([]uint64, len(b.clusters))
	for i := range b.clusters {
		n := i
		if b.arc.Scatter {
			n = len(b.clusters) - 1 - i
			f.out = append(f.out, scatterGap...)
		}
		f.clusters[n] = uint64(len(f.out))
		f.out = append(f.out, b.clusters[n].encode(b.arc.Window)...)
	}
}

func (b *builder) writeDirents(f *file) {
	for _, r := range b.sorted {
		f.dirents = append(f.dirents, uint64(len(f.out)))
		f.out = r.append(f.out)
	}
}

// append writes the dirent: 16, 12 or 8 bytes by its kind, path, title, parameters.
func (r *record) append(out []byte) []byte {
	kind := r.mime
	if r.Redirect != "" {
		kind = 0xFFFF
	} else if r.Kind != 0 {
		kind = r.Kind
	}
	out = binary.LittleEndian.AppendUint16(out, kind)
	out = append(out, byte(len(r.Params)), r.Path[0])
	out = binary.LittleEndian.AppendUint32(out, 0) // revision
	if r.Redirect != "" {
		out = binary.LittleEndian.AppendUint32(out, r.target)
	} else if r.Kind == 0 {
		out = binary.LittleEndian.AppendUint32(out, r.cluster)
		out = binary.LittleEndian.AppendUint32(out, r.blob)
	}
	out = append(append(out, r.Path[2:]...), 0)
	out = append(append(out, r.Title...), 0)
	return append(out, r.Params...)
}

// seal writes the header and the checksum. A UUID that was not given is the MD5 of the
// archive without one, so that two archives differ in it if they differ at all.
func (b *builder) seal(f *file) []byte {
	copy(f.out, b.header(f, b.arc.UUID))
	if b.arc.UUID == ([16]byte{}) {
		sum := md5.Sum(f.out)
		copy(f.out[8:24], sum[:])
	}
	if b.arc.NoChecksum {
		return f.out
	}
	sum := md5.Sum(f.out)
	return append(f.out, sum[:]...)
}

func (b *builder) header(f *file, uuid [16]byte) []byte {
	le := binary.LittleEndian
	major := uint16(6)
	if b.arc.Old5 {
		major = 5
	}
	h := le.AppendUint32(nil, 0x044D495A)
	h = le.AppendUint16(h, major)
	h = le.AppendUint16(h, b.arc.Minor)
	h = append(h, uuid[:]...)
	h = le.AppendUint32(h, uint32(len(b.sorted)))
	h = le.AppendUint32(h, uint32(len(b.clusters)))
	for _, p := range []uint64{f.pathPtr, f.titlePtr, f.clusterPtr, f.mime} {
		h = le.AppendUint64(h, p)
	}
	h = le.AppendUint32(h, b.mainPage())
	h = le.AppendUint32(h, none32) // layout page
	if !b.arc.NoChecksum {
		h = le.AppendUint64(h, f.end)
	}
	return h
}

// mainPage returns the header's main page: W/mainPage where that was added, as libzim
// does, else the page itself.
func (b *builder) mainPage() uint32 {
	if b.arc.MainPage == "" {
		return none32
	}
	if r := b.find("W/mainPage"); r != nil && b.arc.newScheme() {
		return r.index
	}
	return b.find(b.arc.MainPage).index
}
