package main

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/openzim-mcp/openzim-mcp/policy"
	"github.com/openzim-mcp/openzim-mcp/zim/library"
	"github.com/openzim-mcp/openzim-mcp/zim/search"
)

type searchCmd struct {
	Args  []string `arg:"" name:"file… query" help:"One archive or more, then the words to look for."`
	Limit int      `default:"20" help:"Most results for each archive (1 to 100)."`
	JSON  bool     `name:"json" help:"Write JSON."`

	Compat  bool `help:"Search the full text of one archive as libzim does, with its matches in its order."`
	Dialect int  `default:"9" help:"With --compat: read the query as libzim 9 or as libzim 8 does."`
}

// Help is printed below the usage.
func (searchCmd) Help() string {
	return `Titles that are equal come first, then those equal but for case and accents, then those that
begin with the query, then those with all its words. Redirects are followed.

Examples:

  openzim-mcp search wikipedia.zim "ray charles"
  openzim-mcp search --json a.zim b.zim jazz | jq -r '.hits[].path'
  openzim-mcp search --compat wikipedia.zim "ray charles"

Exit code: 0 something was found, 1 nothing was, or a file cannot be read, 2 wrong usage.`
}

// hitOut is one result in the JSON of search.
type hitOut struct {
	File  string `json:"file"`                      // as typed
	Path  string `json:"path"`                      // for read: of the entry with the content
	Title string `json:"title"`                     // as stored
	From  string `json:"redirected_from,omitempty"` // title of the redirect that matched
	MIME  string `json:"mime,omitempty"`            // as stored
	Match string `json:"match"`                     // title, folded, prefix or words: best first
}

// Run prints the entries found, archive by archive.
func (c *searchCmd) Run(p *program) error {
	if len(c.Args) < 2 {
		return usage{fmt.Errorf("search needs an archive and a query: openzim-mcp search FILE QUERY")}
	}
	if c.Compat {
		if len(c.Args) != 2 {
			return usage{fmt.Errorf("search --compat takes one archive: openzim-mcp search --compat FILE QUERY")}
		}
		return p.compat(c.Args[0], compatQuery{c.Args[1], c.Limit, c.Dialect, c.JSON}, (*search.Compat).FullText)
	}
	if c.Limit < 1 || c.Limit > policy.MaxResults {
		return usage{fmt.Errorf("--limit is %d; choose 1 to %d", c.Limit, policy.MaxResults)}
	}
	files, typed := c.Args[:len(c.Args)-1], c.Args[len(c.Args)-1]
	query, err := policy.ParseQuery(typed, policy.Limits{})
	if err != nil {
		return usage{err}
	}
	hits := []hitOut{}
	for _, file := range files {
		found, err := p.searchFile(context.Background(), file, query, c.Limit)
		if err != nil {
			return err
		}
		hits = append(hits, found...)
	}
	if err := p.printHits(hits, len(files) > 1, c.JSON); err != nil {
		return err
	}
	if len(hits) == 0 {
		return fmt.Errorf("no title meets %q; try fewer words, or the beginning of the title", query)
	}
	return nil
}

func (p *program) searchFile(ctx context.Context, file, query string, limit int) ([]hitOut, error) {
	a, err := p.openArchive(file)
	if err != nil {
		return nil, err
	}
	lib := library.NewStatic(oneArchive, a)
	defer lib.Close()
	res, err := search.New(lib, nil).Titles(ctx, query, nil, limit)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Base(file), err)
	}
	if len(res.Failed) > 0 {
		return nil, fmt.Errorf("%s cannot be searched; openzim-mcp verify says what is wrong", filepath.Base(file))
	}
	hits := make([]hitOut, len(res.Hits))
	for i, h := range res.Hits {
		hits[i] = hitOut{File: file, Path: h.Path, Title: h.Title, From: h.From, MIME: h.MIME, Match: h.Match.String()}
	}
	return hits, nil
}

// printHits names the file of each only when there are several.
func (p *program) printHits(hits []hitOut, several, asJSON bool) error {
	if asJSON {
		return printJSON(p.out, struct {
			Hits []hitOut `json:"hits"`
		}{hits})
	}
	rows := make([][]string, len(hits))
	for i, h := range hits {
		title := line(h.Title)
		if h.From != "" {
			title += " (from " + line(h.From) + ")"
		}
		rows[i] = []string{line(h.Path), title, h.Match}
		if several {
			rows[i] = append([]string{filepath.Base(h.File)}, rows[i]...)
		}
	}
	return table(p.out, rows)
}
