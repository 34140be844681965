package search

import (
	"context"
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/openzim-mcp/openzim-mcp/zim"
)

// A word with an asterisk behind it stands for the words that begin with it: harb* for harbour and harbinger. It is looked
// for under the terms of the index that begin so, and found in the text of an article by its letters alone.
const (
	leastBegun = 3  // letters before the asterisk
	mostBegun  = 64 // terms of one index, the most frequent ones
	cutEnding  = 2  // letters at the end that a stem may lack
	cutWeight  = 0.3

	mostBeginnings = 8 // of one question; each may read a part of the vocabulary
)

// anyEnding marks a word that others begin with; folded words never have it.
const anyEnding = "*"

// begunWord returns what stands before the asterisk of a word, folded, and what of it is ranked by. Signs that end a
// sentence may follow.
func begunWord(word string) (folded, piece string, ok bool) {
	piece, ok = strings.CutSuffix(strings.TrimRight(word, "?!.,;:"), anyEnding)
	if !ok || strings.Contains(piece, anyEnding) || hasSolid(piece) {
		return "", "", false
	}
	words := foldedWords(piece)
	if len(words) != 1 || words[0] != plain(piece) || countLetters(piece) < leastBegun {
		return "", "", false
	}
	return words[0], piece, true
}

func countLetters(s string) (n int) {
	for _, r := range s {
		if unicode.IsLetter(r) {
			n++
		}
	}
	return n
}

// operand returns the words of what an operator is about: in quotes as they are, else perhaps the beginning of words.
func operand(text string, quoted bool) []string {
	if begun, _, ok := begunWord(text); ok && !quoted {
		return []string{begun + anyEnding}
	}
	return foldedWords(text)
}

// sameWord reports whether a word of a text is the one that is wanted, or begins with it.
func sameWord(word, wanted string) bool {
	begun, open := strings.CutSuffix(wanted, anyEnding)
	return word == wanted || open && strings.HasPrefix(word, begun)
}

// markBegun tells the words of the question that others may begin with; those of grammar are words like others then.
func (q *question) markBegun() {
	for _, b := range q.begun {
		at := -1
		for i := range q.words {
			if q.words[i].text == b {
				at = i
			}
		}
		if at < 0 {
			q.words = append(q.words, asked{textWord: textWord{text: b}, index: b, whole: b})
			at = len(q.words) - 1
		}
		q.words[at].begun = true
	}
}

// begins returns the number of the word of the question that a word begins with, -1 for none.
func (q *question) begins(word string) int16 {
	if len(q.begun) > 0 {
		for i := range q.words {
			if q.words[i].begun && strings.HasPrefix(word, q.words[i].text) {
				return int16(i)
			}
		}
	}
	return -1
}

// lookBegun finds the terms that begin with words of the question. They count as these words.
func (s *shelf) lookBegun(ctx context.Context, q *question) error {
	if len(q.begun) == 0 || s.index == nil {
		return nil
	}
	for i, w := range q.words {
		if !w.begun {
			continue
		}
		seen := map[string]bool{s.terms[i]: true}
		add := func(term string, weight float64) error {
			if seen[term] || s.index.stop.Has(term) {
				return nil
			}
			seen[term] = true
			st, err := s.index.term(ctx, term)
			if err == nil && st.TF > 0 {
				s.forms[i] = append(s.forms[i], formTerm{term, weight})
				s.tf[i] = min(s.tf[i]+uint64(st.TF), uint64(s.index.Size().Docs))
			}
			return err
		}
		under, _, err := s.index.Expand(ctx, w.index, mostBegun)
		for _, t := range under {
			err = errors.Join(err, add(t.Term, 1))
		}
		if err = errors.Join(err, s.titlesBegun(ctx, w.index, add)); err != nil {
			return s.index.failed(err)
		}
		for n, short := 0, w.index; n < cutEnding && s.stems.stemmer != nil; n++ {
			_, size := utf8.DecodeLastRuneInString(short)
			if short = short[:len(short)-size]; utf8.RuneCountInString(short) < leastBegun {
				break
			}
			if err := add(short, cutWeight); err != nil {
				return err
			}
		}
	}
	return nil
}

// titlesBegun adds the stems of the words of titles that begin with a word: the index of titles has words as they are
// written, and that of the text may have only their stems, which can be shorter than what was asked for.
func (s *shelf) titlesBegun(ctx context.Context, begun string, add func(string, float64) error) error {
	if s.titles == nil {
		return nil
	}
	words, _, err := s.titles.Expand(ctx, begun, mostBegun)
	if err != nil {
		err = s.titles.failed(err)
		if s.spoilt(err) || errors.Is(err, zim.ErrNoIndex) {
			return nil
		}
		return err
	}
	for _, w := range words {
		if err := add(s.stems.of(w.Term), 1); err != nil {
			return err
		}
	}
	return nil
}
