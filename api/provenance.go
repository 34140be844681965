package api

import (
	"strings"
	"unicode/utf8"

	"github.com/openzim-mcp/openzim-mcp/policy"
	"github.com/openzim-mcp/openzim-mcp/zim/article"
	"github.com/openzim-mcp/openzim-mcp/zim/library"
	"github.com/openzim-mcp/openzim-mcp/zim/search"
)

// provenance says where text comes from. It is given once per archive and reply.
type provenance struct {
	Archive string `json:"archive"`
	Edition string `json:"edition,omitempty"`
	License string `json:"license,omitempty"`
	Source  string `json:"source,omitempty"` // where the archive was made from, as its metadata say
}

// provenanceOf cleans the licence, which is metadata, and gives no source that is not a web address.
func provenanceOf(s library.Status) provenance {
	return provenance{Archive: s.Name, Edition: s.Edition, License: short(s.Meta.License), Source: article.WebAddress(sourceOf(s))}
}

// sourceOf gives the Source metadata a scheme, which some archives leave out.
func sourceOf(s library.Status) string {
	source := article.PlainLine(s.Meta.Source)
	if source != "" && !strings.Contains(source, "://") && strings.Contains(source, ".") && !strings.Contains(source, " ") {
		return "https://" + source
	}
	return source
}

// provenanceLine is "name edition, license", separated by "; ".
func provenanceLine(list []provenance) string {
	var parts []string
	for _, p := range list {
		line := p.Archive
		if p.Edition != "" {
			line += " " + p.Edition
		}
		if p.License != "" {
			line += ", " + p.License
		}
		parts = append(parts, line)
	}
	return strings.Join(parts, "; ")
}

// within shortens the licence to its name, and clips it so that the line of an archive takes at most max tokens, where that
// can be. A line of 16 is never too long for a name, which nothing else says in a small reply.
func (p provenance) within(most int) provenance {
	name, found := licenseName(p.License)
	if utf8.RuneCountInString(p.License) > longLicense {
		p.License = name
	}
	if found {
		most = max(most, 16)
	}
	for n := 80; p.License != "" && article.Tokens(provenanceLine([]provenance{p})) > most; n -= n / 4 {
		if p.License = clipWords(p.License, n); n < 10 {
			p.License = ""
		}
	}
	return p
}

// maxShown bounds texts from archives in lists, in runes.
const maxShown = 200

// short cleans a text from an archive for a line of a reply. The separators of our lines cannot be forged with it.
func short(s string) string {
	s = strings.NewReplacer(";", ",", " · ", " - ").Replace(article.PlainLine(s))
	return article.Guard(article.Clip(s, maxShown))
}

// plain cleans a text from an archive for a line of its own, where separators mean nothing.
func plain(s string) string { return article.Guard(article.Clip(article.PlainLine(s), maxShown)) }

// shownID returns an id that can be printed and opened: where the path holds invisible characters, as an ASCII URI.
func shownID(h search.Hit, anchor string) string {
	id := h.IDWith(anchor)
	if article.PlainLine(id) != id {
		return h.URIWith(anchor)
	}
	return id
}

// blockID returns an id that begins at a block of a section, as shownID does. A path too long for an id has none; then the
// id is that of the section.
func blockID(h search.Hit, anchor string, block int) string {
	id, err := policy.Limits{PathBytes: policy.MaxPathBytes}.ParseID(h.IDWith(anchor))
	if err != nil || block <= 0 {
		return shownID(h, anchor)
	}
	id.Block = block
	if text := id.String(); article.PlainLine(text) == text {
		return text
	}
	return id.URI()
}

// pageURL is the address of a hit for people: the page's canonical one, else the original by the archive's metadata, else
// the zim:// URI. It is never empty.
func pageURL(h search.Hit, s library.Status, canonical, anchor string) string {
	u := article.WebAddress(canonical)
	if u == "" {
		u = article.WebAddress(h.WebAddress(s.Meta.Scraper, sourceOf(s)))
	}
	switch {
	case u == "":
		return h.URIWith(anchor)
	case anchor != "" && !strings.Contains(u, "#"):
		return u + "#" + strings.TrimPrefix(fragment(anchor), "#")
	}
	return u
}
