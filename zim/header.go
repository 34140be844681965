package zim

import (
	"bytes"
	"encoding/hex"
	"math"

	"github.com/openzim-mcp/openzim-mcp/zim/internal/raw"
)

// The header's constants: https://wiki.openzim.org/wiki/ZIM_file_format#Header
const (
	headerSize    = 80
	oldHeaderSize = 72         // ancient files: the MIME list starts here and there is no checksum
	magic         = 0x044D495A // "ZIM" and 4, little-endian
	checksumSize  = 16         // MD5
	none32        = math.MaxUint32
	none64        = math.MaxUint64
	lastMinor     = 3 // the newest minor version this package was written for
)

var magicBytes = []byte{0x5A, 0x49, 0x4D, 0x04}

// A UUID is the archive's identity, as 16 bytes in order.
type UUID [16]byte

// String returns the UUID as 8-4-4-4-12 hexadecimal digits.
func (u UUID) String() string {
	b := make([]byte, 0, 36)
	for i, n := range [...]int{4, 2, 2, 2, 6} {
		if i > 0 {
			b = append(b, '-')
		}
		b = hex.AppendEncode(b, u[:n])
		copy(u[:], u[n:])
	}
	return string(b)
}

// A header is the first 80 bytes, checked against the file's size.
type header struct {
	major, minor      uint16
	uuid              UUID
	entries, clusters uint32
	pathPtrPos        uint64
	titlePtrPos       uint64 // none64 when absent or unusable
	titleAtZero       bool   // absent, but not said in the format's way
	clusterPtrPos     uint64
	mimeListPos       uint64 // 72 or 80
	mainPage          uint32 // none32 when absent
	checksumPos       uint64 // 0 when there is no checksum
	end               uint64 // data lies below: checksumPos, or the size
}

// newNamespaces reports the scheme with C, M, W and X. libzim decides by the minor version
// alone, whatever the major: 6.0 files have the old one.
func (h *header) newNamespaces() bool { return h.minor >= 1 }

// parseHeader reads b, the first bytes of an archive of size bytes, and checks every table
// against the size. Warnings tell what is wrong but does not keep the archive from opening.
func parseHeader(b []byte, size uint64, salvage bool) (h header, warnings []error, err error) {
	if err := checkMagic(b, size); err != nil {
		return h, nil, err
	}
	r := raw.NewReader(b, 4)
	r.Bytes(4)
	h.major, h.minor = r.Uint16(), r.Uint16()
	copy(h.uuid[:], r.Bytes(16))
	h.entries, h.clusters = r.Uint32(), r.Uint32()
	h.pathPtrPos, h.titlePtrPos, h.clusterPtrPos, h.mimeListPos = r.Uint64(), r.Uint64(), r.Uint64(), r.Uint64()
	h.mainPage, _ = r.Uint32(), r.Uint32()
	h.checksumPos = r.Uint64()
	if err := r.Err(); err != nil {
		return h, nil, formatError(ErrTruncated, "header", 0, "%v", err)
	}
	if h.major != 5 && h.major != 6 {
		return h, nil, formatError(ErrVersion, "header", 4, "major version %d", h.major)
	}
	if err := h.checkCounts(); err != nil {
		return h, nil, err
	}
	if warnings, err = h.checkEnd(size, salvage); err != nil {
		return h, nil, err
	}
	w, err := h.checkTables(size)
	return h, append(warnings, w...), err
}

// checkMagic tells a file that is cut off from one that is something else.
func checkMagic(b []byte, size uint64) error {
	if size > math.MaxInt64 {
		return formatError(ErrTooLarge, "header", 0, "size %d", size)
	}
	if n := min(len(b), len(magicBytes)); !bytes.Equal(b[:n], magicBytes[:n]) {
		return formatError(ErrFormat, "header", 0, "does not start with the magic number of a ZIM archive")
	}
	if size < headerSize || len(b) < headerSize {
		return formatError(ErrTruncated, "header", 0, "%d bytes are less than a header of %d", size, headerSize)
	}
	return nil
}

func (h *header) checkCounts() error {
	switch {
	case (h.entries == 0) != (h.clusters == 0), h.clusters > h.entries:
		return formatError(ErrFormat, "header", 24, "%d entries in %d clusters", h.entries, h.clusters)
	case h.mimeListPos != headerSize && h.mimeListPos != oldHeaderSize:
		return formatError(ErrFormat, "MIME list", 56, "lies at %d, not at %d or %d", h.mimeListPos, headerSize, oldHeaderSize)
	case h.pathPtrPos < h.mimeListPos:
		return formatError(ErrFormat, "path pointer list", 32, "lies at %d, inside the header", h.pathPtrPos)
	case h.titlePtrPos < h.mimeListPos && !h.noTitleTable():
		return formatError(ErrFormat, "title list", 40, "lies at %d, inside the header", h.titlePtrPos)
	case h.clusterPtrPos < h.mimeListPos:
		return formatError(ErrFormat, "cluster pointer list", 48, "lies at %d, inside the header", h.clusterPtrPos)
	}
	return nil
}

// checkEnd compares the checksum's position with the size, which finds truncated and
// unfinished files without reading them.
func (h *header) checkEnd(size uint64, salvage bool) ([]error, error) {
	if h.mimeListPos == oldHeaderSize {
		h.checksumPos, h.end = 0, size
		return nil, nil
	}
	if h.checksumPos >= headerSize && h.checksumPos == size-checksumSize {
		h.end = h.checksumPos
		return nil, nil
	}
	kind := ErrFormat
	if h.checksumPos > size-checksumSize {
		kind = ErrTruncated
	}
	err := formatError(kind, "header", 72, "the checksum should be at %d of %d bytes, not at %d: an incomplete download or copy?",
		size-checksumSize, size, h.checksumPos)
	if !salvage {
		return nil, err
	}
	h.checksumPos, h.end = 0, size
	return []error{err}, nil
}

// noTitleTable reports a file of version 6.3 whose header says 0 where it should say that
// there is no table. Test files of that version do; libzim refuses them.
func (h *header) noTitleTable() bool { return h.titlePtrPos == 0 && h.minor == lastMinor }

func (h *header) checkTables(size uint64) ([]error, error) {
	if !raw.Table(h.pathPtrPos, uint64(h.entries), 8, size) {
		return nil, formatError(ErrFormat, "path pointer list", 32, "%d pointers from %d on end outside of the file", h.entries, h.pathPtrPos)
	}
	if !raw.Table(h.clusterPtrPos, uint64(h.clusters), 8, size) {
		return nil, formatError(ErrFormat, "cluster pointer list", 48, "%d pointers from %d on end outside of the file", h.clusters, h.clusterPtrPos)
	}
	var err error
	switch {
	case h.titlePtrPos == none64:
		return nil, nil
	case h.noTitleTable():
		h.titleAtZero = true
		err = formatError(ErrFormat, "title list", 40, "lies at 0, which does not say that there is none")
	case raw.Table(h.titlePtrPos, uint64(h.entries), 4, size):
		return nil, nil
	default:
		err = formatError(ErrFormat, "title list", 40, "%d indexes from %d on end outside of the file", h.entries, h.titlePtrPos)
		if h.minor == 0 || h.minor > lastMinor {
			return nil, err
		}
	}
	h.titlePtrPos = none64
	return []error{err}, nil
}
