package api

import (
	"context"
	"fmt"
	"strings"

	"github.com/openzim-mcp/openzim-mcp/zim/article"
	"github.com/openzim-mcp/openzim-mcp/zim/search"
)

// A passage is one of a reply with find, as data; its text is only in the text block.
type passage struct {
	ID      string   `json:"id"`                // opens a text that holds the passage word for word
	Section []string `json:"section,omitempty"` // titles of the sections around it, from the top
}

// maxPassages bounds the passages of one article that can be read by find.
const maxPassages = 500

// passages shows those passages of the article, or of the section that the id names, that match find, best first, and the
// outline behind them if it fits. Of a table it shows the rows that have all the words.
func (f *fetching) passages(ctx context.Context, doc *article.Document) error {
	p, err := f.locate(doc)
	if err != nil {
		return err
	}
	if p.Table >= 0 {
		f.begin()
		return f.table(doc, p.Table)
	}
	parts, _, err := search.Within(ctx, doc, f.find, f.found.Status.Meta.Language, maxPassages)
	if err != nil {
		return err
	}
	parts = inside(parts, p.Range)
	if len(parts) == 0 {
		f.begin()
		f.data.Reason = "no_match"
		f.reply.notice("no passage has any of these words")
	}
	f.show(doc, parts)
	if text := outlineText(doc, f.left()); !f.cont && text != "" && article.Tokens(text) <= f.left() {
		f.reply.notices = append(f.reply.notices, strings.Split(text, "\n")...)
	}
	return nil
}

// inside keeps the passages that lie in a range.
func inside(parts []search.Part, r article.Range) []search.Part {
	var out []search.Part
	for _, p := range parts {
		if p.Range.From.Block >= r.From.Block && p.Range.To <= r.To {
			out = append(out, p)
		}
	}
	return out
}

// show writes passages from the cursor's place on. Those that match less than half as well as the best wait for the next
// page. The best alone may be longer than the reply: then it is cut.
func (f *fetching) show(doc *article.Document, parts []search.Part) {
	at := 0
	if f.cont {
		at = min(f.from.Block, len(parts))
	}
	first, room := at, f.left()-cursorTokens-15 // 15 for the count of what is left
	for ; at < len(parts); at++ {
		if !f.cont && parts[at].Covered < parts[0].Covered/2 {
			break
		}
		text := passageText(doc, parts[at], maxPassage)
		row := passage{ID: f.citation(doc, parts[at], text)}
		for _, s := range parts[at].Section {
			row.Section = append(row.Section, plain(s))
		}
		head := passageHead(at+1, append([]string{f.data.Title}, row.Section...), row.ID, room/2)
		cost := article.Tokens(head + text + "\n\n")
		if cost > room && at > first {
			break
		}
		if cost > room {
			left := room - article.Tokens(head) - 4
			text, _, _ = doc.Page(parts[at].Range, left) // at least 20
			text = beginning(text, max(left, fewTokens)) // however long the id is
		}
		f.reply.body.WriteString(head + text + "\n\n")
		f.data.Passages = append(f.data.Passages, row)
		room -= cost
	}
	if left := len(parts) - at; left > 0 {
		f.remark(plural(left, "passage") + " more")
		f.next(at, 0)
	}
}

// fewTokens are shown of a passage whose id takes all the room.
const fewTokens = 8

// beginning is as much of a text as fits, up to the end of a word.
func beginning(text string, most int) string {
	for article.Tokens(text) > most {
		i := strings.LastIndexByte(text, ' ')
		if i <= 0 {
			break
		}
		text = text[:i]
	}
	return text
}

// passageHead is the line above a passage, in at most max tokens where that can be: titles are clipped, ids are not.
func passageHead(n int, titles []string, id string, max int) string {
	title := strings.Join(titles, " > ")
	for size := 2 * maxShown; ; size /= 2 {
		line := fmt.Sprintf("[%d] %s (%s)\n", n, title, id)
		if article.Tokens(line) <= max || size < 10 {
			return line
		}
		title = article.Clip(title, size)
	}
}

// citation is the id of a passage: of its section when the first page of that holds the passage, else of the block where
// it begins.
func (f *fetching) citation(doc *article.Document, p search.Part, text string) string {
	if page, ok := firstPage(doc, p); ok && strings.Contains(folded(page), folded(unfenced(text))) {
		return shownID(f.found.Hit, p.Anchor)
	}
	return blockID(f.found.Hit, p.Anchor, p.Block)
}

// maxPassage bounds a passage, in tokens: a single row of a table can be longer than a reply.
const maxPassage = 800

// passageText is the text of a passage, cut when it is longer than most tokens.
func passageText(doc *article.Document, p search.Part, most int) string {
	if article.Tokens(p.Text) <= most {
		return p.Text
	}
	text, _, _ := doc.Page(p.Range, most)
	return text
}

// firstPage is what fetch shows at least of the section of a passage, in the size it takes by default.
func firstPage(doc *article.Document, p search.Part) (string, bool) {
	place, ok := doc.Locate(p.Anchor, 0)
	if !ok {
		return "", false
	}
	size := fetchTokens * 3 / 4 // the rest is for the lines around it
	if place.Section == 0 {
		size = fetchTokens / 2 // the outline comes with the lead
	}
	text, _, _ := doc.MarkdownPage(article.View{TableRows: tableRows}, headless(doc, place, place.Range), size)
	return text, true
}

// unfenced leaves out the fence that closes a passage of code which was cut: its text goes on there.
func unfenced(s string) string { return strings.TrimRight(strings.TrimRight(s, "\n"), "`") }

// folded is s with every run of white space as one space, which is how citations are compared.
func folded(s string) string { return strings.Join(strings.Fields(s), " ") }

// finds reports whether a line has every word of find, in any case. Without find every line has.
func (f *fetching) finds(line string) bool {
	line = strings.ToLower(line)
	for w := range strings.FieldsSeq(strings.ToLower(f.find)) {
		if !strings.Contains(line, w) {
			return false
		}
	}
	return true
}

// none says why there is nothing: that there is none at all, or none that find selects.
func (f *fetching) none(atAll, found string) string {
	if f.find != "" {
		return found
	}
	return atAll
}
