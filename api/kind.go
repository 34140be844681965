package api

import (
	"mime"
	"strings"

	"github.com/openzim-mcp/openzim-mcp/zim/article"
)

// entryKind is how an entry can be shown.
type entryKind uint8

const (
	kindHTML  entryKind = iota
	kindText            // plain text, subtitles, code and data
	kindMedia           // everything else
)

// kindOf reads a MIME type; without one the path's ending decides.
func kindOf(mimeType, path string) entryKind {
	t, _, err := mime.ParseMediaType(mimeType)
	if err != nil {
		t, _, _ = strings.Cut(strings.ToLower(mimeType), ";")
		t = strings.TrimSpace(t)
	}
	switch {
	case t == "text/html", t == "application/xhtml+xml", t == "" && strings.HasSuffix(strings.ToLower(path), ".html"):
		return kindHTML
	case article.FromBytes(nil, mimeType, path) != nil: // it knows the types that have text
		return kindText
	}
	return kindMedia
}

// fenceName is the language written behind a code fence for a MIME type.
func fenceName(mimeType string) string {
	t, _, _ := strings.Cut(strings.ToLower(mimeType), ";")
	_, sub, _ := strings.Cut(strings.TrimSpace(t), "/")
	sub = strings.TrimPrefix(strings.TrimPrefix(sub, "x-"), "vnd.")
	if i := strings.LastIndexByte(sub, '+'); i >= 0 {
		sub = sub[i+1:]
	}
	switch sub {
	case "html", "css", "javascript", "json", "xml", "csv", "vtt", "yaml", "toml", "sql", "markdown":
		return sub
	}
	return ""
}
