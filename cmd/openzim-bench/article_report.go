package main

import (
	"fmt"
	"io"
	"slices"
	"sort"
	"strings"
	"text/tabwriter"

	"github.com/openzim-mcp/openzim-mcp/cmd/openzim-bench/fidelity"
)

// An articleReport is everything that was judged. Its JSON form is stable.
type articleReport struct {
	Machine  machineInfo   `json:"machine"`
	Sample   int           `json:"sample"`
	Seed     uint64        `json:"seed"`
	Corpora  []corpusInfo  `json:"corpora"`
	Fidelity []fidelityRow `json:"fidelity"`
	Speed    []speedRow    `json:"speed,omitempty"`
	Tokens   []*calibre    `json:"token_estimate,omitempty"`
	Trips    []roundTrip   `json:"round_trips,omitempty"`
	Worst    []worstPage   `json:"worst,omitempty"`
	Notes    []string      `json:"notes"`
}

type corpusInfo struct {
	Name    string `json:"name"`
	Scraper string `json:"scraper,omitempty"`
	Pages   int    `json:"pages"`  // HTML front articles
	Judged  int    `json:"judged"` // of them
	Copies  int    `json:"copies"` // drawn, but equal to one judged before
}

// A groupKey names what figures are added up for: all pages, those of one profile, those of one archive.
type groupKey struct{ contestant, by, name string }

type pageCost struct {
	html, text, linked tokenCount
	bytes              int
}

// A group adds up.
type group struct {
	pages  int
	score  fidelity.Score
	cost   pageCost
	leaked int // pages with leaks
}

func (g *group) add(s *fidelity.Score, c pageCost) {
	g.pages++
	g.score.Add(s)
	if s.Leaks > 0 {
		g.leaked++
	}
	g.cost.html.add(c.html)
	g.cost.text.add(c.text)
	g.cost.linked.add(c.linked)
	g.cost.bytes += c.bytes
}

// A fidelityRow is the figures of one group. Shares of which nothing was there are absent.
type fidelityRow struct {
	Contestant string                    `json:"contestant"`
	By         string                    `json:"by"` // total, profile or archive
	Name       string                    `json:"name,omitempty"`
	Pages      int                       `json:"pages"`
	Bytes      int                       `json:"html_bytes"`
	Shares     map[string]fidelity.Share `json:"shares"`
	Percent    map[string]float64        `json:"percent"`
	Leaks      int                       `json:"leaks"`
	LeakPages  int                       `json:"pages_with_leaks"`
	HTML       tokenCount                `json:"html_tokens"`
	Text       tokenCount                `json:"text_tokens"`
	Linked     tokenCount                `json:"linked_tokens"`
	Ratio      float64                   `json:"text_ratio_percent,omitempty"` // o200k
	LinkRatio  float64                   `json:"linked_ratio_percent,omitempty"`
}

func (g *group) row(k groupKey) fidelityRow {
	r := fidelityRow{Contestant: k.contestant, By: k.by, Name: k.name, Pages: g.pages, Bytes: g.cost.bytes, Shares: map[string]fidelity.Share{},
		Percent: map[string]float64{}, Leaks: g.score.Leaks, LeakPages: g.leaked, HTML: g.cost.html, Text: g.cost.text, Linked: g.cost.linked}
	for m, s := range g.score.Shares {
		if s.All > 0 {
			r.Shares[fidelity.Metric(m).String()] = s
			r.Percent[fidelity.Metric(m).String()] = s.Percent()
		}
	}
	if n := g.cost.html.O200k; n > 0 {
		r.Ratio = 100 * float64(g.cost.text.O200k) / float64(n)
		r.LinkRatio = 100 * float64(g.cost.linked.O200k) / float64(n)
	}
	return r
}

// finish sums up.
func (j *judge) finish() *articleReport {
	order := []string{"total", "profile", "archive"}
	for k, g := range j.totals {
		j.report.Fidelity = append(j.report.Fidelity, g.row(k))
	}
	sort.Slice(j.report.Fidelity, func(a, b int) bool {
		x, y := j.report.Fidelity[a], j.report.Fidelity[b]
		if x.By != y.By {
			return slices.Index(order, x.By) < slices.Index(order, y.By)
		}
		if x.Name != y.Name {
			return x.Name < y.Name
		}
		return x.Contestant == oursName && y.Contestant != oursName
	})
	j.report.Tokens = j.calibre.rows()
	j.report.Worst = j.worst.list()
	return j.report
}

// writeTables writes the report for people.
func (r *articleReport) writeTables(w io.Writer) error {
	fmt.Fprintf(w, "%s/%s, %d CPUs, %s; sample %d, seed %d\n\n", r.Machine.OS, r.Machine.Arch, r.Machine.CPUs, r.Machine.Go, r.Sample, r.Seed)
	t := tabwriter.NewWriter(w, 0, 0, 1, ' ', tabwriter.AlignRight)
	fmt.Fprint(t, "group\tby\tpages\t")
	for m := range fidelity.Metrics {
		fmt.Fprintf(t, "%v\t", fidelity.Metric(m))
	}
	fmt.Fprint(t, "leaks\ttok%\ttok+links%\t\n")
	for _, x := range r.Fidelity {
		fmt.Fprintf(t, "%s\t%s\t%d\t", strings.TrimSpace(x.By+" "+x.Name), x.Contestant, x.Pages)
		for m := range fidelity.Metrics {
			fmt.Fprint(t, percentOf(x.Shares, fidelity.Metric(m).String())+"\t")
		}
		fmt.Fprintf(t, "%d\t%.1f\t%.1f\t\n", x.Leaks, x.Ratio, x.LinkRatio)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	if err := r.writeRest(w); err != nil {
		return err
	}
	for _, n := range r.Notes {
		fmt.Fprintln(w, "note:", n)
	}
	return nil
}

// percentOf shows two digits: a figure of 99.8 as a goal asks for more than one.
func percentOf(shares map[string]fidelity.Share, name string) string {
	s, ok := shares[name]
	if !ok {
		return "-"
	}
	if s.Hit == s.All {
		return "100"
	}
	return fmt.Sprintf("%.2f", min(s.Percent(), 99.99))
}

// writeRest writes speed, the estimate of tokens, and the worst pages.
func (r *articleReport) writeRest(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	if len(r.Speed) > 0 {
		fmt.Fprintln(t, "\ncorpus\tact\tpages\tMB\tMB/s cpu (min-max)\tMB/s wall\tby parse-only, cpu (min-max)\tallocs a page\tKB a page")
		for _, s := range r.Speed {
			fmt.Fprintf(t, "%s\t%s\t%d\t%.1f\t%v\t%s\t%v\t%.0f\t%.0f\n", s.Corpus, s.Act, s.Pages, float64(s.Bytes)/1e6, s.MBs, short(s.Wall.Median), s.Ratio, s.Allocs, s.Memory/1000)
		}
	}
	if len(r.Trips) > 0 {
		fmt.Fprintln(t, "\nround trips\tpages\tlinks of the pages\tlisted\tids printed\topened\tlead elsewhere\tanchors printed\topened")
		for _, x := range r.Trips {
			fmt.Fprintf(t, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\n", x.Corpus, x.Pages, x.Links, x.Listed, x.Printed, x.Opened, x.Foreign, x.Anchors, x.Sections)
		}
	}
	if len(r.Tokens) > 0 {
		fmt.Fprintln(t, "\nscript\tpieces\ttrue/estimate o200k: mean\tworst\tcl100k: mean\tworst")
		for _, k := range r.Tokens {
			fmt.Fprintf(t, "%s\t%d\t%.3f\t%.3f\t%.3f\t%.3f\n", k.Script, k.Pieces, k.MeanO200k, k.WorstO200k, k.MeanCl, k.WorstCl)
		}
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, x := range r.Trips {
		for _, f := range x.Failures {
			fmt.Fprintf(w, "round trip: %s: %s\n", x.Corpus, oneLineOf(f))
		}
	}
	for _, p := range r.Worst {
		fmt.Fprintf(w, "\nworst %s: %s (%s) %s\n", p.Metric, p.Page, p.Profile, p.Figure)
		for _, m := range p.Misses {
			fmt.Fprintf(w, "    %s\n", m)
		}
	}
	return nil
}

// oneLineOf is s on one line of at most 300 bytes.
func oneLineOf(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	return s[:min(len(s), 300)]
}
