package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// articleFlags is what the subcommand article is asked.
type articleFlags struct {
	files, dirs  stringList
	sample       int
	seed         uint64
	json         bool
	worst        int
	out          string
	rounds       int
	speedBytes   int
	peer, tokens bool
	edges        bool
	references   bool
	binary       string
	trips        int
}

// stringList is a flag that may be given several times.
type stringList []string

func (l *stringList) String() string     { return strings.Join(*l, ",") }
func (l *stringList) Set(s string) error { *l = append(*l, s); return nil }

func parseArticleFlags(args []string, errOut io.Writer) (articleFlags, error) {
	var f articleFlags
	fs := flag.NewFlagSet("article", flag.ContinueOnError)
	fs.SetOutput(errOut)
	fs.Var(&f.dirs, "dir", "`directory` whose archives are read, with those in good, split and embedded below it; may be repeated")
	fs.Var(&f.files, "file", "`archive` to read; may be repeated")
	fs.IntVar(&f.sample, "sample", 200, "pages of one archive, drawn by seed; 0: all")
	fs.Uint64Var(&f.seed, "seed", 1, "of the draw")
	fs.BoolVar(&f.json, "json", false, "print JSON instead of tables")
	fs.StringVar(&f.out, "out", "", "`file` that gets the JSON, too")
	fs.IntVar(&f.worst, "worst", 0, "show the N worst pages of each metric, with what was missing")
	fs.IntVar(&f.rounds, "rounds", 5, "of the measurement of speed; 0: none")
	fs.IntVar(&f.speedBytes, "speed-bytes", 4<<20, "HTML of one archive whose speed is measured")
	fs.BoolVar(&f.peer, "peer", true, "also judge html-to-markdown")
	fs.BoolVar(&f.tokens, "tokens", true, "count tokens with the vocabularies o200k and cl100k")
	fs.StringVar(&f.binary, "binary", "", "the product's `program`: what it prints as links and sections is fetched from it again")
	fs.IntVar(&f.trips, "trips", 20, "pages of one archive whose links and sections are fetched")
	fs.BoolVar(&f.edges, "edges", true, "also judge the hand-written pages")
	fs.BoolVar(&f.references, "references", false, "expect reference lists in the text")
	if err := fs.Parse(args); err != nil {
		return f, err
	}
	switch {
	case fs.NArg() > 0:
		return f, fmt.Errorf("article takes no arguments, got %q: name archives with --file or --dir", fs.Arg(0))
	case f.sample < 0 || f.worst < 0 || f.rounds < 0 || f.trips < 0 || f.speedBytes < 1:
		return f, errors.New("sample, worst, rounds and trips want a number of at least 0, speed-bytes of at least 1")
	}
	if len(f.files)+len(f.dirs) == 0 {
		if dir := os.Getenv("ZIM_TEST_DATA_DIR"); dir != "" {
			f.dirs = append(f.dirs, dir)
		} else if !f.edges {
			return f, errors.New("article wants --file or --dir, or a directory of archives in ZIM_TEST_DATA_DIR")
		}
	}
	return f, nil
}

// runArticle judges how articles become Markdown and prints the report. A missed goal is part of the report, not an error.
func runArticle(ctx context.Context, args []string, out, errOut io.Writer) error {
	f, err := parseArticleFlags(args, errOut)
	if err != nil {
		return err
	}
	r, err := judgeArticles(ctx, f, errOut)
	if err != nil {
		return err
	}
	if f.out != "" {
		if err := writeFile(f.out, r.writeJSON); err != nil {
			return err
		}
	}
	if f.json {
		return r.writeJSON(out)
	}
	return r.writeTables(out)
}

func writeFile(name string, write func(io.Writer) error) error {
	file, err := os.Create(filepath.Clean(name))
	if err != nil {
		return err
	}
	return errors.Join(write(file), file.Close())
}

// judgeArticles reads every archive and judges its pages.
func judgeArticles(ctx context.Context, f articleFlags, log io.Writer) (*articleReport, error) {
	if f.binary != "" {
		if _, err := exec.LookPath(f.binary); err != nil {
			return nil, fmt.Errorf("binary: %w", err)
		}
	}
	j := newJudge(f)
	if f.edges {
		c, err := edgeCorpus(ctx)
		if err != nil {
			return nil, err
		}
		if err := errors.Join(j.pages(ctx, c), c.close()); err != nil {
			return nil, err
		}
	}
	names, err := archiveFiles(f.files, f.dirs)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		c, err := openCorpus(ctx, name, f.sample, f.seed)
		if err != nil {
			j.report.Notes = append(j.report.Notes, fmt.Sprintf("%s: not read: %v", filepath.Base(name), err))
			continue
		}
		fmt.Fprintf(log, "%s: %d of %d pages\n", c.name, len(c.paths), c.total)
		c.file = name
		err = j.pages(ctx, c)
		if err := errors.Join(err, c.close()); err != nil {
			return nil, fmt.Errorf("%s: %w", c.name, err)
		}
	}
	if dir := os.Getenv("OPENZIM_MCP_EVAL_DIR"); dir != "" && j.calibre != nil {
		if err := j.calibre.addEvaluation(ctx, dir); err != nil {
			return nil, err
		}
	}
	return j.finish(), nil
}

// writeJSON writes the report for programs.
func (r *articleReport) writeJSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(r)
}
