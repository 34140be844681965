package zim

import (
	"context"
	"slices"
)

// Info is what the header says; it costs no read.
type Info struct {
	Major, Minor      uint16
	FutureMinor       bool // minor > 3: opened after full checks, may be misread
	NewNamespaces     bool // minor >= 1: C, M, W, X instead of A, I, J, -, M, X
	UUID              UUID
	Size              int64 // bytes, all parts together
	Parts             int   // files that are not empty
	Entries, Clusters uint32
	MIMETypes         []string // in the order of the archive's list
	HasChecksum       bool
	Warnings          []error // what was wrong but not fatal, found at open and since; at most 16
}

// Info returns the archive's header. The caller may change what it gets.
func (a *Archive) Info() Info {
	a.mu.Lock()
	defer a.mu.Unlock()
	h := &a.head
	return Info{
		Major: h.major, Minor: h.minor,
		FutureMinor:   h.minor > lastMinor,
		NewNamespaces: h.newNamespaces(),
		UUID:          h.uuid,
		Size:          int64(a.src.size),
		Parts:         len(a.src.parts),
		Entries:       h.entries, Clusters: h.clusters,
		MIMETypes:   slices.Clone(a.mime),
		HasChecksum: h.checksumPos != 0,
		Warnings:    slices.Clone(a.warnings),
	}
}

// Checksum returns the stored MD5 of the bytes before it. It fails with [ErrNotFound] when
// the archive has none. It does not compute anything: see [Archive.Verify].
func (a *Archive) Checksum(ctx context.Context) (sum [checksumSize]byte, err error) {
	if a.head.checksumPos == 0 {
		return sum, ErrNotFound
	}
	err = a.read(ctx, sum[:], a.head.checksumPos)
	return sum, err
}

// Counts are libzim's four numbers of entries.
type Counts struct {
	All      uint64 // every entry, also metadata and indexes
	User     uint64 // entries with user paths: namespace C, or all in the old scheme
	Articles uint64 // front articles: the title listing, else text/html by Counter, else namespace C or A
	Media    uint64 // image/, video/ and audio/ by Counter, else namespaces I and J
}

// Counts counts entries by libzim's rules, from ranges and the Counter, without reading
// every entry.
func (a *Archive) Counts(ctx context.Context) (Counts, error) {
	c := Counts{All: uint64(a.head.entries), User: uint64(a.head.entries)}
	content, err := a.contentRange(ctx)
	if err != nil {
		return Counts{}, err
	}
	if a.head.newNamespaces() {
		c.User = content.len()
	}
	counter, err := a.Counter(ctx)
	switch {
	case err == nil:
		c.Articles, c.Media = sumTypes(counter, "text/html"), sumTypes(counter, "image/", "video/", "audio/")
	case isNotFound(err):
		c.Articles = content.len()
		if c.Media, err = a.mediaEntries(ctx); err != nil {
			return Counts{}, err
		}
	default:
		return Counts{}, err
	}
	if t, err := a.titleList(ctx); err == nil && t.v1 {
		c.Articles = uint64(t.n)
	} else if err != nil && !lasting(err) {
		return Counts{}, err
	}
	return c, nil
}

// mediaEntries is the size of namespaces I and J.
func (a *Archive) mediaEntries(ctx context.Context) (uint64, error) {
	i, err := a.namespaceRange(ctx, 'I')
	if err != nil {
		return 0, err
	}
	j, err := a.namespaceRange(ctx, 'J')
	return i.len() + j.len(), err
}

// NamespaceCounts returns how many entries each namespace has that has any, found by binary
// search. In a damaged archive whose paths are out of order the numbers may be wrong.
func (a *Archive) NamespaceCounts(ctx context.Context) (map[byte]uint32, error) {
	counts := make(map[byte]uint32)
	for i := uint32(0); i < a.head.entries; {
		e, err := a.Entry(ctx, i)
		if err != nil {
			return nil, err
		}
		r, err := a.namespaceRange(ctx, e.Namespace())
		if err != nil {
			return nil, err
		}
		if r.hi <= i {
			return nil, formatError(ErrCorrupt, "path pointer list", a.head.pathPtrPos, "namespaces are out of order")
		}
		counts[e.Namespace()] = r.hi - i
		i = r.hi
	}
	return counts, nil
}
