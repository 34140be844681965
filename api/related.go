package api

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/openzim-mcp/openzim-mcp/zim/article"
	"github.com/openzim-mcp/openzim-mcp/zim/search"
)

type relatedInput struct {
	ID        string `json:"id"`
	Direction string `json:"direction"`
	Cursor    string `json:"cursor"`
}

// Directions of related. The first is the default.
const (
	dirSimilar  = "similar"
	dirInbound  = "inbound"
	dirEditions = "editions"
)

// relatedTool finds what has to do with an entry.
func (s *Surface) relatedTool() tool {
	return define(tool{
		name: "related", title: "Related articles",
		description: "Find articles on similar things, or that link here, or this article in other archives.",
		input: `{"type":"object","properties":{
"id":{"type":"string"},
"direction":{"type":"string","enum":["similar","inbound","editions"],"default":"similar"},
"cursor":{"type":"string"}},
"required":["id"],"additionalProperties":false}`,
		example: `{"id":"archive/path"}`, output: outputSchema[relatedData](),
	}, s.related)
}

const (
	relatedTokens = 1200 // of a reply
	relatedRows   = 10   // similar articles in one reply
	inboundRows   = 100  // pages looked up for one reply
)

// relatedData is the structured form of a reply of related.
type relatedData struct {
	ID         string       `json:"id"`    // of the entry asked for
	Title      string       `json:"title"` // of it
	Direction  string       `json:"direction"`
	Results    []relatedRow `json:"results"`          // best first
	Total      int          `json:"total"`            // of the same direction, in all replies together
	Method     string       `json:"method,omitempty"` // of similar: text, or links where the archive has no index of its text
	Provenance []provenance `json:"provenance"`       // of the archives that appear
	NextCursor string       `json:"next_cursor,omitempty"`
	Reason     string       `json:"reason,omitempty"` // why there are no results
	Trust      string       `json:"trust"`
}

// A relatedRow is an article as data.
type relatedRow struct {
	ID       string   `json:"id"`
	Title    string   `json:"title"`
	Why      string   `json:"why"`
	Words    []string `json:"words,omitempty"`     // that both have
	LinksTo  int      `json:"links_to,omitempty"`  // links from the entry asked for to this one
	LinksIn  int      `json:"links_in,omitempty"`  // links from this one to the entry asked for
	LinkText string   `json:"link_text,omitempty"` // of the first of them
	Anchor   string   `json:"anchor,omitempty"`    // where in the entry asked for they lead
}

// A relating is one call of related under way.
type relating struct {
	*fetching // of the entry asked for; its view is the direction
	data      *relatedData
	what      [8]byte // that cursors belong to: the entry as it was asked for
	offset    int
}

// related parses the arguments, finds the entry and lists what has to do with it.
func (s *Surface) related(ctx context.Context, in relatedInput) (*reply, error) {
	id, err := s.opts.Limits.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	budget, err := s.budget(0, min(relatedTokens, s.opts.Limits.Tokens))
	if err != nil {
		return nil, err
	}
	found, err := s.engine.Resolve(ctx, id)
	if err != nil {
		return nil, err
	}
	r := &relating{fetching: &fetching{s: s, found: found, view: in.Direction, total: budget}}
	defer func() { r.found.Close() }()
	r.what = r.subject()
	if err = r.open(in.Cursor); err == nil {
		err = r.run(ctx)
	}
	if err != nil {
		s.lib.ReportError(r.found.Status.Ref(), err)
		if none := (*search.NoLinkIndex)(nil); errors.As(err, &none) { // the operator can do something about it
			s.opts.Logger.InfoContext(ctx, "no link index", "archive", r.found.Status.Ref(), "reason", none.Reason)
		}
		return nil, err
	}
	return r.reply, nil
}

// run answers for the entry found, or for the one that its page sends its reader to.
func (r *relating) run(ctx context.Context) error {
	if r.view == "" {
		r.view = dirSimilar
	}
	kind := kindOf(r.found.MIME, r.found.Path)
	var doc *article.Document
	if kind != kindMedia {
		var err error
		if doc, err = r.load(ctx, r.found.Item, kind); err != nil {
			return err
		}
		if to := r.refresh(ctx, doc); to != nil {
			r.found.Close()
			r.found, r.moved = to, plain(doc.Title)
			return r.run(ctx)
		}
	}
	h := r.found.Hit
	r.data = &relatedData{ID: shownID(h, ""), Title: shownTitle(h), Direction: r.view, Results: []relatedRow{}, Provenance: []provenance{}, Trust: untrusted}
	r.reply = &reply{data: r.data}
	if doc == nil && r.view != dirInbound {
		return &Error{Code: InvalidArgument, Field: "id", Reason: "is no page of text; only inbound links are known of it",
			Next: callOf("related", map[string]string{"id": r.data.ID, "direction": dirInbound})}
	}
	r.head()
	return r.list(ctx, doc)
}

// head writes the first line, and says where the entry comes from.
func (r *relating) head() {
	r.provide(provenanceOf(r.found.Status))
	what := map[string]string{dirSimilar: "articles on similar things as ", dirInbound: "pages that link to ", dirEditions: "in other archives: "}[r.view]
	r.reply.body.WriteString(what + article.Guard(r.data.Title) + "\n\n")
}

// provide names an archive's source once.
func (r *relating) provide(p provenance) {
	if !seen(r.data.Provenance, p.Archive, p.Edition) {
		r.data.Provenance = append(r.data.Provenance, p)
		r.reply.provenance = append(r.reply.provenance, p.within(max(r.total/8, 12)))
	}
}

// list asks the engine and writes the rows.
func (r *relating) list(ctx context.Context, doc *article.Document) error {
	switch r.view {
	case dirInbound:
		found, err := r.s.engine.Inbound(ctx, r.found, r.offset, inboundRows)
		if err != nil {
			return err
		}
		r.write(found, r.offset)
		if found.All == 0 {
			return r.none("no_links", "no page of the archive links to it")
		}
	case dirEditions:
		found, err := r.s.engine.Editions(ctx, r.found, doc)
		if err != nil {
			return err
		}
		r.write(found.From(r.offset), r.offset)
		if found.All == 0 {
			return r.none("no_match", "no other archive has it, by its address or its title")
		}
	default:
		found, err := r.s.engine.Similar(ctx, r.found, doc, search.MostSimilar)
		if err != nil {
			return err
		}
		r.data.Method = "text"
		if !found.Texts {
			r.data.Method = "links"
			r.reply.notice("found by links and titles alone: the archive has no full-text index")
		}
		r.write(found.From(r.offset), r.offset)
		if found.All == 0 {
			return r.none("no_match", "nothing similar in the archive")
		}
	}
	return nil
}

// none says why there is nothing to show, which is no error.
func (r *relating) none(reason, notice string) error {
	r.data.Reason = reason
	r.reply.notice(notice)
	return nil
}

// write shows rows while there is room, and gives a cursor for those that are left.
func (r *relating) write(found *search.Relations, offset int) {
	r.data.Total = found.All
	room, shown := r.left()-cursorTokens, 0
	for i := range found.Rows {
		row := r.row(&found.Rows[i])
		if st, ok := found.Archives[refOf(found.Rows[i].Archive, found.Rows[i].Edition)]; ok {
			r.provide(provenanceOf(st))
		}
		line := article.Guard(row.Title+" ("+row.ID+"): "+row.Why) + "\n"
		cost := article.Tokens(line)
		if shown > 0 && (cost > room || r.view == dirSimilar && shown == relatedRows) {
			break
		}
		shown++ // one that is too long by itself is passed over, or the cursor would stand still
		if cost > room {
			continue
		}
		room -= cost
		r.reply.body.WriteString(line)
		r.data.Results = append(r.data.Results, row)
	}
	if offset+shown < found.All && shown > 0 {
		r.next(offset + shown)
	}
}

// row is an article as data.
func (r *relating) row(x *search.Relation) relatedRow {
	row := relatedRow{ID: shownID(x.Hit, ""), Title: shownTitle(x.Hit), LinksTo: x.Out, LinksIn: x.In, LinkText: inLine(x.Text), Anchor: inLine(x.Place)}
	for _, w := range x.Words {
		row.Words = append(row.Words, plain(w))
	}
	row.Why = row.why(x.Way)
	return row
}

// inLine cleans a text from an archive that stands in the middle of a line: what guards the beginnings of lines is not needed.
func inLine(s string) string { return article.Clip(article.PlainLine(s), maxShown) }

// why is the reason in a few words.
func (row *relatedRow) why(way search.Way) string {
	var parts []string
	add := func(format string, args ...any) { parts = append(parts, fmt.Sprintf(format, args...)) }
	if way != "" {
		add("%s", way)
	}
	if len(row.Words) > 0 {
		add("%s", strings.Join(row.Words, ", "))
	}
	if row.LinksTo > 0 {
		add("linked from it")
	}
	switch {
	case row.LinkText != "" && row.LinksIn > 0:
		add("%s, \"%s\"", plural(row.LinksIn, "link"), article.Clip(row.LinkText, 60))
	case row.LinksIn > 0 && len(parts) > 0:
		add("links to it")
	case row.LinksIn > 0:
		add("%s", plural(row.LinksIn, "link"))
	}
	if row.Anchor != "" {
		add("to #%s", article.Clip(row.Anchor, 60))
	}
	return strings.Join(parts, "; ")
}

// open reads the cursor, if there is one.
func (r *relating) open(text string) error {
	if text == "" {
		return nil
	}
	info := r.found.Archive.Info()
	c, ok := r.s.cursor.decode(text, info)
	switch {
	case !ok:
		return r.badCursor("is not one that was given out for this archive; start again without it")
	case c.use.Tool != "related":
		return r.badCursor("belongs to another tool")
	case c.archive != ownerOf(info.UUID):
		return r.badCursor("belongs to another archive or to an edition that was replaced; start again without it")
	case c.what != r.what:
		return r.badCursor("belongs to another entry; send all arguments it came with, or start again without it")
	case r.view != "" && r.view != c.use.View:
		return r.badCursor("belongs to direction " + c.use.View + "; start again without it")
	}
	r.view, r.offset = c.use.View, c.Block
	return nil
}

// badCursor is an error that offers the same call without the cursor.
func (r *relating) badCursor(reason string) error {
	next := map[string]string{"id": shownID(r.found.Hit, "")}
	if r.view != "" {
		next["direction"] = r.view
	}
	return &Error{Code: BadCursor, Field: "cursor", Reason: reason, Next: callOf("related", next)}
}

// next gives out a cursor.
func (r *relating) next(at int) {
	info := r.found.Archive.Info()
	r.data.NextCursor = r.s.cursor.encode(cursor{use: cursorUse{"related", r.view}, archive: ownerOf(info.UUID), what: r.what, Block: at}, info)
	r.reply.notice("next_cursor: " + r.data.NextCursor)
}
