package match

import (
	"strings"
	"testing"
)

func TestStopWords(t *testing.T) {
	words := ParseStopWords("the\nof\n\ndon't\nà")
	for word, want := range map[string]bool{"the": true, "of": true, "don't": true, "à": true, "": false, "The": false, "cat": false} {
		if got := words.Has(word); got != want {
			t.Errorf("%q: got %t, want %t", word, got, want)
		}
	}
	if len(words) != 4 {
		t.Errorf("got %d words, want 4", len(words))
	}
}

func TestNoStopWords(t *testing.T) {
	for _, metadata := range []string{"", "\n\n"} {
		if words := ParseStopWords(metadata); words != nil || words.Has("the") {
			t.Errorf("%q: got %v, want none", metadata, words)
		}
	}
}

func TestStopWordsBound(t *testing.T) {
	var b strings.Builder
	for i := range maxStopWords + 10 {
		b.WriteString(string(rune(0x10000+i)) + "\n")
	}
	if got := len(ParseStopWords(b.String())); got != maxStopWords {
		t.Errorf("got %d words, want %d", got, maxStopWords)
	}
}
