package article

import (
	"slices"
	"strings"
)

// A page holds the blocks that were written. Their texts stand one behind the other in one buffer, which becomes one string
// at the end: a page of a thousand blocks costs one allocation for all of them.
type page struct {
	arena []byte
	ext   []extent // of Document.Blocks, by index
	spans []Span   // of all blocks
}

// An extent is where the text and the spans of a block stand.
type extent struct {
	from, to     int // in page.arena
	span, spanTo int // in page.spans
	gone         bool
}

// flush ends the block being written. In a cell or a heading it only leaves a mark.
func (w *walker) flush() {
	w.join = false
	switch {
	case w.in.bare:
		w.in.space = true
		return
	case w.in.cell:
		w.in.separate()
		return
	}
	w.in.suspend()
	if !w.in.empty() {
		w.put(Block{Kind: w.kind}, lead(w.kind), w.in.b, w.in.spans)
	}
	w.in.reset(false)
}

// lead is what stands before the text of a block of a kind.
func lead(kind BlockKind) string {
	if kind == Caption {
		return "*Caption:* "
	}
	return ""
}

// emit adds a block with the given text.
func (w *walker) emit(b Block, text string) int {
	if w.done {
		return -1
	}
	w.odd = w.odd || firstSuspect(text) < len(text)
	return w.put(b, text, nil, nil)
}

// put adds a block with the prefixes of the lists and quotes it stands in, and returns its index, or -1 when there is no room
// for it. Offsets of spans count from the beginning of text.
func (w *walker) put(b Block, before string, text []byte, spans []Span) int {
	if w.done {
		return -1
	}
	if w.post != nil && !w.post.ready {
		w.postHead()
	}
	b.Section, b.Depth = len(w.doc.Sections)-1, len(w.lists)
	w.prefix(&b)
	size := len(b.First) + len(before) + len(text) + 2
	if w.out+size > w.lim.Output {
		w.cut(CutOutput)
		w.done = true
		return -1
	}
	w.out += size
	w.odd = w.odd || w.in.odd
	e := extent{from: len(w.arena), span: len(w.spans)}
	w.arena = append(append(w.arena, before...), text...)
	for _, s := range spans {
		if s.Start < s.End {
			s.Start, s.End = s.Start+len(before), s.End+len(before)
			w.spans = append(w.spans, s)
		}
	}
	e.to, e.spanTo = len(w.arena), len(w.spans)
	w.doc.Blocks = append(w.doc.Blocks, b)
	w.ext = append(w.ext, e)
	return len(w.ext) - 1
}

// prefix sets what stands before the lines of a block. Nesting is written once for each line, however deep it is.
func (w *walker) prefix(b *Block) {
	if len(w.lists) == 0 && w.quotes == 0 {
		return
	}
	quote, n := quoteMarks[:2*min(w.quotes, maxQuotes)], w.indent()
	rest := spaces[:min(n, len(spaces))]
	marker, at := w.markers(len(rest))
	switch {
	case marker == "":
		b.First, b.Rest = joined(quote, rest)+b.First, joined(quote, rest)+b.Rest
		return
	case marker == dashMarker:
		b.First = joined(quote, dashes[len(dashes)-at-len(dashMarker):])
	default:
		b.First = quote + spaces[:at] + marker
	}
	b.Rest = joined(quote, rest) + b.Rest
	if b.Kind == Paragraph || b.Kind == Quote {
		b.Kind = Item
	}
}

// markers takes the markers of the items that begin with the next block, and says how far in they stand: an item that begins
// with a list has both markers on one line. width is that of all markers.
func (w *walker) markers(width int) (string, int) {
	marker := ""
	for i := len(w.lists) - 1; i >= 0 && w.lists[i].marker != ""; i-- {
		if len(marker)+len(w.lists[i].marker) <= max(width, len(w.lists[i].marker)) {
			marker = joined(w.lists[i].marker, marker)
		}
		w.lists[i].marker = ""
	}
	return marker, max(width-len(marker), 0)
}

// joined is a + b without a copy when one is empty.
func joined(a, b string) string {
	switch {
	case a == "":
		return b
	case b == "":
		return a
	}
	return a + b
}

const (
	quoteMarks = "> > > "
	spaces     = "                                                                                                    "
	dashMarker = "- "
	dashes     = spaces + dashMarker // prefixes of items are ends of this
	maxLists   = 10                  // deeper lists are indented no further
	maxQuotes  = 3                   // deeper quotations are marked no further
)

// settleTexts gives the blocks their texts, and escapes the lines that would read as structure or as our own words.
func (w *walker) settleTexts() {
	d := w.doc
	all, spans := string(w.arena), append([]Span(nil), w.spans...)
	amps, joins := strings.IndexByte(all, '&') >= 0, mayJoin(all)
	for i := range d.Blocks {
		b, e := &d.Blocks[i], &w.ext[i]
		b.Text = all[e.from:e.to]
		if e.spanTo > e.span {
			b.Spans = spans[e.span:e.spanTo:e.spanTo]
		}
		finishText(b, doubts{w.odd, joins, amps})
	}
}

// doubts say what may be in a page's texts.
type doubts struct {
	odd   bool // invisible characters, which mean something only by what stands beside them
	joins bool // what means something together
	amps  bool // a '&'
}

// finishText is the second look at the text of a block: what came together when its parts were joined is judged once more. Lines
// that would read as structure or as our own words are escaped. Most blocks need nothing and are not copied.
func finishText(b *Block, may doubts) {
	if may.odd && firstSuspect(b.Text) != len(b.Text) {
		stripBlock(b)
	}
	if b.Kind == Code || b.Kind == Math {
		return
	}
	if may.joins {
		joinBlock(b)
	}
	if b.Kind != Row && b.Kind != TableHead { // their lines begin with a bar
		guardBlock(b)
	}
	if !may.amps {
		return
	}
	if text := escapeReferences(b.Text); len(text) != len(b.Text) {
		for i := range b.Spans {
			s := &b.Spans[i]
			s.Start = min(len(escapeReferences(b.Text[:s.Start])), len(text))
			s.End = min(max(len(escapeReferences(b.Text[:s.End])), s.Start), len(text))
		}
		b.Text = text
	}
}

// stripBlock removes invisible characters from a text that has some.
func stripBlock(b *Block) {
	text := stripInvisible(b.Text)
	if len(text) != len(b.Text) {
		for i := range b.Spans {
			s := &b.Spans[i]
			s.Start = min(len(stripInvisible(b.Text[:s.Start])), len(text))
			s.End = min(max(len(stripInvisible(b.Text[:s.End])), s.Start), len(text))
		}
	}
	b.Text = text
}

// guardBlock escapes the lines of a block.
func guardBlock(b *Block) {
	for at := 0; at < len(b.Text); {
		end := strings.IndexByte(b.Text[at:], '\n')
		if end < 0 {
			end = len(b.Text)
		} else {
			end += at
		}
		line := b.Text[at:end]
		safe := line
		if b.Kind != Heading { // its line begins with marks of its own
			safe = escapeLine(line)
		}
		if imitates(safe) {
			safe = guardLines(safe)
		}
		if len(safe) != len(line) {
			shift(b.Spans, at+differ(line, safe), len(safe)-len(line))
			b.Text = b.Text[:at] + safe + b.Text[end:]
		}
		at += len(safe) + 1
	}
}

// differ is the length of the common beginning of two texts.
func differ(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// shift moves what stands behind an offset. What begins there takes in what was added, so that an escape is part of a link.
func shift(spans []Span, at, by int) {
	for i := range spans {
		if spans[i].Start > at {
			spans[i].Start += by
		}
		if spans[i].End > at {
			spans[i].End += by
		}
	}
}

// finish leaves out sections without content, sets the bounds of the others and gives every part its text.
func (w *walker) finish() {
	w.sameCaptions()
	w.compact(w.emptySections())
	w.settleTexts()
	w.settleLinks()
	w.settleImages()
	w.settleReferences()
	bound(w.doc)
	w.settleKind()
	w.release()
}

// emptySections tells which sections stay: those with text, and those above one that stays.
func (w *walker) emptySections() []bool {
	d := w.doc
	keep, blocks := make([]bool, len(d.Sections)), make([]int, len(d.Sections))
	for i := range d.Blocks {
		if !w.ext[i].gone {
			blocks[d.Blocks[i].Section]++
		}
	}
	low := 7 // level of the last section that stays, while those before it may be above it
	for i := len(d.Sections) - 1; i > 0; i-- {
		s := &d.Sections[i]
		keep[i] = s.keep || blocks[i] > 1 || low > s.Level && low < 7 || !s.lost && !w.prof.empties
		if keep[i] {
			low = s.Level
		} else if s.Level < low {
			low = 7
		}
	}
	keep[0] = true
	return keep
}

// compact removes the sections that are not kept, with their headings, and blocks that are gone.
func (w *walker) compact(keep []bool) {
	d := w.doc
	if !slices.Contains(keep, false) && !slices.ContainsFunc(w.ext, func(e extent) bool { return e.gone }) {
		return
	}
	section := make([]int, len(keep)) // new index of each section; of one that goes, of the one before
	kept := d.Sections[:0]
	for i, s := range d.Sections {
		if keep[i] {
			kept = append(kept, s)
		}
		section[i] = len(kept) - 1
	}
	d.Sections = kept
	block := make([]int, len(d.Blocks)+1) // new index of each block
	blocks, ext := d.Blocks[:0], w.ext[:0]
	for i, b := range d.Blocks {
		block[i] = len(blocks)
		if !keep[b.Section] || w.ext[i].gone {
			continue
		}
		b.Section = section[b.Section]
		blocks, ext = append(blocks, b), append(ext, w.ext[i])
	}
	block[len(block)-1] = len(blocks)
	d.Blocks, w.ext = blocks, ext
	for i := range d.Blocks {
		if e := d.Blocks[i].end; e > 0 {
			d.Blocks[i].end = block[min(e, len(block)-1)]
		}
	}
	for i := range d.Tables {
		t := &d.Tables[i]
		t.Start, t.Head, t.End, t.Section = block[t.Start], block[t.Head], block[t.End], section[t.Section]
	}
	for i := range d.Links {
		d.Links[i].Section = section[d.Links[i].Section]
	}
	for i := range d.Images {
		d.Images[i].Section = section[d.Images[i].Section]
	}
	w.refs.renumber(section)
}

// settleKind decides what the marks of the page did not: lists by their title or their words, redirects by having no text.
func (w *walker) settleKind() {
	d := w.doc
	if d.Redirect != "" && len(w.arena) < 200 {
		d.Kind = Redirect
	}
	if d.Kind == Placeholder && len(w.arena) > 2000 { // a page with as much text is none
		d.Kind = Article
	}
	if d.Kind != Article {
		return
	}
	listed, all := 0, 0
	for i := range d.Blocks {
		n := len(d.Blocks[i].Text)
		switch d.Blocks[i].Kind {
		case Heading:
			continue
		case Item, Row, TableHead:
			listed += n
		}
		all += n
	}
	switch {
	case titleSaysDisambiguation(d.Title):
		d.Kind = Disambiguation
	case strings.HasPrefix(d.Title, "List of ") || strings.HasPrefix(d.Title, "Lists of "), all > 400 && listed*10 > all*7:
		d.Kind = List
	}
}

// titleSaysDisambiguation goes by the suffix of Wikipedia's languages.
func titleSaysDisambiguation(title string) bool {
	open := strings.LastIndexByte(title, '(')
	return open > 0 && disambiguations[strings.ToLower(strings.TrimSuffix(title[open+1:], ")"))]
}

var disambiguations = func() map[string]bool {
	m := map[string]bool{}
	for _, s := range strings.Split("disambiguation,begriffsklärung,homonymie,desambiguación,disambigua,desambiguação,doorverwijspagina,"+
		"ujednoznacznienie,значения,значення,olika betydelser,flertydig,andre betydninger,täsmennyssivu,egyértelműsítő lap,rozcestník,"+
		"anlam ayrımı,توضيح,ابهام\u200cزدایی,פירושונים,曖昧さ回避,消歧义,消歧義,동음이의,định hướng,disambiguasi,απoσαφήνιση,desambiguació,apartigilo", ",") {
		m[s] = true
	}
	return m
}()
