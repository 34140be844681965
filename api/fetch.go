package api

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/openzim-mcp/openzim-mcp/policy"
	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/article"
	"github.com/openzim-mcp/openzim-mcp/zim/search"
)

type fetchInput struct {
	ID        string `json:"id"`
	Find      string `json:"find"`
	View      string `json:"view"`
	Cursor    string `json:"cursor"`
	MaxTokens int    `json:"max_tokens"`
}

// Views of fetch. The first is the default.
const (
	viewText       = "text"
	viewOutline    = "outline"
	viewSection    = "section"
	viewLinks      = "links"
	viewReferences = "references"
	viewTables     = "tables"
	viewHTML       = "html"
	viewRaw        = "raw"
)

// fetchTool reads one entry.
func (s *Surface) fetchTool() tool {
	return define(tool{
		name: "fetch", title: "Read an article",
		description: "Read an article or one section as Markdown. A long article returns its lead, an outline with section ids, and a " +
			"cursor; use find to get only the parts that match some words.",
		input: fmt.Sprintf(`{"type":"object","properties":{
"id":{"type":"string","description":"An id from search, archive/path#section, a title or a web address."},
"find":{"type":"string","description":"Return only its passages that match these words."},
"view":{"type":"string","enum":["text","outline","section","links","references","tables","html","raw"],"default":"text"},
"cursor":{"type":"string","description":"next_cursor of the previous reply."},
"max_tokens":{"type":"integer","minimum":100,"maximum":%d,"default":%d}},
"required":["id"],"additionalProperties":false}`, s.opts.Limits.Tokens, min(fetchTokens, s.opts.Limits.Tokens)),
		example: `{"id":"archive/path"}`, output: outputSchema[fetchData](),
	}, s.fetch)
}

// fetchTokens is the default size of a reply of fetch, where the operator's limits allow it.
const fetchTokens = 1500

// fetchData is the structured form of a reply of fetch; the text itself is only in the text block.
type fetchData struct {
	ID          string       `json:"id"`             // opens this entry, and the section or table if one was asked for
	Title       string       `json:"title"`          // of the entry; of the page when the archive stores none
	From        string       `json:"from,omitempty"` // title of the redirect that was asked for
	URL         string       `json:"url"`            // for people: the original's address, else a zim:// URI; never empty
	Archive     string       `json:"archive"`
	Provenance  []provenance `json:"provenance"`            // of the one archive; a list as in search
	Attribution string       `json:"attribution,omitempty"` // what the page itself says of source and licence
	MIME        string       `json:"mime"`                  // as the archive has it, cleaned
	Size        int64        `json:"size"`                  // bytes of the entry
	Width       int          `json:"width,omitempty"`       // of a picture, in pixels, when its header tells
	Height      int          `json:"height,omitempty"`
	View        string       `json:"view"`                  // the one that was given, also when the cursor chose it
	Kind        string       `json:"kind,omitempty"`        // what the page is, when it is no plain article
	Description string       `json:"description,omitempty"` // short, as the page carries it
	Coordinates string       `json:"coordinates,omitempty"` // "latitude, longitude", as the page carries them
	Section     string       `json:"section,omitempty"`     // title of the section or table that was asked for
	Sections    []section    `json:"sections,omitempty"`    // in an outline and on the first page of a long article
	Links       []linkRow    `json:"links,omitempty"`       // in view links, those of the text
	Counts      *linkCounts  `json:"link_counts,omitempty"` // in view links, of the whole page by kind
	Tables      []tableRow   `json:"tables,omitempty"`      // in view tables, those of the text
	Options     []option     `json:"options,omitempty"`     // of a disambiguation page, those of the text
	Passages    []passage    `json:"passages,omitempty"`    // with find, those of the text
	Previous    string       `json:"previous,omitempty"`    // id of the section before
	Following   string       `json:"following,omitempty"`   // id of the section after
	NextCursor  string       `json:"next_cursor,omitempty"` // empty when nothing is left
	Cut         string       `json:"cut,omitempty"`         // what a limit removed for good
	Reason      string       `json:"reason,omitempty"`      // why there is nothing to show
	Text        string       `json:"text,omitempty"`        // what was read, where the operator wants it here too
	Trust       string       `json:"trust"`
}

// A fetching is one call of fetch under way.
type fetching struct {
	s     *Surface
	found *search.Found // held open until the call ends; follow replaces it
	view  string
	find  string // words to look for within the entry, "" for none

	linkKind string // of view links; "" means linksInternal
	from     cursor
	cont     bool // from is a cursor of an earlier reply
	anchor   string
	total    int // tokens of the whole reply
	reply    *reply
	data     *fetchData
	moved    string // title of the page whose refresh led here
}

// fetch parses the arguments, finds the entry and renders it. Damage met on the way is reported to the library, which may
// then stop serving the archive.
func (s *Surface) fetch(ctx context.Context, in fetchInput) (*reply, error) {
	return s.fetchLinks(ctx, in, "")
}

// fetchLinks is fetch with the kind of links that view links lists.
func (s *Surface) fetchLinks(ctx context.Context, in fetchInput, linkKind string) (*reply, error) {
	id, err := s.opts.Limits.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	find, err := policy.ParseText("find", in.Find, s.opts.Limits)
	if err != nil {
		return nil, err
	}
	budget, err := s.budget(in.MaxTokens, fetchTokens)
	if err != nil {
		return nil, err
	}
	found, err := s.engine.Resolve(ctx, id)
	if err != nil {
		return nil, err
	}
	f := &fetching{s: s, found: found, view: in.View, find: find, total: budget, linkKind: linkKind}
	defer func() { f.found.Close() }()
	if in.Cursor != "" {
		err = f.open(in.Cursor)
	}
	if f.view == "" {
		f.view = viewText
	}
	if err == nil {
		err = f.run(ctx)
	}
	if err != nil {
		s.lib.ReportError(f.found.Status.Ref(), err)
		return nil, err
	}
	return f.reply, nil
}

// run reads the entry and renders the view.
func (f *fetching) run(ctx context.Context) error {
	if err := f.describe(ctx); err != nil {
		return err
	}
	kind := kindOf(f.found.MIME, f.found.Path)
	switch {
	case f.find != "" && (kind == kindMedia || f.view == viewHTML || f.view == viewRaw):
		return &Error{Code: InvalidArgument, Field: "find", Reason: "needs a page of text, in a view other than html and raw",
			Next: callOf("fetch", map[string]string{"id": shownID(f.found.Hit, "")})}
	case kind == kindMedia:
		return f.media(ctx)
	case f.view == viewRaw:
		return f.raw(ctx)
	case kind == kindHTML && f.view == viewHTML:
		return f.html(ctx)
	case f.view == viewHTML:
		return &Error{Code: InvalidArgument, Field: "view", Reason: "html needs an HTML page; this entry is " + short(f.found.MIME),
			Allowed: []string{viewText, viewRaw}, Next: callOf("fetch", map[string]string{"id": shownID(f.found.Hit, "")})}
	}
	return f.document(ctx, kind)
}

// describe fills in what every view says: archive, title, id, size.
func (f *fetching) describe(ctx context.Context) error {
	size, err := f.found.Item.Size(ctx)
	if err != nil {
		return err
	}
	p := []provenance{provenanceOf(f.found.Status)}
	f.data = &fetchData{ID: shownID(f.found.Hit, ""), Title: shownTitle(f.found.Hit), Archive: string(f.found.Hit.Archive), Provenance: p,
		MIME: short(f.found.MIME), Size: size, View: f.view, URL: pageURL(f.found.Hit, f.found.Status, "", ""), Trust: untrusted}
	if f.found.From != "" && short(f.found.From) != f.data.Title {
		f.data.From = short(f.found.From)
	}
	if f.moved != "" {
		f.data.From = f.moved
	}
	f.reply = &reply{data: f.data}
	f.source(p[0])
	return nil
}

// source says where the text comes from. The licence is shortened to its name: the data has all of it.
func (f *fetching) source(p provenance) {
	f.reply.provenance = []provenance{p.within(max(f.total/8, 12))}
}

// begin writes the first line of the body: the title, the section, and the title that was asked for if it was another. In a
// small reply the line takes at most a fifth.
func (f *fetching) begin() {
	h := "# " + f.data.Title
	if f.data.Section != "" {
		h += " > " + f.data.Section
	}
	if f.data.From != "" {
		h += " (from \"" + f.data.From + "\")"
	}
	for n := 160; article.Tokens(h) > f.total/5 && n > 10; n /= 2 {
		h = article.Clip(h, n)
	}
	f.reply.body.WriteString(h + "\n\n")
}

// left is the size that the reply may still grow by, in tokens.
func (f *fetching) left() int { return f.total - article.Tokens(f.reply.text()) - 4 }

// remark adds a notice that a small reply has no room for; the data says the same.
func (f *fetching) remark(line string) {
	if article.Tokens(line) < f.total/15 {
		f.reply.notice(line)
	}
}

// maxRead bounds the bytes of an entry that are read to be shown: of longer ones the beginning.
const maxRead = 8 << 20

// read returns the entry's bytes, at most maxRead of them, and says when there are more.
func (f *fetching) read(ctx context.Context) ([]byte, error) {
	if f.data.Size > maxRead {
		f.cut(string(article.CutBytes))
	}
	return readItem(ctx, f.found.Item)
}

// readItem returns the bytes of an item, of a long one the first maxRead.
func readItem(ctx context.Context, item zim.Item) ([]byte, error) {
	if size, err := item.Size(ctx); err != nil || size <= maxRead {
		if err != nil {
			return nil, err
		}
		return item.Bytes(ctx)
	}
	c, err := item.Open(ctx)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	return io.ReadAll(io.LimitReader(c, maxRead))
}

// cut tells what is missing.
func (f *fetching) cut(what string) {
	if what != "" && f.data.Cut == "" {
		f.data.Cut = what
		f.reply.notice(what)
	}
}

// empty says why there is nothing to show, which is no error.
func (f *fetching) empty(reason, notice string) error {
	f.data.Reason = reason
	f.reply.notice(notice)
	return nil
}

// raw shows the entry's own text in a fence.
func (f *fetching) raw(ctx context.Context) error {
	b, err := f.read(ctx)
	if err != nil {
		return err
	}
	return f.listing(article.FromSource(string(b), fenceName(f.found.MIME)))
}

// html shows the page made harmless, in a fence.
func (f *fetching) html(ctx context.Context) error {
	b, err := f.read(ctx)
	if err != nil {
		return err
	}
	h, err := article.Sanitize(ctx, b, &article.Options{Path: f.found.Path, Limits: f.s.opts.Article})
	if errors.Is(err, article.ErrTooDeep) {
		return &Error{Code: TooLarge, Field: "view", Reason: "the page is nested too deeply for this view", Allowed: []string{viewText, viewOutline, viewRaw},
			Next: callOf("fetch", map[string]string{"id": shownID(f.found.Hit, ""), "view": viewOutline})}
	}
	if err != nil {
		return err
	}
	f.cut(string(h.Cut))
	return f.listing(h.Document())
}

// listing shows a document that is one listing. It has no sections, so an anchor in the id is passed over.
func (f *fetching) listing(doc *article.Document) error {
	if err := f.bind(""); err != nil {
		return err
	}
	f.begin()
	return f.page(doc, article.View{}, doc.Whole())
}
