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
	p := &eval.Plan{Corpora: &eval.Corpora{Data: f.data, Debs: f.debs, Maker: maker}, Archives: f.archives, Queries: f.queries, Most: f.most, Real: factFolder()}
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

// factFolder is the folder of real archives: ZIM_TEST_DATA_DIR, else shared/data/zims beside the repository, else "".
func factFolder() string {
	if dir := os.Getenv("ZIM_TEST_DATA_DIR"); dir != "" {
		return dir
	}
	for _, up := range []string{"..", "../..", "../../.."} {
		dir := filepath.Join(up, "shared", "data", "zims")
		if st, err := os.Stat(dir); err == nil && st.IsDir() {
			return dir
		}
	}
	return ""
}
