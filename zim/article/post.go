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
	tags     []string
	near     []string // ids that mean it, the best first; some may be empty
}

// postPart does what the profile says of a part of a post, and reports whether that was all.
func (w *walker) postPart(n *html.Node, e *elem) bool {
	switch e.rule.do {
	case doQuestion, doAnswer:
		w.postBody(n, e)
		return true
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
	outer := w.post
	if e.rule.do == doAnswer {
		w.beginAnswer(n, e)
	} else {
		p := &post{score: attr(n, "data-score")}
		w.facts(n, p)
		w.post = p
	}
	w.kids(n)
	w.flush()
	w.post = outer
}

// beginAnswer opens a post whose first block gets a heading, with the id of the answer as anchor.
func (w *walker) beginAnswer(n *html.Node, e *elem) {
	p := &post{answer: true, score: attr(n, "data-score"), id: attr(n, "data-answerid")}
	for c := range strings.FieldsSeq(attr(n, "class")) {
		p.accepted = p.accepted || c == "accepted-answer" || c == "accepted"
	}
	p.near = append(p.near, p.id, e.id)
	for _, x := range w.ids.near {
		if x.runs == w.in.runs {
			p.near = append(p.near, x.id)
		}
	}
	w.post = p
}

// facts looks for what the first line of a question says and its page says behind the body: tags and date.
func (w *walker) facts(n *html.Node, p *post) {
	for c := n; c != nil && w.visit(); c = next(n, c, true) {
		if c.Type != html.ElementNode {
			continue
		}
		switch e := w.judge(c); e.do() {
		case doTags:
			for a := c; a != nil && w.visit() && len(p.tags) < 10; a = next(c, a, true) {
				if a.DataAtom == atom.A {
					p.tags = append(p.tags, Clip(w.plainText(a), 40))
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
	in, kind, lists, quotes, marker := w.in, w.kind, w.lists, w.quotes, w.marker
	w.in, w.lists, w.quotes, w.marker = inline{runs: in.runs}, nil, 0, ""
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
	if len(p.tags) > 0 {
		facts = append(facts, "tags: "+strings.Join(p.tags, ", "))
	}
	line := ""
	if len(facts) > 0 {
		line = "(" + strings.Join(facts, ", ") + ")"
	}
	if p.answer {
		w.ids.begin("", &w.in)
		w.ids.open = false
		for _, id := range p.near {
			w.ids.inside(id)
		}
		w.in.text(strings.TrimSpace("Answer " + line))
		w.section(Section{Title: plainOf(string(w.in.b)), Level: 2, keep: true}, "", "")
	} else if w.in.text(line); line != "" {
		w.put(Block{Kind: Paragraph}, "", w.in.b, nil)
	}
	w.in, w.kind, w.lists, w.quotes, w.marker = in, kind, lists, quotes, marker
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
