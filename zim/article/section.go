package article

import (
	"strings"

	"golang.org/x/net/html"
)

// heading opens a section. In a table cell a heading is only text.
func (w *walker) heading(n *html.Node, e *elem) {
	if w.in.cell || w.in.bare {
		w.flush()
		w.emphasis(n, markStrong)
		w.flush()
		return
	}
	w.flush()
	w.openSection(n, e.id, int(n.Data[1]-'0')) // h1 to h6
}

// openSection writes the heading n, whose level is 1 to 6 by its element.
func (w *walker) openSection(n *html.Node, id string, level int) {
	w.ids.begin(id, &w.in)
	w.in.bare = true
	w.kids(n)
	w.in.bare = false
	w.endHeading(n, level)
}

// endHeading makes a section of the text that was collected since ids.begin.
func (w *walker) endHeading(n *html.Node, level int) {
	w.in.suspend()
	w.ids.open = false
	if w.in.empty() {
		w.in.reset(false)
		return
	}
	title := plainOf(string(w.in.b))
	if w.isTitle(n, level) {
		w.linkTexts()
		w.doc.Title, w.doc.Heading = Clip(title, maxTitle), Clip(title, maxTitle)
		w.in.reset(false)
		return
	}
	if level = max(level, 2); len(w.in.b) > maxHeading {
		short := Clip(string(w.in.b), maxTitle)
		w.in.b, w.in.spans = append(w.in.b[:0], short...), nil
	}
	w.level = level
	w.section(Section{Title: Clip(title, maxTitle), Level: level}, "", "")
	w.in.reset(false)
}

// maxHeading bounds a heading in bytes; of a longer one the first characters are kept. maxTitle is in characters.
const maxHeading = 4 * maxTitle

// isTitle reports that the heading is the title of the page and opens no section: the one the survey found, or the first h1.
func (w *walker) isTitle(n *html.Node, level int) bool {
	if w.title != nil && !w.outside {
		return n == w.title
	}
	if level == 1 && (w.doc.Heading == "" || w.outside) {
		w.outside = false
		w.title = n
		return true
	}
	return false
}

// section opens a section whose heading is what was collected, between before and after.
func (w *walker) section(s Section, before, after string) {
	s.Anchor, s.Aliases = w.ids.take()
	s.Start = len(w.doc.Blocks)
	w.doc.Sections = append(w.doc.Sections, s)
	// A heading in a list or a quote opens a section like any other, so it is written without their prefixes.
	lists, quotes := w.lists, w.quotes
	w.lists, w.quotes = nil, 0
	if after != "" {
		w.in.b = append(w.in.b, after...)
	}
	w.put(Block{Kind: Heading, First: headingMarks[:s.Level] + " ", Anchor: s.Anchor}, before, w.in.b, w.in.spans)
	w.lists, w.quotes = lists, quotes
}

const headingMarks = "######"

// headline takes the title from an element outside the content.
func (w *walker) headline(n *html.Node) {
	e := w.judge(n)
	w.outside = e.do() != doTitle // a heading of the content is better, unless this is known to be the title
	w.in.bare = true
	w.kids(n)
	w.in.bare = false
	w.in.suspend()
	if title := Clip(plainOf(string(w.in.b)), maxTitle); title != "" {
		w.doc.Title, w.doc.Heading = title, title
	}
	w.in.reset(false)
}

// titleElement is what the profile calls the title of the page.
func (w *walker) titleElement(n *html.Node) bool {
	if w.in.cell || w.in.bare || w.title != nil && w.title != n {
		return false
	}
	w.title = n
	w.flush()
	w.openSection(n, "", 1)
	return true
}

// plainOf is Markdown of one line without escapes and references, as plain text.
func plainOf(s string) string {
	if strings.IndexByte(s, '\\') >= 0 || strings.Contains(s, "&amp;") {
		s = unescapeMarkdown(s)
	}
	return PlainLine(s)
}

// unescapeMarkdown undoes the escapes of inline text.
func unescapeMarkdown(s string) string {
	s = strings.ReplaceAll(s, "&amp;", "&")
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && !wordByte(s[i+1]) && s[i+1] > ' ' {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// bound sets Start, Own and End of every section from the blocks.
func bound(d *Document) {
	for i := range d.Sections {
		d.Sections[i].Start, d.Sections[i].Own = len(d.Blocks), len(d.Blocks)
	}
	for i := len(d.Blocks) - 1; i >= 0; i-- {
		d.Sections[d.Blocks[i].Section].Start = i
	}
	for i := len(d.Sections) - 2; i >= 0; i-- { // a lead without blocks begins where the first section does
		d.Sections[i].Start = min(d.Sections[i].Start, d.Sections[i+1].Start)
		d.Sections[i].Own = d.Sections[i+1].Start
	}
	var open []int // sections whose end is not known
	for i := range d.Sections {
		for len(open) > 0 && d.Sections[open[len(open)-1]].Level >= d.Sections[i].Level {
			d.Sections[open[len(open)-1]].End = d.Sections[i].Start
			open = open[:len(open)-1]
		}
		open = append(open, i)
	}
	for _, i := range open {
		d.Sections[i].End = len(d.Blocks)
	}
	d.Sections[0].End = d.Sections[0].Own // the lead has no subsections
}
