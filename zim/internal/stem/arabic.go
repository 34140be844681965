package stem

import (
	"strings"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/arabic"
)

// arabicSigns are what the algorithm in Xapian takes out of words, and snowballstem's leaves
// in: 3,000.5 is 30005. Of these only , . and ; can stand in a word, between digits.
const arabicSigns = `!"%*,./:;?\،؛؟٪٫٬`

func arabicStem(env *snowballstem.Env) bool {
	if word := env.Current(); strings.ContainsAny(word, arabicSigns) {
		env.SetCurrent(strings.Map(func(r rune) rune {
			if strings.ContainsRune(arabicSigns, r) {
				return -1
			}
			return r
		}, word))
	}
	return arabic.Stem(env)
}
