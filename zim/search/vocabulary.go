package search

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/openzim-mcp/openzim-mcp/zim/internal/glass"
	"github.com/openzim-mcp/openzim-mcp/zim/internal/match"
	"github.com/openzim-mcp/openzim-mcp/zim/sidecar/terms"
)

// An indexSummary is what an index says of itself.
type indexSummary struct {
	match.Size
	Positions bool              // phrases can be told from their words
	Language  string            // as stored, of the stemmer; "" if nothing was stemmed
	StopWords match.StopWords   // that were left out of it
	Slots     map[string]uint32 // of values by name; not to be changed
}

// summary returns what the index says of itself. It reads nothing.
func (ix *archiveIndex) summary() indexSummary {
	return indexSummary{Size: ix.Size(), Positions: ix.HasPositions(), Language: ix.language, StopWords: ix.stop, Slots: ix.slots}
}

// term returns what the index says of a term; zeros if it is absent. It reads one place and
// no list.
func (ix *archiveIndex) term(ctx context.Context, term string) (match.TermStats, error) {
	if ix.side != nil {
		st, err := ix.side.t.Term(terms.Body, term)
		return st, ix.failed(err)
	}
	st, err := ix.x.Term(ctx, []byte(term))
	return match.TermStats(st), ix.failed(err)
}

// frequent returns the n most frequent terms under a prefix, the most frequent first, equally
// frequent ones in the order of bytes; n is at most expandLimit. exact is false when there
// are too many terms to look at all.
func (ix *archiveIndex) frequent(ctx context.Context, prefix string, n int) (terms []match.Expansion, exact bool, err error) {
	if ix.side != nil {
		terms, exact, err = ix.side.expand(ctx, prefix, expandLimit)
		return mostFrequent(terms, n), exact, ix.failed(err)
	}
	top, err := ix.tops.of(ctx, ix.x, prefix, expandLimit)
	if err != nil {
		return nil, false, ix.failed(err)
	}
	return mostFrequent(slices.Clone(top.terms), n), top.exact, nil
}

// mostFrequent sorts terms and returns the first n.
func mostFrequent(list []match.Expansion, n int) []match.Expansion {
	slices.SortFunc(list, func(a, b match.Expansion) int {
		return cmp.Or(cmp.Compare(b.TF, a.TF), strings.Compare(a.Term, b.Term))
	})
	return list[:min(len(list), max(n, 0))]
}

// A bound is what ended a walk over terms before its end.
type bound uint8

const (
	unbound     bound = iota // nothing did
	boundTerms               // as many terms as were allowed
	boundBlocks              // as many blocks of the index
	boundSeeks               // as many seeks
	boundTime                // the context ended
)

// String returns a word for it.
func (b bound) String() string {
	return [...]string{"none", "terms", "blocks", "seeks", "time"}[min(b, boundTime)]
}

// A walkLimit bounds a walk over terms. Zero stands for the default.
type walkLimit struct {
	terms  int    // stood on; 0 means 1,000,000
	blocks uint64 // asked for; 0 means 8192, which are 64 MiB
	seeks  int    // 0 means 2,000
}

func (l *walkLimit) defaults() {
	l.terms = cmp.Or(l.terms, walkedTerms)
	l.blocks = cmp.Or(l.blocks, walkedBlocks)
	l.seeks = cmp.Or(l.seeks, 2000)
}

// A termCursor walks over the terms of an index in the order of bytes.
type termCursor interface {
	Term() []byte // good until the next move
	Stats() glass.TermStats
	Seek(term []byte) bool
	Next() bool
	Blocks() uint64
	Err() error
}

// A vocabulary walks over the words of an index in the order of bytes: the terms but for
// those that stand for no word as it is written, the stems behind a Z and the anchor of
// titles. What ends it early is told by stopped, so that nobody takes what was not looked at
// for absent. It is for one goroutine.
type vocabulary struct {
	ix     *archiveIndex
	ctx    context.Context
	t      termCursor
	limit  walkLimit
	terms  int
	seeks  int
	bound  bound
	failed error
}

// vocabulary returns a walk that stands nowhere before its first seek or next.
func (ix *archiveIndex) vocabulary(ctx context.Context, limit walkLimit) *vocabulary {
	limit.defaults()
	if ix.side != nil {
		return &vocabulary{ix: ix, ctx: ctx, t: &sideVocabulary{Walk: ix.side.t.Walk(terms.Body)}, limit: limit}
	}
	return &vocabulary{ix: ix, ctx: ctx, t: ix.x.Terms(ctx, nil), limit: limit}
}

// term returns the word it stands on, good until the next move.
func (v *vocabulary) term() []byte { return v.t.Term() }

// stats returns what the index says of the word it stands on.
func (v *vocabulary) stats() match.TermStats { return match.TermStats(v.t.Stats()) }

// stopped returns what ended the walk early, if anything did.
func (v *vocabulary) stopped() bound { return v.bound }

// err returns the damage or I/O error that ended the walk. The end of the context is a
// bound and no error.
func (v *vocabulary) err() error { return v.failed }

// seek moves to the first word that is not before from, forward or back. From where it
// stands, what is close by costs the least.
func (v *vocabulary) seek(from string) bool {
	return v.spend(&v.seeks, v.limit.seeks, boundSeeks) && v.settle(v.t.Seek([]byte(from)))
}

// next moves to the next word.
func (v *vocabulary) next() bool { return v.bound == unbound && v.settle(v.t.Next()) }

// spend counts one of what there is limit of.
func (v *vocabulary) spend(count *int, limit int, b bound) bool {
	if v.bound != unbound || v.failed != nil {
		return false
	}
	if *count == limit {
		v.bound = b
		return false
	}
	*count++
	return true
}

// settle ends a move: on a word, at the end, or at a bound.
func (v *vocabulary) settle(ok bool) bool {
	for ok && v.hidden() {
		// All of them lie side by side.
		if !v.spend(&v.seeks, v.limit.seeks, boundSeeks) {
			return false
		}
		if string(v.t.Term()) == anchorTerm {
			ok = v.t.Next()
		} else {
			ok = v.t.Seek([]byte{stemMark + 1})
		}
	}
	switch {
	case v.ctx.Err() != nil:
		v.bound = boundTime
		return false
	case !ok:
		v.failed = v.ix.failed(v.t.Err())
		return false
	case v.t.Blocks() > v.limit.blocks:
		v.bound = boundBlocks
		return false
	}
	return v.spend(&v.terms, v.limit.terms, boundTerms)
}

// stemMark is what the stems in an index of titles begin with. Words are folded, so none of
// them does.
const stemMark = 'Z'

// hidden reports whether it stands on a term that is no word.
func (v *vocabulary) hidden() bool {
	term := v.t.Term()
	return len(term) > 0 && term[0] == stemMark || string(term) == anchorTerm
}
