package synth

import (
	"math/bits"
	"slices"
)

// syllables are sorted, and none begins another, because each ends in its only vowel. So two different
// sequences of the same length compare, as bytes, like their numbers: names come out in order unsorted.
var syllables = makeSyllables()

func makeSyllables() []string {
	var all []string
	for _, onset := range []string{
		"b", "br", "c", "ch", "d", "dr", "f", "g", "gl", "h", "k", "l", "m",
		"n", "p", "pr", "r", "s", "st", "t", "tr", "v", "w",
	} {
		for _, vowel := range "aeiou" {
			all = append(all, onset+string(vowel))
		}
	}
	slices.Sort(all)
	return all
}

// names gives entry i of n its path. It is a value without state: safe for concurrent use.
type names struct {
	n, space uint64 // i is spread evenly over space = syllables^digits
	digits   int
	seed     uint64
}

// newNames chooses as few syllables as keep n names at least eight apart.
func newNames(n, seed uint64) names {
	base := uint64(len(syllables))
	nm := names{n: n, space: base * base, digits: 2, seed: seed}
	for nm.space/8 < nm.n {
		nm.space *= base
		nm.digits++
	}
	return nm
}

// appendPath appends the path of entry i (0 ≤ i < n): some syllables that order it, then up to three words.
func (nm names) appendPath(dst []byte, i uint64) []byte {
	hi, lo := bits.Mul64(i, nm.space)
	v, _ := bits.Div64(hi, lo, nm.n)
	start := len(dst)
	for div := nm.space / uint64(len(syllables)); ; div /= uint64(len(syllables)) {
		dst = append(dst, syllables[v/div%uint64(len(syllables))]...)
		if div == 1 {
			break
		}
	}
	dst[start] -= 'a' - 'A'
	return nm.appendTail(dst, i)
}

// appendTail makes lengths vary as titles of articles do. What it adds follows syllables that differ
// already, so it changes no order.
func (nm names) appendTail(dst []byte, i uint64) []byte {
	h := mix(nm.seed ^ i ^ 0x7461696c)
	for words := h % 4; words > 0; words-- {
		dst = append(dst, '_')
		h = mix(h)
		for j := uint64(0); j <= h%3; j++ {
			dst = append(dst, syllables[(h>>(8+8*j))%uint64(len(syllables))]...)
		}
	}
	return dst
}

// appendTitle appends path with spaces for underscores. A path without any has no title of its own.
func appendTitle(dst, path []byte) []byte {
	if !slices.Contains(path, '_') {
		return dst
	}
	for _, c := range path {
		if c == '_' {
			c = ' '
		}
		dst = append(dst, c)
	}
	return dst
}

// mix is the finaliser of splitmix64: https://prng.di.unimi.it/splitmix64.c (public domain).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
