package article

import (
	"net/url"
	"strings"
)

// A Link is where an address on a page leads. At most one of Path and URL is set; with neither, the link stays on its
// own page or leads nowhere that may be shown (javascript:, data: and the like).
type Link struct {
	Path     string // entry path inside the archive, decoded once
	Query    string // literal query of an internal address, undecoded
	Fragment string // decoded
	URL      string // address outside the archive, http or https only
}

// ResolveLink reads the address href as a browser would on the page stored at entry path base. Empty path elements
// inside a path are kept, because they can be part of an entry's path.
func ResolveLink(base, href string) Link {
	href = strings.TrimSpace(stripInvisible(href))
	if web := WebAddress(href); web != "" {
		return Link{URL: web}
	}
	if strings.Contains(href, `\`) { // browsers read it as a slash, which can lead to another host
		return Link{}
	}
	u, err := url.Parse(href)
	if err != nil || u.Scheme != "" || u.Host != "" || u.Opaque != "" || strings.HasPrefix(href, "//") {
		return Link{}
	}
	l := Link{Fragment: u.Fragment, Query: u.RawQuery}
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
