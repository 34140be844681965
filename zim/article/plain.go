package article

import "strings"

// FromText makes a document of plain text: paragraphs at blank lines, line ends kept. Nothing is escaped but lines that
// imitate our replies.
func FromText(text string) *Document {
	d := blank("text")
	for _, p := range strings.Split(VisibleText(text), "\n\n") {
		if p = strings.Trim(p, "\n"); strings.TrimSpace(p) != "" {
			d.Blocks = append(d.Blocks, Block{Kind: Paragraph, Text: Guard(p)})
		}
	}
	bound(d)
	return d
}

// FromCode makes a document of one block of code in the named language, without invisible characters.
func FromCode(text, lang string) *Document { return FromSource(VisibleText(text), lang) }

// FromSource makes a document of one block of code, byte for byte but for what is not UTF-8.
func FromSource(text, lang string) *Document {
	d := blank("source")
	if text = strings.ToValidUTF8(text, "\uFFFD"); strings.TrimSpace(text) != "" {
		d.Blocks = append(d.Blocks, Block{Kind: Code, Text: text, Lang: lang})
	}
	bound(d)
	return d
}

// Document shows the sanitised page as code, in blocks that end where its elements do.
func (h *HTML) Document() *Document {
	d := blank("html")
	d.Title = h.Title
	from := 0
	for _, to := range append(h.Breaks, len(h.Text)) {
		if to-from < minHTMLBlock && to < len(h.Text) {
			continue
		}
		if strings.TrimSpace(h.Text[from:to]) != "" {
			d.Blocks = append(d.Blocks, Block{Kind: Code, Text: h.Text[from:to], Lang: "html"})
		}
		from = to
	}
	bound(d)
	return d
}

// minHTMLBlock keeps the fences fewer than the text, in bytes.
const minHTMLBlock = 2000

// blank is a document without blocks. It has its lead section, which callers may rely on.
func blank(profile string) *Document {
	return &Document{Profile: profile, Blocks: []Block{}, Sections: []Section{{Level: 1}}}
}
