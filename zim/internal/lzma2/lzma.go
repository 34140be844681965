package lzma2

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
// The loop is one function, and long: its variables live in registers and on its own stack
// frame, and each split was measured to cost more than it clears up.
func (z *lzmaState) decode(buf []byte, at int, last bool, in []byte, pos int) (int, int, bool) {
	m := &z.m
	rng, code := z.rc.rng, z.rc.code
	history := z.history
	rep0, rep1, rep2, rep3 := z.rep[0], z.rep[1], z.rep[2], z.rep[3]
	lc, litMask, posMask := z.lc, z.litMask, z.posMask
	dict := z.dict
	ok := true

	if z.pending > 0 {
		n := min(z.pending, len(buf)-at)
		copyMatch(buf, at, int(rep0)+1, n)
		at += n
		z.pending -= n
	}

	for at < len(buf) {
		if pos > len(in) {
			ok = false
			break
		}
		posState := uint(at-dict) & posMask
		var bound, v uint32
		var length uint32

		// Literal or match.
		p := &m.isMatch[history&15][posState&15]
		rng, code, pos = normalise(rng, code, in, pos)
		v = uint32(*p)
		bound = (rng >> probBits) * v
		if code < bound {
			rng = bound
			*p = prob(v + (1<<probBits-v)>>probMove)
			var prev uint
			if at > dict {
				prev = uint(buf[at-1])
			}
			lit := &m.lit[((uint(at-dict)&litMask)<<lc+prev>>(8-lc))&15]
			var sym uint32
			if history < matchHistory {
				sym, rng, code, pos = bit8((*[litTree]prob)(lit[:litTree]), rng, code, in, pos)
			} else {
				match := uint32(buf[at-int(rep0)-1])
				sym, rng, code, pos = bitMatched(lit, match, rng, code, in, pos)
			}
			buf[at] = byte(sym)
			at++
			history = uint32(historyLiteral[history&15])
			continue
		}
		rng -= bound
		code -= bound
		*p = prob(v - v>>probMove)

		// New distance or one of the last four.
		p = &m.isRep[history&15]
		rng, code, pos = normalise(rng, code, in, pos)
		v = uint32(*p)
		bound = (rng >> probBits) * v
		if code < bound {
			rng = bound
			*p = prob(v + (1<<probBits-v)>>probMove)
			rep3, rep2, rep1 = rep2, rep1, rep0
			history = afterMatch(history, 7, 10)
			length, rng, code, pos = m.match.decode(posState, rng, code, in, pos)
			rep0, rng, code, pos = m.distance(length, rng, code, in, pos)
			if uint64(rep0) >= uint64(at-dict) {
				ok = false
				break
			}
		} else {
			rng -= bound
			code -= bound
			*p = prob(v - v>>probMove)
			if at == dict {
				ok = false
				break
			}
			p = &m.isRep0[history&15]
			rng, code, pos = normalise(rng, code, in, pos)
			v = uint32(*p)
			bound = (rng >> probBits) * v
			if code < bound {
				rng = bound
				*p = prob(v + (1<<probBits-v)>>probMove)
				p = &m.isRep0Long[history&15][posState&15]
				rng, code, pos = normalise(rng, code, in, pos)
				v = uint32(*p)
				bound = (rng >> probBits) * v
				if code < bound {
					rng = bound
					*p = prob(v + (1<<probBits-v)>>probMove)
					history = afterMatch(history, 9, 11)
					buf[at] = buf[at-int(rep0)-1]
					at++
					continue
				}
				rng -= bound
				code -= bound
				*p = prob(v - v>>probMove)
			} else {
				rng -= bound
				code -= bound
				*p = prob(v - v>>probMove)
				p = &m.isRep1[history&15]
				rng, code, pos = normalise(rng, code, in, pos)
				v = uint32(*p)
				bound = (rng >> probBits) * v
				if code < bound {
					rng = bound
					*p = prob(v + (1<<probBits-v)>>probMove)
					rep0, rep1 = rep1, rep0
				} else {
					rng -= bound
					code -= bound
					*p = prob(v - v>>probMove)
					p = &m.isRep2[history&15]
					rng, code, pos = normalise(rng, code, in, pos)
					v = uint32(*p)
					bound = (rng >> probBits) * v
					if code < bound {
						rng = bound
						*p = prob(v + (1<<probBits-v)>>probMove)
						rep0, rep1, rep2 = rep2, rep0, rep1
					} else {
						rng -= bound
						code -= bound
						*p = prob(v - v>>probMove)
						rep0, rep1, rep2, rep3 = rep3, rep0, rep1, rep2
					}
				}
			}
			history = afterMatch(history, 8, 11)
			length, rng, code, pos = m.rep.decode(posState, rng, code, in, pos)
			if uint64(rep0) >= uint64(at-dict) {
				ok = false
				break
			}
		}

		n := int(length) + minMatch
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
	if pos > len(in) {
		pos, ok = len(in), false
	}
	if last && z.pending > 0 {
		ok = false // a match reaches over the end of the chunk
	}
	z.rc = rangeCoder{rng, code}
	z.history = history
	z.rep = [4]uint32{rep0, rep1, rep2, rep3}
	return at, pos, ok
}

// copyMatch copies n bytes to at from distance bytes before it, byte by byte where the two
// overlap. It writes nothing behind at+n.
func copyMatch(buf []byte, at, distance, n int) {
	from := at - distance
	for n > distance {
		// What is there repeats: each pass doubles the source.
		copy(buf[at:at+distance], buf[from:at])
		at += distance
		n -= distance
		distance *= 2
	}
	copy(buf[at:at+n], buf[from:])
}

// decode returns a match length less minMatch.
func (l *lengths) decode(posState uint, rng, code uint32, in []byte, pos int) (uint32, uint32, uint32, int) {
	rng, code, pos = normalise(rng, code, in, pos)
	choice, rng, code := step(&l.choice, 0, rng, code)
	if choice == 0 {
		return bit3(&l.low[posState&15], rng, code, in, pos)
	}
	rng, code, pos = normalise(rng, code, in, pos)
	choice, rng, code = step(&l.choice2, 0, rng, code)
	if choice == 0 {
		sym, rng, code, pos := bit3(&l.mid[posState&15], rng, code, in, pos)
		return sym + 8, rng, code, pos
	}
	sym, rng, code, pos := bit8(&l.high, rng, code, in, pos)
	return sym + 16, rng, code, pos
}

// distance returns a match distance less 1. length is that of the match, less minMatch.
func (m *model) distance(length, rng, code uint32, in []byte, pos int) (uint32, uint32, uint32, int) {
	slot, rng, code, pos := bit6(&m.slot[min(length, lenStates-1)], rng, code, in, pos)
	if slot < firstTreeSlot {
		return slot, rng, code, pos
	}
	n := slot>>1 - 1
	high := (2 | slot&1) << (n & 31)
	if slot < firstAlignSlot {
		low, rng, code, pos := bitReverse(&m.dist[slot&15], n, rng, code, in, pos)
		return high + low, rng, code, pos
	}
	middle, rng, code, pos := bitDirect(n-4, rng, code, in, pos)
	low, rng, code, pos := bitReverse(&m.align, 4, rng, code, in, pos)
	return high + middle<<4 + low, rng, code, pos
}
