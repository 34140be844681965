package main

import (
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"text/tabwriter"
)

// A report is everything that was measured. Its JSON form is stable.
type report struct {
	Archive archiveInfo `json:"archive"`
	Machine machineInfo `json:"machine"`
	Rounds  int         `json:"rounds"`
	Peers   []string    `json:"peers"` // ours first
	Results []result    `json:"results"`
	Memory  []memory    `json:"memory"`
	Notes   []string    `json:"notes"`
}

type archiveInfo struct {
	Version  string `json:"version"`
	Size     int64  `json:"size_bytes"`
	Entries  uint32 `json:"entries"`
	Clusters uint32 `json:"clusters"`
}

type machineInfo struct {
	OS   string `json:"os"`
	Arch string `json:"arch"`
	CPUs int    `json:"cpus"`
	Go   string `json:"go"`
}

func thisMachine() machineInfo {
	return machineInfo{runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version()}
}

// A result compares ours with one peer in one case. Peer is empty when there is none to compare with.
type result struct {
	Case     string  `json:"case"`
	Unit     string  `json:"unit"`
	Ours     figures `json:"ours"`
	Peer     string  `json:"peer,omitempty"`
	Theirs   figures `json:"theirs,omitzero"`
	Wall     spread  `json:"ratio_wall,omitzero"` // how many times the peer's speed ours has
	CPU      spread  `json:"ratio_cpu,omitzero"`
	Target   float64 `json:"target,omitempty"`    // what the ratio should be at least
	TargetBy string  `json:"target_by,omitempty"` // wall or cpu
	Met      bool    `json:"met"`                 // also true without a target
}

// figures are in the unit of the case; storage is in bytes.
type figures struct {
	Wall    spread  `json:"wall"`
	CPU     spread  `json:"cpu"`
	Storage float64 `json:"storage_bytes"` // fetched from the disk, median
}

// results compares ours with every peer that has samples of c.
func results(c benchCase, got samples, names []string, zstdName string) ([]result, []string) {
	ours := got[names[0]]
	if len(ours) == 0 {
		return nil, nil
	}
	var list []result
	var notes []string
	for _, name := range append(append([]string(nil), names[1:]...), zstdName) {
		theirs := got[name]
		if len(theirs) == 0 || len(theirs) != len(ours) {
			continue
		}
		r := result{Case: c.name, Unit: c.unit, Ours: c.figures(ours), Peer: name, Theirs: c.figures(theirs)}
		r.Wall = spreadOf(ratios(c.speeds(ours, wallOf), c.speeds(theirs, wallOf)))
		r.CPU = spreadOf(ratios(c.speeds(ours, cpuOf), c.speeds(theirs, cpuOf)))
		r.judge(c)
		if c.checked && name != zstdName && (theirs[0].Count != ours[0].Count || theirs[0].Check != ours[0].Check) {
			notes = append(notes, fmt.Sprintf("%s: different work: ours count %d check %d, %s count %d check %d",
				c.name, ours[0].Count, ours[0].Check, name, theirs[0].Count, theirs[0].Check))
		}
		list = append(list, r)
	}
	if list == nil {
		list = []result{{Case: c.name, Unit: c.unit, Ours: c.figures(ours), Met: true}}
	}
	return list, notes
}

// judge sets the target and whether it is met.
func (r *result) judge(c benchCase) {
	r.Target, r.TargetBy = c.target, c.by
	ratio := r.Wall.Median
	if r.TargetBy == byCPU {
		ratio = r.CPU.Median
	}
	if r.Target == 0 {
		r.TargetBy = ""
	}
	r.Met = ratio >= r.Target
}

func wallOf(s sample) float64 { return s.Wall.Seconds() }
func cpuOf(s sample) float64  { return s.CPU.Seconds() }

// speeds are operations, entries or bytes a second.
func (c benchCase) speeds(list []sample, time func(sample) float64) []float64 {
	var v []float64
	for _, s := range list {
		n := float64(c.ops)
		if c.unit != perOp {
			n = float64(s.Count)
		}
		v = append(v, n/max(time(s), 1e-9))
	}
	return v
}

// figures converts speeds to the unit of the case.
func (c benchCase) figures(list []sample) figures {
	in := func(time func(sample) float64) spread {
		v := c.speeds(list, time)
		for i := range v {
			switch c.unit {
			case perOp:
				v[i] = 1e6 / v[i]
			case perBytes:
				v[i] /= 1e6
			}
		}
		return spreadOf(v)
	}
	var storage []float64
	for _, s := range list {
		storage = append(storage, float64(s.storage))
	}
	return figures{Wall: in(wallOf), CPU: in(cpuOf), Storage: spreadOf(storage).Median}
}

// writeJSON writes the report for programs.
func (r *report) writeJSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(r)
}

// writeTable writes the report for people.
func (r *report) writeTable(w io.Writer) error {
	fmt.Fprintf(w, "archive: ZIM %s, %d bytes, %d entries, %d clusters; %d rounds; %s/%s, %d CPUs, %s\n\n",
		r.Archive.Version, r.Archive.Size, r.Archive.Entries, r.Archive.Clusters, r.Rounds,
		r.Machine.OS, r.Machine.Arch, r.Machine.CPUs, r.Machine.Go)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "case\tunit\tours wall (min-max)\tours cpu\tpeer\tpeer wall (min-max)\tpeer cpu\tfaster wall (min-max)\tfaster cpu\ttarget")
	for _, x := range r.Results {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t", x.Case, x.Unit, x.Ours.Wall, short(x.Ours.CPU.Median))
		if x.Peer == "" {
			fmt.Fprintln(t, "none\t\t\t\t\t")
			continue
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\n", x.Peer, x.Theirs.Wall, short(x.Theirs.CPU.Median),
			x.Wall, short(x.CPU.Median), x.verdict())
	}
	fmt.Fprintln(t)
	fmt.Fprintln(t, "memory in MB\tprocess before\tafter open\tafter 1000 lookups\tof these mapped files\tpeak")
	for _, m := range r.Memory {
		fmt.Fprintf(t, "%s\t%.1f\t+%.1f\t+%.1f\t%.1f\t+%.1f\n", m.Peer, mb(m.Base), mb(m.Open), mb(m.Lookups), mb(m.Files), mb(m.Peak))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, n := range r.Notes {
		fmt.Fprintln(w, "note:", n)
	}
	return nil
}

func (r *result) verdict() string {
	if r.Target == 0 {
		return ""
	}
	word := "missed"
	if r.Met {
		word = "met"
	}
	return fmt.Sprintf("%g by %s: %s", r.Target, r.TargetBy, word)
}

func mb(n int64) float64 { return float64(n) / 1e6 }

// String shows the median and, when there is one, the range.
func (s spread) String() string {
	if s.Min == s.Max {
		return short(s.Median)
	}
	return fmt.Sprintf("%s (%s-%s)", short(s.Median), short(s.Min), short(s.Max))
}

// short shows three digits that matter.
func short(v float64) string {
	switch {
	case v >= 100:
		return fmt.Sprintf("%.0f", v)
	case v >= 10:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.2f", v)
}
