package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/openzim-mcp/openzim-mcp/zim/search"
)

// print tells a person.
func (x indexed) print(p *program) {
	fmt.Fprintf(p.out, "%s: ", x.File)
	switch x.State {
	case stateBuilt:
		fmt.Fprintf(p.out, "%d articles indexed, %s, in %s", x.Articles, humanBytes(x.Bytes), time.Duration(x.Seconds*float64(time.Second)).Round(100*time.Millisecond))
		if x.Unreadable > 0 {
			fmt.Fprintf(p.out, "; %d entries are damaged and were left out", x.Unreadable)
		}
		fmt.Fprintln(p.out)
	case stateCurrent:
		fmt.Fprintf(p.out, "its index is there and fits, %s\n", humanBytes(x.Bytes))
	case stateIncluded:
		fmt.Fprintln(p.out, "brings a full-text index along; --force builds another one")
	case stateRemoved:
		fmt.Fprintln(p.out, "its index was removed")
	case stateAbsent:
		if x.Error == "" {
			x.Error = "there is no index to remove"
		}
		fmt.Fprintln(p.out, line(x.Error))
	default:
		fmt.Fprintln(p.out, line(x.Error))
	}
}

// An indexProgress shows how far a build is: a bar on a terminal, else a line now and then.
type indexProgress struct {
	p     *program
	file  string
	begun time.Time
	bar   *progressbar.ProgressBar
	lined time.Time // when the last line was written
}

// lineEvery is how often a line is written where no person looks on.
const lineEvery = 10 * time.Second

// show is called by the build.
func (g *indexProgress) show(at search.BuildProgress) {
	if !g.p.terminal {
		if now := time.Now(); now.Sub(g.begun) >= lineEvery && now.Sub(g.lined) >= lineEvery {
			g.lined = now
			fmt.Fprintf(g.p.errOut, "%s: %s\n", g.file, describeBuild(at))
		}
		return
	}
	if g.bar == nil {
		g.bar = progressbar.NewOptions64(int64(at.AllClusters), progressbar.OptionSetWriter(g.p.errOut),
			progressbar.OptionSetPredictTime(true), progressbar.OptionThrottle(100*time.Millisecond),
			progressbar.OptionClearOnFinish(), progressbar.OptionSetWidth(30))
	}
	g.bar.Describe(fmt.Sprintf("%d articles", at.Articles))
	if at.Merging {
		g.bar.Describe("merging")
	}
	g.bar.Set64(min(int64(at.Clusters), int64(at.AllClusters)-1)) // a bar that cannot be drawn is no reason to stop
}

// describeBuild says how far a build is.
func describeBuild(at search.BuildProgress) string {
	if at.Merging {
		return fmt.Sprintf("%d articles indexed, merging", at.Articles)
	}
	return fmt.Sprintf("%d articles indexed, %d %%", at.Articles, 100*uint64(at.Clusters)/uint64(max(at.AllClusters, 1)))
}

// close takes the bar away.
func (g *indexProgress) close() {
	if g.bar != nil {
		g.bar.Clear()
	}
}

// limitMemory has the garbage collected before it doubles what is held, unless the environment says otherwise: a build
// makes much of it, and should fit beside a server.
func (c *indexCmd) limitMemory() {
	if debug.SetMemoryLimit(-1) < 1<<60 {
		return
	}
	workers := c.Workers
	if workers == 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	debug.SetMemoryLimit(int64(memoryBase + workers*memoryWorker))
}

// What a build holds, at its largest, and what each worker does.
const (
	memoryBase   = 64 << 20
	memoryWorker = 64 << 20
)
