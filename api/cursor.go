package api

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"math"

	"github.com/openzim-mcp/openzim-mcp/zim"
)

// A cursor tells where reading goes on. It holds no permission and no state of the server: any replica with the same key
// reads it.
type cursor struct {
	Tool  string   // that gave it out
	UUID  zim.UUID // of the archive
	View  string
	Entry string // full path of the entry; only its hash is in the cursor, and compared
	Block int    // position, as the view counts
	Off   int
	End   int // block before which to stop, 0 means the end
}

const (
	cursorVersion = 1
	cursorMAC     = 16 // bytes kept of the HMAC
	maxCursor     = 512
	minCursorKey  = 16
)

// cursors signs and reads cursors.
type cursors struct{ key []byte }

// newCursors derives the signing key, so that the same secret can serve other purposes too.
func newCursors(secret []byte) cursors {
	m := hmac.New(sha256.New, secret)
	m.Write([]byte("openzim-mcp cursor"))
	return cursors{m.Sum(nil)}
}

// encode returns at most 512 characters: base64url(version, payload, MAC).
func (c cursors) encode(p cursor) string {
	b := []byte{cursorVersion}
	b = appendShort(b, p.Tool)
	b = appendShort(b, p.View)
	b = append(b, p.UUID[:]...)
	b = append(b, entryHash(p.Entry)...)
	for _, n := range []int{p.Block, p.Off, p.End} {
		b = binary.AppendUvarint(b, uint64(max(n, 0)))
	}
	return base64.RawURLEncoding.EncodeToString(append(b, c.mac(b)...))
}

// appendShort writes a length and at most 40 bytes: names of tools and views are ours and shorter.
func appendShort(b []byte, s string) []byte {
	s = s[:min(len(s), 40)]
	return append(append(b, byte(len(s))), s...)
}

// entryHash is 12 bytes that tell entries of one archive apart. A path itself would make cursors as long as paths are.
func entryHash(path string) []byte {
	h := sha256.Sum256([]byte(path))
	return h[:12]
}

// mac signs version and payload, so neither can be changed without the key.
func (c cursors) mac(b []byte) []byte {
	m := hmac.New(sha256.New, c.key)
	m.Write(b)
	return m.Sum(nil)[:cursorMAC]
}

// decode verifies before it reads anything. A cursor that is not ours, whatever is wrong with it, gives ok false.
func (c cursors) decode(s string) (p cursor, entry []byte, ok bool) {
	if len(s) > maxCursor {
		return cursor{}, nil, false
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	if err != nil || len(b) < 1+cursorMAC {
		return cursor{}, nil, false
	}
	b, sum := b[:len(b)-cursorMAC], b[len(b)-cursorMAC:]
	if !hmac.Equal(sum, c.mac(b)) || b[0] != cursorVersion {
		return cursor{}, nil, false
	}
	r := shortReader{b: b[1:]}
	p.Tool, p.View = string(r.short()), string(r.short())
	copy(p.UUID[:], r.take(len(p.UUID)))
	entry = r.take(12)
	p.Block, p.Off, p.End = r.number(), r.number(), r.number()
	return p, entry, !r.bad && len(r.b) == 0
}

// shortReader reads what encode wrote; the MAC has been checked, so its errors mean a mistake of ours.
type shortReader struct {
	b   []byte
	bad bool
}

// take returns the next n bytes, nil when there are fewer; from then on every read fails.
func (r *shortReader) take(n int) []byte {
	if r.bad || n > len(r.b) {
		r.bad = true
		return nil
	}
	out := r.b[:n]
	r.b = r.b[n:]
	return out
}

// short reads what appendShort wrote.
func (r *shortReader) short() []byte {
	n := r.take(1)
	if r.bad {
		return nil
	}
	return r.take(int(n[0]))
}

// number reads a varint from 0 to 2^31-1: positions beyond that are in no document.
func (r *shortReader) number() int {
	v, n := binary.Uvarint(r.b)
	if n <= 0 || v > math.MaxInt32 {
		r.bad = true
		return 0
	}
	r.b = r.b[n:]
	return int(v)
}
