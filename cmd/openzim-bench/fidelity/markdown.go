package fidelity

import (
	"sort"
	"strings"
)

// A Reading is Markdown taken apart, as a reader of Markdown would.
type Reading struct {
	words   string   // all text but formulas, anchors, link targets and the marks of lists and headings
	lines   []string // squashed, alts left out
	full    []string // squashed, alts left in
	raw     string   // white space folded, for formulas
	fences  []string
	heads   []heading
	items   []item
	pairs   []string
	targets map[string]bool
	formula map[string]int // how often the page's formulas stand between dollars
}

// Targets returns what the Markdown's links and images lead to, each once, in order of bytes.
func (r *Reading) Targets() []string {
	out := make([]string, 0, len(r.targets))
	for t := range r.targets {
		out = append(out, t)
	}
	sort.Strings(out)
	return out
}

// Read takes the Markdown of page p apart. The page is needed for its formulas alone: a dollar is a mark only around one
// of them, since texts speak of money, too.
func Read(md string, p *Page) *Reading {
	r := &Reading{targets: map[string]bool{}, formula: map[string]int{}}
	d := &reader{r: r}
	d.lines(r.takeFormulas(md, p.formulas))
	r.words = d.words.String()
	return r
}

// takeFormulas replaces the page's formulas by spaces and counts them, longest first, since one can be part of another.
func (r *Reading) takeFormulas(md string, all []formula) string {
	r.raw = md
	if len(all) == 0 {
		return md
	}
	var list []string
	known := map[string]bool{}
	for _, f := range all {
		if !known[f.tex] {
			known[f.tex] = true
			list = append(list, f.tex)
		}
	}
	sort.Slice(list, func(i, j int) bool {
		if len(list[i]) != len(list[j]) {
			return len(list[i]) > len(list[j])
		}
		return list[i] < list[j]
	})
	for _, t := range list {
		// In a table a bar ends the cell, so it has a backslash there.
		forms := []string{t}
		if strings.Contains(t, "|") {
			forms = append(forms, strings.ReplaceAll(t, "|", `\|`))
		}
		for _, f := range forms {
			for _, dollars := range []string{"$$", "$"} {
				whole := dollars + f + dollars
				if n := strings.Count(md, whole); n > 0 {
					r.formula[t] += n
					md = strings.ReplaceAll(md, whole, " \x00 ")
				}
			}
		}
	}
	r.raw = md
	return md
}

// A reader goes through the lines of Markdown.
type reader struct {
	r       *Reading
	words   strings.Builder
	indents []int // of the list items that are open
}

func (d *reader) lines(md string) {
	fence, indent, body := "", "", []string(nil)
	for l := range strings.SplitSeq(md, "\n") {
		prefix, mark := container(l)
		run := mark[:len(mark)-len(strings.TrimLeft(mark, "`"))]
		if run == "" {
			run = mark[:len(mark)-len(strings.TrimLeft(mark, "~"))]
		}
		switch {
		case fence == "" && len(run) >= 3 && !strings.Contains(mark[len(run):], "`"):
			fence, indent, body = run, blank(prefix), nil
			if strings.TrimLeft(prefix, " >") != "" { // the fence is the first thing in a list item
				d.line(prefix)
			}
		case fence != "" && strings.TrimSpace(strings.TrimLeft(l, " >")) == fence:
			d.r.fences = append(d.r.fences, seen(strings.Join(body, "\n")))
			d.add(strings.Join(body, "\n"), strings.Join(body, "\n"))
			fence = ""
		case fence != "":
			body = append(body, unindent(l, indent))
		default:
			d.line(l)
		}
	}
	if fence != "" { // never closed: what follows is code all the same
		d.add(strings.Join(body, "\n"), strings.Join(body, "\n"))
	}
}

// container parts a line into the quote marks, indentation and list markers before its text, and the text.
func container(l string) (prefix, text string) {
	text = l
	for {
		text = strings.TrimLeft(text, " >")
		_, rest, ok := marker(text)
		if !ok || rest == "" {
			return l[:len(l)-len(text)], text
		}
		text = rest
	}
}

// blank is what stands on the following lines in the place of a prefix: quote marks stay, markers are spaces.
func blank(prefix string) string {
	return strings.Map(func(r rune) rune {
		if r == '>' {
			return r
		}
		return ' '
	}, prefix)
}

// unindent takes away what a list or a quote puts before a line of code. A line that is empty in the code may lack it.
func unindent(l, indent string) string {
	if rest, ok := strings.CutPrefix(l, indent); ok {
		return rest
	}
	if strings.TrimRight(l, " ") == strings.TrimRight(indent, " ") {
		return ""
	}
	return l
}

// line reads one line that is not code: its prefixes, then its text.
func (d *reader) line(l string) {
	text := l
	for {
		t := strings.TrimLeft(text, " ")
		if rest, ok := strings.CutPrefix(t, "> "); ok {
			text = rest
			continue
		}
		if t == ">" {
			text = ""
		}
		break
	}
	indent := len(text) - len(strings.TrimLeft(text, " "))
	text = text[indent:]
	depth := 0
	for { // a marker may follow a marker: a list that is the first thing in an item
		width, rest, ok := marker(text)
		if !ok {
			break
		}
		depth = d.open(indent)
		indent += width
		text = rest
	}
	if depth == 0 && text != "" && indent == 0 {
		d.indents = d.indents[:0]
	}
	if rest, ok := strings.CutPrefix(text, ": "); ok {
		text = rest
	}
	level := len(text) - len(strings.TrimLeft(text, "#"))
	if level > 6 || level > 0 && !strings.HasPrefix(text[level:], " ") {
		level = 0
	}
	anchor := ""
	if level > 0 {
		text, anchor = cutAnchor(text[level:])
	} else {
		text, _ = cutAnchor(text)
	}
	with, without := d.inline(text)
	d.add(with, without)
	switch {
	case level > 0:
		d.r.heads = append(d.r.heads, heading{level: level, text: squash(without), ids: anchor})
	case depth > 0:
		d.r.items = append(d.r.items, item{depth: depth, text: squash(without)})
		if strings.HasPrefix(strings.TrimLeft(l, " >"), "- ") && strings.Contains(with, ": ") {
			d.r.pairs = append(d.r.pairs, squash(without), squash(with))
		}
	}
}

// open notes a list item at this indentation and returns how deep it is, from 1.
func (d *reader) open(indent int) int {
	for len(d.indents) > 0 && d.indents[len(d.indents)-1] >= indent {
		d.indents = d.indents[:len(d.indents)-1]
	}
	d.indents = append(d.indents, indent)
	return len(d.indents)
}

func (d *reader) add(with, without string) {
	d.words.WriteString(with + "\n")
	d.r.full = append(d.r.full, squash(with))
	d.r.lines = append(d.r.lines, squash(without))
}

// marker cuts a list marker off.
func marker(s string) (width int, rest string, ok bool) {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	switch {
	case n > 0 && n < 10 && n < len(s) && (s[n] == '.' || s[n] == ')'):
		n++
	case n == 0 && s != "" && strings.ContainsRune("-*+", rune(s[0])):
		n = 1
	default:
		return 0, s, false
	}
	if n == len(s) {
		return n, "", true
	}
	if s[n] != ' ' {
		return 0, s, false
	}
	rest = strings.TrimLeft(s[n:], " ")
	return len(s) - len(rest), rest, true
}

// cutAnchor cuts {#id} off the end.
func cutAnchor(s string) (text, id string) {
	s = strings.TrimSpace(s)
	i := strings.LastIndex(s, "{#")
	if i < 0 || !strings.HasSuffix(s, "}") {
		return s, ""
	}
	return strings.TrimSpace(s[:i]), s[i+2 : len(s)-1]
}
