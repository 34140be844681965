package policy

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// An ID names what a caller wants to read. Its printed form is
//
//	archive[@edition]/path[?v=uuid8][#[anchor][~block]]
//
// and, as a URI, the same behind "zim://". A text that is no such thing is a title. See [ParseID].
type ID struct {
	Archive   ArchiveName // "" when the text names no archive
	Edition   string      // yyyy-mm or yyyy-mm-dd; "" means the newest
	UUID8     string      // first 8 hex digits of the archive's UUID, lower case; "" when not pinned
	Namespace byte        // as in ~M/Title; 0 means the archive's content: C, or A where archives have the old scheme
	Path      string      // key of the entry, decoded once; any bytes but NUL, not cleaned in any way
	Raw       string      // path, version and anchor as sent, undecoded, when they differ from Path: the second key to try
	Anchor    string      // heading of a section, decoded; "" means none
	Block     int         // block within the section, counted from 1; 0 means none
	Main      bool        // the main page of Archive: no path was given
	Title     string      // the whole text, trimmed, unless it was a URI: what to look for when no archive is called Archive
}

// idForms is what errors about ids show.
var idForms = []string{"archive/path", "archive/path#section", "zim://archive/path", "a title"}

// ParseID reads an id under the default limits. See [Limits.ParseID].
func ParseID(s string) (ID, error) { return Limits{}.ParseID(s) }

// ParseID reads what a client gives to name an entry: an id as printed, its URI, or a title.
//
// Rules: valid UTF-8 without NUL; not empty; the decoded path has at most l.PathBytes bytes. Surrounding
// white space, brackets and quotes, "zim://" in any case, upper case and a ".zim" suffix of the archive's name
// are tolerated. The name ends at the first '/'. A "~X/" behind it selects namespace X. The first '#'
// begins the anchor, "~" and digits at its end are the block; "?v=" and 8 hex digits at the end of the path are
// the version, any other '?' belongs to the path. Escapes are decoded once; a '%' that begins none is itself.
//
// Paths are opaque: "..", ".", "//", a trailing '/' and backslashes are ordinary characters of a key.
//
// What stands before the '/' and cannot be an archive's name makes the text a title: Archive is empty. A word
// without '/' may be either, so it sets Archive (when legal), Main and Title; an archive of that name wins.
//
// It does NOT check that archive, edition, entry or section exist, and does not look at what the path means.
func (l Limits) ParseID(s string) (ID, error) {
	l = l.WithDefaults()
	if err := checkText("id", s, 3*l.PathBytes+1024); err != nil { // 3: every byte escaped; the rest is name and anchor
		return ID{}, err
	}
	text := undecorate(s)
	if text == "" {
		return ID{}, refuse("id", "is empty", idForms...)
	}
	rest, isURI := cutScheme(text)
	var id ID
	if !isURI {
		id.Title = strings.TrimSpace(s)
	}
	head, tail := cutHead(rest, isURI)
	if !id.setArchive(head) {
		if isURI {
			return ID{}, refuse("id", "does not begin with an archive name", idForms...)
		}
		return ID{Title: id.Title}, checkPath(id.Title, l)
	}
	id.setLocation(tail)
	if err := checkPath(id.Anchor, l); err != nil {
		return ID{}, err
	}
	return id, checkPath(id.Path, l)
}

// cutHead splits the archive from what follows. A text without '/' is all head, and so may be a title; a
// URI's archive also ends where version or anchor begin.
func cutHead(s string, isURI bool) (head, tail string) {
	if i := strings.IndexAny(s, "/?#"); isURI && i >= 0 && s[i] != '/' {
		return s[:i], s[i:]
	}
	head, tail, _ = strings.Cut(s, "/")
	return head, tail
}

// setArchive reads name[@edition], and reports whether it is one. Spaces make it a title.
func (id *ID) setArchive(s string) bool {
	if len(s) > 4*MaxNameBytes {
		return false
	}
	base, edition, dated := strings.Cut(cutExtension(lowerASCII(trimASCII(unescape(s)))), "@")
	base = cutExtension(base)
	if !isName(base) || dated && !isEdition(edition) {
		return false
	}
	id.Archive, id.Edition = ArchiveName(base), edition
	return true
}

// setLocation reads what stands behind "archive/".
func (id *ID) setLocation(s string) {
	path, anchor, _ := strings.Cut(s, "#")
	path, id.UUID8 = cutVersion(path)
	id.Main = path == ""
	bare, ns := cutNamespace(path)
	id.Namespace, id.Path = ns, unescape(bare)
	id.Anchor, id.Block = cutBlock(anchor)
	if s != id.Path {
		id.Raw = s
	}
}

// cutVersion splits a final ?v= and 8 hex digits off.
func cutVersion(s string) (path, uuid8 string) {
	const mark = "?v="
	i := len(s) - 8 - len(mark)
	if i < 0 || s[i:i+len(mark)] != mark {
		return s, ""
	}
	for _, c := range []byte(s[i+len(mark):]) {
		if unhex(c) > 15 {
			return s, ""
		}
	}
	return s[:i], strings.ToLower(s[i+len(mark):])
}

// cutNamespace splits a leading ~X/ off, where X is a letter, '-', or another byte as %XX.
func cutNamespace(s string) (path string, ns byte) {
	if !strings.HasPrefix(s, "~") {
		return s, 0
	}
	head, rest, found := strings.Cut(s[1:], "/")
	switch c, escaped := unescapeByte(head); {
	case !found:
		return s, 0
	case len(head) == 1 && isNamespaceLetter(head[0]):
		return rest, head[0]
	case len(head) == 3 && escaped && c != 0:
		return rest, c
	}
	return s, 0
}

// cutBlock splits a final ~digits off. Nine digits are more than any document has blocks; longer ones are
// part of the anchor.
func cutBlock(s string) (anchor string, block int) {
	if i := blockMark(s); i >= 0 && len(s)-i <= 10 {
		block, _ = strconv.Atoi(s[i+1:])
		s = s[:i]
	}
	return unescape(s), block
}

// blockMark returns where a final ~digits begins, or -1.
func blockMark(s string) int {
	i := len(strings.TrimRight(s, "0123456789")) - 1
	if i < 0 || s[i] != '~' || i == len(s)-1 {
		return -1
	}
	return i
}

// checkText holds for every string of a client: valid UTF-8, no NUL, at most limit bytes.
func checkText(field, s string, limit int) error {
	switch {
	case len(s) > limit:
		return tooLong(field, "bytes", limit, len(s))
	case !utf8.ValidString(s):
		return refuse(field, "is not valid UTF-8", "UTF-8 text")
	case strings.IndexByte(s, 0) >= 0:
		return refuse(field, "holds a NUL character", "text without NUL")
	}
	return nil
}

// checkPath judges a decoded path or anchor: an escape may have hidden a NUL, which no entry's path can hold.
func checkPath(path string, l Limits) error {
	if len(path) > l.PathBytes {
		return tooLong("id", "bytes of the path", l.PathBytes, len(path))
	}
	if strings.IndexByte(path, 0) >= 0 {
		return refuse("id", "holds a NUL character", "text without NUL")
	}
	return nil
}
