package api

import (
	"mime"
	"strings"
)

// entryKind is how an entry can be shown.
type entryKind uint8

const (
	kindHTML  entryKind = iota
	kindText            // plain text
	kindCode            // text of a format that is shown as it is
	kindMedia           // everything else
)

// kindOf reads a MIME type; without one the path's ending decides.
func kindOf(mimeType, path string) entryKind {
	t, _, err := mime.ParseMediaType(mimeType)
	if err != nil {
		t, _, _ = strings.Cut(strings.ToLower(mimeType), ";")
		t = strings.TrimSpace(t)
	}
	if t == "" && strings.HasSuffix(strings.ToLower(path), ".html") {
		return kindHTML
	}
	switch {
	case t == "text/html", t == "application/xhtml+xml":
		return kindHTML
	case t == "text/plain", t == "text/markdown":
		return kindText
	case strings.HasPrefix(t, "text/"), strings.HasSuffix(t, "+json"), strings.HasSuffix(t, "+xml") && t != "image/svg+xml":
		return kindCode
	}
	switch t {
	case "application/json", "application/xml", "application/javascript", "application/x-javascript", "application/ecmascript",
		"application/x-subrip", "application/x-yaml", "application/toml", "application/sql", "application/x-sh", "application/x-tex":
		return kindCode
	}
	return kindMedia
}

// isHTML judges by the MIME type alone.
func isHTML(mimeType string) bool { return kindOf(mimeType, "") == kindHTML }

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
