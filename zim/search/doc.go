// Package search finds entries in the archives of a library: by title, and by the many ways in which people and
// models name them. It never answers with another entry than the one that was asked for: what it cannot find, it says
// so, with the nearest candidates.
package search
