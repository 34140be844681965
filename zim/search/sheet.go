package search

import (
	"math"
	"slices"
	"strings"
	"sync"

	"github.com/openzim-mcp/openzim-mcp/zim/article"
)

// A sheet is an article as scoring needs it: cut into passages whose words are numbers. Reading words out of text costs far
// more than counting those of a question among them, so that an article is read once for many searches. A sheet does not
// change once made.
type sheet struct {
	parts   []cutting
	words   []uint16        // of all passages in order, numbers in the lexicon
	many    []uint32        // the same where the lexicon has more words than fit
	places  []uint32        // of these words, from the beginning of their passage; nil when each stands one behind the other
	heads   [][]uint32      // words of the titles of sections around passages
	names   [][]sectionName // of the sections with these heads
	lexicon lexicon
	stemOf  []uint32 // of each word of the lexicon, its number in stems
	stems   lexicon
}

// length is the number of words; no sheet has none.
func (s *sheet) length() int {
	if s == nil {
		return 0
	}
	return len(s.words) + len(s.many)
}

// A cutting is a passage of a sheet.
type cutting struct {
	start, end int32 // blocks
	size       int32 // words, as [passages] counts them
	from, to   int32 // words of the sheet
	head       int32 // number of its heads
	linked     uint8 // hundredths of its text that are links
}

// A lexicon is different words, by number.
type lexicon struct {
	text string
	ends []uint32 // of each word in text
}

// at returns a word by its number.
func (l *lexicon) at(i int) string {
	from := uint32(0)
	if i > 0 {
		from = l.ends[i-1]
	}
	return l.text[from:l.ends[i]]
}

// word returns the number of a word.
func (s *sheet) word(i int32) uint32 {
	if s.many != nil {
		return s.many[i]
	}
	return uint32(s.words[i])
}

// bytes is about what a sheet holds.
func (s *sheet) bytes() int {
	n := 200 + 2*cap(s.words) + 4*(cap(s.many)+cap(s.places)+2*cap(s.lexicon.ends)+cap(s.stems.ends)) + len(s.lexicon.text) + len(s.stems.text) + 24*len(s.parts)
	for i, h := range s.heads {
		n += 48 + 4*len(h)
		for _, name := range s.names[i] {
			n += 48 + 4*len(name.words)
		}
	}
	return n
}

// A sheetMaker gives numbers to words.
type sheetMaker struct {
	s            *sheet
	seen         []uint32 // words of all passages in order
	stem         *stems
	words, stems numbering
}

// A numbering makes a lexicon.
type numbering struct {
	ids  map[string]uint32
	text []byte
	ends []uint32
}

// makers are kept for their maps.
var makers = sync.Pool{New: func() any {
	return &sheetMaker{words: numbering{ids: map[string]uint32{}}, stems: numbering{ids: map[string]uint32{}}}
}}

// maxMakerWords is the size of a map that is not worth keeping.
const maxMakerWords = 1 << 16

// newSheet reads the words of the passages of one document, with the stems of its archive. It ends early, with the passages
// read so far, when over says so.
func newSheet(list []passage, st *stems, over func() bool) *sheet {
	m := makers.Get().(*sheetMaker)
	m.s, m.stem, m.seen = &sheet{parts: make([]cutting, 0, len(list))}, st, m.seen[:0]
	section := -1
	var open headings
	for i := range list {
		if i%64 == 63 && over() {
			break
		}
		p := &list[i]
		if s := p.first().Section; s != section {
			section = s
			m.head(strings.Join(open.headsOf(p.doc, s), " "))
			m.s.names = append(m.s.names, m.names(p.doc, s))
		}
		m.passage(p)
	}
	s := m.s
	s.places, s.stemOf = slices.Clone(s.places), slices.Clone(s.stemOf) // without the room to grow
	s.lexicon, s.stems = m.words.lexicon(), m.stems.lexicon()
	if len(s.lexicon.ends) > math.MaxUint16 {
		s.many = slices.Clone(m.seen)
	} else {
		s.words = make([]uint16, len(m.seen))
		for i, w := range m.seen {
			s.words[i] = uint16(w)
		}
	}
	if m.s, m.stem = nil, nil; len(m.words.ids) <= maxMakerWords {
		m.words.clear()
		m.stems.clear()
		makers.Put(m)
	}
	return s
}

// head adds the titles around passages.
func (m *sheetMaker) head(titles string) {
	var words []uint32
	readWords(plain(titles), func(w textWord, _ int) {
		if id := m.id(w); !slices.Contains(words, id) {
			words = append(words, id)
		}
	})
	m.s.heads = append(m.s.heads, words)
}

// passage adds a passage.
func (m *sheetMaker) passage(p *passage) {
	s := m.s
	c := cutting{start: int32(p.start), end: int32(p.end), size: int32(p.words), from: int32(len(m.seen)), head: int32(len(s.heads) - 1)}
	base := 0
	for i := p.start; i < p.end; i++ {
		base += readWords(plain(p.doc.Blocks[i].Text), func(w textWord, place int) { m.word(w, int(c.from), base+place) })
	}
	c.to, c.linked = int32(len(m.seen)), p.linked()
	s.parts = append(s.parts, c)
}

// word adds a word of the passage that begins at from.
func (m *sheetMaker) word(w textWord, from, place int) {
	s := m.s
	if s.places == nil && place != len(m.seen)-from {
		s.places = make([]uint32, 0, 2*len(m.seen)+64)
		for _, c := range s.parts {
			for k := c.from; k < c.to; k++ {
				s.places = append(s.places, uint32(k-c.from))
			}
		}
		for k := from; k < len(m.seen); k++ {
			s.places = append(s.places, uint32(k-from))
		}
	}
	m.seen = append(m.seen, m.id(w))
	if s.places != nil {
		s.places = append(s.places, uint32(place))
	}
}

// id returns the number of a word, a new one if need be.
func (m *sheetMaker) id(w textWord) uint32 {
	id, known := m.words.of(w.text)
	if !known {
		stem := w.text
		if !w.solid {
			stem = m.stem.of(w.text)
		}
		k, _ := m.stems.of(stem)
		m.s.stemOf = append(m.s.stemOf, k)
	}
	return id
}

// of returns the number of a word, and whether it had one. The word must live until clear.
func (n *numbering) of(word string) (id uint32, known bool) {
	if id, known = n.ids[word]; known {
		return id, true
	}
	id = uint32(len(n.ends))
	n.ids[word] = id
	n.text = append(n.text, word...)
	n.ends = append(n.ends, uint32(len(n.text)))
	return id, false
}

// lexicon returns a copy of what was numbered.
func (n *numbering) lexicon() lexicon { return lexicon{string(n.text), slices.Clone(n.ends)} }

func (n *numbering) clear() {
	clear(n.ids)
	n.text, n.ends = n.text[:0], n.ends[:0]
}

// add reads the passages of a document that belongs to source. The words of title count as if each passage had them once
// more.
func (r *poolReader) add(source int, list []passage, title string) {
	if len(list) > 0 {
		r.addSheet(source, list[0].doc, newSheet(list, r.stems, r.p.over), title)
	}
}

// addSheet counts what the passages of a sheet have of the question. doc is the document they are of.
func (r *poolReader) addSheet(source int, doc *article.Document, sh *sheet, title string) {
	t := r.counterOf(sh)
	inTitle, inSection, head := r.aboutTitle(title), about{}, int32(-1)
	named, block := 0.0, int32(-1)
	for i := range sh.parts {
		if i%64 == 63 && r.p.over() {
			return
		}
		c := &sh.parts[i]
		if c.head != head {
			head, inSection = c.head, t.about(sh.heads[c.head])
			named, block = t.named(r.p, sh.names[c.head], inTitle, inSection)
		}
		x := scored{passage: passage{doc: doc, start: int(c.start), end: int(c.end), words: int(c.size)}, source: source, first: i == 0, named: named, linked: float64(c.linked) / 100}
		if block >= 0 && (i == 0 || sh.parts[i-1].head != c.head) {
			x.start = int(block)
		}
		t.count(&x, c, inTitle.about, inSection)
		r.p.list = append(r.p.list, x)
	}
}

// A counter counts the words of a question in a sheet.
type counter struct {
	sh     *sheet
	q      *question
	known  []known // what the words are to the question that are something to it
	which  []int32 // by number of the word, which of known it is, counted from 1; 0 for none
	at     []occurrence
	found  []uint16 // of each piece of the question, in one passage
	pieces []int16  // those of them that are not zero
}

// counterOf looks the words of a sheet up, each once.
func (r *poolReader) counterOf(sh *sheet) *counter {
	t := &counter{sh: sh, q: r.p.q, which: make([]int32, len(sh.lexicon.ends)), found: make([]uint16, len(r.p.df))}
	stands := make([]int16, len(sh.stems.ends)) // for which word of the question, counted from 1
	for i := range stands {
		if w, ok := r.terms[sh.stems.at(i)]; ok {
			stands[i] = w + 1
		}
	}
	var room []int16
	for i := range t.which {
		from, word := len(room), sh.lexicon.at(i)
		if !hasSolid(word) {
			room = r.p.pieces.of(word, room)
		}
		k := stands[sh.stemOf[i]]
		if k == 0 {
			k = r.p.q.begins(word) + 1
		}
		if k > 0 || len(room) > from {
			t.known = append(t.known, known{k - 1, room[from:]})
			t.which[i] = int32(len(t.known))
		}
	}
	return t
}

// about is what the titles of sections have of the question.
func (t *counter) about(words []uint32) about {
	a := about{map[int16]bool{}, map[int16]bool{}}
	for _, w := range words {
		if k := t.which[w]; k > 0 {
			a.take(t.known[k-1])
		}
	}
	return a
}

// count counts what a passage has of the question, itself and by the titles above it.
func (t *counter) count(x *scored, c *cutting, titles ...about) {
	x.counts = make([]float32, len(t.q.words))
	t.at, t.pieces = t.at[:0], t.pieces[:0]
	for i := c.from; i < c.to; i++ {
		n := t.which[t.sh.word(i)]
		if n == 0 {
			continue
		}
		k := &t.known[n-1]
		if k.word >= 0 {
			x.counts[k.word]++
			place := int(i - c.from)
			if t.sh.places != nil {
				place = int(t.sh.places[i])
			}
			t.at = append(t.at, occurrence{int(k.word), place})
		}
		for _, p := range k.pieces {
			t.piece(p)
		}
	}
	x.gaps = t.q.gaps(t.at)
	for _, a := range titles {
		for w := range a.words {
			x.counts[w]++
		}
		for p := range a.pieces {
			t.piece(p)
		}
	}
	slices.Sort(t.pieces)
	x.pieces = make([]pieceCount, len(t.pieces))
	for i, p := range t.pieces {
		x.pieces[i], t.found[p] = pieceCount{p, t.found[p]}, 0
	}
}

// piece counts a piece once more.
func (t *counter) piece(p int16) {
	if t.found[p]++; t.found[p] == 1 {
		t.pieces = append(t.pieces, p)
	}
}
