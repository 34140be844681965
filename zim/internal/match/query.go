package match

import (
	"fmt"
	"slices"
	"strings"
)

// An Op is what a [Query] does with its parts.
type Op uint8

// Values of Op.
const (
	OpNone    Op = iota // matches nothing
	OpTerm              // the documents with a term
	OpPrefix            // the documents with any of the terms that begin with Term, as if these were one term
	OpAnd               // all parts match
	OpOr                // any part matches; the weights of those that do add up
	OpXor               // an odd number of parts matches
	OpAndNot            // the first part matches and the second does not
	OpPhrase            // the parts, which are terms, stand in this order within Window words
	OpNear              // the parts, which are terms, stand in any order within Window words
	OpFilter            // the only part matches, and Keep agrees
	OpSynonym           // the parts, which are terms, count as one
)

// A Query is what documents are matched against: a tree. It is not changed by searches, and
// may be used by many at once if its Keep may.
type Query struct {
	Op     Op
	Term   string // of OpTerm and OpPrefix
	Window int    // of OpPhrase and OpNear: last position - first + 1 is at most this
	Limit  int    // of OpPrefix: only so many of the terms, the most frequent; 0 means all
	Bound  int    // of OpPrefix: the same, but where there are more of them the search says that it was cut
	Keep   func(doc uint32) bool
	Parts  []*Query

	values Values // of OpFilter: what Keep reads, if it does
}

// Term matches the documents with a term.
func Term(term string) *Query { return &Query{Op: OpTerm, Term: term} }

// Prefix matches the documents with any term that begins with prefix: with the limit most
// frequent ones, or with all if limit is 0.
func Prefix(prefix string, limit int) *Query {
	return &Query{Op: OpPrefix, Term: prefix, Limit: limit}
}

// And matches where all parts do; nothing if there are none. Nil parts are left out. Like the
// functions below it keeps the slice of parts.
func And(parts ...*Query) *Query { return join(OpAnd, parts) }

// Or matches where any part does. Nil parts are left out.
func Or(parts ...*Query) *Query { return join(OpOr, parts) }

// Xor matches where an odd number of parts does. Nil parts are left out.
func Xor(parts ...*Query) *Query { return join(OpXor, parts) }

// AndNot matches where yes does and no does not.
func AndNot(yes, no *Query) *Query {
	if yes == nil || no == nil {
		return yes
	}
	return &Query{Op: OpAndNot, Parts: []*Query{yes, no}}
}

// Phrase matches where the terms stand in this order within window words.
func Phrase(window int, terms ...string) *Query { return positional(OpPhrase, window, terms) }

// Near matches where the terms stand in any order within window words.
func Near(window int, terms ...string) *Query { return positional(OpNear, window, terms) }

// Filter matches where q does and keep says so. It adds no weight.
func Filter(q *Query, keep func(doc uint32) bool) *Query {
	return &Query{Op: OpFilter, Keep: keep, Parts: []*Query{q}}
}

// Synonym matches where any of the terms occurs, and weighs as if they were one term.
func Synonym(terms ...string) *Query { return positional(OpSynonym, 0, terms) }

func positional(op Op, window int, terms []string) *Query {
	parts, all := make([]*Query, len(terms)), make([]Query, len(terms))
	for i, t := range terms {
		all[i] = Query{Op: OpTerm, Term: t}
		parts[i] = &all[i]
	}
	if q := join(op, parts); q == nil || q.Op != op {
		return q
	}
	return &Query{Op: op, Window: window, Parts: parts}
}

// join returns a single part as it is, and nil for none. It keeps parts.
func join(op Op, parts []*Query) *Query {
	given := parts
	if slices.Contains(parts, nil) {
		given = slices.DeleteFunc(slices.Clone(parts), func(p *Query) bool { return p == nil })
	}
	switch len(given) {
	case 0:
		return nil
	case 1:
		return given[0]
	}
	return &Query{Op: op, Parts: given}
}

var opNames = [...]string{OpNone: "nothing", OpAnd: "AND", OpOr: "OR", OpXor: "XOR", OpAndNot: "AND_NOT", OpPhrase: "PHRASE", OpNear: "NEAR", OpFilter: "FILTER", OpSynonym: "SYNONYM"}

// String returns the tree in one line, for people and tests.
func (q *Query) String() string {
	if q == nil {
		return opNames[OpNone]
	}
	switch q.Op {
	case OpNone:
		return opNames[OpNone]
	case OpTerm:
		return q.Term
	case OpPrefix:
		return "W(" + q.Term + ")"
	}
	name := opNames[q.Op]
	if q.Window > 0 {
		name = fmt.Sprint(name, " ", q.Window)
	}
	parts := make([]string, len(q.Parts))
	for i, p := range q.Parts {
		parts[i] = p.String()
	}
	if len(parts) == 1 {
		return "(" + name + " " + parts[0] + ")"
	}
	return "(" + strings.Join(parts, " "+name+" ") + ")"
}
