package links

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"

	"github.com/openzim-mcp/openzim-mcp/zim"
)

// Errors of files that cannot be read.
var (
	ErrFormat  = errors.New("links: not a link graph, or a damaged one")
	ErrVersion = errors.New("links: made by another version")
)

const (
	magic       = "zimlinks"
	version     = 1
	headerSize  = 72
	dirEntry    = 20
	blockTarget = 16 << 10 // bytes after which a block is full
	maxBlock    = 64 << 10 // of a block decompressed
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// A Header says of which archive a graph is, and how large it is.
type Header struct {
	UUID    zim.UUID // of the archive
	Entries uint32   // of the archive
	Pages   uint32   // that were read
	Targets uint32   // entries that pages lead to
	Rows    uint64   // pairs of a page and an entry it leads to
	Blocks  uint32

	directory, counts int64 // offsets
}

// bytes returns the header as it stands in the file.
func (h *Header) bytes() []byte {
	b := make([]byte, 0, headerSize)
	le := binary.LittleEndian
	b = append(b, magic...)
	b = le.AppendUint32(b, version)
	b = le.AppendUint32(b, h.Entries)
	b = append(b, h.UUID[:]...)
	b = le.AppendUint64(b, h.Rows)
	b = le.AppendUint32(b, h.Blocks)
	b = le.AppendUint32(b, h.Pages)
	b = le.AppendUint64(b, uint64(h.directory))
	b = le.AppendUint64(b, uint64(h.counts))
	b = le.AppendUint32(b, h.Targets)
	return le.AppendUint32(b, crc32.Checksum(b, castagnoli))
}

// parseHeader reads a header and compares what it claims with the size of the file.
func parseHeader(b []byte, size int64) (h Header, err error) {
	le := binary.LittleEndian
	switch {
	case len(b) < headerSize || string(b[:8]) != magic:
		return h, fmt.Errorf("%w: it does not begin as one", ErrFormat)
	case le.Uint32(b[8:]) != version:
		return h, fmt.Errorf("%w: %d", ErrVersion, le.Uint32(b[8:]))
	case le.Uint32(b[68:]) != crc32.Checksum(b[:68], castagnoli):
		return h, fmt.Errorf("%w: checksum of the header", ErrFormat)
	}
	h.Entries = le.Uint32(b[12:])
	copy(h.UUID[:], b[16:])
	h.Rows, h.Blocks, h.Pages = le.Uint64(b[32:]), le.Uint32(b[40:]), le.Uint32(b[44:])
	directory, counts := le.Uint64(b[48:]), le.Uint64(b[56:])
	h.Targets = le.Uint32(b[64:])
	if directory < headerSize || directory > uint64(size) || counts != directory+uint64(h.Blocks)*dirEntry ||
		counts > uint64(size) || uint64(size)-counts != uint64(h.Entries)*4 {
		return h, fmt.Errorf("%w: it is longer or shorter than it says", ErrFormat)
	}
	h.directory, h.counts = int64(directory), int64(counts)
	return h, nil
}
