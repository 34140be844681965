package zimtest

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// Random returns an archive of n user entries (n ≥ 1) and any flavour but the damaged
// ones, all chosen by r. Paths and titles share prefixes, so that searches are hard;
// every path is there once.
func Random(r *rand.Rand, n int) Archive {
	a := Archive{
		Minor: uint16(r.IntN(4)), Compression: [...]byte{Stored, XZ, Zstd}[r.IntN(3)],
		ClusterSize: 1 + r.IntN(4000), Extended: r.IntN(4) == 0, OldLayout: r.IntN(3) == 0, Scatter: r.IntN(3) == 0,
		Metadata: Metadata(),
	}
	a.Old5 = a.Minor == 0 && r.IntN(2) == 0
	spaces := "C"
	if a.Minor == 0 {
		spaces = "AIJ-"
	}
	seen := map[string]bool{}
	for i := 0; len(a.Entries) < n; i++ {
		e := randomEntry(r, spaces, a.Entries)
		if seen[e.Path] {
			e.Path += fmt.Sprint("~", i)
		}
		seen[e.Path] = true
		a.Entries = append(a.Entries, e)
	}
	a.MainPage = a.Entries[0].Path
	return a
}

// randomEntry returns an item, or a redirect or alias to one of those before it.
func randomEntry(r *rand.Rand, spaces string, before []Entry) Entry {
	e := Entry{Path: string(spaces[r.IntN(len(spaces))]) + "/" + randomWord(r), Compression: [...]byte{0, 0, Stored, Zstd}[r.IntN(4)]}
	if r.IntN(2) == 0 {
		e.Title = randomWord(r)
	}
	if len(before) > 0 {
		other := before[r.IntN(len(before))]
		if k := r.IntN(8); k == 0 {
			e.Redirect = other.Path
			return e
		} else if k == 1 && other.Redirect == "" {
			e.Alias = other.Path
			return e
		}
	}
	e.MIME = [...]string{"text/html", "image/png", "text/css", "text/html; charset=utf-8"}[r.IntN(4)]
	e.Data = pattern(r.IntN(300))
	return e
}

// randomWord returns up to 8 of very few letters.
func randomWord(r *rand.Rand) string {
	letters := []string{"a", "b", "A", "/", " ", "é", "ab", "0"}
	var sb strings.Builder
	for range 1 + r.IntN(8) {
		sb.WriteString(letters[r.IntN(len(letters))])
	}
	return sb.String()
}
