package api

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/openzim-mcp/openzim-mcp/policy"
	"github.com/openzim-mcp/openzim-mcp/zim/article"
)

// text renders the article, a section of it, or the page a cursor leads to.
func (f *fetching) text(doc *article.Document) error {
	r, title, err := f.rangeOf(doc)
	if err != nil {
		return err
	}
	r.From.Block = min(r.From.Block, len(doc.Blocks))
	f.reply.body.WriteString(f.heading(title) + "\n\n")
	if len(doc.Blocks) == 0 {
		f.reply.notice("this entry has no text")
		return nil
	}
	f.headline(doc, r)
	whole := r == doc.Whole()
	text, next, done := doc.Page(r, f.budget)
	if !done && whole {
		text, next = f.leadAndOutline(doc)
	} else if !done {
		text, next, _ = doc.Page(r, f.budget-cursorTokens)
	}
	f.reply.body.WriteString(text)
	if !done {
		f.next(next.Block, next.Offset, r.To)
	}
	return nil
}

// headline shows the page's own heading where it differs from the entry's title.
func (f *fetching) headline(doc *article.Document, r article.Range) {
	own := short(doc.Heading)
	if own == "" || r != doc.Whole() || strings.EqualFold(own, f.data.Title) {
		return
	}
	line := "**" + own + "**\n\n"
	f.reply.body.WriteString(line)
	f.budget -= article.Tokens(line)
}

// cursorTokens is what a cursor and its notice take.
const cursorTokens = 90

// rangeOf finds the part of the document to show: from the cursor, of the section, else all.
func (f *fetching) rangeOf(doc *article.Document) (r article.Range, title string, err error) {
	r = doc.Whole()
	if f.cont {
		r.From = article.Pos{Block: f.from.Block, Offset: f.from.Off}
		if f.from.End > 0 {
			r.To = f.from.End
		}
		return r, "", nil
	}
	if f.found.Anchor == "" {
		return r, "", nil
	}
	i, ok := doc.Find(f.found.Anchor)
	if !ok {
		return r, "", f.noSection(doc)
	}
	f.neighbours(doc, i)
	sec := doc.Sections[i]
	r = doc.Within(i)
	if skip := max(f.found.Block, 1); sec.Start+skip < r.To { // the heading stands in the first line already
		r.From.Block = sec.Start + skip
	}
	f.data.Section = short(sec.Title)
	f.data.ID = shownID(f.found.Hit, sec.Anchor)
	f.data.URL = pageURL(f.found.Hit, f.found.Status, doc.Canonical, sec.Anchor)
	return r, f.data.Section, nil
}

// neighbours names the sections before and after.
func (f *fetching) neighbours(doc *article.Document, i int) {
	var line []string
	if i > 1 {
		f.data.Previous = shownID(f.found.Hit, doc.Sections[i-1].Anchor)
		line = append(line, "previous: #"+doc.Sections[i-1].Anchor)
	}
	if i+1 < len(doc.Sections) {
		f.data.Following = shownID(f.found.Hit, doc.Sections[i+1].Anchor)
		line = append(line, "next: #"+doc.Sections[i+1].Anchor)
	}
	if len(line) > 0 && article.Tokens(strings.Join(line, "  ")) < 60 {
		f.reply.notice(strings.Join(line, "  "))
		f.budget -= article.Tokens(strings.Join(line, "  ")) + 2
	}
}

// noSection is the error of an unknown anchor, with the nearest ones.
func (f *fetching) noSection(doc *article.Document) error {
	e := &Error{Code: NotFound, Field: "id", Reason: "the article has no section " + quoted(f.found.Anchor),
		Next: callOf("fetch", map[string]string{"id": shownID(f.found.Hit, ""), "view": viewOutline})}
	for _, sec := range doc.Sections[1:min(len(doc.Sections), maxOptions)] {
		e.Allowed = append(e.Allowed, "#"+sec.Anchor)
	}
	var names []string
	byName := map[string]string{}
	for _, sec := range doc.Sections[1:] {
		for _, n := range []string{sec.Title, sec.Anchor} {
			if _, ok := byName[n]; !ok {
				byName[n] = sec.Anchor
				names = append(names, n)
			}
		}
	}
	for _, n := range policy.Nearest(f.found.Anchor, names, 6) {
		if id := shownID(f.found.Hit, byName[n]); !slices.Contains(e.DidYouMean, id) && len(e.DidYouMean) < 3 {
			e.DidYouMean = append(e.DidYouMean, id)
		}
	}
	return e
}

// leadAndOutline is the first page of an article that is too long: the lead, the outline, and sections from the top.
func (f *fetching) leadAndOutline(doc *article.Document) (string, article.Pos) {
	budget := f.budget - cursorTokens
	outline := outlineText(doc, budget/3)
	budget -= article.Tokens(outline)
	lead, next, done := doc.Page(article.Range{To: doc.Sections[0].Own}, budget)
	budget -= article.Tokens(lead)
	f.sections(doc)
	if !done {
		return lead + "\n\n" + outline, next
	}
	text := strings.TrimLeft(lead+"\n\n"+outline, "\n")
	next = article.Pos{Block: doc.Sections[0].Own}
	if budget < 60 || len(doc.Sections) == 1 {
		return text, next
	}
	more, next, _ := doc.Page(article.Range{From: next, To: len(doc.Blocks)}, budget)
	return strings.TrimRight(text, "\n") + "\n\n" + more, next
}

// sections lists the sections in the data, as far as an outline shows them.
func (f *fetching) sections(doc *article.Document) {
	for _, sec := range doc.Sections[1:min(len(doc.Sections), maxSections)] {
		f.data.Sections = append(f.data.Sections, section{sec.Anchor, short(sec.Title), sec.Level})
	}
}

// maxSections bounds the sections in the data; view outline has them all.
const maxSections = 100

// outlineText is the outline as notices, as many lines as fit max tokens, higher levels first.
func outlineText(doc *article.Document, max int) string {
	lines := doc.Outline()
	if len(lines) == 0 {
		return ""
	}
	for level := 6; level >= 2; level-- {
		var b strings.Builder
		b.WriteString("-- outline (section id, title, ~tokens):")
		left := 0
		for i, l := range lines {
			if doc.Sections[i+1].Level <= level {
				b.WriteString("\n-- " + l)
			} else {
				left++
			}
		}
		if left > 0 {
			fmt.Fprintf(&b, "\n-- %d subsections are left out; view=outline lists all", left)
		}
		if article.Tokens(b.String()) <= max {
			return b.String()
		}
	}
	return fmt.Sprintf("-- %s; view=outline lists them", plural(len(lines), "section"))
}

// outline pages through the sections.
func (f *fetching) outline(doc *article.Document) error {
	lines := doc.Outline()
	f.reply.body.WriteString(f.heading("") + "\n\n")
	if len(lines) == 0 {
		f.reply.notice("this entry has no sections")
		return nil
	}
	at := 0
	if f.cont {
		at = min(f.from.Block, len(lines))
	}
	used, start := cursorTokens, at
	for ; at < len(lines); at++ {
		used += article.Tokens(lines[at]) + 2
		if used > f.budget && at > start {
			f.next(at, 0, 0)
			break
		}
		f.reply.body.WriteString(article.Guard(lines[at]) + "\n")
		sec := doc.Sections[at+1]
		f.data.Sections = append(f.data.Sections, section{sec.Anchor, short(sec.Title), sec.Level})
	}
	return nil
}

// raw shows the entry's own text in a fence.
func (f *fetching) raw(ctx context.Context) error {
	b, err := f.read(ctx)
	if err != nil {
		return err
	}
	return f.source(article.FromSource(string(b), fenceName(f.found.MIME)))
}

// html shows the page made harmless, in a fence.
func (f *fetching) html(ctx context.Context) error {
	b, err := f.read(ctx)
	if err != nil {
		return err
	}
	h, err := article.Sanitize(ctx, b, &article.Options{Path: f.found.Path, Limits: f.s.opts.Article})
	if err != nil {
		return err
	}
	f.cut(string(h.Cut))
	return f.source(h.Document())
}

// source shows a document that is one listing. It has no sections, so an anchor in the id is passed over.
func (f *fetching) source(doc *article.Document) error {
	f.found.Anchor = ""
	return f.text(doc)
}

// media describes an entry that is not text, with a link to its bytes.
func (f *fetching) media() error {
	size := f.data.Size
	uri := f.found.URIWith("")
	f.reply.body.WriteString(f.heading("") + "\n\n")
	f.reply.notice(fmt.Sprintf("%s, %d bytes; not text", f.data.MIME, size))
	f.reply.links = append(f.reply.links, &mcp.ResourceLink{URI: uri, Name: shownID(f.found.Hit, ""), Title: f.data.Title, MIMEType: f.data.MIME, Size: &size})
	return nil
}

// fragment encodes an anchor for a web address.
func fragment(anchor string) string { return (&url.URL{Fragment: anchor}).String() }
