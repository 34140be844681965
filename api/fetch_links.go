package api

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/article"
	"github.com/openzim-mcp/openzim-mcp/zim/search"
)

// A linkRow is a line of view links, as data.
type linkRow struct {
	ID    string `json:"id,omitempty"`  // opens the entry that the link leads to
	URL   string `json:"url,omitempty"` // of a link out of the archive
	Text  string `json:"text,omitempty"`
	Count int    `json:"count"` // appearances on the page, at least 1
}

// linkCounts counts the targets of a page, each once however often the page leads there.
type linkCounts struct {
	Internal int `json:"internal"` // to entries of any kind but media
	Media    int `json:"media"`    // pictures, sound, film and other files, those of the page itself among them
	External int `json:"external"` // out of the archive
	Anchor   int `json:"anchor"`   // within the page
	Other    int `json:"other"`    // mailto: and the like
	Missing  int `json:"missing"`  // of the internal ones looked at for this reply, those the archive lacks
}

// Kinds of links to list. The first is the default.
const (
	linksInternal = "internal"
	linksExternal = "external"
	linksMedia    = "media"
)

// links lists the entries that the page, or the section that the id names, leads to: "text (id)", in document order; with
// another kind the pictures and files, or the addresses out of the archive.
func (f *fetching) links(ctx context.Context, doc *article.Document) error {
	p, err := f.locate(doc)
	if err != nil {
		return err
	}
	f.begin()
	d := &linkDesk{f: f, doc: doc, printed: map[string]bool{}}
	f.data.Counts = countLinks(doc)
	wanted := linksIn(doc, p)
	rows := map[int]linkRow{} // what line made, for the data of those lines that fit
	f.other(wanted)
	all := f.targets(doc)
	long, err := f.list(len(all), func(i int) (string, error) {
		if wanted != nil && !wanted[i] {
			return "", nil
		}
		row, err := d.row(ctx, &all[i])
		if err != nil || row.ID+row.URL == "" || !f.finds(row.line()) {
			return "", err
		}
		rows[i] = row
		return row.line(), nil
	}, func(i int) { f.data.Links = append(f.data.Links, rows[i]) })
	if f.data.Counts.Missing = d.missing; d.missing > 0 {
		f.remark(plural(d.missing, "link") + " left out: the archive lacks what they lead to")
	}
	if err == nil && long == 0 && len(f.data.Links) == 0 && !f.cont && f.data.NextCursor == "" {
		return f.empty("no_links", f.none(noLinks(f.linkKind), "no link has all of these words"))
	}
	return err
}

// noLinks says that a page has none of a kind.
func noLinks(kind string) string {
	switch kind {
	case linksExternal:
		return "no links out of the archive"
	case linksMedia:
		return "no pictures or files"
	}
	return "no links to other entries"
}

// other says how many links of every kind the page has, so that a reader knows what the list leaves out.
func (f *fetching) other(wanted map[int]bool) {
	c := f.data.Counts
	var parts []string
	for _, k := range []struct {
		n    int
		what string
	}{{c.Internal, "internal"}, {c.External, "external"}, {c.Media, "media"}, {c.Anchor, "on the page itself"}, {c.Other, "other"}} {
		if k.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", k.n, k.what))
		}
	}
	if len(parts) == 0 {
		return
	}
	line := "links: " + strings.Join(parts, ", ")
	if wanted != nil {
		line = "links of the whole page: " + strings.Join(parts, ", ")
	}
	f.remark(line)
}

func countLinks(doc *article.Document) *linkCounts {
	n := doc.LinkCounts()
	return &linkCounts{Internal: n[article.Internal] + n[article.InCategory] + n[article.Related],
		Media: n[article.Media], External: n[article.External], Anchor: n[article.Anchor], Other: n[article.OtherLink]}
}

// targets are the links of the page, and behind them, where files are asked for, its pictures.
func (f *fetching) targets(doc *article.Document) []article.Link {
	if f.linkKind != linksMedia {
		return doc.Links
	}
	all := slices.Clip(doc.Links)
	for _, p := range doc.Images {
		text := p.Caption
		if text == "" {
			text = p.Alt
		}
		all = append(all, article.Link{Target: article.Target{Path: p.Path}, Text: text, Kind: article.Media, Section: p.Section, Count: 1})
	}
	return all
}

// linksIn are the links and pictures within a place by their number in targets, nil when the place is the whole page.
func linksIn(doc *article.Document, p article.Place) map[int]bool {
	if p.Range == doc.Whole() {
		return nil
	}
	in := map[int]bool{}
	for i := p.Range.From.Block; i < p.Range.To; i++ {
		for _, s := range doc.Blocks[i].Spans {
			if s.Link >= 0 {
				in[s.Link] = true
			}
		}
	}
	for i, picture := range doc.Images {
		if at := doc.Sections[picture.Section].Start; at >= p.Range.From.Block && at < p.Range.To {
			in[len(doc.Links)+i] = true
		}
	}
	return in
}

// line is "text (id) ×n".
func (r linkRow) line() string {
	l := "(" + r.ID + r.URL + ")"
	if r.Text != "" {
		l = r.Text + " " + l
	}
	if r.Count > 1 {
		l += fmt.Sprintf(" ×%d", r.Count)
	}
	return article.Guard(l)
}

// A linkDesk turns the links of one page into ids, for one reply.
type linkDesk struct {
	f       *fetching
	doc     *article.Document
	printed map[string]bool // ids: several addresses may lead to one
	pages   int             // other pages that were read for their anchors
	missing int
}

// wanted reports links of the kind to list that can be opened.
func (d *linkDesk) wanted(l *article.Link) bool {
	switch d.f.linkKind {
	case linksExternal:
		return l.Kind == article.External
	case linksMedia:
		return l.Kind == article.Media && l.Path != ""
	}
	return l.Path != "" && (l.Kind == article.Internal || l.Kind == article.InCategory || l.Kind == article.Related)
}

// row is a link as data. It is empty for links that lead nowhere, and for those that the reply has already.
func (d *linkDesk) row(ctx context.Context, l *article.Link) (linkRow, error) {
	if !d.wanted(l) {
		return linkRow{}, nil
	}
	if d.f.linkKind == linksExternal {
		return d.external(l), nil
	}
	id, err := d.id(ctx, l)
	if err != nil {
		return linkRow{}, err
	}
	if id == "" {
		d.missing++
		return linkRow{}, ctx.Err()
	}
	if d.printed[id] {
		return linkRow{}, nil
	}
	d.printed[id] = true
	return linkRow{ID: id, Text: plain(l.Text), Count: l.Count}, nil
}

// external is a link out of the archive; the address is text, for people to open.
func (d *linkDesk) external(l *article.Link) linkRow {
	u := article.WebAddress(l.URL)
	if u == "" || d.printed[u] {
		return linkRow{}
	}
	d.printed[u] = true
	return linkRow{URL: u, Text: plain(l.Text), Count: l.Count}
}

// id is what fetch opens the link's target with, empty when the archive has no such entry. A redirect keeps its own id, which
// leads on. The fragment is a part of it only when the target has a section of that name: fetch refuses others, where a
// browser would show the top of the page.
func (d *linkDesk) id(ctx context.Context, l *article.Link) (string, error) {
	e, err := d.entry(ctx, l)
	if errors.Is(err, zim.ErrNotFound) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	anchor, err := d.anchor(ctx, e, l.Fragment)
	return shownID(search.Hit{Archive: d.f.found.Hit.Archive, Edition: d.f.found.Edition, Namespace: e.Namespace(), Path: e.Path()}, anchor), err
}

// entry looks a link's target up: without its query, then with it, since a crawled page may be stored under either.
func (d *linkDesk) entry(ctx context.Context, l *article.Link) (zim.Entry, error) {
	a := d.f.found.Archive
	e, err := a.LookupContent(ctx, l.Path)
	if errors.Is(err, zim.ErrNotFound) && l.Query != "" {
		return a.LookupContent(ctx, l.Path+"?"+l.Query)
	}
	return e, err
}

// Bounds of the pages that are read only to know their anchors, for one reply.
const (
	maxAnchorPages = 16
	maxAnchorBytes = 1 << 20
)

// anchor returns fragment when the entry's page has a place of that name, else "".
func (d *linkDesk) anchor(ctx context.Context, e zim.Entry, fragment string) (string, error) {
	if fragment == "" || strings.ContainsAny(fragment, "\n\r") {
		return "", nil
	}
	doc, err := d.page(ctx, e)
	if err != nil || doc == nil {
		return "", err
	}
	p, ok := doc.Locate(fragment, 0)
	if !ok {
		return "", nil
	}
	return p.Anchor, nil
}

// page is the document of an entry, nil when it cannot have anchors or is not worth reading for them. Damage of a page that
// is only linked is no failure of this call.
func (d *linkDesk) page(ctx context.Context, e zim.Entry) (*article.Document, error) {
	// Redirects are followed only to find the page with the anchor; the id keeps the redirect, whose title may say more.
	item, err := e.Resolve(ctx)
	if err != nil {
		return nil, ctx.Err()
	}
	if item.Entry().Index() == d.f.found.Item.Entry().Index() {
		return d.doc, nil
	}
	mime, err := item.MIMEType()
	if err != nil || kindOf(mime, item.Entry().Path()) != kindHTML {
		return nil, ctx.Err()
	}
	if doc, ok := d.f.s.documents.kept(documentKey{factKeyOf(d.f.found.Status), item.Entry().Index()}); ok {
		return doc, nil
	}
	if size, err := item.Size(ctx); err != nil || size > maxAnchorBytes || d.pages == maxAnchorPages {
		return nil, ctx.Err()
	}
	d.pages++
	doc, err := d.f.load(ctx, item, kindHTML)
	if err != nil {
		return nil, ctx.Err()
	}
	return doc, nil
}
