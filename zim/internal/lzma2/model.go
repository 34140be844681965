package lzma2

// Sizes of LZMA's model: https://www.7-zip.org/sdk.html, lzma-specification.txt.
const (
	states    = 12 // of the literal and match history
	posStates = 1 << 4
	lenStates = 4  // of the distance, by match length
	minMatch  = 2  // shortest match
	slotTree  = 64 // distance slots

	firstTreeSlot  = 4  // slots below are the distance itself
	firstAlignSlot = 14 // slots from here have direct bits

	maxLitBits = 4 // lc + lp
	litTree    = 0x100
)

// prob is the probability of a 0 bit in units of 1/2048.
type prob = uint16

const (
	probBits = 11
	probHalf = 1 << (probBits - 1)
	probMove = 5 // adaptation: the distance to certainty shrinks by 1/32
)

// literal is the model of literals in one context: the plain tree, then the trees for bytes
// behind a match, by the bit that the match would give. Index 0 of each is not used.
type literal [3 * litTree]prob

// lengths is the model of match lengths.
type lengths struct {
	choice, choice2 prob
	low, mid        [posStates][8]prob
	high            [256]prob
}

// model holds every probability. Arrays are sized by powers of two where an index can then
// be proven to lie inside, hence 16 states for 12.
type model struct {
	isMatch    [16][posStates]prob
	isRep      [16]prob
	isRep0     [16]prob // a match at the last distance, or a byte
	isRep1     [16]prob
	isRep2     [16]prob
	isRep0Long [16][posStates]prob

	slot  [lenStates][slotTree]prob
	dist  [16][32]prob // by slot, the reverse trees of slots 4 to 13
	align [32]prob     // the lowest 4 bits of long distances; half of it is used

	match, rep lengths

	lit [1 << maxLitBits]literal
}

// freshModel is copied over a model to reset it.
var freshModel = newModel()

func newModel() *model {
	m := new(model)
	for i := range m.isMatch {
		fill(m.isMatch[i][:])
		fill(m.isRep0Long[i][:])
		fill(m.dist[i][:])
		fill(m.lit[i][:])
	}
	for i := range m.slot {
		fill(m.slot[i][:])
	}
	for _, p := range [][]prob{m.isRep[:], m.isRep0[:], m.isRep1[:], m.isRep2[:], m.align[:]} {
		fill(p)
	}
	m.match.reset()
	m.rep = m.match
	return m
}

func (l *lengths) reset() {
	l.choice, l.choice2 = probHalf, probHalf
	for i := range l.low {
		fill(l.low[i][:])
		fill(l.mid[i][:])
	}
	fill(l.high[:])
}

func fill(p []prob) {
	for i := range p {
		p[i] = probHalf
	}
}
