package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/openzim-mcp/openzim-mcp/policy"
	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/search"
)

type suggestCmd struct {
	File    string `arg:"" name:"file" help:"An archive."`
	Text    string `arg:"" name:"text" help:"The beginning of a title, or words of it."`
	Limit   int    `default:"10" help:"Most titles (1 to 100)."`
	Dialect int    `default:"9" help:"Read the text as libzim 9 or as libzim 8 does."`
	JSON    bool   `name:"json" help:"Write JSON."`
}

// Help is printed below the usage.
func (suggestCmd) Help() string {
	return `Completes titles as Kiwix does: the same titles in the same order, from the archive's own index.
The last word may be a beginning. The first line says how many match, in libzim's estimate.

Examples:

  openzim-mcp suggest wikipedia.zim "ray ch"
  openzim-mcp suggest --json wikipedia.zim ray | jq -r '.hits[].path'

Exit code: 0 something was found, 1 nothing was, or the file cannot be read, 2 wrong usage.`
}

// Run prints the titles found.
func (c *suggestCmd) Run(p *program) error {
	q := compatQuery{c.Text, c.Limit, c.Dialect, c.JSON}
	return p.compat(c.File, q, (*search.Compat).Suggest)
}

// A compatQuery is what is asked in the way of libzim.
type compatQuery struct {
	text    string
	limit   int
	dialect int
	json    bool
}

// compatOut is the JSON of suggest and of search --compat.
type compatOut struct {
	Estimate uint64         `json:"estimate"`
	Matches  uint64         `json:"matches"`
	Listed   bool           `json:"listed,omitempty"`
	Hits     []compatHitOut `json:"hits"`
}

type compatHitOut struct {
	Path   string  `json:"path"`
	Title  string  `json:"title"`
	Weight float64 `json:"weight"`
}

// compat asks one archive and prints what libzim would find.
func (p *program) compat(file string, q compatQuery, ask func(*search.Compat, context.Context, string, search.CompatRange) (search.CompatResult, error)) error {
	if q.limit < 1 || q.limit > policy.MaxResults {
		return usage{fmt.Errorf("--limit is %d; choose 1 to %d", q.limit, policy.MaxResults)}
	}
	dialect := search.Dialect9
	switch q.dialect {
	case 9:
	case 8:
		dialect = search.Dialect8
	default:
		return usage{fmt.Errorf("--dialect is %d; choose 8 or 9", q.dialect)}
	}
	a, err := p.openArchive(file)
	if err != nil {
		return err
	}
	defer a.Close()
	c := search.NewCompat(a, &search.CompatOptions{Dialect: dialect})
	res, err := ask(c, context.Background(), q.text, search.CompatRange{Limit: q.limit, Estimate: true})
	if errors.Is(err, zim.ErrNoIndex) {
		return fmt.Errorf("%s has no full-text index; without --compat, search looks at titles", filepath.Base(file))
	} else if err != nil {
		return fmt.Errorf("%s: %w", filepath.Base(file), err)
	}
	if err := p.printCompat(res, q.json); err != nil {
		return err
	}
	if len(res.Hits) == 0 {
		return fmt.Errorf("nothing meets %q", line(q.text))
	}
	return nil
}

func (p *program) printCompat(res search.CompatResult, asJSON bool) error {
	if asJSON {
		out := compatOut{res.Estimate, res.Matches, res.Listed, []compatHitOut{}}
		for _, h := range res.Hits {
			out.Hits = append(out.Hits, compatHitOut{h.Path, h.Title, h.Weight})
		}
		return printJSON(p.out, out)
	}
	if _, err := fmt.Fprintf(p.out, "about %d\n", res.Estimate); err != nil {
		return err
	}
	rows := make([][]string, len(res.Hits))
	for i, h := range res.Hits {
		rows[i] = []string{line(h.Path), line(h.Title), fmt.Sprintf("%.6g", h.Weight)}
	}
	return table(p.out, rows)
}
