package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/openzim-mcp/openzim-mcp/cmd/openzim-bench/eval"
)

// run runs every set and then the timings.
func (e *evaluation) run(ctx context.Context, out io.Writer) error {
	for name := range strings.SplitSeq(e.sets, ",") {
		if name = strings.TrimSpace(name); name == "" {
			continue
		}
		sets, err := e.plan.Sets(ctx, name)
		if errors.Is(err, eval.ErrNoData) {
			e.note(fmt.Sprintf("%s: left out: %v", name, err))
		} else if err != nil {
			return err
		}
		var family []*eval.Result
		for _, s := range sets {
			res, err := e.set(ctx, s)
			if err != nil {
				return err
			}
			e.show(out, res)
			family = append(family, res)
		}
		if len(family) > 1 && name != "E3" && name != "E10" {
			e.show(out, eval.Pool(name, family))
		}
	}
	for name := range strings.SplitSeq(e.latency, ",") {
		if name = strings.TrimSpace(name); name != "" {
			if err := e.time(ctx, name, out); err != nil {
				return err
			}
		}
	}
	e.report.Libzim, e.report.Machine.LoadAfter = e.plan.Corpora.Maker.Version(), eval.Load()
	if t := e.report.Tax; t != nil {
		fmt.Fprintf(out, "\ntools %d tokens + instructions %d; largest description %d bytes; at most %d optional arguments, nesting %d\n",
			t.ToolsTokens, t.InstructionsTokens, t.LargestDescription, t.MostOptional, t.Nesting)
	}
	for _, n := range e.report.Notes {
		fmt.Fprintln(out, "note:", n)
	}
	return nil
}

func (e *evaluation) note(n string) {
	e.report.Notes = append(e.report.Notes, n)
	fmt.Fprintln(e.log, n)
}

// set runs one set against a server of its own.
func (e *evaluation) set(ctx context.Context, s eval.Set) (*eval.Result, error) {
	if err := e.report.AddArchives(s.World.Files); err != nil {
		return nil, err
	}
	if e.score != "" {
		records, err := eval.ReadRun(e.score)
		return eval.Score(s, eval.InOrder(s, records)), err
	}
	by, stop, err := e.asker(ctx, s.World)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.Name, err)
	}
	defer stop()
	r := &eval.Runner{By: by, Parallel: e.parallel, Quick: e.quick, Log: func(m string) { fmt.Fprintln(e.log, m) }}
	res, err := r.Run(ctx, s)
	if err != nil {
		return nil, err
	}
	if e.runs != "" {
		return res, errors.Join(eval.WriteRun(filepath.Join(e.runs, s.Name+".jsonl"), res.Records),
			eval.WriteRanks(filepath.Join(e.runs, s.Name+".ranks.tsv"), s, res.Records))
	}
	return res, nil
}

// show prints a result and keeps it.
func (e *evaluation) show(out io.Writer, res *eval.Result) {
	var old *eval.Result
	if e.old != nil {
		if i := slices.IndexFunc(e.old.Sets, func(r *eval.Result) bool { return r.Name == res.Name }); i >= 0 {
			old = e.old.Sets[i]
		}
	}
	res.Print(out, old)
	res.PrintWorst(out, e.worst)
	const kept = 20 // in JSON, however many are shown
	res.Worst = res.Worst[:min(max(kept, e.worst), len(res.Worst))]
	e.report.Sets = append(e.report.Sets, res)
}

// asker starts what is to be measured on the archives of a world.
func (e *evaluation) asker(ctx context.Context, w eval.World) (eval.Asker, func(), error) {
	switch {
	case e.peer == "libzim":
		if len(w.Files) != 1 {
			return nil, nil, fmt.Errorf("libzim searches one archive at a time, not %d", len(w.Files))
		}
		e.report.Server = "libzim"
		l, err := eval.StartLibzim(e.python, w.Files[0])
		return l, func() { l.Close() }, err
	case e.peer != "":
		c, err := e.connect(ctx, e.peer)
		return c, func() { c.Close() }, err
	}
	srv, err := e.serve(ctx, w.Files)
	if err != nil {
		return nil, nil, err
	}
	c, err := e.connect(ctx, srv.Endpoint)
	if err != nil {
		return nil, nil, errors.Join(err, srv.Stop())
	}
	return c, func() { c.Close(); srv.Stop() }, nil
}

func (e *evaluation) serve(ctx context.Context, files []string) (*eval.Server, error) {
	var env []string
	if e.cores != "" {
		env = append(env, "GOMAXPROCS="+e.cores)
	}
	return eval.StartServer(ctx, e.binary, files, env...)
}

// connect opens a session, and measures the tools the first time.
func (e *evaluation) connect(ctx context.Context, endpoint string) (*eval.Client, error) {
	a := eval.Ours
	if e.adapter != "" {
		var err error
		if a, err = eval.ParseAdapter(e.adapter); err != nil {
			return nil, err
		}
	}
	a.Always = e.always
	c, err := eval.Connect(ctx, endpoint, a)
	if err != nil {
		return nil, err
	}
	e.report.Server = c.Version()
	if e.report.Tax == nil {
		t, err := c.Tax()
		if err != nil {
			return nil, errors.Join(err, c.Close())
		}
		e.report.Tax = &t
	}
	return c, nil
}

// time measures searches on one archive, warm, at one client and at eight.
func (e *evaluation) time(ctx context.Context, name string, out io.Writer) error {
	queries, err := e.plan.LatencyQueries(name)
	if err != nil {
		return err
	}
	file := filepath.Join(e.archives, name+".zim")
	if _, err := os.Stat(file); err != nil {
		file = filepath.Join(e.plan.Corpora.Maker.Dir, name+".zim")
	}
	if err := e.report.AddArchives([]string{file}); err != nil {
		return err
	}
	srv, err := e.serve(ctx, []string{file})
	if err != nil {
		return err
	}
	defer srv.Stop()
	var clients []*eval.Client
	for range 8 {
		c, err := e.connect(ctx, srv.Endpoint)
		if err != nil {
			return err
		}
		defer c.Close()
		clients = append(clients, c)
	}
	if _, err := eval.Times(ctx, srv, clients[:1], queries); err != nil { // warms the caches
		return err
	}
	for _, n := range []int{1, 8} {
		l, err := eval.Times(ctx, srv, clients[:n], queries)
		if err != nil {
			return err
		}
		l.Archive = name
		e.report.Latency = append(e.report.Latency, l)
		fmt.Fprintf(out, "\nsearch on %s, warm, %d clients, %d calls: p50 %.1f ms, p95 %.1f, p99 %.1f, max %.1f; server CPU %.1f ms a call; %.0f a second; %d failed; load %s\n",
			name, n, l.Calls, l.P50, l.P95, l.P99, l.Max, l.CPU, l.PerSec, l.Failed, eval.Load())
	}
	return nil
}
