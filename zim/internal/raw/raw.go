package raw

import (
	"bytes"
	"encoding/binary"
	"errors"
)

var (
	// ErrShort says that the bytes end before the value that was asked for.
	ErrShort = errors.New("raw: not enough bytes")
	// ErrNoEnd says that no NUL byte stands within the limit of a string.
	ErrNoEnd = errors.New("raw: string has no end")
)

// A Reader reads b, whose first byte is at offset base of the archive. After the first
// error every method returns zero; look at Err once. A Reader is for one goroutine.
type Reader struct {
	b    []byte
	pos  int
	base int64
	err  error
}

// NewReader returns a Reader of b, whose first byte is at offset base of the archive.
func NewReader(b []byte, base int64) Reader { return Reader{b: b, base: base} }

// Uint8 reads one byte.
func (r *Reader) Uint8() uint8 {
	if b := r.Bytes(1); b != nil {
		return b[0]
	}
	return 0
}

// Uint16 reads a little-endian integer of 2 bytes.
func (r *Reader) Uint16() uint16 {
	if b := r.Bytes(2); b != nil {
		return binary.LittleEndian.Uint16(b)
	}
	return 0
}

// Uint32 reads a little-endian integer of 4 bytes.
func (r *Reader) Uint32() uint32 {
	if b := r.Bytes(4); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

// Uint64 reads a little-endian integer of 8 bytes.
func (r *Reader) Uint64() uint64 {
	if b := r.Bytes(8); b != nil {
		return binary.LittleEndian.Uint64(b)
	}
	return 0
}

// Bytes returns the next n bytes, which alias those the Reader was made with,
// or nil when fewer are left.
func (r *Reader) Bytes(n uint64) []byte {
	if r.err != nil {
		return nil
	}
	if n > uint64(len(r.b)-r.pos) {
		r.err = ErrShort
		return nil
	}
	b := r.b[r.pos : r.pos+int(n) : r.pos+int(n)]
	r.pos += int(n)
	return b
}

// CString returns the bytes before the next NUL, at most limit of them, and skips the NUL.
// It fails with [ErrNoEnd] when limit bytes hold no NUL, and with [ErrShort] when the bytes
// end first: more of the file may then help.
func (r *Reader) CString(limit int) []byte {
	if r.err != nil {
		return nil
	}
	rest := r.b[r.pos:]
	i := bytes.IndexByte(rest[:min(len(rest), limit+1)], 0)
	switch {
	case i >= 0:
		r.pos += i + 1
		return rest[:i:i]
	case len(rest) > limit:
		r.err = ErrNoEnd
	default:
		r.err = ErrShort
	}
	return nil
}

// Len returns how many bytes are left; 0 after an error.
func (r *Reader) Len() int {
	if r.err != nil {
		return 0
	}
	return len(r.b) - r.pos
}

// Offset returns where in the archive the next byte is.
func (r *Reader) Offset() int64 { return r.base + int64(r.pos) }

// Err returns the first error, or nil.
func (r *Reader) Err() error { return r.err }

// Within reports whether n bytes at off end at size or before, without overflow.
func Within(off, n, size uint64) bool { return off <= size && n <= size-off }

// Table reports whether n records of width bytes (width > 0) at off end at size or before,
// without overflow.
func Table(off, n, width, size uint64) bool { return off <= size && n <= (size-off)/width }
