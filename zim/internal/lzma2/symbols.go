package lzma2

// shortRep is what whichRep returns for a match of one byte at the last distance.
const shortRep = 4

// whichRep returns which of the last four distances a match has, or shortRep.
func (m *model) whichRep(history uint32, posState uint, rng, code uint32, in []byte, pos int) (uint32, uint32, uint32, int) {
	var bit uint32
	rng, code, pos = normalise(rng, code, in, pos)
	bit, rng, code = step(&m.isRep0[history&15], 0, rng, code)
	if bit == 0 {
		rng, code, pos = normalise(rng, code, in, pos)
		bit, rng, code = step(&m.isRep0Long[history&15][posState&15], 0, rng, code)
		return shortRep * (1 - bit), rng, code, pos
	}
	rng, code, pos = normalise(rng, code, in, pos)
	bit, rng, code = step(&m.isRep1[history&15], 0, rng, code)
	if bit == 0 {
		return 1, rng, code, pos
	}
	rng, code, pos = normalise(rng, code, in, pos)
	bit, rng, code = step(&m.isRep2[history&15], 0, rng, code)
	return 2 + bit, rng, code, pos
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
