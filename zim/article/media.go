package article

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	_ "image/gif"  // sizes of images in this format
	_ "image/jpeg" // the same
	_ "image/png"  // the same
	"path"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// MediaInfo says of an entry without text what a reader of text can use.
type MediaInfo struct {
	Kind          MediaKind
	MIME          string // without parameters, cleaned; "" when the archive stores none
	Bytes         int64  // as stored, decompressed
	Width, Height int    // pixels of an image, both 0 when unknown
	Note          string // what cannot be done with it, and what can; may be empty
}

// MediaKind is a broad class of entries without text.
type MediaKind uint8

// Kinds of media.
const (
	OtherMedia MediaKind = iota
	ImageMedia
	AudioMedia
	VideoMedia
	PDFMedia
	FontMedia
)

// String returns the kind as it is shown.
func (k MediaKind) String() string {
	return [...]string{"file", "image", "audio", "video", "PDF", "font"}[min(int(k), int(FontMedia))]
}

// DescribeBytes is how much of an entry's beginning [Describe] can use: sizes of images stand there, in JPEG behind a preview.
const DescribeBytes = 256 << 10

// Describe reads what can be said of an entry from its type, its path, its size in bytes and its beginning, at most
// [DescribeBytes] of which are looked at. It decodes no pixels and allocates no more than the beginning is long.
func Describe(mimeType, name string, size int64, head []byte) MediaInfo {
	head = head[:min(len(head), DescribeBytes)]
	m := MediaInfo{MIME: PlainLine(Clip(typeOf(mimeType), 100)), Bytes: size}
	m.Kind = mediaKind(m.MIME, strings.ToLower(path.Ext(name)), head)
	switch m.Kind {
	case ImageMedia:
		m.Width, m.Height = imageSize(head)
	case PDFMedia:
		m.Note = pdfNote
	case AudioMedia, VideoMedia:
		m.Note = "subtitles, where the archive has them, are entries of their own beside it (.vtt, .srt)"
	}
	return m
}

// mediaKind goes by type, then by what the content begins with, then by the path's ending.
func mediaKind(t, ext string, head []byte) MediaKind {
	switch {
	case t == "application/pdf" || bytes.HasPrefix(head, []byte("%PDF-")):
		return PDFMedia
	case strings.HasPrefix(t, "image/"):
		return ImageMedia
	case strings.HasPrefix(t, "audio/"), t == "application/ogg":
		return AudioMedia
	case strings.HasPrefix(t, "video/"):
		return VideoMedia
	case strings.HasPrefix(t, "font/"), strings.Contains(t, "font-"):
		return FontMedia
	}
	return mediaExt[ext]
}

// mediaExt is used where an archive stores no type.
var mediaExt = map[string]MediaKind{
	".png": ImageMedia, ".jpg": ImageMedia, ".jpeg": ImageMedia, ".gif": ImageMedia, ".webp": ImageMedia, ".svg": ImageMedia, ".avif": ImageMedia,
	".mp3": AudioMedia, ".ogg": AudioMedia, ".opus": AudioMedia, ".oga": AudioMedia, ".wav": AudioMedia, ".flac": AudioMedia, ".m4a": AudioMedia,
	".mp4": VideoMedia, ".webm": VideoMedia, ".ogv": VideoMedia, ".mkv": VideoMedia, ".pdf": PDFMedia, ".woff": FontMedia, ".woff2": FontMedia, ".ttf": FontMedia,
}

// String describes the entry in one line: "image/png, 12345 bytes, 640 × 480 pixels".
func (m MediaInfo) String() string {
	t := m.MIME
	if t == "" {
		t = m.Kind.String()
	}
	s := fmt.Sprintf("%s, %d bytes", t, m.Bytes)
	if m.Width > 0 && m.Height > 0 {
		s += fmt.Sprintf(", %d × %d pixels", m.Width, m.Height)
	}
	return s
}

// imageSize reads width and height in pixels from the beginning of an image, 0 and 0 when it does not say.
func imageSize(head []byte) (w, h int) {
	if c, _, err := image.DecodeConfig(bytes.NewReader(head)); err == nil {
		w, h = c.Width, c.Height
	} else if bytes.HasPrefix(head, []byte("RIFF")) {
		w, h = webpSize(head)
	} else {
		w, h = svgSize(head)
	}
	if w <= 0 || h <= 0 || w > maxPixels || h > maxPixels {
		return 0, 0
	}
	return w, h
}

// maxPixels is more than any image on a page has; a header that claims more is wrong.
const maxPixels = 1 << 20

// webpSize reads the three headers of WebP (developers.google.com/speed/webp/docs/riff_container).
func webpSize(b []byte) (w, h int) {
	if len(b) < 30 || string(b[8:12]) != "WEBP" {
		return 0, 0
	}
	u24 := func(p []byte) int { return int(p[0]) | int(p[1])<<8 | int(p[2])<<16 }
	switch string(b[12:16]) {
	case "VP8X":
		return u24(b[24:]) + 1, u24(b[27:]) + 1
	case "VP8L":
		if bits := binary.LittleEndian.Uint32(b[21:]); b[20] == 0x2f {
			return int(bits&0x3fff) + 1, int(bits>>14&0x3fff) + 1
		}
	case "VP8 ":
		if b[23] == 0x9d && b[24] == 0x01 && b[25] == 0x2a {
			return int(binary.LittleEndian.Uint16(b[26:]) & 0x3fff), int(binary.LittleEndian.Uint16(b[28:]) & 0x3fff)
		}
	}
	return 0, 0
}

// svgSize reads width and height of the outermost svg element in pixels, else the size of its viewBox.
func svgSize(b []byte) (w, h int) {
	z := html.NewTokenizer(bytes.NewReader(b))
	z.SetMaxBuf(64 << 10)
	for range 100 { // comments, a doctype and processing instructions stand before it
		switch z.Next() {
		case html.ErrorToken:
			return 0, 0
		case html.StartTagToken:
			t := z.Token()
			if t.DataAtom != atom.Svg {
				return 0, 0
			}
			return svgAttributes(t.Attr)
		}
	}
	return 0, 0
}

// svgAttributes reads the two lengths, which may have a unit, or the last two numbers of viewbox.
func svgAttributes(attrs []html.Attribute) (w, h int) {
	var box []string
	for _, a := range attrs {
		switch a.Key {
		case "width":
			w = pixels(a.Val)
		case "height":
			h = pixels(a.Val)
		case "viewbox", "viewBox":
			box = strings.FieldsFunc(a.Val, func(r rune) bool { return r == ' ' || r == ',' })
		}
	}
	if (w == 0 || h == 0) && len(box) == 4 {
		return pixels(box[2]), pixels(box[3])
	}
	return w, h
}

// pixels is a length without unit or in px, rounded down; 0 for any other.
func pixels(v string) int {
	n, unit, ok := number(strings.TrimSpace(v))
	if !ok || unit != "" && unit != "px" || n < 0 || n > maxPixels {
		return 0
	}
	return int(n)
}

// Subtitles returns the beginning that paths of subtitles of the film or recording at name have, such as "videos/x/video." for
// "videos/x/video.webm": scrapers put them beside it, some with a language before the ending. Which entries begin so is
// for the caller to find; [IsTranscript] tells subtitles from the rest.
func Subtitles(name string) string { return strings.TrimSuffix(name, path.Ext(name)) + "." }

// IsTranscript reports an entry that [FromBytes] reads as subtitles.
func IsTranscript(mimeType, name string) bool { return formatOf(mimeType, name).transcript }
