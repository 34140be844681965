package search

import (
	"fmt"

	"github.com/openzim-mcp/openzim-mcp/zim/internal/match"
)

// maxDepth bounds how deep brackets are nested.
const maxDepth = 64

// whole reads the text to its end.
func (p *parser) whole() (*match.Query, error) {
	q, err := p.either()
	if err == nil && p.peek().kind != lexEnd {
		return nil, errUnread // a closing bracket that nothing opened
	}
	return q, err
}

// either reads what OR links, the weakest of the operators.
func (p *parser) either() (*match.Query, error) {
	return p.chain(lexOr, p.odd, match.Or)
}

// odd reads what XOR links.
func (p *parser) odd() (*match.Query, error) {
	return p.chain(lexXor, p.both, match.Xor)
}

// chain reads operands of an operator that binds less than all in operand.
func (p *parser) chain(op lexKind, operand func() (*match.Query, error), join func(...*match.Query) *match.Query) (*match.Query, error) {
	first, err := operand()
	if err != nil || p.peek().kind != op {
		return first, err
	}
	parts := []*match.Query{first}
	for p.peek().kind == op {
		p.take()
		if p.peek().kind == lexMinus {
			return nil, errSyntax // only AND takes that for a NOT
		}
		next, err := operand()
		if err != nil {
			return nil, operandError(err)
		}
		parts = append(parts, next)
	}
	for _, q := range parts {
		if q == nil {
			return nil, errSyntax
		}
	}
	return join(parts...), nil
}

// operandError is what a broken operand of an operator word amounts to.
func operandError(err error) error {
	if err == errOnlyExcluded {
		return errSyntax
	}
	return err
}

// errOnlyExcluded is of a sequence without anything to find.
var errOnlyExcluded = fmt.Errorf("%w: it only excludes", errUnread)

// both reads what AND and NOT link, from left to right.
func (p *parser) both() (*match.Query, error) {
	left, err := p.sequence()
	if err != nil {
		return nil, err
	}
	for {
		op := p.peek().kind
		if op != lexAnd && op != lexNot {
			return left, nil
		}
		p.take()
		if op == lexAnd && (p.peek().kind == lexNot || p.peek().kind == lexMinus) {
			p.take()
			op = lexNot
		}
		if op == lexNot && p.peek().kind == lexMinus {
			return nil, errSyntax
		}
		right, err := p.sequence()
		if err != nil {
			return nil, operandError(err)
		}
		if left == nil || right == nil {
			return nil, errSyntax
		}
		if op == lexNot {
			left = match.AndNot(left, right)
		} else {
			left = match.And(left, right)
		}
	}
}

// A sequence is units that nothing but white space and punctuation stands between.
type sequence struct {
	units   []unit
	fixed   []bool // has a plus
	no      []*match.Query
	members int // of the group that is open, 0 if none is
	group   int
	one     [1]unit // what was read last, mostly no more than that
}

// sequence reads units up to an operator, a closing bracket or the end.
func (p *parser) sequence() (*match.Query, error) {
	s := sequence{units: make([]unit, 0, 4), fixed: make([]bool, 0, 8)} // room for most texts
	for {
		l := p.peek()
		signed := l.kind == lexPlus || l.kind == lexMinus
		if signed {
			p.take()
			s.members = 0
		}
		read, err := p.units(&s, signed && p.peek().word.Start > l.word.End)
		switch {
		case err != nil:
			return nil, err
		case len(read) == 0 && signed:
			return nil, errOnlyExcluded // or requires nothing
		case len(read) == 0:
			return s.query()
		}
		switch l.kind {
		case lexMinus:
			s.no = append(s.no, content(read))
			s.members = 0
		case lexPlus:
			s.units, s.fixed = append(s.units, unit{query: content(read)}), append(s.fixed, true)
			s.members = 0
		default:
			s.units, s.fixed = append(s.units, read...), append(s.fixed, false)
		}
	}
}

// content joins a group that has a sign. Its stop words go if it has other words.
func content(units []unit) *match.Query {
	var parts, words []*match.Query
	for _, u := range units {
		parts = append(parts, u.query)
		if !u.stop {
			words = append(words, u.query)
		}
	}
	if len(words) > 0 {
		parts = words
	}
	return match.And(parts...)
}

// units reads one unit, or a whole group, which a sign belongs to that other signs separate
// from it; nothing where none begins.
func (p *parser) units(s *sequence, group bool) (read []unit, err error) {
	for {
		before := p.at
		u, err := p.unit(s)
		if err != nil {
			return nil, err
		}
		if p.at == before {
			return read, nil
		}
		if !group || s.members == 0 {
			if read == nil {
				s.one[0] = u
				return s.one[:], nil
			}
			return append(read, u), nil
		}
		if read = append(read, u); p.atPartial() { // which is in no group
			s.members = 0
			return read, nil
		}
	}
}

// atPartial reports whether the next word is the last one and may be the beginning of one.
func (p *parser) atPartial() bool {
	l := p.peek()
	return p.partial && l.kind == lexWord && !l.word.Unbroken && l.next == 0 && p.list[p.at+1].kind == lexEnd
}

// unit reads one unit; nothing where none begins.
func (p *parser) unit(s *sequence) (unit, error) {
	l := p.peek()
	switch l.kind {
	case lexWord:
		if !l.word.Unbroken {
			return p.wordUnit(s)
		}
		s.members = 0
		p.take()
		return unit{query: p.run(l)}, nil
	case lexQuote:
		s.members = 0
		q := p.quoted()
		if q == nil {
			return unit{}, errUnread
		}
		return unit{query: q}, nil
	case lexOpen:
		s.members = 0
		return p.bracket()
	}
	return unit{}, nil
}

// wordUnit reads an ordinary word and what it is linked with.
func (p *parser) wordUnit(s *sequence) (unit, error) {
	l := p.peek()
	next := &p.list[p.at+1]
	if l.gap == gapJoint && next.kind == lexWord && !next.word.Unbroken {
		s.members = 0
		q := p.phrase()
		if k := p.peek().kind; k == lexNear || k == lexAdj {
			return unit{}, errUnread
		}
		return unit{query: q}, nil
	}
	if next.kind == lexNear || next.kind == lexAdj {
		if s.members > 0 {
			return unit{}, errUnread
		}
		return p.chainNear()
	}
	inGroup := s.members > 0
	if !inGroup {
		s.group++
	}
	s.members++
	u := p.plainWord()
	u.group = s.group
	if l.gap == gapJoint || !grouped(l, next, s.members) {
		s.members = 0
	}
	return u, nil
}

// quoted reads what stands between quotation marks.
func (p *parser) quoted() *match.Query {
	p.take()
	var terms []string
	for {
		switch l := p.take(); {
		case l.kind != lexWord:
			return match.Phrase(len(terms), terms...)
		case l.word.Unbroken:
			p.number++
			for g := range match.Grams(l.word.Term) {
				if !g.Pair {
					terms = append(terms, g.Term)
					p.words = append(p.words, numbered{p.number, g.Term})
				}
			}
		default:
			terms = append(terms, p.term(l, true))
		}
	}
}

// bracket reads what stands in brackets, which the end of the text closes too.
func (p *parser) bracket() (unit, error) {
	p.take()
	if p.depth++; p.depth > maxDepth || p.peek().kind == lexClose || p.peek().kind == lexEnd {
		return unit{}, errUnread
	}
	q, err := p.either()
	p.depth--
	if err != nil {
		return unit{}, err
	}
	if p.peek().kind == lexClose {
		p.take()
	}
	return unit{query: q}, nil
}

// chainNear reads words that NEAR or ADJ links.
func (p *parser) chainNear() (unit, error) {
	op := p.list[p.at+1].kind
	window, most := 0, 10
	terms := []string{p.term(p.take(), true)}
	for p.peek().kind == lexNear || p.peek().kind == lexAdj {
		l := p.take()
		if l.kind != op {
			return unit{}, errUnread
		}
		window = max(window, l.window)
		w := p.peek()
		if w.kind != lexWord {
			return unit{}, errUnread
		}
		next := &p.list[p.at+1]
		if w.word.Unbroken || w.gap == gapJoint && next.kind == lexWord || grouped(w, next, 1) {
			return unit{}, errUnread
		}
		terms = append(terms, p.term(p.take(), true))
	}
	if window > 0 {
		most = window
	}
	most += len(terms) - 1
	if op == lexNear {
		return unit{query: match.Near(most, terms...)}, nil
	}
	return unit{query: match.Phrase(most, terms...)}, nil
}

// query joins the units, and drops stop words.
func (s *sequence) query() (*match.Query, error) {
	var yes []*match.Query
	for i, u := range s.units {
		if !u.stop || s.fixed[i] || s.keeps(i) {
			yes = append(yes, u.query)
		}
	}
	q := match.And(yes...)
	if len(s.no) == 0 {
		return q, nil
	}
	if q == nil {
		return nil, errOnlyExcluded
	}
	return match.AndNot(q, match.Or(s.no...)), nil
}

// keeps says whether the stop word at place i stays: a group of nothing but stop words does,
// and a word that is all there is.
func (s *sequence) keeps(i int) bool {
	size := 0
	for _, u := range s.units {
		if u.group != 0 && u.group == s.units[i].group {
			if !u.stop {
				return false
			}
			size++
		}
	}
	return size > 1 || len(s.units) == 1 && len(s.no) == 0
}
