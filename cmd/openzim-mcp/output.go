package main

import (
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
