package zim

import (
	"context"
	"errors"

	"github.com/openzim-mcp/openzim-mcp/zim/internal/raw"
)

// The dirent's kinds stand where a content dirent has its MIME type:
// https://wiki.openzim.org/wiki/ZIM_file_format#Directory_Entries
const (
	kindRedirect   = 0xFFFF
	kindLinkTarget = 0xFFFE // deprecated: neither content nor target
	kindDeleted    = 0xFFFD // deprecated, as kindLinkTarget
)

const (
	minDirent  = 10  // a deprecated kind with empty path and title: 8 bytes and two NULs
	direntStep = 512 // the first read of a dirent of unknown length; most take 60 bytes
)

// A dirent is one directory entry, copied out of the file.
type dirent struct {
	kind    uint16 // index in the MIME list, or one of the kinds above
	ns      byte
	cluster uint32 // content: cluster number
	blob    uint32 // content: blob in the cluster; redirect: index of the target
	path    string
	title   string // the path when the archive stores none
}

func (d *dirent) isRedirect() bool { return d.kind == kindRedirect }
func (d *dirent) isContent() bool  { return d.kind < kindDeleted }

// A rawDirent is a dirent whose path and title still alias the buffer it was parsed from.
type rawDirent struct {
	kind          uint16
	ns            byte
	cluster, blob uint32
	path, title   []byte
	text          []byte // path, NUL and title
	size          int    // bytes in the file, parameters included
}

// parseDirent reads the dirent at the start of b. It fails with raw.ErrShort when b ends
// first, and with raw.ErrNoEnd when a string is longer than limit.
func parseDirent(b []byte, limit int) (d rawDirent, err error) {
	r := raw.NewReader(b, 0)
	d.kind = r.Uint16()
	params := r.Uint8()
	d.ns = r.Uint8()
	r.Uint32() // revision
	switch d.kind {
	case kindRedirect:
		d.blob = r.Uint32()
	case kindLinkTarget, kindDeleted:
	default:
		d.cluster, d.blob = r.Uint32(), r.Uint32()
	}
	start := r.Offset()
	d.path = r.CString(limit)
	d.title = r.CString(limit)
	end := r.Offset() - 1
	r.Bytes(uint64(params))
	if r.Err() != nil {
		return rawDirent{}, r.Err()
	}
	d.text = b[start:end]
	d.size = int(r.Offset())
	return d, nil
}

// displayTitle is the title, or the path when there is none.
func (d *rawDirent) displayTitle() []byte {
	if len(d.title) > 0 {
		return d.title
	}
	return d.path
}

// own copies d out of its buffer, with one allocation for both strings.
func (d *rawDirent) own() *dirent {
	s := string(d.text)
	o := &dirent{kind: d.kind, ns: d.ns, cluster: d.cluster, blob: d.blob, path: s[:len(d.path)], title: s[len(d.path)+1:]}
	if o.title == "" {
		o.title = o.path
	}
	return o
}

// direntAt reads the dirent of entry index at off into *buf, which grows as needed. The
// result aliases it. The read doubles, so that a string without an end costs a bounded number of reads.
func (a *Archive) direntAt(ctx context.Context, index uint32, off uint64, buf *[]byte) (rawDirent, error) {
	if off < headerSize || !raw.Within(off, minDirent, a.head.end) {
		return rawDirent{}, a.outside(index, off)
	}
	for n := uint64(direntStep); ; n *= 2 {
		size := min(n, a.head.end-off, uint64(a.opts.MaxDirent))
		b := grown(buf, int(size))
		if err := a.read(ctx, b, off); err != nil {
			return rawDirent{}, err
		}
		d, err := parseDirent(b, a.opts.MaxDirent)
		switch {
		case err == nil:
			return d, nil
		case errors.Is(err, raw.ErrShort) && size == n:
			continue
		case size == uint64(a.opts.MaxDirent):
			return rawDirent{}, entryError(ErrTooLarge, "dirent", index, off, "longer than %d bytes", a.opts.MaxDirent)
		}
		return rawDirent{}, entryError(ErrCorrupt, "dirent", index, off, "does not end inside the archive")
	}
}

// grown returns n bytes of *buf, replacing it by a larger one when it is too small.
func grown(buf *[]byte, n int) []byte {
	if cap(*buf) < n {
		*buf = make([]byte, max(n, 2*cap(*buf)))
	}
	return (*buf)[:n]
}

// outside blames the pointer of a dirent that would lie at off.
func (a *Archive) outside(index uint32, off uint64) error {
	return entryError(ErrCorrupt, "path pointer", index, a.head.pathPtrPos+8*uint64(index), "leads to %d, outside of the archive", off)
}

// blame is an error of an entry whose dirent was read before. It reads the dirent's place
// again, which only errors need.
func (a *Archive) blame(kind error, part string, index uint32, reason string, args ...any) *FormatError {
	off, err := a.pathPointer(context.Background(), index)
	if err != nil || off >= a.head.end {
		off = a.head.pathPtrPos + 8*uint64(index)
	}
	return entryError(kind, part, index, off, reason, args...)
}
