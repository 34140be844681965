package search

import (
	"context"
	"math"
	"slices"

	"github.com/openzim-mcp/openzim-mcp/zim/article"
)

// A Part is a passage of one document.
type Part struct {
	Range   article.Range // what it is of the document: whole blocks
	Section []string      // titles of the sections around it, from the top; empty in the lead
	Anchor  string        // of its section; "" in the lead
	Block   int           // where it begins, counted from the section's heading, for [article.Document.Locate]
	Text    string        // Markdown
	Covered float64       // how much of the question's weight is on words that it has, 0 to 1
}

// Within returns the passages of a document that answer a question best, best first, at most limit, and how many have any
// of its words. language is the metadata of the archive and tells how words are stemmed. Passages that lack a quoted word
// or have an excluded one are left out, and so are those that have no word of the question. It fails with ctx's error.
func Within(ctx context.Context, doc *article.Document, query, language string, limit int) (parts []Part, all int, err error) {
	q := readQuestion(query)
	list := passages(doc)
	p := newPool(q, make([]float64, len(q.words)))
	p.ctx = ctx
	p.reader(newStems(language)).add(0, list, "")
	p.weighBy(p.rarities(len(list)))
	p.rank()
	parts = []Part{}
	for i := range p.list {
		if i%64 == 63 && ctx.Err() != nil {
			return nil, 0, ctx.Err()
		}
		s := &p.list[i]
		if s.score <= 0 || !q.allows(s.render()) {
			continue
		}
		if all++; len(parts) < limit {
			parts = append(parts, s.part())
		}
	}
	return parts, all, ctx.Err()
}

// rarities weighs the words of the question by how many of all passages have them.
func (p *pool) rarities(all int) []float64 {
	idf := make([]float64, len(p.q.words))
	for i := range idf {
		with := 0
		for k := range p.list {
			if p.list[k].counts[i] > 0 {
				with++
			}
		}
		idf[i] = rarity(float64(all), float64(with))
	}
	return idf
}

// part describes the passage for those outside.
func (p *passage) part() Part {
	anchor, block := p.doc.Position(p.start)
	return Part{
		Range:   article.Range{From: article.Pos{Block: p.start}, To: p.end},
		Section: p.sectionPath(), Anchor: anchor, Block: block, Text: p.render(),
	}
}

// part adds how well it fits.
func (s *scored) part() Part {
	part := s.passage.part()
	part.Covered = math.Round(s.covered*1000) / 1000
	return part
}

// allows reports whether a text has all that was quoted and nothing that was excluded.
func (q *question) allows(text string) bool {
	if len(q.phrases) == 0 && len(q.without) == 0 {
		return true
	}
	return q.quoted(foldedWords(text)) && !q.excludes(text)
}

// quoted reports whether all that was quoted stands in a text.
func (q *question) quoted(words []string) bool {
	for _, p := range q.phrases {
		if !inRow(words, p) {
			return false
		}
	}
	return true
}

// excludes reports whether something that was excluded stands in a text.
func (q *question) excludes(text string) bool {
	if len(q.without) == 0 {
		return false
	}
	words := foldedWords(text)
	for _, w := range q.without {
		if inRow(words, w) {
			return true
		}
	}
	return false
}

// nameWords is how many words a question has beside a quoted name.
const nameWords = 3

// quotesName reports that the question goes on about what it quotes, rather than asking for a text with these words.
func (q *question) quotesName() bool {
	n := 0
	for _, p := range q.phrases {
		n += len(p)
	}
	return len(foldedWords(q.text)) >= n+nameWords
}

// allowsTitle reports whether a title has all that must stand in one and nothing that was excluded.
func (q *question) allowsTitle(title string) bool {
	if len(q.title) == 0 && len(q.without) == 0 {
		return true
	}
	words := foldedWords(title)
	return !slices.ContainsFunc(q.title, func(w []string) bool { return !inRow(words, w) }) &&
		!slices.ContainsFunc(q.without, func(w []string) bool { return inRow(words, w) })
}

// inRow reports whether the words of row stand side by side among words.
func inRow(words, row []string) bool {
	for i := 0; i+len(row) <= len(words); i++ {
		same := true
		for k, w := range row {
			if !sameWord(words[i+k], w) {
				same = false
				break
			}
		}
		if same {
			return true
		}
	}
	return false
}
