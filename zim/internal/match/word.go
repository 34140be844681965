package match

import (
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Word is a word of a text.
type Word struct {
	Term       string // as indexes have it: lower case, signs inside as the writer spells them; not stemmed
	Start, End int    // the bytes of the text that it was read from
	Unbroken   bool   // a run of characters of scripts without spaces, to be taken apart by Grams
}

// A Scanner reads the words of a text one after the other, in the way of the writers of
// indexes. What stands between two words is left to the caller, who has the text. A
// Scanner is for one goroutine, and keeps nothing but the text.
type Scanner struct {
	text   string
	at     int
	ngrams bool
	barren int // no initials start before this byte: they were looked for and do not end well
}

// Scan returns a Scanner of the text, which any bytes may be. Words of an index come out of
// folded text only ([Fold]). With ngrams, a run of characters of scripts without spaces is
// a word of its own and marked Unbroken; without, such characters are letters like others.
func Scan(text string, ngrams bool) Scanner { return Scanner{text: text, ngrams: ngrams} }

// Words yields the words of a text, as a Scanner reads them.
func Words(text string, ngrams bool) iter.Seq[Word] {
	return func(yield func(Word) bool) {
		s := Scan(text, ngrams)
		for {
			w, ok := s.Next()
			if !ok || !yield(w) {
				return
			}
		}
	}
}

// Next returns the next word, and false at the end of the text.
func (s *Scanner) Next() (Word, bool) {
	for s.at < len(s.text) {
		r, size := decode(s.text[s.at:])
		if c := classOf(r); c&isWord != 0 {
			return s.word(c), true
		}
		s.at += size
	}
	return Word{}, false
}

// Seek moves the Scanner to a byte of the text, from which it then reads on. A place
// outside the text counts as its end.
func (s *Scanner) Seek(at int) {
	if at < 0 || at > len(s.text) {
		at = len(s.text)
	}
	s.at = at
}

// word reads the word that begins here with a character of class c.
func (s *Scanner) word(c class) Word {
	w := Word{Start: s.at}
	var plain bool
	if w.End = s.initials(); w.End > 0 {
		w.Term = strings.ReplaceAll(strings.ToLower(s.text[w.Start:w.End]), ".", "")
		s.at = w.End
		return w
	}
	if s.ngrams && c&isUnbroken != 0 {
		w.Unbroken = true
		w.End, plain = s.run()
	} else {
		w.End, plain = s.ordinary()
		w.End = s.suffix(w.End)
	}
	w.Term = s.text[w.Start:w.End]
	if !plain {
		w.Term = spell(w.Term)
	}
	s.at = w.End
	return w
}

// initials returns where capitals with full stops between them end, two or more and no word
// character behind: U.S.A. is one word. It returns 0 for anything else.
func (s *Scanner) initials() int {
	at, n := s.at, 0
	if at < s.barren || !capital(s.text[at]) {
		return 0
	}
	for at < len(s.text) && capital(s.text[at]) {
		n++
		at++
		if at == len(s.text) || s.text[at] != '.' {
			break
		}
		at++
	}
	if s.classAt(at)&isWord != 0 {
		s.barren = at
		return 0
	}
	if n < 2 {
		return 0
	}
	return at
}

func capital(c byte) bool { return 'A' <= c && c <= 'Z' }

// run returns where the unbroken run that begins here ends, and whether its term is spelled
// as it stands.
func (s *Scanner) run() (end int, plain bool) {
	at, plain := s.at, true
	for at < len(s.text) {
		r, size := decode(s.text[at:])
		c := classOf(r)
		if c&isUnbroken == 0 {
			break
		}
		plain = plain && c&isCapital == 0
		at += size
	}
	return at, plain
}

// ordinary returns where the ordinary word that begins here ends, without suffix, and
// whether its term is spelled as it stands. Where n-grams are asked for, a sign that a word
// would go on over stays with it in front of an unbroken run too (o' of o'中), odd as it is:
// Xapian reads queries so.
func (s *Scanner) ordinary() (end int, plain bool) {
	at, plain, last := s.at, true, class(0)
	for at < len(s.text) {
		if c := asciiClass[s.text[at]]; c != 0 { // the usual case, in a hurry
			plain = plain && c&isCapital == 0
			last = c
			at++
			continue
		}
		r, size := decode(s.text[at:])
		c := classOf(r)
		if c&isWord == 0 {
			next := s.classAt(at + size)
			if !embedded(last, r, next) {
				break
			}
			plain = plain && r < utf8.RuneSelf
		} else {
			if s.ngrams && c&isUnbroken != 0 {
				break
			}
			plain = plain && c&isCapital == 0 && size > 1 // one byte is stray: ASCII was above
			last = c
		}
		at += size
	}
	return at, plain
}

// classAt returns the class of the character at a byte of the text, 0 at its end.
func (s *Scanner) classAt(at int) class {
	if at >= len(s.text) {
		return 0
	}
	r, _ := decode(s.text[at:])
	return classOf(r)
}

// embedded says whether a word goes on over the sign r, given the classes of the word
// character before and of what stands behind.
func embedded(before class, r rune, behind class) bool {
	if behind&isWord == 0 {
		return false
	}
	switch r {
	case '\u200b', '\u200c', '\u200d', '\u2060', '\ufeff':
		return true
	}
	if before&behind&isDigit != 0 {
		switch r {
		case ',', '.', ';', '\u037e', '\u0589', '\u060d', '\u07f8', '\u2044', '\ufe10', '\ufe13', '\ufe14':
			return true
		}
		return false
	}
	switch r {
	case '\'', '&', '\u00b7', '\u05f4', '\u2027', '\u2019', '\u201b':
		return true
	}
	return false
}

// suffix returns where the plus and number signs behind a word end that belong to it: one
// to three, as in c++, with no word character behind.
func (s *Scanner) suffix(at int) int {
	end := at
	for end < len(s.text) && (s.text[end] == '+' || s.text[end] == '#') {
		if end++; end-at > 3 {
			return at
		}
	}
	if end > at && s.classAt(end)&isWord != 0 {
		return at
	}
	return end
}

// spell returns what stands in a text for a word as indexes have it.
func spell(raw string) string {
	var b strings.Builder
	b.Grow(len(raw))
	for len(raw) > 0 {
		r, size := decode(raw)
		raw = raw[size:]
		switch r {
		case '\u200b', '\u200c', '\u200d', '\u2060', '\ufeff':
			continue
		case '\u2019', '\u201b':
			r = '\''
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
