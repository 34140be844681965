package article

import (
	"net/url"
	"strings"
)

// A Target is where an address on a page leads. At most one of Path and URL is set; with neither, it stays on its own
// page or leads nowhere that may be shown (javascript:, data: and the like).
type Target struct {
	Path     string // entry path inside the archive, decoded once
	Query    string // literal query of an internal address, undecoded; the entry may be Path or Path + "?" + Query
	Fragment string // decoded
	URL      string // address outside the archive, http or https only
}

// LinkKind tells where a link leads.
type LinkKind uint8

// Kinds of links.
const (
	Internal   LinkKind = iota // to an entry
	Anchor                     // to a place on the same page
	External                   // to an address outside the archive
	Media                      // to a picture, sound, film or other file in the archive
	InCategory                 // to a category of the page
	Related                    // to a page that the site calls related, outside the text
	OtherLink                  // mailto: and the like: counted, its address is not kept
	linkKinds
)

// String returns the kind in lower case.
func (k LinkKind) String() string {
	return [...]string{"internal", "anchor", "external", "media", "category", "related", "other", "other"}[min(k, linkKinds)]
}

// A Link is a target of the page, once however often the page leads there.
type Link struct {
	Target
	Text    string // of its first appearance that has any; one line, plain
	Kind    LinkKind
	Section int // of its first appearance, index into Document.Sections
	Count   int // appearances, at least 1
}

// ResolveLink reads the address href as a browser would on the page stored at entry path base. Empty path elements
// inside a path are kept, because they can be part of an entry's path.
func ResolveLink(base, href string) Target {
	href = strings.TrimSpace(stripInvisible(href))
	if web := WebAddress(href); web != "" {
		return Target{URL: web}
	}
	if strings.Contains(href, `\`) { // browsers read it as a slash, which can lead to another host
		return Target{}
	}
	u, err := url.Parse(href)
	if err != nil || u.Scheme != "" || u.Host != "" || u.Opaque != "" || strings.HasPrefix(href, "//") {
		return Target{}
	}
	l := Target{Fragment: u.Fragment, Query: u.RawQuery}
	if u.Path != "" {
		l.Path = joinPath(base, u.Path)
	}
	return l
}

// WebAddress returns s when it is an absolute http or https address without control characters, else "".
// An address without scheme ("//host/x") is taken as https.
func WebAddress(s string) string {
	s = strings.TrimSpace(s)
	if strings.HasPrefix(s, "//") {
		s = "https:" + s
	}
	if len(s) > 2048 || len(s) < 8 || !strings.EqualFold(s[:4], "http") {
		return ""
	}
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.User != nil || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	return u.String()
}

// joinPath resolves "." and ".." against the directory of base. It cannot leave the archive: ".." at the top stays.
func joinPath(base, rel string) string {
	var dir []string
	if strings.HasPrefix(rel, "/") {
		rel = rel[1:]
	} else if i := strings.LastIndexByte(base, '/'); i >= 0 {
		dir = strings.Split(base[:i], "/")
	}
	parts := strings.Split(rel, "/")
	for i, p := range parts {
		switch p {
		case ".":
		case "..":
			if len(dir) > 0 {
				dir = dir[:len(dir)-1]
			}
		default:
			dir = append(dir, p)
			continue
		}
		if i == len(parts)-1 { // a path that ends in a dot element is a directory
			dir = append(dir, "")
		}
	}
	return strings.Join(dir, "/")
}
