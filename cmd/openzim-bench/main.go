// Command openzim-bench measures our packages beside libzim and other programs, and makes the archives to measure
// with.
//
//	openzim-bench zim    [--file F] [--json] [--python P]    compare the reader on one archive
//	openzim-bench search --file F [--json] [--queries Q]     compare searching on one archive
//	openzim-bench synth  [--entries N] OUT.zim               make an archive of N entries
//
// See README.md for what the numbers mean.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
)

// A command is a subcommand; it gets the arguments behind its name.
type command struct {
	name, help string
	run        func(ctx context.Context, args []string, out, errOut io.Writer) error
}

func commands() []command {
	return []command{
		{"zim", "compare the reader with libzim and C zstd on one archive", runZim},
		{"search", "compare searching with libzim, Xapian and kiwix-serve on one archive", runSearch},
		{"search-peer", "answer the commands of a benchmark (started by search)", runSearchPeer},
		{"synth", "make an archive of any number of entries", runSynth},
		{"article", "judge how pages become Markdown, and how fast", runArticle},
		{"eval", "measure how well a server finds passages and titles", runEval},
		{"probes", "make the archive of titles that the probes need", runProbes},
		{"peer", "answer the commands of a benchmark (started by zim)", runPeer},
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	err := dispatch(ctx, os.Args[1:], os.Stdout, os.Stderr)
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return
	}
	fmt.Fprintln(os.Stderr, "openzim-bench:", err)
	stop()
	os.Exit(1)
}

// dispatch runs the subcommand args begin with.
func dispatch(ctx context.Context, args []string, out, errOut io.Writer) error {
	for _, c := range commands() {
		if len(args) > 0 && args[0] == c.name {
			return c.run(ctx, args[1:], out, errOut)
		}
	}
	fmt.Fprintln(errOut, "usage: openzim-bench COMMAND [flags]")
	for _, c := range commands() {
		fmt.Fprintf(errOut, "  %-12s %s\n", c.name, c.help)
	}
	if len(args) == 0 {
		return fmt.Errorf("command is missing, want %s", commandNames())
	}
	return fmt.Errorf("command is %q, want %s", args[0], commandNames())
}

// commandNames lists what a person may call: not what only other commands start.
func commandNames() string {
	var names []string
	for _, c := range commands() {
		if !strings.HasSuffix(c.name, "peer") {
			names = append(names, c.name)
		}
	}
	return strings.Join(names, ", ")
}
