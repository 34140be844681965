package stem_test

import (
	"bufio"
	"compress/gzip"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/openzim-mcp/openzim-mcp/zim/internal/match"
	"github.com/openzim-mcp/openzim-mcp/zim/internal/stem"
)

// vocabularies is where Debian's package snowball-data has a list of words for each algorithm.
const vocabularies = "/usr/share/snowball/data"

// sweep says that every word is to be compared.
var sweep = os.Getenv("ZIM_SWEEP") == "full"

// names maps codes to the algorithms' names in vocabularies.
var names = map[string]string{
	"ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "en": "english", "es": "spanish",
	"eu": "basque", "fi": "finnish", "fr": "french", "ga": "irish", "hu": "hungarian", "hy": "armenian",
	"id": "indonesian", "it": "italian", "lt": "lithuanian", "ne": "nepali", "nl": "dutch", "no": "norwegian",
	"pt": "portuguese", "ro": "romanian", "ru": "russian", "sv": "swedish", "ta": "tamil", "tr": "turkish",
	"porter": "porter",
}

// accentedDifferences bounds how many accented words of a vocabulary get another stem than
// from Xapian. Indexes hold unaccented words only, for which there must be none.
var accentedDifferences = map[string]int{"pt": 10}

// sample is about how many words of a vocabulary are compared, evenly spread.
const sample = 5000

// TestVocabularyDifferential compares the stems of the words of Snowball's vocabularies,
// as they stand there and folded, and of misspelt words, with Xapian's: of 5,000 words a
// language, or of all with
//
//	ZIM_SWEEP=full go test -run TestVocabularyDifferential ./zim/internal/stem
func TestVocabularyDifferential(t *testing.T) {
	needOracle(t, "xapian")
	for _, code := range stem.Languages() {
		if name := names[code]; name != "" { // nb and nn are no
			t.Run(name, func(t *testing.T) { compareVocabulary(t, code, name) })
		}
	}
	t.Run("porter", func(t *testing.T) { compareVocabulary(t, "porter", "porter") })
}

func compareVocabulary(t *testing.T, code, name string) {
	words := vocabulary(t, name)
	folded := make([]string, len(words))
	for i, w := range words {
		folded[i] = match.Fold(w)
	}
	misspelt := misspell(folded, 2*sample)
	if sweep {
		misspelt = misspell(folded, 20*sample)
	}
	answers := ask(t, question{Stem: code, Words: words}, question{Stem: code, Words: folded}, question{Stem: code, Words: misspelt})
	compare(t, code, "as they stand", words, answers[0], accentedDifferences[code])
	compare(t, code, "folded", folded, answers[1], 0)
	compare(t, code, "misspelt", misspelt, answers[2], 0)
}

func compare(t *testing.T, code, which string, words, want []string, allowed int) {
	t.Helper()
	s := stem.New(code)
	differ := 0
	for i, w := range words {
		if got := s.Stem(w); got != want[i] {
			if differ++; differ > allowed && differ < allowed+10 {
				t.Errorf("%s: got %q, want %q", w, got, want[i])
			}
		}
	}
	t.Logf("%d words %s: %d differ from Xapian's", len(words), which, differ)
	if differ > allowed {
		t.Errorf("%d words %s differ, want at most %d", differ, which, allowed)
	}
}

// vocabulary returns the words that are used in the language's list.
func vocabulary(t *testing.T, name string) []string {
	t.Helper()
	every := 1
	file, err := os.Open(filepath.Join(vocabularies, name, "voc.txt"))
	var lines io.Reader = file
	if os.IsNotExist(err) {
		file, err = os.Open(filepath.Join(vocabularies, name, "voc.txt.gz"))
		if err == nil {
			lines, err = gzip.NewReader(file)
			every = 100 // it has nine million words
		}
	}
	if err != nil {
		t.Skipf("no vocabulary to compare with: install Debian's snowball-data (%v)", err)
	}
	defer file.Close()
	var words []string
	scan := bufio.NewScanner(lines)
	for n := 0; scan.Scan(); n++ {
		if w := scan.Text(); n%every == 0 && w != "" && utf8.ValidString(w) {
			words = append(words, strings.Clone(w))
		}
	}
	if err := scan.Err(); err != nil {
		t.Fatal(err)
	}
	if !sweep {
		words = thin(words, sample)
	}
	return words
}

// thin returns about n of the words, evenly spread.
func thin(words []string, n int) []string {
	if every := len(words) / n; every > 1 {
		kept := words[:0:0]
		for i := 0; i < len(words); i += every {
			kept = append(kept, words[i])
		}
		return kept
	}
	return words
}

// misspell returns n words made from those given, with letters changed, left out, doubled
// and exchanged, ends of other words put on, and signs and numbers put in: what a query may
// bring.
func misspell(words []string, n int) []string {
	random := rand.New(rand.NewPCG(1, 2))
	signs := []string{"'", "&", "·", "״", "1,000", "2.5", "3;4", "٣٤", "++", "#", "_", "½", "x", "ſ", "中"}
	made := make([]string, n)
	for i := range made {
		w := []rune(words[random.IntN(len(words))])
		other := []rune(words[random.IntN(len(words))])
		if len(w) == 0 || len(other) == 0 {
			continue
		}
		for range 1 + random.IntN(3) {
			at := random.IntN(len(w))
			switch random.IntN(6) {
			case 0:
				w[at] = other[random.IntN(len(other))]
			case 1:
				if len(w) > 1 {
					w = slices.Delete(w, at, at+1)
				}
			case 2:
				w = slices.Insert(w, at, w[at])
			case 3:
				w[at], w[0] = w[0], w[at]
			case 4:
				w = append(w, other[random.IntN(len(other)):]...)
			case 5:
				w = slices.Insert(w, at, []rune(signs[random.IntN(len(signs))])...)
			}
		}
		made[i] = string(w)
	}
	return made
}

// TestLanguageDifferential compares the reading of odd language metadata with ICU's and
// Xapian's.
func TestLanguageDifferential(t *testing.T) {
	needOracle(t, "xapian", "icu")
	given := allCodes()
	given = append(given, oddLanguages(5000)...)
	want := ask(t, question{Languages: given})[0]
	for i, name := range given {
		if got := stem.Language(name); got != want[i] && !unreachable[want[i]] {
			t.Errorf("%q: got %q, want %q", name, got, want[i])
		}
	}
}

// unreachable are stemmers that Xapian has and we have not.
var unreachable = map[string]bool{"lovins": true, "german2": true, "earlyenglish": true}

// allCodes returns every string of one to three letters.
func allCodes() []string {
	const letters = "abcdefghijklmnopqrstuvwxyz"
	var all []string
	for _, a := range letters {
		all = append(all, string(a))
		for _, b := range letters {
			all = append(all, string([]rune{a, b}))
			for _, c := range letters {
				all = append(all, string([]rune{a, b, c}))
			}
		}
	}
	return all
}

// oddLanguages returns n strings of codes, names, signs and spaces.
func oddLanguages(n int) []string {
	random := rand.New(rand.NewPCG(3, 4))
	pieces := []string{"en", "eng", "EN", "fr", "deu", "ger", "nor", "english", "French", "none", "mul", "x", "i", "US", "UTF-8",
		"_", "-", ".", "@", ",", ";", ":", " ", "=", "/", "\t", "\n", "ü", "İ", "1", "valencia", strings.Repeat("x", 200)}
	made := make([]string, n)
	for i := range made {
		for range random.IntN(4) {
			made[i] += pieces[random.IntN(len(pieces))]
		}
		if _, keywords, _ := strings.Cut(made[i], "@"); strings.Contains(keywords, "=") {
			made[i] = "" // ICU refuses some malformed keywords, which no archive has
		}
	}
	return made
}
