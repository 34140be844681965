// Package stem reduces words to stems, as the index of an archive did when it was written.
//
// A word of a query finds a term of an index only when both went through the same
// function. So everything here follows what the writers use, Xapian 1.4 with ICU's names of
// languages, also where one would do better: see [Language]. Stop words are not known here,
// nor is folding: words come in as they stand in the index, lower-case and without accents.
//
// The algorithms are Snowball's (https://snowballstem.org, BSD-3): for eighteen languages
// those of github.com/blevesearch/snowballstem v0.9.0, which agree with Xapian 1.4 on every
// unaccented word that was compared (newer versions of the same algorithms do not); for
// Armenian, Basque, Catalan, Indonesian, Lithuanian and Nepali the files *_snowball.go,
// which generate.sh makes. Xapian 2 stems some languages otherwise. An index does not say
// which of the two wrote it; where that must be told apart, [New] is the one place to do it.
package stem
