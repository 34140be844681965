package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/links"
	"github.com/openzim-mcp/openzim-mcp/zim/sidecar"
)

type linksCmd struct {
	Build linksBuildCmd `cmd:"" help:"Note for each entry which pages lead to it."`
}

type linksBuildCmd struct {
	Files   []string `arg:"" name:"file" help:"Archives: .zim files, or the first part of a split one (.zimaa)."`
	Output  string   `placeholder:"DIR" help:"Keep the indexes in this directory instead of beside the archives; library.sidecar_dir must name it, too."`
	Force   bool     `help:"Build anew also where a sidecar fits the archive."`
	Workers int      `help:"Pages read at once. Default: one for each processor."`
	Memory  int      `default:"64" help:"MiB of links that are sorted at once (1 to 4096). About 24 MiB for each worker and the cache of 64 MiB come to it, however large the archive."`
	JSON    bool     `name:"json" help:"Write JSON."`
}

// Help is printed below the usage.
func (linksBuildCmd) Help() string {
	return `Reads every page of an archive once and writes FILE.sidecar/links: which pages link to an entry, how
often, with which words and to which section. The tool related needs it for direction=inbound, and
similar articles are better with it. Redirects count as their targets. A sidecar belongs to one file:
after an update of the archive, build again.

It is whole or not there: after an interruption, run the same command again.

Examples:

  openzim-mcp links build wikipedia.zim
  openzim-mcp links build --json *.zim | jq '.files[] | {file, rows}'

Exit code: 0 every archive has a sidecar that fits, 1 one could not be built, 2 wrong usage.`
}

// linksOut is one archive in the JSON of links build.
type linksOut struct {
	File    string `json:"file"` // as typed
	OK      bool   `json:"ok"`
	Built   bool   `json:"built"`             // false when a sidecar that fits was there
	Pages   uint32 `json:"pages"`             // that were read
	Targets uint32 `json:"targets"`           // entries that pages lead to
	Rows    uint64 `json:"rows"`              // pairs of a page and an entry it leads to
	Links   uint64 `json:"links,omitempty"`   // on all pages
	Missing uint64 `json:"missing,omitempty"` // targets of pages that the archive lacks
	Damaged uint64 `json:"damaged,omitempty"` // pages that could not be read
	Bytes   int64  `json:"bytes,omitempty"`   // of the sidecar
	Waited  int64  `json:"spilled,omitempty"` // bytes that were sorted on disk
	Error   string `json:"error,omitempty"`
}

// Run builds the sidecars one after another.
func (c *linksBuildCmd) Run(p *program) error {
	if c.Memory < 1 || c.Memory > 4096 {
		return usage{fmt.Errorf("--memory is %d; choose 1 to 4096, in MiB", c.Memory)}
	}
	if c.Workers < 0 || c.Workers > 1024 {
		return usage{fmt.Errorf("--workers is %d; choose 1 to 1024", c.Workers)}
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return eachFile(ctx, p, c.Files, c.JSON, func(file string) (linksOut, bool) {
		o := c.build(ctx, p, file)
		return o, o.OK
	}, func(o linksOut) { o.print(p) })
}

// build makes the sidecar of one archive, unless one is there that fits.
func (c *linksBuildCmd) build(ctx context.Context, p *program, file string) linksOut {
	o := linksOut{File: file}
	a, err := p.openArchive(file)
	if err != nil {
		o.Error = err.Error()
		return o
	}
	defer a.Close()
	key, err := sidecar.KeyOf(ctx, a)
	if err != nil {
		o.Error = err.Error()
		return o
	}
	dir := sidecar.Where{Dir: c.Output}.Path(file, key, sidecar.Links)
	if !c.Force {
		if there, err := links.Open(ctx, dir, a); err == nil {
			h := there.Header()
			there.Close()
			o.OK, o.Pages, o.Targets, o.Rows = true, h.Pages, h.Targets, h.Rows
			return o
		}
	}
	bar := &linksProgress{p: p, file: filepath.Base(file), quiet: c.JSON}
	defer bar.close()
	scraper, err := a.Metadata(ctx, "Scraper")
	if err != nil && !errors.Is(err, zim.ErrNotFound) {
		o.Error = err.Error()
		return o
	}
	st, err := links.Make(ctx, a, dir, &links.Options{Memory: int64(c.Memory) << 20, Workers: c.Workers, Scraper: string(scraper), Progress: bar.show})
	if err != nil {
		o.Error = linksReason(ctx, err)
		return o
	}
	o.OK, o.Built = true, true
	o.Pages, o.Targets, o.Rows, o.Links, o.Missing, o.Damaged = st.Pages, st.Targets, st.Rows, st.Links, st.Missing, st.Damaged
	o.Bytes, o.Waited = st.FileSize, st.Spilled
	return o
}

// linksReason says why a build ended, and what to do.
func linksReason(ctx context.Context, err error) string {
	switch {
	case ctx.Err() != nil:
		return "interrupted; nothing is left behind, run the command again"
	case errors.Is(err, links.ErrNoSpace):
		return err.Error() + "; make room, or name another place with --output"
	case errors.Is(err, os.ErrPermission):
		return "the place beside the archive cannot be written; name another with --output"
	}
	return err.Error()
}

// print tells a person.
func (o linksOut) print(p *program) {
	switch {
	case o.Error != "":
		fmt.Fprintf(p.out, "%s: not built: %s\n", o.File, line(o.Error))
	case !o.Built:
		fmt.Fprintf(p.out, "%s: up to date: %d links between %d pages\n", o.File, o.Rows, o.Pages)
	default:
		fmt.Fprintf(p.out, "%s: built: %d pages, %d links between them to %d entries, %d KiB\n", o.File, o.Pages, o.Rows, o.Targets, (o.Bytes+1023)/1024)
		if o.Damaged > 0 {
			fmt.Fprintf(p.out, "%s: %d pages could not be read and were left out; openzim-mcp verify says what is wrong\n", o.File, o.Damaged)
		}
	}
}

// linksProgress shows how far a build is: a bar on a terminal, else now and then a line, so that a log shows that it goes on.
type linksProgress struct {
	p       *program
	file    string
	quiet   bool // no lines: the output is for programs
	bar     *progressbar.ProgressBar
	writing bool
	said    time.Time
}

// linesEvery is how often a line is written where there is no terminal.
const linesEvery = 10 * time.Second

func (g *linksProgress) show(at links.Progress) {
	switch {
	case !g.p.terminal && !g.quiet:
		g.line(at)
	case !g.p.terminal:
	case at.Writing && !g.writing:
		g.close()
		g.writing = true
		g.bar = progressbar.NewOptions64(-1, g.options("write links")...)
	case g.bar == nil:
		g.bar = progressbar.NewOptions64(max(at.Total, 1), g.options("read pages")...)
	}
	if g.bar != nil && at.Writing {
		g.bar.Set64(at.Done)
	} else if g.bar != nil {
		g.bar.Set64(min(at.Done, max(at.Total, 1))) // a bar that cannot be drawn is no reason to stop
	}
}

func (g *linksProgress) options(what string) []progressbar.Option {
	return []progressbar.Option{progressbar.OptionSetWriter(g.p.errOut), progressbar.OptionSetDescription(what), progressbar.OptionShowCount(),
		progressbar.OptionSetPredictTime(true), progressbar.OptionThrottle(100 * time.Millisecond), progressbar.OptionClearOnFinish(), progressbar.OptionSetWidth(30)}
}

// line writes one, if the last one was long ago.
func (g *linksProgress) line(at links.Progress) {
	if g.said.IsZero() {
		g.said = time.Now()
	}
	if time.Since(g.said) < linesEvery {
		return
	}
	g.said = time.Now()
	if at.Writing {
		fmt.Fprintf(g.p.errOut, "%s: %d links written\n", g.file, at.Done)
	} else {
		fmt.Fprintf(g.p.errOut, "%s: %d of %d entries read\n", g.file, at.Done, at.Total)
	}
}

// close takes the bar away.
func (g *linksProgress) close() {
	if g.bar != nil {
		g.bar.Clear()
		g.bar = nil
	}
}
