package search

import (
	"context"
	"math"
	"slices"
	"sort"

	"github.com/openzim-mcp/openzim-mcp/zim/article"
)

// A pool is the passages among which the best are looked for, with what scoring them needs. One is for one goroutine.
//
// A passage is scored twice: by the words it has, stemmed and weighed by how rare they are in the archives, and by the
// pieces of four letters that words are made of, weighed by how rare they are in the pool. The second sees through
// endings, compounds and misspellings in any language, also where there is no stemmer; measured on questions in five
// languages it finds up to four in a hundred more passages than words alone.
type pool struct {
	ctx     context.Context // ends the reading of passages; nil never does
	q       *question
	idf     []float64 // of each word of the question
	total   float64   // sum of idf
	spaced  float64   // part of it that is of words which have pieces, 0 to 1
	pieces  pieceSet
	df      []int32   // passages of the pool with each piece
	weights []float64 // of each piece, by that
	list    []scored
}

// scored is a passage in the pool.
type scored struct {
	passage
	source  int       // whose it is, for the caller
	counts  []float32 // of each word of the question
	gaps    []uint8   // least distance of each word of the question to the next one, 0 for a great one
	near    float64
	covered float64 // part of the idf that the passage and its title have, 0 to 1
	pieces  []pieceCount
	first   bool    // it is the document's first passage
	named   float64 // how well the question is the name of its section, 0 to 1
	linked  float64 // part of its text that are links, 0 to 1
	score   float64
}

type pieceCount struct {
	piece int16
	n     uint16
}

// Weights of passages, as measured on the development questions.
const (
	passageK1     = 1.2
	passageB      = 0.4
	passageLength = 130.0 // words of an ordinary passage
	nearWeight    = 0.5
	nearWithin    = 8
	pieceWeight   = 1.0
	pieceLetters  = 4
	leastIDF      = 0.25 // a word that every article has still tells their passages apart
)

// newPool makes an empty pool. idf has a weight for each word of the question.
func newPool(q *question, idf []float64) *pool {
	p := &pool{q: q}
	for _, w := range q.words {
		if w.solid {
			continue
		}
		if len(w.forms) > 0 && !w.sure { // nothing has the word as it is
			p.pieces.add(w.forms[0].text)
			continue
		}
		p.pieces.add(w.text)
	}
	p.df = make([]int32, len(p.pieces.ids))
	p.weighBy(idf)
	return p
}

// weighBy sets the weight of each word of the question, also for the passages that are in the pool.
func (p *pool) weighBy(idf []float64) {
	p.idf, p.total, p.spaced = make([]float64, len(idf)), 0, 0
	for i, v := range idf {
		p.idf[i] = max(v, leastIDF)
		p.total += p.idf[i]
		if !p.q.words[i].solid {
			p.spaced += p.idf[i]
		}
	}
	p.spaced /= max(p.total, 1e-9)
}

// A poolReader reads passages of one archive into a pool: words are stemmed as in that archive's index.
type poolReader struct {
	p     *pool
	stems *stems
	terms map[string]int16 // stem of a word of the question to its number
}

// known is what a word is to the question.
type known struct {
	word   int16   // number of the word of the question that it is, -1 for none
	pieces []int16 // of the question, that it has too
}

// reader returns one that stems as the index of an archive does.
func (p *pool) reader(st *stems) *poolReader {
	r := &poolReader{p: p, stems: st, terms: map[string]int16{}}
	for i, w := range p.q.words {
		r.know(int16(i), w.textWord)
	}
	for i, w := range p.q.words {
		for _, f := range w.forms {
			r.know(int16(i), f.textWord)
		}
	}
	return r
}

// know notes that a word stands for one of the question, unless it stands for another one already.
func (r *poolReader) know(i int16, w textWord) {
	key := w.text
	if !w.solid {
		key = r.stems.of(w.text)
	}
	if _, ok := r.terms[key]; !ok {
		r.terms[key] = i
	}
}

// look returns what a word is to the question.
func (r *poolReader) look(w textWord) known {
	k := known{word: -1}
	key := w.text
	if !w.solid {
		key = r.stems.of(w.text)
		k.pieces = r.p.pieces.of(w.text, nil)
	}
	if i, ok := r.terms[key]; ok {
		k.word = i
	} else {
		k.word = r.p.q.begins(w.text)
	}
	return k
}

// a place of a word of the question in a passage.
type occurrence struct{ word, place int }

// over reports that there is no time left.
func (p *pool) over() bool { return p.ctx != nil && p.ctx.Err() != nil }

// headings are the sections around a place that moves forward through a document.
type headings struct {
	open []int // sections, from the top
	next int   // the first section not looked at
}

// around returns the titles of the sections around section i, from the top and its own last. i is not before the one asked
// for last.
func (h *headings) around(sections []article.Section, i int) []string {
	for h.next = max(h.next, 1); h.next <= i; h.next++ {
		for n := len(h.open); n > 0 && sections[h.open[n-1]].Level >= sections[h.next].Level; n-- {
			h.open = h.open[:n-1]
		}
		h.open = append(h.open, h.next)
	}
	var titles []string
	for _, s := range h.open {
		titles = append(titles, sections[s].Title)
	}
	return titles
}

// about is what a title has of the question. Each passage below it counts as if it had that once more.
type about struct {
	words, pieces map[int16]bool
}

// about reads a title.
func (r *poolReader) about(title string) about {
	a := about{map[int16]bool{}, map[int16]bool{}}
	readWords(plain(title), func(w textWord, _ int) { a.take(r.look(w)) })
	return a
}

// take adds what a word of a title is to the question.
func (a about) take(k known) {
	if k.word >= 0 {
		a.words[k.word] = true
	}
	for _, p := range k.pieces {
		a.pieces[p] = true
	}
}

// gaps returns how close words that are neighbours in the question stand together, given where all of them stand.
func (q *question) gaps(at []occurrence) []uint8 {
	best := make([]uint8, len(q.words)) // distance of word i to word i+1
	for i, a := range at {
		for _, b := range at[i+1:] {
			d := b.place - a.place
			if d > nearWithin {
				break
			}
			lo := min(a.word, b.word)
			if q.words[a.word].solid {
				continue // pairs of characters say it already
			}
			if (a.word-b.word == 1 || b.word-a.word == 1) && (best[lo] == 0 || max(d, 1) < int(best[lo])) {
				best[lo] = uint8(max(d, 1)) // at most nearWithin
			}
		}
	}
	return best
}

// nearness rewards neighbours in the question that stand close together in a passage.
func (p *pool) nearness(gaps []uint8) float64 {
	sum := 0.0
	for i, d := range gaps {
		if d > 0 {
			sum += float64(min(p.idf[i], p.idf[i+1]) / float64(d))
		}
	}
	return sum
}

// rank scores the passages and sorts them, best first; equal ones in the order in which they were added.
func (p *pool) rank() {
	clear(p.df)
	for i := range p.list {
		for _, c := range p.list[i].pieces {
			p.df[c.piece]++
		}
	}
	p.weights = make([]float64, len(p.df))
	sum := 0.0
	n := float64(len(p.list))
	for i, df := range p.df {
		p.weights[i] = rarity(n, float64(df))
		sum += p.weights[i]
	}
	for i := range p.list {
		s := &p.list[i]
		s.score = p.byWords(s)
		if sum > 0 {
			s.score += float64(pieceWeight * p.spaced * byPieces(s, p.weights, sum))
		}
		s.score *= (1 + float64(nameWeight*s.named)) * leading(s.linked)
	}
	sort.SliceStable(p.list, func(i, j int) bool { return p.list[i].score > p.list[j].score })
}

func (p *pool) byWords(s *scored) float64 {
	sum, covered := 0.0, 0.0
	s.near = p.nearness(s.gaps)
	norm := float64(passageK1 * (1 - passageB + float64(passageB*float64(s.words)/passageLength)))
	for i, c := range s.counts {
		if c > 0 {
			f := float64(c)
			sum += float64(p.idf[i] * f * (passageK1 + 1) / (f + norm))
			covered += p.idf[i]
		}
	}
	if p.total <= 0 {
		return 0
	}
	s.covered = covered / p.total
	return float64((sum+float64(nearWeight*s.near))/p.total) * math.Sqrt(s.covered)
}

func byPieces(s *scored, weights []float64, total float64) float64 {
	sum, covered := 0.0, 0.0
	norm := float64(passageK1 * (1 - passageB + float64(passageB*float64(s.words)/passageLength)))
	for _, p := range s.pieces {
		f := float64(p.n)
		sum += float64(weights[p.piece] * f * (passageK1 + 1) / (f + norm))
		covered += weights[p.piece]
	}
	return float64(sum/total) * math.Sqrt(covered/total)
}

// drop takes the passages of some sources out.
func (p *pool) drop(sources []int) {
	p.list = slices.DeleteFunc(p.list, func(x scored) bool { return slices.Contains(sources, x.source) })
}
