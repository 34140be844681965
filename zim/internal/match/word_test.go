package match

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// terms returns the terms of a text's words, with n-grams in square brackets.
func terms(text string, ngrams bool) string {
	var all []string
	for w := range Words(text, ngrams) {
		if !w.Unbroken {
			all = append(all, w.Term)
			continue
		}
		var grams []string
		for g := range Grams(w.Term) {
			grams = append(grams, g.Term)
		}
		all = append(all, "["+strings.Join(grams, " ")+"]")
	}
	return strings.Join(all, " ")
}

func TestWords(t *testing.T) {
	for _, c := range []struct{ name, text, want, ngrams string }{ // ngrams if other than want
		{"nothing", "", "", ""},
		{"punctuation only", "-- ... !?", "", ""},
		{"plain", "running cats", "running cats", ""},
		{"capitals", "Running CATS", "running cats", ""},
		{"underscore", "a_b __c", "a_b __c", ""},
		{"joints separate", "foo-bar/baz a.b", "foo bar baz a b", ""},
		{"initials", "U.S.A. of C.D and A.B", "usa of cd and ab", ""},
		{"initials with a word behind", "U.S.Army A.B.1", "u s army a b 1", ""},
		{"initials in lower case", "u.s.a.", "u s a", ""},
		{"one capital", "A. B", "a b", ""},
		{"initials before an unbroken run", "A.B.中", "a b 中", "a b [中]"},
		{"signs behind initials", "U.S.A.++", "usa", ""},
		{"apostrophe", "author's 'tis rock'n'roll' a''b", "author's tis rock'n'roll a b", ""},
		{"apostrophes of other shapes", "author’s o‛x", "author's o'x", ""},
		{"ampersand", "AT&T &c", "at&t c", ""},
		{"middle dot", "col·lecció", "col·lecció", ""},
		{"Hebrew gershayim", "צה״ל", "צה״ל", ""},
		{"number", "3,000.5 1;2 1.a a,b", "3,000.5 1;2 1 a a b", ""},
		{"apostrophe between digits", "1'000", "1 000", ""},
		{"Arabic digits", "٣٬٤ ٣,٤", "٣ ٤ ٣,٤", ""},
		{"sign at the end", "1, a'", "1 a", ""},
		{"suffix", "c++ C# x+ x#+ ++", "c++ c# x+ x#+", ""},
		{"suffix too long", "x++++ y", "x y", ""},
		{"no suffix before a word", "a+b c#1 c#中", "a b c 1 c 中", "a b c 1 c [中]"},
		{"zero width characters vanish", "foo\u200bbar a\u2060b a\ufeffb", "foobar ab ab", ""},
		{"two zero width characters", "a\u200b\u200bb", "a b", ""},
		{"soft hyphen separates", "a\u00adb", "a b", ""},
		{"marks are letters", "e\u0301x हिन्दी", "e\u0301x हिन्दी", ""},
		{"numbers of all kinds", "x² ½ Ⅳ", "x² ½ ⅳ", ""},
		{"younger than Unicode 9", "a\u0870b", "a b", ""},
		{"Sharada nukta of Unicode 9", "a\U000111c9b", "a b", ""},
		{"emoji", "a😀b", "a b", ""},
		{"unbroken", "中文字", "中文字", "[中 中文 文 文字 字]"},
		{"unbroken, one", "中", "中", "[中]"},
		{"unbroken between words", "foo中文bar", "foo中文bar", "foo [中 中文 文] bar"},
		{"full width is unbroken", "Ａ1", "ａ1", "[ａ] 1"},
		{"Korean", "한국 사람", "한국 사람", "[한 한국 국] [사 사람 람]"},
		{"ideographs beyond the first plane", "\U00020000\U00020001", "\U00020000\U00020001", "[\U00020000 \U00020000\U00020001 \U00020001]"},
		{"sign in front of a run stays", "o'中 1,２", "o'中 1,２", "o' [中] 1, [２]"},
		{"zero width in front of a run", "a\u200b中 中\u200b文", "a中 中文", "a [中] [中] [文]"},
		{"sign behind a run", "中'文 中+", "中'文 中+", "[中] [文] [中]"},
		{"ideographic full stop", "中。文", "中 文", "[中] [文]"},
		{"stray bytes are Latin-1", "ab\xffcd \xc3 x", "abÿcd ã x", ""},
		{"surrogates separate", "a\xed\xa0\x80b", "a b", ""},
		{"control characters", "a\x00b\x1fc", "a b c", ""},
	} {
		if got := terms(c.text, false); got != c.want {
			t.Errorf("%s: %+q: got %q, want %q", c.name, c.text, got, c.want)
		}
		if c.ngrams == "" {
			c.ngrams = c.want
		}
		if got := terms(c.text, true); got != c.ngrams {
			t.Errorf("%s, n-grams: %+q: got %q, want %q", c.name, c.text, got, c.ngrams)
		}
	}
}

func TestWordPlaces(t *testing.T) {
	text := "--U.S.A., C++ o’Neil中文"
	want := []Word{
		{Term: "usa", Start: 2, End: 8},
		{Term: "c++", Start: 10, End: 13},
		{Term: "o'neil", Start: 14, End: 22},
		{Term: "中文", Start: 22, End: 28, Unbroken: true},
	}
	got := slices.Collect(Words(text, true))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestWordsStopEarly(t *testing.T) {
	for w := range Words("a b c", false) {
		if w.Term != "a" {
			t.Errorf("got %q after the loop ended", w.Term)
		}
		break
	}
	for g := range Grams("中文") {
		if g.Pair {
			break
		}
	}
}

func TestSeek(t *testing.T) {
	const text = "one two three"
	for _, c := range []struct {
		at   int
		want string
	}{{0, "one"}, {3, "two"}, {5, "wo"}, {8, "three"}, {13, ""}, {14, ""}, {-1, ""}} {
		s := Scan(text, false)
		s.Seek(c.at)
		if w, _ := s.Next(); w.Term != c.want {
			t.Errorf("from %d: got %q, want %q", c.at, w.Term, c.want)
		}
	}
}

// TestWordsGolden compares words with testdata/words.tsv, where Xapian's stand: in each
// line a text and its terms without and with n-grams, all quoted.
func TestWordsGolden(t *testing.T) {
	golden := filepath.Join("testdata", "words.tsv")
	if *update {
		writeWordsGolden(t, golden)
	}
	text, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		var row [3]string
		for i, field := range strings.SplitN(strings.TrimSuffix(line, "\n"), "\t", 3) {
			if row[i], err = strconv.Unquote(field); err != nil {
				t.Fatalf("%s: %v", line, err)
			}
		}
		for i, ngrams := range []bool{false, true} {
			if got, want := plainTerms(queryTerms(row[0], ngrams)), row[i+1]; got != want {
				t.Errorf("%+q, n-grams %t: got %+q, want %+q", row[0], ngrams, got, want)
			}
		}
	}
}

func writeWordsGolden(t *testing.T, golden string) {
	needOracle(t, "xapian")
	given := texts(5, 150)
	var plain, ngrams [][]numbered
	ask(t, question{Parse: given}, &plain)
	ask(t, question{Parse: given, Ngrams: true}, &ngrams)
	var b bytes.Buffer
	for i, text := range given {
		if ngrams[i] == nil {
			continue // a defect of Xapian up to 1.4.24
		}
		fmt.Fprintf(&b, "%+q\t%+q\t%+q\n", string(text), plainTerms(plain[i]), plainTerms(ngrams[i]))
	}
	if err := os.WriteFile(golden, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

func plainTerms(numbered []numbered) string {
	all := make([]string, len(numbered))
	for i, n := range numbered {
		all[i] = n.term + "@" + strconv.Itoa(n.number)
	}
	return strings.Join(all, " ")
}

func FuzzWords(f *testing.F) {
	for _, seed := range []string{"", "running cats", "U.S.A. A.B.C.x", "author’s 3,000.5 c++ x++++", "foo\u200bbar中文o'中", "\xff\xed\xa0\x80",
		"हिन्दी ก한ア٣", "A.B.C.D.E.F.中", "a''b&&c··d"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, ngrams := range []bool{false, true} {
			end := 0
			for w := range Words(text, ngrams) {
				checkWord(t, text, w, end, ngrams)
				end = w.End
			}
		}
	})
}

// checkWord holds what is true of every word that follows one that ended at the byte end.
func checkWord(t *testing.T, text string, w Word, end int, ngrams bool) {
	t.Helper()
	if w.Start < end || w.End <= w.Start || w.End > len(text) {
		t.Fatalf("%+q: word %+v behind %d", text, w, end)
	}
	if w.Term == "" || !utf8.ValidString(w.Term) || len(w.Term) > 2*(w.End-w.Start) {
		t.Errorf("%+q: word %+v has a bad term", text, w)
	}
	s := Scan(text, ngrams)
	s.Seek(w.Start)
	if again, ok := s.Next(); !ok || again != w {
		t.Errorf("%+q: got %+v, and read from there %+v", text, w, again)
	}
	if !w.Unbroken {
		return
	}
	n := 0
	for g := range Grams(w.Term) {
		if n++; utf8.RuneCountInString(g.Term) != 1 != g.Pair {
			t.Errorf("%+q: gram %+v", text, g)
		}
	}
	if runes := utf8.RuneCountInString(w.Term); n != 2*runes-1 {
		t.Errorf("%+q: %d grams of %d characters", text, n, runes)
	}
}
