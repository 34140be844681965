package api

import (
	"context"
	"strings"

	"github.com/openzim-mcp/openzim-mcp/zim/article"
)

// An option is one of the pages that a disambiguation page leads to, as data.
type option struct {
	Title string `json:"title"`
	Gloss string `json:"gloss,omitempty"`
	ID    string `json:"id,omitempty"` // empty when the archive lacks the page
}

// disambiguation shows a page that only tells pages of like titles apart: its text, with the id of each page it leads to.
// It stands in for none of them.
func (f *fetching) disambiguation(ctx context.Context, doc *article.Document) error {
	marked, options, err := f.options(ctx, doc)
	if err != nil {
		return err
	}
	f.remark("disambiguation page: fetch one of its ids")
	if err := f.text(marked); err != nil {
		return err
	}
	for _, o := range options { // those of this page of the reply
		if o.ID != "" && f.reply.holds("("+o.ID+")") {
			f.data.Options = append(f.data.Options, o)
		}
	}
	return nil
}

// options is doc with "- Title: gloss (id)" for every item of its lists that leads to a page, and the same as data.
func (f *fetching) options(ctx context.Context, doc *article.Document) (*article.Document, []option, error) {
	choices := doc.Choices()
	// A copy: the document is kept for other calls.
	marked := *doc
	marked.Blocks = append([]article.Block(nil), doc.Blocks...)
	desk := &linkDesk{f: f, doc: doc}
	var out []option
	// Choices come in the order of the items, so one pass finds the item of each.
	for i := 0; i < len(marked.Blocks) && len(choices) > 0; i++ {
		b := &marked.Blocks[i]
		c := choices[0]
		if b.Kind != article.Item || !leadsTo(*b, c.Link) {
			continue
		}
		choices = choices[1:]
		id, err := desk.id(ctx, &doc.Links[c.Link])
		if err != nil {
			return nil, nil, err
		}
		o := option{Title: plain(c.Title), Gloss: plain(c.Gloss), ID: id}
		b.Text, b.Spans = o.line(), nil
		out = append(out, o)
	}
	return &marked, out, nil
}

// maxHatnotes bounds the ids of pages that hatnotes lead to.
const maxHatnotes = 5

// hatnotes gives the ids of the pages that the notes above the text lead to, which are other meanings of the title. They
// stand in a notice, so that the text is the same under every view.
func (f *fetching) hatnotes(ctx context.Context, doc *article.Document) error {
	desk := &linkDesk{f: f, doc: doc, printed: map[string]bool{}}
	var list []string
	for _, b := range doc.Blocks[:doc.Sections[0].Own] {
		if b.Kind != article.Hatnote {
			continue
		}
		for _, s := range b.Spans {
			if s.Link < 0 || len(list) == maxHatnotes {
				continue
			}
			row, err := desk.row(ctx, &doc.Links[s.Link])
			if err != nil {
				return err
			}
			if row.ID != "" {
				list = append(list, row.line())
			}
		}
	}
	if len(list) > 0 {
		f.remark("see also: " + strings.Join(list, ", "))
	}
	return nil
}

// leadsTo reports that a block holds a link.
func leadsTo(b article.Block, link int) bool {
	for _, s := range b.Spans {
		if s.Link == link {
			return true
		}
	}
	return false
}

// line is "Title: gloss (id)".
func (o option) line() string {
	l := o.Title
	if o.Gloss != "" {
		l += ": " + o.Gloss
	}
	if o.ID == "" {
		return article.Guard(l + " (not in this archive)")
	}
	return article.Guard(l + " (" + o.ID + ")")
}
