package zimtest

import (
	"encoding/binary"
	"math"

	"github.com/openzim-mcp/openzim-mcp/zim/internal/raw"
)

// A parsed archive is a copy of an archive's bytes, with what its header says. It finds
// the places to damage; what cannot be found leaves the bytes alone.
type parsed struct {
	b                 []byte
	entries, clusters uint32
	pathPtr, titlePtr uint64
	clusterPtr, mime  uint64
	checksum          uint64 // 0 in files with the 72-byte header
}

// parse reads the header of b, which it does not keep. It fails if there is none, or if
// the tables of pointers are not inside the file.
func parse(b []byte) (*parsed, bool) {
	b = append(make([]byte, 0, len(b)), b...)
	r := raw.NewReader(b, 0)
	magic := r.Uint32()
	r.Bytes(20) // versions and UUID
	p := &parsed{b: b, entries: r.Uint32(), clusters: r.Uint32(), pathPtr: r.Uint64(), titlePtr: r.Uint64(), clusterPtr: r.Uint64(), mime: r.Uint64()}
	r.Bytes(8) // main page and layout page
	if p.mime >= headerSize {
		p.checksum = r.Uint64()
	}
	size := uint64(len(b))
	ok := r.Err() == nil && magic == 0x044D495A &&
		raw.Table(p.pathPtr, uint64(p.entries), 8, size) && raw.Table(p.clusterPtr, uint64(p.clusters), 8, size)
	return p, ok
}

// at returns a reader of the bytes from pos, or one of no bytes.
func (p *parsed) at(pos uint64) raw.Reader {
	if pos > uint64(len(p.b)) {
		return raw.NewReader(nil, 0)
	}
	return raw.NewReader(p.b[pos:], int64(pos))
}

// put writes v at pos in width bytes, 1 to 8, and reports whether there was room.
func (p *parsed) put(pos uint64, width int, v uint64) bool {
	if !raw.Within(pos, uint64(width), uint64(len(p.b))) {
		return false
	}
	var le [8]byte
	binary.LittleEndian.PutUint64(le[:], v)
	copy(p.b[pos:], le[:width])
	return true
}

// outside returns a position that is not in the file, the one zim-testing-suite uses.
func (p *parsed) outside() uint64 { return uint64(len(p.b)) + 10 }

// A dirent is a directory entry and where it lies.
type dirent struct {
	pos     uint64
	index   uint32
	kind    uint16
	path    string // with namespace
	cluster uint32 // a redirect's target
	blob    uint32
}

func (d *dirent) redirect() bool { return d.kind == 0xFFFF }
func (d *dirent) content() bool  { return d.kind < Deleted }

// dirent reads entry i in path order.
func (p *parsed) dirent(i uint32) (dirent, bool) {
	if i >= p.entries {
		return dirent{}, false
	}
	ptr := p.at(p.pathPtr + 8*uint64(i))
	d := dirent{pos: ptr.Uint64(), index: i}
	r := p.at(d.pos)
	d.kind = r.Uint16()
	r.Uint8()
	ns := r.Uint8()
	r.Uint32()
	if d.redirect() || d.content() {
		d.cluster = r.Uint32()
	}
	if d.content() {
		d.blob = r.Uint32()
	}
	d.path = string(ns) + "/" + string(r.CString(math.MaxUint16))
	return d, ptr.Err() == nil && r.Err() == nil
}

// first returns the first entry from index i on for which want is true.
func (p *parsed) first(i uint32, want func(*dirent) bool) (dirent, bool) {
	for ; i < p.entries; i++ {
		if d, ok := p.dirent(i); ok && want(&d) {
			return d, true
		}
	}
	return dirent{}, false
}

// find returns the item with the full path.
func (p *parsed) find(path string) (dirent, bool) {
	return p.first(0, func(d *dirent) bool { return d.content() && d.path == path })
}

// A rawHead is the head of a cluster.
type rawHead struct {
	pos     uint64 // of the info byte
	number  uint32
	info    byte
	width   int    // of an offset
	offset0 uint64 // only right if raw
}

func (h *rawHead) raw() bool { return h.info&0x0F <= Stored }

// offset returns the position of blob offset i.
func (h *rawHead) offset(i uint64) uint64 { return h.pos + 1 + uint64(h.width)*i }

// blobs returns the number of blobs, if raw.
func (h *rawHead) blobs() uint64 { return max(h.offset0/uint64(h.width), 1) - 1 }

// head reads the head of cluster i.
func (p *parsed) head(i uint32) (rawHead, bool) {
	if i >= p.clusters {
		return rawHead{}, false
	}
	ptr := p.at(p.clusterPtr + 8*uint64(i))
	h := rawHead{pos: ptr.Uint64(), number: i, width: 4}
	r := p.at(h.pos)
	if h.info = r.Uint8(); h.info&0x10 != 0 {
		h.width = 8
	}
	if err := r.Err(); err != nil {
		return h, false
	}
	v, ok := p.get(h.offset(0), h.width)
	h.offset0 = v
	return h, ok && ptr.Err() == nil
}

// get reads width bytes (4 or 8) at pos.
func (p *parsed) get(pos uint64, width int) (uint64, bool) {
	r := p.at(pos)
	if width == 8 {
		return r.Uint64(), r.Err() == nil
	}
	return uint64(r.Uint32()), r.Err() == nil
}

// cluster returns the first cluster for which want is true.
func (p *parsed) cluster(want func(*rawHead) bool) (rawHead, bool) {
	for i := range p.clusters {
		if h, ok := p.head(i); ok && want(&h) {
			return h, true
		}
	}
	return rawHead{}, false
}

// rawCluster returns the first uncompressed cluster that holds a blob.
func (p *parsed) rawCluster() (rawHead, bool) {
	return p.cluster(func(h *rawHead) bool { return h.raw() && h.blobs() > 0 })
}
