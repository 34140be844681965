package match

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	diff "github.com/google/go-cmp/cmp"

	"github.com/openzim-mcp/openzim-mcp/zim/internal/stem"
)

// archiveQuestion and archiveAnswer are those of testdata/oracle/archive.py.
type archiveQuestion struct {
	Language string        `json:"language"`
	Pages    []archivePage `json:"pages"`
}

type archivePage struct {
	Title string `json:"title"`
	Text  string `json:"text"`
}

type archiveAnswer struct {
	Metadata    map[string]string
	Text, Title []archiveTerm
}

// archiveTerm is a term of an index; positions are those of all documents in a row.
type archiveTerm struct {
	Term                   string
	Documents, Occurrences int
	Positions              []int
}

func (a *archiveTerm) UnmarshalJSON(text []byte) error {
	return json.Unmarshal(text, &[]any{&a.Term, &a.Documents, &a.Occurrences, &a.Positions})
}

// archiveLanguages are metadata of archives: with and without a stemmer, with stop words
// (libzim has them for codes of two letters), and odd ones. ZIM_SWEEP=full adds more.
func archiveLanguages() []string {
	some := []string{"eng", "fr", "tur", "ara", "ell", "eng,fra"}
	if os.Getenv("ZIM_SWEEP") == "full" {
		some = append(some, "en", "fra", "deu", "rus", "lit", "hye", "zho", "ger", "English", "nob", "EN_us", "tam", "nep", "ind", "eus", "cat")
	}
	return some
}

// maxIndexed is the length in bytes of the longest word that writers index.
const maxIndexed = 64

// TestArchiveTermsDifferential makes archives with libzim, and the terms of their indexes
// from the same pages with folding, words, stems and stop words of ours. Debian's libzim is
// 8.1: without n-grams.
func TestArchiveTermsDifferential(t *testing.T) {
	needOracle(t, "xapian", "libzim.writer")
	for i, language := range archiveLanguages() {
		t.Run(language, func(t *testing.T) {
			pages := archivePages(uint64(i), 60)
			var want archiveAnswer
			askScript(t, "archive.py", archiveQuestion{language, pages}, &want)
			w := writer{stemmer: stem.New(want.Metadata["language"]), stop: ParseStopWords(want.Metadata["stopwords"])}
			text, title := w.textTerms(pages), w.titleTerms(pages)
			if d := diff.Diff(want.Text, text); d != "" {
				t.Errorf("full text: (-libzim +ours)\n%.4000s", d)
			}
			if d := diff.Diff(positionsSorted(want.Title), positionsSorted(title)); d != "" {
				t.Errorf("titles: (-libzim +ours)\n%.4000s", d)
			}
			t.Logf("stemmer %q, %d stop words: %d terms of text, %d of titles", w.stemmer.Language(), len(w.stop), len(text), len(title))
		})
	}
}

// archivePages returns pages of random text in many scripts, and of words of languages.
func archivePages(seed uint64, n int) []archivePage {
	random := rand.New(rand.NewPCG(seed, 7))
	vocabulary := strings.Fields(`the of and running generously Les élèves étaient NATIONALISÉES le des Häuser der und größeren
		кошками бежали Ёлками evlerinden kitapların İSTANBUL namuose knygomis քաղաքներում մարդկանց والكتابات مدرسون ΟΔΥΣΣΕΥΣ
		αυτός 中文维基百科 日本語 U.S.A. author’s 3,000.5 c++ rock'n'roll well-known og i ikke husene`)
	vocabulary = append(vocabulary, strings.Repeat("x", maxIndexed), strings.Repeat("y", maxIndexed+1), strings.Repeat("é", maxIndexed))
	phrase := func(n int) string {
		var words []string
		for range 1 + random.IntN(n) {
			words = append(words, vocabulary[random.IntN(len(vocabulary))])
		}
		return inHTML(strings.Join(words, " ") + " " + randomText(random, 8))
	}
	pages := make([]archivePage, n)
	for i := range pages {
		pages[i] = archivePage{Title: fmt.Sprintf("T%d %s", i, phrase(4)), Text: phrase(20)}
	}
	return pages
}

// inHTML leaves out what would be markup, or is no character of HTML.
func inHTML(text string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("<>&", r) || r < ' ' || 0x7f <= r && r < 0xa0 || 0xfdd0 <= r && r <= 0xfdef || r&0xfffe == 0xfffe {
			return ' '
		}
		return r
	}, text)
}

// A writer makes terms as libzim 8.1 does.
type writer struct {
	stemmer *stem.Stemmer
	stop    StopWords
	found   map[string]*archiveTerm
	seen    map[string]bool // the terms of the current document
}

// add counts a term n times, at a position if it is not 0.
func (w *writer) add(term string, n, position int) {
	a := w.found[term]
	if a == nil {
		a = &archiveTerm{Term: term}
		w.found[term] = a
	}
	a.Occurrences += n
	if position > 0 {
		a.Positions = append(a.Positions, position)
	}
	if !w.seen[term] {
		w.seen[term] = true
		a.Documents++
	}
}

func (w *writer) start() { w.found = map[string]*archiveTerm{} }

func (w *writer) sorted() []archiveTerm {
	var all []archiveTerm
	for _, a := range w.found {
		all = append(all, *a)
	}
	slices.SortFunc(all, func(a, b archiveTerm) int { return cmp.Compare(a.Term, b.Term) })
	return all
}

// textTerms returns what stands in an index of full text: stems of the text and, with more
// weight in longer pages, of the title.
func (w *writer) textTerms(pages []archivePage) []archiveTerm {
	w.start()
	for _, p := range pages {
		w.seen = map[string]bool{}
		text := Fold(p.Text)
		w.stems(text, 1)
		w.stems(Fold(p.Title), len(text)/500+1)
	}
	return w.sorted()
}

func (w *writer) stems(text string, weight int) {
	for word := range Words(text, false) {
		if len(word.Term) <= maxIndexed && !w.stop.Has(word.Term) {
			w.add(w.stemmer.Stem(word.Term), weight, 0)
		}
	}
}

// titleTerms returns what stands in an index of titles: words at their places, and stems.
func (w *writer) titleTerms(pages []archivePage) []archiveTerm {
	w.start()
	for _, p := range pages {
		w.seen = map[string]bool{}
		at := 0
		for word := range Words("0posanchor "+Fold(p.Title), false) {
			if len(word.Term) > maxIndexed {
				continue
			}
			at++
			w.add(word.Term, 1, at)
			if w.stemmer != nil && StartsWithLetter(word.Term) {
				w.add("Z"+w.stemmer.Stem(word.Term), 1, 0)
			}
		}
	}
	return w.sorted()
}

// positionsSorted gives positions an order, since that of documents is the writer's.
func positionsSorted(terms []archiveTerm) []archiveTerm {
	for i := range terms {
		if len(terms[i].Positions) == 0 {
			terms[i].Positions = nil
		}
		slices.Sort(terms[i].Positions)
	}
	return terms
}
