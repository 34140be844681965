package api

import (
	"slices"
	"strings"

	"github.com/openzim-mcp/openzim-mcp/zim/article"
)

// references lists the sources and notes of the page, or those that the section named by the id cites.
func (f *fetching) references(doc *article.Document) error {
	p, err := f.locate(doc)
	if err != nil {
		return err
	}
	f.begin()
	// Of a section, what it cites: numbers alone would not say which entries those are.
	if p.Range != doc.Whole() {
		doc = citedIn(doc, p)
	}
	// A list as a document, since an entry can be longer than a reply and pages cut only documents.
	list := doc.ReferencesDocument()
	if f.find != "" {
		var lines []string
		for _, b := range list.Blocks {
			if f.finds(b.Text) {
				lines = append(lines, b.Text)
			}
		}
		list = article.FromLines(doc.Profile, lines)
	}
	if len(list.Blocks) == 0 {
		return f.empty("no_references", f.none("no references", "no reference has all of these words"))
	}
	return f.page(list, article.View{}, list.Whole())
}

// citedIn is doc with those references only that a place cites.
func citedIn(doc *article.Document, p article.Place) *article.Document {
	in := func(section int) bool {
		s := doc.Sections[section]
		// subsections are a part of the section that the id names
		return section == p.Section || s.Start >= p.Range.From.Block && s.Start < p.Range.To
	}
	part := *doc
	part.References = nil
	for _, r := range doc.References {
		if slices.ContainsFunc(r.Sections, in) {
			part.References = append(part.References, r)
		}
	}
	return &part
}

// A tableRow is a table as data.
type tableRow struct {
	ID      string `json:"id"` // opens the table in full
	Caption string `json:"caption,omitempty"`
	Rows    int    `json:"rows"` // below the header; with find, those that match
	Columns int    `json:"columns"`
	Section string `json:"section,omitempty"` // anchor of the section it stands in
}

// tables lists the tables of the page or of the section that the id names; of a table it shows all rows. With find, only
// rows that hold all its words count.
func (f *fetching) tables(doc *article.Document) error {
	p, err := f.locate(doc)
	if err != nil {
		return err
	}
	f.begin()
	if p.Table >= 0 {
		return f.table(doc, p.Table)
	}
	var rows []tableRow
	var lines []string
	for i := range doc.Tables {
		t := &doc.Tables[i]
		if t.Start < p.Range.From.Block || t.Start >= p.Range.To {
			continue
		}
		// With find, the count is of the rows that would be shown, so a reader opens the right table.
		n := t.Rows()
		if f.find != "" {
			if n = len(f.matching(doc, i).Blocks) - (t.Head - t.Start) - 1; n == 0 {
				continue
			}
		}
		rows = append(rows, tableRow{ID: shownID(f.found.Hit, t.Anchor), Caption: short(t.Caption), Rows: n, Columns: t.Cols, Section: doc.Sections[t.Section].Anchor})
		lines = append(lines, tableLine(doc, t, n))
	}
	if len(rows) == 0 {
		return f.empty("no_tables", f.none("no tables of data", "no table has a row with all of these words"))
	}
	f.remark("an id ending in #" + doc.Tables[0].Anchor + " opens that table; find selects rows")
	_, err = f.list(len(rows), func(i int) (string, error) { return lines[i], nil },
		func(i int) { f.data.Tables = append(f.data.Tables, rows[i]) })
	return err
}

// tableLine is "#anchor  caption  rows × columns  (in #section)". A table without caption is known by its header.
func tableLine(doc *article.Document, t *article.Table, rows int) string {
	title := short(t.Caption)
	if title == "" {
		head, _, _ := strings.Cut(doc.Blocks[t.Head].Text, "\n")
		title = article.Clip(short(head), 80)
	}
	line := "#" + t.Anchor + "  " + title + "  " + plural(rows, "row") + " × " + plural(t.Cols, "column")
	if a := doc.Sections[t.Section].Anchor; a != "" {
		line += "  (in #" + a + ")"
	}
	return article.Guard(line)
}

// matching is the table with the rows that find selects, all when there is no find.
func (f *fetching) matching(doc *article.Document, i int) *article.Document {
	return doc.TableDocument(i, f.find)
}

// table shows one table in full, or those rows of it that hold all words of find.
func (f *fetching) table(doc *article.Document, i int) error {
	t := &doc.Tables[i]
	rows := f.matching(doc, i)
	// Caption and header are there even when no row is.
	if f.find != "" {
		n := len(rows.Blocks) - (t.Head - t.Start) - 1
		if n == 0 {
			return f.empty("no_rows", "none of "+plural(t.Rows(), "row")+" has all of these words")
		}
		f.remark(plural(n, "row") + " of " + plural(t.Rows(), "row"))
	}
	return f.page(rows, article.View{}, rows.Whole())
}
