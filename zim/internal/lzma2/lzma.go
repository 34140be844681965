package lzma2

import "encoding/binary"

// lzmaState is the state of an LZMA decoder that goes from chunk to chunk.
type lzmaState struct {
	rc      rangeCoder
	history uint32 // state of the literal and match history, below states
	rep     [4]uint32
	pending int // rest of a match that was cut off by the end of the slice
	dict    int // where the dictionary starts in dst
	lc      uint
	litMask uint // of the position, lp bits
	posMask uint // of the position, pb bits
	m       model
}

// setProps takes the property byte of a chunk: lc + 9*(lp + 5*pb). LZMA2 allows lc + lp <= 4.
func (z *lzmaState) setProps(b byte) bool {
	lc, lp, pb := uint(b%9), uint(b/9%5), uint(b/45)
	if lc+lp > maxLitBits || pb > 4 {
		return false
	}
	z.lc, z.litMask, z.posMask = lc, 1<<lp-1, 1<<pb-1
	return true
}

// resetState makes the decoder forget everything but properties and dictionary.
func (z *lzmaState) resetState() {
	z.history, z.rep, z.pending = 0, [4]uint32{}, 0
	z.m = *freshModel
}

// Limits of the history: https://www.7-zip.org/sdk.html, lzma-specification.txt, "State".
// Below matchHistory the last symbol was a literal.
const matchHistory = 7

// historyLiteral is the state after a literal, by the state before.
var historyLiteral = [16]uint8{0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 4, 5}

// afterMatch returns literal or match by whether the last symbol was a literal.
func afterMatch(history, literal, match uint32) uint32 {
	if history < matchHistory {
		return literal
	}
	return match
}

// decode fills buf from at with what in holds from pos on. last says that the chunk ends where
// buf ends. It returns how far it came in both; false means that the bytes are corrupt.
//
// Its variables are copies, written back at the end, so that the loop finds them in registers
// and on its own stack frame.
func (z *lzmaState) decode(buf []byte, at int, last bool, in []byte, pos int) (int, int, bool) {
	m := &z.m
	rng, code := z.rc.rng, z.rc.code
	history := z.history
	rep0, rep1, rep2, rep3 := z.rep[0], z.rep[1], z.rep[2], z.rep[3]
	dict := z.dict
	ok := true

	// What the last match copied from is looked at again; a slide may have dropped it.
	if (z.pending > 0 || history >= matchHistory) && uint64(rep0) >= uint64(at-dict) {
		return at, pos, false
	}
	if z.pending > 0 {
		n := min(z.pending, len(buf)-at)
		copyMatch(buf, at, int(rep0)+1, n)
		at += n
		z.pending -= n
	}
	for at < len(buf) {
		posState := uint(at-dict) & z.posMask
		p := &m.isMatch[history&15][posState&15]
		rng, code, pos = normalise(rng, code, in, pos)
		v := uint32(*p)
		bound := (rng >> probBits) * v

		if code < bound { // a literal
			rng = bound
			*p = prob(v + (1<<probBits-v)>>probMove)
			var sym uint32
			t := &m.lit[z.context(buf, at)&15]
			if history < matchHistory {
				sym, rng, code, pos = bit8((*[litTree]prob)(t[:litTree]), rng, code, in, pos)
			} else {
				sym, rng, code, pos = bitMatched(t, uint32(buf[at-int(rep0)-1]), rng, code, in, pos)
			}
			if pos > len(in) {
				ok = false // normalise reads zeros behind the end
				break
			}
			buf[at] = byte(sym)
			at++
			history = uint32(historyLiteral[history&15])
			continue
		}
		rng -= bound
		code -= bound
		*p = prob(v - v>>probMove)

		var isRep, length uint32
		rng, code, pos = normalise(rng, code, in, pos)
		isRep, rng, code = step(&m.isRep[history&15], 0, rng, code)
		if isRep == 0 { // a match with a new distance
			rep3, rep2, rep1 = rep2, rep1, rep0
			length, rng, code, pos = m.match.decode(posState, rng, code, in, pos)
			rep0, rng, code, pos = m.distance(length, rng, code, in, pos)
			history = afterMatch(history, 7, 10)
			length += minMatch
		} else { // a match with one of the last distances
			var which uint32
			which, rng, code, pos = m.whichRep(history, posState, rng, code, in, pos)
			if which == shortRep {
				length = 1
				history = afterMatch(history, 9, 11)
			} else {
				switch which {
				case 1:
					rep0, rep1 = rep1, rep0
				case 2:
					rep0, rep1, rep2 = rep2, rep0, rep1
				case 3:
					rep0, rep1, rep2, rep3 = rep3, rep0, rep1, rep2
				}
				length, rng, code, pos = m.rep.decode(posState, rng, code, in, pos)
				history = afterMatch(history, 8, 11)
				length += minMatch
			}
		}
		if pos > len(in) || uint64(rep0) >= uint64(at-dict) {
			ok = false
			break
		}
		n := int(length)
		if room := len(buf) - at; n > room {
			z.pending = n - room
			n = room
		}
		copyMatch(buf, at, int(rep0)+1, n)
		at += n
	}

	if last && at == len(buf) {
		rng, code, pos = normalise(rng, code, in, pos)
	}
	z.rc = rangeCoder{rng, code}
	z.history, z.rep = history, [4]uint32{rep0, rep1, rep2, rep3}
	if pos > len(in) {
		return at, len(in), false
	}
	return at, pos, ok && !(last && z.pending > 0) // no match may reach over the end of its chunk
}

// context returns which model of literals is used at a position.
func (z *lzmaState) context(buf []byte, at int) uint {
	if at == z.dict {
		return 0
	}
	return (uint(at-z.dict)&z.litMask)<<z.lc + uint(buf[at-1])>>(8-z.lc)
}

// copyMatch copies n bytes to at from distance bytes before it, byte by byte where the two
// overlap. It may write up to 7 bytes behind at+n, but never outside buf.
func copyMatch(buf []byte, at, distance, n int) {
	from := at - distance
	if distance >= 8 && n <= 32 && len(buf)-at >= 40 {
		for i := 0; i < n; i += 8 {
			binary.LittleEndian.PutUint64(buf[at+i:], binary.LittleEndian.Uint64(buf[from+i:]))
		}
		return
	}
	for n > distance {
		// What is there repeats: each pass doubles the source.
		copy(buf[at:at+distance], buf[from:at])
		at += distance
		n -= distance
		distance *= 2
	}
	copy(buf[at:at+n], buf[from:])
}
