package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/search"
)

type infoCmd struct {
	File string `arg:"" help:"A .zim file, or the first part of a split archive (.zimaa)."`
	JSON bool   `name:"json" help:"Write JSON."`
}

// Help is printed below the usage.
func (infoCmd) Help() string {
	return `Examples:

  openzim-mcp info wikipedia.zim
  openzim-mcp info --json wikipedia.zim | jq .metadata.Title

Exit code: 0 done, 1 the file is not there or cannot be read as an archive, 2 wrong usage.`
}

// facts is what info tells; absent parts are those that the archive does not have.
type facts struct {
	File          string            `json:"file"`    // as typed
	Version       string            `json:"version"` // of the format, "6.1"
	NewNamespaces bool              `json:"new_namespaces"`
	UUID          string            `json:"uuid"`
	Bytes         int64             `json:"bytes"`   // of all parts together
	Parts         int               `json:"parts"`   // files; 1 unless the archive is split
	Entries       uint32            `json:"entries"` // in all namespaces, redirects and the archive's own data among them
	Clusters      uint32            `json:"clusters"`
	Counts        counts            `json:"counts"`
	Namespaces    map[string]uint32 `json:"namespaces"`          // entries by namespace letter
	MIMETypes     []string          `json:"mime_types"`          // in the order of the archive's list
	Counter       map[string]uint64 `json:"counter,omitempty"`   // entries by MIME type, as the writer counted them
	MainPage      string            `json:"main_page,omitempty"` // path of the page at the end of the redirect
	MD5           string            `json:"md5,omitempty"`       // that the archive states, in hex; only verify computes it
	FullText      bool              `json:"full_text_index"`
	TitleIndex    bool              `json:"title_index"`
	Metadata      map[string]string `json:"metadata"`      // texts alone, raw
	Illustrations []string          `json:"illustrations"` // "48x48@1": width and height in pixels, and scale
	Warnings      []string          `json:"warnings"`      // what could not be read or is odd, a sentence each
}

// counts are the four numbers of an archive, each as libzim counts it.
type counts struct {
	All      uint64 `json:"all"`      // entries in every namespace
	User     uint64 `json:"user"`     // what a reader may ask for by path
	Articles uint64 `json:"articles"` // pages to read: the title listing, or else what the writer counted
	Media    uint64 `json:"media"`    // pictures, sound and video, as the writer counted them
}

// Run prints what an archive says about itself.
func (c *infoCmd) Run(p *program) error {
	a, err := p.openArchive(c.File)
	if err != nil {
		return err
	}
	defer a.Close()
	f := gather(context.Background(), a)
	f.File = c.File
	if c.JSON {
		return printJSON(p.out, f)
	}
	return table(p.out, f.rows())
}

// openArchive opens a file named on the command line, and says which one could not be opened.
// One that ends too early is opened all the same if what is there can be read, with a warning:
// the server would refuse it.
func (p *program) openArchive(name string) (*zim.Archive, error) {
	a, err := zim.Open(name, nil)
	if errors.Is(err, zim.ErrTruncated) {
		if part, salvageErr := zim.Open(name, &zim.Options{Salvage: true}); salvageErr == nil {
			fmt.Fprintf(p.errOut, "openzim-mcp: %s: %s\nopenzim-mcp: reading what is there; serve would refuse it\n", filepath.Base(name), line(err.Error()))
			return part, nil
		}
	}
	switch f := (*zim.FormatError)(nil); {
	case err == nil:
		return a, nil
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%s: there is no such file", name)
	case errors.As(err, &f):
		return nil, fmt.Errorf("%s: %w; openzim-mcp verify looks for more", filepath.Base(name), f)
	}
	return nil, fmt.Errorf("%s: %w", filepath.Base(name), err)
}

// gather reads what it can: a part that cannot be read becomes a warning, and the rest is told.
func gather(ctx context.Context, a *zim.Archive) facts {
	i := a.Info()
	f := facts{
		Version: fmt.Sprintf("%d.%d", i.Major, i.Minor), NewNamespaces: i.NewNamespaces, UUID: i.UUID.String(),
		Bytes: i.Size, Parts: i.Parts, Entries: i.Entries, Clusters: i.Clusters, MIMETypes: i.MIMETypes,
		Namespaces: map[string]uint32{}, Metadata: map[string]string{}, Illustrations: []string{}, Warnings: []string{},
		FullText: a.HasFullText(ctx), TitleIndex: a.HasTitleIndex(ctx),
	}
	warn := func(what string, err error) {
		if err != nil && !errors.Is(err, zim.ErrNotFound) {
			f.Warnings = append(f.Warnings, what+": "+err.Error())
		}
	}
	n, err := a.Counts(ctx)
	warn("counts", err)
	f.Counts = counts(n)
	f.Counter, err = a.Counter(ctx)
	warn("counter", err)
	namespaces, err := a.NamespaceCounts(ctx)
	warn("namespaces", err)
	for ns, n := range namespaces {
		f.Namespaces[string(rune(ns))] = n
	}
	sum, err := a.Checksum(ctx)
	warn("checksum", err)
	if err == nil {
		f.MD5 = hex.EncodeToString(sum[:])
	}
	f.MainPage, err = mainPage(ctx, a)
	warn("main page", err)
	f.readMetadata(ctx, a, warn)
	pictures, err := a.Illustrations(ctx)
	warn("illustrations", err)
	for _, p := range pictures {
		f.Illustrations = append(f.Illustrations, fmt.Sprintf("%dx%d@%g", p.Width, p.Height, p.Scale))
	}
	for _, w := range a.Info().Warnings {
		f.Warnings = append(f.Warnings, w.Error())
	}
	return f
}

// mainPage returns the path of the page that the main page leads to.
func mainPage(ctx context.Context, a *zim.Archive) (string, error) {
	e, err := a.MainPage(ctx)
	if err != nil {
		return "", err
	}
	item, err := e.Resolve(ctx)
	if err != nil {
		return e.Path(), err
	}
	return item.Entry().Path(), nil
}

// readMetadata takes the texts; pictures are listed by themselves.
func (f *facts) readMetadata(ctx context.Context, a *zim.Archive, warn func(string, error)) {
	keys, err := a.MetadataKeys(ctx)
	warn("metadata", err)
	for _, key := range keys {
		value, err := a.Metadata(ctx, key)
		if errors.Is(err, zim.ErrTooLarge) {
			continue
		}
		warn("metadata "+key, err)
		if err == nil && utf8.Valid(value) {
			f.Metadata[key] = string(value)
		}
	}
}

func (f facts) rows() [][]string {
	rows := [][]string{
		{"file", f.File}, {"version", f.Version}, {"uuid", f.UUID}, {"size", humanBytes(f.Bytes)},
		{"parts", strconv.Itoa(f.Parts)}, {"entries", strconv.FormatUint(uint64(f.Entries), 10)},
		{"articles", strconv.FormatUint(f.Counts.Articles, 10)}, {"media", strconv.FormatUint(f.Counts.Media, 10)},
		{"clusters", strconv.FormatUint(uint64(f.Clusters), 10)}, {"main page", orDash(line(f.MainPage))},
		{"md5", orDash(f.MD5)}, {"indexes", indexes(f.FullText, f.TitleIndex, search.SidecarNone)},
	}
	for _, ns := range slices.Sorted(maps.Keys(f.Namespaces)) {
		rows = append(rows, []string{"namespace " + line(ns), strconv.FormatUint(uint64(f.Namespaces[ns]), 10)})
	}
	for _, m := range f.MIMETypes {
		rows = append(rows, []string{"type", line(m)})
	}
	for _, key := range slices.Sorted(maps.Keys(f.Metadata)) {
		rows = append(rows, []string{line(key), line(f.Metadata[key])})
	}
	for _, i := range f.Illustrations {
		rows = append(rows, []string{"illustration", i})
	}
	for _, w := range f.Warnings {
		rows = append(rows, []string{"warning", line(w)})
	}
	return rows
}
