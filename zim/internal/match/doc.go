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
// Stemming is in zim/internal/stem. All of these take any bytes, never fail, and work in time
// proportional to the text.
//
// # Searches
//
// Two kinds of search read an index, through the interface [Source]:
//
//	[Search]    a tree, [Query], weighed and ordered as Xapian does, to the last bit
//	[OrSearch]  any of some terms, weighed as the caller likes, found by MaxScore
//
// Both go through the docids window by window. In a window the lists that lead are decoded in
// one loop and cut by what a document must weigh to be among the best; the other lists are
// asked for what is left. That passes over most of a long list and changes nothing in what is
// found: tests hold each search to one that looks at everything. What is found depends on
// the index and the question alone, not on the architecture: products are rounded before they
// are added. Searches look at their context after some hundred documents.
//
// [Gather] and [Statistics] make weights comparable over several indexes.
package match
