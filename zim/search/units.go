package search

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/openzim-mcp/openzim-mcp/zim/internal/match"
	"github.com/openzim-mcp/openzim-mcp/zim/internal/stem"
)

// A stemming says what becomes of the words of a compatibility query.
type stemming uint8

const (
	stemNone  stemming = iota // they stay as they are
	stemSome                  // Z and the stem, where an index of titles has both
	stemEvery                 // the stem
)

// expandLimit is how many terms a partial word stands for, the most frequent.
const expandLimit = 100

// A reading is how libzim reads a text as a query.
type reading struct {
	operators bool // quotes, signs, brackets and words such as AND mean something
	partial   bool // the last word may be the beginning of one
	ngrams    bool // runs of Chinese, Japanese or Korean are taken apart
	stemming  stemming
	stemmer   *stem.Stemmer
	stop      match.StopWords
}

// errSyntax says that an operator lacks an operand: libzim finds nothing then.
var errSyntax = errors.New("search: an operator of the query lacks an operand")

// errUnread says that a query does not fit the grammar: libzim reads it as plain words then.
var errUnread = errors.New("search: query cannot be read with operators")

// A parsedQuery is what a text means, and its words by their number in the text.
type parsedQuery struct {
	query *match.Query
	words []numbered
}

// A numbered term is one with the number of its word.
type numbered struct {
	number int
	term   string
}

// parse reads a text. It fails with errSyntax only.
func (rd reading) parse(text string) (parsedQuery, error) {
	p := parser{reading: rd, list: lex(text, rd.operators, rd.ngrams), words: make([]numbered, 0, 4)}
	q, err := p.whole()
	if errors.Is(err, errUnread) {
		rd.operators, rd.partial = false, false
		p = parser{reading: rd, list: lex(text, false, rd.ngrams)}
		q, err = p.whole()
	}
	return parsedQuery{q, p.words}, err
}

// A parser turns pieces into a tree.
type parser struct {
	reading
	list   []lexeme
	at     int
	depth  int
	number int // of the last word
	words  []numbered
}

func (p *parser) peek() *lexeme { return &p.list[p.at] }

// take returns the current piece and goes on.
func (p *parser) take() *lexeme {
	l := &p.list[p.at]
	if l.kind != lexEnd {
		p.at++
	}
	return l
}

// term returns what a word is looked up as; in a phrase of titles it is never stemmed.
func (p *parser) term(l *lexeme, inPhrase bool) string {
	p.number++
	word := l.word.Term
	switch {
	case p.stemming == stemEvery:
		word = p.stemmer.Stem(word)
	case p.stemming == stemSome && !inPhrase:
		word = p.zForm(l)
	}
	p.words = append(p.words, numbered{p.number, word})
	return word
}

// zForm returns the stem of a word as an index of titles has it, if it does.
func (p *parser) zForm(l *lexeme) string {
	word := l.word.Term
	if p.stemmer == nil || !match.StartsWithLetter(word) || l.next != 0 && strings.ContainsRune(`(/\@<>=*[{"`, l.next) {
		return word
	}
	return "Z" + p.stemmer.Stem(word)
}

// run returns the query of an unbroken run: all its characters and pairs.
func (p *parser) run(l *lexeme) *match.Query {
	p.number++
	var parts []*match.Query
	for g := range match.Grams(l.word.Term) {
		p.words = append(p.words, numbered{p.number, g.Term})
		parts = append(parts, match.Term(g.Term))
	}
	return match.And(parts...)
}

// A unit is a part of a sequence that is ANDed.
type unit struct {
	query *match.Query
	stop  bool // a word that may be left out
	group int  // units with the same number, not 0, are a group
}

// phrase reads the words that joints link.
func (p *parser) phrase() *match.Query {
	var terms []string
	for {
		l := p.take()
		terms = append(terms, p.term(l, true))
		if !p.joined(l) {
			return match.Phrase(len(terms), terms...)
		}
	}
}

// joined reports whether a joint links the word to the next piece.
func (p *parser) joined(l *lexeme) bool {
	next := p.peek()
	return l.gap == gapJoint && next.kind == lexWord && !next.word.Unbroken
}

// plainWord reads one word that is not part of a phrase.
func (p *parser) plainWord() unit {
	l := p.take()
	partial := p.partial && p.peek().kind == lexEnd && l.next == 0
	u := unit{stop: p.stop.Has(l.word.Term)}
	word := l.word.Term
	u.query = match.Term(p.term(l, false))
	if partial {
		u.query = match.Or(match.Prefix(word, expandLimit), u.query)
	}
	return u
}

// grouped says whether the word l belongs to a group with the word behind it. It does so if
// white space alone is between them; behind the second word of a group and later ones
// joints before the white space do not matter.
func grouped(l, next *lexeme, members int) bool {
	if l.word.Unbroken || next.kind != lexWord || next.word.Unbroken || next.gap == gapJoint {
		return false
	}
	return l.gap == gapSpace || l.gap == gapJoined && members > 1
}

// ordered returns the terms of a text by the number of their word, then bytes, each once,
// and how many there were.
func (q parsedQuery) ordered() (terms []string, occurrences int) {
	words := slices.Clone(q.words)
	slices.SortFunc(words, func(a, b numbered) int {
		return cmp.Or(cmp.Compare(a.number, b.number), strings.Compare(a.term, b.term))
	})
	occurrences = len(words)
	terms = make([]string, 0, occurrences+1)
	for _, w := range slices.Compact(words) {
		terms = append(terms, w.term)
	}
	return terms, occurrences
}
