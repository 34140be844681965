package article

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFromText(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"paragraphs", "a\nb\n\nc\n \t\n\nd", "a\nb\n\nc\n\nd"},
		{"line ends of other systems", "a\r\nb\rc\r\n\r\nd", "a\nb\nc\n\nd"},
		{"indents stay, blanks at the end go", "  a\t \n    b", "a\n    b"},
		{"marks of Markdown stay", "# a\n* b\n1. c\n<b> &lt;", "# a\n* b\n1. c\n<b> &lt;"},
		{"imitations", "a\n[1] x (a/b)\n-- b", "a\n\\[1] x (a/b)\n\\-- b"},
		{"references to what is invisible", "a&#8203;b &zwj; &lt; &amp;", "a&amp;#8203;b &amp;zwj; &lt; &amp;"},
		{"invisible", "a\u200bb\u202e\x00c", "abc"},
		{"no UTF-8", "a\xffb", "a\ufffdb"},
		{"empty", " \n\n ", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := FromText(tt.in)
			if diff := cmp.Diff(tt.want, d.Text(d.Whole())); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			checkDocument(t, d)
		})
	}
}

func TestDecodeText(t *testing.T) {
	for name, tt := range map[string]struct{ in, want string }{
		"UTF-8":                         {"naïve", "naïve"},
		"UTF-8 with a mark":             {"\xef\xbb\xbfnaïve", "naïve"},
		"UTF-16, little end first":      {"\xff\xfea\x00\xe9\x00", "aé"},
		"UTF-16, big end first":         {"\xfe\xff\x00a\x00\xe9", "aé"},
		"UTF-16 with half a pair":       {"\xff\xfea\x00\x00\xd8", "a\ufffd"},
		"UTF-16 of odd length":          {"\xff\xfea\x00b", "a\ufffd"},
		"Windows-1252":                  {"na\xefve \x93caf\xe9\x94", "naïve “café”"},
		"UTF-8, damaged":                {"naïve caf\xe9 – naïve", "naïve caf\ufffd – naïve"},
		"bytes that are no text at all": {"\x00\xff\x80\x81", "\x00\ufffd"},
		"empty":                         {"", ""},
	} {
		if got := DecodeText([]byte(tt.in)); got != tt.want {
			t.Errorf("%s: got %q, want %q", name, got, tt.want)
		}
	}
}

// Every kind of text entry is read as what it is, whether the archive names its type or only its path tells.
func TestFromBytes(t *testing.T) {
	const vtt = "WEBVTT\n\n00:01.000 --> 00:02.000\nhello\n"
	for _, tt := range []struct{ name, mime, path, in, want string }{
		{"plain", "text/plain; charset=utf-8", "a", "hello", "hello"},
		{"Markdown", "text/markdown", "a.md", "# hello", "# hello"},
		{"WebVTT", "text/vtt", "a", vtt, "[0:01] hello"},
		{"SubRip by type", "application/x-subrip", "a", "1\n00:00:01,0 --> 00:00:02,0\nhello", "[0:01] hello"},
		{"subtitles by path", "text/plain", "videos/x/video.en.VTT", vtt, "[0:01] hello"},
		{"subtitles without a type", "", "a.srt", "1\n00:00:01,0 --> 00:00:02,0\nhello", "[0:01] hello"},
		{"subtitles of bytes", "application/octet-stream", "a.sbv", "0:00:01.000,0:00:02.000\nhello", "[0:01] hello"},
		{"CSV", "text/csv", "a", "a,b\n1,\"x;y\"\n", "```csv\na,b\n1,\"x;y\"\n```"},
		{"TSV", "text/tab-separated-values", "a", "a\tb\n", "```tsv\na\tb\n```"},
		{"JSON", "application/json", "a", "{\"a\": [1, 2]}", "```json\n{\"a\": [1, 2]}\n```"},
		{"JSON of a kind", "application/ld+json", "a", "{}", "```json\n{}\n```"},
		{"XML of a kind", "application/rss+xml", "a", "<a/>", "```xml\n<a/>\n```"},
		{"JavaScript", "text/javascript", "a", "x", "```javascript\nx\n```"},
		{"unknown text", "text/x-strange", "a", "x", "```\nx\n```"},
		{"CSV by path", "", "data/a.csv", "a,b", "```csv\na,b\n```"},
		{"type with capitals", "Text/CSV", "a", "a,b", "```csv\na,b\n```"},
		{"broken parameters", "text/csv; charset", "a", "a,b", "```csv\na,b\n```"},
		{"a fence inside", "text/csv", "a", "```\nx", "````csv\n```\nx\n````"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := FromBytes([]byte(tt.in), tt.mime, tt.path)
			if d == nil {
				t.Fatal("no document")
			}
			if diff := cmp.Diff(tt.want, d.Text(d.Whole())); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			checkDocument(t, d)
		})
	}
	for _, tt := range []struct{ mime, path string }{
		{"image/png", "a.png"}, {"image/svg+xml", "a.svg"}, {"application/pdf", "a.pdf"}, {"video/webm", "a.webm"}, {"", "a"}, {"", "a.png"},
		{"application/octet-stream", "a.bin"}, {"font/woff2", "a"}, {"nonsense", "a.txt"}, {"application/wasm", "a"},
	} {
		if d := FromBytes([]byte("x"), tt.mime, tt.path); d != nil {
			t.Errorf("%s %s: %+v", tt.mime, tt.path, d)
		}
	}
}

// A long table of data is cut at line ends, and every page is fenced.
func TestDataInPages(t *testing.T) {
	csv := "id,name\n" + strings.Repeat("1,alpha\n2,beta\n", 500)
	d := FromBytes([]byte(csv), "text/csv", "")
	r, joined := d.Whole(), ""
	for range 1000 {
		text, next, done := d.Page(r, 200)
		body, ok := strings.CutPrefix(text, "```csv\n")
		body, closed := strings.CutSuffix(body, "\n```")
		if !ok || !closed {
			t.Fatalf("page without a fence: %q", text)
		}
		joined += body + "\n"
		if done {
			break
		}
		r.From = next
	}
	if joined != csv {
		t.Errorf("%d bytes of %d came back", len(joined), len(csv))
	}
}

func FuzzFromBytes(f *testing.F) {
	f.Add([]byte("a\n\n[1] x (a/b)"), "text/plain", "a")
	f.Add([]byte("\xff\xfea\x00"), "text/csv", "a.csv")
	f.Add([]byte("WEBVTT\n\n00:01.000 --> 00:02.000\nx"), "", "a.vtt")
	f.Fuzz(func(t *testing.T, data []byte, mimeType, path string) {
		if d := FromBytes(data, mimeType, path); d != nil {
			checkDocument(t, d)
			for _, b := range d.Blocks {
				if VisibleText(b.Text) != b.Text {
					t.Fatalf("%+q is not clean", b.Text)
				}
			}
		}
		Describe(mimeType, path, int64(len(data)), data)
	})
}
