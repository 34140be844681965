package eval

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/openzim-mcp/openzim-mcp/zim"
)

// A Report is a whole run.
type Report struct {
	Time     time.Time         `json:"time"`
	Server   string            `json:"server"`           // name and version, as it says
	Binary   string            `json:"binary,omitempty"` // what version prints
	Libzim   string            `json:"libzim,omitempty"` // that made the archives
	Settings map[string]string `json:"settings"`         // flags and seeds
	Machine  Machine           `json:"machine"`
	Archives []ArchiveInfo     `json:"archives"`
	Tax      *Tax              `json:"tax,omitempty"`
	Sets     []*Result         `json:"sets"`
	Latency  []Latency         `json:"latency,omitempty"`
	Notes    []string          `json:"notes,omitempty"` // what was left out, and why
}

// Machine is where the run was.
type Machine struct {
	CPUs       int    `json:"cpus"`
	OS         string `json:"os"`
	Go         string `json:"go"`
	LoadBefore string `json:"load_before"` // of 1, 5 and 15 minutes
	LoadAfter  string `json:"load_after"`
}

// ArchiveInfo identifies an archive.
type ArchiveInfo struct {
	Name  string `json:"name"`
	UUID  string `json:"uuid"`
	Bytes int64  `json:"bytes"`
}

// ThisMachine describes the machine at the start of a run.
func ThisMachine() Machine {
	return Machine{CPUs: runtime.NumCPU(), OS: runtime.GOOS + "/" + runtime.GOARCH, Go: runtime.Version(), LoadBefore: Load()}
}

// Load returns the machine's load averages; "" where the kernel does not tell.
func Load() string {
	data, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return ""
	}
	f := strings.Fields(string(data))
	return strings.Join(f[:min(3, len(f))], " ")
}

// AddArchives identifies archive files that are not in the report yet.
func (r *Report) AddArchives(files []string) error {
	for _, f := range files {
		name := labelOf(f)
		if slices.ContainsFunc(r.Archives, func(a ArchiveInfo) bool { return a.Name == name }) {
			continue
		}
		a, err := zim.Open(f, nil)
		if err != nil {
			return err
		}
		info := a.Info()
		if err := a.Close(); err != nil {
			return err
		}
		st, err := os.Stat(f)
		if err != nil {
			return err
		}
		r.Archives = append(r.Archives, ArchiveInfo{Name: name, UUID: fmt.Sprint(info.UUID), Bytes: st.Size()})
	}
	return nil
}

// BinaryVersion asks the program which build it is; "" when it does not tell.
func BinaryVersion(binary string) string {
	cmd := exec.Command(binary, "version")
	cmd.Env = []string{}
	out, err := cmd.Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}

// Write writes the report as JSON.
func (r *Report) Write(name string) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	data, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(name, append(data, '\n'), 0o644)
}

// ReadReport reads such a file.
func ReadReport(name string) (*Report, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	var r Report
	if err := json.Unmarshal(data, &r); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return &r, nil
}

// Print writes a result for people; with an older one of the same set also the difference on the same questions.
func (r *Result) Print(w io.Writer, old *Result) {
	fmt.Fprintf(w, "\n%s: %s, %d questions, %.0f s\n", r.Name, r.About, r.Questions, r.Seconds)
	for _, name := range r.MetricNames() {
		e := r.Metrics[name]
		fmt.Fprintf(w, "  %-16s %9.4f  [%.4f, %.4f]", name, e.Mean, e.Low, e.High)
		if a, ok := r.ByArticle[name]; ok && a.N > 0 {
			fmt.Fprintf(w, "  by article [%.4f, %.4f]", a.Low, a.High)
		}
		if d, ok := r.Difference(old, name); ok {
			fmt.Fprintf(w, "  new - old %+.4f  [%+.4f, %+.4f]%s", d.Mean, d.Low, d.High, verdict(d))
		}
		fmt.Fprintln(w)
	}
	for _, name := range sortedKeys(r.Readers) {
		t := r.Readers[name]
		fmt.Fprintf(w, "  reader %s: tokens mean %.0f, median %.0f, p95 %.0f; area %.4f; calls %.3f; found %.4f\n", name, t.Mean, t.Median, t.P95, t.Area, t.Calls, t.Found)
	}
	for _, k := range sortedKeys(r.Kinds) {
		fmt.Fprintf(w, "  %-14s n=%-5d", k, r.Kinds[k].Questions)
		for _, name := range []string{None, MRR, "R@1", "R@5", P1, Anchor1, Zero, ProbePassed, ProbeWrong} {
			if e, ok := r.Kinds[k].Metrics[name]; ok {
				fmt.Fprintf(w, "  %s %.4f", name, e.Mean)
			}
		}
		fmt.Fprintln(w)
	}
	if r.MaxBudget > 0 {
		fmt.Fprintf(w, "  largest reply: %.3f of its budget\n", r.MaxBudget)
	}
	fmt.Fprintf(w, "  calls %d, failed or empty %d", r.Calls, r.CallsFailed)
	if r.FormsDiffer > 0 {
		fmt.Fprintf(w, "; text and structured part differ in %d", r.FormsDiffer)
	}
	if r.Citations > 0 {
		fmt.Fprintf(w, "; citations that open to their passage %d of %d", r.CitationsOpen, r.Citations)
	}
	fmt.Fprintln(w)
	for _, id := range r.BrokenCitations {
		fmt.Fprintf(w, "    does not open to its passage: %s\n", id)
	}
}

func verdict(d Estimate) string {
	switch {
	case d.Low > 0:
		return " up"
	case d.High < 0:
		return " down"
	}
	return ""
}

// Difference is the paired difference to an older result on the questions that both have.
func (r *Result) Difference(old *Result, metric string) (Estimate, bool) {
	if old == nil {
		return Estimate{}, false
	}
	var before, after []float64
	for _, id := range sortedKeys(r.Values[metric]) {
		if v, ok := old.Values[metric][id]; ok {
			before, after = append(before, v), append(after, r.Values[metric][id])
		}
	}
	return Paired(before, after), len(after) > 0
}

// PrintWorst writes the n worst questions.
func (r *Result) PrintWorst(w io.Writer, n int) {
	list := r.Worst[:min(n, len(r.Worst))]
	if len(list) == 0 {
		return
	}
	fmt.Fprintf(w, "  worst %d of %d that are not wholly right:\n", len(list), len(r.Worst))
	for _, x := range list {
		got := strings.Join(x.Got[:min(3, len(x.Got))], " ")
		if got == "" {
			got = "nothing"
		}
		if x.Error != "" {
			got = "error: " + foldSpace(x.Error)
		}
		fmt.Fprintf(w, "    %s %q\n      expected %s\n      got %s\n", x.ID, x.Query, x.Expected, got)
	}
}
