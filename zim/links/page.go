package links

import (
	"context"
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/article"
)

// Lookup returns the entry with content that an address inside the archive leads to: as browsers and the fetch tool read it,
// first without its query, then with it, since a crawled page may be stored under either. Redirects are followed. It fails with
// [zim.ErrNotFound], and as [zim.Entry.Resolve].
func Lookup(ctx context.Context, a *zim.Archive, t article.Target) (zim.Item, error) {
	e, err := a.LookupContent(ctx, t.Path)
	if errors.Is(err, zim.ErrNotFound) && t.Query != "" {
		e, err = a.LookupContent(ctx, t.Path+"?"+t.Query)
	}
	if err != nil {
		return zim.Item{}, err
	}
	return e.Resolve(ctx)
}

// Leads reports whether a link is one that the graph knows: to another entry, and no picture or file.
func Leads(l *article.Link) bool {
	return l.Path != "" && (l.Kind == article.Internal || l.Kind == article.InCategory || l.Kind == article.Related)
}

// IsPage reports whether an item has links: by its type, or by its name when it has none.
func IsPage(it zim.Item) bool {
	mime, err := it.MIMEType()
	if err != nil {
		return false
	}
	t, _, _ := strings.Cut(strings.ToLower(mime), ";")
	switch strings.TrimSpace(t) {
	case "text/html", "application/xhtml+xml":
		return true
	case "":
		return strings.HasSuffix(strings.ToLower(it.Entry().Path()), ".html")
	}
	return false
}

// A resolver turns the addresses of pages into entries. It is for one goroutine.
type resolver struct {
	a     *zim.Archive
	known map[string]uint32 // entry of a path, none32 for what the archive lacks
	bytes int               // of the paths in known
}

const (
	none32     = 1<<32 - 1
	knownBytes = 4 << 20 // of paths that a resolver remembers
)

// entry returns the place in path order of the item that an address leads to; ok is false when the archive lacks it or the entry is
// damaged: then other links still count.
func (r *resolver) entry(ctx context.Context, t article.Target) (index uint32, ok bool, err error) {
	key := t.Path
	if t.Query != "" {
		key += "?" + t.Query
	}
	if i, seen := r.known[key]; seen {
		return i, i != none32, nil
	}
	item, err := Lookup(ctx, r.a, t)
	switch {
	case err == nil:
		index = item.Entry().Index()
	case lasting(err):
		index = none32
	default:
		return 0, false, err
	}
	if r.bytes += len(key) + 48; r.bytes > knownBytes || r.known == nil {
		r.known, r.bytes = map[string]uint32{}, len(key)+48
	}
	r.known[strings.Clone(key)] = index
	return index, index != none32, nil
}

// lasting reports errors that say something of one entry, not of this attempt.
func lasting(err error) bool {
	var damage *zim.FormatError
	return errors.Is(err, zim.ErrNotFound) || errors.Is(err, zim.ErrRedirectLoop) || errors.Is(err, zim.ErrTooLarge) ||
		errors.Is(err, zim.ErrIsRedirect) || errors.As(err, &damage)
}

// edges returns a row for each other entry that a page leads to, in the order of the page, and how many of its links lead to
// what the archive lacks.
func (r *resolver) edges(ctx context.Context, source uint32, doc *article.Document) (list []edge, missing int, err error) {
	at := map[uint32]int{}
	for i := range doc.Links {
		l := &doc.Links[i]
		if !Leads(l) {
			continue
		}
		target, ok, err := r.entry(ctx, l.Target)
		if err != nil {
			return nil, 0, err
		}
		switch {
		case !ok:
			missing++
			continue
		case target == source:
			continue
		}
		k, seen := at[target]
		if !seen {
			k = len(list)
			at[target] = k
			list = append(list, edge{target: target, Row: Row{Source: source, Section: uint32(max(l.Section, 0))}})
		}
		list[k].Count += uint32(l.Count)
		if list[k].Text == "" {
			list[k].Text = clipText(l.Text)
		}
		if list[k].Fragment == "" && len(l.Fragment) <= maxText {
			list[k].Fragment = l.Fragment
		}
	}
	return list, missing, nil
}

// clipText cuts a text of an archive to a line of at most maxText bytes.
func clipText(s string) string {
	if s = strings.TrimSpace(s); len(s) <= maxText {
		return s
	}
	n := maxText
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return strings.TrimSpace(s[:n])
}
