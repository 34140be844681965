package main

import (
	"context"
	"net/url"
	"strings"

	"github.com/openzim-mcp/openzim-mcp/cmd/openzim-bench/fidelity"
	"github.com/openzim-mcp/openzim-mcp/zim"
)

// A linkJudge tells whether links lead where the page's own links lead.
type linkJudge struct {
	archive *zim.Archive     // nil: hand-written pages, whose links lead nowhere
	known   map[string]int64 // what a path leads to: the entry's index, or -1
}

// judge counts the page's links into the archive: those whose address, resolved as a browser does, is an entry. Such a link
// is found when the text prints an address that leads to the same entry: for ours what fetch would be asked for, for others
// what a browser would ask for.
func (l *linkJudge) judge(ctx context.Context, s *fidelity.Score, p *fidelity.Page, r *fidelity.Reading, src source, id string, ours bool) {
	printed := map[int64]bool{}
	for _, t := range r.Targets() {
		var at int64 = -1
		if ours {
			path, _, _ := strings.Cut(t, "#")
			at = l.lookup(ctx, path)
		} else {
			at = l.resolve(ctx, id, "", t)
		}
		if at >= 0 {
			printed[at] = true
		}
	}
	for _, a := range p.Links() {
		if at := l.resolve(ctx, id, p.Base, a.Href); at >= 0 && !a.InCode {
			s.Count(fidelity.LinkRecall, printed[at], a.Text+" -> "+a.Href)
		}
	}
}

// targets are the entries that the page's links lead to, with the address of the first link to each.
func (l *linkJudge) targets(ctx context.Context, p *fidelity.Page, id string) map[int64]string {
	out := map[int64]string{}
	for _, a := range p.Links() {
		if at := l.resolve(ctx, id, p.Base, a.Href); at >= 0 && out[at] == "" {
			out[at] = a.Href
		}
	}
	return out
}

// all are the entries that any link of the page leads to.
func (l *linkJudge) all(ctx context.Context, p *fidelity.Page, id string) map[int64]bool {
	out := map[int64]bool{}
	for _, h := range p.Hrefs() {
		out[l.resolve(ctx, id, p.Base, h)] = true
	}
	return out
}

// resolve returns the index of the entry that href leads to from the entry called id ("C/path"), or -1.
func (l *linkJudge) resolve(ctx context.Context, id, base, href string) int64 {
	p, query, ok := addressed(id, base, href, l.archive.Info().NewNamespaces)
	if !ok {
		return -1
	}
	if at := l.exact(ctx, p); at >= 0 || query == "" {
		return at
	}
	return l.exact(ctx, p+"?"+query)
}

// addressed is the path in the archive that a browser asks for on the page called id ("C/path"). In archives with the old
// namespaces the letter is a part of the address.
func addressed(id, base, href string, newNamespaces bool) (path, query string, ok bool) {
	root := &url.URL{Scheme: "http", Host: "archive.invalid", Path: "/" + id}
	if newNamespaces {
		root.Path = id[strings.IndexByte(id, '/'):]
	}
	if b, err := url.Parse(strings.TrimSpace(base)); err == nil && base != "" {
		root = root.ResolveReference(b)
	}
	u, err := url.Parse(strings.TrimSpace(href))
	if err != nil {
		return "", "", false
	}
	u = root.ResolveReference(u)
	if u.Host != "archive.invalid" || u.Scheme != "http" || u.Opaque != "" {
		return "", "", false
	}
	return strings.TrimPrefix(u.Path, "/"), u.RawQuery, true
}

// exact looks a path up as the address has it, without the kindness that users get.
func (l *linkJudge) exact(ctx context.Context, p string) int64 {
	if p == "" {
		return -1
	}
	if at, ok := l.known["="+p]; ok {
		return at
	}
	var e zim.Entry
	var err error
	if l.archive.Info().NewNamespaces {
		e, err = l.archive.LookupNS(ctx, 'C', p)
	} else if ns, rest, ok := strings.Cut(p, "/"); ok && len(ns) == 1 {
		e, err = l.archive.LookupNS(ctx, ns[0], rest)
	} else {
		err = zim.ErrNotFound
	}
	return l.remember(ctx, "="+p, e, err)
}

// lookup looks a printed path up as fetch does.
func (l *linkJudge) lookup(ctx context.Context, p string) int64 {
	if at, ok := l.known[p]; ok {
		return at
	}
	e, err := l.archive.Lookup(ctx, p)
	return l.remember(ctx, p, e, err)
}

// remember follows redirects, so that a link to one and a link to its target are the same.
func (l *linkJudge) remember(ctx context.Context, key string, e zim.Entry, err error) int64 {
	var at int64 = -1
	if err == nil {
		at = int64(e.Index())
		if it, err := e.Resolve(ctx); err == nil {
			at = int64(it.Entry().Index())
		}
	}
	l.known[key] = at
	return at
}
