package policy

import (
	"cmp"
	"slices"
	"strings"
)

const (
	nearestRunes      = 64   // of each name compared; the rest is not looked at
	nearestCandidates = 4096 // of the names offered; 4096 comparisons of 64 by 64 runes take some tens of milliseconds
)

// Nearest returns at most n of the names in have that s may have been meant for, best first, equals in
// alphabetical order; none when nothing is near. Near is: equal but for case, dashes and spaces; one begins
// with the other; one holds the other (3 runes at least); or an edit distance (insert, delete, replace, swap of
// neighbours) of at most a third of the longer one's length. Cost is bounded: only the first 64 runes of a name
// and the first 4,096 names are looked at.
func Nearest(s string, have []string, n int) []string {
	if n <= 0 {
		return nil
	}
	type scored struct {
		name string
		cost int
	}
	var near []scored
	want := nearKey(s)
	for _, name := range have[:min(len(have), nearestCandidates)] {
		if cost, ok := nearCost(want, nearKey(name)); ok {
			near = append(near, scored{name, cost})
		}
	}
	slices.SortFunc(near, func(a, b scored) int {
		return cmp.Or(cmp.Compare(a.cost, b.cost), strings.Compare(a.name, b.name))
	})
	names := make([]string, 0, min(n, len(near)))
	for _, c := range near[:min(n, len(near))] {
		names = append(names, c.name)
	}
	return names
}

// nearKey folds what people confuse and cuts what is too long to compare.
func nearKey(s string) []rune {
	if len(s) > 4*nearestRunes {
		s = s[:4*nearestRunes]
	}
	key := []rune(strings.Map(func(r rune) rune {
		if r == '-' || r == '.' || r == ' ' {
			return '_'
		}
		return r
	}, strings.ToLower(trimASCII(s))))
	return key[:min(len(key), nearestRunes)]
}

// nearCost returns how far apart two keys are: 0 equal, then edits, then beginnings, then parts.
func nearCost(a, b []rune) (cost int, near bool) {
	if len(a) == 0 || len(b) == 0 {
		return 0, false
	}
	short, long := string(a), string(b)
	if len(a) > len(b) {
		short, long = long, short
	}
	apart := max(len(a), len(b)) - min(len(a), len(b))
	limit := max(1, max(len(a), len(b))/3)
	d := editDistance(a, b, limit)
	switch {
	case d <= limit:
		return 2 * d, true
	case min(len(a), len(b)) >= 3 && strings.HasPrefix(long, short):
		return 100 + apart, true
	case min(len(a), len(b)) >= 3 && strings.Contains(long, short):
		return 200 + apart, true
	}
	return 0, false
}

// editDistance returns the number of inserts, deletes, replacements and swaps of neighbours between a and b,
// or limit+1 when there are more than limit.
func editDistance(a, b []rune, limit int) int {
	if max(len(a), len(b))-min(len(a), len(b)) > limit {
		return limit + 1
	}
	var before []int
	prev, row := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		best := i
		for j := 1; j <= len(b); j++ {
			row[j] = min(prev[j]+1, row[j-1]+1, prev[j-1]+differs(a[i-1], b[j-1]))
			if before != nil && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
			best = min(best, row[j])
		}
		if best > limit {
			return limit + 1
		}
		if before == nil {
			before = make([]int, len(b)+1)
		}
		before, prev, row = prev, row, before
	}
	return min(prev[len(b)], limit+1)
}

func differs(a, b rune) int {
	if a == b {
		return 0
	}
	return 1
}
