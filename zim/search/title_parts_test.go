package search

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What a page is called for short stands around the name of its site, before brackets, and inside of joined words.
func TestTitleParts(t *testing.T) {
	for _, tt := range []struct {
		title string
		want  []string
	}{
		{"Tide", nil},
		{"std::sort - cppreference.com", []string{"std::sort", "cppreference.com"}},
		{"Erlang -- gen_server", []string{"Erlang", "gen_server"}},
		{"Tide (song)", []string{"Tide"}},
		{"HashMap (Java)", []string{"HashMap", "Hash Map (Java)", "Hash Map"}},
		{"(song)", nil},
		{" - ", nil},
		{"", nil},
	} {
		if diff := cmp.Diff(tt.want, textsOf(titleParts(tt.title))); diff != "" {
			t.Errorf("%q: -want +got:\n%s", tt.title, diff)
		}
	}
}

// Only the main part of a title stands for all of it: the name of a site is no question.
func TestMatchPart(t *testing.T) {
	s := &shelf{stems: newStems("eng")}
	tm := s.titleMatcher(readQuestion("sea school"), []float64{1, 1})
	for _, tt := range []struct {
		part  shortTitle
		exact bool
	}{{shortTitle{"Sea school", true}, true}, {shortTitle{"Sea school", false}, false}} {
		got := tm.matchPart(tt.part)
		if got.exact != tt.exact || got.value != butArticle {
			t.Errorf("%+v: got %+v", tt.part, got)
		}
	}
}

// A page whose title is a word of the question as it stands comes before those with other forms of it.
func TestAskFormsOfTitles(t *testing.T) {
	a := askCorpus(t, "what does transparent mean", Want{}, town("Transparently", "<p>Transparent things are transparent, transparent all through.</p>"),
		town("Transparent", "<p>Transparent things are transparent, transparent all through the sea and the glass.</p>"))
	if got := pathsOf(a); len(got) == 0 || got[0] != "Transparent" {
		t.Errorf("got %q", got)
	}
}

// Of pages that say the same, that is shown whose title the others only add to.
func TestAskStandsForTranslations(t *testing.T) {
	text := "<p>A program for charts that draws the coast of every island and prints the chart in colour for sailors at sea, with all lights and buoys on it.</p>"
	a := askCorpus(t, "draw the coast of islands on charts", Want{}, town("Charter help italian", text), town("Charter", text), town("Charter help", text))
	if got := pathsOf(a); !cmp.Equal(got, []string{"Charter"}) {
		t.Errorf("got %q", got)
	}
}

// Letters that change places are one slip, also where others stand between them.
func TestAskSwappedLetters(t *testing.T) {
	a := askCorpus(t, "vedio editor", Want{}, town("Video editor", "<p>An editor cuts films.</p>"), town("Vedo", "<p>A module for plots.</p>"), town("Video player", "<p>It plays.</p>"))
	if got := pathsOf(a); len(got) == 0 || got[0] != "Video_editor" && got[0] != "Video editor" {
		t.Errorf("got %q", got)
	}
}
