package policy

import (
	"strconv"
	"strings"
)

// FormatID returns the id that names an entry: archive, namespace, path and, unless empty, the section's anchor.
// Namespaces C and A, the content of archives of the new and of the old scheme, and 0 are left out; others are
// printed as "archive/~M/Title".
//
// Percent-encoded are exactly: in the path '%', '#', '?', space, control characters, bytes that are not UTF-8,
// and a leading '~' that would read as a namespace; in the anchor '%', space, controls, bytes that are not
// UTF-8, and the '~' of final ~digits. [ParseID] gives back the same archive, path and anchor, byte for byte, for
// every path without NUL up to the limit. It does NOT check that archive is a legal name.
func FormatID(archive ArchiveName, ns byte, path, anchor string) string {
	return contentID(archive, ns, path, anchor).String()
}

// FormatURI returns the same behind "zim://", with every byte encoded that RFC 3986 does not allow in a URI:
// the result is ASCII.
func FormatURI(archive ArchiveName, ns byte, path, anchor string) string {
	return contentID(archive, ns, path, anchor).URI()
}

func contentID(archive ArchiveName, ns byte, path, anchor string) ID {
	if ns == 'C' || ns == 'A' {
		ns = 0
		if path == "" { // "archive/" is the main page, not the entry with the empty path
			ns = 'C'
		}
	}
	return ID{Archive: archive, Namespace: ns, Path: path, Anchor: anchor, Main: path == "" && ns == 0}
}

// String returns the id as printed, for people and models: see [FormatID]. Of a title it returns the title.
func (id ID) String() string {
	if id.Archive == "" {
		return id.Title
	}
	var b strings.Builder
	id.write(&b, inPath, inAnchor)
	return b.String()
}

// URI returns the id as a zim:// URI, in ASCII. Of a title, which has none, it returns "".
func (id ID) URI() string {
	if id.Archive == "" {
		return ""
	}
	var b strings.Builder
	b.WriteString("zim://")
	id.write(&b, toASCII(inPath), toASCII(inAnchor))
	return b.String()
}

func (id ID) write(b *strings.Builder, path, anchor charset) {
	b.WriteString(string(id.Archive))
	if id.Edition != "" {
		b.WriteByte('@')
		b.WriteString(id.Edition)
	}
	b.WriteByte('/')
	writePath(b, id.Namespace, id.Path, path)
	if id.UUID8 != "" {
		b.WriteString("?v=")
		b.WriteString(id.UUID8)
	}
	if id.Anchor != "" || id.Block > 0 {
		b.WriteByte('#')
		writeAnchor(b, id.Anchor, anchor)
	}
	if id.Block > 0 {
		b.WriteByte('~')
		b.WriteString(strconv.Itoa(id.Block))
	}
}

func writePath(b *strings.Builder, ns byte, path string, set charset) {
	switch {
	case ns != 0:
		writeNamespace(b, ns)
	case readsAsNamespace(path, set):
		escapeByte(b, '~')
		path = path[1:]
	}
	escape(b, path, set)
}

// writeNamespace writes ~X/. Bytes that are neither letters nor '-' name no namespace of the format, but a
// directory entry can hold any, and its id must lead back to it.
func writeNamespace(b *strings.Builder, ns byte) {
	b.WriteByte('~')
	if isNamespaceLetter(ns) {
		b.WriteByte(ns)
	} else {
		escapeByte(b, ns)
	}
	b.WriteByte('/')
}

// readsAsNamespace reports whether path, once escaped, would parse as ~X/ and a path.
func readsAsNamespace(path string, set charset) bool {
	if len(path) < 3 || path[0] != '~' || path[2] != '/' {
		return false
	}
	c := path[1]
	return isNamespaceLetter(c) || c >= 0x80 || set(rune(c))
}

func writeAnchor(b *strings.Builder, anchor string, set charset) {
	i := blockMark(anchor)
	if i < 0 {
		escape(b, anchor, set)
		return
	}
	escape(b, anchor[:i], set)
	escapeByte(b, '~')
	b.WriteString(anchor[i+1:])
}

func isNamespaceLetter(c byte) bool {
	return 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' || c == '-'
}

// Titles returns what a title lookup should try, in order: the text as sent, then without the quotes or
// brackets around it. “Heroes” is a title with its quotes; "Ray Charles" mostly is not.
func (id ID) Titles() []string {
	if id.Title == "" {
		return nil
	}
	if bare := undecorate(id.Title); bare != "" && bare != id.Title {
		return []string{id.Title, bare}
	}
	return []string{id.Title}
}
