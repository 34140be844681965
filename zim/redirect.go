package zim

import "context"

// Target returns the entry that a redirect points to, one hop on. It fails with
// [ErrNotFound] when the entry is no redirect, and with [ErrCorrupt] when its target does
// not exist.
func (e Entry) Target(ctx context.Context) (Entry, error) {
	if !e.IsRedirect() {
		return Entry{}, ErrNotFound
	}
	target := e.d.blob
	if target >= e.a.head.entries {
		return Entry{}, e.a.blame(ErrCorrupt, "redirect", e.index, "redirects to entry %d of %d", target, e.a.head.entries)
	}
	return e.a.Entry(ctx, target)
}

// Resolve follows redirects to an item. It fails with [ErrRedirectLoop] after
// Options.MaxRedirects hops, and as Item at their end.
func (e Entry) Resolve(ctx context.Context) (Item, error) {
	end, err := e.a.follow(ctx, e)
	if err != nil {
		return Item{}, err
	}
	return end.Item()
}

// follow returns the first entry on e's way that is no redirect.
func (a *Archive) follow(ctx context.Context, e Entry) (Entry, error) {
	start := e.index
	for range a.opts.MaxRedirects {
		if !e.IsRedirect() {
			return e, nil
		}
		var err error
		if e, err = e.Target(ctx); err != nil {
			return Entry{}, err
		}
	}
	if !e.IsRedirect() {
		return e, nil
	}
	return Entry{}, a.blame(ErrRedirectLoop, "redirect", start, "still a redirect after %d hops", a.opts.MaxRedirects)
}

// Item returns the entry's data. It fails with [ErrIsRedirect] for a redirect, and with
// [ErrNotFound] for the deprecated kinds of entry that have no data.
func (e Entry) Item() (Item, error) {
	switch {
	case e.IsRedirect():
		return Item{}, ErrIsRedirect
	case !e.d.isContent():
		return Item{}, ErrNotFound
	}
	return Item{e: e}, nil
}
