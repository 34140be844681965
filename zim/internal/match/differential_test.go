package match

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// texts returns random texts, and more of them with ZIM_SWEEP=full.
func texts(seed uint64, n int) []hexText {
	if os.Getenv("ZIM_SWEEP") == "full" {
		n *= 20
	}
	random := rand.New(rand.NewPCG(seed, 0))
	made := make([]hexText, n)
	for i := range made {
		made[i] = hexText(randomText(random, 12))
	}
	return made
}

// folded returns the texts as queries are when they are split.
func folded(given []hexText) []hexText {
	made := make([]hexText, len(given))
	for i, text := range given {
		made[i] = hexText(Fold(string(text)))
	}
	return made
}

// stray returns texts with bytes changed, so that many are not UTF-8.
func stray(given []hexText) []hexText {
	random := rand.New(rand.NewPCG(9, 9))
	made := slices.Clone(given)
	for i, text := range made {
		if b := []byte(text); len(b) > 0 {
			b[random.IntN(len(b))] = byte(random.IntN(256))
			made[i] = hexText(b)
		}
	}
	return made
}

// bytesOnly returns random bytes, most of them such as stand in UTF-8 beyond ASCII.
func bytesOnly(n int) []hexText {
	random := rand.New(rand.NewPCG(8, 8))
	made := make([]hexText, n)
	for i := range made {
		b := make([]byte, random.IntN(12))
		for j := range b {
			b[j] = "\x80\x9f\xa0\xbf\xc0\xc3\xe0\xe4\xed\xef\xf0\xf4\xf5\xff x"[random.IntN(16)]
		}
		made[i] = hexText(b)
	}
	return made
}

// everyCharacter returns all characters but surrogates, 500 in a text with spaces between.
func everyCharacter() []hexText {
	var all []hexText
	var b strings.Builder
	for r := rune(1); r <= unicode.MaxRune; r++ {
		if !utf8.ValidRune(r) {
			continue
		}
		b.WriteRune(r)
		b.WriteByte(' ')
		if r%500 == 0 || r == unicode.MaxRune {
			all = append(all, hexText(b.String()))
			b.Reset()
		}
	}
	return all
}

// differentialTexts are what words are compared on.
func differentialTexts() map[string][]hexText {
	random := texts(1, 5000)
	return map[string][]hexText{
		"every character": everyCharacter(),
		"random":          random,
		"folded":          folded(texts(2, 5000)),
		"stray bytes":     stray(random),
		"bytes":           bytesOnly(2000),
	}
}

// numbered is a term of a query with the number of its word.
type numbered struct {
	term   string
	number int
}

func (n *numbered) UnmarshalJSON(text []byte) error {
	return json.Unmarshal(text, &[]any{&n.term, &n.number})
}

// TestQueryWordsDifferential compares the words of texts with those that Xapian's parser
// of queries finds.
func TestQueryWordsDifferential(t *testing.T) {
	needOracle(t, "xapian")
	for name, given := range differentialTexts() {
		for _, ngrams := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, ngrams %t", name, ngrams), func(t *testing.T) {
				var want [][]numbered
				ask(t, question{Parse: given, Ngrams: ngrams}, &want)
				compareTexts(t, given, func(i int, text string) (got, wanted any, skip bool) {
					return queryTerms(text, ngrams), want[i], want[i] == nil && ngrams // a defect of Xapian up to 1.4.24
				})
			})
		}
	}
}

func queryTerms(text string, ngrams bool) []numbered {
	terms := []numbered{}
	number := 0
	for w := range Words(text, ngrams) {
		number++
		if !w.Unbroken {
			terms = append(terms, numbered{w.Term, number})
			continue
		}
		for g := range Grams(w.Term) {
			terms = append(terms, numbered{g.Term, number})
		}
	}
	return terms
}

// indexed is a term of a document.
type indexed struct {
	Term      string
	Positions []int
	WDF       int
}

func (x *indexed) UnmarshalJSON(text []byte) error {
	return json.Unmarshal(text, &[]any{&x.Term, &x.Positions, &x.WDF})
}

// TestIndexWordsDifferential compares the words of texts with those that Xapian writes. With
// n-grams it does not make them lower-case, which shows only in text that is not folded.
func TestIndexWordsDifferential(t *testing.T) {
	needOracle(t, "xapian")
	for name, given := range differentialTexts() {
		for _, ngrams := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, ngrams %t", name, ngrams), func(t *testing.T) {
				if ngrams {
					given = folded(given)
				}
				var want [][]indexed
				ask(t, question{Index: given, Ngrams: ngrams}, &want)
				compareTexts(t, given, func(i int, text string) (got, wanted any, skip bool) {
					return indexTerms(text, ngrams), want[i], ngrams && signBeforeRun(text)
				})
			})
		}
	}
}

// signBeforeRun says whether a word ends in a sign because an unbroken run comes behind.
// Xapian 1.4.22 does not write such a word, but puts it in front of a later one.
func signBeforeRun(text string) bool {
	var before Word
	for w := range Words(text, true) {
		last, _ := utf8.DecodeLastRuneInString(text[before.Start:before.End])
		if w.Unbroken && w.Start == before.End && before.End > 0 && !IsWord(last) {
			return true
		}
		before = w
	}
	return false
}

// indexTerms returns what a writer without stemmer makes of a text, in the order of bytes:
// of an unbroken run every character has a position of its own, and pairs have none.
func indexTerms(text string, ngrams bool) []indexed {
	found := map[string]indexed{}
	at := 0
	add := func(term string, positioned bool) {
		x, ok := found[term]
		if !ok {
			x = indexed{Term: term, Positions: []int{}}
		}
		x.WDF++
		if positioned {
			at++
			x.Positions = append(x.Positions, at)
		}
		found[term] = x
	}
	for w := range Words(text, ngrams) {
		if !w.Unbroken {
			add(w.Term, true)
			continue
		}
		for g := range Grams(w.Term) {
			add(g.Term, !g.Pair)
		}
	}
	terms := make([]indexed, 0, len(found))
	for _, x := range found {
		terms = append(terms, x)
	}
	slices.SortFunc(terms, func(a, b indexed) int { return strings.Compare(a.Term, b.Term) })
	return terms
}

// compareTexts reports where got and wanted differ, the first few of them in full.
func compareTexts(t *testing.T, given []hexText, of func(i int, text string) (got, wanted any, skip bool)) {
	t.Helper()
	differ, skipped := 0, 0
	for i, text := range given {
		got, wanted, skip := of(i, string(text))
		if skip {
			skipped++
			continue
		}
		if reflect.DeepEqual(wanted, got) {
			continue // cmp.Diff takes its time
		}
		if diff := cmp.Diff(wanted, got, cmp.AllowUnexported(numbered{})); diff != "" {
			if differ++; differ <= 5 {
				t.Errorf("%.300q: (-want +got)\n%.2000s", string(text), diff)
			}
		}
	}
	t.Logf("%d texts: %d differ, %d left out", len(given), differ, skipped)
}

// TestFoldDifferential compares folding with ICU's, over every character with others
// around it, and random texts.
func TestFoldDifferential(t *testing.T) {
	needOracle(t, "xapian", "icu")
	var given []hexText
	for r := rune(1); r <= unicode.MaxRune; r++ {
		if utf8.ValidRune(r) && (r < 0x30000 || r%64 == 0 || 0xe0000 <= r && r < 0xe1000) {
			given = append(given, hexText("aE\u0301"+string(r)+"\u0301B"+string(r)+" Σ"+string(r)+"Σ AΣ"+string(r)+" AΣ"+string(r)+"B "+string(r)+"Σ"))
		}
	}
	for _, text := range texts(3, 20000) {
		given = append(given, hexText(strings.ReplaceAll(string(text), "\x00", "")))
	}
	var want []string
	ask(t, question{Fold: given}, &want)
	compareTexts(t, given, func(i int, text string) (got, wanted any, skip bool) {
		return Fold(text), want[i], false
	})
}
