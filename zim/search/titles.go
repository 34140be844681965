package search

import (
	"context"
	"strings"

	"github.com/openzim-mcp/openzim-mcp/policy"
	"github.com/openzim-mcp/openzim-mcp/zim"
)

// A titleSearch looks for one text in the titles and paths of one archive.
type titleSearch struct {
	name   policy.ArchiveName
	a      *zim.Archive
	query  string         // as asked
	folded string         // as titles are compared
	words  []string       // of folded
	found  map[target]Hit // by the entry with the content, so that a redirect and its target are one
	broken error          // the first damage met; what could be read is still found
}

func newTitleSearch(name policy.ArchiveName, a *zim.Archive, query string) *titleSearch {
	f := fold(query)
	return &titleSearch{name: name, a: a, query: query, folded: f, words: strings.Fields(f), found: map[target]Hit{}}
}

// exact looks the text up as a path and as a title, in the spellings of pathForms. It costs a few dozen reads.
func (s *titleSearch) exact(ctx context.Context) error {
	for _, form := range pathForms(s.query) { // a path is what ids hold, so it is the surest answer
		e, err := s.a.LookupContent(ctx, form)
		if err := s.take(ctx, e, err, Exact); err != nil {
			return err
		}
	}
	for _, form := range distinct(s.query, upperFirst(s.query), strings.ReplaceAll(s.query, "_", " ")) {
		e, err := s.a.LookupTitle(ctx, form)
		if err := s.take(ctx, e, err, Exact); err != nil {
			return err
		}
	}
	return nil
}

// nearby looks at the entries around the text in both listings, at most budget of them, and judges each by its folded
// title. In an archive of fewer entries that is all of them.
func (s *titleSearch) nearby(ctx context.Context, budget int) error {
	for i, list := range []listing{titles(s.a), paths(s.a)} {
		w := window{list: list, budget: uint32(budget) / 2}
		for _, form := range spellings(s.query) {
			if i == 1 {
				form = strings.ReplaceAll(form, " ", "_")
			}
			err := w.around(ctx, form, func(e zim.Entry) { s.judge(ctx, e) })
			if err := s.note(ctx, err); err != nil {
				return err
			}
		}
	}
	return ctx.Err()
}

// judge keeps an entry whose title meets the text. Titles are tried in the order of [Match], so that an entry gets the
// best that it deserves.
func (s *titleSearch) judge(ctx context.Context, e zim.Entry) {
	title := fold(e.Title())
	m := Near
	switch {
	case title == s.folded:
		m = Folded
	case strings.HasPrefix(title, s.folded):
		m = Prefix
	case len(s.words) > 0 && hasWords(title, s.words):
		m = Words
	default:
		return
	}
	if len(s.found) < maxFound {
		_ = s.take(ctx, e, nil, m) // the end of ctx ends the loop around this call
	}
}

// maxFound bounds what one archive contributes before it is sorted.
const maxFound = 2000

// hasWords reports that every word begins a word of title.
func hasWords(title string, words []string) bool {
	for _, w := range words {
		if !strings.HasPrefix(title, w) && !strings.Contains(title, " "+w) {
			return false
		}
	}
	return true
}

// take adds an entry, unless its content was found by a better match. It returns only the end of ctx.
func (s *titleSearch) take(ctx context.Context, e zim.Entry, err error, m Match) error {
	if err != nil {
		return s.note(ctx, err)
	}
	h, _, err := hitOf(ctx, s.name, e, m)
	if err != nil {
		return s.note(ctx, err)
	}
	if old, ok := s.found[h.target()]; ok && (old.Match < m || old.Match == m && (old.From == "" || h.From != "" && old.From <= h.From)) {
		return nil
	}
	if h.readable() {
		s.found[h.target()] = h
	}
	return nil
}

// note keeps the first damage and passes on only the end of ctx.
func (s *titleSearch) note(ctx context.Context, err error) error {
	if isDamage(err) && s.broken == nil {
		s.broken = err
	}
	return ctx.Err()
}

func (s *titleSearch) hits() []Hit {
	out := make([]Hit, 0, len(s.found))
	for _, h := range s.found {
		out = append(out, h)
	}
	order(out)
	return out
}

// pathForms returns the spellings under which a path may be stored: as given, '_' for spaces and the reverse, each also
// with a capital as first letter.
func pathForms(path string) []string {
	under, space := strings.ReplaceAll(path, " ", "_"), strings.ReplaceAll(path, "_", " ")
	return distinct(path, under, space, upperFirst(path), upperFirst(under), upperFirst(space))
}
