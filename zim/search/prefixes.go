package search

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/openzim-mcp/openzim-mcp/zim/internal/glass"
	"github.com/openzim-mcp/openzim-mcp/zim/internal/match"
)

const (
	walkedTerms  = 1_000_000 // under a prefix, at most
	walkedBlocks = 8192      // 64 MiB

	topsBytes   = 512 << 10 // what an index keeps of prefixes
	topOverhead = 64        // of a term kept, beside its bytes
)

// A prefixTop are the most frequent terms that begin with a prefix.
type prefixTop struct {
	terms  []match.Expansion // in the order of [match.Frequent]; not to be changed
	exact  bool              // all terms under the prefix were looked at
	blocks uint64            // of the index that had to be looked at
	cost   int               // bytes, if kept
}

// prefixTops keeps the terms of prefixes of one or two letters, of which a large index has
// very many: to find the most frequent, it reads every block under the prefix. It holds at
// most topsBytes, of those prefixes that cost the most. Safe for concurrent use.
type prefixTops struct {
	mu   sync.Mutex
	kept map[string]prefixTop
	size int
}

// of returns the limit most frequent terms under a prefix; all of them if limit is 0.
func (t *prefixTops) of(ctx context.Context, x *glass.Index, prefix string, limit int) (prefixTop, error) {
	short := limit == expandLimit && utf8.RuneCountInString(prefix) <= 2
	if short {
		t.mu.Lock()
		top, ok := t.kept[prefix]
		t.mu.Unlock()
		if ok {
			return top, nil
		}
	}
	top, err := termsUnder(ctx, x, prefix)
	if err != nil {
		return prefixTop{}, err
	}
	all := len(top.terms)
	top.terms = match.Frequent(top.terms, limit)
	if short && all > len(top.terms) {
		top.terms = slices.Clip(slices.Clone(top.terms))
		for i := range top.terms { // one term must not hold the text of all
			top.terms[i].Term = strings.Clone(top.terms[i].Term)
		}
		t.keep(prefix, top)
	}
	return top, nil
}

// keep takes a prefix's terms, in the place of such as cost less to find.
func (t *prefixTops) keep(prefix string, top prefixTop) {
	top.cost = len(prefix) + topOverhead
	for _, e := range top.terms {
		top.cost += len(e.Term) + topOverhead
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, ok := t.kept[prefix]; ok {
		return
	}
	for t.size+top.cost > topsBytes {
		cheapest, found := "", false
		for p, kept := range t.kept {
			if !found || cmp.Or(cmp.Compare(kept.blocks, t.kept[cheapest].blocks), strings.Compare(p, cheapest)) < 0 {
				cheapest, found = p, true
			}
		}
		if !found || t.kept[cheapest].blocks >= top.blocks {
			return
		}
		t.size -= t.kept[cheapest].cost
		delete(t.kept, cheapest)
	}
	if t.kept == nil {
		t.kept = map[string]prefixTop{}
	}
	t.kept[prefix] = top
	t.size += top.cost
}

// termsUnder returns the terms under a prefix in byte order, up to a bound.
func termsUnder(ctx context.Context, x *glass.Index, prefix string) (top prefixTop, err error) {
	var text textArena
	t := x.Terms(ctx, []byte(prefix))
	for len(top.terms) < walkedTerms && t.Blocks() < walkedBlocks {
		if len(top.terms)%1024 == 1023 && ctx.Err() != nil { // terms of blocks at hand are read without asking
			return prefixTop{}, ctx.Err()
		}
		if !t.Next() {
			top.exact = true
			break
		}
		top.terms = append(top.terms, match.Expansion{Term: text.add(t.Term()), TermStats: match.TermStats(t.Stats())})
	}
	top.blocks = t.Blocks()
	return top, t.Err()
}

// A textArena makes strings of bytes, many in one piece of memory.
type textArena struct{ b strings.Builder }

func (a *textArena) add(text []byte) string {
	const piece = 16 << 10
	if a.b.Cap()-a.b.Len() < len(text) {
		a.b.Reset()
		a.b.Grow(max(piece, len(text)))
	}
	from := a.b.Len()
	a.b.Write(text)
	return a.b.String()[from:]
}
