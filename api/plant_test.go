package api

import (
	"strings"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/openzim-mcp/openzim-mcp/policy"
	"github.com/openzim-mcp/openzim-mcp/zim/article"
	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// surfaceOf offers archives built in memory, and gives the surface beside a client of it.
func surfaceOf(t testing.TB, archives map[string]zimtest.Archive, o Options) (*Surface, *mcp.ClientSession) {
	t.Helper()
	dir := t.TempDir()
	for name, a := range archives {
		writeFile(t, dir, name+".zim", a.Bytes())
	}
	s, err := New(openLibrary(t, dir), o)
	if err != nil {
		t.Fatal(err)
	}
	return s, clientOf(t, s)
}

// plant makes doc what the entry of an id is read as, by the cache that keeps documents: so a test of what fetch makes of
// a document does not hang on how pages are read.
func plant(t testing.TB, s *Surface, id string, doc *article.Document) {
	t.Helper()
	parsed, err := policy.ParseID(id)
	if err != nil {
		t.Fatal(err)
	}
	found, err := s.engine.Resolve(t.Context(), parsed)
	if err != nil {
		t.Fatal(err)
	}
	defer found.Close()
	s.documents.keep(documentKey{factKeyOf(found.Status), found.Item.Entry().Index()}, doc)
}

// A part of a document made by hand: a heading if it has an anchor, else a block.
type part struct {
	kind   article.BlockKind
	anchor string
	text   string // "[text](href)" in it is a link
}

// handmade makes a document of parts. All headings are of level 2 but those whose text begins with ">", which are below.
func handmade(base string, parts ...part) *article.Document {
	d := &article.Document{Profile: "hand", Sections: []article.Section{{Level: 1}}}
	byTarget := map[string]int{}
	for _, p := range parts {
		b := article.Block{Kind: p.kind, Anchor: p.anchor}
		if p.kind == article.Heading {
			level := 2
			if strings.HasPrefix(p.text, ">") {
				level, p.text = 3, p.text[1:]
			}
			b.First = strings.Repeat("#", level) + " "
			d.Sections = append(d.Sections, article.Section{Title: p.text, Anchor: p.anchor, Level: level, Start: len(d.Blocks)})
		}
		if p.kind == article.Item {
			b.First, b.Rest = "- ", "  "
		}
		b.Section = len(d.Sections) - 1
		for rest := p.text; ; {
			before, after, ok := strings.Cut(rest, "[")
			b.Text += before
			if !ok {
				break
			}
			text, after, _ := strings.Cut(after, "](")
			href, after, _ := strings.Cut(after, ")")
			i, seen := byTarget[href]
			if !seen {
				i = len(d.Links)
				byTarget[href] = i
				d.Links = append(d.Links, article.Link{Target: article.ResolveLink(base, href), Text: text, Kind: kindOfHref(href), Section: b.Section})
			}
			d.Links[i].Count++
			b.Spans = append(b.Spans, article.Span{Start: len(b.Text), End: len(b.Text) + len(text), Link: i, Image: -1})
			b.Text += text
			rest = after
		}
		d.Blocks = append(d.Blocks, b)
	}
	close := func(i, end int) {
		d.Sections[i].Own = end
		d.Sections[i].End = len(d.Blocks)
		for _, s := range d.Sections[i+1:] {
			if s.Level <= d.Sections[i].Level {
				d.Sections[i].End = s.Start
				break
			}
		}
	}
	for i := range d.Sections {
		end := len(d.Blocks)
		if i+1 < len(d.Sections) {
			end = d.Sections[i+1].Start
		}
		close(i, end)
	}
	d.Sections[0].End = d.Sections[0].Own
	return d
}

func kindOfHref(href string) article.LinkKind {
	switch {
	case strings.HasPrefix(href, "#"):
		return article.Anchor
	case strings.HasPrefix(href, "http"):
		return article.External
	case strings.HasPrefix(href, "mailto:"):
		return article.OtherLink
	case strings.HasSuffix(href, ".png"):
		return article.Media
	}
	return article.Internal
}

// withTable appends a table of data to the last section.
func withTable(d *article.Document, anchor, caption string, rows ...string) *article.Document {
	sec := len(d.Sections) - 1
	t := article.Table{Anchor: anchor, Caption: caption, Section: sec, Start: len(d.Blocks), Cols: strings.Count(rows[0], "|") - 1}
	if caption != "" {
		d.Blocks = append(d.Blocks, article.Block{Kind: article.Caption, Section: sec, Text: "**" + caption + "**"})
	}
	t.Head = len(d.Blocks)
	for i, r := range rows {
		b := article.Block{Kind: article.Row, Section: sec, Text: r}
		if i == 0 {
			b.Kind, b.Anchor, b.Text = article.TableHead, anchor, r+"\n"+strings.Repeat("|-", t.Cols)+"|"
		}
		d.Blocks = append(d.Blocks, b)
	}
	t.End = len(d.Blocks)
	d.Tables = append(d.Tables, t)
	for i := range d.Sections {
		if d.Sections[i].End == t.Start || i == sec {
			d.Sections[i].End = t.End
		}
	}
	d.Sections[sec].Own = t.End
	return d
}

// The parts of handmade in short.
func head(anchor, title string) part { return part{article.Heading, anchor, title} }
func para(text string) part          { return part{article.Paragraph, "", text} }
func item(text string) part          { return part{article.Item, "", text} }
