package search

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sort"
	"strings"

	"github.com/openzim-mcp/openzim-mcp/zim"
)

// A titleList is an index of the titles of an archive that carries none, made of its lists of titles and paths when it is
// first needed and kept as long as the archive is open. Archives with too many titles have none: their lists are searched
// near the question alone.
type titleList struct {
	shared *Indexes
	a      *zim.Archive
	busy   chan struct{} // holds one: who makes the index, or looks for it
	done   bool
	words  *titleWords
}

const (
	listedMost  = 50_000   // titles and redirects of one archive
	listedBytes = 64 << 20 // of all archives of one process
	wordBytes   = 40       // of a word beside its letters
)

// errNoTitles is of an archive whose titles are too many to be held.
var errNoTitles = errors.New("search: no words of titles")

func newTitleList(x *Indexes, a *zim.Archive) titleList {
	return titleList{shared: x, a: a, busy: make(chan struct{}, 1)}
}

// get returns the words of titles. It fails with errNoTitles where there are too many titles, or with ctx's error.
func (l *titleList) get(ctx context.Context) (*titleWords, error) {
	select {
	case l.busy <- struct{}{}:
		defer func() { <-l.busy }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if !l.done {
		w, err := readTitles(ctx, l.a)
		if err != nil && !errors.Is(err, errNoTitles) {
			return nil, err
		}
		if w != nil && l.shared.listed.Add(w.size) > listedBytes { // those that were first keep their place
			l.shared.listed.Add(-w.size)
			w = nil
		}
		l.words, l.done = w, true
	}
	if l.words == nil {
		return nil, errNoTitles
	}
	return l.words, nil
}

// close gives the memory back.
func (l *titleList) close() {
	l.busy <- struct{}{}
	if l.words != nil {
		l.shared.listed.Add(-l.words.size)
	}
	l.words, l.done = nil, true
	<-l.busy
}

// titleWords are the words of titles, sorted, each with the titles that have it. It does not change once made.
type titleWords struct {
	words   []string
	from    []uint32 // where the titles of each word begin in titles; one more at the end
	titles  []uint32 // numbers of titles, in order for each word
	entries []uint32 // of each title
	lengths []uint8  // words of each title, 255 for more
	total   uint64   // sum of lengths
	size    int64    // bytes, about
}

// readTitles reads the titles of front articles and those of redirects, each entry once. Entries that cannot be read are
// left out.
func readTitles(ctx context.Context, a *zim.Archive) (*titleWords, error) {
	b := titleBuilder{words: map[string][]uint32{}, seen: map[uint32]bool{}}
	n, err := a.TitleCount(ctx)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil || n > listedMost:
		return nil, errNoTitles
	}
	for pos := range n {
		if pos%256 == 255 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if e, err := a.TitleEntry(ctx, pos); err == nil {
			b.add(e, false)
		}
	}
	list := paths(a)
	lo, hi, err := list.span(ctx, "")
	if err == nil && hi-lo <= 2*listedMost {
		for pos := lo; pos < hi; pos++ {
			if pos%256 == 255 && ctx.Err() != nil {
				return nil, ctx.Err()
			}
			if e, err := list.entry(ctx, pos); err == nil {
				b.add(e, true)
			}
		}
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return b.build(), nil
}

// A titleBuilder collects titles.
type titleBuilder struct {
	words map[string][]uint32
	seen  map[uint32]bool
	t     titleWords
}

// add takes an entry's title, of the list of paths only that of a redirect.
func (b *titleBuilder) add(e zim.Entry, redirect bool) {
	if b.seen[e.Index()] || redirect && !e.IsRedirect() || len(b.t.entries) >= listedMost {
		return
	}
	b.seen[e.Index()] = true
	title := e.Title()
	if e.IsRedirect() {
		title = displayTitle(e)
	}
	number, n := uint32(len(b.t.entries)), 0
	readWords(plain(title), func(w textWord, _ int) {
		n++
		if list := b.words[w.text]; len(list) == 0 || list[len(list)-1] != number {
			b.words[w.text] = append(list, number)
		}
	})
	b.t.entries = append(b.t.entries, e.Index())
	b.t.lengths = append(b.t.lengths, uint8(min(n, 255)))
	b.t.total += uint64(n)
}

// build sorts what was collected.
func (b *titleBuilder) build() *titleWords {
	t := b.t
	text := textArena{}
	for w, list := range b.words {
		t.words = append(t.words, text.add([]byte(w)))
		t.size += int64(len(w)+wordBytes) + 4*int64(len(list))
	}
	slices.Sort(t.words)
	for _, w := range t.words {
		t.from = append(t.from, uint32(len(t.titles)))
		t.titles = append(t.titles, b.words[w]...)
	}
	t.from = append(t.from, uint32(len(t.titles)))
	t.size += 5 * int64(len(t.entries))
	return &t
}

// of returns the titles that have a word.
func (t *titleWords) of(word string) []uint32 {
	i, ok := slices.BinarySearch(t.words, word)
	if !ok {
		return nil
	}
	return t.titles[t.from[i]:t.from[i+1]]
}

// alike returns the titles with any word of the same stem, sorted, each once.
func (t *titleWords) alike(word string, st *stems) []uint32 {
	stem := st.of(word)
	begins := string([]rune(stem)[:min(len([]rune(stem)), stemBegins)])
	if st.stemmer == nil || begins == "" {
		return t.of(word)
	}
	var all []uint32
	for i := sort.SearchStrings(t.words, begins); i < len(t.words) && strings.HasPrefix(t.words[i], begins); i++ {
		if t.words[i] == word || st.of(t.words[i]) == stem {
			all = append(all, t.titles[t.from[i]:t.from[i+1]]...)
		}
	}
	if own := t.of(word); len(all) == 0 { // the stem begins otherwise than the word
		return own
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// stemBegins is how many letters words of one stem have in common at their beginning.
const stemBegins = 3

// best returns the entries of the titles with the most of the words, weighed as an index of titles would, at most limit.
func (t *titleWords) best(lists [][]uint32, weights []float64, limit int) []uint32 {
	score := map[uint32]float64{}
	average := max(float64(t.total)/float64(max(len(t.entries), 1)), 1)
	for i, list := range lists {
		for _, n := range list {
			norm := float64(t.lengths[n]) / average
			score[n] += float64(weights[i] * 2 / (1 + norm))
		}
	}
	numbers := make([]uint32, 0, len(score))
	for n := range score {
		numbers = append(numbers, n)
	}
	slices.SortFunc(numbers, func(a, b uint32) int { return cmp.Or(cmp.Compare(score[b], score[a]), cmp.Compare(a, b)) })
	var out []uint32
	for _, n := range numbers[:min(len(numbers), limit)] {
		out = append(out, t.entries[n])
	}
	return out
}

// rarity weighs a word by the titles that have it.
func (t *titleWords) rarity(list []uint32) float64 {
	return rarity(float64(len(t.entries)), float64(len(list)))
}

// walk returns a walk over the words.
func (t *titleWords) walk() wordList { return &titleWalk{t: t} }

// A titleWalk stands on one of the words.
type titleWalk struct {
	t  *titleWords
	at int
}

func (w *titleWalk) seek(from string) bool {
	w.at = sort.SearchStrings(w.t.words, from)
	return w.at < len(w.t.words)
}

func (w *titleWalk) term() []byte { return []byte(w.t.words[w.at]) }

func (w *titleWalk) frequency() uint64 { return uint64(w.t.from[w.at+1] - w.t.from[w.at]) }
