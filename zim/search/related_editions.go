package search

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strings"

	"github.com/openzim-mcp/openzim-mcp/policy"
	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/article"
	"github.com/openzim-mcp/openzim-mcp/zim/library"
)

// Editions finds the article in the other archives: under its web address, under its title, or under a web address that its page
// gives for another language. Each archive gives one at most; other editions of the same archive count as other archives. When
// ctx ends it returns what it has.
func (e *Engine) Editions(ctx context.Context, f *Found, doc *article.Document) (*Relations, error) {
	w := waysTo(f, doc)
	var names []string
	for _, s := range e.lib.All() {
		if s.Served && s.Ref() != f.Status.Ref() {
			names = append(names, s.Ref())
		}
	}
	r := &Relations{Rows: []Relation{}, Archives: map[string]library.Status{}}
	for _, o := range e.each(ctx, names, w.in) {
		for _, h := range o.hits {
			r.Archives[o.status.Ref()] = o.status
			r.Rows = append(r.Rows, Relation{Hit: h, Way: wayOf(h.Match)})
		}
	}
	slices.SortFunc(r.Rows, func(a, b Relation) int {
		return cmp.Or(cmp.Compare(a.Match, b.Match), strings.Compare(string(a.Archive), string(b.Archive)), strings.Compare(b.Edition, a.Edition))
	})
	r.All = len(r.Rows)
	return r, nil
}

// wayOf tells the way from the match that [editionWays.in] gave.
func wayOf(m Match) Way {
	switch m {
	case Exact:
		return ByAddress
	case Folded:
		return ByTitle
	}
	return ByLanguage
}

// editionWays are what an article can be recognised by in other archives.
type editionWays struct {
	archive   policy.ArchiveName // that it is in
	namespace byte
	path      string
	title     string
	addresses []*url.URL
	languages []*url.URL // of the page in other languages
}

// mostLanguages bounds the addresses of other languages that are looked up; Wikipedia has some 340.
const mostLanguages = 400

// waysTo collects them.
func waysTo(f *Found, doc *article.Document) *editionWays {
	w := &editionWays{archive: f.Hit.Archive, namespace: f.Namespace, path: f.Path, title: cmp.Or(doc.Title, f.Title)}
	if f.Title != f.Path {
		w.title = f.Title
	}
	for _, address := range distinct(doc.Canonical, f.WebAddress(f.Status.Meta.Scraper, f.Status.Meta.Source)) {
		if u, err := url.Parse(address); err == nil && u.Host != "" {
			w.addresses = append(w.addresses, u)
		}
	}
	if len(w.addresses) == 0 {
		return w
	}
	own := w.addresses[0].Hostname()
	for i := range doc.Links {
		l := &doc.Links[i]
		if l.Kind != article.External || len(w.languages) == mostLanguages {
			continue
		}
		if u, err := url.Parse(l.URL); err == nil && sisterSite(own, u.Hostname()) && strings.HasPrefix(u.Path, "/wiki/") {
			w.languages = append(w.languages, u)
		}
	}
	return w
}

// sisterSite reports hosts that differ in a language alone, as en.wikipedia.org and de.wikipedia.org do.
func sisterSite(a, b string) bool {
	langA, siteA, okA := strings.Cut(plainHost(strings.ToLower(a)), ".")
	langB, siteB, okB := strings.Cut(plainHost(strings.ToLower(b)), ".")
	return okA && okB && siteA == siteB && langA != langB && strings.Contains(siteA, ".") && isLanguageLabel(langA) && isLanguageLabel(langB)
}

// isLanguageLabel reports what can be a language in the name of a host: en, als, zh-yue.
func isLanguageLabel(s string) bool {
	first, _, _ := strings.Cut(s, "-")
	return len(first) >= 2 && len(first) <= 3 || s == "simple"
}

// in looks for the article in one archive. The match of the hit says by which way: Exact by address, Folded by title, Near by
// language.
func (w *editionWays) in(ctx context.Context, name policy.ArchiveName, a *zim.Archive) ([]Hit, error) {
	for _, u := range w.addresses {
		if hits, err := addressIn(ctx, name, a, u); err != nil || len(hits) > 0 {
			return hits, err
		}
	}
	if name == w.archive { // another edition of the same archive: paths mean the same
		if hits, err := w.samePath(ctx, name, a); err != nil || len(hits) > 0 {
			return hits, err
		}
	}
	if hits, err := w.sameTitle(ctx, name, a); err != nil || len(hits) > 0 {
		return hits, err
	}
	source, _ := a.Metadata(ctx, "Source")
	s := sourceURL(string(source))
	for _, u := range w.languages {
		if s == nil || !sameSite(strings.ToLower(u.Hostname()), strings.ToLower(s.Hostname())) {
			continue
		}
		hits, err := addressIn(ctx, name, a, u)
		if err != nil || len(hits) > 0 {
			return marked(hits, Near), err
		}
	}
	return nil, nil
}

// samePath looks the path up.
func (w *editionWays) samePath(ctx context.Context, name policy.ArchiveName, a *zim.Archive) ([]Hit, error) {
	ns := w.namespace
	if ns == 'A' || ns == 'C' {
		ns = a.ContentNamespace()
	}
	e, err := a.LookupNS(ctx, ns, w.path)
	if err != nil {
		if isDamage(err) || ctx.Err() != nil {
			return nil, err
		}
		return nil, nil
	}
	h, _, err := hitOf(ctx, name, e, Exact)
	if err != nil {
		return nil, err
	}
	return []Hit{h}, nil
}

// sameTitle looks for the title, as it is written.
func (w *editionWays) sameTitle(ctx context.Context, name policy.ArchiveName, a *zim.Archive) ([]Hit, error) {
	if w.title == "" {
		return nil, nil
	}
	s := newTitleSearch(name, a, w.title)
	if err := s.exact(ctx); err != nil {
		return nil, err
	}
	hits := s.hits()
	for _, h := range hits {
		if h.readable() {
			return marked([]Hit{h}, Folded), nil
		}
	}
	return nil, nil
}

// marked notes how hits were found.
func marked(hits []Hit, m Match) []Hit {
	for i := range hits {
		hits[i].Match = m
	}
	return hits
}
