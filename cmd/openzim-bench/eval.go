package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/openzim-mcp/openzim-mcp/cmd/openzim-bench/eval"
)

// evalFlags are the flags of eval and what follows from them.
type evalFlags struct {
	sets, data, cache, debs, python, binary string
	archives, queries, known, latency       string
	jsonFile, compare, runs, score          string
	peer, adapter, arguments, cores         string
	worst, most, parallel                   int
	quick                                   bool
}

func (f *evalFlags) set(errOut io.Writer) *flag.FlagSet {
	fs := flag.NewFlagSet("eval", flag.ContinueOnError)
	fs.SetOutput(errOut)
	fs.StringVar(&f.sets, "sets", strings.Join(eval.AllSets, ","), "question sets to run")
	fs.StringVar(&f.data, "data", "", "`folder` of the evaluation data (default $"+eval.DirEnv+", else ../shared/data/eval beside the repository)")
	fs.StringVar(&f.cache, "cache-dir", "", "`folder` where archives are made and kept (default openzim-bench in the user's cache)")
	fs.StringVar(&f.debs, "debs", "", "`folder` with the Debian packages of the distractors (default: apt-get downloads them)")
	fs.StringVar(&f.python, "python", eval.DebianPython, "interpreter with the package libzim, which makes the archives")
	fs.StringVar(&f.binary, "binary", "", "openzim-mcp to measure (default: built from this repository)")
	fs.StringVar(&f.archives, "archive-dir", "", "`folder` with small.zim, medium.zim and so on, for Q, E11 and --latency")
	fs.StringVar(&f.queries, "queries", "", "`folder` with their questions (default ../queries beside the evaluation data)")
	fs.StringVar(&f.known, "known", "", "archive `files` for E4, E5 and E6, separated by commas (default: E1's, and small.zim)")
	fs.StringVar(&f.latency, "latency", "", "archives to time searches on, by `names` separated by commas, for example e1,small")
	fs.StringVar(&f.jsonFile, "json", "", "write everything to this `file`")
	fs.StringVar(&f.compare, "compare", "", "compare with the JSON `file` of an older run, question by question")
	fs.StringVar(&f.runs, "runs", "", "write SET.jsonl with every reply and SET.ranks.tsv to this `folder`")
	fs.StringVar(&f.score, "score", "", "ask nobody, score the replies in this `file` of one record a line; with one set")
	fs.StringVar(&f.peer, "peer", "", "measure another server: its MCP `address`, or libzim for libzim's own full-text search")
	fs.StringVar(&f.adapter, "adapter", "", "how the peer's tools are called: search=TOOL,query=ARGUMENT,fetch=TOOL,id=ARGUMENT,…")
	fs.StringVar(&f.arguments, "arguments", "", "further arguments of every search, as a JSON `object`; by default there are none")
	fs.StringVar(&f.cores, "cores", "", "give the server `n` cores (GOMAXPROCS)")
	fs.IntVar(&f.worst, "worst", 0, "show the `n` worst questions of each set")
	fs.IntVar(&f.most, "most", 0, "at most `n` questions of each kind in E4, E5 and E6 (default 2000, in E6 1000)")
	fs.IntVar(&f.parallel, "parallel", 2, "questions asked at once")
	fs.BoolVar(&f.quick, "quick", false, "first replies only: no readers, no citations")
	return fs
}

// runEval asks the question sets and reports.
func runEval(ctx context.Context, args []string, out, errOut io.Writer) error {
	var f evalFlags
	if err := f.set(errOut).Parse(args); err != nil {
		return err
	}
	e, err := f.open(ctx, errOut)
	if err != nil {
		return err
	}
	defer os.RemoveAll(e.scratch)
	if err := e.run(ctx, out); err != nil {
		return err
	}
	if f.jsonFile != "" {
		return e.report.Write(f.jsonFile)
	}
	return nil
}

// An evaluation is a run of eval.
type evaluation struct {
	evalFlags
	plan    *eval.Plan
	report  eval.Report
	old     *eval.Report // nil without --compare
	always  map[string]any
	scratch string // removed at the end
	log     io.Writer
}

// open checks the flags and makes ready what all sets need.
func (f evalFlags) open(ctx context.Context, errOut io.Writer) (*evaluation, error) {
	e := &evaluation{evalFlags: f, log: errOut}
	if f.arguments != "" {
		if err := json.Unmarshal([]byte(f.arguments), &e.always); err != nil {
			return nil, fmt.Errorf("--arguments is no JSON object: %w", err)
		}
	}
	if f.compare != "" {
		old, err := eval.ReadReport(f.compare)
		if err != nil {
			return nil, err
		}
		e.old = old
	}
	if _, err := eval.CountTokens("loads the vocabularies"); err != nil {
		return nil, err
	}
	var err error
	if e.plan, err = f.plan(errOut); err != nil {
		return nil, err
	}
	if e.scratch, err = os.MkdirTemp("", "openzim-bench"); err != nil {
		return nil, err
	}
	if f.peer == "" && f.binary == "" && f.score == "" {
		if e.binary, err = build(ctx, e.scratch); err != nil {
			return nil, errors.Join(err, os.RemoveAll(e.scratch))
		}
	}
	e.report = eval.Report{Time: time.Now().UTC(), Settings: f.settings(), Machine: eval.ThisMachine()}
	if e.binary != "" {
		e.report.Binary = eval.BinaryVersion(e.binary)
	}
	return e, nil
}

// plan finds the data and the archives.
func (f evalFlags) plan(errOut io.Writer) (*eval.Plan, error) {
	var err error
	if f.data == "" {
		if f.data, err = eval.FindDir("."); err != nil {
			return nil, err
		}
	}
	if f.cache == "" {
		dir, err := os.UserCacheDir()
		if err != nil {
			return nil, fmt.Errorf("--cache-dir is needed: %w", err)
		}
		f.cache = filepath.Join(dir, "openzim-bench")
	}
	maker := &eval.Maker{Dir: f.cache, Python: f.python, Log: func(m string) { fmt.Fprintln(errOut, m) }}
	p := &eval.Plan{Corpora: &eval.Corpora{Data: f.data, Debs: f.debs, Maker: maker}, Archives: f.archives, Queries: f.queries, Most: f.most}
	if f.known != "" {
		p.Known = strings.Split(f.known, ",")
	}
	return p, nil
}

// settings are the flags that change figures.
func (f evalFlags) settings() map[string]string {
	return map[string]string{"sets": f.sets, "most": fmt.Sprint(f.most), "parallel": fmt.Sprint(f.parallel), "quick": fmt.Sprint(f.quick),
		"arguments": f.arguments, "peer": f.peer, "adapter": f.adapter, "cores": f.cores, "seed": "1", "resamples": fmt.Sprint(eval.Rounds)}
}

// build compiles the product as it is released.
func build(ctx context.Context, dir string) (string, error) {
	repo, err := repository()
	if err != nil {
		return "", err
	}
	name := filepath.Join(dir, "openzim-mcp")
	if out, err := goBuild(ctx, repo, name); err != nil {
		return "", fmt.Errorf("building openzim-mcp, or name one with --binary: %w: %s", err, strings.TrimSpace(string(out)))
	}
	return name, nil
}

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
