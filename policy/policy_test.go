package policy

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestParseArchiveName(t *testing.T) {
	long := strings.Repeat("x", 64)
	for _, tt := range []struct{ name, in, want string }{
		{"as it is", "wikipedia_en_all", "wikipedia_en_all"},
		{"all characters", "a.b_c-9", "a.b_c-9"},
		{"suffix", "wikipedia_en_all.zim", "wikipedia_en_all"},
		{"suffix in upper case", "A.ZIM", "a"},
		{"first part of a split set", "a.zimaa", "a"},
		{"upper case", "Wikipedia_EN", "wikipedia_en"},
		{"white space", "  a\n", "a"},
		{"spaces for underscores", "wikipedia en all", "wikipedia_en_all"},
		{"quotes", `"a"`, "a"},
		{"URI", "zim://a/", "a"},
		{"longest", long, long},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got, err := ParseArchiveName(tt.in); err != nil || string(got) != tt.want {
				t.Errorf("got %q, %v, want %q", got, err, tt.want)
			}
		})
	}
}

func TestParseArchiveNameRefuses(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"empty", "", "archive is empty; allowed: " + nameForm},
		{"white space", "  ", "archive is empty; allowed: " + nameForm},
		{"suffix alone", ".zim", "archive is empty; allowed: " + nameForm},
		{"path", "/data/a.zim", "archive is not an archive name; allowed: " + nameForm},
		{"traversal", "../a", "archive is not an archive name; allowed: " + nameForm},
		{"dots", "..", "archive is not an archive name; allowed: " + nameForm},
		{"edition", "a@2026-02", "archive is not an archive name; allowed: " + nameForm},
		{"control", "a\x00", "archive is not an archive name; allowed: " + nameForm},
		{"not ASCII", "wikipédia", "archive is not an archive name; allowed: " + nameForm},
		{"Kelvin sign", "\u212a", "archive is not an archive name; allowed: " + nameForm},
		{"not UTF-8", "a\xff", "archive is not an archive name; allowed: " + nameForm},
		{"65 bytes", strings.Repeat("x", 65), "archive is too long, in bytes: limit 64, got 65"},
		{"a megabyte", strings.Repeat("(", 1<<20), "archive is too long, in bytes: limit 64, got 1048576"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := ParseArchiveName(tt.in)
			var refused *Error
			if !errors.As(err, &refused) || refused.Field != "archive" || err.Error() != tt.want {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}

func TestParseArchiveRef(t *testing.T) {
	for _, tt := range []struct{ in, name, edition string }{
		{"a", "a", ""},
		{"A.zim", "a", ""},
		{"a@2026-02", "a", "2026-02"},
		{"a.zim@2026-02-28", "a", "2026-02-28"},
		{"a@2026-02.zim", "a", "2026-02"},
	} {
		name, edition, err := ParseArchiveRef(tt.in)
		if err != nil || string(name) != tt.name || edition != tt.edition {
			t.Errorf("%s: got %q, %q, %v", tt.in, name, edition, err)
		}
	}
	for _, in := range []string{"a@", "a@2026", "a@2026-13", "a@2026-00", "a@2026-02-32", "a@2026-02-00", "a@2026_02", "a@latest", "@2026-02", "a@2026-02@2026-02"} {
		if name, edition, err := ParseArchiveRef(in); err == nil {
			t.Errorf("%s: got %q, %q, want an error", in, name, edition)
		}
	}
}

func TestMakeArchiveName(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"wikipedia_en_all", "wikipedia_en_all"},
		{"Wikipedia EN (all)", "wikipedia_en_all"},
		{"a__b", "a_b"},
		{"a - b", "a_-_b"},
		{"__a__", "a"},
		{"ブリタニカ", ""},
		{"..", ""},
		{"", ""},
		{"a.zim", "a"},
		{"a.zim.zim", "a"},
		{"x" + strings.Repeat("y", 99), "x" + strings.Repeat("y", 63)},
		{strings.Repeat("x", 63) + " y", strings.Repeat("x", 63) + "y"},
		{strings.Repeat("x", 60) + ".zimbabwe", strings.Repeat("x", 60)},
		{"tonedear.com_en", "tonedear.com_en"},
	} {
		got := MakeArchiveName(tt.in)
		if string(got) != tt.want {
			t.Errorf("MakeArchiveName(%q) = %q, want %q", tt.in, got, tt.want)
		}
		if again, err := ParseArchiveName(string(got)); got != "" && (err != nil || again != got) {
			t.Errorf("%q parses to %q, %v", got, again, err)
		}
	}
}

func TestParseQuery(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"plain", "who was Ray Charles?", "who was Ray Charles?"},
		{"case and signs stay", `C++ AC/DC .NET "exact" -not`, `C++ AC/DC .NET "exact" -not`},
		{"white space folded", "  a \t\n b\u00a0c\u3000d ", "a b c d"},
		{"controls become spaces", "a\x01b\x7fc\u0085d", "a b c d"},
		{"bidi controls go", "a\u202eb\u2066c\u200fd", "abcd"},
		{"tags go", "a\U000e0041b", "ab"},
		{"zero-width space and soft hyphen go", "a\u200bb\u00adc\ufeffd", "abcd"},
		{"joiners stay", "می\u200cخواهم क\u200dष", "می\u200cخواهم क\u200dष"},
		{"Arabic number sign stays", "\u06001", "\u06001"},
		{"composed", "Zu\u0308rich", "Zürich"},
		{"markup is a subject", "<script> javascript: data:", "<script> javascript: data:"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got, err := ParseQuery(tt.in, Limits{}); err != nil || got != tt.want {
				t.Errorf("got %q, %v, want %q", got, err, tt.want)
			}
		})
	}
	if got, err := ParseQuery(" a\u202e\x01b ", Limits{Verbatim: true}); err != nil || got != "a\u202e\x01b" {
		t.Errorf("verbatim: got %q, %v", got, err)
	}
}

func TestParseQueryRefuses(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"empty", "", "query is empty; allowed: a question or keywords"},
		{"white space", " \u3000", "query is empty; allowed: a question or keywords"},
		{"nothing visible", "\u202e\u200b", "query is empty; allowed: a question or keywords"},
		{"NUL", "a\x00", "query holds a NUL character; allowed: text without NUL"},
		{"not UTF-8", "a\xc3", "query is not valid UTF-8; allowed: UTF-8 text"},
		{"one too many", strings.Repeat("x", 1001), "query is too long, in characters: limit 1000, got 1001"},
		{"a megabyte", strings.Repeat("x", 1<<20), "query is too long, in bytes: limit 80000, got 1048576"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := ParseQuery(tt.in, Limits{})
			var refused *Error
			if !errors.As(err, &refused) || err.Error() != tt.want {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}

func TestQueryLimitCountsCodePoints(t *testing.T) {
	for _, r := range []string{"x", "中", "🙂", "e\u0301"} {
		n := 1000 / utf8.RuneCountInString(r)
		if _, err := ParseQuery(" "+strings.Repeat(r, n)+" ", Limits{}); err != nil {
			t.Errorf("1000 code points of %q: %v", r, err)
		}
		if _, err := ParseQuery(strings.Repeat(r, n)+"xx", Limits{}); err == nil {
			t.Errorf("more than 1000 code points of %q passed", r)
		}
	}
	if _, err := ParseQuery(strings.Repeat("🙂", MaxQueryRunes), Limits{QueryRunes: MaxQueryRunes}); err != nil {
		t.Error(err)
	}
}

func TestParseText(t *testing.T) {
	if got, err := ParseText("filter", "  ", Limits{}); got != "" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
	if got, err := ParseText("filter", " french  books ", Limits{}); got != "french books" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
	if _, err := ParseText("filter", "\xff", Limits{}); err == nil || err.Error() != "filter is not valid UTF-8; allowed: UTF-8 text" {
		t.Error(err)
	}
}

func TestCleanText(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"", ""},
		{" Ray\tCh.\x00\n", "Ray Ch."},
		{"a\xffb", "a\ufffdb"},
		{"a\u202eb\u200b", "ab"},
		{"1234567890", "1234567890"},
		{"12345678901", "123456789…"},
		{"中文中文中文中文中文中文", "中文中文中文中文中…"},
		{strings.Repeat(" ", 1<<20) + "x", ""},
	} {
		if got := CleanText(tt.in, 10); got != tt.want {
			t.Errorf("CleanText(%.20q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func FuzzParseQuery(f *testing.F) {
	for _, s := range []string{"ray charles", "a\u202eb", "e\u0301", "\xff", " \x00", "\u06dd1", "\u200c"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := ParseQuery(s, Limits{})
		if err != nil {
			return
		}
		if got == "" || !utf8.ValidString(got) || strings.TrimSpace(got) != got || utf8.RuneCountInString(got) > 4*DefaultQueryRunes {
			t.Fatalf("ParseQuery(%q) = %q", s, got)
		}
		for _, r := range got {
			if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
				t.Fatalf("ParseQuery(%q) keeps %U", s, r)
			}
		}
		if again, err := ParseQuery(got, Limits{QueryRunes: MaxQueryRunes}); err != nil || again != got {
			t.Fatalf("%q parses again to %q, %v", got, again, err)
		}
	})
}

func TestParseLimit(t *testing.T) {
	for _, tt := range []struct {
		n, want int
		err     string
	}{
		{0, 5, ""},
		{1, 1, ""},
		{100, 100, ""},
		{101, 0, "limit is out of range: limit 100, got 101; allowed: 1 to 100"},
		{-1, 0, "limit is out of range: limit 1, got -1; allowed: 1 to 100"},
	} {
		got, err := ParseLimit("limit", tt.n, 5, 100)
		if got != tt.want || fmt.Sprint(err) != tt.err && (err != nil || tt.err != "") {
			t.Errorf("%d: got %d, %v", tt.n, got, err)
		}
	}
}

func TestParseChoice(t *testing.T) {
	views := []string{"text", "outline", "html", "raw"}
	for in, want := range map[string]string{"": "text", "HTML": "html", " raw ": "raw"} {
		if got, err := ParseChoice("view", in, views...); err != nil || got != want {
			t.Errorf("%q: got %q, %v", in, got, err)
		}
	}
	_, err := ParseChoice("view", "htm", views...)
	if want := "view is not a known value; allowed: text, outline, html, raw; did you mean html?"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestLimits(t *testing.T) {
	want := Limits{QueryRunes: 1000, PathBytes: 4096, Results: 100, ReplyBytes: 100_000, Tokens: 8000}
	if got := (Limits{}).WithDefaults(); got != want {
		t.Error(cmp.Diff(got, want))
	}
	if got := (Limits{Results: 7}).WithDefaults().Results; got != 7 {
		t.Errorf("a set field became %d", got)
	}
	if err := (Limits{}).Validate(); err != nil {
		t.Error(err)
	}
	for _, l := range []Limits{{QueryRunes: 10_001}, {PathBytes: -1}, {Results: 101}, {ReplyBytes: 999}, {Tokens: 8001}} {
		if l.Validate() == nil {
			t.Errorf("%+v passed", l)
		}
	}
}

func TestNearest(t *testing.T) {
	have := []string{"wikipedia_en_all", "wikipedia_fr_all", "wiktionary_en_all", "devdocs_en_go", "gutenberg"}
	for _, tt := range []struct {
		in   string
		want []string
	}{
		{"wikipedia_en_al", []string{"wikipedia_en_all", "wikipedia_fr_all"}},
		{"Wikipedia-EN-all", []string{"wikipedia_en_all", "wikipedia_fr_all"}},
		{"gutenbegr", []string{"gutenberg"}},
		{"wikipedia", []string{"wikipedia_en_all", "wikipedia_fr_all"}},
		{"devdocs", []string{"devdocs_en_go"}},
		{"_go", []string{"devdocs_en_go"}},
		{"zzzzzz", []string{}},
		{"", []string{}},
	} {
		if got := Nearest(tt.in, have, 3); !cmp.Equal(got, tt.want) {
			t.Errorf("%q: got %q, want %q", tt.in, got, tt.want)
		}
	}
	if got := Nearest("x", have, 0); got != nil {
		t.Errorf("got %q, want none", got)
	}
}

func TestNearestIsBounded(t *testing.T) {
	have := make([]string, 100_000)
	for i := range have {
		have[i] = strings.Repeat("ab", 5000)
	}
	start := time.Now()
	Nearest(strings.Repeat("ba", 1<<20), have, 3)
	if took := time.Since(start); took > time.Minute {
		t.Errorf("took %v", took)
	}
}

func TestEditDistance(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want int
	}{
		{"abc", "abc", 0}, {"abc", "acb", 1}, {"abc", "ab", 1}, {"abc", "axc", 1}, {"", "ab", 2}, {"kitten", "sitting", 3}, {"abcdefgh", "zyxwvuts", 5},
	} {
		if got := editDistance([]rune(tt.a), []rune(tt.b), 4); got != tt.want {
			t.Errorf("%s, %s: got %d, want %d", tt.a, tt.b, got, tt.want)
		}
		if got := editDistance([]rune(tt.b), []rune(tt.a), 4); got != tt.want {
			t.Errorf("%s, %s: got %d, want %d", tt.b, tt.a, got, tt.want)
		}
	}
}
