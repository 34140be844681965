package article

import (
	"bytes"
	"encoding/hex"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"
)

// encoded is a picture of 33 by 17 pixels.
func encoded(t *testing.T, format string) []byte {
	t.Helper()
	img := image.NewPaletted(image.Rect(0, 0, 33, 17), color.Palette{color.White, color.Black})
	var b bytes.Buffer
	var err error
	switch format {
	case "png":
		err = png.Encode(&b, img)
	case "jpeg":
		err = jpeg.Encode(&b, img, nil)
	case "gif":
		err = gif.Encode(&b, img, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// webp is a file of one chunk, whose payload is in hexadecimal.
func webp(t *testing.T, chunk, payload string) []byte {
	t.Helper()
	p, err := hex.DecodeString(payload)
	if err != nil {
		t.Fatal(err)
	}
	p = append(p, make([]byte, 20)...)
	return append([]byte("RIFF\x00\x00\x00\x00WEBP"+chunk+"\x1e\x00\x00\x00"), p...)
}

func TestImageSizes(t *testing.T) {
	svg := func(attrs string) []byte {
		return []byte("<?xml version='1.0'?><!-- x --><!DOCTYPE svg><svg " + attrs + "><rect/></svg>")
	}
	for name, tt := range map[string]struct {
		head []byte
		w, h int
	}{
		"PNG": {encoded(t, "png"), 33, 17}, "JPEG": {encoded(t, "jpeg"), 33, 17}, "GIF": {encoded(t, "gif"), 33, 17},
		"WebP, extended":        {webp(t, "VP8X", "00000000"+"200000"+"100000"), 33, 17},
		"WebP, lossless":        {webp(t, "VP8L", "2f"+"20000400"), 33, 17},
		"WebP, lossy":           {webp(t, "VP8 ", "000000"+"9d012a"+"2100"+"1100"), 33, 17},
		"WebP of another kind":  {webp(t, "VPxx", "000000"), 0, 0},
		"WebP, lossy, no start": {webp(t, "VP8 ", "000000"+"000000"+"2100"+"1100"), 0, 0},
		"WebP, cut":             {webp(t, "VP8X", "")[:20], 0, 0},
		"SVG":                   {svg("width='33' height='17px'"), 33, 17},
		"SVG by its box":        {svg("viewBox='0 0 33 17'"), 33, 17},
		"SVG in per cent":       {svg("width='100%' height='100%' viewBox='0,0,33.5,17'"), 33, 17},
		"SVG without size":      {svg(""), 0, 0},
		"SVG of nonsense":       {svg("width='-3' height='x' viewBox='a b'"), 0, 0},
		"SVG too large":         {svg("width='99999999' height='17'"), 0, 0},
		"a page":                {[]byte("<html><svg width=1 height=1>"), 0, 0},
		"nothing":               {nil, 0, 0},
		"half a PNG":            {encoded(t, "png")[:20], 0, 0},
		"PNG of no pixels":      {bytes.Replace(encoded(t, "png"), []byte{0, 0, 0, 33}, []byte{0, 0, 0, 0}, 1), 0, 0},
		"PNG that claims much":  {bytes.Replace(encoded(t, "png"), []byte{0, 0, 0, 33}, []byte{0x7f, 0xff, 0xff, 0xff}, 1), 0, 0},
	} {
		if w, h := imageSize(tt.head); w != tt.w || h != tt.h {
			t.Errorf("%s: %d × %d, want %d × %d", name, w, h, tt.w, tt.h)
		}
	}
}

func TestDescribe(t *testing.T) {
	for _, tt := range []struct {
		mime, path, head, want string
		note                   string
	}{
		{"image/png", "I/a", string(encoded(t, "png")), "image/png, 1234 bytes, 33 × 17 pixels", ""},
		{"", "a.gif", string(encoded(t, "gif")), "image, 1234 bytes, 33 × 17 pixels", ""},
		{"IMAGE/JPEG; q=1", "a", "no image", "image/jpeg, 1234 bytes", ""},
		{"application/pdf", "a", "", "application/pdf, 1234 bytes", "PDF"},
		{"application/octet-stream", "a", "%PDF-1.7", "PDF, 1234 bytes", "PDF"},
		{"", "a.PDF", "", "PDF, 1234 bytes", "PDF"},
		{"video/webm", "a.webm", "", "video/webm, 1234 bytes", ".vtt"},
		{"audio/ogg", "a", "", "audio/ogg, 1234 bytes", ".vtt"},
		{"application/font-woff", "a", "", "application/font-woff, 1234 bytes", ""},
		{"", "a", "", "file, 1234 bytes", ""},
		{"evil\u202e/\u200bx\n-- y", "a", "", "evil/x -- y, 1234 bytes", ""},
	} {
		m := Describe(tt.mime, tt.path, 1234, []byte(tt.head))
		if got := m.String(); got != tt.want || !strings.Contains(m.Note, tt.note) || (tt.note == "") != (m.Note == "") {
			t.Errorf("%s %s: %q, %q", tt.mime, tt.path, got, m.Note)
		}
	}
}

func TestSubtitlesBeside(t *testing.T) {
	if got := Subtitles("videos/x/video.webm"); got != "videos/x/video." {
		t.Errorf("got %q", got)
	}
	for _, path := range []string{"videos/x/video.vtt", "videos/x/video.en.vtt", "videos/x/video.srt"} {
		if !strings.HasPrefix(path, Subtitles("videos/x/video.webm")) || !IsTranscript("", path) {
			t.Errorf("%s is not found", path)
		}
	}
	if IsTranscript("image/webp", "videos/x/video.webp") || IsTranscript("text/html", "a.vtt") {
		t.Error("what is no text is a transcript")
	}
}

func FuzzDescribe(f *testing.F) {
	f.Add([]byte("RIFF\x00\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00\x20\x00\x00\x10\x00\x00"))
	f.Add([]byte("<svg viewBox='0 0 1 1'>"))
	f.Add([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR"))
	f.Add([]byte("\xff\xd8\xff\xe0\x00\x10JFIF"))
	f.Fuzz(func(t *testing.T, head []byte) {
		m := Describe("image/x", "a", int64(len(head)), head)
		if m.Width < 0 || m.Height < 0 || m.Width > maxPixels || m.Height > maxPixels || (m.Width == 0) != (m.Height == 0) {
			t.Fatalf("%d × %d", m.Width, m.Height)
		}
	})
}
