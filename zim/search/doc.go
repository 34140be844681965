// Package search finds what is asked for in the archives of a library.
//
// [Engine.Ask] answers a question with passages, ranked in one list over all archives. Entries are found by title, and by
// the many ways in which people and models name them. It never answers with another entry than the one that was named:
// what it cannot find, it says so, with the nearest candidates.
//
// A [Compat] searches the indexes that an archive carries, of its text and of its titles, as libzim does. The [Indexes]
// of all archives share one cache; they are opened when first needed and closed with their archive.
package search
