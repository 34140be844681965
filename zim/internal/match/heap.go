package match

// The order in which equal estimates are combined decides in which order weights are added,
// and so their last bit. It is that of the heaps of GCC's C++ library, an array in which the
// children of i are at 2i+1 and 2i+2.

// An arrayHeap has an element at its front than which, by less, none is greater.
type arrayHeap[T any] struct {
	v    []T
	less func(a, b T) bool
}

func heapOf[T any](v []T, less func(a, b T) bool) arrayHeap[T] {
	h := arrayHeap[T]{v, less}
	for i := len(v)/2 - 1; i >= 0; i-- {
		h.place(i, v[i])
	}
	return h
}

// place puts v into the hole at top: the hole sinks to the bottom, the greater child moving
// up, the right one of equals; from there v rises, not above top.
func (h *arrayHeap[T]) place(top int, v T) {
	hole := top
	for {
		child := 2*hole + 2
		if child > len(h.v) {
			break
		}
		if child == len(h.v) || h.less(h.v[child], h.v[child-1]) {
			child--
		}
		h.v[hole] = h.v[child]
		hole = child
	}
	h.rise(hole, top, v)
}

func (h *arrayHeap[T]) rise(hole, top int, v T) {
	for hole > top {
		parent := (hole - 1) / 2
		if !h.less(h.v[parent], v) {
			break
		}
		h.v[hole] = h.v[parent]
		hole = parent
	}
	h.v[hole] = v
}

// pop returns the greatest element and moves it behind the heap's end.
func (h *arrayHeap[T]) pop() T {
	end := len(h.v) - 1
	root, last := h.v[0], h.v[end]
	h.v[end] = root
	h.v = h.v[:end]
	if end > 0 {
		h.place(0, last)
	}
	return root
}

// push adds an element.
func (h *arrayHeap[T]) push(v T) {
	h.v = append(h.v, v)
	h.rise(len(h.v)-1, 0, v)
}

// ascend sorts v as popping a heap until it is empty does.
func ascend[T any](v []T, less func(a, b T) bool) {
	h := heapOf(v, less)
	for len(h.v) > 1 {
		h.pop()
	}
}

// mergeTwo combines the two smallest of v, as less orders them, until one is left: joined is
// given the second smallest and the smallest. v must not be empty, and is used up.
func mergeTwo[T any](v []T, less func(a, b T) bool, joined func(l, r T) T) T {
	h := heapOf(v, func(a, b T) bool { return less(b, a) })
	for {
		r := h.pop()
		if len(h.v) == 0 {
			return r
		}
		l := h.v[0]
		if len(h.v) == 1 {
			return joined(l, r)
		}
		h.pop()
		h.push(joined(l, r))
	}
}
