package search

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// words are a wordList in memory that counts what is asked of it.
type words struct {
	list  []string
	at    int
	seeks int
}

func (w *words) seek(from string) bool {
	w.seeks++
	w.at = sort.SearchStrings(w.list, from)
	return w.at < len(w.list)
}
func (w *words) term() []byte      { return []byte(w.list[w.at]) }
func (w *words) frequency() uint64 { return uint64(len(w.list[w.at])) }

func newWords(list ...string) *words {
	list = slices.Compact(slices.Sorted(slices.Values(list)))
	return &words{list: list}
}

// plainDistance is the textbook's recursion.
func plainDistance(a, b []rune) int {
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		for j := range d[i] {
			switch {
			case i == 0 || j == 0:
				d[i][j] = i + j
			case a[i-1] == b[j-1]:
				d[i][j] = d[i-1][j-1]
			default:
				d[i][j] = 1 + min(d[i-1][j-1], d[i-1][j], d[i][j-1])
			}
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(a)][len(b)]
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"a", "", 1}, {"photosythesis", "photosynthesis", 1}, {"bilogy", "biology", 1}, {"teh", "the", 1},
		{"ca", "abc", 3}, {"excpetion", "exception", 1}, {"München", "Munchen", 1}, {"Москва", "Мсоква", 1},
		{"ბიოლოგია", "ბილოგია", 1}, {"kitten", "sitting", 3}, {"abcdef", "uvwxyz", 4},
	} {
		if got := distance(c.a, c.b, 3); got != min(c.want, 4) {
			t.Errorf("distance(%q, %q) = %d, want %d", c.a, c.b, got, c.want)
		}
	}
}

// random returns words of few letters, so that many are near each other.
func randomWord(r *rand.Rand, letters []rune, most int) string {
	var b strings.Builder
	for range 1 + r.IntN(most) {
		b.WriteRune(letters[r.IntN(len(letters))])
	}
	return b.String()
}

// TestNeighboursAgainstAll compares the walk with a look at every word.
func TestNeighboursAgainstAll(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for round := range 400 {
		letters := [][]rune{[]rune("abc"), []rune("abcdefgh"), []rune("аяё"), []rune("aé한글٣\U0001F600")}[round%4]
		var list []string
		for range 300 {
			list = append(list, randomWord(r, letters, 9))
		}
		lex := newWords(list...)
		word, most, fixed := randomWord(r, letters, 9), 1+r.IntN(2), r.IntN(3)
		prefix := string([]rune(word)[:min(fixed, len([]rune(word)))])
		want := []string{}
		for _, w := range lex.list {
			if d := plainDistance([]rune(w), []rune(word)); d > 0 && d <= most && strings.HasPrefix(w, prefix) {
				want = append(want, fmt.Sprint(w, d))
			}
		}
		got := []string{}
		neighbours(lex, word, fixed, most, 1<<20, func(n neighbour) { got = append(got, fmt.Sprint(n.word, n.distance)) })
		if d := cmp.Diff(want, got); d != "" {
			t.Fatalf("round %d: %q within %d, %d fixed: (-want +got)\n%s", round, word, most, fixed, d)
		}
	}
}

// A walk through a large wordList stands on few of its words.
func TestNeighboursSeeLittle(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	letters := []rune("abcdefghijklmnopqrstuvwxyz")
	list := []string{"photosynthesis"}
	for range 200_000 {
		list = append(list, randomWord(r, letters, 12))
	}
	lex := newWords(list...)
	var got []string
	used := neighbours(lex, "photosythesis", 0, 1, 5000, func(n neighbour) { got = append(got, n.word) })
	if d := cmp.Diff([]string{"photosynthesis"}, got); d != "" {
		t.Error(d)
	}
	if used > 1500 || used != lex.seeks {
		t.Errorf("%d seeks, %d counted", lex.seeks, used)
	}
	t.Logf("%d seeks among %d words", used, len(lex.list))
}

func TestNeighboursEndAtTheBound(t *testing.T) {
	lex := newWords("aaaa", "aaab", "aaac", "aaba", "abaa", "baaa")
	n := 0
	if used := neighbours(lex, "aaax", 0, 1, 2, func(neighbour) { n++ }); used != 2 || lex.seeks != 2 {
		t.Errorf("used %d, asked %d times", used, lex.seeks)
	}
	if n > 2 {
		t.Errorf("%d words from 2 seeks", n)
	}
}
