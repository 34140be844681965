package search

import (
	"context"
	"slices"
)

// Letters that change places in a word that has so many.
const (
	swapLeast = 5
	swapMost  = 12
)

// swaps looks for words in which two letters behind the first have changed places that do not stand side by side: "vedio" for
// "video". That is one slip, though two letters are wrong.
func (sp *speller) swaps(ctx context.Context, i int, d doubt) error {
	letters := []rune(d.base)
	if d.most < 2 || len(letters) < swapLeast || len(letters) > swapMost {
		return nil
	}
	for a := 1; a < len(letters); a++ {
		for b := a + 2; b < len(letters); b++ {
			if letters[a] == letters[b] {
				continue
			}
			word := slices.Clone(letters)
			word[a], word[b] = word[b], word[a]
			if err := sp.swapped(ctx, i, string(word)); err != nil {
				return err
			}
		}
	}
	return nil
}

// swapped notes a word if titles have it as it is.
func (sp *speller) swapped(ctx context.Context, i int, word string) error {
	n, err := sp.s.inTitles(ctx, word)
	if err != nil || n == 0 {
		return err
	}
	sp.found[i] = slices.DeleteFunc(sp.found[i], func(f spelling) bool { return f.text == word })
	sp.found[i] = append(sp.found[i], spelling{text: word, distance: 2, first: true, moved: true, swapped: true, count: n})
	return nil
}
