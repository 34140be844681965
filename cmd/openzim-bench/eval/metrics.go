package eval

import (
	"fmt"
	"slices"
	"strings"
)

// Names of metrics of a question. All are 0 or 1 unless said otherwise.
const (
	Zero     = "zero"     // no passage at all
	MRR      = "MRR@10"   // 1/rank of the first right document among the first ten, 0 without
	P1       = "P@1"      // the first passage is the paragraph
	PR3      = "PR@3"     // one of the first three is
	S1C      = "S1C"      // the answer, or the paragraph, is in the passages of the first reply
	Seen     = "seen"     // the answer is anywhere in the text of the first reply, titles and notices included
	Anchor1  = "anchor@1" // the first passage's id names the wanted section
	Anchor3  = "anchor@3"
	None     = "none"      // the reply says that nothing good was found
	Failed   = "error"     // the call failed
	Size     = "size"      // tokens of the first reply (o200k)
	Budget   = "budget"    // tokens of the first reply ÷ max_tokens, the larger of two tokenizers
	RoundTip = "roundtrip" // share of the passages whose id opens to a text with the passage; absent without passages
	TTG      = "ttg"       // prefix: tokens until the answer is read, by reader, as in "ttg A3"
	Calls    = "calls"     // prefix: calls until then
)

// Gold knows the words of the paragraphs of a corpus, to tell whether a passage covers one.
type Gold map[string][]map[string]int // by document

// NewGold counts the words of every paragraph.
func NewGold(docs []Document) Gold {
	g := Gold{}
	for _, d := range docs {
		for _, p := range Paragraphs(d.HTML) {
			g[d.ID] = append(g[d.ID], wordCounts(p))
		}
	}
	return g
}

// covers is the share of the paragraph's words that a passage must hold.
const covers = 0.7

// isGold reports whether a passage answers where the question's paragraph does.
func (g Gold) isGold(q Question, p Passage) bool {
	if !slices.Contains(q.Docs, p.Doc) {
		return false
	}
	if q.Paragraph < 0 {
		return true
	}
	if p.Paragraph != nil {
		return *p.Paragraph == q.Paragraph
	}
	if q.Paragraph >= len(g[p.Doc]) {
		return false
	}
	want, got := g[p.Doc][q.Paragraph], wordCounts(p.Text)
	both, all := 0, 0
	for w, n := range want {
		both += min(n, got[w])
		all += n
	}
	return float64(both) >= covers*float64(all)
}

// Measure scores one question. What does not apply to it is absent: no answer@k without answers.
func (g Gold) Measure(q Question, r Record) map[string]float64 {
	m := map[string]float64{Zero: truth(len(r.Results) == 0), Failed: truth(r.Error != "")}
	for k, v := range r.extra {
		m[k] = v
	}
	if q.NoAnswer {
		return m
	}
	if len(q.Docs) > 0 {
		q.ranks(documentsOf(r.Results), m)
	}
	g.passages(q, r, m)
	return m
}

// ranks adds the metrics of where the first right document stands.
func (q *Question) ranks(docs []string, m map[string]float64) {
	m[MRR] = 0
	for i, d := range docs {
		if slices.Contains(q.Docs, d) {
			m[MRR] = 1 / float64(i+1)
			break
		}
	}
	for _, k := range []int{1, 5, 10} {
		m[fmt.Sprintf("R@%d", k)] = truth(m[MRR] > 0 && m[MRR] >= 1/float64(k))
	}
}

// passages adds the metrics that look at texts.
func (g Gold) passages(q Question, r Record, m map[string]float64) {
	hit := slices.IndexFunc(r.Results, func(p Passage) bool { return g.isGold(q, p) })
	if len(q.Docs) > 0 {
		m[P1], m[PR3] = truth(hit == 0), truth(hit >= 0 && hit < 3)
	}
	if q.Anchor != "" {
		at := slices.IndexFunc(r.Results, func(p Passage) bool {
			return slices.Contains(q.Docs, p.Doc) && ParseID(p.ID).Anchor == q.Anchor
		})
		m[Anchor1], m[Anchor3] = truth(at == 0), truth(at >= 0 && at < 3)
	}
	if len(q.Answers) == 0 && q.Pattern == nil {
		return
	}
	for _, k := range []int{1, 3, 5} {
		m[fmt.Sprintf("answer@%d", k)] = truth(q.answeredBy(joined(r.Results, k)))
	}
	m[S1C] = truth(hit >= 0 || q.answeredBy(joined(r.Results, len(r.Results))))
}

// answeredBy reports whether a text has an answer.
func (q *Question) answeredBy(text string) bool {
	if q.Pattern != nil {
		return q.Pattern.MatchString(text)
	}
	return holdsAny(text, q.Answers, q.Lang)
}

// documentsOf lists the distinct documents in the order of their passages, at most ten.
func documentsOf(results []Passage) []string {
	var docs []string
	for _, p := range results {
		if !slices.Contains(docs, p.Doc) {
			docs = append(docs, p.Doc)
		}
	}
	return docs[:min(len(docs), 10)]
}

func joined(results []Passage, k int) string {
	var b strings.Builder
	for i, p := range results[:min(k, len(results))] {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(p.Text)
	}
	return b.String()
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
