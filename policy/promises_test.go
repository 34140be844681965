package policy

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// hostile are inputs that no rule was written for.
var hostile = []string{
	"", " ", "\x00", "\xff", "\u202e", "\u200b", "/", "//", "~", "~M/", "~M", "#", "#~", "?v=", "@", "a@", "@2026-02", "zim://", "zim:///", "zim://a",
	"..", "../..", "../../etc/passwd", "/etc/passwd", "C:\\x", "%", "%2", "%2e%2e/", "a/%", "a/%00", "a/\x00", "a/#~", "a/#~0", "a/#x~99999999999999999999",
	"<a/b>", "<<a/b>>", "\"a/b", "(a/b)", "a/?v=zzzzzzzz", "a/x?v=00000000?v=00000000", "a@2026-13/x", "a@2026-02-31/x", "http://", "https://h/", "file:///etc/passwd",
	"𝔞/b", "ａ/b", "A/b", "a/b\n", "\ufeffa/b", "a/\u202eb", strings.Repeat("a", 65) + "/x", strings.Repeat("(", 10_000), "a/" + strings.Repeat("%25", 30_000),
}

// checkError fails unless err is nil or an *Error that keeps the promises of its type.
func checkError(t *testing.T, what, in string, err error) {
	t.Helper()
	if err == nil {
		return
	}
	var e *Error
	if !errors.As(err, &e) {
		t.Errorf("%s(%.40q): %T is no *Error", what, in, err)
		return
	}
	text := e.Error()
	if e.Field == "" || e.Reason == "" || !strings.HasPrefix(text, e.Field+" "+e.Reason) {
		t.Errorf("%s(%.40q): %q names no field and reason", what, in, text)
	}
	if len(text) > 1000 || !utf8.ValidString(text) || strings.ContainsAny(text, "\x00\n\u202e") {
		t.Errorf("%s(%.40q): the text %.200q is not fit for clients", what, in, text)
	}
	if len(in) > 8 && strings.Contains(text, in) {
		t.Errorf("%s(%.40q): the text %q repeats what was sent", what, in, text)
	}
}

// Whatever is sent, every parser gives a legal value or an Error that is fit for clients.
func TestHostileInput(t *testing.T) {
	for _, in := range hostile {
		name, err := ParseArchiveName(in)
		checkError(t, "ParseArchiveName", in, err)
		if err == nil && !isName(string(name)) {
			t.Errorf("ParseArchiveName(%q) gives %q, which is no name", in, name)
		}
		name, edition, err := ParseArchiveRef(in)
		checkError(t, "ParseArchiveRef", in, err)
		if err == nil && (!isName(string(name)) || edition != "" && !isEdition(edition)) {
			t.Errorf("ParseArchiveRef(%q) gives %q, %q", in, name, edition)
		}
		id, err := ParseID(in)
		checkError(t, "ParseID", in, err)
		if err == nil && (id.Archive != "" && !isName(string(id.Archive)) || id.Archive == "" && id.Title == "" || strings.Contains(id.Path, "\x00")) {
			t.Errorf("ParseID(%.40q) gives %+v", in, id)
		}
		query, err := ParseQuery(in, Limits{})
		checkError(t, "ParseQuery", in, err)
		if err == nil && (query == "" || query != strings.TrimSpace(query) || !utf8.ValidString(query)) {
			t.Errorf("ParseQuery(%.40q) gives %q", in, query)
		}
		_, err = ParseChoice("view", in, "text", "html")
		checkError(t, "ParseChoice", in, err)
		if made := MakeArchiveName(in); made != "" && !isName(string(made)) {
			t.Errorf("MakeArchiveName(%.40q) gives %q", in, made)
		}
	}
}

// A name that was parsed, or made, parses to itself: it may go round as often as it likes.
func TestNamesAreSettled(t *testing.T) {
	for _, in := range append(slices.Clone(hostile), "Wikipedia EN all.ZIM", "x.zim.zim", strings.Repeat("a.zim", 20), "__a__", "a b  c", "...x", "Ω", strings.Repeat("ab-", 40)) {
		for _, name := range []ArchiveName{MakeArchiveName(in), first(ParseArchiveName(in))} {
			if name == "" {
				continue
			}
			if again, err := ParseArchiveName(string(name)); err != nil || again != name {
				t.Errorf("%.40q: %q parses to %q, %v", in, name, again, err)
			}
			if again := MakeArchiveName(string(name)); again != MakeArchiveName(string(again)) {
				t.Errorf("%.40q: %q is made into %q, and that into another", in, name, again)
			}
		}
	}
}

func first[T any](v T, _ error) T { return v }

// A query that was parsed parses to itself, so that a cursor may carry it.
func TestQueriesAreSettled(t *testing.T) {
	for _, in := range []string{"a  b", " a\tb\n", "e\u0301", "a\u00adb", "\u202ea\u202c", "ह\u094d\u200dन", "<script>", "a\u0000", "Å", "\u1100\u1161"} {
		once, err := ParseQuery(in, Limits{})
		if err != nil {
			continue
		}
		if twice, err := ParseQuery(once, Limits{}); err != nil || twice != once {
			t.Errorf("%q gives %q, and that %q, %v", in, once, twice, err)
		}
	}
}

// Every error of a number names the end of the range that was passed, and what was sent.
func TestRangesNameTheirEnds(t *testing.T) {
	for _, c := range []struct {
		n, min, max int
		want        string
	}{
		{-1, 1, 100, "limit is out of range: limit 1, got -1; allowed: 1 to 100"},
		{101, 1, 100, "limit is out of range: limit 100, got 101; allowed: 1 to 100"},
		{99, 100, 8000, "limit is out of range: limit 100, got 99; allowed: 100 to 8000"},
		{math.MaxInt, 1, 8, fmt.Sprintf("limit is out of range: limit 8, got %d; allowed: 1 to 8", math.MaxInt)},
	} {
		if _, err := ParseRange("limit", c.n, c.min, c.min, c.max); err == nil || err.Error() != c.want {
			t.Errorf("%d: got %v, want %s", c.n, err, c.want)
		}
	}
	for _, n := range []int{0, 1, 50, 100} {
		if got, err := ParseLimit("limit", n, 20, 100); err != nil || got != n && n != 0 || n == 0 && got != 20 {
			t.Errorf("%d: got %d, %v", n, got, err)
		}
	}
}

// Each field of Limits is held to its own range, and zero in it is its own default.
func TestEveryLimitHasItsRange(t *testing.T) {
	var l Limits
	for i, f := range l.fields() {
		for _, c := range []struct {
			v  int
			ok bool
		}{{0, true}, {f.min, true}, {f.max, true}, {f.def, true}, {f.min - 1, f.min == 1}, {f.max + 1, false}, {-1, false}} {
			var one Limits
			*one.fields()[i].value = c.v
			err := one.Validate()
			if (err == nil) != c.ok {
				t.Errorf("%s = %d: %v", f.name, c.v, err)
			}
			if err != nil && !strings.HasPrefix(err.Error(), f.name+" ") {
				t.Errorf("%s = %d: %v names another field", f.name, c.v, err)
			}
		}
		whole := l.WithDefaults()
		if got := *whole.fields()[i].value; got != f.def {
			t.Errorf("%s: default %d, want %d", f.name, got, f.def)
		}
	}
}

// The sentence of an Error has its parts in one order, and leaves out those that are not there.
func TestErrorSentence(t *testing.T) {
	for want, e := range map[string]Error{
		"id is empty":                                           {Field: "id", Reason: "is empty"},
		"query is too long: limit 5, got 9":                     {Field: "query", Reason: "is too long", Limit: 5, Got: 9},
		"view is not known; allowed: text, html":                {Field: "view", Reason: "is not known", Allowed: []string{"text", "html"}},
		"view is not known; did you mean text?":                 {Field: "view", Reason: "is not known", DidYouMean: []string{"text"}},
		"a b: limit 1, got 2; allowed: c; did you mean d or e?": {Field: "a", Reason: "b", Limit: 1, Got: 2, Allowed: []string{"c"}, DidYouMean: []string{"d", "e"}},
	} {
		if got := e.Error(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// What is suggested is one of the names, at most as many as asked for, each once, and the same every time.
func TestNearestKeepsToTheList(t *testing.T) {
	have := []string{"wikipedia_en_all", "wikipedia_de_all", "wiktionary_en", "wikipedia_en_all", "", "stack.exchange"}
	for _, s := range []string{"wikipedia-en-all", "wikpedia_en", "stackexchange", "", "\xff", strings.Repeat("w", 1000), "WIKIPEDIA DE ALL"} {
		for n := -1; n < 8; n++ {
			got := Nearest(s, have, n)
			if len(got) > max(n, 0) {
				t.Errorf("Nearest(%.20q, %d): %d names", s, n, len(got))
			}
			for _, g := range got {
				if !slices.Contains(have, g) {
					t.Errorf("Nearest(%.20q): %q is not in the list", s, g)
				}
			}
			if again := Nearest(s, have, n); !slices.Equal(got, again) {
				t.Errorf("Nearest(%.20q): %v, then %v", s, got, again)
			}
		}
	}
	if got := Nearest("WIKIPEDIA DE ALL", have, 1); !slices.Equal(got, []string{"wikipedia_de_all"}) {
		t.Errorf("got %v", got)
	}
}
