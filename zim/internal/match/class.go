package match

import (
	"sync/atomic"
	"unicode"
	"unicode/utf8"
)

// A class is what the scanner asks of a character, all at once.
type class uint8

const (
	isWord     class = 1 << iota // belongs to words
	isUnbroken                   // and is of a script without spaces
	isDigit                      // and is a decimal digit (Nd)
	isCapital                    // and has a lower case
)

// asciiClass has the classes of ASCII, and 0 for other bytes.
var asciiClass = func() (classes [256]class) {
	for i := range utf8.RuneSelf {
		classes[i] = findClass(rune(i))
	}
	return classes
}()

// classPages hold the classes of 256 neighbouring characters each, up to the last plane
// that is full of letters. Each is made when text first needs it: 192 KiB in all.
var classPages [lastClassed>>8 + 1]atomic.Pointer[[256]class]

const lastClassed = 0x2ffff

// classOf returns the class of a character, 0 for what is none.
func classOf(r rune) class {
	if uint32(r) > lastClassed {
		return findClass(r)
	}
	p := classPages[r>>8].Load()
	if p == nil {
		p = new([256]class)
		for i := range p {
			p[i] = findClass(r&^0xff | rune(i))
		}
		classPages[r>>8].Store(p) // whoever else made it made the same
	}
	return p[r&0xff]
}

func findClass(r rune) class {
	if !unicode.Is(wordTable, r) {
		return 0
	}
	c := isWord
	if unbroken(r) {
		c |= isUnbroken
	}
	if unicode.Is(unicode.Nd, r) {
		c |= isDigit
	}
	if unicode.ToLower(r) != r {
		c |= isCapital
	}
	return c
}

// unbroken says whether a character lies in a range that Xapian 1.4 takes n-grams of.
func unbroken(r rune) bool {
	switch {
	case r < 0x2e80:
		return false
	case r <= 0x2eff, 0x3000 <= r && r <= 0x9fff, 0xa700 <= r && r <= 0xa71f, 0xac00 <= r && r <= 0xd7af,
		0xf900 <= r && r <= 0xfaff, 0xfe30 <= r && r <= 0xfe4f, 0xff00 <= r && r <= 0xffef,
		0x20000 <= r && r <= 0x2a6df, 0x2f800 <= r && r <= 0x2fa1f:
		return true
	}
	return false
}
