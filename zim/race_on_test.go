//go:build race

package zim_test

// raceEnabled says that the race detector makes everything some ten times slower.
const raceEnabled = true
