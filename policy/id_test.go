package policy

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestParseID(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		want     ID
	}{
		{"as printed", "wikipedia_en_all/Ray_Charles#Death", ID{Archive: "wikipedia_en_all", Path: "Ray_Charles", Anchor: "Death", Raw: "Ray_Charles#Death"}},
		{"path alone", "a/b", ID{Archive: "a", Path: "b"}},
		{"edition by month", "a@2026-02/b", ID{Archive: "a", Edition: "2026-02", Path: "b"}},
		{"edition by day", "a@2026-02-14/b", ID{Archive: "a", Edition: "2026-02-14", Path: "b"}},
		{"version", "a/b?v=0123ABcd", ID{Archive: "a", Path: "b", UUID8: "0123abcd", Raw: "b?v=0123ABcd"}},
		{"version and anchor", "a/b?v=0123abcd#S", ID{Archive: "a", Path: "b", UUID8: "0123abcd", Anchor: "S", Raw: "b?v=0123abcd#S"}},
		{"version not of hex digits", "a/watch?v=dQw4w9Wg", ID{Archive: "a", Path: "watch?v=dQw4w9Wg"}},
		{"version of nine digits", "a/b?v=012345678", ID{Archive: "a", Path: "b?v=012345678"}},
		{"question mark in path", "a/b?x=1&y", ID{Archive: "a", Path: "b?x=1&y"}},
		{"block", "a/b#S~3", ID{Archive: "a", Path: "b", Anchor: "S", Block: 3, Raw: "b#S~3"}},
		{"block of the lead", "a/b#~12", ID{Archive: "a", Path: "b", Block: 12, Raw: "b#~12"}},
		{"tilde in anchor", "a/b#S%7E3", ID{Archive: "a", Path: "b", Anchor: "S~3", Raw: "b#S%7E3"}},
		{"hash in anchor", "a/b#C#", ID{Archive: "a", Path: "b", Anchor: "C#", Raw: "b#C#"}},
		{"empty anchor", "a/b#", ID{Archive: "a", Path: "b", Raw: "b#"}},
		{"other namespace", "a/~M/Title", ID{Archive: "a", Namespace: 'M', Path: "Title", Raw: "~M/Title"}},
		{"namespace minus", "a/~-/favicon", ID{Archive: "a", Namespace: '-', Path: "favicon", Raw: "~-/favicon"}},
		{"namespace as escape", "a/~%01/x", ID{Archive: "a", Namespace: 1, Path: "x", Raw: "~%01/x"}},
		{"tilde that names no namespace", "a/~user/x", ID{Archive: "a", Path: "~user/x"}},
		{"tilde escaped", "a/%7EM/Title", ID{Archive: "a", Path: "~M/Title", Raw: "%7EM/Title"}},
		{"empty path of content", "a/~C/", ID{Archive: "a", Namespace: 'C', Raw: "~C/"}},
		{"main page", "a/", ID{Archive: "a", Main: true}},
		{"section of the main page", "a/#News", ID{Archive: "a", Main: true, Anchor: "News", Raw: "#News"}},
		{"main page, pinned", "a/?v=01234567", ID{Archive: "a", Main: true, UUID8: "01234567", Raw: "?v=01234567"}},
		{"decoded once", "a/100%2525", ID{Archive: "a", Path: "100%25", Raw: "100%2525"}},
		{"percent that is none", "a/100%", ID{Archive: "a", Path: "100%"}},
		{"percent and one digit", "a/%4/%zz", ID{Archive: "a", Path: "%4/%zz"}},
		{"escaped slash", "a/b%2Fc", ID{Archive: "a", Path: "b/c", Raw: "b%2Fc"}},
		{"byte that is not UTF-8", "a/%FF", ID{Archive: "a", Path: "\xff", Raw: "%FF"}},
		{"raw non-ASCII", "a/Zürich", ID{Archive: "a", Path: "Zürich"}},
		{"raw space", "a/Ray Charles", ID{Archive: "a", Path: "Ray Charles"}},
		{"double slash", "a//b//c/", ID{Archive: "a", Path: "/b//c/"}},
		{"dots", "a/../../etc/passwd", ID{Archive: "a", Path: "../../etc/passwd"}},
		{"dot", "a/.", ID{Archive: "a", Path: "."}},
		{"backslashes", `a/C:\Windows`, ID{Archive: "a", Path: `C:\Windows`}},
		{"address as path", "a/example.com/x//y?q=1", ID{Archive: "a", Path: "example.com/x//y?q=1"}},
		{"suffix", "A_b.zim/c", ID{Archive: "a_b", Path: "c"}},
		{"suffix behind an edition", "a@2026-02.zim/c", ID{Archive: "a", Edition: "2026-02", Path: "c"}},
		{"upper case", "Wikipedia_EN_All/B", ID{Archive: "wikipedia_en_all", Path: "B"}},
		{"parentheses", " (a/Mercury_(planet)) ", ID{Archive: "a", Path: "Mercury_(planet)"}},
		{"closing parenthesis of the path", "a/Mercury_(planet)", ID{Archive: "a", Path: "Mercury_(planet)"}},
		{"angle brackets and quotes", `<"a/b">`, ID{Archive: "a", Path: "b"}},
		{"title like an id", "AC/DC", ID{Archive: "ac", Path: "DC"}},
		{"last rune is a wide space", "a/b\u3000", ID{Archive: "a", Path: "b\u3000"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.want.Title = strings.TrimSpace(tt.in)
			if got, err := ParseID(tt.in); err != nil || got != tt.want {
				t.Error(err, cmp.Diff(got, tt.want))
			}
		})
	}
}

func TestParseIDAsURI(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want ID
	}{
		{"zim://a/b", ID{Archive: "a", Path: "b"}},
		{"ZIM://A/b", ID{Archive: "a", Path: "b"}},
		{"<zim://a/Z%C3%BCrich#L%C3%A4nge>", ID{Archive: "a", Path: "Zürich", Anchor: "Länge", Raw: "Z%C3%BCrich#L%C3%A4nge"}},
		{"zim://a/Zürich", ID{Archive: "a", Path: "Zürich"}},
		{"zim://a@2026-02/~M/Title", ID{Archive: "a", Edition: "2026-02", Namespace: 'M', Path: "Title", Raw: "~M/Title"}},
		{"zim://a%402026-02/b", ID{Archive: "a", Edition: "2026-02", Path: "b"}},
		{"zim://a", ID{Archive: "a", Main: true}},
		{"zim://a/", ID{Archive: "a", Main: true}},
		{"zim://a#News", ID{Archive: "a", Main: true, Anchor: "News", Raw: "#News"}},
		{"zim://a?v=01234567", ID{Archive: "a", Main: true, UUID8: "01234567", Raw: "?v=01234567"}},
	} {
		if got, err := ParseID(tt.in); err != nil || got != tt.want {
			t.Error(tt.in, err, cmp.Diff(got, tt.want))
		}
	}
}

func TestParseIDAsTitle(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want ID
	}{
		{"Ray Charles", ID{Title: "Ray Charles"}},
		{"Ray_Charles", ID{Archive: "ray_charles", Main: true, Title: "Ray_Charles"}}, // a legal name once folded
		{"Input and/or output", ID{Title: "Input and/or output"}},
		{"paris", ID{Archive: "paris", Main: true, Title: "paris"}},
		{"wikipedia_en_all@2026-02", ID{Archive: "wikipedia_en_all", Edition: "2026-02", Main: true, Title: "wikipedia_en_all@2026-02"}},
		{" Zürich ", ID{Title: "Zürich"}},
		{"C#", ID{Title: "C#"}},
		{"What is love?", ID{Title: "What is love?"}},
		{"Über/Unter", ID{Title: "Über/Unter"}},
		{"../../etc/passwd", ID{Title: "../../etc/passwd"}},
		{"/etc/passwd", ID{Title: "/etc/passwd"}},
		{"https://en.wikipedia.org/wiki/X", ID{Title: "https://en.wikipedia.org/wiki/X"}},
		{"me@midnight/x", ID{Title: "me@midnight/x"}},
		{"“Heroes”", ID{Archive: "heroes", Main: true, Title: "“Heroes”"}},
	} {
		if got, err := ParseID(tt.in); err != nil || got != tt.want {
			t.Error(tt.in, err, cmp.Diff(got, tt.want))
		}
	}
}

func TestParseIDRefuses(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"empty", "", "id is empty; allowed: archive/path, archive/path#section, zim://archive/path, a title"},
		{"white space", " \t\n", "id is empty; allowed: archive/path, archive/path#section, zim://archive/path, a title"},
		{"not UTF-8", "a/\xff", "id is not valid UTF-8; allowed: UTF-8 text"},
		{"NUL", "a/\x00", "id holds a NUL character; allowed: text without NUL"},
		{"escaped NUL", "a/%00", "id holds a NUL character; allowed: text without NUL"},
		{"escaped NUL in the anchor", "a/b#%00", "id holds a NUL character; allowed: text without NUL"},
		{"URI without archive", "zim:///b", "id does not begin with an archive name; allowed: archive/path, archive/path#section, zim://archive/path, a title"},
		{"URI with a bad edition", "zim://a@new/b", "id does not begin with an archive name; allowed: archive/path, archive/path#section, zim://archive/path, a title"},
		{"long path", "a/" + strings.Repeat("x", 4097), "id is too long, in bytes of the path: limit 4096, got 4097"},
		{"long title", strings.Repeat("ü", 2049), "id is too long, in bytes of the path: limit 4096, got 4098"},
		{"long text", strings.Repeat("x", 20_000), "id is too long, in bytes: limit 13312, got 20000"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := ParseID(tt.in)
			var refused *Error
			if !errors.As(err, &refused) || err.Error() != tt.want {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}

func TestParseIDPathLimit(t *testing.T) {
	escaped := "a/" + strings.Repeat("%20", 4096)
	if id, err := ParseID(escaped); err != nil || len(id.Path) != 4096 {
		t.Error(len(id.Path), err)
	}
	if _, err := (Limits{PathBytes: 5}).ParseID("a/123456"); err == nil {
		t.Error("6 bytes passed a limit of 5")
	}
}

func TestFormatID(t *testing.T) {
	for _, tt := range []struct {
		ns               byte
		path, anchor, id string
		uri              string
	}{
		{'C', "Ray_Charles", "Death", "a/Ray_Charles#Death", "zim://a/Ray_Charles#Death"},
		{'A', "Ray_Charles", "", "a/Ray_Charles", "zim://a/Ray_Charles"},
		{0, "", "", "a/", "zim://a/"},
		{'C', "", "", "a/~C/", "zim://a/~C/"},
		{'A', "", "", "a/~C/", "zim://a/~C/"},
		{'M', "Title", "", "a/~M/Title", "zim://a/~M/Title"},
		{'-', "favicon", "", "a/~-/favicon", "zim://a/~-/favicon"},
		{1, "x", "", "a/~%01/x", "zim://a/~%01/x"},
		{'C', "~M/Title", "", "a/%7EM/Title", "zim://a/%7EM/Title"},
		{'C', "~1/x", "", "a/~1/x", "zim://a/~1/x"},
		{'C', "~\xff/x", "", "a/%7E%FF/x", "zim://a/%7E%FF/x"},
		{'C', "50% #1? a", "", "a/50%25%20%231%3F%20a", "zim://a/50%25%20%231%3F%20a"},
		{'C', "Zürich", "Länge ~5", "a/Zürich#Länge%20%7E5", "zim://a/Z%C3%BCrich#L%C3%A4nge%20%7E5"},
		{'C', "a\tb\u0085", "", "a/a%09b%C2%85", "zim://a/a%09b%C2%85"},
		{'C', `a"<>\^` + "`{|}", "", `a/a"<>\^` + "`{|}", "zim://a/a%22%3C%3E%5C%5E%60%7B%7C%7D"},
		{'C', "../..//x/", "", "a/../..//x/", "zim://a/../..//x/"},
		{'C', "b", "C#?", "a/b#C#?", "zim://a/b#C#?"},
	} {
		if got := FormatID("a", tt.ns, tt.path, tt.anchor); got != tt.id {
			t.Errorf("FormatID(%q, %q) = %s, want %s", tt.path, tt.anchor, got, tt.id)
		}
		if got := FormatURI("a", tt.ns, tt.path, tt.anchor); got != tt.uri {
			t.Errorf("FormatURI(%q, %q) = %s, want %s", tt.path, tt.anchor, got, tt.uri)
		}
	}
}

func TestIDStringKeepsEverything(t *testing.T) {
	id := ID{Archive: "a", Edition: "2026-02", UUID8: "0123abcd", Namespace: 'M', Path: "x y", Anchor: "b~1", Block: 7}
	const want = "a@2026-02/~M/x%20y?v=0123abcd#b%7E1~7"
	if got := id.String(); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := (ID{Title: "C#"}); got.String() != "C#" || got.URI() != "" {
		t.Errorf("a title prints as %q and %q", got.String(), got.URI())
	}
}

func TestTitles(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want []string
	}{
		{"Ray Charles", []string{"Ray Charles"}},
		{`"Ray Charles"`, []string{`"Ray Charles"`, "Ray Charles"}},
		{"“Heroes”", []string{"“Heroes”", "Heroes"}},
	} {
		if got := (ID{Title: tt.in}).Titles(); !cmp.Equal(got, tt.want) {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
	if got := (ID{}).Titles(); got != nil {
		t.Errorf("got %q, want none", got)
	}
}

// checkRoundTrip reports when an entry's printed forms do not lead back to it.
func checkRoundTrip(t *testing.T, ns byte, path, anchor string) {
	t.Helper()
	want := contentID("a.b_c-1", ns, path, anchor)
	for _, text := range []string{FormatID("a.b_c-1", ns, path, anchor), FormatURI("a.b_c-1", ns, path, anchor), "(" + FormatID("a.b_c-1", ns, path, anchor) + ")\n"} {
		got, err := ParseID(text)
		if err != nil {
			t.Fatalf("ParseID(%q): %v", text, err)
		}
		got.Raw, got.Title = "", ""
		if got != want {
			t.Fatalf("%q: %s", text, cmp.Diff(got, want))
		}
		if strings.ContainsAny(strings.TrimSpace(text), " \n\t") || !utf8.ValidString(text) {
			t.Fatalf("%q is not one word of text", text)
		}
	}
	for _, c := range []byte(FormatURI("a.b_c-1", ns, path, anchor)) {
		if c <= ' ' || c >= 0x7f {
			t.Fatalf("URI of %q holds byte %#x", path, c)
		}
	}
}

func TestRoundTrip(t *testing.T) {
	pieces := []string{"~", "/", "C", "M", "-", "%", "#", "?", "v=", "01234567", " ", ".", "..", "\\", "(", ")", "<", ">", `"`,
		"'", "\t", "\n", "\x7f", "\u0085", "\u00a0", "\u2028", "\u202e", "ü", "中", "🙂", "\xff", "\xc3", "5", "@", "%41", "?v=0123abcd", "zim://", ".zim", "&", "+"}
	r := rand.New(rand.NewPCG(1, 2))
	piece := func(n int) string {
		var b strings.Builder
		for range r.IntN(n) {
			b.WriteString(pieces[r.IntN(len(pieces))])
		}
		return b.String()
	}
	for range 50_000 {
		ns := byte(r.IntN(256))
		if r.IntN(2) == 0 {
			ns = 'C'
		}
		checkRoundTrip(t, ns, piece(8), piece(5))
	}
	for c := 1; c < 256; c++ { // every byte, alone and behind what gives it a meaning
		s := string([]byte{byte(c)})
		for _, path := range []string{s, "~" + s + "/", "~" + s, s + "/x", "x" + s, "%" + s, "?v=0123456" + s} {
			checkRoundTrip(t, 'C', path, s)
		}
	}
}

func FuzzUserPath(f *testing.F) {
	f.Add(byte('C'), "Ray_Charles", "Death")
	f.Add(byte('M'), "Title", "")
	f.Add(byte('C'), "~M/x?v=0123abcd", "a~1")
	f.Add(byte(0xff), "../..//\xff%41", "#")
	f.Fuzz(func(t *testing.T, ns byte, path, anchor string) {
		if strings.Contains(path+anchor, "\x00") || len(path) > DefaultPathBytes || len(anchor) > 300 {
			t.Skip()
		}
		if ns == 0 && path == "" && anchor == "" {
			t.Skip()
		}
		checkRoundTrip(t, ns, path, anchor)
	})
}

// Whatever a client sends is refused or becomes an ID whose printed form means the same.
func FuzzParseID(f *testing.F) {
	for _, s := range []string{"a/b", "zim://a@2026-02/~M/T?v=0123abcd#x~3", "(a/b)", "Ray Charles", "a/%00", "a/%7E%/", "zim://", "AC/DC", "a/#~1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		id, err := ParseID(s)
		if err != nil {
			var refused *Error
			if !errors.As(err, &refused) || refused.Field != "id" || len(err.Error()) > 300 {
				t.Fatalf("error is %#v", err)
			}
			return
		}
		if id.Archive == "" {
			if id.Title == "" || id.URI() != "" {
				t.Fatalf("%q means nothing: %#v", s, id)
			}
			return
		}
		for _, text := range []string{id.String(), id.URI()} {
			again, err := ParseID(text)
			if err != nil {
				t.Fatalf("%q of %q: %v", text, s, err)
			}
			again.Raw, again.Title = id.Raw, id.Title
			if again != id {
				t.Fatalf("%q of %q: %s", text, s, cmp.Diff(again, id))
			}
		}
	})
}
