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
	"github.com/openzim-mcp/openzim-mcp/zim/article"
	"github.com/openzim-mcp/openzim-mcp/zim/library"
	"github.com/openzim-mcp/openzim-mcp/zim/search"
)

type readCmd struct {
	File  string `arg:"" help:"A .zim file, or the first part of a split archive (.zimaa)."`
	Entry string `arg:"" optional:"" name:"path|title" help:"Path or title of the entry, or ~N/path in namespace N. Without it: the main page."`
	View  string `enum:"text,html,raw" default:"text" help:"How to print it: text, cleaned html, or raw, the bytes as stored. Default: text."`
	JSON  bool   `name:"json" help:"Write JSON: the entry and what is known of it."`
}

// Help is printed below the usage.
func (readCmd) Help() string {
	return `Redirects are followed. Pictures and other entries that are no text need --view raw.

Examples:

  openzim-mcp read wikipedia.zim                         the main page
  openzim-mcp read wikipedia.zim "Ray Charles"
  openzim-mcp read wikipedia.zim '~M/Title' --view raw   a metadatum
  openzim-mcp read wikipedia.zim I/m/logo.png --view raw > logo.png

Exit code: 0 printed, 1 no such entry or it cannot be read, 2 wrong usage.`
}

// entryOut is the JSON of read. One of Text and Base64 is set.
type entryOut struct {
	File   string `json:"file"`                      // as typed
	Path   string `json:"path"`                      // of the entry with the content, without its namespace
	Title  string `json:"title"`                     // of the same
	From   string `json:"redirected_from,omitempty"` // title of the redirect that was asked for
	MIME   string `json:"mime"`                      // as stored
	Bytes  int64  `json:"bytes"`                     // as stored, whatever the view
	View   string `json:"view"`                      // text, html or raw
	Text   string `json:"text,omitempty"`
	Base64 string `json:"base64,omitempty"`
}

// Run prints one entry.
func (c *readCmd) Run(p *program) error {
	ctx := context.Background()
	found, closeAll, err := c.find(ctx, p)
	if err != nil {
		return err
	}
	defer closeAll()
	if c.View == "raw" && !c.JSON {
		return copyItem(ctx, p.out, found.Item)
	}
	data, err := found.Item.Bytes(ctx)
	if err != nil {
		return fmt.Errorf("%s: %w", filepath.Base(c.File), err)
	}
	o := entryOut{File: c.File, Path: found.Path, Title: found.Title, From: found.From, MIME: found.MIME, Bytes: int64(len(data)), View: c.View}
	if c.View == "raw" && !utf8.Valid(data) {
		o.Base64 = base64.StdEncoding.EncodeToString(data)
	} else if o.Text, err = render(ctx, c.View, found.MIME, data); err != nil {
		return err
	}
	if c.JSON {
		return printJSON(p.out, o)
	}
	_, err = io.WriteString(p.out, strings.TrimRight(o.Text, "\n")+"\n")
	return err
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

// render turns an entry into the text of a view. It fails, and says which view would do, for what is no text.
func render(ctx context.Context, view, mime string, data []byte) (string, error) {
	kind, _, _ := strings.Cut(strings.ToLower(mime), ";")
	html := kind == "text/html" || kind == "application/xhtml+xml"
	switch {
	case view == "raw":
		return string(data), nil
	case html && view == "html":
		page, err := article.Sanitize(ctx, data, nil)
		if err != nil {
			return "", err
		}
		return page.Text, nil
	case html:
		doc, err := article.Parse(ctx, data, nil)
		if err != nil {
			return "", err
		}
		return doc.Text(doc.Whole()), nil
	case view == "html":
		return "", fmt.Errorf("the entry is %s and not HTML; print it with --view text or --view raw", orDash(line(mime)))
	case utf8.Valid(data):
		return article.VisibleText(string(data)), nil
	}
	return "", fmt.Errorf("the entry is %s, which is not text; save it with --view raw > FILE", orDash(line(mime)))
}
