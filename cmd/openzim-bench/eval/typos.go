package eval

import (
	"math/rand/v2"
	"slices"
	"unicode"
)

// scripts are those whose letters are told apart when errors are made.
var scripts = []*unicode.RangeTable{unicode.Latin, unicode.Cyrillic, unicode.Greek, unicode.Arabic, unicode.Hebrew, unicode.Devanagari,
	unicode.Thai, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Georgian, unicode.Armenian}

// scriptOf numbers the script of a letter; all others have one number.
func scriptOf(r rune) int {
	for i, t := range scripts {
		if unicode.Is(t, r) {
			return i
		}
	}
	return len(scripts)
}

// alphabets collects the small letters of texts by script: errors are made of letters that the language uses.
func alphabets(texts []string) map[int][]rune {
	seen := map[rune]bool{}
	letters := map[int][]rune{}
	for _, t := range texts {
		for _, r := range t {
			r = unicode.ToLower(r)
			if unicode.IsLetter(r) && !seen[r] {
				seen[r] = true
				letters[scriptOf(r)] = append(letters[scriptOf(r)], r)
			}
		}
	}
	for _, l := range letters {
		slices.Sort(l)
	}
	return letters
}

// mistype makes n typing errors in a title, at letters other than the first character and at least two letters apart: an
// insertion, deletion, replacement or swap of neighbours each. Equal titles get equal errors. It fails when there is no room.
func mistype(title string, n int, letters map[int][]rune) (string, bool) {
	r := rand.New(rand.NewPCG(uint64(n), hashOf(title)))
	text := []rune(title)
	var places []int
	for i := 1; i < len(text); i++ {
		if unicode.IsLetter(text[i]) {
			places = append(places, i)
		}
	}
	if len(places) < 2*n {
		return "", false
	}
	var at []int
	for try := 0; len(at) < n; try++ {
		if try == 100 {
			return "", false
		}
		p := places[r.IntN(len(places))]
		if !slices.ContainsFunc(at, func(q int) bool { return p-q < 3 && q-p < 3 }) {
			at = append(at, p)
		}
	}
	slices.Sort(at)
	slices.Reverse(at) // from the end, so that places before stay right
	for _, p := range at {
		text = spoil(text, p, r, letters[scriptOf(unicode.ToLower(text[p]))])
	}
	return string(text), string(text) != title
}

// spoil makes one error at place p.
func spoil(text []rune, p int, r *rand.Rand, letters []rune) []rune {
	other := letters[r.IntN(len(letters))]
	for len(letters) > 1 && unicode.ToLower(other) == unicode.ToLower(text[p]) {
		other = letters[r.IntN(len(letters))]
	}
	switch r.IntN(4) {
	case 0:
		return slices.Insert(slices.Clone(text), p, other)
	case 1:
		return slices.Delete(slices.Clone(text), p, p+1)
	case 2:
		if p+1 < len(text) && unicode.IsLetter(text[p+1]) && text[p+1] != text[p] {
			text = slices.Clone(text)
			text[p], text[p+1] = text[p+1], text[p]
			return text
		}
	}
	text = slices.Clone(text)
	text[p] = other
	return text
}
