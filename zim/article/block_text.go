package article

import "strings"

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
		rewriteBlock(b, stripInvisible)
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
	if may.amps {
		rewriteBlock(b, escapeReferences)
	}
}

// rewriteBlock gives a block the text that rewrite makes of its own, and moves the spans along.
func rewriteBlock(b *Block, rewrite func(string) string) {
	text := rewrite(b.Text)
	if len(text) != len(b.Text) {
		for i := range b.Spans {
			s := &b.Spans[i]
			s.Start = min(len(rewrite(b.Text[:s.Start])), len(text))
			s.End = min(max(len(rewrite(b.Text[:s.End])), s.Start), len(text))
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
