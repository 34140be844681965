package match

import "math/bits"

// Frequent moves the limit most frequent of terms, which are in byte order, to the front and
// returns them. Of those that are as frequent as the last one it keeps the ones that the
// selection of GCC's C++ library (nth_element) leaves in front.
func Frequent(terms []Expansion, limit int) []Expansion {
	if limit <= 0 || len(terms) <= limit {
		return terms
	}
	selectNth(terms, limit-1, func(a, b *Expansion) bool { return a.TF > b.TF })
	return terms[:limit]
}

// selectNth arranges v so that none behind nth is before it, and none in front of it behind.
func selectNth[T any](v []T, nth int, before func(a, b *T) bool) {
	first, last := 0, len(v)
	for rounds := 2 * (bits.Len(uint(len(v))) - 1); last-first > 3; rounds-- {
		if rounds == 0 {
			selectByHeap(v[first:last], nth-first, before)
			return
		}
		if cut := partition(v, first, last, before); cut <= nth {
			first = cut
		} else {
			last = cut
		}
	}
	for i := first + 1; i < last; i++ { // insertion keeps equals in order
		for j := i; j > first && before(&v[j], &v[j-1]); j-- {
			v[j], v[j-1] = v[j-1], v[j]
		}
	}
}

// partition divides v[first:last] at a pivot, which it swaps to the front, and returns where
// the second part begins.
func partition[T any](v []T, first, last int, before func(a, b *T) bool) int {
	pivot := median(v, first+1, first+(last-first)/2, last-1, before)
	v[first], v[pivot] = v[pivot], v[first]
	p := v[first]
	i, j := first+1, last
	for {
		for before(&v[i], &p) { // ends at the latest at an element that is not before the median
			i++
		}
		j--
		for before(&p, &v[j]) {
			j--
		}
		if i >= j {
			return i
		}
		v[i], v[j] = v[j], v[i]
		i++
	}
}

func median[T any](v []T, x, y, z int, before func(a, b *T) bool) int {
	lt := func(i, j int) bool { return before(&v[i], &v[j]) }
	if !lt(x, y) {
		x, y = y, x // the rules for the two cases are the same with x and y exchanged
		if lt(y, z) {
			return y
		}
		if lt(x, z) {
			return z
		}
		return x
	}
	if lt(y, z) {
		return y
	}
	if lt(x, z) {
		return z
	}
	return x
}

// selectByHeap is what is done when partitioning takes too long.
func selectByHeap[T any](v []T, nth int, before func(a, b *T) bool) {
	h := heapOf(v[:nth+1], func(a, b T) bool { return before(&a, &b) })
	for i := nth + 1; i < len(v); i++ {
		if before(&v[i], &v[0]) {
			e := v[i]
			v[i] = v[0]
			h.place(0, e)
		}
	}
	v[0], v[nth] = v[nth], v[0]
}
