package article

import (
	"slices"
	"strings"
)

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
