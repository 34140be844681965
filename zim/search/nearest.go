package search

import (
	"context"
	"slices"
	"strings"

	"github.com/openzim-mcp/openzim-mcp/policy"
	"github.com/openzim-mcp/openzim-mcp/zim"
)

// near returns the ids of at most three entries whose titles are nearest to text, best first: those that a title search
// finds, then those a few letters away. An archive that cannot be read has none.
func (e *Engine) near(ctx context.Context, name policy.ArchiveName, a *zim.Archive, text string) []string {
	return ids(e.nearHits(ctx, name, a, text))
}

func (e *Engine) nearHits(ctx context.Context, name policy.ArchiveName, a *zim.Archive, text string) []Hit {
	text = strings.ReplaceAll(text, "_", " ")
	if i := strings.LastIndexByte(strings.TrimRight(text, "/"), '/'); i >= 0 {
		text = text[i+1:] // of a path, the last element is most like a title
	}
	s := newTitleSearch(name, a, text)
	if s.folded == "" || s.nearby(ctx, e.scan) != nil {
		return nil
	}
	hits := s.hits()
	if len(hits) < maxCandidates {
		hits = append(hits, s.misspelt(ctx, e.scan, hits)...)
	}
	return hits[:min(len(hits), maxCandidates)]
}

// misspelt looks among the neighbours in the title listing for titles a few letters away.
func (s *titleSearch) misspelt(ctx context.Context, budget int, have []Hit) []Hit {
	byTitle := map[string]zim.Entry{}
	w := window{list: titles(s.a), budget: uint32(budget)}
	for _, form := range distinct(upperFirst(s.query), s.query) {
		if err := w.around(ctx, form, func(e zim.Entry) {
			if len(byTitle) < 4096 {
				byTitle[e.Title()] = e
			}
		}); ctx.Err() != nil || err != nil {
			break
		}
	}
	all := make([]string, 0, len(byTitle))
	for t := range byTitle {
		all = append(all, t)
	}
	slices.Sort(all)
	var out []Hit
	for _, t := range policy.Nearest(s.query, all, maxCandidates) {
		h, _, err := hitOf(ctx, s.name, byTitle[t], Near)
		if err == nil && h.readable() && !slices.ContainsFunc(append(have, out...), func(o Hit) bool { return o.target() == h.target() }) {
			out = append(out, h)
		}
	}
	return out
}

// Suggest returns the ids of at most three entries of the given archives whose titles are nearest to query, best first;
// no archives means all. An archive that is unknown, cannot be read or does not answer before ctx ends has none, since
// a suggestion is only a help. The result is never nil.
func (e *Engine) Suggest(ctx context.Context, query string, archives []string) []string {
	if len(archives) == 0 {
		archives = e.lib.Names()
	}
	var hits []Hit
	for _, r := range e.each(ctx, archives, func(ctx context.Context, name policy.ArchiveName, a *zim.Archive) ([]Hit, error) {
		return e.nearHits(ctx, name, a, query), nil
	}) {
		hits = append(hits, r.hits...)
	}
	order(hits)
	return ids(hits[:min(len(hits), maxCandidates)])
}

// nearAnywhere is near over all archives.
func (e *Engine) nearAnywhere(ctx context.Context, text string) []string {
	return e.Suggest(ctx, text, nil)
}

// first returns the ids of the first front articles: what to offer when an archive has no main page.
func (e *Engine) first(ctx context.Context, name policy.ArchiveName, a *zim.Archive) []string {
	var hits []Hit
	for pos := uint32(0); pos < 20 && len(hits) < maxCandidates; pos++ {
		entry, err := a.TitleEntry(ctx, pos)
		if err != nil {
			break
		}
		if h, _, err := hitOf(ctx, name, entry, Near); err == nil && h.readable() {
			hits = append(hits, h)
		}
	}
	return ids(hits)
}

func ids(hits []Hit) []string {
	out := make([]string, 0, len(hits))
	for _, h := range hits {
		out = append(out, h.ID())
	}
	return out
}
