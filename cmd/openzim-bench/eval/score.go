package eval

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
)

// A Result is what a set came to.
type Result struct {
	Name      string              `json:"name"`
	About     string              `json:"about"`
	Questions int                 `json:"questions"`
	Seconds   float64             `json:"seconds"`
	Metrics   map[string]Estimate `json:"metrics"`              // intervals over questions
	ByArticle map[string]Estimate `json:"by_article,omitempty"` // the same, articles drawn
	Kinds     map[string]Kind     `json:"kinds,omitempty"`
	Readers   map[string]Reading  `json:"readers,omitempty"`
	MaxBudget float64             `json:"max_budget,omitempty"` // largest reply ÷ max_tokens, the larger of two tokenizers

	Calls           int      `json:"calls"`
	CallsFailed     int      `json:"calls_failed"` // with an error, or empty
	FormsDiffer     int      `json:"forms_differ"` // replies whose structured part shows other passages than the text
	Citations       int      `json:"citations"`    // passages whose id was opened
	CitationsOpen   int      `json:"citations_open"`
	BrokenCitations []string `json:"broken_citations,omitempty"`

	Probes []ProbeResult `json:"probes,omitempty"`
	Worst  []Worst       `json:"worst,omitempty"`

	Values  map[string]map[string]float64 `json:"values"` // metric by question, for comparisons
	Records []Record                      `json:"-"`

	kindOf map[string]string // of a question, where kinds are told apart
}

// A Kind is the questions of one kind.
type Kind struct {
	Questions int                 `json:"questions"`
	Metrics   map[string]Estimate `json:"metrics"`
}

// A Reading is what one reader paid for the answers.
type Reading struct {
	Mean   float64 `json:"mean"` // tokens; failures at the cap
	Median float64 `json:"median"`
	P95    float64 `json:"p95"`
	Area   float64 `json:"area"` // share of answers within a budget, mean over the budgets
	Calls  float64 `json:"calls"`
	Found  float64 `json:"found"` // share
}

// A Worst is a question that went wrong.
type Worst struct {
	ID       string   `json:"id"`
	Query    string   `json:"query"`
	Expected string   `json:"expected"`
	Got      []string `json:"got"` // ids as printed, in order
	Error    string   `json:"error,omitempty"`
	Score    float64  `json:"score"` // what it is ordered by: lower is worse
}

// Score measures the records of a set, which are in the order of its questions.
func Score(s Set, records []Record) *Result {
	res := &Result{Name: s.Name, About: s.About, Questions: len(s.Questions), Records: records, Values: map[string]map[string]float64{}}
	kinds := map[string][]int{}
	per := make([]map[string]float64, len(records))
	for i, r := range records {
		per[i] = s.Gold.Measure(s.Questions[i], r)
		for name, v := range per[i] {
			if res.Values[name] == nil {
				res.Values[name] = map[string]float64{}
			}
			res.Values[name][r.ID] = math.Round(v*1e6) / 1e6
		}
		kinds[s.Questions[i].Kind] = append(kinds[s.Questions[i].Kind], i)
	}
	res.Metrics = estimates(per, nil)
	if s.Readers {
		articles := make([]string, len(records))
		for i, q := range s.Questions {
			articles[i] = q.Cluster
		}
		res.ByArticle = estimates(per, articles)
	}
	if s.ByKind {
		res.Kinds, res.kindOf = map[string]Kind{}, map[string]string{}
		for k, at := range kinds {
			some := make([]map[string]float64, len(at))
			for i, j := range at {
				some[i] = per[j]
				res.kindOf[records[j].ID] = k
			}
			res.Kinds[k] = Kind{len(at), estimates(some, nil)}
		}
	}
	res.readings(per)
	for _, m := range per {
		res.MaxBudget = max(res.MaxBudget, m[Budget])
	}
	res.Worst = worst(s, per, records)
	return res
}

// estimates gives every metric's mean with interval. A metric that some questions lack is the mean of those that have it.
func estimates(per []map[string]float64, groups []string) map[string]Estimate {
	values, of := map[string][]float64{}, map[string][]string{}
	for i, m := range per {
		for name, v := range m {
			values[name] = append(values[name], v)
			if groups != nil {
				of[name] = append(of[name], groups[i])
			}
		}
	}
	out := map[string]Estimate{}
	for name, v := range values {
		out[name] = Bootstrap(v, of[name])
	}
	return out
}

// readings sums up the readers.
func (r *Result) readings(per []map[string]float64) {
	for _, reader := range readers {
		var tokens, calls, found []float64
		for _, m := range per {
			if t, ok := m[TTG+" "+reader.name]; ok {
				tokens, calls, found = append(tokens, t), append(calls, m[Calls+" "+reader.name]), append(found, m["found "+reader.name])
			}
		}
		if len(tokens) == 0 {
			continue
		}
		if r.Readers == nil {
			r.Readers = map[string]Reading{}
		}
		r.Readers[reader.name] = Reading{Mean: mean(tokens), Median: Quantile(tokens, .5), P95: Quantile(tokens, .95), Area: Area(tokens),
			Calls: mean(calls), Found: mean(found)}
	}
}

// worst orders the questions that are not wholly right, the worst first.
func worst(s Set, per []map[string]float64, records []Record) []Worst {
	var list []Worst
	for i, m := range per {
		q, score, full := s.Questions[i], 0.0, 0.0
		for _, name := range []string{S1C, MRR, P1, Anchor1} {
			if v, ok := m[name]; ok {
				score, full = score+v, full+1
			}
		}
		if q.NoAnswer {
			score, full = m[None], 1
		}
		if score >= full {
			continue
		}
		w := Worst{ID: q.ID, Query: q.Query, Expected: expected(q), Error: records[i].Error, Score: score, Got: []string{}}
		for _, p := range records[i].Results {
			w.Got = append(w.Got, p.ID)
		}
		list = append(list, w)
	}
	slices.SortStableFunc(list, func(a, b Worst) int {
		switch {
		case a.Score < b.Score:
			return -1
		case a.Score > b.Score:
			return 1
		}
		return 0
	})
	return list
}

// expected tells in one line what would have been right.
func expected(q Question) string {
	if q.NoAnswer {
		return "nothing good (was " + strings.Join(q.Docs, " or ") + ")"
	}
	e := strings.Join(q.Docs, " or ")
	if q.Paragraph >= 0 {
		e += fmt.Sprintf("#p%d", q.Paragraph)
	}
	if q.Anchor != "" {
		e += "#" + q.Anchor
	}
	if len(q.Answers) > 0 {
		e += ": " + strings.Join(q.Answers, " | ")
	}
	return e
}

// Pool sums up sets that belong together, all questions alike. Their names are told by what follows the dash.
func Pool(name string, results []*Result) *Result {
	p := &Result{Name: name, About: fmt.Sprintf("%d sets together", len(results)), Values: map[string]map[string]float64{}, Kinds: map[string]Kind{}}
	var per []map[string]float64
	kinds := map[string][]map[string]float64{}
	for _, r := range results {
		p.Questions += r.Questions
		p.Calls, p.CallsFailed = p.Calls+r.Calls, p.CallsFailed+r.CallsFailed
		p.Citations, p.CitationsOpen = p.Citations+r.Citations, p.CitationsOpen+r.CitationsOpen
		p.FormsDiffer += r.FormsDiffer
		p.MaxBudget = max(p.MaxBudget, r.MaxBudget)
		for _, rec := range r.Records {
			m := map[string]float64{}
			for metric, byID := range r.Values {
				if v, ok := byID[rec.ID]; ok {
					m[metric] = v
					if p.Values[metric] == nil {
						p.Values[metric] = map[string]float64{}
					}
					p.Values[metric][r.Name+" "+rec.ID] = v
				}
			}
			per = append(per, m)
			if k := r.kindOf[rec.ID]; k != "" {
				kinds[k] = append(kinds[k], m)
			}
		}
	}
	p.Metrics = estimates(per, nil)
	for k, some := range kinds {
		p.Kinds[k] = Kind{len(some), estimates(some, nil)}
	}
	p.readings(per)
	return p
}

// MetricNames lists the metrics of a result in the order in which they are shown.
func (r *Result) MetricNames() []string {
	order := []string{Zero, None, Failed, MRR, "R@1", "R@5", "R@10", P1, PR3, Anchor1, Anchor3, "answer@1", "answer@3", "answer@5", S1C, Seen, Size, "structured", Budget}
	var names []string
	for _, n := range order {
		if _, ok := r.Metrics[n]; ok {
			names = append(names, n)
		}
	}
	for _, n := range slices.Sorted(maps.Keys(r.Metrics)) {
		if !slices.Contains(order, n) && !strings.HasPrefix(n, TTG+" ") && !strings.HasPrefix(n, Calls+" ") && !strings.HasPrefix(n, "found ") {
			names = append(names, n)
		}
	}
	return names
}
