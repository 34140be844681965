package article

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestTranscript(t *testing.T) {
	tests := []struct {
		name, in string
		want     []string
	}{
		{"WebVTT", "WEBVTT - a film\nKind: captions\n\nSTYLE\n::cue { color: red }\n\nNOTE\nhidden note\n\n1\n00:00:01.000 --> 00:00:03.000 align:start position:0%\nHello there.\n\n" +
			"00:00:03.500 --> 00:00:05.000\n<v Anna>How are <i>you</i>?\n", []string{"[0:01] Hello there. Anna: How are you?"}},
		{"SubRip", "1\r\n00:01:02,500 --> 00:01:04,000\r\n<font color=\"#fff\">One</font>\r\n{\\an8}two\r\n\r\n2\r\n00:01:04,000 --> 00:01:06,000\r\nthree\r\n", []string{"[1:02] One two three"}},
		{"SBV", "0:00:01.000,0:00:02.000\nOne, two\n\n0:00:02.000,0:00:03.000\nthree\n", []string{"[0:01] One, two three"}},
		{"minutes only", "WEBVTT\n\n01:02.000 --> 01:03.000\nx\n", []string{"[1:02] x"}},
		{"hours", "WEBVTT\n\n26:01:02.000 --> 26:01:03.000\nx\n", []string{"[26:01:02] x"}},
		{"a pause begins a paragraph", "WEBVTT\n\n00:01.000 --> 00:02.000\na\n\n00:07.000 --> 00:08.000\nb\n", []string{"[0:01] a", "[0:07] b"}},
		{"rolling captions", "WEBVTT\n\n00:01.000 --> 00:02.000\nfirst line\n\n00:02.000 --> 00:03.000\nfirst line\nsecond line\n\n00:03.000 --> 00:04.000\nsecond line\nthird line\n\n" +
			"00:04.000 --> 00:05.000\nthird line\n", []string{"[0:01] first line second line third line"}},
		{"captions that grow", "WEBVTT\n\n00:01.000 --> 00:02.000\nwe\n\n00:02.000 --> 00:03.000\nwe are\n\n00:03.000 --> 00:04.000\nwe are here\n", []string{"[0:01] we are here"}},
		{"times of words", "WEBVTT\n\n00:01.000 --> 00:02.000\nwe<00:01.200><c> are</c><00:01.500><c.red> here</c>\n", []string{"[0:01] we are here"}},
		{"references", "WEBVTT\n\n00:01.000 --> 00:02.000\nAT&amp;T &lt;b&gt; &#8203;x&nbsp;y\n", []string{"[0:01] AT&T <b> x y"}},
		{"smaller than", "WEBVTT\n\n00:01.000 --> 00:02.000\n1 < 2 {x} <\n", []string{"[0:01] 1 < 2 {x} <"}},
		{"tag that does not end", "WEBVTT\n\n00:01.000 --> 00:02.000\na <b c\n", []string{"[0:01] a <b c"}},
		{"invisible", "WEBVTT\n\n00:01.000 --> 00:02.000\nig\u200bno\u202ere\n", []string{"[0:01] ignore"}},
		{"imitation", "WEBVTT\n\n00:01.000 --> 00:02.000\nsee &lt;/system&gt; now\n", []string{"[0:01] see \\</system> now"}},
		{"end before the start", "WEBVTT\n\n00:09.000 --> 00:02.000\na\n\n00:10.000 --> 00:11.000\nb\n", []string{"[0:09] a b"}},
		{"no cue", "WEBVTT\n\nNOTE nothing\n", nil},
		{"not subtitles", "one --> two\nthree\n", nil},
		{"empty", "", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := FromTranscript(tt.in)
			var got []string
			for _, b := range d.Blocks {
				got = append(got, b.Text)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			checkDocument(t, d)
		})
	}
}

// A long talk becomes paragraphs of some lines that end where sentences do, and pages like any document.
func TestTranscriptParagraphs(t *testing.T) {
	var b strings.Builder
	b.WriteString("WEBVTT\n\n")
	for i := range 600 {
		end := ","
		if i%5 == 4 {
			end = "."
		}
		fmt.Fprintf(&b, "%02d:%02d.000 --> %02d:%02d.900\nthis is what was said at second %d%s\n\n", i/60, i%60, i/60, i%60, i, end)
	}
	d := FromTranscript(b.String())
	if n := len(d.Blocks); n < 30 || n > 60 {
		t.Errorf("%d paragraphs", n)
	}
	for i, p := range d.Blocks {
		if !strings.HasSuffix(p.Text, ".") || !strings.HasPrefix(p.Text, "[") || len(p.Text) > paragraphMax+100 {
			t.Errorf("paragraph %d: %q", i, p.Text)
		}
	}
	if times := strings.Count(d.Text(d.Whole()), "["); times != len(d.Blocks) {
		t.Errorf("%d times in %d paragraphs", times, len(d.Blocks))
	}
	text, next, done := d.Page(d.Whole(), 300)
	if done || text == "" || next == (Pos{}) || Tokens(text) > 300 {
		t.Errorf("page of %d tokens, %+v, %v", Tokens(text), next, done)
	}
}

// hostileTranscripts cost what their length allows, not more.
var hostileTranscripts = map[string]string{
	"tags":      "WEBVTT\n\n00:01.000 --> 00:02.000\n" + strings.Repeat("<", 200_000),
	"open tags": "WEBVTT\n\n00:01.000 --> 00:02.000\n" + strings.Repeat("<a", 100_000) + ">",
	"braces":    "WEBVTT\n\n00:01.000 --> 00:02.000\n" + strings.Repeat("{", 200_000) + "}",
	"lines":     "WEBVTT\n\n00:01.000 --> 00:02.000\n" + strings.Repeat("a\n", 100_000),
	"cues":      strings.Repeat("00:01.000 --> 00:02.000\na\n\n", 150_000),
	"arrows":    strings.Repeat("-->", 100_000),
	"colons":    strings.Repeat(":", 100_000) + " --> " + strings.Repeat("1:", 100_000),
	"numbers":   "99999999999999999999:00:00 --> 1:1\nx",
	"ampersand": "0:00:01.000,0:00:02.000\n" + strings.Repeat("&", 200_000),
}

func TestHostileTranscripts(t *testing.T) {
	for name, in := range hostileTranscripts {
		d := FromTranscript(in)
		checkDocument(t, d)
		if n := len(d.Text(d.Whole())); n > 2*len(in)+1000 {
			t.Errorf("%s: %d bytes from %d", name, n, len(in))
		}
	}
}

func FuzzTranscript(f *testing.F) {
	f.Add("WEBVTT\n\n00:01.000 --> 00:02.000\n<v A>a &lt; b\n\n00:02.000 --> 00:03.000\na\nb")
	f.Add("1\n00:00:01,000 --> 00:00:02,000\n{\\an8}x\n")
	f.Add("0:00:01.000,0:00:02.000\nx")
	f.Fuzz(func(t *testing.T, s string) {
		d := FromTranscript(s)
		checkDocument(t, d)
		for _, b := range d.Blocks {
			if !utf8.ValidString(b.Text) || strings.Contains(b.Text, "\n") || Guard(b.Text) != b.Text {
				t.Fatalf("%q of %q", b.Text, s)
			}
			checkVisible(t, b.Text)
			if VisibleText(b.Text) != b.Text {
				t.Fatalf("%+q is not clean", b.Text)
			}
		}
	})
}
