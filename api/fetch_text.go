package api

import (
	"fmt"
	"strings"

	"github.com/openzim-mcp/openzim-mcp/zim/article"
)

// tableRows is how many rows of a table the text shows; a longer one shows its first rows and its anchor.
const tableRows = 40

// text renders the article, or the section, table or definition of it that the id names, with its subsections.
func (f *fetching) text(doc *article.Document) error {
	p, err := f.locate(doc)
	if err != nil {
		return err
	}
	f.begin()
	v := article.View{TableRows: tableRows}
	r := headless(doc, p, p.Range)
	if isSection(doc, p) {
		v.Comments = true // of a post that was asked for by its own id
		f.neighbours(doc, p.Section)
	}
	switch {
	case p.Table >= 0: // its id was given out for the rows that the text left out
		v.TableRows = 0
	case f.found.Block > 0: // a citation may be to any row
		v.TableRows = 0
	case r == doc.Whole() && !f.cont && len(doc.Blocks) > 0:
		return f.whole(doc, v)
	}
	return f.page(doc, v, r)
}

// section renders a section's own blocks, up to the next heading of any level.
func (f *fetching) section(doc *article.Document) error {
	p, err := f.locate(doc)
	if err != nil {
		return err
	}
	f.begin()
	v := article.View{TableRows: tableRows}
	if p.Table >= 0 || p.Anchor != doc.Sections[p.Section].Anchor { // a table or a definition is its own whole
		return f.page(doc, article.View{}, p.Range)
	}
	// A heading alone says nothing, so a section without text of its own goes on into its first subsection.
	r, widened := doc.Own(p.Section)
	if f.found.Block > 0 && p.Range.From.Block < r.To {
		r.From, v.TableRows = p.Range.From, 0
	}
	if p.Section > 0 {
		v.Comments = true
		f.neighbours(doc, p.Section)
	}
	if widened {
		f.reply.notice("the section has no text of its own; its first subsection follows")
	}
	return f.page(doc, v, headless(doc, p, r))
}

// whole renders an article from its beginning: all of it if it fits, else the lead, the outline and sections from the top.
func (f *fetching) whole(doc *article.Document, v article.View) error {
	f.headline(doc)
	// Tried whole first: most articles of most archives fit, and need neither outline nor cursor.
	text, next, done := doc.MarkdownPage(v, doc.Whole(), f.left())
	if !done {
		text, next = f.leadAndOutline(doc, v)
	}
	f.reply.body.WriteString(text)
	if !done {
		f.next(next.Block, next.Offset)
	}
	return nil
}

// headline shows the page's own heading where it differs from the entry's title, and its short description where the text
// does not say the same.
func (f *fetching) headline(doc *article.Document) {
	own := short(doc.Heading)
	if own != "" && !strings.EqualFold(own, f.data.Title) {
		f.reply.body.WriteString("**" + own + "**\n\n")
	}
	d := f.data.Description
	if d != "" && article.Tokens(d) < f.total/12 && !strings.Contains(doc.Text(article.Range{To: min(3, len(doc.Blocks))}), d) {
		f.reply.body.WriteString("*" + d + "*\n\n")
	}
}

// leadAndOutline is the first page of an article that is too long: the lead, the outline, and as many sections from the top
// as fit whole; of a first section that does not fit, its beginning.
func (f *fetching) leadAndOutline(doc *article.Document, v article.View) (string, article.Pos) {
	// The outline gets a third at most; the lead, which people read first, comes before sections.
	budget := f.left() - cursorTokens
	outline := outlineText(doc, budget/3)
	budget -= article.Tokens(outline)
	lead, next, done := doc.MarkdownPage(v, article.Range{To: doc.Sections[0].Own}, budget)
	budget -= article.Tokens(lead)
	f.sections(doc)
	if !done {
		return strings.TrimRight(lead+"\n\n"+outline, "\n"), next
	}
	text := strings.Trim(lead+"\n\n"+outline, "\n")
	first := doc.Sections[0].Own
	if budget < 60 || len(doc.Sections) == 1 {
		return text, article.Pos{Block: first}
	}
	more, next, _ := doc.MarkdownPage(v, article.Range{From: article.Pos{Block: first}, To: len(doc.Blocks)}, budget)
	if end := wholeSections(doc, first, next); end > first {
		more, next = doc.Markdown(v, article.Range{From: article.Pos{Block: first}, To: end}), article.Pos{Block: end}
	}
	return strings.TrimRight(text, "\n") + "\n\n" + more, next
}

// wholeSections is where the last section between first and next ends that is there with all of its own text, first if none
// is.
func wholeSections(doc *article.Document, first int, next article.Pos) int {
	end := first
	for _, s := range doc.Sections[1:] {
		if s.Own > next.Block {
			break
		}
		end = s.Own
	}
	for end > first && end < len(doc.Blocks) && doc.Blocks[end-1].Kind == article.Heading { // its subsections do not follow
		end--
	}
	return end
}

// sections lists the sections in the data, as far as an outline shows them.
func (f *fetching) sections(doc *article.Document) {
	for _, sec := range doc.Sections[1:min(len(doc.Sections), maxSections)] {
		f.data.Sections = append(f.data.Sections, sectionOf(sec))
	}
}

// maxSections bounds the sections in the data; view outline has them all.
const maxSections = 100

// A section is a line of an outline, as data.
type section struct {
	Anchor string `json:"anchor"`
	Title  string `json:"title"`
	Level  int    `json:"level"`
}

func sectionOf(s article.Section) section { return section{s.Anchor, short(s.Title), s.Level} }

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
			fmt.Fprintf(&b, "\n-- %s left out; view=outline lists all", plural(left, "subsection"))
		}
		if article.Tokens(b.String()) <= max {
			return b.String()
		}
	}
	if line := fmt.Sprintf("-- %s; view=outline lists them", plural(len(lines), "section")); article.Tokens(line) <= max {
		return line
	}
	return ""
}

// outline pages through the sections, with the first sentence of each while that fits one page.
func (f *fetching) outline(doc *article.Document) error {
	p, err := f.locate(doc)
	if err != nil {
		return err
	}
	f.begin()
	var secs []int // with what the line stands for
	for i, s := range doc.Sections[1:] {
		if s.Start >= p.Range.From.Block && s.Start < p.Range.To && f.finds(s.Title) {
			secs = append(secs, i+1)
		}
	}
	if len(secs) == 0 {
		return f.empty("no_sections", f.none("this entry has no sections", "no section's title has all of these words"))
	}
	all := doc.Lines()
	lines, rich := make([]string, len(secs)), make([]string, len(secs))
	for k, i := range secs {
		lines[k] = article.Guard(outlineLine(all[i-1]))
		rich[k] = lines[k]
		if first := all[i-1].First; first != "" {
			rich[k] += "  " + first
		}
	}
	// All or none, and only where no page follows: a cursor counts lines, and pages should look alike.
	if !f.cont && article.Tokens(strings.Join(rich, "\n")) <= f.left() {
		lines = rich
	}
	_, err = f.list(len(secs), func(k int) (string, error) { return lines[k], nil },
		func(k int) { f.data.Sections = append(f.data.Sections, sectionOf(doc.Sections[secs[k]])) })
	return err
}

// outlineLine is "#anchor  title  ~tokens", indented by level.
func outlineLine(l article.OutlineLine) string {
	return fmt.Sprintf("%s#%s  %s  ~%d", strings.Repeat("  ", max(l.Level-2, 0)), l.Anchor, l.Title, l.Tokens)
}
