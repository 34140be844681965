package main

import (
	"fmt"
	"sort"

	"github.com/openzim-mcp/openzim-mcp/cmd/openzim-bench/fidelity"
)

// A worstPage is a page on which much of a metric was missed.
type worstPage struct {
	Metric  string   `json:"metric"`
	Page    string   `json:"page"` // archive and path
	Profile string   `json:"profile"`
	Figure  string   `json:"figure"` // found/all
	Misses  []string `json:"misses"`

	missed int
}

// worstPages keeps, for each metric and profile, the pages with the most misses: those teach most.
type worstPages struct {
	keep  int
	pages map[string][]worstPage
}

const leakMetric = "leak"

func (w *worstPages) add(page, profile string, s *fidelity.Score) {
	if w.keep == 0 {
		return
	}
	if w.pages == nil {
		w.pages = map[string][]worstPage{}
	}
	for m := range fidelity.Metrics {
		metric := fidelity.Metric(m)
		share := s.Shares[m]
		if share.Hit == share.All || metric == fidelity.Bare {
			continue
		}
		p := worstPage{metric.String(), page, profile, fmt.Sprintf("%d/%d", share.Hit, share.All), nil, share.All - share.Hit}
		for _, x := range s.Misses {
			if x.Metric == metric {
				p.Misses = append(p.Misses, x.What)
			}
		}
		w.insert(p)
	}
	if s.Leaks > 0 {
		w.insert(worstPage{leakMetric, page, profile, fmt.Sprint(s.Leaks), s.Leaked, s.Leaks})
	}
}

func (w *worstPages) insert(p worstPage) {
	k := p.Metric + " " + p.Profile
	l := append(w.pages[k], p)
	sort.SliceStable(l, func(i, j int) bool { return l[i].missed > l[j].missed })
	w.pages[k] = l[:min(len(l), w.keep)]
}

// list returns them by profile and metric.
func (w *worstPages) list() []worstPage {
	var keys []string
	for k := range w.pages {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	var out []worstPage
	for _, k := range keys {
		out = append(out, w.pages[k]...)
	}
	return out
}
