package stem

import (
	"maps"
	"slices"
	"strings"
)

// Language returns the name by which Xapian looks up a stemmer for an index whose metadata
// "language" (or, in archives before 2017, M/Language) is as given: a code of two letters,
// or the English name of the algorithm, such as "english". It returns "" where Xapian
// knows no stemmer.
//
// The writer of the index took the language that ICU reads from the metadata, and no more:
// text behind `_`, `-`, `.` or `@` does not count, upper case does not matter, and codes of
// three letters count in their terminological form only ("deu", not "ger"). A list
// ("eng,fra"), a space or any other odd string means that nothing was stemmed, and then
// nothing may be stemmed here.
func Language(metadata string) string {
	name, _, _ := strings.Cut(metadata, "\x00") // ICU reads a C string
	if i := strings.IndexAny(name, "_-.@"); i >= 0 {
		name = name[:i]
	}
	if len(name) > maxName {
		return ""
	}
	name = lower(name)
	if code, ok := codes[name]; ok {
		name = code
	}
	if _, ok := algorithms[name]; !ok {
		return ""
	}
	return name
}

// Languages returns the two-letter codes that have a stemmer, in alphabetical order: 24
// languages, and the three codes of Norwegian.
func Languages() []string {
	return slices.Sorted(maps.Values(codes))
}

// maxName is longer than any name in algorithms; what is longer need not be looked at.
const maxName = 16

// lower is ASCII only, as in ICU: "İD" is not Indonesian.
func lower(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}

// codes maps the ISO 639-2 terminological codes that ICU 72 shortens to a code with a
// stemmer. It was tried over all strings of up to three letters; these are all.
var codes = map[string]string{
	"ara": "ar", "cat": "ca", "dan": "da", "deu": "de", "eng": "en", "eus": "eu", "fin": "fi",
	"fra": "fr", "gle": "ga", "hun": "hu", "hye": "hy", "ind": "id", "ita": "it", "lit": "lt",
	"nep": "ne", "nld": "nl", "nno": "nn", "nob": "nb", "nor": "no", "por": "pt", "ron": "ro",
	"rus": "ru", "spa": "es", "swe": "sv", "tam": "ta", "tur": "tr",
}
