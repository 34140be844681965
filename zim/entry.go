package zim

import (
	"context"
	"errors"
	"math/rand/v2"
)

// An Entry is an item or a redirect. It is a small value that stays valid for as long as it
// is kept; what it says does not change.
type Entry struct {
	a     *Archive
	index uint32
	d     *dirent
}

// Index returns the entry's place in path order.
func (e Entry) Index() uint32 { return e.index }

// Namespace returns the namespace letter; any byte can occur.
func (e Entry) Namespace() byte { return e.d.ns }

// Path returns the key in the archive without its namespace: raw bytes, often but not
// always UTF-8.
func (e Entry) Path() string { return e.d.path }

// FullPath returns the namespace, a slash and the path, as in "C/Path".
func (e Entry) FullPath() string { return string([]byte{e.d.ns, '/'}) + e.d.path }

// Title returns the display title, which is the path when the archive stores none.
func (e Entry) Title() string { return e.d.title }

// IsRedirect reports whether the entry points on to another.
func (e Entry) IsRedirect() bool { return e.d.isRedirect() }

// Entry returns the entry at index in path order. It fails with [ErrNotFound] behind the
// last, and with [ErrCorrupt] when its dirent is damaged.
func (a *Archive) Entry(ctx context.Context, index uint32) (Entry, error) {
	if index >= a.head.entries {
		return Entry{}, ErrNotFound
	}
	if a.src.closed.Load() {
		return Entry{}, ErrClosed
	}
	if d, ok := a.cache.dirent(a.id, index); ok {
		return Entry{a, index, d}, nil
	}
	buf := smallBuffers.Get().(*[]byte)
	defer smallBuffers.Put(buf)
	raw, err := a.rawEntry(ctx, index, buf)
	if err != nil {
		return Entry{}, err
	}
	d := raw.own()
	a.cache.keepDirent(a.id, index, d)
	return Entry{a, index, d}, nil
}

// LookupNS returns the entry with exactly this namespace and path. When several have them,
// which old archives allow, it returns the first. It fails with [ErrNotFound], and with
// [ErrCorrupt] when a damaged entry stands in the way.
func (a *Archive) LookupNS(ctx context.Context, ns byte, path string) (Entry, error) {
	index, d, err := a.findPath(ctx, ns, path)
	if err != nil {
		return Entry{}, err
	}
	if d == nil {
		return Entry{}, ErrNotFound
	}
	return Entry{a, index, d}, nil
}

// LookupContent returns the entry of the content with exactly this path, and where there is none what [Archive.Lookup] finds:
// in a new archive a path may begin with "A/" and mean just that, before it is read as one of the old namespaces. It fails as
// [Archive.LookupNS] does.
func (a *Archive) LookupContent(ctx context.Context, path string) (Entry, error) {
	e, err := a.LookupNS(ctx, a.ContentNamespace(), path)
	if errors.Is(err, ErrNotFound) && path != "" {
		return a.Lookup(ctx, path)
	}
	return e, err
}

// Lookup finds the path that a user gives by libzim's rules, in old and new archives alike:
// with or without a namespace letter, with or without a leading slash. It fails as LookupNS.
func (a *Archive) Lookup(ctx context.Context, path string) (Entry, error) {
	ns, rest, parsed := parseUserPath(path)
	if a.head.newNamespaces() {
		e, err := a.LookupNS(ctx, 'C', path)
		if isNotFound(err) && parsed {
			return a.LookupNS(ctx, 'C', rest)
		}
		return e, err
	}
	if parsed {
		if e, err := a.LookupNS(ctx, ns, rest); !isNotFound(err) {
			return e, err
		}
	}
	for _, ns := range []byte("AIJ-") {
		if e, err := a.LookupNS(ctx, ns, path); !isNotFound(err) {
			return e, err
		}
	}
	return Entry{}, ErrNotFound
}

// parseUserPath splits "[/]X/rest" or "[/]X", where X is any one byte but a slash.
func parseUserPath(path string) (ns byte, rest string, ok bool) {
	if path != "" && path[0] == '/' {
		path = path[1:]
	}
	switch {
	case path == "" || path[0] == '/':
		return 0, "", false
	case len(path) == 1:
		return path[0], "", true
	case path[1] == '/':
		return path[0], path[2:], true
	}
	return 0, "", false
}

// MainPage returns W/mainPage if the archive has it, else the entry that the header names.
// It may be a redirect. It fails with [ErrNotFound] when there is neither.
func (a *Archive) MainPage(ctx context.Context) (Entry, error) {
	if a.head.newNamespaces() {
		if e, err := a.LookupNS(ctx, 'W', "mainPage"); !isNotFound(err) {
			return e, err
		}
	}
	switch page := a.head.mainPage; {
	case page == none32:
		return Entry{}, ErrNotFound
	case page >= a.head.entries:
		return Entry{}, formatError(ErrCorrupt, "header", 64, "main page %d of %d entries", page, a.head.entries)
	default:
		return a.Entry(ctx, page)
	}
}

// Random returns a front article, each with the same chance, or an entry of namespace A in
// an old archive, where it may be a redirect. It fails with [ErrNotFound] in an empty one.
func (a *Archive) Random(ctx context.Context, r *rand.Rand) (Entry, error) {
	n, err := a.TitleCount(ctx)
	if err != nil {
		return Entry{}, err
	}
	if n == 0 {
		return Entry{}, ErrNotFound
	}
	return a.TitleEntry(ctx, r.Uint32N(n))
}

// HasFullText reports whether the archive carries a full-text index: X/fulltext/xapian, or
// Z//fulltextIndex/xapian in archives of 2016 to 2019. One too damaged to tell has none.
func (a *Archive) HasFullText(ctx context.Context) bool {
	return a.hasItem(ctx, 'X', "fulltext/xapian") || a.hasItem(ctx, 'Z', "/fulltextIndex/xapian")
}

// HasTitleIndex reports whether the archive carries an index of titles, X/title/xapian.
func (a *Archive) HasTitleIndex(ctx context.Context) bool { return a.hasItem(ctx, 'X', "title/xapian") }

func (a *Archive) hasItem(ctx context.Context, ns byte, path string) bool {
	e, err := a.LookupNS(ctx, ns, path)
	return err == nil && e.d.isContent()
}

func isNotFound(err error) bool { return errors.Is(err, ErrNotFound) }
