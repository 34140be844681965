package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"runtime/pprof"
	"time"

	"github.com/openzim-mcp/openzim-mcp/cmd/openzim-bench/peer"
	"github.com/openzim-mcp/openzim-mcp/zim/search"
)

// searchFlags is what the subcommand search is asked.
type searchFlags struct {
	file, queries, suggest       string
	python, kiwix, only, profile string
	json                         bool
	rounds, number, cold, cancel int
	dialect                      int
	measure                      time.Duration
	cases                        *regexp.Regexp // of only
}

func parseSearchFlags(args []string, errOut io.Writer) (searchFlags, error) {
	var f searchFlags
	fs := flag.NewFlagSet("search", flag.ContinueOnError)
	fs.SetOutput(errOut)
	fs.StringVar(&f.file, "file", "", "`archive` to search")
	fs.StringVar(&f.queries, "queries", "", "`file` of full-text queries, one a line; empty: made from the archive's titles")
	fs.StringVar(&f.suggest, "suggest", "", "`file` of texts to complete, one a line; empty: made from the archive's titles")
	fs.BoolVar(&f.json, "json", false, "print JSON instead of tables")
	fs.StringVar(&f.python, "python", "", "`interpreter` with PyPI's libzim, for another version to compare with")
	fs.StringVar(&f.kiwix, "kiwix-serve", "kiwix-serve", "`program` to compare with over HTTP; empty: none")
	fs.StringVar(&f.only, "cases", "", "`regexp` of the cases to run; empty: all")
	fs.StringVar(&f.profile, "profile", "", "`file` for a CPU profile of our peer")
	fs.IntVar(&f.rounds, "rounds", 5, "how often everything is measured")
	fs.IntVar(&f.number, "number", 200, "queries taken or made, of each kind, at most")
	fs.IntVar(&f.cold, "cold", 100, "queries asked of a cold file, at most")
	fs.IntVar(&f.cancel, "cancel", 2000, "searches cancelled, of each kind")
	fs.IntVar(&f.dialect, "dialect", 0, "8 or 9, how `libzim` of that version reads queries; 0: as the libzim that is compared")
	fs.DurationVar(&f.measure, "time", time.Second, "how long ours is measured at once, about")
	if err := fs.Parse(args); err != nil {
		return f, err
	}
	return f, f.check(fs.Args())
}

func (f *searchFlags) check(rest []string) (err error) {
	switch {
	case len(rest) > 0:
		return fmt.Errorf("search takes no arguments, got %q: name the archive with --file", rest[0])
	case f.file == "":
		return errors.New("file is missing: name an archive that has an index with --file")
	case f.rounds < 1 || f.number < 1 || f.cold < 1 || f.cancel < 1:
		return errors.New("rounds, number, cold and cancel want a number of at least 1")
	case f.dialect != 0 && f.dialect != 8 && f.dialect != 9:
		return fmt.Errorf("dialect is %d, want 8, 9 or 0 for that of the libzim that is compared", f.dialect)
	case f.measure <= 0:
		return fmt.Errorf("time is %v, want more than 0, as in 500ms", f.measure)
	}
	if f.cases, err = regexp.Compile(f.only); err != nil {
		return fmt.Errorf("cases: %w", err)
	}
	f.file, err = filepath.Abs(f.file) // peers may run elsewhere
	return err
}

// runSearch measures searching in one archive and prints the report. A missed target is part of the report, not
// an error.
func runSearch(ctx context.Context, args []string, out, errOut io.Writer) error {
	f, err := parseSearchFlags(args, errOut)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "openzim-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	rep, err := measureSearch(ctx, f, dir, errOut)
	if err != nil {
		return err
	}
	if f.json {
		return rep.writeJSON(out)
	}
	return rep.writeTables(out)
}

// measureSearch runs every case, with its files in dir.
func measureSearch(ctx context.Context, f searchFlags, dir string, log io.Writer) (rep *searchReport, err error) {
	p, err := newSearchPlan(ctx, f, dir)
	if err != nil {
		return nil, err
	}
	fld, err := newSearchField(dir, f)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, fld.close()) }()
	r := &searchRunner{flags: f, plan: p, field: fld, log: log, out: filepath.Join(dir, "figures")}
	rep = r.newReport()
	for _, phase := range []func(context.Context, *searchReport) error{
		r.agreement, r.warm, r.scan, r.scaling, r.cost, r.cancelling, r.memory, r.cold,
	} {
		if err := phase(ctx, rep); err != nil {
			return nil, err
		}
	}
	rep.LoadAfter, rep.Notes = loadAverage(), append(append([]string{}, fld.notes...), r.notes...)
	return rep, nil
}

// runSearchPeer is our own contender, or the one that speaks with kiwix-serve.
func runSearchPeer(ctx context.Context, args []string, out, errOut io.Writer) error {
	fs := flag.NewFlagSet("search-peer", flag.ContinueOnError)
	fs.SetOutput(errOut)
	var o peer.SearchOptions
	fs.Int64Var(&o.CacheBytes, "cache-bytes", 0, "bytes of indexes cached; 0: the default")
	dialect := fs.Int("dialect", 9, "8 or 9")
	kiwix := fs.String("kiwix-serve", "", "`program` to ask instead")
	profile := fs.String("profile", "", "`file` for a CPU profile")
	if err := fs.Parse(args); err != nil {
		return err
	}
	if *kiwix != "" {
		return peer.ServeKiwix(ctx, os.Stdin, out, *kiwix)
	}
	if *dialect == 8 {
		o.Dialect = search.Dialect8
	}
	if *profile != "" {
		f, err := os.Create(*profile)
		if err != nil {
			return err
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	return peer.ServeSearch(ctx, os.Stdin, out, o)
}
