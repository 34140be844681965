package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/openzim-mcp/openzim-mcp/cmd/openzim-bench/eval"
)

// runProbes makes the archive of bare titles that the probes need.
func runProbes(ctx context.Context, args []string, out, errOut io.Writer) error {
	fs := flag.NewFlagSet("probes", flag.ContinueOnError)
	fs.SetOutput(errOut)
	to := fs.String("make", "", "write the archive of the probes' titles to this `file`")
	data := fs.String("data", "", "`folder` of the evaluation data (default $"+eval.DirEnv+", else ../shared/data/eval beside the repository)")
	python := fs.String("python", eval.DebianPython, "interpreter with the package libzim")
	if err := fs.Parse(args); err != nil {
		return err
	}
	if filepath.Ext(*to) != ".zim" {
		return errors.New("--make is needed: a file that ends in .zim")
	}
	if *data == "" {
		var err error
		if *data, err = eval.FindDir("."); err != nil {
			return err
		}
	}
	probes, err := eval.ReadProbes(filepath.Join(*data, "probes.tsv"))
	if err != nil {
		return err
	}
	a := eval.ProbeArchive(probes)
	dir, err := os.MkdirTemp(filepath.Dir(*to), ".openzim-bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	a.Name = strings.TrimSuffix(filepath.Base(*to), ".zim")
	file, err := (&eval.Maker{Dir: dir, Python: *python}).Make(ctx, a)
	if err != nil {
		return err
	}
	if err := os.Rename(file, *to); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s: %d titles of %d probes\n", *to, len(a.Pages), len(probes))
	return err
}
