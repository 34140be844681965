package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/openzim-mcp/openzim-mcp/zim"
)

type verifyCmd struct {
	Files []string `arg:"" name:"file" help:"Archives: .zim files, or the first part of a split one (.zimaa)."`
	Quick bool     `help:"Leave out the checksum and the decompression of every cluster."`
	JSON  bool     `name:"json" help:"Write JSON."`
}

// Help is printed below the usage.
func (verifyCmd) Help() string {
	return `Every check of the format, and the MD5 checksum. Each finding names the part of the archive
and the offset of the byte where it begins. Notes are oddities that the format allows.

Examples:

  openzim-mcp verify wikipedia.zim
  openzim-mcp verify --json *.zim | jq -r '.files[] | select(.ok | not) | .file'

Exit code: 0 all are sound, 1 damage was found or a file cannot be read, 2 wrong usage.`
}

// verdict is one file in the JSON of verify.
type verdict struct {
	File     string    `json:"file"`
	OK       bool      `json:"ok"`
	Checks   string    `json:"checks,omitempty"` // those that ran
	Problems []problem `json:"problems"`
	More     int       `json:"more,omitempty"`  // problems beyond the first of each check, not listed
	Error    string    `json:"error,omitempty"` // why it could not be checked to the end
}

// problem is one finding. Entry and Cluster are null when it concerns none.
type problem struct {
	Check   string `json:"check"`
	Note    bool   `json:"note,omitempty"`
	Part    string `json:"part"`
	Offset  int64  `json:"offset"`
	Entry   *int64 `json:"entry,omitempty"`
	Cluster *int64 `json:"cluster,omitempty"`
	Reason  string `json:"reason"`
}

// Run checks every file and says at the end of each whether it is sound.
func (c *verifyCmd) Run(p *program) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	checks := zim.CheckAll
	if c.Quick {
		checks = zim.CheckQuick
	}
	most := mostForPeople
	if c.JSON {
		most = mostForPrograms
	}
	return eachFile(ctx, p, c.Files, c.JSON, func(file string) (verdict, bool) {
		v := p.verify(ctx, file, checks, most)
		return v, v.OK
	}, func(v verdict) { v.print(p) })
}

// Most findings of one check that are listed. A damaged archive can have as many as entries.
const (
	mostForPeople   = 10
	mostForPrograms = 1000
)

// verify checks one file, and lists at most the given number of findings of each check.
func (p *program) verify(ctx context.Context, file string, checks zim.Checks, most int) verdict {
	v := verdict{File: file, Problems: []problem{}}
	if info, err := os.Stat(file); err == nil && !info.Mode().IsRegular() {
		v.Error = "it is not a file; name a .zim file, or the first part of a split archive (.zimaa)"
		return v
	}
	a, err := zim.Open(file, &zim.Options{Salvage: true}) // a file that ends too early can be checked up to there
	if err != nil {
		v.refused(err)
		return v
	}
	defer a.Close()
	v.OK, v.Checks = true, checks.String()
	bar := &progress{p: p}
	listed := map[zim.Checks]int{}
	defer bar.close()
	for found, err := range a.VerifyProgress(ctx, checks, bar.show) {
		if err != nil {
			v.OK, v.Error = false, err.Error()
			break
		}
		v.OK = v.OK && found.Note
		if listed[found.Check]++; listed[found.Check] > most {
			v.More++
			continue
		}
		v.Problems = append(v.Problems, problemOf(found.Check.String(), found.Note, found.Err))
	}
	return v
}

// refused notes why a file cannot be opened: damage of the file, or a reason outside of it.
func (v *verdict) refused(err error) {
	var f *zim.FormatError
	switch {
	case errors.As(err, &f):
		v.Problems = append(v.Problems, problemOf("open", false, f))
	case errors.Is(err, fs.ErrNotExist):
		v.Error = "there is no such file"
	default:
		v.Error = err.Error()
	}
}

func problemOf(check string, note bool, e *zim.FormatError) problem {
	q := problem{Check: check, Note: note, Part: e.Part, Offset: e.Offset, Reason: e.Reason}
	if e.Entry >= 0 {
		q.Entry = &e.Entry
	}
	if e.Cluster >= 0 {
		q.Cluster = &e.Cluster
	}
	return q
}

// print tells a person.
func (v verdict) print(p *program) {
	for _, q := range v.Problems {
		fmt.Fprintf(p.out, "%s: %s\n", v.File, q)
	}
	if v.More > 0 {
		fmt.Fprintf(p.out, "%s: and %d more of the same kinds; --json lists more\n", v.File, v.More)
	}
	switch {
	case v.Error != "" && v.Checks == "":
		fmt.Fprintf(p.out, "%s: not checked: %s\n", v.File, line(v.Error))
	case v.Error != "":
		fmt.Fprintf(p.out, "%s: not checked to the end: %s\n", v.File, line(v.Error))
	case v.OK:
		fmt.Fprintf(p.out, "%s: sound\n", v.File)
	default:
		fmt.Fprintf(p.out, "%s: DAMAGED; get it again and compare checksums\n", v.File)
	}
}

// String says what is wrong and where.
func (q problem) String() string {
	var b strings.Builder
	if q.Note {
		b.WriteString("note: ")
	}
	fmt.Fprintf(&b, "%s at offset %d", q.Part, q.Offset)
	if q.Entry != nil {
		fmt.Fprintf(&b, ", entry %d", *q.Entry)
	}
	if q.Cluster != nil {
		fmt.Fprintf(&b, ", cluster %d", *q.Cluster)
	}
	fmt.Fprintf(&b, ": %s (%s)", line(q.Reason), q.Check)
	return b.String()
}

// progress shows how far a check is, on a terminal alone.
type progress struct {
	p      *program
	checks zim.Checks
	bar    *progressbar.ProgressBar
}

// show begins a new bar for each group of checks.
func (g *progress) show(at zim.Progress) {
	if !g.p.terminal || at.Total <= 0 {
		return
	}
	if g.bar == nil || at.Checks != g.checks {
		g.close()
		g.checks = at.Checks
		g.bar = progressbar.NewOptions64(at.Total, progressbar.OptionSetWriter(g.p.errOut),
			progressbar.OptionSetDescription(barName(at.Checks)), progressbar.OptionShowBytes(at.Checks == zim.CheckMD5),
			progressbar.OptionSetPredictTime(true), progressbar.OptionThrottle(100*time.Millisecond),
			progressbar.OptionClearOnFinish(), progressbar.OptionSetWidth(30))
	}
	g.bar.Set64(min(at.Done, at.Total)) // a bar that cannot be drawn is no reason to stop
}

// barName fits beside a bar.
func barName(c zim.Checks) string {
	name := c.String()
	if first, _, several := strings.Cut(name, ","); several {
		return first + " …"
	}
	return name
}

// close takes the bar away.
func (g *progress) close() {
	if g.bar != nil {
		g.bar.Clear()
		g.bar = nil
	}
}
