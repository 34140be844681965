package article

import (
	"bytes"
	"mime"
	"path"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// FromBytes makes a document of an entry that is no HTML page: text, subtitles, or data and code as they are. It goes by the MIME
// type, and by the path's ending where the type says nothing. It returns nil for what has no text, such as images and PDF
// files; [Describe] says what can be said of those.
func FromBytes(data []byte, mimeType, path string) *Document {
	switch f := formatOf(mimeType, path); {
	case f.transcript:
		return FromTranscript(DecodeText(data))
	case f.prose:
		return FromText(DecodeText(data))
	case f.text:
		return FromCode(DecodeText(data), f.lang)
	}
	return nil
}

// A format is how the text of an entry is shown.
type format struct {
	text       bool   // has text at all
	prose      bool   // paragraphs, no code
	transcript bool   // subtitles
	lang       string // written behind the fence of code; may be empty
}

// typeOf is the MIME type without parameters, in lower case; "" when it says nothing of the content.
func typeOf(mimeType string) string {
	t, _, err := mime.ParseMediaType(mimeType)
	if err != nil {
		t, _, _ = strings.Cut(strings.ToLower(mimeType), ";")
		t = strings.TrimSpace(t)
	}
	if t == "application/octet-stream" {
		return ""
	}
	return t
}

// formatOf knows the types that archives hold. Any other type of text is code without a language.
func formatOf(mimeType, name string) format {
	t := typeOf(mimeType)
	ext := strings.ToLower(path.Ext(name))
	if subtitleExt[ext] && (t == "" || t == "text/plain") || subtitleType[t] {
		return format{text: true, transcript: true}
	}
	if t == "" {
		f := textExt[ext]
		return f
	}
	switch {
	case t == "text/plain", t == "text/markdown":
		return format{text: true, prose: true}
	case codeType[t] != "":
		return format{text: true, lang: codeType[t]}
	case strings.HasPrefix(t, "text/"):
		return format{text: true}
	case strings.HasSuffix(t, "+json"):
		return format{text: true, lang: "json"}
	case strings.HasSuffix(t, "+xml") && t != "image/svg+xml":
		return format{text: true, lang: "xml"}
	}
	return format{}
}

// codeType is the name behind the fence for types of code and data.
var codeType = map[string]string{
	"application/json": "json", "text/json": "json", "application/x-ndjson": "json", "text/csv": "csv", "text/tab-separated-values": "tsv",
	"application/xml": "xml", "text/xml": "xml", "text/css": "css", "text/javascript": "javascript", "application/javascript": "javascript",
	"application/x-javascript": "javascript", "application/ecmascript": "javascript", "application/x-yaml": "yaml", "application/yaml": "yaml",
	"text/yaml": "yaml", "application/toml": "toml", "application/sql": "sql", "application/x-sh": "sh", "text/x-sh": "sh", "application/x-tex": "tex",
	"text/x-python": "python", "text/x-c": "c", "text/html": "html", "application/xhtml+xml": "html",
}

// textExt is used where an archive stores no type.
var textExt = map[string]format{
	".txt": {text: true, prose: true}, ".md": {text: true, prose: true}, ".csv": {text: true, lang: "csv"}, ".tsv": {text: true, lang: "tsv"},
	".json": {text: true, lang: "json"}, ".xml": {text: true, lang: "xml"}, ".js": {text: true, lang: "javascript"}, ".css": {text: true, lang: "css"},
	".yaml": {text: true, lang: "yaml"}, ".yml": {text: true, lang: "yaml"},
}

var (
	subtitleType = set("text/vtt application/x-subrip text/srt text/x-srt application/x-srt text/x-sbv")
	subtitleExt  = set(".vtt .srt .sbv")
)

// DecodeText returns text stored in any of the encodings that plain text has without saying so: UTF-8 and UTF-16 by their byte order
// mark, else UTF-8, else Windows-1252 when hardly anything in it is UTF-8. What means nothing becomes U+FFFD.
func DecodeText(data []byte) string {
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")):
		if out, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Bytes(data); err == nil {
			return strings.ToValidUTF8(string(out), "\uFFFD")
		}
	case utf8.Valid(data):
		return string(bytes.TrimPrefix(data, []byte("\uFEFF")))
	case !mostlyUTF8(data) && bytes.IndexByte(data, 0) < 0:
		if out, err := charmap.Windows1252.NewDecoder().Bytes(data); err == nil {
			return string(out)
		}
	}
	return strings.ToValidUTF8(string(data), "\uFFFD")
}

// FromText makes a document of plain text: paragraphs at blank lines, line ends kept. Nothing is escaped but what imitates our
// replies, and references to invisible characters.
func FromText(text string) *Document {
	d := blank("text")
	var lines []string
	flush := func() {
		if len(lines) > 0 {
			d.Blocks = append(d.Blocks, Block{Kind: Paragraph, Text: Guard(escapeHidden(strings.Join(lines, "\n")))})
		}
		lines = lines[:0]
	}
	for l := range strings.SplitSeq(VisibleText(text), "\n") {
		if strings.TrimSpace(l) == "" {
			flush()
			continue
		}
		lines = append(lines, strings.TrimRight(l, " \t"))
	}
	flush()
	bound(d)
	return d
}

// FromCode makes a document of one block of code in the named language, without invisible characters. CSV and JSON are shown so:
// what a program wrote is for the reader to read, and any other form would cost more tokens or lose something.
func FromCode(text, lang string) *Document { return FromSource(VisibleText(text), lang) }

// FromSource makes a document of one block of code, byte for byte but for what is not UTF-8.
func FromSource(text, lang string) *Document {
	d := blank("source")
	if text = strings.ToValidUTF8(text, "\uFFFD"); strings.TrimSpace(text) != "" {
		d.Blocks = append(d.Blocks, Block{Kind: Code, Text: text, Lang: lang})
	}
	bound(d)
	return d
}

// Document shows the sanitised page as code, in blocks that end where its elements do.
func (h *HTML) Document() *Document {
	d := blank("html")
	d.Title = h.Title
	from := 0
	for _, to := range append(h.Breaks, len(h.Text)) {
		if to-from < minHTMLBlock && to < len(h.Text) {
			continue
		}
		if strings.TrimSpace(h.Text[from:to]) != "" {
			d.Blocks = append(d.Blocks, Block{Kind: Code, Text: h.Text[from:to], Lang: "html"})
		}
		from = to
	}
	bound(d)
	return d
}

// minHTMLBlock keeps the fences fewer than the text, in bytes.
const minHTMLBlock = 2000

// blank is a document without blocks. It has its lead section, which callers may rely on.
func blank(profile string) *Document {
	return &Document{Profile: profile, Blocks: []Block{}, Sections: []Section{{Level: 1}}}
}
