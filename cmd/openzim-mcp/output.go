package main

import (
	"context"
	"encoding/json"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/openzim-mcp/openzim-mcp/policy"
)

// printJSON writes v for other programs: indented, and with characters as they are.
func printJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// eachFile does something with each of the files named, one after another until ctx ends, and reports what came of them: by
// show as soon as it is known, or all together as JSON. When one of them is not good, the exit code says so.
func eachFile[T any](ctx context.Context, p *program, files []string, asJSON bool, do func(file string) (outcome T, good bool), show func(T)) error {
	all, good := []T{}, true
	for _, file := range files {
		x, ok := do(file)
		good = good && ok
		all = append(all, x)
		if !asJSON {
			show(x)
		}
		if ctx.Err() != nil {
			break
		}
	}
	if asJSON {
		if err := printJSON(p.out, struct {
			Files []T `json:"files"`
		}{all}); err != nil {
			return err
		}
	}
	if !good {
		return silent(exitFailure)
	}
	return nil
}

// table writes rows in columns.
func table(w io.Writer, rows [][]string) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, row := range rows {
		if _, err := io.WriteString(t, strings.Join(row, "\t")+"\n"); err != nil {
			return err
		}
	}
	return t.Flush()
}

// lineRunes bounds a text from an archive in a line for people.
const lineRunes = 200

// line makes a text from an archive fit for one line on a terminal: no control characters,
// which could steer it, and not too long.
func line(s string) string { return policy.CleanText(s, lineRunes) }
