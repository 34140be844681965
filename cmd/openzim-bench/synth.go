package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/openzim-mcp/openzim-mcp/cmd/openzim-bench/peer"
	"github.com/openzim-mcp/openzim-mcp/cmd/openzim-bench/synth"
)

// runSynth makes one archive and says what it cost.
func runSynth(ctx context.Context, args []string, out, errOut io.Writer) error {
	var o synth.Options
	fs := flag.NewFlagSet("synth", flag.ContinueOnError)
	fs.SetOutput(errOut)
	fs.IntVar(&o.Entries, "entries", 3_000_000, "entries users see")
	fs.IntVar(&o.Minor, "minor", 2, "minor version of the format: 1 and 2 with title listing v0, 3 without (libzim 9.3 and later)")
	fs.IntVar(&o.Redirects, "redirects", 26, "percent of entries that are redirects; negative: none")
	fs.IntVar(&o.Images, "images", 4, "percent of entries stored uncompressed; negative: none")
	fs.IntVar(&o.MeanBytes, "mean-bytes", 4096, "mean size of a text item")
	fs.IntVar(&o.ClusterBytes, "cluster-bytes", 2<<20, "size of a cluster before compression")
	fs.IntVar(&o.Distinct, "distinct", 64, "different text clusters; later ones repeat them")
	fs.StringVar(&o.Corpus, "corpus", "", "`directory` of text files to cut pages from instead of made-up text")
	fs.Uint64Var(&o.Seed, "seed", 1, "makes archives differ")
	level := fs.Int("level", 19, "level of the C library of zstd; 0: compress in Go, which needs nothing installed")
	if err := fs.Parse(args); err != nil {
		return err
	}
	if fs.NArg() != 1 {
		return errors.New("synth wants one argument: the file to write")
	}
	return makeArchive(ctx, fs.Arg(0), o, *level, out)
}

// makeArchive writes name, with the C library when level is not 0 and it can be had.
func makeArchive(ctx context.Context, name string, o synth.Options, level int, out io.Writer) error {
	with := "Go"
	if level != 0 {
		dir, err := os.MkdirTemp("", "openzim-bench-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		prog, err := peer.BuildZstd(dir)
		if err != nil {
			fmt.Fprintln(out, "compressing in Go:", err)
		} else {
			with = fmt.Sprintf("C level %d", level)
			o.NewCompressor = func() (synth.Compressor, error) { return peer.NewCompressor(prog, level) }
		}
	}
	start := time.Now()
	st, err := synth.Write(ctx, name, o)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s: %d entries, %d clusters, %d texts, %d images, %d bytes, compressed by %s, %.1f s\n",
		name, st.Entries, st.Clusters, st.Texts, st.Images, st.Size, with, time.Since(start).Seconds())
	return err
}
