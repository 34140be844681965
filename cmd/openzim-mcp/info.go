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
	File          string            `json:"file"`
	Version       string            `json:"version"`
	NewNamespaces bool              `json:"new_namespaces"`
	UUID          string            `json:"uuid"`
	Bytes         int64             `json:"bytes"`
	Parts         int               `json:"parts"`
	Entries       uint32            `json:"entries"`
	Clusters      uint32            `json:"clusters"`
	Counts        zim.Counts        `json:"counts"`
	Namespaces    map[string]uint32 `json:"namespaces"`
	MIMETypes     []string          `json:"mime_types"`
	Counter       map[string]uint64 `json:"counter,omitempty"`
	MainPage      string            `json:"main_page,omitempty"`
	MD5           string            `json:"md5,omitempty"`
	FullText      bool              `json:"full_text_index"`
	TitleIndex    bool              `json:"title_index"`
	Metadata      map[string]string `json:"metadata"`
	Illustrations []string          `json:"illustrations"`
	Warnings      []string          `json:"warnings"`
}

// Run prints what an archive says about itself.
func (c *infoCmd) Run(p *program) error {
	a, err := openArchive(c.File)
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
func openArchive(name string) (*zim.Archive, error) {
	a, err := zim.Open(name, nil)
	if err == nil {
		return a, nil
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: there is no such file", name)
	}
	if f := (*zim.FormatError)(nil); errors.As(err, &f) {
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
	var err error
	f.Counts, err = a.Counts(ctx)
	warn("counts", err)
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
	main, err := a.MainPage(ctx)
	warn("main page", err)
	if err == nil {
		f.MainPage = main.Path()
	}
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
		{"md5", orDash(f.MD5)}, {"indexes", indexes(f.FullText, f.TitleIndex)},
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
