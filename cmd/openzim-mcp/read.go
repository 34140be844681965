package main

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/openzim-mcp/openzim-mcp/policy"
	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/library"
	"github.com/openzim-mcp/openzim-mcp/zim/search"
)

type readCmd struct {
	File      string `arg:"" help:"A .zim file, or the first part of a split archive (.zimaa)."`
	Entry     string `arg:"" optional:"" name:"path|title" help:"Path or title of the entry, or ~N/path in namespace N; with #anchor one section or table of it. Without it: the main page."`
	View      string `enum:"text,outline,section,links,references,tables,html,raw" default:"text" help:"What to print: text, outline, section (without its subsections), links, references, tables, cleaned html, or raw, the bytes as stored. Default: text."`
	Find      string `help:"Print only the passages that match these words; of a table, of links and of references the lines that have all of them."`
	MaxTokens int    `help:"Print no more than about so many tokens (100 or more). Default: all."`
	Explain   bool   `help:"Instead of the text, tell how the page was read: the profile, why it was chosen, and what was dropped by which rule."`
	JSON      bool   `name:"json" help:"Write JSON: the entry and what is known of it."`
}

// Help is printed below the usage.
func (readCmd) Help() string {
	return `Redirects are followed. Pictures and other entries that are no text need --view raw.

Examples:

  openzim-mcp read wikipedia.zim                         the main page
  openzim-mcp read wikipedia.zim "Ray Charles"
  openzim-mcp read wikipedia.zim Ray_Charles --view outline
  openzim-mcp read wikipedia.zim Ray_Charles#Death
  openzim-mcp read wikipedia.zim Ray_Charles#table-1 --find grammy
  openzim-mcp read wikipedia.zim Ray_Charles --explain
  openzim-mcp read wikipedia.zim '~M/Title' --view raw   a metadatum
  openzim-mcp read wikipedia.zim I/m/logo.png --view raw > logo.png

Exit code: 0 printed, 1 no such entry or it cannot be read, 2 wrong usage.`
}

// entryOut is the JSON of read. One of Text and Base64 is set.
type entryOut struct {
	File    string `json:"file"`                      // as typed
	Path    string `json:"path"`                      // of the entry with the content, without its namespace
	Title   string `json:"title"`                     // of the same
	From    string `json:"redirected_from,omitempty"` // title of the redirect that was asked for
	MIME    string `json:"mime"`                      // as stored
	Bytes   int64  `json:"bytes"`                     // as stored, whatever the view
	View    string `json:"view"`                      // as asked for
	Section string `json:"section,omitempty"`         // title of the section or table that was asked for
	Text    string `json:"text,omitempty"`
	Base64  string `json:"base64,omitempty"`
	Left    bool   `json:"left,omitempty"` // max-tokens left something out
}

// Run prints one entry.
func (c *readCmd) Run(p *program) error {
	// Wrong usage is told before a file is opened that may be large or far away.
	if err := c.check(); err != nil {
		return usage{err}
	}
	ctx := context.Background()
	found, closeAll, err := c.find(ctx, p)
	if err != nil {
		return err
	}
	defer closeAll()
	if c.View == "raw" && !c.JSON && !c.Explain {
		return copyItem(ctx, p.out, found.Item)
	}
	data, err := found.Item.Bytes(ctx)
	if err != nil {
		return fmt.Errorf("%s: %w", filepath.Base(c.File), err)
	}
	if c.Explain {
		return c.explainPage(ctx, p, found, data)
	}
	o := entryOut{File: c.File, Path: found.Path, Title: found.Title, From: found.From, MIME: found.MIME, Bytes: int64(len(data)), View: c.View}
	if c.View == "raw" && !utf8.Valid(data) {
		o.Base64 = base64.StdEncoding.EncodeToString(data)
	} else if err := c.render(ctx, found, data, &o); err != nil {
		return err
	}
	if c.JSON {
		return printJSON(p.out, o)
	}
	// What was cut is told beside the text, so that the text can be piped.
	if _, err = io.WriteString(p.out, strings.TrimRight(o.Text, "\n")+"\n"); err == nil && o.Left {
		fmt.Fprintf(p.errOut, "openzim-mcp: cut at about %d tokens; there is more\n", c.MaxTokens)
	}
	return err
}

// minTokens is the least that --max-tokens may ask for, as in the tool.
const minTokens = 100

// check refuses flags that mean nothing together, before a file is opened.
func (c *readCmd) check() error {
	bytes := c.View == "html" || c.View == "raw"
	switch {
	case c.MaxTokens != 0 && c.MaxTokens < minTokens:
		return fmt.Errorf("--max-tokens is %d; choose %d or more", c.MaxTokens, minTokens)
	case c.MaxTokens != 0 && bytes:
		return fmt.Errorf("--max-tokens does not go with --view %s, which is printed whole", c.View)
	case c.Find != "" && bytes:
		return fmt.Errorf("--find does not go with --view %s; leave one of them out", c.View)
	case c.Explain && (c.Find != "" || c.MaxTokens != 0 || c.View != "text"):
		return errors.New("--explain is about the whole page; it goes with --json alone")
	}
	return nil
}

// find opens the archive and the entry.
func (c *readCmd) find(ctx context.Context, p *program) (*search.Found, func(), error) {
	a, err := p.openArchive(c.File)
	if err != nil {
		return nil, nil, err
	}
	lib := library.NewStatic(oneArchive, a)
	found, err := search.New(lib, nil).Resolve(ctx, entryID(c.Entry))
	if err != nil {
		lib.Close()
		return nil, nil, c.explain(err)
	}
	return found, func() { found.Close(); lib.Close() }, nil
}

// oneArchive is what the one archive of a command is called while it runs.
const oneArchive = "archive"

// entryID reads what was typed as an id within the one archive: sections and other id forms
// mean here what they mean to clients.
func entryID(typed string) policy.ID {
	if typed == "" {
		return policy.ID{Archive: oneArchive, Main: true}
	}
	id, err := policy.ParseID(oneArchive + "/" + typed)
	if err != nil {
		return policy.ID{Archive: oneArchive, Path: typed}
	}
	return id
}

// explain says what to do when nothing was found.
func (c *readCmd) explain(err error) error {
	var missing *search.NotFound
	var several *search.Ambiguous
	base := filepath.Base(c.File)
	switch {
	case errors.As(err, &missing) && c.Entry == "":
		return fmt.Errorf("%s has no main page; name an entry, or look for one with openzim-mcp search", base)
	case errors.As(err, &missing):
		text := fmt.Sprintf("%s has no entry %q", base, c.Entry)
		if len(missing.Candidates) > 0 {
			near := make([]string, len(missing.Candidates))
			for i, id := range missing.Candidates {
				near[i] = line(strings.TrimPrefix(id, oneArchive+"/"))
			}
			return errors.New(text + "; near are: " + strings.Join(near, ", "))
		}
		return errors.New(text + "; openzim-mcp search finds entries by title")
	case errors.As(err, &several):
		near := make([]string, len(several.Options))
		for i, h := range several.Options {
			near[i] = line(h.Path)
		}
		return fmt.Errorf("%q fits several entries of %s: %s", c.Entry, base, strings.Join(near, ", "))
	}
	return fmt.Errorf("%s: %w", base, err)
}

// copyItem streams an item of any size: a film of several gigabytes must not pass through memory whole.
func copyItem(ctx context.Context, w io.Writer, item zim.Item) error {
	content, err := item.Open(ctx)
	if err != nil {
		return err
	}
	defer content.Close()
	_, err = content.WriteTo(w)
	return err
}
