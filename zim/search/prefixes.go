package search

import (
	"cmp"
	"context"
	"errors"
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
	mu    sync.Mutex
	kept  map[string]prefixTop
	size  int
	walks map[string]*prefixWalk
}

// A prefixWalk is one under way, for which others wait. done is closed at its end, also when
// it fails.
type prefixWalk struct {
	done chan struct{}
	top  prefixTop
	err  error
}

// of returns the limit most frequent terms under a prefix; all of them if limit is 0.
func (t *prefixTops) of(ctx context.Context, x *glass.Index, prefix string, limit int) (prefixTop, error) {
	if limit != expandLimit || utf8.RuneCountInString(prefix) > 2 {
		top, err := termsUnder(ctx, x, prefix)
		if err != nil {
			return prefixTop{}, err
		}
		top.terms, err = match.FrequentContext(ctx, top.terms, limit)
		return top, err
	}
	for {
		top, ok, w, leader := t.join(prefix)
		if ok {
			return top, nil
		}
		if leader {
			return t.walk(ctx, x, prefix, w)
		}
		select {
		case <-w.done:
		case <-ctx.Done():
			return prefixTop{}, ctx.Err()
		}
		if w.err == nil {
			return w.top, nil
		} // else it may have been the leader's context that ended
	}
}

// join returns what is kept of a prefix, if it is, or the walk under it. leader is true for
// the caller that has to walk.
func (t *prefixTops) join(prefix string) (top prefixTop, ok bool, w *prefixWalk, leader bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if top, ok = t.kept[prefix]; ok {
		return top, true, nil, false
	}
	if w = t.walks[prefix]; w != nil {
		return top, false, w, false
	}
	if t.walks == nil {
		t.walks = map[string]*prefixWalk{}
	}
	w = &prefixWalk{done: make(chan struct{}), err: errWalk}
	t.walks[prefix] = w
	return top, false, w, true
}

// errWalk is of a walk that did not come to its end.
var errWalk = errors.New("search: terms were not looked through")

// walk looks all terms under a prefix through, once for all who want them at the same time:
// in a large index, what has to be looked at takes more memory than any search.
func (t *prefixTops) walk(ctx context.Context, x *glass.Index, prefix string, w *prefixWalk) (prefixTop, error) {
	defer func() { // also on a panic, or those who wait never wake
		t.mu.Lock()
		delete(t.walks, prefix)
		t.mu.Unlock()
		close(w.done)
	}()
	if w.top, w.err = termsUnder(ctx, x, prefix); w.err != nil {
		return prefixTop{}, w.err
	}
	all := len(w.top.terms)
	top, err := match.FrequentContext(ctx, w.top.terms, expandLimit)
	if w.err = err; err != nil {
		return prefixTop{}, err
	}
	w.top.terms = slices.Clip(slices.Clone(top))
	for i := range w.top.terms { // one term must not hold the text of all
		w.top.terms[i].Term = strings.Clone(w.top.terms[i].Term)
	}
	if all > len(w.top.terms) {
		t.keep(prefix, w.top)
	}
	return w.top, nil
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
