package main

import (
	"bytes"
	"context"
	"runtime"
	"time"

	"golang.org/x/net/html"

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
				d := ready.(*article.Document)
				_ = d.Text(d.Whole())
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
	MBs    spread  `json:"mb_per_s"`
	Ratio  spread  `json:"ratio_to_parse_only"` // speed by that of parsing alone, round by round
	Allocs float64 `json:"allocs_per_page"`
	Memory float64 `json:"bytes_per_page"`
}

// speed measures all acts on the same pages, page by page in turn, so that a slow moment of the machine falls on all.
func (j *judge) speed(ctx context.Context, name string, pages []source) error {
	list := acts(j.flags.peer)
	total := 0
	for _, s := range pages {
		total += len(s.html)
	}
	rows := make([]speedRow, len(list))
	rates := make([][]float64, len(list))
	for range j.flags.rounds {
		times := make([]time.Duration, len(list))
		for i := range pages {
			for k := range list {
				at := (i + k) % len(list)
				m, err := measureAct(ctx, list[at], pages[i])
				if err != nil {
					if ctx.Err() != nil {
						return ctx.Err()
					}
					continue // too deep for the parser, which other metrics tell
				}
				times[at] += m.time
				rows[at].Allocs += float64(m.allocs) / float64(len(pages)*j.flags.rounds)
				rows[at].Memory += float64(m.bytes) / float64(len(pages)*j.flags.rounds)
			}
		}
		for k := range list {
			rates[k] = append(rates[k], float64(total)/1e6/max(times[k].Seconds(), 1e-9))
		}
	}
	for k := range list {
		rows[k].Corpus, rows[k].Act, rows[k].Pages, rows[k].Bytes = name, list[k].name, len(pages), total
		rows[k].MBs, rows[k].Ratio = spreadOf(rates[k]), spreadOf(ratios(rates[k], rates[0]))
	}
	j.report.Speed = append(j.report.Speed, rows...)
	return nil
}

type actCost struct {
	time          time.Duration
	allocs, bytes uint64
}

func measureAct(ctx context.Context, a act, s source) (actCost, error) {
	var ready any
	if a.prepare != nil {
		var err error
		if ready, err = a.prepare(ctx, s); err != nil {
			return actCost{}, err
		}
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := time.Now()
	err := a.run(ctx, s, ready)
	took := time.Since(start)
	runtime.ReadMemStats(&after)
	return actCost{took, after.Mallocs - before.Mallocs, after.TotalAlloc - before.TotalAlloc}, err
}
