package api

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/article"
	"github.com/openzim-mcp/openzim-mcp/zim/library"
	"github.com/openzim-mcp/openzim-mcp/zim/search"
)

// archiveDetail is what the archive and its file tell of one edition.
type archiveDetail struct {
	Metadata      map[string]string   `json:"metadata"` // by key, cleaned, at most 800 characters each
	UUID          string              `json:"uuid,omitempty"`
	Version       string              `json:"version,omitempty"` // of the format
	Size          int64               `json:"size,omitempty"`    // bytes
	Parts         int                 `json:"parts,omitempty"`   // files of a split archive
	Entries       uint64              `json:"entries,omitempty"`
	Articles      uint64              `json:"articles,omitempty"`
	Media         uint64              `json:"media,omitempty"`
	Namespaces    []namespaceCount    `json:"namespaces"`        // by letter
	Types         []typeCount         `json:"types"`             // most frequent first, at most 20
	Illustrations []string            `json:"illustrations"`     // width x height @ scale
	FullText      bool                `json:"full_text"`         // has a full-text index, in it or beside it
	Sidecar       search.SidecarState `json:"sidecar,omitempty"` // of the index beside it: used, stale, outdated or damaged
	Titles        bool                `json:"title_index"`       // carries an index of titles
	Checksum      bool                `json:"has_checksum"`      // the file ends with its MD5
	Verified      string              `json:"verified"`          // of the check in the background
	State         string              `json:"state"`             // open, degraded or quarantined
	Reason        string              `json:"reason,omitempty"`  // why it is not served
	Editions      []string            `json:"editions"`          // newest first, as ids name them
	MainPage      string              `json:"main_page"`         // id
}

type namespaceCount struct {
	Namespace string `json:"namespace"`
	Entries   uint32 `json:"entries"`
}

type typeCount struct {
	Type    string `json:"type"`
	Entries uint64 `json:"entries"`
}

const (
	maxMetadata   = 800 // runes of one metadata text
	maxTypes      = 20
	maxPictures   = 10
	maxNamespaces = 20
)

// detail answers for one archive.
func (s *Surface) detail(ctx context.Context, st library.Status, all []library.Status) (*reply, error) {
	var a *zim.Archive
	if st.Served {
		open, now, release, err := s.lib.AcquireStatus(st.Ref())
		if err != nil {
			return nil, err
		}
		defer release()
		a, st = open, now // all below is of one file, also when another replaces it now
	}
	row, err := s.row(ctx, st)
	if err != nil {
		return nil, err
	}
	dt := &archiveDetail{Metadata: metadataOf(st), Namespaces: []namespaceCount{}, Types: []typeCount{}, Illustrations: []string{},
		FullText: row.FullText, Sidecar: row.Sidecar, Titles: row.Titles, Verified: st.Verified.String(), State: row.State, Reason: row.Reason,
		Editions: s.editionsOf(st.Name), MainPage: st.Ref() + "/"}
	if a != nil {
		if dt.read(ctx, a); ctx.Err() != nil {
			return nil, ctx.Err()
		}
	}
	d := &libraryData{Archives: []archiveRow{row}, Total: len(all), Matched: 1, Detail: dt, Trust: untrusted}
	if err := s.summarize(ctx, d, all); err != nil {
		return nil, err
	}
	r := &reply{data: d}
	r.body.WriteString(row.line() + "\n\n")
	dt.write(&r.body)
	if a != nil {
		r.notice(fmt.Sprintf("fetch %s opens the main page", dt.MainPage))
	}
	return r, nil
}

// metadataOf cleans the texts that strangers wrote.
func metadataOf(st library.Status) map[string]string {
	m := map[string]string{}
	for k, v := range map[string]string{"Name": st.Meta.Name, "Title": st.Meta.Title, "Description": st.Meta.Description,
		"Language": st.Meta.Language, "Creator": st.Meta.Creator, "Publisher": st.Meta.Publisher, "Date": st.Meta.Date,
		"License": st.Meta.License, "Tags": st.Meta.Tags, "Flavour": st.Meta.Flavour, "Scraper": st.Meta.Scraper, "Source": st.Meta.Source} {
		if v = article.Clean(v, maxMetadata); v != "" {
			m[k] = v
		}
	}
	return m
}

// editionsOf lists the editions of an archive, newest first.
func (s *Surface) editionsOf(name string) []string {
	out := []string{}
	for _, st := range s.lib.All() {
		if st.Name == name && st.Edition != "" {
			out = append(out, name+"@"+st.Edition)
		}
	}
	return out
}

// read fills in what only the open archive tells. Parts that are damaged stay empty; the rest is still told.
func (dt *archiveDetail) read(ctx context.Context, a *zim.Archive) {
	info := a.Info()
	dt.UUID, dt.Version, dt.Size, dt.Parts, dt.Checksum = info.UUID.String(), fmt.Sprintf("%d.%d", info.Major, info.Minor), info.Size, info.Parts, info.HasChecksum
	dt.Entries = uint64(info.Entries)
	if c, err := a.Counts(ctx); err == nil {
		dt.Articles, dt.Media = c.Articles, c.Media
	}
	if spaces, err := a.NamespaceCounts(ctx); err == nil {
		for ns, n := range spaces {
			dt.Namespaces = append(dt.Namespaces, namespaceCount{article.PlainLine(string(rune(ns))), n})
		}
		slices.SortFunc(dt.Namespaces, func(x, y namespaceCount) int { return strings.Compare(x.Namespace, y.Namespace) })
		dt.Namespaces = dt.Namespaces[:min(len(dt.Namespaces), maxNamespaces)]
	}
	dt.Types = typesOf(ctx, a)
	if pictures, err := a.Illustrations(ctx); err == nil {
		for _, p := range pictures[:min(len(pictures), maxPictures)] {
			dt.Illustrations = append(dt.Illustrations, fmt.Sprintf("%dx%d@%g", p.Width, p.Height, p.Scale))
		}
	}
}

// typesOf counts entries by MIME type, as the archive itself does.
func typesOf(ctx context.Context, a *zim.Archive) []typeCount {
	out := []typeCount{}
	counter, err := a.Counter(ctx)
	if err != nil {
		return out
	}
	for t, n := range counter {
		if t = short(t); t != "" {
			out = append(out, typeCount{article.Clip(t, 60), n})
		}
	}
	slices.SortFunc(out, func(x, y typeCount) int {
		return cmp.Or(cmp.Compare(y.Entries, x.Entries), strings.Compare(x.Type, y.Type))
	})
	return out[:min(len(out), maxTypes)]
}

// write puts the detail into lines "Key: value".
func (dt *archiveDetail) write(b *strings.Builder) {
	line := func(key, value string) {
		if value != "" {
			b.WriteString(key + ": " + value + "\n")
		}
	}
	for _, k := range []string{"Title", "Description", "Language", "Creator", "Publisher", "Date", "License", "Tags", "Flavour", "Scraper", "Source", "Name"} {
		line(k, dt.Metadata[k])
	}
	line("UUID", dt.UUID)
	if dt.Version != "" {
		line("File", fmt.Sprintf("ZIM %s, %d bytes in %s, checksum %s", dt.Version, dt.Size, plural(dt.Parts, "part"), yes(dt.Checksum)))
		line("Entries", fmt.Sprintf("%d, of them %d articles and %d media", dt.Entries, dt.Articles, dt.Media))
	}
	var spaces, types []string
	for _, n := range dt.Namespaces {
		spaces = append(spaces, fmt.Sprintf("%s %d", n.Namespace, n.Entries))
	}
	for _, t := range dt.Types {
		types = append(types, fmt.Sprintf("%s %d", t.Type, t.Entries))
	}
	line("Namespaces", strings.Join(spaces, ", "))
	line("Types", strings.Join(types, ", "))
	line("Illustrations", strings.Join(dt.Illustrations, ", "))
	full := cmp.Or(fullTextWords(dt.FullText, dt.Sidecar), "full text")
	if dt.Sidecar == search.SidecarNone {
		full += " " + yes(dt.FullText)
	}
	line("Indexes", full+", titles "+yes(dt.Titles))
	line("Editions", strings.Join(dt.Editions, ", "))
	state := dt.State
	if dt.Reason != "" {
		state += " (" + dt.Reason + ")"
	}
	line("State", state+", verification "+dt.Verified)
}

// yes puts a fact into a word, so that an index that is missing is said and not only left out.
func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
