package search

import (
	"strings"
	"unicode/utf8"

	"github.com/openzim-mcp/openzim-mcp/zim/article"
)

// A passage is a part of a document that can be shown by itself: whole blocks of one section, in a row.
type passage struct {
	doc        *article.Document
	start, end int // blocks, of which the first is no heading
	text       string
	words      int
}

// Sizes of passages, in words.
const (
	passageFull  = 160 // no block is added to a passage of that size
	passageSmall = 40  // a smaller one is joined to its neighbour
	passageMost  = 330 // no block is added beyond it; a longer block is a passage by itself
)

// passages cuts a document. Blocks that belong together stay together while they fit: a list and the line before it, the
// rows of a table, a definition and its term. Nothing overlaps, and headings are in none.
func passages(d *article.Document) []passage {
	var out []passage
	open := -1 // the passage that grows, -1 for none
	for i := range d.Blocks {
		b := &d.Blocks[i]
		if b.Kind == article.Heading || b.Kind == article.Comment {
			open = -1
			continue
		}
		n := countWords(b.Text)
		if open >= 0 && joins(d, &out[open], b, n) {
			out[open].end, out[open].words = i+1, out[open].words+n
			continue
		}
		out = append(out, passage{doc: d, start: i, end: i + 1, words: n})
		open = len(out) - 1
	}
	return joinSmall(d, out)
}

// joins reports whether block b, of n words, is added to the passage before it.
func joins(d *article.Document, p *passage, b *article.Block, n int) bool {
	last := &d.Blocks[p.end-1]
	switch {
	case b.Section != last.Section || p.words+n > passageMost:
		return false
	case p.words+n <= passageFull:
		return true
	}
	return tied(last.Kind, b.Kind) && p.words < passageSmall
}

// tied reports that a block says little without the one before it.
func tied(before, b article.BlockKind) bool {
	switch b {
	case article.Item, article.Code, article.Math, article.Definition:
		return before == article.Paragraph || before == article.Definition
	case article.Row:
		return before == article.TableHead
	}
	return before == article.TableHead || before == article.Hatnote
}

// joinSmall adds what is too short to be told apart to the passage before it in the same section, else to the one behind.
func joinSmall(d *article.Document, all []passage) []passage {
	out := all[:0]
	for _, p := range all {
		if n := len(out); n > 0 {
			before := &out[n-1]
			near := before.end == p.start && d.Blocks[before.start].Section == d.Blocks[p.start].Section
			if near && (p.words < passageSmall || before.words < passageSmall) && before.words+p.words <= passageMost {
				before.end, before.words = p.end, before.words+p.words
				continue
			}
		}
		out = append(out, p)
	}
	return out
}

// countWords is about the number of words: by spaces, or by characters where a text has none.
func countWords(s string) int {
	n, solid := 0, 0
	space := true
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if isSpace := c == ' ' || c == '\n' || c == '\t'; isSpace {
				space = true
			} else if space {
				n, space = n+1, false
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if isSolid(r) {
			solid++
		} else if space {
			n++
		}
		space = false
		i += size
	}
	return n + solid/2
}

// render writes the passage as it is shown.
func (p *passage) render() string {
	if p.text == "" {
		p.text = strings.TrimSpace(p.doc.Text(article.Range{From: article.Pos{Block: p.start}, To: p.end}))
	}
	return p.text
}

// sectionPath returns the titles of the sections around the passage, from the top.
func (p *passage) sectionPath() []string {
	var path []string
	at := p.doc.Blocks[p.start].Section
	level := 99
	for i := at; i > 0; i-- {
		s := &p.doc.Sections[i]
		if s.Level < level && s.Start <= p.start && p.start < s.End {
			path = append(path, s.Title)
			level = s.Level
		}
	}
	for i, j := 0, len(path)-1; i < j; i, j = i+1, j-1 {
		path[i], path[j] = path[j], path[i]
	}
	return path
}
