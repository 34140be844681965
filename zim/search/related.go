package search

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/openzim-mcp/openzim-mcp/zim/article"
	"github.com/openzim-mcp/openzim-mcp/zim/library"
	"github.com/openzim-mcp/openzim-mcp/zim/links"
	"github.com/openzim-mcp/openzim-mcp/zim/sidecar"
)

// A Relation is an article that has to do with another, and why.
type Relation struct {
	Hit
	Words []string // that both have, the heaviest first, as the article asked for writes them; at most 4
	Out   int      // links from the article asked for to this one
	In    int      // links from this one to the article asked for; 0 also where nobody knows
	Text  string   // of links in: their text, plain; may be empty
	Place string   // of links in: anchor in the article asked for that they lead to; may be empty
	Way   Way      // of editions: what led to it
}

// A Way is how an article was recognised in another archive.
type Way string

// Values of Way, the surest first.
const (
	ByAddress  Way = "same address"
	ByTitle    Way = "same title"
	ByLanguage Way = "other language" // the page links to it as its version in another language
)

// Relations are the articles that were found.
type Relations struct {
	Rows  []Relation // best first; never nil
	Texts bool       // the words of texts were compared; false where the archive has no index of them
	Links bool       // it is known which pages lead to an article
	All   int        // of links in: pages that lead there; else the length of Rows

	// Archives describes the archives of editions, as they were then, by [library.Status.Ref].
	Archives map[string]library.Status
}

// From returns the rows from one on.
func (r *Relations) From(at int) *Relations {
	rest := *r
	rest.Rows = r.Rows[min(max(at, 0), len(r.Rows)):]
	return &rest
}

// A NoLinkIndex means that nobody knows which pages lead to an entry: the archive has no link index that fits and is sound.
type NoLinkIndex struct {
	Reason string // why, and the command that helps; names no file
	err    error
}

// Error returns the reason.
func (e *NoLinkIndex) Error() string { return e.Reason }

// Unwrap returns what was met.
func (e *NoLinkIndex) Unwrap() error { return e.err }

// Inbound returns the pages that lead to the entry found, from the one of rank from on, at most limit: those with the most links
// to it first, then those that have one further up, then by path. It fails with *[NoLinkIndex], with what reading the archive
// or the index gives, or with ctx's error.
func (e *Engine) Inbound(ctx context.Context, f *Found, from, limit int) (*Relations, error) {
	g, err := e.graphs.of(ctx, f.Archive, e.indexes.place())
	if noGraph(err) {
		return nil, &NoLinkIndex{err.Error(), err}
	}
	if err != nil {
		return nil, err
	}
	index := f.Item.Entry().Index()
	all, err := g.Inbound(index)
	if err != nil {
		return nil, graphError(err)
	}
	rows, err := g.Rows(index, from, limit)
	if err != nil {
		return nil, graphError(err)
	}
	r := &Relations{Rows: []Relation{}, Links: true, All: all}
	for _, row := range rows {
		entry, err := f.Archive.Entry(ctx, row.Source)
		if err != nil {
			return nil, err
		}
		h, _, err := hitOf(ctx, f.Hit.Archive, entry, Near)
		if err != nil {
			return nil, err
		}
		h.Edition = f.Edition
		r.Rows = append(r.Rows, Relation{Hit: h, In: int(row.Count), Text: row.Text, Place: row.Fragment})
	}
	return r, nil
}

// graphError turns damage of a graph into the lack of one: the archive is sound, and the same command helps.
func graphError(err error) error {
	if errors.Is(err, links.ErrFormat) {
		damage := sidecar.Links.Damage("%v", links.ErrFormat)
		return &NoLinkIndex{damage.Error(), damage}
	}
	return err
}

// linked are the entries that an article leads to and, where that is known, those that lead to it.
type linked struct {
	out, in map[uint32]int // links, by entry
	order   []uint32       // of out, as they stand on the page
	first   map[uint32]bool
}

const (
	mostNeighbours = 400 // targets of a page that are looked up, and pages that lead to it
	leadSection    = 0
)

// linkedWith looks up where an article leads. What the archive lacks is left out.
func (e *Engine) linkedWith(ctx context.Context, f *Found, doc *article.Document) (*linked, error) {
	n := &linked{out: map[uint32]int{}, in: map[uint32]int{}, first: map[uint32]bool{}}
	self := f.Item.Entry().Index()
	for _, l := range weightiest(doc.Links) {
		item, err := links.Lookup(ctx, f.Archive, l.Target)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err != nil || item.Entry().Index() == self { // a damaged target is one link fewer
			continue
		}
		i := item.Entry().Index()
		if n.out[i] == 0 {
			n.order = append(n.order, i)
		}
		n.out[i] += l.Count
		n.first[i] = n.first[i] || l.Section == leadSection && l.Kind == article.Internal
	}
	if g := e.graph(ctx, f.Archive); g != nil {
		rows, err := g.Rows(self, 0, mostNeighbours)
		if err != nil {
			return n, nil // as without a graph
		}
		for _, r := range rows {
			n.in[r.Source] = int(r.Count)
		}
	}
	return n, nil
}

// weightiest returns the links that lead to entries, of very many those that appear most, in the order of the page.
func weightiest(all []article.Link) []*article.Link {
	var list []*article.Link
	for i := range all {
		if links.Leads(&all[i]) {
			list = append(list, &all[i])
		}
	}
	if len(list) <= mostNeighbours {
		return list
	}
	byCount := slices.Clone(list)
	slices.SortStableFunc(byCount, func(a, b *article.Link) int { return cmp.Compare(b.Count, a.Count) })
	kept := map[*article.Link]bool{}
	for _, l := range byCount[:mostNeighbours] {
		kept[l] = true
	}
	return slices.DeleteFunc(list, func(l *article.Link) bool { return !kept[l] })
}
