package fidelity

import (
	"fmt"
	"sort"
	"strings"
)

// Compare judges a text of page p. Links are not judged, since that takes the archive: see [Page.Links].
func Compare(p *Page, r *Reading) *Score {
	s := &Score{}
	s.texts(p, r)
	s.tables(p, r)
	s.formulas(p, r)
	for _, c := range p.codes {
		s.Count(Code, anyContains(r.fences, c) || inCell(r, c), c)
	}
	s.headings(p, r)
	for _, a := range p.alts {
		s.Count(Alt, anyContains(r.full, squash(a)), a)
	}
	s.items(p, r)
	s.leaks(p, r)
	return s
}

// texts compares words, how often each occurs. What may stand or fall is not missed where it falls, and is right where it stands:
// it is on the page.
func (s *Score) texts(p *Page, r *Reading) {
	want, shown := bag(p.words), bag(p.words)
	have := bag(r.words)
	page, text := apart(fold(p.words)), apart(fold(r.words))
	for _, o := range p.optional {
		if o = apart(o); strings.Count(text, o) >= strings.Count(page, o) {
			continue // it stands
		}
		for w, n := range bag(o) {
			want[w] -= min(n, want[w])
		}
	}
	missing, extra := map[string]int{}, map[string]int{}
	for w, n := range want {
		hit := min(n, have[w])
		s.Shares[Recall].All += n
		s.Shares[Recall].Hit += hit
		if n > hit {
			missing[w] = n - hit
		}
	}
	for w, n := range have {
		s.Shares[Precision].All += n
		s.Shares[Precision].Hit += min(n, shown[w])
		if n > shown[w] {
			extra[w] = n - shown[w]
		}
	}
	captions := strings.Repeat(" caption", strings.Count(r.raw, "*Caption:*"))
	for w, n := range bag(p.repeats + " " + strings.Join(p.alts, " ") + captions) {
		shown[w] += n
	}
	for w := range strings.FieldsSeq(p.Profile.Label) {
		shown[w] = max(shown[w], have[w])
	}
	for w, n := range have {
		s.Shares[Bare].All += n
		s.Shares[Bare].Hit += min(n, shown[w])
	}
	s.keep(Recall, missing)
	s.keep(Precision, extra)
}

// apart puts two spaces between words, so that runs that follow one another can be counted: each has its own at its ends.
func apart(folded string) string { return " " + strings.ReplaceAll(folded, " ", "  ") + " " }

// keep notes the most frequent words as one miss.
func (s *Score) keep(m Metric, words map[string]int) {
	if len(words) == 0 {
		return
	}
	list := make([]string, 0, len(words))
	for w := range words {
		list = append(list, w)
	}
	sort.Slice(list, func(i, j int) bool {
		if words[list[i]] != words[list[j]] {
			return words[list[i]] > words[list[j]]
		}
		return list[i] < list[j]
	})
	var b strings.Builder
	for i, w := range list {
		if i == 40 {
			fmt.Fprintf(&b, "… %d more", len(list)-i)
			break
		}
		fmt.Fprintf(&b, "%s×%d ", w, words[w])
	}
	s.Misses = append(s.Misses, Miss{m, b.String()})
}

func (s *Score) tables(p *Page, r *Reading) {
	all := strings.Join(r.lines, "")
	full := strings.Join(r.full, "")
	for _, c := range p.cells {
		s.Count(Cell, strings.Contains(all, c.plain) || strings.Contains(full, c.withAlt), c.shown)
	}
	at := 0
	for _, x := range p.rows {
		shown := make([]string, len(x))
		for i, c := range x {
			shown[i] = c.shown
		}
		found := false
		at, found = onOneLine(r, x, at)
		s.Count(Row, found, strings.Join(shown, " | "))
	}
	for _, x := range p.pairs {
		s.Count(Pair, anyContains(r.pairs, x.key+x.value), x.shown)
	}
}

// onOneLine finds a line with all cells in order. It looks from the line where the last row was found, since rows follow
// one another there, too.
func onOneLine(r *Reading, x row, from int) (at int, found bool) {
	for k := range r.lines {
		i := (from + k) % len(r.lines)
		if inOrder(r.lines[i], x, false) || len(r.full[i]) != len(r.lines[i]) && inOrder(r.full[i], x, true) {
			return i, true
		}
	}
	return from, false
}

func inOrder(line string, x row, alts bool) bool {
	for _, c := range x {
		want := c.plain
		if alts {
			want = c.withAlt
		}
		_, after, ok := strings.Cut(line, want)
		if !ok {
			return false
		}
		line = after
	}
	return true
}

// formulas asks for each formula as often as the page has it, and for no second form of it: neither with the wrapper, nor
// as the plain text of its MathML.
func (s *Score) formulas(p *Page, r *Reading) {
	need := map[string]int{}
	linear := map[string]string{}
	for _, f := range p.formulas {
		need[f.tex]++
		linear[f.tex] = f.linear
	}
	page, text := squash(p.words), strings.Join(r.full, "")
	for t, n := range need {
		got := r.formula[t]
		l := linear[t]
		twice := got > n || strings.Contains(r.raw, `{\displaystyle `+t) ||
			len(l) > 3 && strings.Count(text, l) > strings.Count(page, l)
		for i := range n {
			s.Count(Math, i < got && !twice, t)
		}
	}
}

// inCell finds code that stands in a cell, where there are no lines: there "⏎" is a line end.
func inCell(r *Reading, code string) bool {
	line := strings.ReplaceAll(code, "\n", "⏎")
	return strings.Contains(r.raw, line) || strings.Contains(r.raw, strings.ReplaceAll(line, "|", `\|`))
}

// headings are found in order, so that of two with the same text each has its own.
func (s *Score) headings(p *Page, r *Reading) {
	free := map[string][]string{} // level and text to anchors
	for _, h := range r.heads {
		k := fmt.Sprint(h.level, " ", h.text)
		free[k] = append(free[k], h.ids)
	}
	given := map[string]int{}
	first := true
	for _, h := range p.heads {
		level := h.level
		if level == 1 && !first { // a text has one title
			level = 2
		}
		first = first && h.level != 1
		k := fmt.Sprint(level, " ", h.text)
		found := len(free[k]) > 0
		anchor := ""
		if found {
			anchor, free[k] = free[k][0], free[k][1:]
		}
		s.Count(Heading, found, h.shown)
		if h.ids == "" || level == 1 {
			continue // the title is the page: it needs no anchor
		}
		want, _, _ := strings.Cut(h.ids, " ")
		given[want]++
		numbered := given[want] > 1 && strings.HasPrefix(anchor, want+"_") // an id that was given out before
		s.Count(Anchor, found && (anchor == want || numbered), h.shown+" {#"+want+"} got {#"+anchor+"}")
	}
}

// items asks for a list item that begins with the text and stands at the page's depth, at most 10.
func (s *Score) items(p *Page, r *Reading) {
	byDepth := map[int][]string{}
	for _, x := range r.items {
		byDepth[x.depth] = append(byDepth[x.depth], x.text)
	}
	for _, x := range p.items {
		found := false
		for _, t := range byDepth[min(x.depth, 10)] {
			if strings.HasPrefix(t, x.text) {
				found = true
				break
			}
		}
		s.Count(ListDepth, found, fmt.Sprintf("depth %d: %s", x.depth, x.shown))
	}
}

// leaks looks for runs of three words and more of what should not be there and is nowhere else on the page. A run is one text, so it
// does not reach from one cell of a table into another: a year that is repeated in a row makes no title of what stands behind it.
func (s *Score) leaks(p *Page, r *Reading) {
	text, visible := " "+fold(strings.ReplaceAll(r.words, "|", " "+border+" "))+" ", " "+fold(p.words)+" "
	for _, run := range p.furniture {
		f := fold(run)
		if strings.Count(f, " ") < 2 {
			continue
		}
		f = " " + f + " "
		if strings.Contains(text, f) && !strings.Contains(visible, f) {
			s.Leaks++
			if len(s.Leaked) < MaxMisses {
				s.Leaked = append(s.Leaked, brief(run))
			}
		}
	}
}

// border is a letter that no page has as a word.
const border = "ǀ"

func anyContains(all []string, s string) bool {
	for _, a := range all {
		if strings.Contains(a, s) {
			return true
		}
	}
	return false
}
