package stem

import (
	"unicode/utf8"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/danish"
	"github.com/blevesearch/snowballstem/dutch"
	"github.com/blevesearch/snowballstem/english"
	"github.com/blevesearch/snowballstem/finnish"
	"github.com/blevesearch/snowballstem/french"
	"github.com/blevesearch/snowballstem/german"
	"github.com/blevesearch/snowballstem/hungarian"
	"github.com/blevesearch/snowballstem/irish"
	"github.com/blevesearch/snowballstem/italian"
	"github.com/blevesearch/snowballstem/norwegian"
	"github.com/blevesearch/snowballstem/porter"
	"github.com/blevesearch/snowballstem/portuguese"
	"github.com/blevesearch/snowballstem/romanian"
	"github.com/blevesearch/snowballstem/russian"
	"github.com/blevesearch/snowballstem/spanish"
	"github.com/blevesearch/snowballstem/swedish"
	"github.com/blevesearch/snowballstem/tamil"
	"github.com/blevesearch/snowballstem/turkish"
)

// MaxWord is the length in bytes up to which words are stemmed; longer ones are returned
// as they are. Writers leave words of more than 64 bytes (240 in the titles of newer
// archives) out of the index, so no term is missed. The time for a word can grow with the
// square of its length: this bounds it for texts that are one long word.
const MaxWord = 256

// A Stemmer reduces words of one language. A nil Stemmer returns words as they are: that
// is how an index without a stemmer was written. A Stemmer is for one goroutine at a time;
// making one is cheap.
type Stemmer struct {
	language string
	reduce   func(*snowballstem.Env) bool
	env      *snowballstem.Env
}

// New returns the stemmer for an index whose metadata "language" is as given, in the way of
// [Language], or nil where the index was written without one.
func New(metadata string) *Stemmer {
	language := Language(metadata)
	if language == "" {
		return nil
	}
	return &Stemmer{language: language, reduce: algorithms[language], env: snowballstem.NewEnv("")}
}

// Language returns what [Language] made of the metadata, "" of a nil Stemmer.
func (s *Stemmer) Language() string {
	if s == nil {
		return ""
	}
	return s.language
}

// Stem returns the stem of a folded word. It may be the empty string. Words longer than
// [MaxWord], or not in UTF-8, are returned as they are.
func (s *Stemmer) Stem(word string) string {
	if s == nil || len(word) > MaxWord || !utf8.ValidString(word) {
		return word
	}
	s.env.SetCurrent(word)
	s.reduce(s.env)
	return s.env.Current()
}

// algorithms maps the names that Xapian 1.4 knows and that [Language] can return. Of
// Xapian's names these are missing: lovins, german2 and earlyenglish, which no archive
// asks for, and kraaij_pohlmann, which ICU cuts at the underscore.
var algorithms = map[string]func(*snowballstem.Env) bool{
	"ar": arabicStem, "arabic": arabicStem,
	"ca": catalanStem, "catalan": catalanStem,
	"da": danish.Stem, "danish": danish.Stem,
	"de": german.Stem, "german": german.Stem,
	"en": english.Stem, "english": english.Stem, "porter": porter.Stem,
	"es": spanish.Stem, "spanish": spanish.Stem,
	"eu": basqueStem, "basque": basqueStem,
	"fi": finnish.Stem, "finnish": finnish.Stem,
	"fr": french.Stem, "french": french.Stem,
	"ga": irish.Stem, "irish": irish.Stem,
	"hu": hungarian.Stem, "hungarian": hungarian.Stem,
	"hy": armenianStem, "armenian": armenianStem,
	"id": indonesianStem, "indonesian": indonesianStem,
	"it": italian.Stem, "italian": italian.Stem,
	"lt": lithuanianStem, "lithuanian": lithuanianStem,
	"nb": norwegian.Stem, "nn": norwegian.Stem, "no": norwegian.Stem, "norwegian": norwegian.Stem,
	"ne": nepaliStem, "nepali": nepaliStem,
	"nl": dutch.Stem, "dutch": dutch.Stem,
	"pt": portuguese.Stem, "portuguese": portuguese.Stem,
	"ro": romanian.Stem, "romanian": romanian.Stem,
	"ru": russian.Stem, "russian": russian.Stem,
	"sv": swedish.Stem, "swedish": swedish.Stem,
	"ta": tamil.Stem, "tamil": tamil.Stem,
	"tr": turkish.Stem, "turkish": turkish.Stem,
}
