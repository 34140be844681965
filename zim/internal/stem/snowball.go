package stem

import (
	"unicode/utf8"

	"github.com/blevesearch/snowballstem"
)

// hop moves the cursor n characters forward, unless fewer are left before the limit: the
// command of that name in the Snowball language. The runtime of snowballstem lacks it.
func hop(env *snowballstem.Env, n int) bool {
	text, at := env.Current()[:env.Limit], env.Cursor
	for ; n > 0; n-- {
		if at >= len(text) {
			return false
		}
		_, size := utf8.DecodeRuneInString(text[at:])
		at += size
	}
	env.Cursor = at
	return true
}
