package article

import (
	"strconv"
	"unicode/utf8"
)

// Tokens estimates how many tokens of a language model s takes, at least one for a text that is not empty. The estimate is for
// the dearer of two common vocabularies (o200k and cl100k) and errs towards too many, so that budgets hold without a
// tokenizer: ordinary text of any script takes at most a tenth more. A beginning of s never costs more than s. Strings
// made for the purpose can take more: the estimate knows letters by pairs, not words.
func Tokens(s string) int {
	var e estimator
	for i := 0; i < len(s); {
		i += e.next(s[i:])
		if e.prev == afterLetter && !e.upper {
			i += e.small(s[i:])
		}
	}
	return e.tokens()
}

// fit returns the length in bytes of the longest beginning of s that takes at most max tokens.
func fit(s string, max int) int {
	var e estimator
	for i := 0; i < len(s); {
		n := e.next(s[i:])
		if e.tokens() > max {
			return i
		}
		i += n
	}
	return len(s)
}

// An estimator counts while runes go by. What a rune costs depends on it and the runes before it only, and never is less than
// nothing, so the sum never falls; fit and Page rely on that.
type estimator struct {
	sum    int       // in units of tokenUnit
	prev   neighbour // what the last rune was
	letter uint8     // row of letterWeight for the next letter
	upper  bool      // the last rune was a capital
	wide   bool      // several spaces stand before
	run    int       // letters of the word so far
	digits int       // digits of the number so far
	punct  byte      // the last rune when it was a sign
	block  rune      // of the last rune when it was of another script, else 0
}

// A neighbour tells apart what tokens are cut between.
type neighbour uint8

const (
	afterSpace neighbour = iota // also before the first rune
	afterLine
	afterLetter // of Latin script
	afterDigit
	afterPunct
	afterOther
)

// tokens rounds up, so that anything at all costs at least one.
func (e *estimator) tokens() int { return (e.sum + tokenUnit - 1) / tokenUnit }

// next counts the rune at the start of s, which is not empty, and returns its length.
func (e *estimator) next(s string) int {
	c := s[0]
	switch {
	case c >= utf8.RuneSelf:
		r, n := utf8.DecodeRuneInString(s)
		if latin(r) {
			e.accented(r)
		} else {
			e.other(r)
		}
		return n
	case c|0x20 >= 'a' && c|0x20 <= 'z':
		e.ascii(c)
	case c == ' ' || c == '\t' || c == '\r':
		e.space(c)
	case c >= '0' && c <= '9':
		e.digit()
	case c == '\n':
		e.line()
	default:
		e.sign(c)
	}
	return 1
}

// small counts the small letters at the start of s, behind a letter that is none or small too, as next would one by one: they are
// most of a text. It returns their number.
func (e *estimator) small(s string) int {
	n, sum, row := 0, 0, e.letter
	for n < len(s) && s[n] >= 'a' && s[n] <= 'z' {
		col := s[n] & 0x1f
		sum += int(letterWeight[row][col])
		row = col
		n++
	}
	e.sum += sum + weightLong*max(0, min(n, e.run+n-longWord))
	e.run += n
	e.letter = row
	return n
}

// begin returns the row of letterWeight for a letter.
func (e *estimator) begin() uint8 {
	if e.prev == afterLetter {
		e.run++
		if e.run > longWord {
			e.sum += weightLong
		}
		return e.letter
	}
	e.run = 1
	if e.prev <= afterLine {
		return 0
	}
	return 28
}

// longWord is where words become dearer: the vocabularies hold few longer ones.
const longWord = 12

// ascii counts a letter of ASCII. Capitals inside words and small letters behind several of them begin tokens.
func (e *estimator) ascii(c byte) {
	row, col := e.begin(), c&0x1f
	e.sum += int(letterWeight[row][col])
	capital := c < 'a'
	switch {
	case e.run == 1:
		if capital {
			e.sum += weightUpperFirst
		}
		if e.wide && e.prev == afterSpace {
			e.sum += weightWide
		}
	case capital && e.upper:
		e.sum += weightUpperRun
	case capital:
		e.sum += weightUpperInner
	case e.upper && e.run > 2:
		e.sum += weightLowerRun
	}
	e.upper, e.letter, e.prev, e.block = capital, col, afterLetter, 0
}

// latin reports the Latin letters beyond ASCII.
func latin(r rune) bool {
	return r >= 0xc0 && r < 0x250 && r != 0xd7 && r != 0xf7 || r >= 0x1e00 && r < 0x1f00
}

// accented counts one of them.
func (e *estimator) accented(r rune) {
	e.sum += int(letterWeight[e.begin()][27])
	switch {
	case r < 0x100:
		e.sum += weightLatin1
	case r < 0x180:
		e.sum += weightLatinA
	case r < 0x250:
		e.sum += weightLatinB
	default:
		e.sum += weightLatinExtra
	}
	e.upper, e.letter, e.prev, e.block = false, 27, afterLetter, 0
}

// space counts a space or a tab. One belongs to the word that follows.
func (e *estimator) space(c byte) {
	e.wide = e.prev == afterSpace
	switch e.prev {
	case afterSpace:
		e.sum += weightSpaces
	case afterLine:
		e.sum += weightIndent
	}
	if c == '\t' {
		e.sum += weightTab
	}
	e.prev, e.block = afterSpace, 0
}

// line counts a line end.
func (e *estimator) line() {
	if e.prev == afterLine {
		e.sum += weightLines
	} else {
		e.sum += weightLine
	}
	e.prev, e.block = afterLine, 0
}

// digit counts a digit: both vocabularies cut numbers into threes.
func (e *estimator) digit() {
	if e.prev == afterDigit {
		e.digits++
	} else {
		e.digits = 0
		if e.prev == afterSpace {
			e.sum += weightDigitSpace
		}
	}
	if e.digits%3 == 0 {
		e.sum += weightDigits
	} else {
		e.sum += weightDigit
	}
	e.prev, e.block = afterDigit, 0
}

// sign counts any other character of ASCII.
func (e *estimator) sign(c byte) {
	e.sum += int(punctWeight[c])
	switch e.prev {
	case afterLetter, afterOther, afterDigit:
		e.sum += weightPunctWord
	case afterLine:
		e.sum += weightPunctLine
	case afterPunct:
		if c == e.punct {
			e.sum += weightPunctSame
		} else {
			e.sum += weightPunctOther
		}
	}
	e.prev, e.punct, e.block = afterPunct, c, 0
}

// other counts a rune of another script, or a symbol. The first of its block costs more: what stood before is not of one token
// with it.
func (e *estimator) other(r rune) {
	if e.prev == afterLetter {
		e.sum += weightMixed
	}
	block := r >> 7
	if r >= 0x3400 {
		if e.prev == afterSpace {
			e.sum += weightSpaceFar
		}
	} else if block != e.block {
		e.sum += int(blockStart[block])
	}
	e.sum += otherWeight(r)
	e.prev, e.block = afterOther, block
}

// otherWeight is the price of a rune that is no Latin letter.
func otherWeight(r rune) int {
	switch {
	case r < 0x1100:
		return int(runeWeight[r-0x80])
	case r >= 0x3000 && r < 0x3100:
		return int(kanaWeight[r-0x3000])
	case r < 0x3400:
		return int(blockWeight[r>>7])
	case r < 0x4e00:
		return weightHanRare
	case r < 0xa000:
		return byCost(r-0x4e00, &cheapHanSet, hanDear[:], weightHan1, weightHan2, weightHan3)
	case r >= 0xac00 && r < 0xd7a4:
		return byCost(r-0xac00, &cheapHangulSet, hangulDear[:], weightHangul1, weightHangul2, weightHangul3)
	case r < 0x10000:
		return int(highWeight[(r-0xa000)>>7])
	case r >= 0x1f000 && r < 0x1fb00:
		return int(planeWeight[(r-0x1f000)>>8])
	}
	return weightFar
}

// byCost picks the price of the rune at offset i of its block: one, two or three tokens when alone, less in company.
func byCost(i rune, cheap *runeSet, dear []uint64, one, two, three int) int {
	switch {
	case cheap[i>>6]>>(i&63)&1 != 0:
		return one
	case dear[i>>12]>>(i>>6&63)&1 != 0:
		return three
	}
	return two
}

// A runeSet has a bit for each rune of a block of up to 21,000.
type runeSet [330]uint64

var cheapHanSet, cheapHangulSet = newRuneSet(cheapHan, 0x4e00), newRuneSet(cheapHangul, 0xac00)

// newRuneSet holds the runes of s, which count from base.
func newRuneSet(s string, base rune) (set runeSet) {
	for _, r := range s {
		set[(r-base)>>6] |= 1 << ((r - base) & 63)
	}
	return set
}

func itoa(n int) string { return strconv.Itoa(n) }
