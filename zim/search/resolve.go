package search

import (
	"context"
	"errors"
	"strings"

	"github.com/openzim-mcp/openzim-mcp/policy"
	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/article"
	"github.com/openzim-mcp/openzim-mcp/zim/library"
)

// Found is an entry that was resolved, with its archive held open until Close.
type Found struct {
	Hit
	Anchor  string         // section that was asked for, "" when none
	Block   int            // block that was asked for, counted from 1; 0 when none
	Status  library.Status // of just the archive that is held
	Archive *zim.Archive
	Item    zim.Item

	engine  *Engine
	release func()
}

// PageOptions is [Engine.PageOptions] for the page found.
func (f *Found) PageOptions(ctx context.Context) (*article.Options, error) {
	return f.engine.PageOptions(ctx, f.Archive, f.Status, f.Path)
}

// Close lets go of the archive. It must be called once.
func (f *Found) Close() { f.release() }

// Resolve finds the one entry that id names. In an archive it tries, in order: the path as printed, the path as sent
// without decoding, '_' and space for each other, a capital as first letter, paths of the old namespaces, the title,
// the title but for case and accents. An id without archive is a web address or a title, looked for in all archives.
// Redirects are followed. What it found first is the answer; it never substitutes another entry.
//
// It fails with *[NotFound], *[Ambiguous], [zim.ErrRedirectLoop], what the library says of an archive that is not
// served, a read error, or ctx.Err(). The caller closes what it returns.
func (e *Engine) Resolve(ctx context.Context, id policy.ID) (*Found, error) {
	f, err := e.resolve(ctx, id)
	if err != nil {
		return nil, err
	}
	if id.Anchor != "" || id.Block > 0 {
		f.Anchor, f.Block = id.Anchor, id.Block
	}
	return f, nil
}

func (e *Engine) resolve(ctx context.Context, id policy.ID) (*Found, error) {
	if id.Archive == "" {
		if isWebAddress(id.Title) {
			return e.resolveAddress(ctx, id.Title)
		}
		return e.resolveTitle(ctx, id)
	}
	ref := string(id.Archive)
	if id.Edition != "" {
		ref += "@" + id.Edition
	}
	if id.UUID8 != "" {
		pinned, err := e.pinned(id)
		if err != nil {
			return nil, err
		}
		ref = pinned
	}
	a, st, release, err := e.acquire(ref)
	if unknown := (*NotFound)(nil); errors.As(err, &unknown) {
		return e.titleInstead(ctx, id, unknown)
	}
	if err != nil {
		return nil, err
	}
	f, err := e.inArchive(ctx, st, a, id)
	if err != nil {
		release()
		e.report(st.Ref(), err)
		return nil, err
	}
	f.release = release
	return f, nil
}

// pinned finds the edition whose UUID begins as the id says.
func (e *Engine) pinned(id policy.ID) (string, error) {
	known := false
	for _, s := range e.lib.All() {
		if s.Name != string(id.Archive) || !s.Served {
			continue
		}
		known = true
		if strings.HasPrefix(s.Info.UUID.String(), id.UUID8) {
			return s.Ref(), nil
		}
	}
	if !known {
		return string(id.Archive), nil // acquire says which names are near
	}
	return "", &NotFound{What: "edition", Archive: id.Archive, Asked: id.UUID8, Candidates: e.editions(string(id.Archive))}
}

// titleInstead reads an id whose archive is unknown as a title: titles may hold a '/' or look like a name. If it is none
// either, the error is that of the archive, unless the text is one word and only titles are near.
func (e *Engine) titleInstead(ctx context.Context, id policy.ID, unknown *NotFound) (*Found, error) {
	if id.Title == "" {
		return nil, unknown
	}
	f, err := e.resolveTitle(ctx, policy.ID{Title: id.Title})
	var missing *NotFound
	if errors.As(err, &missing) && (!id.Main || len(unknown.Candidates) > 0 || len(missing.Candidates) == 0) {
		return nil, unknown
	}
	return f, err
}

// inArchive finds the entry in one archive.
func (e *Engine) inArchive(ctx context.Context, st library.Status, a *zim.Archive, id policy.ID) (*Found, error) {
	entry, m, err := e.entry(ctx, a, id)
	if err == nil {
		f, err := e.found(ctx, st, a, entry, m)
		if f != nil && id.Main {
			f.From = "" // W/mainPage is a redirect in name only
		}
		return f, err
	}
	if !errors.Is(err, zim.ErrNotFound) {
		return nil, err
	}
	if id.Main {
		return nil, &NotFound{What: "main page", Archive: id.Archive, Asked: st.Ref(), Candidates: e.first(ctx, id.Archive, a)}
	}
	if id.Namespace == 0 {
		if f, err := e.foldedTitle(ctx, st, a, id); f != nil || err != nil {
			return f, err
		}
	}
	return nil, &NotFound{What: "entry", Archive: id.Archive, Asked: id.Path, Candidates: e.near(ctx, id.Archive, a, id.Path)}
}

// entry tries the spellings of a path, then the title. The first that exists wins, and damage ends the search: going on
// could find another entry than the one that cannot be read.
func (e *Engine) entry(ctx context.Context, a *zim.Archive, id policy.ID) (zim.Entry, Match, error) {
	if id.Main {
		entry, err := a.MainPage(ctx)
		return entry, Exact, err
	}
	if id.Namespace != 0 {
		entry, err := a.LookupNS(ctx, id.Namespace, id.Path)
		return entry, Exact, err
	}
	forms := append([]string{id.Path, id.Raw}, pathForms(id.Path)...)
	for _, form := range distinct(forms...) {
		entry, err := a.LookupContent(ctx, form)
		if err == nil || !errors.Is(err, zim.ErrNotFound) {
			return entry, Exact, err
		}
	}
	for _, form := range titleForms(id.Path) {
		entry, err := a.LookupTitle(ctx, form)
		if err == nil || !errors.Is(err, zim.ErrNotFound) {
			return entry, Exact, err
		}
	}
	return zim.Entry{}, Near, zim.ErrNotFound
}

// titleForms returns the spellings under which a title may be stored, from the most literal.
func titleForms(s string) []string {
	space := strings.ReplaceAll(s, "_", " ")
	return distinct(s, space, upperFirst(s), upperFirst(space))
}

// found makes the result of an entry.
func (e *Engine) found(ctx context.Context, st library.Status, a *zim.Archive, entry zim.Entry, m Match) (*Found, error) {
	name, edition, _ := strings.Cut(st.Ref(), "@")
	h, item, err := hitOf(ctx, policy.ArchiveName(name), entry, m)
	if err != nil {
		return nil, err
	}
	h.Edition = edition
	return &Found{Hit: h, Status: st, Archive: a, Item: item, engine: e}, nil
}

// foldedTitle finds the entry whose title differs only in case, accents or punctuation. Several such entries make the
// request ambiguous; none gives nil.
func (e *Engine) foldedTitle(ctx context.Context, st library.Status, a *zim.Archive, id policy.ID) (*Found, error) {
	hits, err := e.folded(ctx, id.Archive, a, id.Path)
	switch {
	case err != nil:
		return nil, err
	case len(hits) == 0:
		return nil, nil
	case len(hits) > 1:
		return nil, &Ambiguous{Asked: id.Path, Options: withEdition(hits, st.Ref())}
	}
	entry, err := a.LookupNS(ctx, hits[0].Namespace, hits[0].Path)
	if err != nil {
		return nil, err
	}
	f, err := e.found(ctx, st, a, entry, Folded)
	if f != nil {
		f.From = hits[0].From
	}
	return f, err
}

// withEdition notes in hits the edition that ref names, so that their ids lead back to it.
func withEdition(hits []Hit, ref string) []Hit {
	_, edition, _ := strings.Cut(ref, "@")
	for i := range hits {
		hits[i].Edition = edition
	}
	return hits
}

// folded returns the entries whose title or redirect title is equal to text once both are folded.
func (e *Engine) folded(ctx context.Context, name policy.ArchiveName, a *zim.Archive, text string) ([]Hit, error) {
	s := newTitleSearch(name, a, strings.ReplaceAll(text, "_", " "))
	if s.folded == "" {
		return nil, nil
	}
	if err := s.nearby(ctx, e.scan); err != nil {
		return nil, err
	}
	var out []Hit
	for _, h := range s.hits() {
		if h.Match <= Folded {
			out = append(out, h)
		}
	}
	return out, nil
}

// resolveTitle looks for a title in all archives. The best match wins; archives that match equally well make it
// ambiguous.
func (e *Engine) resolveTitle(ctx context.Context, id policy.ID) (*Found, error) {
	titles := id.Titles()
	find := func(ctx context.Context, name policy.ArchiveName, a *zim.Archive) ([]Hit, error) {
		for _, title := range titles {
			s := newTitleSearch(name, a, title)
			err := s.exact(ctx)
			if hits := s.hits(); err != nil || len(hits) > 0 {
				return hits, err
			}
		}
		return e.folded(ctx, name, a, titles[0])
	}
	hits, err := e.gather(ctx, find)
	if err != nil {
		return nil, err
	}
	if len(hits) == 0 {
		return nil, &NotFound{What: "entry", Asked: id.Title, Candidates: e.nearAnywhere(ctx, id.Title)}
	}
	return e.only(ctx, id.Title, hits)
}

// gather runs find over all archives and returns the hits in order.
func (e *Engine) gather(ctx context.Context, find func(context.Context, policy.ArchiveName, *zim.Archive) ([]Hit, error)) ([]Hit, error) {
	var hits []Hit
	for _, r := range e.each(ctx, e.lib.Names(), find) {
		if r.late {
			return nil, context.Cause(ctx) // an archive not searched may hold a better or an equal match
		}
		hits = append(hits, r.hits...)
	}
	order(hits)
	return hits, nil
}

// only returns the best of hits if no other is as good.
func (e *Engine) only(ctx context.Context, asked string, hits []Hit) (*Found, error) {
	best := hits[:1]
	for _, h := range hits[1:] {
		if h.Match == best[0].Match {
			best = append(best, h)
		}
	}
	if len(best) > 1 {
		return nil, &Ambiguous{Asked: asked, Options: best}
	}
	return e.reopen(ctx, best[0])
}

// ref is how the library knows the hit's archive.
func (h Hit) ref() string {
	if h.Edition == "" {
		return string(h.Archive)
	}
	return string(h.Archive) + "@" + h.Edition
}

// reopen holds the archive of a hit and looks its entry up again: the search has let go of it, and a reload may have
// replaced it in between. Then the entry of the new file is the answer, or that there is none.
func (e *Engine) reopen(ctx context.Context, h Hit) (*Found, error) {
	a, st, release, err := e.acquire(h.ref())
	if err != nil {
		return nil, err
	}
	entry, err := a.LookupNS(ctx, h.Namespace, h.Path)
	if err != nil {
		release()
		return nil, err
	}
	f, err := e.found(ctx, st, a, entry, h.Match)
	if err != nil {
		release()
		return nil, err
	}
	f.From, f.release = h.From, release
	return f, nil
}
