package match

import (
	"context"
	"math/bits"
)

// Frequent moves the limit most frequent of terms, which are in byte order, to the front and
// returns them. Of those that are as frequent as the last one it keeps the ones that the
// selection of GCC's C++ library (nth_element) leaves in front.
func Frequent(terms []Expansion, limit int) []Expansion {
	terms, _ = FrequentContext(context.Background(), terms, limit)
	return terms
}

// FrequentContext is Frequent for very many terms: it stops early with ctx's error.
func FrequentContext(ctx context.Context, terms []Expansion, limit int) ([]Expansion, error) {
	if limit <= 0 || len(terms) <= limit {
		return terms, ctx.Err()
	}
	p := pace{ctx: ctx}
	selectNth(&p, terms, limit-1, func(a, b *Expansion) bool { return a.TF > b.TF })
	if p.err != nil {
		return nil, p.err
	}
	return terms[:limit], nil
}

// A pace looks at a context now and then.
type pace struct {
	ctx  context.Context
	work int
	err  error
}

// stopped counts work, and reports whether the context has ended.
func (p *pace) stopped(work int) bool {
	if p.work += work; p.work > 1<<14 {
		p.work, p.err = 0, p.ctx.Err()
	}
	return p.err != nil
}

// selectNth arranges v so that none behind nth is before it, and none in front of it behind.
// When p has stopped it leaves v in any order.
func selectNth[T any](p *pace, v []T, nth int, before func(a, b *T) bool) {
	first, last := 0, len(v)
	for rounds := 2 * (bits.Len(uint(len(v))) - 1); last-first > 3; rounds-- {
		if rounds == 0 {
			selectByHeap(p, v[first:last], nth-first, before)
			return
		}
		cut := partition(p, v, first, last, before)
		if p.err != nil {
			return
		}
		if cut <= nth {
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
func partition[T any](pc *pace, v []T, first, last int, before func(a, b *T) bool) int {
	pivot := median(v, first+1, first+(last-first)/2, last-1, before)
	v[first], v[pivot] = v[pivot], v[first]
	p := v[first]
	i, j := first+1, last
	for from := i; ; from = i {
		for before(&v[i], &p) { // ends at the latest at an element that is not before the median
			i++
		}
		j--
		for before(&p, &v[j]) {
			j--
		}
		if i >= j || pc.stopped(2*(i-from)+2) {
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
func selectByHeap[T any](p *pace, v []T, nth int, before func(a, b *T) bool) {
	h := heapOf(v[:nth+1], func(a, b T) bool { return before(&a, &b) })
	for i := nth + 1; i < len(v) && !p.stopped(8); i++ {
		if before(&v[i], &v[0]) {
			e := v[i]
			v[i] = v[0]
			h.place(0, e)
		}
	}
	v[0], v[nth] = v[nth], v[0]
}
