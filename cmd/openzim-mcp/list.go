package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/openzim-mcp/openzim-mcp/cmd/openzim-mcp/demo"
	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/library"
	"github.com/openzim-mcp/openzim-mcp/zim/search"
)

type listCmd struct {
	Paths []string `arg:"" optional:"" name:"dir|file" help:"Directories with archives, and single archives. Without any: what serve would serve."`
	JSON  bool     `name:"json" help:"Write JSON."`
}

// Help is printed below the usage.
func (listCmd) Help() string {
	return `Names are what clients use. Files that cannot be opened are listed with the reason.

Examples:

  openzim-mcp list /srv/zim
  openzim-mcp list --json /srv/zim | jq -r '.archives[].name'

Exit code: 0 every archive found can be served, 1 one cannot, none was found or a path is not there, 2 wrong usage.`
}

// listed is one archive in the JSON of list. Scripts rely on it: keys are added, never renamed.
type listed struct {
	Name     string              `json:"name"`               // what clients use
	Edition  string              `json:"edition,omitempty"`  // yyyy-mm or yyyy-mm-dd
	File     string              `json:"file"`               // below the directory that was named; of a split archive the first part
	Served   bool                `json:"served"`             // whether serve would offer it
	Reason   string              `json:"reason,omitempty"`   // why not, a sentence
	Title    string              `json:"title,omitempty"`    // as the archive says, raw
	Language string              `json:"language,omitempty"` // as the archive says: ISO 639-3 codes, with commas between
	Articles uint64              `json:"articles"`           // 0 when it cannot be read
	Bytes    int64               `json:"bytes"`              // of all parts; 0 when it cannot be opened
	FullText bool                `json:"full_text_index"`
	Sidecar  search.SidecarState `json:"full_text_sidecar,omitempty"` // an index beside it: used, stale, outdated or damaged
	TitleIdx bool                `json:"title_index"`
}

// Run lists archives. What is found is printed also when something is wrong: the exit code alone says so to scripts.
func (c *listCmd) Run(p *program) error {
	ctx := context.Background()
	lib, err := p.library(ctx, c.Paths)
	if err != nil {
		return err
	}
	defer lib.Close()
	where, err := p.sidecars()
	if err != nil {
		return err
	}
	all, x := []listed{}, search.NewIndexes(&search.IndexOptions{Sidecars: where})
	complete := true
	for _, s := range lib.All() {
		l := describe(ctx, lib, x, s)
		complete = complete && l.Served
		all = append(all, l)
	}
	if c.JSON {
		err = printJSON(p.out, struct {
			Archives []listed `json:"archives"`
		}{all})
	} else if len(all) > 0 {
		err = table(p.out, listRows(all))
	}
	if err != nil {
		return err
	}
	if len(all) == 0 {
		return fmt.Errorf("no archive was found; name a directory with .zim files, or a .zim file")
	}
	if !complete {
		return silent(exitFailure)
	}
	return nil
}

// listRows makes the table. Texts of archives are cut to one line each, since a title may hold control characters.
func listRows(all []listed) [][]string {
	rows := [][]string{{"NAME", "EDITION", "TITLE", "LANGUAGE", "ARTICLES", "SIZE", "INDEXES"}}
	for _, l := range all {
		if !l.Served {
			rows = append(rows, []string{l.Name, l.Edition, "not served: " + l.Reason + " (" + line(l.File) + ")"})
			continue
		}
		rows = append(rows, []string{l.Name, orDash(l.Edition), orDash(line(l.Title)), orDash(line(l.Language)),
			strconv.FormatUint(l.Articles, 10), humanBytes(l.Bytes), indexes(l.FullText, l.TitleIdx, l.Sidecar)})
	}
	return rows
}

// library opens what the arguments name; without any, what serve would serve. It fails when a path cannot be looked at; a
// file that cannot be opened is in the library with its reason. The caller closes it.
func (p *program) library(ctx context.Context, paths []string) (*library.Library, error) {
	if len(paths) == 0 {
		cfg, err := p.configure("", nil, nil)
		if err != nil {
			return nil, err
		}
		paths = cfg.Library.Paths
	}
	if len(paths) == 0 {
		a, err := zim.NewReader(bytes.NewReader(demo.Archive), int64(len(demo.Archive)), nil)
		if err != nil {
			return nil, fmt.Errorf("built-in manual: %w", err)
		}
		return library.NewStatic(demo.Name, a), nil
	}
	paths, err := absolute(paths)
	if err != nil {
		return nil, err
	}
	return library.Open(ctx, paths, nil) // fails for a path that cannot be looked at, as info does
}

// describe adds to the status what only the open archive can tell.
func describe(ctx context.Context, lib *library.Library, x *search.Indexes, s library.Status) listed {
	l := listed{Name: s.Name, Edition: s.Edition, File: s.File, Served: s.Served, Title: s.Meta.Title,
		Language: s.Meta.Language, Bytes: s.Info.Size}
	if s.Err != nil {
		l.Reason = s.Err.Error()
	}
	a, release, err := lib.Acquire(s.Ref())
	if err != nil {
		return l
	}
	defer release()
	if n, err := a.Counts(ctx); err == nil {
		l.Articles = n.Articles
	}
	l.FullText, l.TitleIdx = a.HasFullText(ctx), a.HasTitleIndex(ctx)
	l.Sidecar = x.Sidecar(ctx, a)
	return l
}

// indexes names the indexes of an archive, "-" for none.
func indexes(fullText, title bool, beside search.SidecarState) string {
	var list []string
	switch {
	case beside == search.SidecarUsed:
		list = append(list, "full text (sidecar)")
	case fullText:
		list = append(list, "full text")
	}
	if title {
		list = append(list, "titles")
	}
	if beside != search.SidecarNone && beside != search.SidecarUsed {
		list = append(list, "sidecar "+string(beside))
	}
	return cmp.Or(strings.Join(list, ", "), "-")
}

// orDash makes an empty cell of a table visible.
func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// humanBytes writes a size with three digits at most.
func humanBytes(n int64) string {
	if n < 1024 {
		return strconv.FormatInt(n, 10) + " B"
	}
	f, unit := float64(n), ""
	for _, u := range []string{"KiB", "MiB", "GiB", "TiB"} {
		f, unit = f/1024, u
		if f < 1024 {
			break
		}
	}
	if f < 10 {
		return strconv.FormatFloat(f, 'f', 1, 64) + " " + unit
	}
	return strconv.FormatFloat(f, 'f', 0, 64) + " " + unit
}
