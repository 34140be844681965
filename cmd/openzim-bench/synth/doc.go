// Package synth writes large ZIM archives of made-up content, fast and in bounded memory, for measurements.
//
// An archive of any number of entries costs memory for a handful of clusters and eight bytes for each
// cluster, because everything about entry i (its path, its title, its kind and its place) follows from i
// alone and can be computed again on each pass: once for the clusters, once for the directory, once for
// the pointers. Paths are made in order, so nothing is sorted.
package synth
