package article

import (
	"net/url"
	"strings"
	"unicode/utf8"
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
	if t, ok := plainTarget(base, href); ok {
		return t
	}
	href = strings.TrimSpace(stripInvisible(href))
	if web := WebAddress(href); web != "" {
		return Target{URL: web}
	}
	if strings.Contains(href, `\`) { // browsers read it as a slash, which can lead to another host
		return Target{}
	}
	u, err := url.Parse(href)
	if err != nil || u.Scheme != "" || u.Host != "" || u.Opaque != "" || strings.HasPrefix(href, "//") ||
		!utf8.ValidString(u.Path+u.RawQuery+u.Fragment) { // no entry has such a path
		return Target{}
	}
	t := Target{Fragment: u.Fragment, Query: u.RawQuery}
	if u.Path != "" {
		t.Path = joinPath(base, u.Path)
	}
	return t
}

// addressByte marks the bytes of an address that mean themselves: unreserved and harmless ones, and the slash.
var addressByte = func() (t [256]bool) {
	for _, c := range []byte("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~!$&'()*+,;=@/") {
		t[c] = true
	}
	return t
}()

// plainTarget resolves addresses inside the archive without anything unusual in them, which is nearly all, without a copy where
// that is possible. It reports false for all others.
func plainTarget(base, href string) (Target, bool) {
	end, encoded := 0, false
	for end < len(href) && (addressByte[href[end]] || href[end] == '%') {
		encoded = encoded || href[end] == '%'
		end++
	}
	var t Target
	if end < len(href) {
		if href[end] != '#' {
			return t, false
		}
		fragment, ok := unescapePath(href[end+1:])
		if !ok {
			return t, false
		}
		t.Fragment = fragment
	}
	rel := href[:end]
	if strings.HasPrefix(rel, "//") {
		return t, false
	}
	if encoded {
		var ok bool
		if rel, ok = unescapePath(rel); !ok {
			return t, false
		}
	}
	if rel != "" {
		t.Path = joinPath(base, rel)
	}
	return t, true
}

// unescapePath undoes percent-encoding, once. It reports false when s holds other bytes than an address should, or decodes to
// what is not text.
func unescapePath(s string) (string, bool) {
	escaped := 0
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '%':
			if i+2 >= len(s) || !isHex(s[i+1]) || !isHex(s[i+2]) {
				return "", false
			}
			escaped++
			i += 2
		case !addressByte[s[i]] && s[i] != ':' && s[i] != '?':
			return "", false
		}
	}
	if escaped == 0 {
		return s, true
	}
	b := make([]byte, 0, len(s)-2*escaped)
	for i := 0; i < len(s); i++ {
		if s[i] == '%' {
			b = append(b, unhex(s[i+1])<<4|unhex(s[i+2]))
			i += 2
		} else {
			b = append(b, s[i])
		}
	}
	return string(b), utf8.Valid(b)
}

// unhex is the value of a hexadecimal digit.
func unhex(c byte) byte {
	switch {
	case c <= '9':
		return c - '0'
	case c >= 'a':
		return c - 'a' + 10
	}
	return c - 'A' + 10
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
	if plainAddress(s) {
		return s
	}
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.User != nil || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	return u.String()
}

// plainAddress reports an address with nothing unusual in it, which parsing would give back as it is.
func plainAddress(s string) bool {
	rest, ok := strings.CutPrefix(s, "https://")
	if !ok {
		if rest, ok = strings.CutPrefix(s, "http://"); !ok {
			return false
		}
	}
	host := 0
	for host < len(rest) && (wordByte(rest[host]) && rest[host] < 0x80 || rest[host] == '.' || rest[host] == '-') {
		host++
	}
	if host == 0 || host < len(rest) && rest[host] != '/' {
		return false
	}
	for i := host; i < len(rest); i++ {
		c := rest[i]
		if c == '%' && (i+2 >= len(rest) || !isHex(rest[i+1]) || !isHex(rest[i+2])) || !addressByte[c] && c != '%' && c != ':' && c != '?' {
			return false
		}
	}
	return true
}

// joinPath resolves "." and ".." against the directory of base. It cannot leave the archive: ".." at the top stays.
func joinPath(base, rel string) string {
	rel = strings.TrimPrefix(rel, "./")
	if rel != "" && rel[0] != '/' && rel[0] != '.' && !strings.Contains(rel, "/.") {
		return joined(base[:strings.LastIndexByte(base, '/')+1], rel)
	}
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
