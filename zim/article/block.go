package article

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
