package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/openzim-mcp/openzim-mcp/policy"
	"github.com/openzim-mcp/openzim-mcp/zim/article"
	"github.com/openzim-mcp/openzim-mcp/zim/library"
	"github.com/openzim-mcp/openzim-mcp/zim/search"
	"github.com/openzim-mcp/openzim-mcp/zim/sidecar"
)

type relatedCmd struct {
	File      string   `arg:"" help:"A .zim file, or the first part of a split archive (.zimaa)."`
	Entry     string   `arg:"" name:"path|title" help:"Path or title of the entry."`
	Direction string   `enum:"similar,inbound,editions" default:"similar" help:"similar articles, inbound (pages that link to it), or editions (it in other archives). Default: similar."`
	Among     []string `placeholder:"FILE" help:"With editions: the other archives or directories of archives."`
	Limit     int      `default:"20" help:"Most rows (1 to 1000; of similar articles at most 50)."`
	Sidecars  string   `placeholder:"DIR" help:"Where indexes are kept that were built with --output."`
	JSON      bool     `name:"json" help:"Write JSON."`
}

// Help is printed below the usage.
func (relatedCmd) Help() string {
	return `Similar articles have the words that weigh most in the entry's text, or links to and from it. Pages
that link to the entry are known once openzim-mcp links build was run on the archive.

Examples:

  openzim-mcp related wikipedia.zim "Ray Charles"
  openzim-mcp related wikipedia.zim Ray_Charles --direction inbound --json | jq -r '.rows[].path'
  openzim-mcp related en.zim Lighthouse --direction editions --among /srv/zim

Exit code: 0 something was found, 1 nothing was, or it cannot be known, 2 wrong usage.`
}

// relatedOut is one row in the JSON of related.
type relatedOut struct {
	Archive string     `json:"archive,omitempty"` // of editions
	Path    string     `json:"path"`
	Title   string     `json:"title"`
	Words   []string   `json:"words,omitempty"`     // that both have
	LinksTo int        `json:"links_to,omitempty"`  // links from the entry to this one
	LinksIn int        `json:"links_in,omitempty"`  // links from this one to the entry
	Text    string     `json:"link_text,omitempty"` // of the first of them
	Anchor  string     `json:"anchor,omitempty"`    // where in the entry they lead
	Way     search.Way `json:"way,omitempty"`       // of editions: how it was recognised
}

// Run prints what has to do with the entry.
func (c *relatedCmd) Run(p *program) error {
	switch {
	case c.Limit < 1 || c.Limit > 1000:
		return usage{fmt.Errorf("--limit is %d; choose 1 to 1000", c.Limit)}
	case len(c.Among) > 0 && c.Direction != "editions":
		return usage{errors.New("--among goes with --direction editions alone")}
	case len(c.Among) == 0 && c.Direction == "editions":
		return usage{errors.New("--direction editions needs other archives: name them with --among")}
	}
	ctx := context.Background()
	lib, ref, err := c.library(ctx, p)
	if err != nil {
		return err
	}
	defer lib.Close()
	engine := search.New(lib, &search.Options{Indexes: search.NewIndexes(&search.IndexOptions{Sidecars: sidecar.Where{Dir: c.Sidecars}})})
	id, err := policy.ParseID(ref + "/" + c.Entry)
	if err != nil {
		return usage{err}
	}
	found, err := engine.Resolve(ctx, id)
	if err != nil {
		r := readCmd{File: c.File, Entry: c.Entry}
		return r.explain(err)
	}
	defer found.Close()
	rel, err := c.ask(ctx, engine, found)
	var none *search.NoLinkIndex
	switch {
	case errors.As(err, &none):
		return errors.New(strings.ReplaceAll(none.Reason, "FILE", c.File))
	case err != nil:
		return fmt.Errorf("%s: %w", filepath.Base(c.File), err)
	}
	if err := c.print(p, found, rel); err != nil {
		return err
	}
	if len(rel.Rows) == 0 {
		return errors.New("nothing was found")
	}
	return nil
}

// library opens the archive, and the others for editions. ref is what the archive is called there.
func (c *relatedCmd) library(ctx context.Context, p *program) (lib *library.Library, ref string, err error) {
	if len(c.Among) == 0 {
		a, err := p.openArchive(c.File)
		if err != nil {
			return nil, "", err
		}
		return library.NewStatic(oneArchive, a), oneArchive, nil
	}
	if lib, err = library.Open(ctx, append([]string{c.File}, c.Among...), nil); err != nil {
		return nil, "", err
	}
	want, err := os.Stat(c.File)
	for _, s := range lib.All() {
		a, release, openErr := lib.Acquire(s.Ref())
		if openErr != nil {
			continue
		}
		got, statErr := os.Stat(a.File())
		release()
		if err == nil && statErr == nil && os.SameFile(want, got) {
			return lib, s.Ref(), nil
		}
	}
	lib.Close()
	return nil, "", fmt.Errorf("%s cannot be read; openzim-mcp verify says what is wrong", c.File)
}

// ask asks in one of the directions.
func (c *relatedCmd) ask(ctx context.Context, e *search.Engine, f *search.Found) (*search.Relations, error) {
	if c.Direction == "inbound" {
		return e.Inbound(ctx, f, 0, c.Limit)
	}
	page, err := f.Item.Bytes(ctx)
	if err != nil {
		return nil, err
	}
	o, err := f.PageOptions(ctx)
	if err != nil {
		return nil, err
	}
	doc, err := article.Parse(ctx, page, o)
	if err != nil {
		return nil, err
	}
	if c.Direction == "editions" {
		return e.Editions(ctx, f, doc)
	}
	return e.Similar(ctx, f, doc, c.Limit)
}

// print writes the rows, at most as many as asked for.
func (c *relatedCmd) print(p *program, f *search.Found, rel *search.Relations) error {
	rows := rel.Rows[:min(len(rel.Rows), c.Limit)]
	out := make([]relatedOut, len(rows))
	lines := make([][]string, len(rows))
	for i, r := range rows {
		out[i] = relatedOut{Path: r.Path, Title: r.Title, Words: r.Words, LinksTo: r.Out, LinksIn: r.In, Text: r.Text, Anchor: r.Place, Way: r.Way}
		lines[i] = []string{line(r.Path), line(r.Title), line(out[i].why())}
		if c.Direction == "editions" {
			out[i].Archive = string(r.Archive)
			lines[i] = append([]string{string(r.Archive)}, lines[i]...)
		}
	}
	if c.JSON {
		return printJSON(p.out, struct {
			Path      string       `json:"path"`
			Title     string       `json:"title"`
			Direction string       `json:"direction"`
			Texts     bool         `json:"full_text"` // of similar: the archive's text was compared, not links and titles alone
			Total     int          `json:"total"`     // found, of which some may be left out by limit
			Rows      []relatedOut `json:"rows"`
		}{f.Path, f.Title, c.Direction, rel.Texts, rel.All, out})
	}
	return table(p.out, lines)
}

// why is the reason in a few words.
func (r relatedOut) why() string {
	var parts []string
	if r.Way != "" {
		parts = append(parts, string(r.Way))
	}
	if len(r.Words) > 0 {
		parts = append(parts, strings.Join(r.Words, ", "))
	}
	if r.LinksTo > 0 {
		parts = append(parts, "linked from it")
	}
	switch {
	case r.LinksIn == 1:
		parts = append(parts, "1 link")
	case r.LinksIn > 1:
		parts = append(parts, fmt.Sprintf("%d links", r.LinksIn))
	}
	if r.Text != "" {
		parts = append(parts, `"`+r.Text+`"`)
	}
	if r.Anchor != "" {
		parts = append(parts, "to #"+r.Anchor)
	}
	return strings.Join(parts, "; ")
}
