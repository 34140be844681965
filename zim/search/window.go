package search

import (
	"context"
	"errors"

	"github.com/openzim-mcp/openzim-mcp/zim"
)

// A listing is a list of entries in the order of a text, in which a prefix is a range.
type listing struct {
	span  func(ctx context.Context, prefix string) (lo, hi uint32, err error)
	entry func(ctx context.Context, pos uint32) (zim.Entry, error)
}

// titles lists the front articles by title.
func titles(a *zim.Archive) listing { return listing{a.TitleRange, a.TitleEntry} }

// paths lists the content by path; it also holds the redirects that are no front articles.
func paths(a *zim.Archive) listing {
	ns := a.ContentNamespace()
	return listing{
		span: func(ctx context.Context, prefix string) (uint32, uint32, error) { return a.Range(ctx, ns, prefix) },
		entry: func(ctx context.Context, pos uint32) (zim.Entry, error) {
			return a.Entry(ctx, pos)
		},
	}
}

// A window looks at entries of a listing near given texts, each entry once and not more than budget in all.
type window struct {
	list   listing
	budget uint32
	seen   []interval
}

type interval struct{ lo, hi uint32 }

// around calls yield for the entries whose text shares the longest affordable neighbourhood of prefix: all entries
// below the shortest beginning of prefix that fits the budget, or the first ones below prefix itself when even that has
// more. It skips what it has seen and entries that cannot be read; the latter are returned as the error of the first.
func (w *window) around(ctx context.Context, prefix string, yield func(zim.Entry)) error {
	in, err := w.choose(ctx, prefix)
	if err != nil {
		return err
	}
	var damaged error
	for pos := in.lo; pos < in.hi && w.budget > 0; pos++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		if skip, ok := w.skip(pos); ok {
			pos = skip - 1
			continue
		}
		w.budget--
		e, err := w.list.entry(ctx, pos)
		switch {
		case err == nil:
			yield(e)
		case ctx.Err() != nil:
			return ctx.Err()
		case damaged == nil:
			damaged = err
		}
	}
	w.seen = append(w.seen, in)
	return damaged
}

// skip returns the end of an interval seen before that holds pos.
func (w *window) skip(pos uint32) (uint32, bool) {
	for _, s := range w.seen {
		if pos >= s.lo && pos < s.hi {
			return s.hi, true
		}
	}
	return 0, false
}

// choose finds the range to look at, by binary search over the lengths of prefix: a shorter prefix has a wider range.
func (w *window) choose(ctx context.Context, prefix string) (interval, error) {
	cuts := []int{0} // lengths at rune borders
	for i := range prefix {
		if i > 0 {
			cuts = append(cuts, i)
		}
	}
	cuts = append(cuts, len(prefix))
	var best interval
	lo, hi := 0, len(cuts)-1 // the answer is in cuts[lo:hi+1]
	for first := true; lo <= hi; first = false {
		mid := (lo + hi) / 2
		if first {
			mid = hi // the whole prefix, which is used whatever its size
		}
		in, err := w.measure(ctx, prefix[:cuts[mid]])
		if err != nil {
			return interval{}, err
		}
		if first || in.hi-in.lo <= w.budget {
			best = in
			hi = mid - 1
		} else {
			lo = mid + 1
		}
		if first && in.hi-in.lo > w.budget {
			in.hi = in.lo + w.budget
			return in, nil
		}
	}
	return best, nil
}

func (w *window) measure(ctx context.Context, prefix string) (interval, error) {
	lo, hi, err := w.list.span(ctx, prefix)
	return interval{lo, max(lo, hi)}, err
}

// isDamage tells an archive's fault from an answer: damaged bytes and failed reads, not "no such entry" and not the end
// of the caller's patience.
func isDamage(err error) bool {
	return err != nil && !errors.Is(err, zim.ErrNotFound) && !errors.Is(err, zim.ErrIsRedirect) &&
		!errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, zim.ErrClosed)
}
