package article

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// A post is a question or an answer that is being read. Its first line, or its heading, waits until its body begins: what it
// says stands partly in front of the body.
type post struct {
	answer   bool
	ready    bool // the first line was written
	accepted bool
	id       string
	score    string
	date     string
	tags     []tag
	near     []string // ids that mean it, the best first; some may be empty
}

// A tag of a question, with its link or -1.
type tag struct {
	name string
	link int
}

// postPart does what the profile says of a part of a post, and reports whether that was all.
func (w *walker) postPart(n *html.Node, e *elem) bool {
	switch e.rule.do {
	case doQuestion, doAnswer:
		w.postBody(n, e)
		return true
	case doAnswers:
		w.answers = true
		return false
	case doReply:
		if w.answers {
			w.postBody(n, e)
		}
		return w.answers
	case doComments:
		return w.post == nil // comments outside a post are text
	}
	if w.post == nil {
		return false
	}
	switch e.rule.do {
	case doAccepted:
		w.post.accepted = true
	case doScore:
		w.score(n)
	case doComment:
		w.comment(n)
	case doTags:
		w.collectLinks(n, Related)
	}
	w.dropped(e.rule.name)
	return true
}

// postBody reads a question or an answer.
func (w *walker) postBody(n *html.Node, e *elem) {
	w.flush()
	if e.rule.do != doQuestion { // what follows up to the next answer belongs to this one
		w.beginAnswer(n, e)
		w.kids(n)
		w.flush()
		return
	}
	p := &post{score: attr(n, "data-score")}
	w.facts(n, p)
	w.post = p
	w.kids(n)
	w.flush()
	w.post = nil
}

// beginAnswer opens a post whose first block gets a heading, with the id of the answer as anchor.
func (w *walker) beginAnswer(n *html.Node, e *elem) {
	p := &post{answer: true, score: attr(n, "data-score"), id: attr(n, "data-answerid")}
	for c := range strings.FieldsSeq(attr(n, "class")) {
		p.accepted = p.accepted || c == "accepted-answer" || c == "accepted"
	}
	p.near = append(p.near, p.id, e.id)
	for i := len(w.ids.near) - 1; i >= 0; i-- { // the innermost first
		if x := &w.ids.near[i]; x.runs == w.in.runs {
			p.near = append(p.near, x.id)
		}
	}
	w.post = p
}

// facts looks for what the first line of a question says and its page says behind the body: tags and date.
func (w *walker) facts(n *html.Node, p *post) {
	for c := n; c != nil && w.visit(); c = next(n, c, true) {
		if c.Type != html.ElementNode || len(c.Attr) == 0 && c.DataAtom != atom.Time {
			continue
		}
		switch e := w.judge(c); e.do() {
		case doTags:
			for a := c; a != nil && w.visit() && len(p.tags) < 10; a = next(c, a, true) {
				if a.DataAtom == atom.A {
					p.tags = append(p.tags, tag{Clip(w.plainText(a), 40), w.linkTo(attr(a, "href"), Related)})
				}
			}
		case doDate:
			if p.date == "" {
				p.date = dateOf(c)
			}
		}
	}
}

// dateOf reads the day of a post.
func dateOf(n *html.Node) string {
	for _, key := range []string{"datetime", "title"} {
		if v := attr(n, key); len(v) >= 10 && strings.Trim(v[:10], "0123456789-") == "" {
			return v[:10]
		}
	}
	return ""
}

// score reads the votes of a post or a comment from text, where no attribute has them.
func (w *walker) score(n *html.Node) {
	s := w.plainText(n)
	if !digits(s) || len(s) > 12 {
		return
	}
	if w.post.score == "" && !w.post.ready {
		w.post.score = s
	}
}

// postHead writes the first line of a question or the heading of an answer, when the first of its blocks is due.
func (w *walker) postHead() {
	p := w.post
	p.ready = true
	in, kind, lists, quotes := w.in, w.kind, w.lists, w.quotes
	w.in, w.lists, w.quotes = inline{runs: in.runs}, nil, 0
	var facts []string
	if p.accepted {
		facts = append(facts, "accepted")
	}
	if digits(p.score) {
		facts = append(facts, "score "+p.score)
	}
	if p.date != "" {
		facts = append(facts, "asked "+p.date)
	}
	line := strings.Join(facts, ", ")
	if p.answer {
		w.ids.begin("", &w.in)
		w.ids.open = false
		for _, id := range p.near {
			w.ids.inside(id)
		}
		if w.in.text("Answer"); line != "" {
			w.in.text(" (" + line + ")")
		}
		w.section(Section{Title: plainOf(string(w.in.b)), Level: 2, keep: true}, "", "")
	} else if line != "" || len(p.tags) > 0 {
		w.in.text("(" + line)
		for i, t := range p.tags {
			switch {
			case i > 0:
				w.in.text(", ")
			case line != "":
				w.in.text(", tags: ")
			default:
				w.in.text("tags: ")
			}
			linked := t.link >= 0 && w.in.push(markLink, t.link)
			if w.in.text(t.name); linked {
				w.in.pop()
			}
		}
		w.in.text(")")
		w.put(Block{Kind: Paragraph}, "", w.in.b, w.in.spans)
	}
	w.in, w.kind, w.lists, w.quotes = in, kind, lists, quotes
}

// comment writes a remark of many votes as one line, which only views of one answer show.
func (w *walker) comment(n *html.Node) {
	votes, text := attr(n, "data-comment-score"), n
	for c := n; c != nil && w.visit(); c = next(n, c, true) {
		if votes == "" && c != n && hasClass(c, "score") {
			votes = w.plainText(c)
		}
		if hasClass(c, "comment-copy") || hasClass(c, "text") {
			text = c
			break
		}
	}
	if len(votes) == 0 || !digits(votes) || votes[0] == '-' || len(votes) == 1 && votes[0] < '5' || len(votes) > 9 {
		return
	}
	w.flush()
	old := w.kind
	w.kind = Comment
	w.in.cell = true
	w.in.text("(comment, score " + votes + ") ")
	w.in.space = true
	w.kids(text)
	w.in.cell = false
	w.flush()
	w.kind = old
}
