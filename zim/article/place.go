package article

import (
	"sort"
	"strings"
)

// A Place is what an anchor leads to.
type Place struct {
	Range   Range
	Anchor  string // as the page has it
	Title   string // of the section, one line; empty for the lead
	Section int    // index into Document.Sections
	Table   int    // index into Document.Tables when the anchor is a table's, else -1
	Widened bool   // the section had no text of its own; Range goes on into its first subsection
}

// Locate finds what an anchor leads to: a section with its subsections, or a table, a definition or another block that has
// an anchor of its own. The empty anchor is the lead. Block n (0 or more) is where the range begins, counted from the
// section's heading, which is block 0; beyond the section's end it is 0. It reports false when nothing has that anchor.
func (d *Document) Locate(anchor string, n int) (Place, bool) {
	if anchor == "" {
		s := d.Sections[0]
		return d.place(0, Range{From: Pos{Block: skip(s.Start, s.Own, n)}, To: s.Own}), true
	}
	if i, ok := d.exact(anchor); ok {
		return d.inSection(i, n), true
	}
	if p, ok := d.blockPlace(anchor); ok {
		return p, true
	}
	if i, ok := d.Find(anchor); ok {
		return d.inSection(i, n), true
	}
	return Place{}, false
}

// inSection is the place of block n of section i.
func (d *Document) inSection(i, n int) Place {
	s := d.Sections[i]
	return d.place(i, Range{From: Pos{Block: skip(s.Start, s.End, n)}, To: s.End})
}

// skip counts n blocks from start, unless that leaves nothing.
func skip(start, end, n int) int {
	if n > 0 && n < end-start {
		return start + n
	}
	return start
}

func (d *Document) place(i int, r Range) Place {
	s := d.Sections[i]
	return Place{Range: r, Anchor: s.Anchor, Title: s.Title, Section: i, Table: -1}
}

// blockPlace finds a block by its anchor: a table with all its rows, a definition with its text, any other block alone.
func (d *Document) blockPlace(anchor string) (Place, bool) {
	for i := range d.Tables {
		if t := &d.Tables[i]; t.Anchor == anchor {
			p := d.place(t.Section, Range{From: Pos{Block: t.Start}, To: t.End})
			p.Anchor, p.Table = anchor, i
			return p, true
		}
	}
	for i := range d.Blocks {
		if d.Blocks[i].Anchor != anchor || d.Blocks[i].Kind == Heading {
			continue
		}
		p := d.place(d.Blocks[i].Section, Range{From: Pos{Block: i}, To: d.extent(i)})
		p.Anchor = anchor
		return p, true
	}
	return Place{}, false
}

// extent is the block after what belongs to block i: of a term, its description.
func (d *Document) extent(i int) int {
	end := i + 1
	if d.Blocks[i].Kind != Definition {
		return end
	}
	for end < len(d.Blocks) && d.Blocks[end].Section == d.Blocks[i].Section && d.Blocks[end].Anchor == "" &&
		(strings.HasPrefix(d.Blocks[end].First, d.Blocks[i].Rest+": ") || len(d.Blocks[end].Rest) > len(d.Blocks[i].Rest)) {
		end++
	}
	return end
}

// Own returns the range of section i without its subsections. When that is only a heading, it goes on to the end of the first
// subsection and widened is true. i must be an index into d.Sections.
func (d *Document) Own(i int) (r Range, widened bool) {
	s := d.Sections[i]
	end := s.Own
	if i > 0 && s.Own-s.Start <= 1 && s.End > s.Own {
		for j := i + 1; j < len(d.Sections) && d.Sections[j].Start < s.End; j++ {
			end, widened = d.Sections[j].Own, true
			if d.Sections[j].Own-d.Sections[j].Start > 1 {
				break
			}
		}
	}
	return Range{From: Pos{Block: s.Start}, To: end}, widened
}

// Position is the citable place of a block: the anchor of its section and how many blocks it stands behind the heading.
// i must be an index into d.Blocks. Locate with the result begins at that block.
func (d *Document) Position(i int) (anchor string, n int) {
	s := d.Sections[d.Blocks[i].Section]
	return s.Anchor, i - s.Start
}

// exact finds a section by its anchor or by another id that leads to it.
func (d *Document) exact(anchor string) (int, bool) {
	for i := 1; i < len(d.Sections); i++ {
		if d.Sections[i].Anchor == anchor {
			return i, true
		}
	}
	for i := 1; i < len(d.Sections); i++ {
		for _, a := range d.Sections[i].Aliases {
			if a == anchor {
				return i, true
			}
		}
	}
	return 0, false
}

// tableAt is the table that block i is a part of, nil when there is none.
func (d *Document) tableAt(i int) *Table {
	k := sort.Search(len(d.Tables), func(k int) bool { return d.Tables[k].End > i })
	if k < len(d.Tables) && d.Tables[k].Start <= i {
		return &d.Tables[k]
	}
	return nil
}
