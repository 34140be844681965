package search

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/openzim-mcp/openzim-mcp/zim/internal/match"
)

// A lexKind is what a piece of a compatibility query is.
type lexKind uint8

const (
	lexWord lexKind = iota
	lexQuote
	lexPlus
	lexMinus
	lexOpen
	lexClose
	lexAnd
	lexOr
	lexXor
	lexNot
	lexNear
	lexAdj
	lexEnd
)

// A gap is what stands between a word and the next.
type gap uint8

const (
	gapOther  gap = iota // anything else, also nothing
	gapSpace             // white space alone
	gapJoint             // only characters that join words
	gapJoined            // such, and white space behind them
)

// A lexeme is a piece of a query.
type lexeme struct {
	kind   lexKind
	word   match.Word // of a plus or minus, where it ends
	window int        // of lexNear and lexAdj, 0 if none was given
	gap    gap        // behind a word, up to the next one
	next   rune       // the character behind a word, 0 at the end of the text
}

// maxCompatWords bounds the words that are read of a query. Each character of an unbroken
// run counts.
const maxCompatWords = 256

// A lexer takes a query apart. Without operators there are only words.
type lexer struct {
	text      string
	operators bool
	words     match.Scanner
	at        int
	pending   match.Word // the next word from at on
	more      bool
	before    rune // the character that a sign or bracket is judged by, ' ' at the start
	quoted    bool
	list      []lexeme
	count     int
}

// lex returns the pieces of a text, the last being lexEnd.
func lex(text string, operators, ngrams bool) []lexeme {
	l := lexer{text: text, operators: operators, words: match.Scan(text, ngrams), before: ' '}
	l.list = make([]lexeme, 0, 12) // room for most texts
	l.pending, l.more = l.words.Next()
	for l.step() {
	}
	return append(l.list, lexeme{kind: lexEnd})
}

// wordEnd stands for the end of a word where the character before is asked for, also of a
// word that ends in a plus.
const wordEnd = 'a'

// advance goes on at a byte, and finds the word there or behind it.
func (l *lexer) advance(at int) {
	l.at = at
	if l.more && l.pending.Start < at { // where there was no word, there is none behind either
		l.words.Seek(at)
		l.pending, l.more = l.words.Next()
	}
}

// step reads the next piece, and passes over what is none.
func (l *lexer) step() bool {
	if l.at >= len(l.text) {
		return false
	}
	if l.more && l.pending.Start == l.at {
		return l.word()
	}
	if !l.operators {
		if !l.more {
			return false
		}
		l.advance(l.pending.Start)
		return true
	}
	r, size := utf8.DecodeRuneInString(l.text[l.at:])
	before := l.before
	if before != wordEnd || !strings.ContainsRune(jointChars, r) { // what may join is of the word
		l.before = r
	}
	l.advance(l.at + size)
	if quoteMark(r) {
		l.quote(r)
		return true
	}
	if l.quoted {
		return true
	}
	switch r {
	case '+', '-':
		if before == '(' || match.IsSpace(before) {
			l.sign(r)
		}
	case '(':
		if match.IsSpace(before) || strings.ContainsRune("()+-", before) {
			l.open()
		}
	case ')':
		l.add(lexClose)
	}
	return true
}

func (l *lexer) add(kind lexKind) { l.list = append(l.list, lexeme{kind: kind}) }

func quoteMark(r rune) bool { return r == '"' || r == '\u201c' || r == '\u201d' }

// peek returns the next character, 0 at the end.
func (l *lexer) peek() (r rune, size int) {
	if l.at >= len(l.text) {
		return 0, 0
	}
	return utf8.DecodeRuneInString(l.text[l.at:])
}

func (l *lexer) skipSpace() {
	for {
		r, size := l.peek()
		if size == 0 || !match.IsSpace(r) {
			return
		}
		l.advance(l.at + size)
	}
}

// quote is behind a quotation mark.
func (l *lexer) quote(mark rune) {
	if l.quoted {
		if r, size := l.peek(); mark == '"' && r == '"' {
			l.advance(l.at + size) // two of these inside mean nothing
			return
		}
		l.quoted = false
		l.add(lexQuote)
		return
	}
	l.skipSpace()
	r, size := l.peek()
	switch {
	case size == 0:
	case quoteMark(r):
		l.before = r
		l.advance(l.at + size)
	default:
		l.quoted = true
		l.add(lexQuote)
	}
}

// sign is behind a plus or minus that stands where one counts.
func (l *lexer) sign(r rune) {
	next, size := l.peek()
	switch {
	case size == 0:
	case match.IsSpace(next), next == '+', next == '-':
		l.before = next
		l.advance(l.at + size)
	case r == '+':
		l.list = append(l.list, lexeme{kind: lexPlus, word: match.Word{End: l.at}})
	default:
		l.list = append(l.list, lexeme{kind: lexMinus, word: match.Word{End: l.at}})
	}
}

// open is behind an opening bracket that stands where one counts.
func (l *lexer) open() {
	l.skipSpace()
	switch r, size := l.peek(); {
	case size == 0:
	case r == ')':
		l.before = r
		l.advance(l.at + size)
	default:
		l.add(lexOpen)
	}
}

// word takes the word that begins here.
func (l *lexer) word() bool {
	w := l.pending
	if l.count++; l.count > maxCompatWords {
		return false
	}
	if w.Unbroken {
		l.shorten(&w)
	}
	if l.operators && !l.quoted && l.operator(w) {
		return true
	}
	l.before = wordEnd
	l.advance(w.End)
	x := lexeme{kind: lexWord, word: w}
	x.next, _ = l.peek()
	if l.more {
		x.gap = gapOf(l.text[w.End:l.pending.Start])
	}
	l.list = append(l.list, x)
	return true
}

// shorten counts the characters of an unbroken run as words, and drops those above the bound.
func (l *lexer) shorten(w *match.Word) {
	for at := range w.Term {
		if at == 0 {
			continue
		}
		if l.count++; l.count > maxCompatWords {
			w.Term = w.Term[:at]
			return
		}
	}
}

// gapOf says of what a text is made that stands between two words.
func gapOf(text string) gap {
	joints := len(text) - len(strings.TrimLeft(text, jointChars))
	rest := strings.TrimLeftFunc(text[joints:], match.IsSpace)
	switch {
	case text == "" || rest != "":
		return gapOther
	case joints == 0:
		return gapSpace
	case joints == len(text):
		return gapJoint
	}
	return gapJoined
}

// jointChars link words to a phrase when they stand directly between them.
const jointChars = `.-/:\@`

var operatorWords = map[string]lexKind{
	"AND": lexAnd, "OR": lexOr, "XOR": lexXor, "NOT": lexNot, "NEAR": lexNear, "ADJ": lexAdj,
}

// operator takes a word that is an operator.
func (l *lexer) operator(w match.Word) bool {
	kind, ok := operatorWords[l.text[w.Start:w.End]]
	if n := len(l.list); !ok || n > 0 && l.list[n-1].kind == lexWord && l.list[n-1].gap == gapJoint {
		return false
	}
	x := lexeme{kind: kind}
	at := w.End
	if kind == lexNear || kind == lexAdj {
		if strings.HasPrefix(l.text[at:], "/") {
			digits := len(l.text[at+1:]) - len(strings.TrimLeft(l.text[at+1:], "0123456789"))
			n, err := strconv.Atoi(l.text[at+1 : at+1+digits])
			at += 1 + digits
			if r, size := utf8.DecodeRuneInString(l.text[at:]); err != nil || n <= 0 || size > 0 && !match.IsSpace(r) {
				return false
			}
			x.window = n
		}
	}
	l.before = wordEnd
	l.advance(at)
	l.list = append(l.list, x)
	return true
}
