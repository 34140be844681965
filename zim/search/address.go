package search

import (
	"context"
	"net/url"
	"strings"

	"github.com/openzim-mcp/openzim-mcp/policy"
	"github.com/openzim-mcp/openzim-mcp/zim"
)

// isWebAddress reports that a text is an http or https address.
func isWebAddress(s string) bool {
	low := strings.ToLower(s[:min(len(s), 8)])
	return strings.HasPrefix(low, "http://") || strings.HasPrefix(low, "https://")
}

// resolveAddress finds the entry whose original address is given: by the archive's Source metadata and the path, or,
// in archives of crawled sites, by host and path together. Nothing is read from the network.
func (e *Engine) resolveAddress(ctx context.Context, address string) (*Found, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return nil, &NotFound{What: "address", Asked: address, Candidates: []string{}}
	}
	hits, err := e.gather(ctx, func(ctx context.Context, name policy.ArchiveName, a *zim.Archive) ([]Hit, error) {
		return addressIn(ctx, name, a, u)
	})
	switch {
	case err != nil:
		return nil, err
	case len(hits) == 0:
		return nil, &NotFound{What: "address", Asked: address, Candidates: e.nearAnywhere(ctx, lastElement(u))}
	}
	f, err := e.only(ctx, address, hits)
	if f != nil {
		f.Anchor = u.Fragment
	}
	return f, err
}

func lastElement(u *url.URL) string {
	p := strings.TrimRight(u.Path, "/")
	return p[strings.LastIndexByte(p, '/')+1:]
}

func addressIn(ctx context.Context, name policy.ArchiveName, a *zim.Archive, u *url.URL) ([]Hit, error) {
	source, err := a.Metadata(ctx, "Source")
	if err != nil && isDamage(err) {
		return nil, err
	}
	for _, path := range addressPaths(u, string(source)) {
		e, err := a.LookupNS(ctx, a.ContentNamespace(), path)
		if err != nil {
			if isDamage(err) || ctx.Err() != nil {
				return nil, err
			}
			continue
		}
		h, _, err := hitOf(ctx, name, e, Exact)
		if err != nil {
			return nil, err
		}
		return []Hit{h}, nil
	}
	return nil, nil
}

// addressPaths returns the paths under which an archive with that Source would keep the page at u.
func addressPaths(u *url.URL, source string) []string {
	full := u.Path
	if u.RawQuery != "" {
		full += "?" + u.RawQuery
	}
	host := strings.ToLower(u.Hostname())
	out := []string{host + full, strings.TrimPrefix(host, "www.") + full, "www." + strings.TrimPrefix(host, "www.") + full} // crawled sites
	s := sourceURL(source)
	if s == nil || !sameSite(host, strings.ToLower(s.Hostname())) {
		return distinct(out...)
	}
	rest := strings.TrimPrefix(full, "/")
	if below, ok := strings.CutPrefix(full, strings.TrimRight(s.Path, "/")+"/"); ok {
		out = append(out, below)
	}
	out = append(out, rest)
	if _, article, ok := strings.Cut(full, "/wiki/"); ok {
		out = append(out, article, strings.ReplaceAll(article, " ", "_"))
	}
	return distinct(out...)
}

// sourceURL reads the Source metadata, which some archives give without scheme.
func sourceURL(source string) *url.URL {
	source = strings.TrimSpace(source)
	if source == "" || len(source) > 2048 {
		return nil
	}
	if !strings.Contains(source, "://") {
		source = "https://" + source
	}
	u, err := url.Parse(source)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil
	}
	return u
}

// sameSite compares hosts without the labels of mobile and plain forms.
func sameSite(a, b string) bool { return plainHost(a) == plainHost(b) && a != "" }

func plainHost(h string) string {
	return strings.Replace(strings.TrimPrefix(h, "www."), ".m.", ".", 1)
}

// WebAddress returns the original address of a hit, if its archive tells one: scraper and source are its metadata. It
// returns "" when there is none.
func (h Hit) WebAddress(scraper, source string) string {
	scraper = strings.ToLower(scraper)
	s := sourceURL(source)
	switch {
	case h.Namespace != 'C' && h.Namespace != 'A':
		return ""
	case strings.Contains(scraper, "zimit") || strings.Contains(scraper, "warc2zim"):
		host, path, ok := strings.Cut(h.Path, "/")
		if !ok || !strings.Contains(host, ".") || strings.ContainsAny(host, " @?#\\") {
			return ""
		}
		path, query, _ := strings.Cut(path, "?")
		return (&url.URL{Scheme: "https", Host: host, Path: "/" + path, RawQuery: query}).String()
	case s != nil && strings.Contains(scraper, "mwoffliner"):
		base := "/wiki/"
		if i := strings.Index(s.Path, "/wiki/"); i >= 0 {
			base = s.Path[:i] + base
		}
		return (&url.URL{Scheme: s.Scheme, Host: s.Host, Path: base + h.Path}).String()
	}
	return ""
}
