package article

import "strings"

// The functions here make small documents of parts of a document, so that one way of paging serves every view.

// FromLines makes a document with one block for each line, written as it is. Empty lines are left out.
func FromLines(profile string, lines []string) *Document {
	d := blank(profile)
	for _, l := range lines {
		if l != "" {
			d.Blocks = append(d.Blocks, Block{Kind: Item, Text: l})
		}
	}
	bound(d)
	return d
}

// TableDocument is table i with its caption, header and those rows that hold every word of find, in any case; with find
// empty, all rows. i must be an index into d.Tables.
func (d *Document) TableDocument(i int, find string) *Document {
	t := d.Tables[i]
	out := blank(d.Profile)
	out.Title, out.Lang, out.Links, out.Images, out.Cut = t.Caption, d.Lang, d.Links, d.Images, d.Cut
	words := strings.Fields(strings.ToLower(find))
	for j := t.Start; j < t.End; j++ {
		b := d.Blocks[j]
		if j > t.Head && !holdsAll(b.Text, words) {
			continue
		}
		b.Section, b.First, b.Rest, b.Depth = 0, "", "", 0
		out.Blocks = append(out.Blocks, b)
	}
	out.Tables = []Table{{Anchor: t.Anchor, Caption: t.Caption, Head: t.Head - t.Start, End: len(out.Blocks), Cols: t.Cols}}
	bound(out)
	return out
}

// holdsAll reports that s holds every word, which are in lower case.
func holdsAll(s string, words []string) bool {
	if len(words) == 0 {
		return true
	}
	s = strings.ToLower(s)
	for _, w := range words {
		if !strings.Contains(s, w) {
			return false
		}
	}
	return true
}

// TablesDocument lists the tables: anchor, caption, size and the section they stand in, one block for each.
func (d *Document) TablesDocument() *Document {
	lines := make([]string, 0, len(d.Tables))
	for i := range d.Tables {
		t := &d.Tables[i]
		l := "#" + t.Anchor + "  " + itoa(t.Rows()) + " × " + itoa(t.Cols)
		if t.Caption != "" {
			l += "  " + t.Caption
		} else {
			head, _, _ := strings.Cut(d.Blocks[t.Head].Text, "\n")
			l += "  " + Clip(head, 80)
		}
		if s := d.Sections[t.Section]; s.Anchor != "" {
			l += "  (in #" + s.Anchor + ")"
		}
		lines = append(lines, l)
	}
	return FromLines(d.Profile, lines)
}

// ReferencesDocument lists the references, one block for each: number, text, addresses as plain text, and the sections that
// cite it.
func (d *Document) ReferencesDocument() *Document {
	lines := make([]string, 0, len(d.References))
	for i := range d.References {
		lines = append(lines, d.referenceLine(&d.References[i]))
	}
	return FromLines(d.Profile, lines)
}

func (d *Document) referenceLine(r *Reference) string {
	var b strings.Builder
	if r.Number == "" {
		b.WriteString("- ")
	} else {
		b.WriteString(r.Number + ". ")
	}
	b.WriteString(r.Text)
	for _, u := range r.URLs {
		if !strings.Contains(r.Text, u) {
			b.WriteString(" " + u)
		}
	}
	for i, s := range r.Sections {
		if i == 0 {
			b.WriteString(" (cited in")
		}
		if i > 0 {
			b.WriteByte(',')
		}
		if d.Sections[s].Anchor == "" {
			b.WriteString(" the lead")
		} else {
			b.WriteString(" #" + d.Sections[s].Anchor)
		}
	}
	if len(r.Sections) > 0 {
		b.WriteByte(')')
	}
	return b.String()
}

// LinkCounts counts the targets of each kind, indexed by LinkKind. Pictures of the page are counted as media.
func (d *Document) LinkCounts() (n [linkKinds]int) {
	for i := range d.Links {
		n[min(d.Links[i].Kind, OtherLink)]++
	}
	n[Media] += len(d.Images)
	return n
}

// LinksDocument lists the links that id names, in document order, one block for each: "text (id)" and the number of
// appearances when there are several. id returns what is shown for a link, or "" to leave it out; nil means [LinkTarget].
// The last block says how many links of every kind the page has.
func (d *Document) LinksDocument(id func(*Link) string) *Document {
	if id == nil {
		id = LinkTarget
	}
	var lines []string
	for i := range d.Links {
		l := &d.Links[i]
		target := id(l)
		if target == "" {
			continue
		}
		line := target
		if l.Text != "" {
			line = escapeJoined(Guard(escapeLine(l.Text))) + " (" + target + ")"
		}
		if l.Count > 1 {
			line += " ×" + itoa(l.Count)
		}
		lines = append(lines, line)
	}
	return FromLines(d.Profile, append(lines, d.countLine()))
}

// countLine says how many targets of each kind there are.
func (d *Document) countLine() string {
	var parts []string
	for k, n := range d.LinkCounts() {
		if n > 0 {
			parts = append(parts, itoa(n)+" "+LinkKind(k).String())
		}
	}
	if len(parts) == 0 {
		return "(no links)"
	}
	return "(" + strings.Join(parts, ", ") + ")"
}

// A Choice is one of the pages that a disambiguation page leads to.
type Choice struct {
	Title string // text of its link
	Gloss string // the rest of its line; may be empty
	Link  int    // index into Document.Links
}

// Choices lists the pages a disambiguation page leads to: the first link of each item of its lists. It is empty for pages of
// other kinds.
func (d *Document) Choices() []Choice {
	if d.Kind != Disambiguation {
		return nil
	}
	var out []Choice
	for i := range d.Blocks {
		b := &d.Blocks[i]
		if b.Kind != Item {
			continue
		}
		for _, s := range b.Spans {
			if s.Link < 0 || d.Links[s.Link].Kind != Internal {
				continue
			}
			rest := strings.TrimSpace(b.Text[:s.Start] + b.Text[s.End:])
			out = append(out, Choice{Title: d.Links[s.Link].Text, Gloss: strings.Trim(rest, " ,;:–—-*"), Link: s.Link})
			break
		}
	}
	return out
}

// An OutlineLine describes a section.
type OutlineLine struct {
	Anchor string
	Title  string
	Level  int    // 2 to 6
	Tokens int    // of the section with its subsections, by [Tokens]
	First  string // first sentence of its own text, at most 160 characters; may be empty
}

// Lines describes the sections but the lead, in document order.
func (d *Document) Lines() []OutlineLine {
	price := make([]int, len(d.Blocks)+1) // tokens before each block
	for i := range d.Blocks {
		b := &d.Blocks[i]
		price[i+1] = price[i]
		if b.Kind != Comment {
			price[i+1] += Tokens(joined(b.First, b.Text)) + 1
		}
	}
	lines := make([]OutlineLine, 0, len(d.Sections)-1)
	for _, s := range d.Sections[1:] {
		lines = append(lines, OutlineLine{Anchor: s.Anchor, Title: s.Title, Level: s.Level, Tokens: price[s.End] - price[s.Start],
			First: d.firstSentence(s)})
	}
	return lines
}

// firstSentence is the beginning of a section's own text.
func (d *Document) firstSentence(s Section) string {
	for i := s.Start + 1; i < s.Own; i++ {
		if k := d.Blocks[i].Kind; k == Paragraph || k == Item || k == Quote {
			t := strings.ReplaceAll(Clip(d.Blocks[i].Text, 160), "\n", " ")
			for _, end := range []string{". ", "。", "! ", "? "} {
				if j := strings.Index(t, end); j >= 20 {
					t = t[:j+len(strings.TrimSpace(end))]
				}
			}
			return t
		}
	}
	return ""
}
