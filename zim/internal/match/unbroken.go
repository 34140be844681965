package match

import "iter"

// A Gram is a part of an unbroken run. All grams of a run share its place among the words.
type Gram struct {
	Term string
	Pair bool // two neighbouring characters, of which indexes hold no position
}

// Grams yields a run's characters and pairs of neighbours in the order c1, c1c2, c2, c2c3,
// c3: the terms that stand in an index for an [Word] that is Unbroken.
func Grams(run string) iter.Seq[Gram] {
	return func(yield func(Gram) bool) {
		for len(run) > 0 {
			_, size := decode(run)
			if !yield(Gram{Term: run[:size]}) || len(run) == size {
				return
			}
			_, next := decode(run[size:])
			if !yield(Gram{Term: run[:size+next], Pair: true}) {
				return
			}
			run = run[size:]
		}
	}
}
