package eval

import (
	"strconv"
	"strings"
)

// An ID is an id of a reply in its parts, decoded.
type ID struct {
	Archive string // without edition
	Edition string
	Path    string // as in the archive; other namespaces keep their "~M/"
	Anchor  string
	Block   int // 0 when there is none
}

// ParseID takes an id apart: archive["@"edition]"/"path["?v="uuid]["#"[anchor]["~"block]], with "zim://" before it or not.
// It accepts anything; what is no id has an empty path.
func ParseID(s string) ID {
	var id ID
	s = strings.TrimPrefix(s, "zim://")
	s, frag, _ := strings.Cut(s, "#")
	s, _, _ = strings.Cut(s, "?")
	archive, path, _ := strings.Cut(s, "/")
	id.Archive, id.Edition, _ = strings.Cut(archive, "@")
	id.Path = decodePercent(path)
	if i := strings.LastIndexByte(frag, '~'); i >= 0 {
		if n, err := strconv.Atoi(frag[i+1:]); err == nil && n >= 0 {
			id.Block, frag = n, frag[:i]
		}
	}
	id.Anchor = decodePercent(frag)
	return id
}

// decodePercent decodes what is encoded right and keeps the rest.
func decodePercent(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if n, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				b.WriteByte(byte(n))
				i += 2
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
