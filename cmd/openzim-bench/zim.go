package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"runtime/pprof"
	"slices"

	"github.com/openzim-mcp/openzim-mcp/cmd/openzim-bench/peer"
	"github.com/openzim-mcp/openzim-mcp/cmd/openzim-bench/synth"
	"github.com/openzim-mcp/openzim-mcp/zim"
)

// zimFlags is what the subcommand zim is asked.
type zimFlags struct {
	file, python, only, profile string
	json                        bool
	rounds, entries, lookups    int
	scanMiB                     int64
}

func parseZimFlags(args []string, errOut io.Writer) (zimFlags, error) {
	var f zimFlags
	fs := flag.NewFlagSet("zim", flag.ContinueOnError)
	fs.SetOutput(errOut)
	fs.StringVar(&f.file, "file", "", "`archive` to measure on; empty: a made-up one, removed afterwards")
	fs.BoolVar(&f.json, "json", false, "print JSON instead of a table")
	fs.StringVar(&f.python, "python", "", "`interpreter` with PyPI's libzim, for another version to compare with")
	fs.StringVar(&f.only, "cases", "", "`regexp` of the cases to run; empty: all")
	fs.StringVar(&f.profile, "profile", "", "`file` for a CPU profile of our peer")
	fs.IntVar(&f.rounds, "rounds", 5, "how often everything is measured")
	fs.IntVar(&f.entries, "entries", 200_000, "entries of the made-up archive")
	fs.IntVar(&f.lookups, "lookups", 20_000, "paths looked up warm")
	fs.Int64Var(&f.scanMiB, "scan-mib", 1024, "MiB of content a scan reads at most")
	if err := fs.Parse(args); err != nil {
		return f, err
	}
	if fs.NArg() > 0 {
		return f, fmt.Errorf("zim takes no arguments, got %q: name the archive with --file", fs.Arg(0))
	}
	if f.rounds < 1 || f.lookups < 1 || f.scanMiB < 1 {
		return f, errors.New("rounds, lookups and scan-mib want a number of at least 1")
	}
	return f, nil
}

// runZim measures one archive and prints the report. A missed target is part of the report, not an error.
func runZim(ctx context.Context, args []string, out, errOut io.Writer) error {
	f, err := parseZimFlags(args, errOut)
	if err != nil {
		return err
	}
	only, err := regexp.Compile(f.only)
	if err != nil {
		return fmt.Errorf("cases: %w", err)
	}
	dir, err := os.MkdirTemp("", "openzim-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if f.file == "" {
		f.file = filepath.Join(dir, "synthetic.zim")
		if err := makeArchive(ctx, f.file, synth.Options{Entries: f.entries, Minor: 2}, 0, errOut); err != nil {
			return err
		}
	}
	rep, err := measure(ctx, f, only, dir, errOut)
	if err != nil {
		return err
	}
	if f.json {
		return rep.writeJSON(out)
	}
	return rep.writeTable(out)
}

// measure runs every case that only matches, with its files in dir.
func measure(ctx context.Context, f zimFlags, only *regexp.Regexp, dir string, log io.Writer) (rep *report, err error) {
	if f.file, err = filepath.Abs(f.file); err != nil {
		return nil, err
	}
	p, err := newPlan(ctx, f.file, dir, f.lookups)
	if err != nil {
		return nil, err
	}
	fld, err := newField(dir, f.file, f.python, f.profile)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, fld.close()) }()
	list := slices.DeleteFunc(cases(f.file, p, f.scanMiB<<20), func(c benchCase) bool {
		return !only.MatchString(c.name) || c.name == decodeCase && fld.zstd == nil // which alone counts its bytes
	})
	r := &runner{file: f.file, field: fld, rounds: f.rounds, log: log, notes: make(map[string]bool)}
	all, err := r.run(ctx, list, f.scanMiB<<20)
	if err != nil {
		return nil, err
	}
	return r.report(p, list, all)
}

// report sums the samples up, and measures memory.
func (r *runner) report(p *plan, list []benchCase, all map[string]samples) (*report, error) {
	rep := &report{
		Archive: archiveInfo{fmt.Sprintf("%d.%d", p.info.Major, p.info.Minor), p.info.Size, p.info.Entries, p.info.Clusters},
		Machine: thisMachine(), Rounds: r.rounds, Notes: r.field.notes,
	}
	zstdName := ""
	for _, c := range r.field.contenders {
		rep.Peers = append(rep.Peers, c.name)
		m, err := r.memory(c, p)
		if err != nil {
			return nil, err
		}
		rep.Memory = append(rep.Memory, m)
	}
	if r.field.zstd != nil {
		zstdName = r.field.zstd.Name
	}
	for _, c := range list {
		rows, notes := results(c, all[c.name], rep.Peers, zstdName)
		rep.Results = append(rep.Results, rows...)
		rep.Notes = append(rep.Notes, notes...)
	}
	rep.Notes = append(rep.Notes, slices.Sorted(maps.Keys(r.notes))...)
	return rep, nil
}

// runPeer is our own contender.
func runPeer(ctx context.Context, args []string, out, errOut io.Writer) error {
	fs := flag.NewFlagSet("peer", flag.ContinueOnError)
	fs.SetOutput(errOut)
	var o zim.CacheOptions
	fs.IntVar(&o.Dirents, "dirents", 0, "directory entries cached; 0: the default")
	fs.Int64Var(&o.MaxBytes, "cache-bytes", 0, "decoded bytes cached; 0: the default")
	profile := fs.String("profile", "", "`file` for a CPU profile")
	if err := fs.Parse(args); err != nil {
		return err
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
	return peer.Serve(ctx, os.Stdin, out, &o)
}
