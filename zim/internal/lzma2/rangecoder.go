package lzma2

import (
	"encoding/binary"
)

// rangeCoder is the range decoder between two calls. While it runs, its fields are passed from
// function to function by value, so that they stay in registers.
type rangeCoder struct {
	rng, code uint32
}

// zeroBias makes the adaptation of a 1 bit that of a 0 bit: 31 - 2048.
const zeroBias = 1<<32 - 1<<probBits + 1<<probMove - 1

// minRange is where the range takes in the next byte.
const minRange = 1 << 24

// start reads the first 5 bytes of a chunk. The first must be 0.
func (r *rangeCoder) start(in []byte) bool {
	r.rng, r.code = 1<<32-1, binary.BigEndian.Uint32(in[1:minPacked])
	return in[0] == 0
}

// finished reports whether a chunk ended as an encoder ends it: all bytes used, nothing left
// in the code.
func (r *rangeCoder) finished(left int) bool { return left == 0 && r.code == 0 }

// normalise makes the range large enough for one more bit. Behind the end of in it reads
// zeros, and pos passes len(in); who decodes looks at pos once a symbol.
func normalise(rng, code uint32, in []byte, pos int) (uint32, uint32, int) {
	if rng < minRange {
		rng <<= 8
		code <<= 8
		if uint(pos) < uint(len(in)) {
			code |= uint32(in[pos])
		}
		pos++
	}
	return rng, code, pos
}

// step decodes one bit with probability p and shifts it into sym, without a branch: inside
// trees the bits are hard to predict.
func step(p *prob, sym, rng, code uint32) (uint32, uint32, uint32) {
	v := uint32(*p)
	bound := (rng >> probBits) * v
	diff := int64(code) - int64(bound)
	mask := uint32(diff >> 63) // all ones for a 0 bit
	rng -= bound
	rng += (bound - rng) & mask
	code = uint32(diff) + bound&mask
	// A 0 bit adds (2048-v)/32, a 1 bit takes v/32, both rounded down.
	*p = prob(v - uint32(int32(v+mask&zeroBias)>>probMove))
	return sym<<1 + 1 + mask, rng, code
}

// bit8 decodes 8 bits, the highest first, in the tree t.
func bit8(t *[256]prob, rng, code uint32, in []byte, pos int) (uint32, uint32, uint32, int) {
	sym := uint32(1)
	rng, code, pos = normalise(rng, code, in, pos)
	sym, rng, code = step(&t[1], sym, rng, code)
	rng, code, pos = normalise(rng, code, in, pos)
	sym, rng, code = step(&t[uint8(sym)], sym, rng, code)
	rng, code, pos = normalise(rng, code, in, pos)
	sym, rng, code = step(&t[uint8(sym)], sym, rng, code)
	rng, code, pos = normalise(rng, code, in, pos)
	sym, rng, code = step(&t[uint8(sym)], sym, rng, code)
	rng, code, pos = normalise(rng, code, in, pos)
	sym, rng, code = step(&t[uint8(sym)], sym, rng, code)
	rng, code, pos = normalise(rng, code, in, pos)
	sym, rng, code = step(&t[uint8(sym)], sym, rng, code)
	rng, code, pos = normalise(rng, code, in, pos)
	sym, rng, code = step(&t[uint8(sym)], sym, rng, code)
	rng, code, pos = normalise(rng, code, in, pos)
	sym, rng, code = step(&t[uint8(sym)], sym, rng, code)
	return sym & 0xff, rng, code, pos
}

// bit3 decodes 3 bits, the highest first, in the tree t.
func bit3(t *[8]prob, rng, code uint32, in []byte, pos int) (uint32, uint32, uint32, int) {
	sym := uint32(1)
	rng, code, pos = normalise(rng, code, in, pos)
	sym, rng, code = step(&t[1], sym, rng, code)
	rng, code, pos = normalise(rng, code, in, pos)
	sym, rng, code = step(&t[sym&7], sym, rng, code)
	rng, code, pos = normalise(rng, code, in, pos)
	sym, rng, code = step(&t[sym&7], sym, rng, code)
	return sym & 7, rng, code, pos
}

// bit6 decodes 6 bits, the highest first, in the tree t.
func bit6(t *[64]prob, rng, code uint32, in []byte, pos int) (uint32, uint32, uint32, int) {
	sym := uint32(1)
	rng, code, pos = normalise(rng, code, in, pos)
	sym, rng, code = step(&t[1], sym, rng, code)
	rng, code, pos = normalise(rng, code, in, pos)
	sym, rng, code = step(&t[sym&63], sym, rng, code)
	rng, code, pos = normalise(rng, code, in, pos)
	sym, rng, code = step(&t[sym&63], sym, rng, code)
	rng, code, pos = normalise(rng, code, in, pos)
	sym, rng, code = step(&t[sym&63], sym, rng, code)
	rng, code, pos = normalise(rng, code, in, pos)
	sym, rng, code = step(&t[sym&63], sym, rng, code)
	rng, code, pos = normalise(rng, code, in, pos)
	sym, rng, code = step(&t[sym&63], sym, rng, code)
	return sym & 63, rng, code, pos
}

// bitMatched decodes a literal behind a match. As long as its bits agree with those of the
// byte that the last distance gives, they have trees of their own.
func bitMatched(t *literal, match, rng, code uint32, in []byte, pos int) (uint32, uint32, uint32, int) {
	sym, offset := uint32(1), uint32(litTree)
	for sym < litTree {
		match <<= 1
		bit := match & offset
		rng, code, pos = normalise(rng, code, in, pos)
		sym, rng, code = step(&t[offset+bit+sym], sym, rng, code)
		offset &= bit ^ (sym&1 - 1) // 0 from the first bit that differs
	}
	return sym & 0xff, rng, code, pos
}

// bitReverse decodes n bits, the lowest first, in the tree t.
func bitReverse(t *[32]prob, n uint32, rng, code uint32, in []byte, pos int) (uint32, uint32, uint32, int) {
	sym, value := uint32(1), uint32(0)
	for i := uint32(0); i < n; i++ {
		rng, code, pos = normalise(rng, code, in, pos)
		sym, rng, code = step(&t[sym&31], sym, rng, code)
		value |= (sym & 1) << (i & 31)
	}
	return value, rng, code, pos
}

// bitDirect decodes n bits of probability one half, the highest first.
func bitDirect(n uint32, rng, code uint32, in []byte, pos int) (uint32, uint32, uint32, int) {
	value := uint32(0)
	for ; n > 0; n-- {
		rng, code, pos = normalise(rng, code, in, pos)
		rng >>= 1
		code -= rng
		zero := code >> 31 // the code fell below 0
		code += rng & -zero
		value = value<<1 + 1 - zero
	}
	return value, rng, code, pos
}
