package eval

import (
	"sync"

	"github.com/tiktoken-go/tokenizer"
)

// Counts is the length of a text in tokens, by two vocabularies that models use.
type Counts struct{ O200k, Cl100k int }

// codecs loads the vocabularies when they are first needed: it takes a moment.
var codecs = sync.OnceValues(func() ([2]tokenizer.Codec, error) {
	o, err := tokenizer.Get(tokenizer.O200kBase)
	if err != nil {
		return [2]tokenizer.Codec{}, err
	}
	c, err := tokenizer.Get(tokenizer.Cl100kBase)
	return [2]tokenizer.Codec{o, c}, err
})

// CountTokens counts with both vocabularies.
func CountTokens(text string) (Counts, error) {
	both, err := codecs()
	if err != nil || text == "" {
		return Counts{}, err
	}
	var n [2]int
	for i, codec := range both {
		if n[i], err = codec.Count(text); err != nil {
			return Counts{}, err
		}
	}
	return Counts{n[0], n[1]}, nil
}

// tokensOf counts with o200k alone; a vocabulary that cannot be loaded stops a run at its start, so here nothing can fail.
func tokensOf(text string) int {
	both, err := codecs()
	if err != nil || text == "" {
		return 0
	}
	n, err := both[0].Count(text)
	if err != nil {
		return 0
	}
	return n
}
