package api

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"math"
	"slices"

	"github.com/openzim-mcp/openzim-mcp/zim"
)

// A cursor tells where reading goes on. It holds no permission and no state of the server: whatever reads it checks again
// what the caller may see.
type cursor struct {
	use           cursorUse
	archive, what [8]byte // what it belongs to, made by ownerOf and subjectOf
	Block         int     // position, as the view counts
	Off           int     // bytes within it
}

// A cursorUse is the tool and the view that gave a cursor out.
type cursorUse struct{ Tool, View string }

// cursorUses are numbered by their place in cursors that clients hold, so new ones go to the end.
var cursorUses = []cursorUse{
	{"fetch", viewText}, {"fetch", viewOutline}, {"fetch", viewSection}, {"fetch", viewLinks}, {"fetch", viewReferences},
	{"fetch", viewTables}, {"fetch", viewHTML}, {"fetch", viewRaw}, {"search", ""}, {"library", ""},
	{"related", dirSimilar}, {"related", dirInbound}, {"related", dirEditions}, {"browse", ""},
}

const (
	cursorVersion = 2
	cursorMAC     = 16 // bytes kept of the HMAC
	maxCursor     = 512
	minCursorKey  = 16
)

// ownerOf tells archives and their editions apart.
func ownerOf(id zim.UUID) (b [8]byte) {
	copy(b[:], id[:])
	return b
}

// subjectOf tells apart what is read: the parts are compared whole and in order. A path itself would make cursors as long
// as paths are.
func subjectOf(parts ...string) (b [8]byte) {
	h := sha256.New()
	for _, p := range parts {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(p)))
		h.Write(n[:])
		h.Write([]byte(p))
	}
	copy(b[:], h.Sum(nil))
	return b
}

// cursors signs and reads cursors.
type cursors struct{ key []byte } // nil when the operator gave no secret

// newCursors derives the signing key, so that the same secret can serve other purposes too. Without a secret every archive
// has a key made of what is known of its file: it tells a slip from a cursor of ours, and a cursor outlives the process,
// but whoever has the same file can make one. That gains nothing but another place to read on from.
func newCursors(secret []byte) cursors {
	if len(secret) == 0 {
		return cursors{}
	}
	return cursors{derive(secret, "openzim-mcp cursor")}
}

// keyOf is the key for cursors of one archive.
func (c cursors) keyOf(a zim.Info) []byte {
	if c.key != nil {
		return c.key
	}
	seed := binary.BigEndian.AppendUint64(a.UUID[:], uint64(a.Size))
	return derive(binary.BigEndian.AppendUint32(seed, a.Entries), "openzim-mcp cursor of an archive")
}

// derive makes a key for one purpose.
func derive(secret []byte, purpose string) []byte {
	m := hmac.New(sha256.New, secret)
	m.Write([]byte(purpose))
	return m.Sum(nil)
}

// encode returns base64url(version, use, archive, what, position, MAC), fewer than 80 characters.
func (c cursors) encode(p cursor, a zim.Info) string {
	b := []byte{cursorVersion, byte(slices.Index(cursorUses, p.use))}
	b = append(append(b, p.archive[:]...), p.what[:]...)
	for _, n := range []int{p.Block, p.Off} {
		b = binary.AppendUvarint(b, uint64(max(n, 0)))
	}
	return base64.RawURLEncoding.EncodeToString(append(b, c.mac(b, a)...))
}

// mac signs version and payload, so neither can be changed without the key.
func (c cursors) mac(b []byte, a zim.Info) []byte {
	m := hmac.New(sha256.New, c.keyOf(a))
	m.Write(b)
	return m.Sum(nil)[:cursorMAC]
}

// decode verifies before it reads anything. A cursor that is not ours, whatever is wrong with it, gives ok false. Without
// an operator's key that includes the cursors of other archives than a.
func (c cursors) decode(s string, a zim.Info) (p cursor, ok bool) {
	if len(s) > maxCursor {
		return cursor{}, false
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	if err != nil || len(b) < 2+cursorMAC {
		return cursor{}, false
	}
	b, sum := b[:len(b)-cursorMAC], b[len(b)-cursorMAC:]
	if !hmac.Equal(sum, c.mac(b, a)) || b[0] != cursorVersion || int(b[1]) >= len(cursorUses) {
		return cursor{}, false
	}
	p.use = cursorUses[b[1]]
	r := shortReader{b: b[2:]}
	copy(p.archive[:], r.take(len(p.archive)))
	copy(p.what[:], r.take(len(p.what)))
	p.Block, p.Off = r.number(), r.number()
	return p, !r.bad && len(r.b) == 0
}

// shortReader reads what encode wrote. Without an operator's key others can sign too, so it trusts no length.
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

// number reads a varint from 0 to 2^31-1: positions beyond that are in no document.
func (r *shortReader) number() int {
	v, n := binary.Uvarint(r.b)
	if r.bad || n <= 0 || v > math.MaxInt32 {
		r.bad = true
		return 0
	}
	r.b = r.b[n:]
	return int(v)
}
