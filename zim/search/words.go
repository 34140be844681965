package search

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/openzim-mcp/openzim-mcp/zim/internal/match"
	"github.com/openzim-mcp/openzim-mcp/zim/internal/stem"
)

// A textWord is a word of a text, or a part of one where nobody knows where words end.
type textWord struct {
	text  string // folded
	solid bool   // one or two characters of a script that writes words without spaces
}

// readWords yields the words of a folded text in order and returns about how many there are. A run of solid characters
// gives each of them and each pair of neighbours; the pair has the place of its first character.
func readWords(folded string, yield func(w textWord, place int)) (n int) {
	s := match.Scan(folded, false)
	for {
		w, ok := s.Next()
		if !ok {
			return n
		}
		if !hasSolid(w.Term) {
			yield(textWord{text: w.Term}, n)
			n++
			continue
		}
		n = readSolid(w.Term, n, yield)
	}
}

// readSolid takes a word apart that has solid characters, among others perhaps.
func readSolid(word string, n int, yield func(textWord, int)) int {
	for word != "" {
		end := strings.IndexFunc(word, isSolid)
		if end < 0 {
			end = len(word)
		}
		if end > 0 {
			yield(textWord{text: word[:end]}, n)
			n++
			word = word[end:]
			continue
		}
		run := word
		if i := strings.IndexFunc(word, func(r rune) bool { return !isSolid(r) && !unicode.IsMark(r) }); i >= 0 {
			run = word[:i]
		}
		word = word[len(run):]
		n = readRun(run, n, yield)
	}
	return n
}

// readRun yields the characters of a run and the pairs of neighbours. Two characters count as one word.
func readRun(run string, n int, yield func(textWord, int)) int {
	count := 0
	for len(run) > 0 {
		_, size := utf8.DecodeRuneInString(run)
		yield(textWord{text: run[:size], solid: true}, n+count/2)
		if _, next := utf8.DecodeRuneInString(run[size:]); next > 0 {
			yield(textWord{text: run[:size+next], solid: true}, n+count/2)
		}
		run = run[size:]
		count++
	}
	return n + (count+1)/2
}

// hasSolid reports whether a word has characters of a script that writes words solid. Few words need the second look: the
// first such script begins at U+0E00, which is E0 B8 80 in UTF-8.
func hasSolid(word string) bool {
	for i := 0; i < len(word); i++ {
		if word[i] >= 0xE0 {
			return strings.IndexFunc(word, isSolid) >= 0
		}
	}
	return false
}

// isSolid lists the characters of scripts that write words without spaces: Thai, Lao, Myanmar, Khmer, Chinese and Japanese.
// Korean has spaces, but its words carry endings, which pairs of characters see through.
func isSolid(r rune) bool {
	switch {
	case r < 0xE00:
		return false
	case r <= 0xEFF, r >= 0x1000 && r <= 0x109F, r >= 0x1780 && r <= 0x17FF:
		return true
	}
	return match.IsUnbroken(r)
}

// plain folds a text as passages are compared: lower case, without the accents that people leave out. Other than the
// folding of indexes it keeps the vowel signs of scripts in which they are spelling.
func plain(s string) string {
	if isASCII(s) {
		return strings.ToLower(s)
	}
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range norm.NFKD.String(s) {
		if !isAccent(r) {
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return norm.NFC.String(b.String())
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// A stems reduces words of one language, and remembers those met before. One is for one goroutine.
type stems struct {
	stemmer *stem.Stemmer
	known   map[string]string
}

// maxKnown bounds the stems that are remembered.
const maxKnown = 1 << 16

// newStems returns that of an index with the metadata "language".
func newStems(language string) *stems {
	return &stems{stemmer: stem.New(language), known: map[string]string{}}
}

// of returns the stem of a folded word.
func (s *stems) of(word string) string {
	if s.stemmer == nil {
		return word
	}
	if t, ok := s.known[word]; ok {
		return t
	}
	t := s.stemmer.Stem(word)
	if len(s.known) < maxKnown {
		s.known[strings.Clone(word)] = t
	}
	return t
}

// borrowStems returns a stemmer for an index with the metadata "language", to be given back when the search is over.
func (e *Engine) borrowStems(language string) *stems {
	if pool, ok := e.stems.Load(language); ok {
		if s, ok := pool.(*sync.Pool).Get().(*stems); ok {
			return s
		}
	}
	return newStems(language)
}

// returnStems keeps a stemmer for the next search. Languages come from archives, so their number is bounded by them.
func (e *Engine) returnStems(language string, s *stems) {
	pool, _ := e.stems.LoadOrStore(language, &sync.Pool{})
	pool.(*sync.Pool).Put(s)
}
