package library

import (
	"context"
	"regexp"
	"strings"

	"github.com/openzim-mcp/openzim-mcp/policy"
	"github.com/openzim-mcp/openzim-mcp/zim"
)

// metaRunes bounds every text of Meta.
const metaRunes = 800

// Meta is what an archive says of itself: its M/ entries, valid UTF-8, without controls and invisible characters, at
// most 800 code points each, "" where absent. Strangers wrote it: it may claim anything.
type Meta struct {
	Name        string
	Title       string
	Description string
	Language    string // as stored: ISO 639 codes, several separated by commas
	Creator     string
	Publisher   string
	Date        string // yyyy-mm-dd, usually
	License     string
	Tags        string // separated by semicolons
	Flavour     string
	Scraper     string
	Source      string
}

// fields returns where each metadata key goes.
func (m *Meta) fields() map[string]*string {
	return map[string]*string{
		"Name": &m.Name, "Title": &m.Title, "Description": &m.Description, "Language": &m.Language,
		"Creator": &m.Creator, "Publisher": &m.Publisher, "Date": &m.Date, "License": &m.License,
		"Tags": &m.Tags, "Flavour": &m.Flavour, "Scraper": &m.Scraper, "Source": &m.Source,
	}
}

// readMeta reads what it can. A key that is absent or damaged stays empty: the articles may be fine.
func readMeta(ctx context.Context, a *zim.Archive) Meta {
	var m Meta
	for name, field := range m.fields() {
		if text, err := a.Metadata(ctx, name); err == nil {
			*field = policy.CleanText(string(text), metaRunes)
		}
	}
	return m
}

// A label is what names are made of.
type label struct {
	base    string // a legal archive name without date and flavour
	flavour string // the same alphabet; often ""
	edition string // yyyy-mm-dd or yyyy-mm; "" when nothing tells
	alias   string // a second date under which the edition is found: the one in the file's name
}

// maxFlavour leaves most of a name's 64 bytes to what the archive is about.
const maxFlavour = 24

var (
	// dateTail is the period at the end of a file's name, which Kiwix puts there.
	dateTail = regexp.MustCompile(`[_-]((?:19|20)\d\d-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)$`)
	isoDate  = regexp.MustCompile(`^(?:19|20)\d\d-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?$`)
)

// flavours are the endings by which Kiwix tells the sizes of one work apart. Archives older than the Flavour metadata
// have them in the file name alone.
var flavours = []string{"maxi", "midi", "mini", "micro", "nopic", "novid", "nodet", "nopics", "simple-index"}

// labelOf derives the label from metadata and file name, which is below its directory.
func labelOf(m Meta, rel string) label {
	stem := strings.TrimSuffix(rel[strings.LastIndexByte(rel, '/')+1:], ".zimaa")
	if len(stem) > 4 && strings.EqualFold(stem[len(stem)-4:], ".zim") {
		stem = stem[:len(stem)-4]
	}
	var l label
	stem, l.alias = cutDate(stem)
	name, dated := cutDate(m.Name)
	if policy.MakeArchiveName(name) == "" {
		name = stem
	}
	l.flavour = string(policy.MakeArchiveName(strings.TrimPrefix(m.Flavour, "_")))
	if l.flavour == "" {
		l.flavour = flavourOf(name)
	}
	if l.flavour == "" {
		l.flavour = flavourOf(stem)
	}
	l.edition = m.Date
	for _, date := range []string{dated, l.alias} {
		if !isoDate.MatchString(l.edition) {
			l.edition = date
		}
	}
	l.flavour = l.flavour[:min(len(l.flavour), maxFlavour)]
	name = strings.TrimSuffix(string(policy.MakeArchiveName(name)), "_"+l.flavour)
	l.base = string(policy.MakeArchiveName(name)) // again: the cut may have laid bare an ending
	if l.base == "" {
		l.base = "archive" // nothing of the name is in the alphabet
	}
	return l
}

// cutDate splits _yyyy-mm or _yyyy-mm-dd off the end.
func cutDate(s string) (rest, date string) {
	if m := dateTail.FindStringSubmatchIndex(s); m != nil {
		return s[:m[0]], s[m[2]:m[3]]
	}
	return s, ""
}

// flavourOf returns the flavour that name ends in, or "".
func flavourOf(name string) string {
	name = strings.ToLower(name)
	for _, f := range flavours {
		if strings.HasSuffix(name, "_"+f) {
			return f
		}
	}
	return ""
}
