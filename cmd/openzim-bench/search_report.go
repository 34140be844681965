package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"text/tabwriter"
)

// A searchReport is everything that was measured of searching. Its JSON form is stable.
type searchReport struct {
	Archive     searchArchive  `json:"archive"`
	Machine     machineInfo    `json:"machine"`
	LoadBefore  string         `json:"load_before"` // of the machine, over 1, 5 and 15 minutes
	LoadAfter   string         `json:"load_after"`
	Rounds      int            `json:"rounds"`
	Dialect     int            `json:"dialect"` // of ours, as timed
	Queries     int            `json:"queries"`
	Suggestions int            `json:"suggestions"`
	Sources     string         `json:"sources"` // of queries and suggestions
	Peers       []string       `json:"peers"`   // ours first
	Agreement   []agreeRow     `json:"agreement"`
	Searches    []searchRow    `json:"searches"`
	Terms       string         `json:"terms"` // of the case of single terms
	Scaling     []scaleRow     `json:"scaling"`
	Cost        []costRow      `json:"cost"`
	Cancel      []cancelRow    `json:"cancel"`
	Memory      []searchMemory `json:"memory"`
	Notes       []string       `json:"notes"`
}

type searchArchive struct {
	Name    string `json:"name"`
	Size    int64  `json:"size_bytes"`
	Entries uint32 `json:"entries"`
}

// newReport fills in what is known before anything is measured.
func (r *searchRunner) newReport() *searchReport {
	rep := &searchReport{
		Archive: searchArchive{filepath.Base(r.flags.file), r.plan.info.Size, r.plan.info.Entries},
		Machine: thisMachine(), LoadBefore: loadAverage(), Rounds: r.flags.rounds, Dialect: r.field.searchers[0].dialect,
		Queries: len(r.plan.lists[fullList]), Suggestions: len(r.plan.lists[suggestList]),
		Sources: cmp.Or(r.plan.source[fullList], "no index") + ", " + cmp.Or(r.plan.source[suggestList], "no index"),
	}
	// Nothing is an empty list, not null, for who reads the JSON.
	rep.Agreement, rep.Searches, rep.Scaling = []agreeRow{}, []searchRow{}, []scaleRow{}
	rep.Cost, rep.Cancel, rep.Memory = []costRow{}, []cancelRow{}, []searchMemory{}
	for _, s := range r.field.searchers {
		rep.Peers = append(rep.Peers, s.name)
	}
	return rep
}

// writeJSON writes the report for programs.
func (r *searchReport) writeJSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(r)
}

// writeTables writes the report for people.
func (r *searchReport) writeTables(w io.Writer) error {
	fmt.Fprintf(w, "archive: %s, %d bytes, %d entries; %d queries and %d suggestions (%s); %d rounds; dialect %d\n",
		r.Archive.Name, r.Archive.Size, r.Archive.Entries, r.Queries, r.Suggestions, r.Sources, r.Rounds, r.Dialect)
	fmt.Fprintf(w, "machine: %s/%s, %d CPUs, %s; load before %s, after %s\n",
		r.Machine.OS, r.Machine.Arch, r.Machine.CPUs, r.Machine.Go, r.LoadBefore, r.LoadAfter)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	r.writeAgreement(t)
	r.writeSearches(t)
	r.writeScaling(t)
	r.writeOurs(t)
	r.writeMemory(t)
	if err := t.Flush(); err != nil {
		return err
	}
	r.writeDifferences(w)
	for _, n := range r.Notes {
		fmt.Fprintln(w, "note:", n)
	}
	return nil
}

func (r *searchReport) writeAgreement(t io.Writer) {
	if len(r.Agreement) == 0 {
		return
	}
	fmt.Fprintln(t, "\nsame first ten\tcontender\tdialect\tqueries\tsame as ours")
	for _, a := range r.Agreement {
		fmt.Fprintf(t, "%s\t%s\t%d\t%d\t%d\n", a.Case, a.Contender, a.Dialect, a.Queries, a.Same)
	}
}

func (r *searchReport) writeSearches(t io.Writer) {
	if len(r.Searches) == 0 {
		return
	}
	fmt.Fprintln(t, "\nµs a query\tcontender\tmean (min-max)\tp50\tp95\tp99\tcpu\tqueries/s\tKiB read\tours faster: mean (min-max)\tp50\tp95\tp99\tcpu\ttarget")
	for _, x := range r.Searches {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t", x.Case, x.Contender, x.Wall.Mean, short(x.Wall.P50.Median),
			short(x.Wall.P95.Median), short(x.Wall.P99.Median), short(x.CPU.Median), short(x.PerSecond.Median), short(x.Read/1024))
		if x.Faster.Mean.Median == 0 {
			fmt.Fprintln(t, "\t\t\t\t\t")
			continue
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\n", x.Faster.Mean, short(x.Faster.P50.Median), short(x.Faster.P95.Median),
			short(x.Faster.P99.Median), short(x.FasterCPU.Median), judgement(x.Target, x.Met))
	}
	for _, x := range r.Searches {
		if x.Postings.Median > 0 {
			fmt.Fprintf(t, "%s\t%s\t%s million postings/s\t\t\t\t\t\t\t\t\t\t\t\t\n", x.Case, x.Contender, spread{
				x.Postings.Median / 1e6, x.Postings.Min / 1e6, x.Postings.Max / 1e6})
		}
	}
	if r.Terms != "" {
		fmt.Fprintf(t, "single terms: %s\n", r.Terms)
	}
}

func judgement(target float64, met bool) string {
	switch {
	case target == 0:
		return ""
	case met:
		return fmt.Sprintf("%g: met", target)
	}
	return fmt.Sprintf("%g: missed", target)
}

func (r *searchReport) writeScaling(t io.Writer) {
	if len(r.Scaling) == 0 {
		return
	}
	fmt.Fprintln(t, "\nthroughput\tcontender\tarchive\tthreads\tqueries/s (min-max)\ttimes one thread\tprocessors used\tp99 µs\ttarget")
	for _, x := range r.Scaling {
		fmt.Fprintf(t, "%s\t%s\t%s\t%d\t%s\t%s\t%s\t%s\t%s\n", x.Case, x.Contender, x.Archives, x.Threads, x.PerSecond,
			x.Growth, short(x.Cores.Median), short(x.P99.Median), judgement(x.Target, x.Met))
	}
}

// writeOurs writes what is measured of ours alone.
func (r *searchReport) writeOurs(t io.Writer) {
	if len(r.Cost) > 0 {
		fmt.Fprintln(t, "\na query of ours\tallocations\tKiB allocated\tblocks touched\tnot in memory\tdifferent blocks p50\tp95\tp99\tpages of lengths\tKiB read mean\tp99\tread calls")
	}
	for _, x := range r.Cost {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", x.Case, short(x.Allocations), short(x.Allocated/1024),
			short(x.Touches), short(x.Missed), short(x.Blocks.P50), short(x.Blocks.P95), short(x.Blocks.P99), short(x.Pages),
			short(x.ReadBytes.Mean/1024), short(x.ReadBytes.P99/1024), short(x.ReadCalls))
	}
	if len(r.Cancel) > 0 {
		fmt.Fprintln(t, "\nµs from cancel to return\tcancelled\tended before\tp50\tp99\tworst\tworst at most\trunning meanwhile p99\tworst")
	}
	for _, x := range r.Cancel {
		fmt.Fprintf(t, "%s\t%d\t%d\t%s\t%s\t%s\t%s\t%s\t%s\n", x.Case, x.Cancelled, x.Ended, short(x.Late.P50), short(x.Late.P99),
			short(x.Late.Worst), judgement(x.Target, x.Met), short(x.Work.P99), short(x.Work.Worst))
	}
}

func (r *searchReport) writeMemory(t io.Writer) {
	if len(r.Memory) == 0 {
		return
	}
	fmt.Fprintln(t, "\nmemory in MB\tprocess before\tafter open\tafter one query\tafter all\tof these mapped files\tpeak\tin the cache\topen indexes besides")
	for i, m := range r.Memory {
		fmt.Fprintf(t, "%s\t%.1f\t+%.1f\t+%.1f\t+%.1f\t%.1f\t+%.1f\t", m.Contender, mb(m.Base), mb(m.Open), mb(m.First), mb(m.All), mb(m.Files), mb(m.Peak))
		if i > 0 {
			fmt.Fprintln(t, "\t")
			continue
		}
		fmt.Fprintf(t, "%.1f\t%.3f (%s)\n", mb(m.Cache), mb(m.Beyond), judgement(mb(beyondTarget), m.Met))
	}
}

// writeDifferences shows some answers that are not ours.
func (r *searchReport) writeDifferences(w io.Writer) {
	const shown = 3
	for _, a := range r.Agreement {
		for i, d := range a.Differences {
			if i == 0 {
				fmt.Fprintf(w, "\n%s, %s: %d of %d differ; of these\n", a.Case, a.Contender, a.Queries-a.Same, a.Queries)
			}
			if i < shown {
				fmt.Fprintf(w, "  %q\n    ours   %s\n    theirs %s\n", d.Query, strings.Join(d.Ours, " "), strings.Join(d.Theirs, " "))
			}
		}
	}
}
