package match

import "strings"

// maxStopWords bounds what the metadata of an index can make us hold. The longest list that
// writers have is of some hundreds.
const maxStopWords = 100_000

// StopWords are the words that an index left out. The nil StopWords have none. Safe for
// concurrent use.
type StopWords map[string]struct{}

// ParseStopWords returns the words of an index's metadata "stopwords", one in a line; nil if
// it is empty. There is no list but this one: most indexes have none, and hold every word.
// Words beyond the first 100,000 are not read.
func ParseStopWords(metadata string) StopWords {
	var words StopWords
	for line := range strings.Lines(metadata) {
		line = strings.TrimSuffix(line, "\n")
		if line == "" {
			continue
		}
		if len(words) == maxStopWords {
			break
		}
		if words == nil {
			words = StopWords{}
		}
		words[line] = struct{}{}
	}
	return words
}

// Has says whether a word was left out. It is asked for the term before stemming.
func (s StopWords) Has(term string) bool {
	_, ok := s[term]
	return ok
}
