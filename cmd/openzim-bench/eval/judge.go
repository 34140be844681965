package eval

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// A ProbeResult is what became of a probe.
type ProbeResult struct {
	ID     string   `json:"id"`
	Query  string   `json:"query"`
	Mode   string   `json:"mode"`
	Class  string   `json:"class"`
	Passed bool     `json:"passed"`
	Wrong  bool     `json:"wrong"` // a page to avoid came first
	Got    []string `json:"got"`   // titles, in order
}

// Metrics of probes.
const (
	ProbePassed = "passed"
	ProbeWrong  = "wrong first"     // the worst outcome
	ProbeNot    = "right not first" // of the probes that have a right page
)

// probes asks every probe and judges the replies.
func (r *running) probes(ctx context.Context, start time.Time) (*Result, error) {
	res := &Result{Name: r.set.Name, About: r.set.About, Questions: len(r.set.Probes), Values: map[string]map[string]float64{},
		Kinds: map[string]Kind{}}
	var per []map[string]float64
	modes := map[string][]map[string]float64{}
	for _, p := range r.set.Probes {
		call, err := r.By.Search(ctx, p.Query, "")
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		r.count(call, err)
		if err != nil {
			call.Reply = Reply{Failed: true}
		}
		pr := ProbeResult{ID: p.ID, Query: p.Query, Mode: p.Mode, Class: p.Class, Got: []string{}}
		for _, x := range call.Reply.Passages {
			pr.Got = append(pr.Got, x.Title)
		}
		pr.Passed, pr.Wrong = p.Judge(call.Reply)
		m := map[string]float64{ProbePassed: truth(pr.Passed), ProbeWrong: truth(pr.Wrong)}
		if p.Mode == "first" {
			m[ProbeNot] = truth(!pr.Passed)
		}
		per, modes[p.Mode] = append(per, m), append(modes[p.Mode], m)
		for k, v := range m {
			if res.Values[k] == nil {
				res.Values[k] = map[string]float64{}
			}
			res.Values[k][p.ID] = v
		}
		res.Probes = append(res.Probes, pr)
		res.Records = append(res.Records, r.probeRecord(p, call.Reply))
		if !pr.Passed {
			res.Worst = append(res.Worst, Worst{ID: p.ID, Query: p.Query, Expected: p.wanted(), Got: pr.Got, Score: -truth(pr.Wrong)})
		}
	}
	slices.SortStableFunc(res.Worst, func(a, b Worst) int { return int(a.Score - b.Score) })
	res.Metrics = estimates(per, nil)
	for mode, some := range modes {
		res.Kinds[mode] = Kind{len(some), estimates(some, nil)}
	}
	res.Calls, res.CallsFailed = int(r.calls.Load()), int(r.failed.Load())
	res.Seconds = time.Since(start).Seconds()
	return res, nil
}

func (r *running) probeRecord(p Probe, reply Reply) Record {
	rec := Record{ID: p.ID, Query: p.Query, Reply: reply.Text}
	for _, x := range reply.Passages {
		rec.Results = append(rec.Results, Passage{Doc: r.set.World.DocOf(x.ID), Text: x.Text, ID: x.ID, Title: x.Title})
	}
	return rec
}

func (p Probe) wanted() string {
	s := p.Mode + " " + strings.Join(p.Expect, " or ")
	if len(p.Avoid) > 0 {
		s += ", not " + strings.Join(p.Avoid, ", ")
	}
	return s
}

// Judge reports whether the reply passes by the probe's mode, and whether a page to avoid came first.
//
//	first           the first passage is of a page in Expect
//	avoid           the first passage is not of a page in Avoid
//	all             every title in Expect is among the first five articles, or named as not found
//	disambiguation  the reply is marked as ambiguous
//	quoted          every quoted word stands in every passage shown, or nothing was found
//	zero            nothing was found, no passage is shown, and something is offered
func (p Probe) Judge(r Reply) (passed, wrong bool) {
	if r.Failed {
		return false, false
	}
	var first *Shown
	if len(r.Passages) > 0 {
		first = &r.Passages[0]
	}
	wrong = first != nil && matches(*first, p.Avoid) && !matches(*first, p.Expect)
	switch p.Mode {
	case "first":
		passed = first != nil && matches(*first, p.Expect)
	case "avoid":
		passed = first != nil && !wrong
	case "all":
		passed = p.all(r)
	case "disambiguation":
		passed = r.Ambiguous
	case "quoted":
		passed = p.quoted(r)
	case "zero":
		passed = r.None && len(r.Passages) == 0 && r.Offers
	}
	return passed, wrong
}

// all looks at the first five articles and at our own lines.
func (p Probe) all(r Reply) bool {
	var pages []Shown
	for _, x := range r.Passages {
		if !slices.ContainsFunc(pages, func(y Shown) bool { return page(y.Title) == page(x.Title) }) {
			pages = append(pages, x)
		}
	}
	pages = pages[:min(5, len(pages))]
	for _, want := range p.Expect {
		shown := slices.ContainsFunc(pages, func(x Shown) bool { return matches(x, []string{want}) })
		if !shown && !strings.Contains(foldTitle(notices(r.Text)), foldTitle(want)) {
			return false
		}
	}
	return true
}

// notices are the server's own lines.
func notices(text string) string {
	var own []string
	for line := range strings.SplitSeq(text, "\n") {
		if strings.HasPrefix(line, "-- ") {
			own = append(own, line)
		}
	}
	return strings.Join(own, "\n")
}

var quotedWords = regexp.MustCompile(`"([^"]*)"`)

func (p Probe) quoted(r Reply) bool {
	for _, m := range quotedWords.FindAllStringSubmatch(p.Query, -1) {
		for _, x := range r.Passages {
			if !Holds(x.Title+" "+x.Text, m[1], "en") {
				return false
			}
		}
	}
	return len(r.Passages) > 0 || r.None
}

// matches reports whether a passage is of one of the pages: by title or by the redirect that led to it.
func matches(s Shown, titles []string) bool {
	title, from := foldTitle(page(s.Title)), foldTitle(s.From)
	for _, t := range titles {
		want := foldTitle(t)
		prefix, isPrefix := strings.CutSuffix(want, "*")
		switch {
		case t == anyDisambiguation:
			if s.Ambiguous || strings.HasSuffix(title, "(disambiguation)") {
				return true
			}
		case isPrefix:
			if strings.HasPrefix(title, prefix) {
				return true
			}
		case title == want || from != "" && from == want:
			return true
		}
	}
	return false
}

// page is the title without the sections behind it.
func page(title string) string {
	t, _, _ := strings.Cut(title, " > ")
	return t
}

func foldTitle(s string) string { return foldSpace(cases.Fold().String(norm.NFKC.String(s))) }
