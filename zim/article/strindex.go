package article

import "hash/maphash"

// A stringIndex numbers strings, like a map from string to int. It is made for many pages one after the other: emptying it
// takes a few bytes for each string it may hold, where clearing a map takes many times as long.
type stringIndex struct {
	slots []int32 // index into keys + 1, 0 when free; the length is a power of two
	keys  []string
	vals  []int32
	peak  int // most strings of one of the latest pages
}

// indexSeed is one for all: an attacker who does not know it cannot choose strings that meet.
var indexSeed = maphash.MakeSeed()

// get returns the number of s, and whether it has one.
func (x *stringIndex) get(s string) (int, bool) {
	if len(x.slots) == 0 {
		return 0, false
	}
	i := x.slots[x.slot(s)]
	if i == 0 {
		return 0, false
	}
	return int(x.vals[i-1]), true
}

// slot is where s stands, or the free place where it would. At least half of the slots are free.
func (x *stringIndex) slot(s string) int {
	mask := len(x.slots) - 1
	for at := int(maphash.String(indexSeed, s)) & mask; ; at = (at + 1) & mask {
		if i := x.slots[at]; i == 0 || x.keys[i-1] == s {
			return at
		}
	}
}

// add gives s, which has none, a number.
func (x *stringIndex) add(s string, val int) {
	if 2*(len(x.keys)+1) > len(x.slots) {
		x.slots = make([]int32, max(64, 2*len(x.slots)))
		for i, k := range x.keys {
			x.slots[x.slot(k)] = int32(i + 1)
		}
	}
	at := x.slot(s)
	x.keys, x.vals = append(x.keys, s), append(x.vals, int32(val))
	x.slots[at] = int32(len(x.keys))
}

// empty makes room for the next page, and lets go of the strings of this one. After a page with far more strings than others the
// room it took is given up.
func (x *stringIndex) empty() {
	n := len(x.keys)
	if x.peak = max(n, x.peak/2); len(x.slots) > 64*x.peak+1024 {
		*x = stringIndex{}
		return
	}
	clear(x.slots)
	clear(x.keys)
	x.keys, x.vals = x.keys[:0], x.vals[:0]
}
