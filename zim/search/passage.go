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
	passageMost  = 330 // no block is added beyond it, except to a few words that introduce it; a longer block is a passage by itself
)

// passages cuts a document. Blocks that belong together stay together while they fit: a list and the line before it, the
// rows of a table. A term stays with its description and an introduction with what it introduces, first of all: neither
// says anything alone. Nothing overlaps, and headings are in none.
func passages(d *article.Document) []passage {
	all := make([]passage, 0, len(d.Blocks))
	for i := range d.Blocks {
		if b := &d.Blocks[i]; b.Kind != article.Heading && b.Kind != article.Comment {
			all = append(all, passage{doc: d, start: i, end: i + 1, words: countWords(b.Text)})
		}
	}
	for _, join := range []func(a, b *passage) bool{describes, introduces, grows, small} {
		all = joinAll(all, join)
	}
	return all
}

// joinAll joins the neighbours that join tells to, in place: those that follow one another in the same section.
func joinAll(all []passage, join func(a, b *passage) bool) []passage {
	out := all[:0]
	for _, p := range all {
		if n := len(out); n > 0 {
			before := &out[n-1]
			if before.end == p.start && before.last().Section == p.first().Section && join(before, &p) {
				before.end, before.words = p.end, before.words+p.words
				continue
			}
		}
		out = append(out, p)
	}
	return out
}

func (p *passage) first() *article.Block { return &p.doc.Blocks[p.start] }
func (p *passage) last() *article.Block  { return &p.doc.Blocks[p.end-1] }

// fits reports whether a and b are a passage. One that is long by itself takes the few words before it.
func fits(a, b *passage) bool { return a.words+b.words <= passageMost || a.words < passageSmall }

// describes reports that b describes a term at the end of a, or goes on describing it.
func describes(a, b *passage) bool {
	return fits(a, b) && (isDescription(b.first()) || described(a.doc, a.end-1))
}

// isDescription reports whether a block begins a description in a list of definitions.
func isDescription(b *article.Block) bool {
	return b.Kind == article.Definition && strings.HasSuffix(b.First, ": ")
}

// isTerm reports whether a block is a term of a list of definitions: those are bold as a whole.
func isTerm(b *article.Block) bool {
	return b.Kind == article.Definition && !isDescription(b) && strings.HasPrefix(b.Text, "**") && strings.HasSuffix(b.Text, "**")
}

// described reports whether block i is a term before its description, which several terms may share. What stands by itself,
// such as code, describes a term without the mark of a description.
func described(d *article.Document, i int) bool {
	const most = 8 // terms in a row; more are a list of names
	if !isTerm(&d.Blocks[i]) {
		return false
	}
	for j := i + 1; j < min(len(d.Blocks), i+most); j++ {
		if b := &d.Blocks[j]; !isTerm(b) {
			return b.Section == d.Blocks[i].Section && b.Kind != article.Heading && b.Kind != article.Comment
		}
	}
	return false
}

// introduces reports that a ends with words that lead to b: a line with a colon at its end, the title or header of a table.
func introduces(a, b *passage) bool {
	if !fits(a, b) {
		return false
	}
	switch last := a.last(); last.Kind {
	case article.Code, article.Math, article.Row, article.Pair:
		return false
	case article.TableHead:
		return b.first().Kind == article.Row
	case article.Caption:
		return b.first().Kind == article.TableHead || endsWithColon(last.Text)
	default:
		return endsWithColon(last.Text)
	}
}

// endsWithColon looks behind the marks of bold, italic and code.
func endsWithColon(text string) bool {
	text = strings.TrimRight(text, " \n*_`")
	return strings.HasSuffix(text, ":") || strings.HasSuffix(text, "\uff1a")
}

// grows reports whether b is added to the passage before it.
func grows(a, b *passage) bool {
	switch n := a.words + b.words; {
	case n > passageMost:
		return false
	case n <= passageFull:
		return true
	}
	return a.words < passageSmall && tied(a.last().Kind, b.first().Kind)
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

// small joins what is too short to be told apart to the passage before it, else to the one behind.
func small(a, b *passage) bool {
	return a.words+b.words <= passageMost && min(a.words, b.words) < passageSmall
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
	var h headings
	return h.around(p.doc.Sections, p.first().Section)
}
