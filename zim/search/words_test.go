package search

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// placed lists the words of a text with their places: "word@0"; what is of a script without spaces has a "~" before it.
func placed(text string) []string {
	var out []string
	readWords(plain(text), func(w textWord, place int) {
		mark := ""
		if w.solid {
			mark = "~"
		}
		out = append(out, fmt.Sprintf("%s%s@%d", mark, w.text, place))
	})
	return out
}

// Words stand between spaces and signs; where a script has no spaces, characters and pairs of them stand for words, and
// two characters count as one.
func TestReadWords(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		want       []string
	}{
		{"nothing", "", nil},
		{"signs alone", "… — !? ", nil},
		{"case and accents", "Café ÉCOLE", []string{"cafe@0", "ecole@1"}},
		{"signs that belong to a word", "C++ and C#", []string{"c++@0", "and@1", "c#@2"}},
		{"a sharp s is a letter", "Straße", []string{"straße@0"}},
		{"numbers", "1,000.5 kg in 1930", []string{"1,000.5@0", "kg@1", "in@2", "1930@3"}},
		{"Greek", "Ελλάδα", []string{"ελλαδα@0"}},
		{"vowel signs of Hindi are spelling", "हिंदी", []string{"हिंदी@0"}},
		{"Korean has spaces, its endings are seen through by pairs", "서울은 도시", []string{"~서@0", "~서울@0", "~울@0", "~울은@0", "~은@1", "~도@2", "~도시@2", "~시@2"}},
		{"Chinese", "北京市", []string{"~北@0", "~北京@0", "~京@0", "~京市@0", "~市@1"}},
		{"one character", "水", []string{"~水@0"}},
		{"Japanese in three scripts", "東京タ", []string{"~東@0", "~東京@0", "~京@0", "~京タ@0", "~タ@1"}},
		{"Thai, whose vowels are characters too", "ไทย", []string{"~ไ@0", "~ไท@0", "~ท@0", "~ทย@0", "~ย@1"}},
		{"another word before and behind", "ab北京cd", []string{"ab@0", "~北@1", "~北京@1", "~京@1", "cd@2"}},
		{"not UTF-8", "a\xff\xfeb", []string{"a@0", "b@1"}},
	} {
		if diff := cmp.Diff(tt.want, placed(tt.text)); diff != "" {
			t.Errorf("%s: -want +got:\n%s", tt.name, diff)
		}
	}
}

// The count is one more than the last place, and places never go back.
func TestPlacesOfWords(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	parts := []string{"harbour", "北京", "ไทยแลนด์", " ", ", ", "서울", "\u0301", "C++", "\xff", "é", "か\u3099", "1.5"}
	for range 3000 {
		var b strings.Builder
		for range random.IntN(12) {
			b.WriteString(parts[random.IntN(len(parts))])
		}
		last, least := -1, 0
		n := readWords(plain(b.String()), func(w textWord, place int) {
			if place < least || w.text == "" || !utf8.ValidString(w.text) {
				t.Errorf("%q: %q at %d behind %d", b.String(), w.text, place, least)
			}
			least, last = place, place
		})
		if n < last+1 || last < 0 && n != 0 || n > last+2 {
			t.Errorf("%q: %d words, the last at %d", b.String(), n, last)
		}
	}
}

// Folding is done once: what is folded stays as it is.
func TestPlain(t *testing.T) {
	for text, want := range map[string]string{
		"ABC def": "abc def", "Ångström": "angstrom", "ﬁne": "fine", "ＡＢＣ": "abc", "İstanbul": "istanbul", "Ёлка": "елка",
		"שָׁלוֹם": "שלום", "كِتَاب": "كتاب", "ไทย": "ไทย", "हिंदी": "हिंदी", "가나": "가나", "H₂O": "h2o", "": "",
	} {
		if got := plain(text); got != want || plain(got) != got {
			t.Errorf("%q: got %q, then %q; want %q", text, got, plain(got), want)
		}
	}
}

// Stemming follows the language of the index; one that is unknown leaves words as they are.
func TestStems(t *testing.T) {
	for _, tt := range []struct{ language, word, want string }{
		{"eng", "harbours", "harbour"}, {"en", "running", "run"}, {"deu", "häusern", "haus"}, {"fre", "maisons", "maisons"}, {"", "harbours", "harbours"}, {"zz", "harbours", "harbours"},
	} {
		s := newStems(tt.language)
		for range 2 { // the second time from memory
			if got := s.of(tt.word); got != tt.want {
				t.Errorf("%s, %s: got %q, want %q", tt.language, tt.word, got, tt.want)
			}
		}
	}
}

// A stemmer is lent to one search at a time.
func TestStemsAreLent(t *testing.T) {
	e := &Engine{}
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range 200 {
				s := e.borrowStems([]string{"eng", "fra", ""}[(g+i)%3])
				s.of(fmt.Sprintf("words%d", i))
				e.returnStems([]string{"eng", "fra", ""}[(g+i)%3], s)
			}
		})
	}
	wg.Wait()
	if got := e.borrowStems("eng").of("harbours"); got != "harbour" {
		t.Errorf("got %q", got)
	}
	if got := e.borrowStems("").of("harbours"); got != "harbours" {
		t.Errorf("got %q: stemmed by the rules of another language", got)
	}
}

// However long a run without spaces is, it is read once.
func TestLongRuns(t *testing.T) {
	for _, text := range []string{strings.Repeat("北京", 100_000), strings.Repeat("x", 1_000_000), strings.Repeat("ก", 100_000), strings.Repeat("\u0301", 100_000)} {
		n := 0
		readWords(plain(text), func(textWord, int) { n++ })
		if n > 2*utf8.RuneCountInString(text) {
			t.Errorf("%d words of %d characters", n, utf8.RuneCountInString(text))
		}
	}
}
