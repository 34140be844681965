package api

import (
	"context"
	"strings"

	"github.com/openzim-mcp/openzim-mcp/policy"
	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/article"
	"github.com/openzim-mcp/openzim-mcp/zim/search"
)

// A listing is entries in an order, each reached at once.
type listing struct {
	n  int
	at func(ctx context.Context, i int) (zim.Entry, error)
}

// order is what the arguments name: articles by title, entries by path, or articles mixed.
func (b *browsing) order(ctx context.Context) (listing, error) {
	if b.in.Order == orderPath {
		ns := b.namespace
		if ns == 0 {
			ns = b.a.ContentNamespace()
		}
		lo, hi, err := b.a.Range(ctx, ns, b.beginning())
		return listing{int(hi - lo), func(ctx context.Context, i int) (zim.Entry, error) { return b.a.Entry(ctx, lo+uint32(i)) }}, err
	}
	lo, hi, err := b.a.TitleRange(ctx, b.beginning())
	n := int(hi - lo)
	title := func(ctx context.Context, i int) (zim.Entry, error) { return b.a.TitleEntry(ctx, lo+uint32(i)) }
	if b.in.Order == orderTitle || err != nil {
		return listing{n, title}, err
	}
	return listing{n, func(ctx context.Context, i int) (zim.Entry, error) { return title(ctx, mixed(i, n, b.seed)) }}, nil
}

// beginning is how every entry of the list begins: the prefix, or the letters before a pattern's first '*' when these are
// more.
func (b *browsing) beginning() string {
	if fixed := b.glob.fixed(); strings.HasPrefix(fixed, b.in.Prefix) {
		return fixed
	}
	return b.in.Prefix
}

// mixed returns the i-th number of 0 … n-1 in an order that depends on seed and in which none comes twice: steps of a
// length that has no divisor in common with n.
func mixed(i, n, seed int) int {
	if n <= 1 {
		return 0
	}
	step := 1 + seed%n
	for gcd(step, n) != 1 {
		step++
	}
	return int((uint64(seed/2) + uint64(i)*uint64(step)) % uint64(n))
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// row is an entry as data, unless the pattern or the type passes it over.
func (b *browsing) row(e zim.Entry) (browseRow, bool) {
	name := e.Title()
	if b.in.Order == orderPath {
		name = e.Path()
	}
	if !strings.HasPrefix(name, b.in.Prefix) || !b.glob.matches(name) {
		return browseRow{}, false
	}
	row := browseRow{Redirect: e.IsRedirect()}
	if item, err := e.Item(); err == nil {
		if t, err := item.MIMEType(); err == nil {
			row.MIME = short(t)
		}
	}
	if !strings.HasPrefix(strings.ToLower(row.MIME), strings.ToLower(b.in.Type)) || row.Redirect && b.in.Type != "" {
		return browseRow{}, false
	}
	if kindOf(row.MIME, e.Path()) == kindHTML {
		row.MIME = ""
	}
	h := search.Hit{Archive: policy.ArchiveName(b.st.Name), Namespace: e.Namespace(), Path: e.Path(), Title: e.Title()}
	if !b.st.Newest {
		h.Edition = b.st.Edition
	}
	row.ID, row.Title = shownID(h, ""), shownTitle(h)
	return row, true
}

// line is "Title (id)", with the type of what is no page.
func (r browseRow) line() string {
	line := r.Title + " (" + r.ID + ")"
	switch {
	case r.Redirect:
		line += " redirect"
	case r.MIME != "":
		line += " " + r.MIME
	}
	return article.Guard(line) + "\n"
}

// A glob is a pattern cut at its asterisks; nil matches everything. Case matters, as it does in paths.
type glob []string

func parseGlob(pattern string) glob {
	if pattern == "" {
		return nil
	}
	return strings.Split(pattern, "*")
}

// fixed is what stands before the first asterisk.
func (g glob) fixed() string {
	if len(g) == 0 {
		return ""
	}
	return g[0]
}

// matches takes time in proportion to the pattern and the text: each piece between asterisks is looked for once, as early
// as it can stand.
func (g glob) matches(s string) bool {
	switch len(g) {
	case 0:
		return true
	case 1:
		return s == g[0]
	}
	s, ok := strings.CutPrefix(s, g[0])
	if !ok {
		return false
	}
	last := g[len(g)-1]
	for _, piece := range g[1 : len(g)-1] {
		_, after, found := strings.Cut(s, piece)
		if !found {
			return false
		}
		s = after
	}
	return strings.HasSuffix(s, last)
}
