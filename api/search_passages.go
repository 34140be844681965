package api

import (
	"fmt"
	"strings"

	"github.com/openzim-mcp/openzim-mcp/zim/article"
	"github.com/openzim-mcp/openzim-mcp/zim/library"
	"github.com/openzim-mcp/openzim-mcp/zim/search"
)

// A passageWriter puts passages into a reply while there is room.
type passageWriter struct {
	s        *Surface
	r        *reply
	d        *searchData
	archives map[string]library.Status
	total    int // tokens of the whole reply
	room     int // tokens left
}

// write shows passages, best first, up to the first that does not fit, and counts the others.
func (w *passageWriter) write(list []search.Passage) {
	for i := range list {
		switch w.passage(&list[i]) {
		case full:
			w.d.More += len(list) - i
			return
		case tooLong:
			w.d.More++
		}
	}
}

// What came of a passage.
type written int

const (
	done    written = iota
	full            // there is no room for it behind those before it
	tooLong         // its id alone is too long for the reply
)

const (
	cutTokens  = 18 // of the line that says that a passage is cut
	leastShown = 20 // of a passage that is cut
)

// passage writes one passage. The first is cut when it does not fit, unless not even its id does.
func (w *passageWriter) passage(p *search.Passage) written {
	row, head, source, used := w.open(p)
	cost := article.Tokens(row.Text) + 2
	for used+cost > w.room && len(row.Options) > 1 {
		row.cutOptions()
		cost = article.Tokens(row.Text) + 2
	}
	if used+cost > w.room {
		switch {
		case len(w.d.Results) > 0:
			return full
		case used+cutTokens+leastShown > w.room:
			return tooLong
		}
		text, _, _ := p.Doc.Page(p.Range, w.room-used-cutTokens)
		row.Text = strings.TrimSpace(text)
		cost = article.Tokens(row.Text) + 2 + cutTokens
		w.r.notice("the passage is cut to max_tokens; fetch its id for the rest")
	}
	if !seen(w.d.Provenance, source.Archive, source.Edition) {
		w.d.Provenance = append(w.d.Provenance, source)
		w.r.provenance = append(w.r.provenance, w.brief(source))
	}
	w.d.Results = append(w.d.Results, row)
	w.r.body.WriteString(head + row.Text + "\n\n")
	w.room -= used + cost
	return done
}

// open makes what stands above a passage, and counts its tokens.
func (w *passageWriter) open(p *search.Passage) (row searchResult, head string, source provenance, used int) {
	st := w.archives[refOf(p.Archive, p.Edition)]
	row = w.s.passageRow(p, st, w.longest(p))
	head, source = w.head(&row), provenanceOf(st)
	used = article.Tokens(head)
	if !seen(w.d.Provenance, source.Archive, source.Edition) {
		used += article.Tokens(provenanceLine([]provenance{w.brief(source)})) + 2
	}
	return row, head, source, used
}

// longest is the size to which a passage is cut. Letters of some scripts cost a token each, and a paragraph of them more
// than others' two: the first passage may take the reply, when it then is there at least in its greater part.
func (w *passageWriter) longest(p *search.Passage) int {
	if room := min(w.room-headTokens, firstPassage); len(w.d.Results) == 0 && room > maxPassage && article.Tokens(p.Text) <= room*3/2 {
		return room
	}
	return maxPassage
}

// firstPassage bounds the first passage, in tokens, below what fetch shows on its first page.
const firstPassage = fetchTokens * 3 / 4

// headTokens is about what the lines above a passage take.
const headTokens = 60

// brief is where text comes from, in at most an eighth of the reply.
func (w *passageWriter) brief(p provenance) provenance { return p.within(max(w.total/8, 12)) }

// least is the room that the first passage needs: all of it, or in a small reply enough to be read.
func (w *passageWriter) least(p *search.Passage) int {
	row, _, _, used := w.open(p)
	return used + min(article.Tokens(row.Text)+2, cutTokens+max(leastShown, w.total/4))
}

// head is the line above a passage. Titles are clipped where they would take more than a third of what is left.
func (w *passageWriter) head(row *searchResult) string {
	line := func() string { return fmt.Sprintf("[%d] %s (%s)\n", len(w.d.Results)+1, passageTitle(*row), row.ID) }
	most := w.room/3 + article.Tokens(row.ID)
	for size := 2 * maxShown; size > 10 && article.Tokens(line()) > most; size /= 2 {
		row.Title = article.Clip(row.Title, size)
		row.From = article.Clip(row.From, size)
	}
	return line()
}

// seen reports whether a reply has named an archive's edition already; the line is paid for once.
func seen(list []provenance, name, edition string) bool {
	for _, p := range list {
		if p.Archive == name && p.Edition == edition {
			return true
		}
	}
	return false
}

// passageTitle is the line of a passage before its id; a redirect shows the title that matched too.
func passageTitle(row searchResult) string {
	title := row.Title
	if row.From != "" {
		title += " (from \"" + row.From + "\")"
	}
	if row.Weak {
		title = "weak: " + title
	}
	if row.Kind != "" {
		title += " (" + row.Kind + " page)"
	}
	return title
}

// A pageOption is an article that a disambiguation page leads to.
type pageOption struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Gloss string `json:"gloss,omitempty"`
}

// setOptions shows the articles in the place of the page's own text.
func (row *searchResult) setOptions(list []search.Option) {
	for _, o := range list {
		row.Options = append(row.Options, pageOption{ID: o.ID(), Title: shownTitle(o.Hit), Gloss: short(o.Gloss)})
	}
	row.Text = optionLines(row.Options)
}

// cutOptions leaves the last option out.
func (row *searchResult) cutOptions() {
	row.Options = row.Options[:len(row.Options)-1]
	row.Text = optionLines(row.Options)
}

func optionLines(list []pageOption) string {
	var lines []string
	for _, o := range list {
		line := "- " + o.Title
		if o.Gloss != "" {
			line += ": " + o.Gloss
		}
		lines = append(lines, line+" ("+o.ID+")")
	}
	return strings.Join(lines, "\n")
}

// passageRow is the passage as data, with the texts of its line.
func (s *Surface) passageRow(p *search.Passage, st library.Status, most int) searchResult {
	text := passageText(p.Doc, p.Part, most)
	row := searchResult{ID: (&fetching{found: &search.Found{Hit: p.Hit}}).citation(p.Doc, p.Part, text), Archive: string(p.Archive), Text: text, Match: "text", Weak: p.Weak, Also: len(p.Also),
		URL: pageURL(p.Hit, st, p.Doc.Canonical, p.Anchor)}
	title := shownTitle(p.Hit)
	if t := short(p.Doc.Title); t != "" && p.Title == p.Path {
		title = t // the archive stores no title, the page has one
	}
	for _, t := range p.Section {
		row.Section = append(row.Section, short(t))
	}
	row.Title = strings.Join(append([]string{title}, sectionsBelow(title, row.Section)...), " > ")
	if p.From != "" && short(p.From) != title {
		row.From = short(p.From)
	}
	if p.Match == search.Exact || p.Match == search.Folded {
		row.Match = "title"
	}
	if p.Doc.Kind == article.Disambiguation {
		row.Kind = p.Doc.Kind.String()
	}
	if len(p.Options) > 0 {
		row.setOptions(p.Options)
	}
	return row
}

// sectionsBelow leaves out the first section where it only says the article's title again, as manuals do.
func sectionsBelow(title string, sections []string) []string {
	words := func(s string) string { return strings.Join(strings.Fields(strings.ReplaceAll(s, "_", " ")), " ") }
	if len(sections) > 0 && strings.EqualFold(words(sections[0]), words(title)) {
		return sections[1:]
	}
	return sections
}

// shownTitle is never empty: a line of results without a title could not be told from one that was cut.
func shownTitle(h search.Hit) string {
	if t := short(h.Title); t != "" {
		return t
	}
	return "(untitled)"
}
