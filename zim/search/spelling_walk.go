package search

import (
	"unicode/utf8"
)

// A wordList is words in the order of their bytes, which is the order of their letters.
type wordList interface {
	// seek moves to the first word that is not before from, forward or back. It is false at the end and at a bound.
	seek(from string) bool
	// term returns the word it stands on, good until the next move.
	term() []byte
	// frequency is how many documents or titles have that word.
	frequency() uint64
}

// A neighbour is a word that another one may be meant to be.
type neighbour struct {
	word     string
	distance int
	first    bool // it begins with the same letter
	count    uint64
}

// neighbours calls yield for the words of a list at a distance of 1 to most from word that begin with its first fixed
// letters, until seeks of them were needed. It returns how many were. It goes from each word that leads nowhere to the
// next that may be near, and so sees little of a large one.
func neighbours(lex wordList, word string, fixed, most, seeks int, yield func(neighbour)) (used int) {
	e := newEdits(word, most)
	prefix := string(e.word[:min(fixed, len(e.word))])
	from := prefix
	for used < seeks {
		used++
		if !lex.seek(from) {
			return used
		}
		term := string(lex.term())
		if len(term) < len(prefix) || term[:len(prefix)] != prefix {
			return used
		}
		next, near := e.step(term)
		if near {
			if d := e.distance(); d > 0 {
				yield(neighbour{word: term, distance: d, first: len(e.other) > 0 && len(e.word) > 0 && e.other[0] == e.word[0], count: lex.frequency()})
			}
			next = term + "\x00"
		}
		if next == "" {
			return used
		}
		from = next
	}
	return used
}

// step looks at a term. near says that it is within the distance; otherwise next is the first text behind it that a near
// one can begin with, "" if there is none.
func (e *edits) step(term string) (next string, near bool) {
	e.keep(commonRunes(e.other, term))
	rest := term[len(string(e.other)):]
	for _, r := range rest {
		if r == utf8.RuneError {
			return term + "\x00", false // no word; the next one may be
		}
		if !e.push(r) {
			return e.after(), false
		}
	}
	if e.distance() <= e.most {
		return "", true
	}
	return term + "\x00", false
}

// commonRunes is how many letters at its beginning a term has in common with others.
func commonRunes(have []rune, term string) int {
	n := 0
	for _, r := range term {
		if n == len(have) || have[n] != r {
			break
		}
		n++
	}
	return n
}

// after returns the first text behind those that begin with the letters pushed that may begin a near word.
func (e *edits) after() string {
	for n := len(e.other) - 1; n >= 0; n-- {
		r := e.other[n]
		e.keep(n)
		if next, ok := e.viable(r); ok {
			return string(e.other) + string(next)
		}
	}
	return ""
}

// viable returns the least letter greater than r that may follow those pushed.
func (e *edits) viable(r rune) (next rune, ok bool) {
	n := len(e.other)
	any := e.try(utf8.MaxRune)
	if any {
		if next = r + 1; next == 0xD800 {
			next = 0xE000
		}
		return next, next < utf8.MaxRune
	}
	// Only letters of the word may follow, those not far from where it stands.
	for i := max(0, n-e.most-1); i < min(len(e.word), n+e.most+2); i++ {
		if c := e.word[i]; c > r && (!ok || c < next) && e.try(c) {
			next, ok = c, true
		}
	}
	return next, ok
}

// try reports whether a letter may follow those pushed.
func (e *edits) try(r rune) bool {
	n := len(e.other)
	ok := e.push(r)
	e.keep(n)
	return ok
}

// frequency is how many documents have the word it stands on.
func (v *vocabulary) frequency() uint64 { return uint64(v.stats().TF) }
