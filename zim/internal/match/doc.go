// Package match finds and ranks what an index holds; it begins with the text of questions.
//
// A word of a question finds a term of an index only when both were made in the same way.
// The way is that of the writers of these indexes, libzim with Xapian 1.4 and ICU, and it
// is kept exactly, also where one would do better:
//
//	[Fold]       lower case, without accents and other marks
//	[Scanner]    text to words, by the character classes of Unicode 9.0
//	[Grams]      a run of Chinese, Japanese or Korean to characters and pairs
//	[StopWords]  the words that an index left out, from its own metadata
//
// Stemming is in zim/internal/stem. Everything here takes any bytes, never fails, and works
// in time proportional to the text.
package match
