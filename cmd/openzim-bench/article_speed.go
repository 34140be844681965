package main

import (
	"bytes"
	"context"
	"errors"
	"runtime"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/sys/unix"

	"github.com/openzim-mcp/openzim-mcp/zim/article"
)

// A runner of one act on one page. The result of prepare is what the act alone works on.
type act struct {
	name    string
	prepare func(ctx context.Context, s source) (any, error)
	run     func(ctx context.Context, s source, ready any) error
}

// Names of acts that others are compared with.
const parseOnly = "html.Parse"

func acts(peer bool) []act {
	list := []act{
		{name: parseOnly, run: func(_ context.Context, s source, _ any) error {
			_, err := html.Parse(bytes.NewReader(s.html))
			return err
		}},
		{name: "article.Parse", run: func(ctx context.Context, s source, _ any) error {
			_, err := article.Parse(ctx, s.html, &article.Options{Path: s.path, Scraper: s.scraper})
			return err
		}},
		{name: "article.Text", run: func(ctx context.Context, s source, _ any) error {
			_, err := article.Text(ctx, s.html, &article.Options{Path: s.path, Scraper: s.scraper})
			return err
		}},
		{
			name: "render",
			prepare: func(ctx context.Context, s source) (any, error) {
				return article.Parse(ctx, s.html, &article.Options{Path: s.path, Scraper: s.scraper})
			},
			run: func(_ context.Context, _ source, ready any) error {
				if d, ok := ready.(*article.Document); ok {
					_ = d.Text(d.Whole())
				}
				return nil
			},
		},
	}
	if peer {
		convert := newHTMLToMarkdown()
		list = append(list, act{name: peerName, run: func(ctx context.Context, s source, _ any) error {
			_, err := convert(ctx, s)
			return err
		}})
	}
	return list
}

// A speedRow is one act on one archive's pages.
type speedRow struct {
	Corpus string  `json:"corpus"`
	Act    string  `json:"act"`
	Pages  int     `json:"pages"`
	Bytes  int     `json:"bytes"`
	MBs    spread  `json:"mb_per_s_cpu"`        // of HTML, by CPU time of the process: all threads, garbage collection included
	Wall   spread  `json:"mb_per_s_wall"`       // by elapsed time
	Ratio  spread  `json:"ratio_to_parse_only"` // speed by that of parsing alone, by CPU time, round by round
	Allocs float64 `json:"allocs_per_page"`
	Memory float64 `json:"bytes_per_page"`
}

// speed measures all acts on the same pages, in turn and in another order in each round, so that a slow moment of the
// machine falls on all. Each act begins without the garbage of the one before it.
func (j *judge) speed(ctx context.Context, name string, pages []source) error {
	list := acts(j.flags.peer)
	total := 0
	for _, s := range pages {
		total += len(s.html)
	}
	costs := make([][]actCost, len(list))
	for round := range j.flags.rounds {
		for k := range list {
			at := (round + k) % len(list)
			c, err := measureAct(ctx, list[at], pages)
			if err != nil {
				return err
			}
			costs[at] = append(costs[at], c)
		}
	}
	var first []float64
	for k, a := range list {
		row := speedRow{Corpus: name, Act: a.name, Pages: len(pages), Bytes: total}
		var cpu, wall []float64
		for _, c := range costs[k] {
			cpu = append(cpu, float64(total)/1e6/max(c.cpu.Seconds(), 1e-9))
			wall = append(wall, float64(total)/1e6/max(c.wall.Seconds(), 1e-9))
			row.Allocs = float64(c.allocs) / float64(len(pages))
			row.Memory = float64(c.bytes) / float64(len(pages))
		}
		if k == 0 {
			first = cpu
		}
		row.MBs, row.Wall, row.Ratio = spreadOf(cpu), spreadOf(wall), spreadOf(ratios(cpu, first))
		j.report.Speed = append(j.report.Speed, row)
	}
	return nil
}

type actCost struct {
	wall, cpu     time.Duration
	allocs, bytes uint64
}

// measureAct runs one act on all pages. Pages that it cannot read are passed over: other metrics tell.
func measureAct(ctx context.Context, a act, pages []source) (actCost, error) {
	ready := make([]any, len(pages))
	if a.prepare != nil {
		for i, s := range pages {
			ready[i], _ = a.prepare(ctx, s)
		}
	}
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start, cpu := time.Now(), processTime()
	for i, s := range pages {
		if err := a.run(ctx, s, ready[i]); ctx.Err() != nil {
			return actCost{}, errors.Join(err, ctx.Err())
		}
	}
	c := actCost{wall: time.Since(start), cpu: processTime() - cpu}
	runtime.ReadMemStats(&after)
	c.allocs, c.bytes = after.Mallocs-before.Mallocs, after.TotalAlloc-before.TotalAlloc
	return c, nil
}

// processTime is the CPU time of all threads so far.
func processTime() time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_PROCESS_CPUTIME_ID, &t); err != nil {
		return 0
	}
	return time.Duration(t.Nano())
}
