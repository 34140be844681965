package search

import "strings"

// articles are the words of languages that titles are often written without, by the first two letters of the language's
// codes. Those of two languages with the same letters are together.
var articles = map[string][]string{
	"en": {"the", "a", "an"},
	"de": {"der", "die", "das", "ein", "eine"}, "ge": {"der", "die", "das", "ein", "eine"},
	"fr": {"le", "la", "les", "un", "une"},
	"es": {"el", "la", "los", "las", "un", "una"}, "sp": {"el", "la", "los", "las", "un", "una"},
	"it": {"il", "lo", "la", "i", "gli", "le", "un", "una"},
	"pt": {"o", "a", "os", "as", "um", "uma"}, "po": {"o", "a", "os", "as", "um", "uma"},
	"nl": {"de", "het", "een"}, "du": {"de", "het", "een"},
	"ca": {"el", "la", "els", "les"},
	"hu": {"a", "az", "egy"},
	"el": {"ο", "η", "το", "οι", "τα"}, "gr": {"ο", "η", "το", "οι", "τα"},
	"sv": {"en", "ett"}, "da": {"en", "et"}, "no": {"en", "et", "ei"}, "nb": {"en", "et", "ei"},
}

// withoutArticle returns a folded title without a leading article of the archive's language.
func (s *shelf) withoutArticle(folded string) string {
	first, rest, ok := strings.Cut(folded, " ")
	if !ok {
		return folded
	}
	language := strings.ToLower(s.language)
	if len(language) < 2 || articles[language[:2]] == nil {
		language = "en"
	}
	for _, a := range articles[language[:2]] {
		if a == first {
			return rest
		}
	}
	return folded
}
