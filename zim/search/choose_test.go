package search

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// town is a page of a corpus.
func town(title, text string) titledPage { return titledPage{title, "<p>" + text + "</p>"} }

// askCorpus asks an archive made of pages.
func askCorpus(t *testing.T, query string, want Want, pages ...titledPage) *Answer {
	t.Helper()
	return answer(t, open(t, map[string]zimtest.Archive{"a": corpus{language: "eng", pages: pages}.archive(t)}), query, want)
}

// pathsOf lists the articles of the passages, best first.
func pathsOf(a *Answer) (paths []string) {
	for _, p := range a.Passages {
		paths = append(paths, p.Path)
	}
	return paths
}

// A passage that repeats one shown gives way; a short one repeats nobody.
func TestRepeatedPassages(t *testing.T) {
	long := "The tide in the estuary of the Rance is the highest of the whole coast, with thirteen metres between low water and high water."
	a := askCorpus(t, "tide in the estuary", Want{Passages: 5}, town("One", long), town("Two", long), town("Three", long+" Or more."), town("Four", "Tide in another estuary altogether, by boat."))
	if got := pathsOf(a); len(got) != 2 || !slices.Contains(got, "Four") {
		t.Errorf("got %q", got)
	}
	a = askCorpus(t, "tide", Want{Passages: 5}, town("One", "High tide."), town("Two", "High tide."))
	if got := pathsOf(a); len(got) != 2 {
		t.Errorf("short ones: got %q", got)
	}
}

// Of one article two passages are shown, a third that is as good, and more only when the question is its name.
func TestPassagesOfOneArticle(t *testing.T) {
	var parts strings.Builder
	for i := range 6 {
		fmt.Fprintf(&parts, "<h2 id=s%d>Part %[1]d</h2><p>The herring fleet left in spring of year%[1]d with %d boats: alpha%[1]d beta%[1]d gamma%[1]d delta%[1]d zeta%[1]d theta%[1]d.</p>", i, 10+i)
	}
	pages := []titledPage{{"Herring fleet", parts.String()}, town("Other", "A fleet for herring lay elsewhere.")}
	for query, want := range map[string]int{"when did the herring fleet leave in spring": perArticle + 1, "herring fleet": DefaultPassages} {
		n := 0
		for _, path := range pathsOf(askCorpus(t, query, Want{Passages: 8}, pages...)) {
			if path == "Herring_fleet" {
				n++
			}
		}
		if n != want {
			t.Errorf("%s: %d passages, want %d", query, n, want)
		}
	}
}

// Without a number only passages nearly as good as the best are shown; with one, the others too.
func TestAsManyAsAreNeeded(t *testing.T) {
	pages := []titledPage{town("Best", "The lighthouse of Eckmühl was paid for by the daughter of marshal Davout."),
		town("Poor", "A marshal once passed by here, of whom nothing is known at all, but for a daughter whom he had."), town("Worse", "A daughter of the sea is what they called that rock.")}
	query := "lighthouse paid for by the daughter of marshal Davout"
	few, many := askCorpus(t, query, Want{}, pages...), askCorpus(t, query, Want{Passages: 3}, pages...)
	if got := pathsOf(few); !slices.Equal(got, []string{"Best"}) {
		t.Errorf("without a number: got %q", got)
	}
	if got := pathsOf(many); !slices.Equal(got, []string{"Best", "Poor", "Worse"}) {
		t.Errorf("with one: got %q", got)
	}
}

// Pages that only lead elsewhere stand behind articles.
func TestPagesThatLeadElsewhere(t *testing.T) {
	pages := []titledPage{{"Mercury list", `<div id="disambigbox"></div><p>Mercury may refer to: the planet, the metal and the god, each of them.</p>`}, town("Quicksilver", "Mercury may refer to: the planet, the metal and the god, none of them.")}
	got := pathsOf(askCorpus(t, "the metal and the planet", Want{Passages: 2}, pages...))
	if len(got) == 0 || got[0] != "Quicksilver" {
		t.Errorf("got %q", got)
	}
}

// The parts of a title and of a question that are common decide how much a title is worth.
func TestTitleMatch(t *testing.T) {
	q := readQuestion("lighthouse of Brest")
	s := &shelf{stems: newStems("eng")}
	idf := []float64{1, 3}
	for _, tt := range []struct {
		title string
		want  float64
		exact bool
	}{
		{"Lighthouse of Brest", 1, true},
		{"The lighthouse of Brest", butArticle, true},
		{"LIGHTHOUSE, OF BREST!", 1, true},
		{"Brest lighthouses", inflected, false},
		{"Brest", 0.75, false},
		{"Lighthouse", 0.25, false},
		{"Brest station", 0.375, false},
		{"Nantes", 0, false},
		{"", 0, false},
		{"of", 0, false},
	} {
		if got := s.titleMatcher(q, idf).match(tt.title); got.value != tt.want || got.exact != tt.exact {
			t.Errorf("%q: got %+v; want %v, %v", tt.title, got, tt.want, tt.exact)
		}
	}
}

// Overlap is of the smaller text.
func TestOverlap(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want float64
	}{{"a b c d", "a b c d", 1}, {"a b", "a b c d", 1}, {"a b c d", "c d e f g", 0.5}, {"a", "b", 0}, {"", "a", 0}, {"", "", 0}, {"Été", "ete", 1}} {
		if got := overlap(wordSet(tt.a), wordSet(tt.b)); got != tt.want {
			t.Errorf("%q, %q: got %v, want %v", tt.a, tt.b, got, tt.want)
		}
	}
}

// Whoever used an archive last lets go of it, once.
func TestHold(t *testing.T) {
	for _, late := range []bool{false, true} {
		var h hold
		released := 0
		release := func() { released++ }
		h.Add()
		h.Add()
		h.Sub()
		if !late {
			h.Sub()
		}
		if h.Done(release); (released == 1) != !late {
			t.Errorf("late %v: released %d times", late, released)
		}
		if late {
			h.Sub()
		}
		if released != 1 {
			t.Errorf("late %v: released %d times in the end", late, released)
		}
	}
}
