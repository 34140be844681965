package api

import (
	"net/url"
	"slices"
	"strings"

	"github.com/openzim-mcp/openzim-mcp/policy"
	"github.com/openzim-mcp/openzim-mcp/zim/article"
)

// locate finds the part of the document that the id names, the whole of it when the id names none, and says in the data
// what it is. Cursors are bound to it.
func (f *fetching) locate(doc *article.Document) (article.Place, error) {
	if f.found.Anchor == "" && f.found.Block == 0 {
		return article.Place{Range: doc.Whole(), Table: -1}, f.bind("")
	}
	// Locate folds case, spaces and underscores, so anchors written from memory open; the id in the data is the page's own.
	p, ok := doc.Locate(f.found.Anchor, f.found.Block)
	if !ok {
		return p, f.noSection(doc)
	}
	f.data.Section = placeTitle(doc, p)
	f.data.ID = shownID(f.found.Hit, p.Anchor)
	f.data.URL = pageURL(f.found.Hit, f.found.Status, doc.Canonical, p.Anchor)
	return p, f.bind("#" + p.Anchor) // "#" tells the lead from the whole page
}

// placeTitle names what the id leads to: a section by its title, a table by its caption, a definition by its term.
func placeTitle(doc *article.Document, p article.Place) string {
	switch {
	case p.Table >= 0:
		return short(tableTitle(&doc.Tables[p.Table]))
	case p.Anchor == doc.Sections[p.Section].Anchor:
		return short(p.Title)
	}
	term, _, _ := strings.Cut(doc.Blocks[p.Range.From.Block].Text, "\n")
	return article.Clip(short(strings.Trim(term, "*`")), 80)
}

// tableTitle names a table: by its caption, else by its anchor.
func tableTitle(t *article.Table) string {
	if t.Caption != "" {
		return t.Caption
	}
	return "#" + t.Anchor
}

// isSection reports that p is a section and not a table, a definition or the lead.
func isSection(doc *article.Document, p article.Place) bool {
	return p.Table < 0 && p.Section > 0 && doc.Sections[p.Section].Anchor == p.Anchor
}

// headless leaves out the section's heading when r begins with it: it stands in the first line of the reply already.
func headless(doc *article.Document, p article.Place, r article.Range) article.Range {
	if isSection(doc, p) && r.From == (article.Pos{Block: doc.Sections[p.Section].Start}) && r.From.Block+1 < r.To {
		r.From.Block++
	}
	return r
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
	if text := strings.Join(line, "  "); text != "" && article.Tokens(text) < min(60, f.total/5) {
		f.reply.notice(text)
	}
}

// noSection is the error of an unknown anchor, with the nearest ones.
func (f *fetching) noSection(doc *article.Document) error {
	e := &Error{Code: NotFound, Field: "id", Reason: "the article has no section " + quoted(f.found.Anchor),
		Next: callOf("fetch", map[string]string{"id": shownID(f.found.Hit, ""), "view": viewOutline})}
	// Who asks for a table by a number that is not there wants the list of tables, not of sections.
	if strings.HasPrefix(f.found.Anchor, "table") && len(doc.Tables) > 0 {
		e.Reason = "the article has no table " + quoted(f.found.Anchor)
		e.Next = callOf("fetch", map[string]string{"id": shownID(f.found.Hit, ""), "view": viewTables})
	}
	byName, names := anchorNames(doc)
	// Twice as many as are offered, since title and anchor of one section are often both near.
	for _, n := range policy.Nearest(f.found.Anchor, names, 6) {
		if id := shownID(f.found.Hit, byName[n]); !slices.Contains(e.DidYouMean, id) && len(e.DidYouMean) < 3 {
			e.DidYouMean = append(e.DidYouMean, id)
		}
	}
	for _, sec := range doc.Sections[1:min(len(doc.Sections), maxOptions)] {
		e.Allowed = append(e.Allowed, "#"+article.PlainLine(sec.Anchor))
	}
	return e
}

// anchorNames lists what may be meant by an anchor, in document order: titles and anchors of sections, anchors of tables.
func anchorNames(doc *article.Document) (byName map[string]string, names []string) {
	byName = map[string]string{}
	add := func(name, anchor string) {
		if _, ok := byName[name]; !ok && name != "" && len(names) < maxNames {
			byName[name] = anchor
			names = append(names, name)
		}
	}
	for _, sec := range doc.Sections[1:] {
		add(sec.Title, sec.Anchor)
		add(sec.Anchor, sec.Anchor)
	}
	for i := range doc.Tables {
		add(doc.Tables[i].Anchor, doc.Tables[i].Anchor)
	}
	return byName, names
}

// maxNames bounds the names an unknown anchor is compared with.
const maxNames = 5000

// fragment encodes an anchor for a web address.
func fragment(anchor string) string { return (&url.URL{Fragment: anchor}).String() }
