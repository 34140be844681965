package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/openzim-mcp/openzim-mcp/policy"
	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/article"
	"github.com/openzim-mcp/openzim-mcp/zim/search"
)

// render turns an entry into the text of the view that was asked for. It fails, and says which view would do, for what is
// no text.
func (c *readCmd) render(ctx context.Context, found *search.Found, data []byte, o *entryOut) error {
	switch {
	case c.View == "raw":
		o.Text = string(data)
		return nil
	case c.View == "html" && !isHTML(found.MIME):
		return fmt.Errorf("the entry is %s and not HTML; print it with --view text or --view raw", orDash(line(found.MIME)))
	case c.View == "html":
		page, err := article.Sanitize(ctx, data, nil)
		if err != nil {
			return err
		}
		o.Text = page.Text
		return nil
	}
	doc, err := parsePage(ctx, found, data)
	if err != nil {
		return err
	}
	r := reading{c: c, found: found, doc: doc, out: o}
	return r.view(ctx)
}

// isHTML judges by the MIME type.
func isHTML(mime string) bool {
	kind, _, _ := strings.Cut(strings.ToLower(mime), ";")
	return kind == "text/html" || kind == "application/xhtml+xml"
}

// parsePage reads an entry as a document.
func parsePage(ctx context.Context, found *search.Found, data []byte) (*article.Document, error) {
	if isHTML(found.MIME) {
		o, err := found.PageOptions(ctx)
		if err != nil {
			return nil, err
		}
		return article.Parse(ctx, data, o)
	}
	// By type, as the tool does: subtitles with their times, data in a fence.
	if doc := article.FromBytes(data, found.MIME, found.Path); doc != nil {
		return doc, nil
	}
	if utf8.Valid(data) { // metadata and the like, whose type says nothing
		return article.FromText(string(data)), nil
	}
	return nil, fmt.Errorf("the entry is %s, which is not text; save it with --view raw > FILE", orDash(line(found.MIME)))
}

// A reading is a document on its way to the reader.
type reading struct {
	c     *readCmd
	found *search.Found
	doc   *article.Document
	out   *entryOut
	place article.Place // what the entry's anchor names, all of it without one
}

// view fills in the text.
func (r *reading) view(ctx context.Context) error {
	if err := r.locate(); err != nil {
		return err
	}
	switch r.c.View {
	case "outline":
		return r.outline()
	case "links":
		return r.links(ctx)
	case "references":
		return r.lines(r.doc.ReferencesDocument(), "the page has no references")
	case "tables":
		if r.place.Table < 0 {
			return r.lines(r.doc.TablesDocument(), "the page has no tables of data")
		}
	}
	switch {
	case r.place.Table >= 0:
		return r.table()
	case r.c.Find != "":
		return r.passages(ctx)
	case r.c.View == "section": // of a section that is only a heading, its first subsection comes along
		own, _ := r.doc.Own(r.place.Section)
		return r.show(r.doc, own)
	}
	return r.show(r.doc, r.place.Range)
}

// locate finds the section or table that was typed behind '#'.
func (r *reading) locate() error {
	r.place = article.Place{Range: r.doc.Whole(), Table: -1}
	anchor := r.found.Anchor
	if anchor == "" && r.found.Block == 0 {
		return nil
	}
	p, ok := r.doc.Locate(anchor, r.found.Block)
	if !ok {
		return r.noSection(anchor)
	}
	r.place, r.out.Section = p, p.Title
	if p.Table >= 0 && r.doc.Tables[p.Table].Caption != "" {
		r.out.Section = r.doc.Tables[p.Table].Caption
	}
	return nil
}

// noSection says which sections are near.
func (r *reading) noSection(anchor string) error {
	names := map[string]string{}
	var list []string
	for _, s := range r.doc.Sections[1:] {
		for _, n := range []string{s.Title, s.Anchor} {
			if names[n] == "" {
				names[n] = s.Anchor
				list = append(list, n)
			}
		}
	}
	text := fmt.Sprintf("the page has no section %q", line(anchor))
	var near []string
	// Title and anchor of one section are often both near, and one is enough.
	for _, n := range policy.Nearest(anchor, list, 6) {
		if id := "#" + line(names[n]); !slices.Contains(near, id) && len(near) < 3 {
			near = append(near, id)
		}
	}
	if len(near) > 0 {
		text += "; near are: " + strings.Join(near, ", ")
	}
	return errors.New(text + "; --view outline lists them")
}

// show fills in a part of a document, within the size that was asked for.
func (r *reading) show(doc *article.Document, part article.Range) error {
	if r.c.MaxTokens == 0 {
		r.out.Text = doc.Text(part)
		return nil
	}
	text, _, done := doc.Page(part, r.c.MaxTokens)
	r.out.Text, r.out.Left = text, !done
	return nil
}

// lines fills in a list, of which --find keeps the lines with all its words. Of an empty one it says why.
func (r *reading) lines(doc *article.Document, none string) error {
	// All words in any order, in any case: as find does in the tool for lists.
	if words := strings.Fields(strings.ToLower(r.c.Find)); len(words) > 0 && r.place.Table < 0 {
		part := article.FromLines(doc.Profile, nil)
		for _, b := range doc.Blocks {
			if holdsAll(strings.ToLower(b.Text), words) {
				part.Blocks = append(part.Blocks, b)
			}
		}
		doc, none = part, "no line has all of these words"
	}
	if len(doc.Blocks) == 0 {
		return errors.New(none)
	}
	return r.show(doc, doc.Whole())
}

func holdsAll(text string, words []string) bool {
	for _, w := range words {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}

// table prints a table, or those of its rows that have all words of --find.
func (r *reading) table() error {
	doc := r.doc.TableDocument(r.place.Table, r.c.Find)
	isRow := func(b article.Block) bool { return b.Kind == article.Row }
	if r.c.Find != "" && !slices.ContainsFunc(doc.Blocks, isRow) {
		return errors.New("no row has all of these words")
	}
	return r.show(doc, doc.Whole())
}

// outline lists the sections, of a section those below it.
func (r *reading) outline() error {
	var lines []string
	for i, l := range r.doc.Outline() {
		if s := r.doc.Sections[i+1]; s.Start >= r.place.Range.From.Block && s.Start < r.place.Range.To {
			lines = append(lines, l)
		}
	}
	// The document only serves --max-tokens and --find; its lines are not converted again.
	list := article.FromLines(r.doc.Profile, lines)
	for i := range list.Blocks { // lines are written without the white space around them
		b := &list.Blocks[i]
		b.First = b.Text[:len(b.Text)-len(strings.TrimLeft(b.Text, " "))]
		b.Text = b.Text[len(b.First):]
	}
	return r.lines(list, "the page has no sections")
}

// links lists what the page leads to, as read takes it. What the archive lacks is marked.
func (r *reading) links(ctx context.Context) error {
	var failed error
	list := r.doc.LinksDocument(func(l *article.Link) string {
		if l.Path == "" || failed != nil {
			return article.LinkTarget(l)
		}
		id, err := r.id(ctx, l)
		failed = err
		return id
	})
	if failed != nil {
		return failed
	}
	return r.lines(list, "the page has no links")
}

// id is what opens a link's target when it is typed behind the file, with a mark when nothing does.
func (r *reading) id(ctx context.Context, l *article.Link) (string, error) {
	if article.LinkTarget(l) == "" {
		return "", nil
	}
	e, err := r.found.Archive.LookupContent(ctx, l.Path)
	switch {
	case errors.Is(err, zim.ErrNotFound):
		return typed(0, l.Path, l.Fragment) + ", not in this archive", nil
	case err != nil:
		return "", err
	}
	return typed(e.Namespace(), e.Path(), l.Fragment), nil
}

// typed is an id without the archive's name.
func typed(ns byte, path, anchor string) string {
	return strings.TrimPrefix(policy.FormatID(oneArchive, ns, path, anchor), oneArchive+"/")
}

// passages fills in the passages that answer --find best, each under the place that opens it.
func (r *reading) passages(ctx context.Context) error {
	const most = 500
	parts, _, err := search.Within(ctx, r.doc, r.c.Find, r.found.Status.Meta.Language, most)
	if err != nil {
		return err
	}
	// The first is printed whatever its size, so that there is an answer at all.
	var b strings.Builder
	for i, p := range parts {
		if p.Range.From.Block < r.place.Range.From.Block || p.Range.To > r.place.Range.To {
			continue
		}
		id := policy.ID{Archive: oneArchive, Path: r.found.Path, Anchor: p.Anchor, Block: p.Block}
		text := fmt.Sprintf("[%d] %s (%s)\n%s\n\n", i+1, strings.Join(append([]string{line(r.found.Title)}, p.Section...), " > "),
			strings.TrimPrefix(id.String(), oneArchive+"/"), p.Text)
		if r.c.MaxTokens > 0 && b.Len() > 0 && article.Tokens(b.String()+text) > r.c.MaxTokens {
			r.out.Left = true
			break
		}
		b.WriteString(text)
	}
	if r.out.Text = b.String(); r.out.Text == "" {
		return errors.New("no passage has any of these words")
	}
	return nil
}
