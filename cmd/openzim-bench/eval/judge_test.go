package eval

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestJudge(t *testing.T) {
	first := Probe{Mode: "first", Query: "a christmas carol", Expect: []string{"A Christmas Carol"}, Avoid: []string{"Christmas carol", anyDisambiguation}}
	reply := func(titles ...string) Reply {
		var r Reply
		for _, x := range titles {
			r.Passages = append(r.Passages, Shown{Title: x})
		}
		r.None = len(titles) == 0
		return r
	}
	for _, tt := range []struct {
		name          string
		p             Probe
		r             Reply
		passed, wrong bool
	}{
		{"right", first, reply("A Christmas Carol > Plot", "Christmas carol"), true, false},
		{"case does not matter", first, reply("A CHRISTMAS  carol"), true, false},
		{"wrong", first, reply("Christmas carol", "A Christmas Carol"), false, true},
		{"another", first, reply("Carol", "A Christmas Carol"), false, false},
		{"nothing", first, reply(), false, false},
		{"an error", first, Reply{Failed: true, Passages: []Shown{{Title: "A Christmas Carol"}}}, false, false},
		{"by redirect", Probe{Mode: "first", Expect: []string{"Munich"}}, Reply{Passages: []Shown{{Title: "München", From: "Munich"}}}, true, false},
		{"disambiguation page by title", first, reply("Carol (disambiguation)"), false, true},
		{"disambiguation page by mark", first, Reply{Passages: []Shown{{Title: "Carol", Ambiguous: true}}}, false, true},
		{"avoid", Probe{Mode: "avoid", Avoid: []string{"Leninist Komsomol*"}}, reply("Lenin"), true, false},
		{"avoid by prefix", Probe{Mode: "avoid", Avoid: []string{"Leninist Komsomol*"}}, reply("Leninist Komsomol of X"), false, true},
		{"avoid needs something", Probe{Mode: "avoid", Avoid: []string{"x"}}, reply(), false, false},
		{"all", Probe{Mode: "all", Expect: []string{"A", "B"}}, reply("A", "A > x", "C", "D", "E", "B"), true, false},
		{"all, but too late", Probe{Mode: "all", Expect: []string{"A", "B"}}, reply("A", "1", "2", "3", "4", "B"), false, false},
		{"all, one named", Probe{Mode: "all", Expect: []string{"A", "Bee"}}, Reply{Passages: []Shown{{Title: "A"}}, Text: "[1] A (x/A)\n-- not found: bee"}, true, false},
		{"a title in a passage is not named", Probe{Mode: "all", Expect: []string{"A", "Bee"}}, Reply{Passages: []Shown{{Title: "A"}}, Text: "[1] A (x/A)\nbee"}, false, false},
		{"ambiguous", Probe{Mode: "disambiguation"}, Reply{Ambiguous: true}, true, false},
		{"quoted", Probe{Mode: "quoted", Query: `"deep sea" fish`}, Reply{Passages: []Shown{{Text: "the Deep, sea"}}}, true, false},
		{"quoted, not in all", Probe{Mode: "quoted", Query: `"deep sea" fish`}, Reply{Passages: []Shown{{Text: "deep sea"}, {Text: "sea"}}}, false, false},
		{"zero", Probe{Mode: "zero"}, Reply{None: true, Offers: true}, true, false},
		{"zero without an offer", Probe{Mode: "zero"}, Reply{None: true}, false, false},
		{"zero with passages", Probe{Mode: "zero"}, Reply{None: true, Offers: true, Passages: []Shown{{}}}, false, false},
		{"unknown mode", Probe{Mode: "x"}, reply("A"), false, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if passed, wrong := tt.p.Judge(tt.r); passed != tt.passed || wrong != tt.wrong {
				t.Errorf("got passed %v, wrong %v, want %v, %v", passed, wrong, tt.passed, tt.wrong)
			}
		})
	}
}

func TestProbeArchive(t *testing.T) {
	a := ProbeArchive([]Probe{
		{Expect: []string{"The Birth of Venus"}, Avoid: []string{anyDisambiguation, "Birth*"}},
		{Expect: []string{"R&B"}, Avoid: []string{"Stalin (disambiguation)"}}, {Expect: []string{"R&B"}}})
	var titles []string
	for _, p := range a.Pages {
		titles = append(titles, p.ID+": "+p.Title)
	}
	want := []string{"Birth: Birth", "Birth_of_Venus_(disambiguation): Birth of Venus (disambiguation)", "R&B: R&B",
		"Stalin_(disambiguation): Stalin (disambiguation)", "The_Birth_of_Venus: The Birth of Venus"}
	if d := cmp.Diff(titles, want); d != "" {
		t.Errorf("got -, want +:\n%s", d)
	}
	if html := a.Pages[2].HTML; !strings.Contains(html, "R&amp;B") || strings.Contains(html, "disambig") {
		t.Errorf("page: %s", html)
	}
	if html := a.Pages[1].HTML; !strings.Contains(html, `id="disambigbox"`) {
		t.Errorf("disambiguation page: %s", html)
	}
}

func TestSplitBars(t *testing.T) {
	if d := cmp.Diff(splitBars(`a|b \| c|d`), []string{"a", "b | c", "d"}); d != "" {
		t.Errorf("got -, want +:\n%s", d)
	}
	if got := splitBars(""); got != nil {
		t.Errorf("of nothing: got %q", got)
	}
}
