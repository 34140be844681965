package glass

import (
	"encoding/binary"
	"math"
	"math/bits"
)

// uvarint returns the varint that b begins with and its length; 0 when b ends before it or
// it has more than 64 bits (doc.go, Integers and strings).
func uvarint(b []byte) (v uint64, n int) {
	if len(b) > 0 && b[0] < 0x80 {
		return uint64(b[0]), 1
	}
	if v, n = binary.Uvarint(b); n < 0 {
		return 0, 0
	}
	return v, n
}

// An unpacker reads the integers and strings of one tag or of the version block in a row.
// After the first that does not fit all are zero; look at bad once.
type unpacker struct {
	b   []byte // what is left
	bad bool
}

func (u *unpacker) fail() {
	u.b, u.bad = nil, true
}

// varint reads a varint of up to 64 bits.
func (u *unpacker) varint() uint64 {
	v, n := uvarint(u.b)
	if n == 0 {
		u.fail()
		return 0
	}
	u.b = u.b[n:]
	return v
}

// uint32 reads a varint and fails when it does not fit 32 bits.
func (u *unpacker) uint32() uint32 {
	v := u.varint()
	if v > math.MaxUint32 {
		u.fail()
		return 0
	}
	return uint32(v)
}

// boolean reads an ASCII 0 or 1.
func (u *unpacker) boolean() bool {
	if len(u.b) == 0 || u.b[0]&^1 != '0' {
		u.fail()
		return false
	}
	v := u.b[0] == '1'
	u.b = u.b[1:]
	return v
}

// byte reads one byte.
func (u *unpacker) byte() byte {
	if len(u.b) == 0 {
		u.fail()
		return 0
	}
	v := u.b[0]
	u.b = u.b[1:]
	return v
}

// bytes returns the next n bytes, which alias those read.
func (u *unpacker) bytes(n uint64) []byte {
	if n > uint64(len(u.b)) {
		u.fail()
		return nil
	}
	v := u.b[:n:n]
	u.b = u.b[n:]
	return v
}

// string reads a length and as many bytes.
func (u *unpacker) string() []byte { return u.bytes(u.varint()) }

// sortableBits is how many bits fit the shortest sortable integer; each further byte adds 7.
const sortableBits = 15

// appendSortable appends v so that the bytes order as the integers do.
func appendSortable(dst []byte, v uint64) []byte {
	extra := 0
	if n := bits.Len64(v); n > sortableBits {
		extra = (n - sortableBits + 6) / 7
	}
	mark := ^byte(0xFF >> extra)
	dst = append(dst, mark|byte(v>>(8*(extra+1))))
	for i := extra; i >= 0; i-- {
		dst = append(dst, byte(v>>(8*i)))
	}
	return dst
}

// sortable returns the integer that b begins with and its length; 0 when b ends before it,
// or it is not in the shortest form, the only one that orders rightly.
func sortable(b []byte) (v uint64, n int) {
	if len(b) < 2 || b[0] == 0xFF {
		return 0, 0
	}
	extra := bits.LeadingZeros8(^b[0])
	n = extra + 2
	if len(b) < n {
		return 0, 0
	}
	v = uint64(b[0] & byte(0xFF>>extra))
	for _, c := range b[1:n] {
		v = v<<8 | uint64(c)
	}
	if extra > 0 && bits.Len64(v) <= sortableBits+7*(extra-1) {
		return 0, 0
	}
	return v, n
}

// appendUintLast appends v as little-endian bytes without leading zeros.
func appendUintLast(dst []byte, v uint64) []byte {
	for ; v != 0; v >>= 8 {
		dst = append(dst, byte(v))
	}
	return dst
}

// appendEscaped appends s with every NUL as 00 FF, so that what follows a lone NUL orders
// after s and before all longer strings.
func appendEscaped(dst, s []byte) []byte {
	for _, c := range s {
		dst = append(dst, c)
		if c == 0 {
			dst = append(dst, 0xFF)
		}
	}
	return dst
}

// appendUnescaped appends the string that key begins with and returns what follows its end
// mark; ended is false when key ends without one.
func appendUnescaped(dst, key []byte) (s, rest []byte, ended bool) {
	for i := 0; i < len(key); i++ {
		dst = append(dst, key[i])
		if key[i] != 0 {
			continue
		}
		if i+1 == len(key) || key[i+1] != 0xFF {
			return dst[:len(dst)-1], key[i+1:], true
		}
		i++
	}
	return dst, nil, false
}

// appendVarint appends v as a varint.
func appendVarint(dst []byte, v uint64) []byte { return binary.AppendUvarint(dst, v) }
