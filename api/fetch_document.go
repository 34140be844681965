package api

import (
	"context"

	"github.com/openzim-mcp/openzim-mcp/policy"
	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/article"
	"github.com/openzim-mcp/openzim-mcp/zim/search"
)

// document renders the views of what can be read as text.
func (f *fetching) document(ctx context.Context, kind entryKind) error {
	doc, err := f.load(ctx, f.found.Item, kind)
	if err != nil {
		return err
	}
	if to := f.refresh(ctx, doc); to != nil {
		return f.follow(ctx, to, doc)
	}
	if err := f.introduce(ctx, doc); err != nil {
		return err
	}
	// In the other views find selects lines or rows, which each of them does for itself.
	switch f.view {
	case viewText, viewSection:
		if f.find != "" {
			return f.passages(ctx, doc)
		}
	}
	switch f.view {
	case viewOutline:
		return f.outline(doc)
	case viewSection:
		return f.section(doc)
	case viewLinks:
		return f.links(ctx, doc)
	case viewReferences:
		return f.references(doc)
	case viewTables:
		return f.tables(doc)
	}
	// A section of such a page is shown as of any other: its id was asked for.
	if doc.Kind == article.Disambiguation && f.found.Anchor == "" {
		return f.disambiguation(ctx, doc)
	}
	// Only on the first page of the whole: the ids are paid for once.
	if f.found.Anchor == "" && f.found.Block == 0 && !f.cont {
		if err := f.hatnotes(ctx, doc); err != nil {
			return err
		}
	}
	return f.text(doc)
}

// load returns the document of an item of the archive at hand, from the cache if it is there.
func (f *fetching) load(ctx context.Context, item zim.Item, kind entryKind) (*article.Document, error) {
	// The key names this opening of the archive, so a replaced file is never answered from what was kept of the old one.
	key := documentKey{factKeyOf(f.found.Status), item.Entry().Index()}
	return f.s.documents.load(ctx, key, func(ctx context.Context) (*article.Document, error) {
		return f.parse(ctx, item, kind)
	})
}

// parse reads an item as its kind of text.
func (f *fetching) parse(ctx context.Context, item zim.Item, kind entryKind) (*article.Document, error) {
	page, err := readItem(ctx, item)
	if err != nil {
		return nil, err
	}
	if kind == kindHTML {
		o, err := f.s.engine.PageOptions(ctx, f.found.Archive, f.found.Status, item.Entry().Path())
		if err != nil {
			return nil, err
		}
		o.Limits = f.s.opts.Article
		return article.Parse(ctx, page, o)
	}
	mime, err := item.MIMEType()
	if err != nil {
		return nil, err
	}
	doc := article.FromBytes(page, mime, item.Entry().Path())
	if doc == nil { // kindOf asked the same, so the archive was read as another
		return nil, zim.ErrCorrupt
	}
	return doc, nil
}

// introduce says what the page is, beside its text: kind, title, address, licence, what was cut.
func (f *fetching) introduce(ctx context.Context, doc *article.Document) error {
	if f.data.Size > maxRead {
		f.cut(string(article.CutBytes))
	}
	f.cut(string(doc.Cut))
	if t := short(doc.Title); t != "" && f.found.Title == f.found.Path {
		f.data.Title = t // the archive stores no title, the page has one
	}
	f.data.URL = pageURL(f.found.Hit, f.found.Status, doc.Canonical, "")
	if doc.Kind != article.Article {
		f.data.Kind = doc.Kind.String()
	}
	f.data.Description, f.data.Coordinates = short(doc.Description), short(doc.Coordinates)
	f.data.Attribution = short(doc.License)
	// The metadata of many archives have no licence, while the scraper wrote it at the foot of every page.
	if p := &f.data.Provenance[0]; p.License == "" {
		name, _ := licenseName(article.PlainLine(doc.License))
		p.License = short(name)
		f.source(*p)
	}
	switch doc.Kind {
	case article.Placeholder:
		f.data.Reason = "not_in_archive"
		f.reply.notice("the archive lacks this page: it could not be read when the archive was made")
	case article.Redirect:
		return f.leadsOn(ctx, doc)
	}
	return nil
}

// leadsOn says where a page leads whose reader was not sent on: because the archive lacks the target, or because the reader
// was sent here already.
func (f *fetching) leadsOn(ctx context.Context, doc *article.Document) error {
	if doc.Redirect == "" {
		return nil
	}
	f.data.Reason = "redirect"
	desk := &linkDesk{f: f, doc: doc}
	switch id, err := desk.id(ctx, &article.Link{Target: article.Target{Path: doc.Redirect}}); {
	case err != nil:
		return err
	case id != "":
		f.reply.notice("this page only leads on; fetch " + id)
	default:
		f.reply.notice("this page only leads to " + article.Clip(article.PlainLine(doc.Redirect), 100) + ", which the archive does not hold")
	}
	return nil
}

// refresh finds where a page without content sends its reader, inside the archive.
func (f *fetching) refresh(ctx context.Context, doc *article.Document) *search.Found {
	// A page with text of its own is worth reading, whatever its head says; and one step is enough: two are a ring or a trap.
	if doc.Redirect == "" || article.Tokens(doc.Text(doc.Whole())) > 60 || f.moved != "" {
		return nil
	}
	id := policy.ID{Archive: f.found.Hit.Archive, Edition: f.found.Edition, Path: doc.Redirect, Anchor: f.found.Anchor, Block: f.found.Block}
	to, err := f.s.engine.Resolve(ctx, id)
	// What leads nowhere or to itself is shown as it is; introduce says so.
	if err != nil || to.Namespace == f.found.Namespace && to.Path == f.found.Path {
		if to != nil {
			to.Close()
		}
		return nil
	}
	return to
}

// follow goes on with the entry that a page sends its reader to, once, and keeps both titles.
func (f *fetching) follow(ctx context.Context, to *search.Found, doc *article.Document) error {
	f.moved = f.data.Title
	if t := short(doc.Title); t != "" {
		f.moved = t
	}
	f.found.Close()
	f.found = to
	return f.run(ctx)
}
