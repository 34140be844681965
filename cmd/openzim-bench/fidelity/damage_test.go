package fidelity

import (
	"strings"
	"testing"
)

const wholePage = `<!DOCTYPE html><html><body>
<nav><a href="/">the pages of this site</a></nav>
<main><h1>Boats</h1><p>A boat floats on water, by the law <math alttext="F=\rho gV"><mi>F</mi></math>.</p>
<h2 id="kinds">Kinds</h2>
<ul><li>small ones<ul><li>dinghy</li></ul></li><li>large ones</li></ul>
<table><tr><th>Kind</th><th>Crew</th></tr><tr><td>dinghy</td><td>two people</td></tr><tr><td>ferry</td><td>forty people</td></tr></table>
<table class="infobox"><tr><th>First built</th><td>long ago</td></tr></table>
<h3 id="code">Code</h3><pre>row(1)
  row(2)</pre>
<p><img src="b.jpg" alt="A boat under sail"></p></main></body></html>`

const faithful = `# Boats

A boat floats on water, by the law $F=\rho gV$.

## Kinds {#kinds}

- small ones
  - dinghy
- large ones

| Kind | Crew |
| --- | --- |
| dinghy | two people |
| ferry | forty people |

- First built: long ago

### Code {#code}

` + "```\nrow(1)\n  row(2)\n```" + `

![A boat under sail]
`

// perfect are the metrics that must be full on a faithful text. Precision is not among them: the page's alt counts against it.
var perfect = []Metric{Recall, Bare, Cell, Row, Math, Code, Heading, Anchor, Alt, ListDepth, Pair}

func TestFaithfulText(t *testing.T) {
	s := judge(t, wholePage, faithful)
	for _, m := range perfect {
		if x := s.Shares[m]; x.All == 0 || x.Hit != x.All {
			t.Errorf("%v: got %+v, want something and all of it; missed %q", m, x, s.Misses)
		}
	}
	if s.Leaks != 0 {
		t.Errorf("leaks: %q", s.Leaked)
	}
}

// A judge that lets damage pass is worth nothing: each kind of damage must show in the figure that is about it.
func TestDamageShows(t *testing.T) {
	for _, test := range []struct {
		name, old, new string
		metric         Metric
	}{
		{"a word lost", "floats ", "", Recall},
		{"a word made up", "water", "water forever", Bare},
		{"a cell lost", "two people", "", Cell},
		{"a row broken", "| ferry | forty people |", "ferry\n\nforty people", Row},
		{"cells swapped", "| ferry | forty people |", "| forty people | ferry |", Row},
		{"a formula changed", `$F=\rho gV$`, `$F=\rho gv$`, Math},
		{"a formula twice", `$F=\rho gV$`, `$F=\rho gV$ $F=\rho gV$`, Math},
		{"indentation lost in code", "\n  row(2)", "\nrow(2)", Code},
		{"a level changed", "### Code", "## Code", Heading},
		{"a heading's text changed", "### Code", "### Codes", Heading},
		{"an anchor lost", " {#kinds}", "", Anchor},
		{"an anchor changed", "{#code}", "{#_2}", Anchor},
		{"an alt lost", "![A boat under sail]", "", Alt},
		{"a level of a list lost", "  - dinghy", "- dinghy", ListDepth},
		{"a pair become a row", "- First built: long ago", "| First built | long ago |", Pair},
	} {
		if !strings.Contains(faithful, test.old) {
			t.Fatalf("%s: %q is not in the text", test.name, test.old)
		}
		before := judge(t, wholePage, faithful).Shares[test.metric].Percent()
		after := judge(t, wholePage, strings.Replace(faithful, test.old, test.new, 1)).Shares[test.metric].Percent()
		if after >= before {
			t.Errorf("%s: %v is %.2f, was %.2f: want less", test.name, test.metric, after, before)
		}
	}
	if s := judge(t, wholePage, "the pages of this site\n\n"+faithful); s.Leaks != 1 {
		t.Errorf("furniture let through: got %d leaks, want 1", s.Leaks)
	}
}
