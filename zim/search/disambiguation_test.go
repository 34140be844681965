package search

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// mercury is a page that leads to others, one of which is not there.
const mercury = wikiStart + `<p><b>Mercury</b> may refer to:</p><ul><li><a href="Mercury_(planet)">Mercury (planet)</a>, the smallest planet</li>
<li><a href="Quicksilver">Mercury (element)</a>: a metal</li><li><a href="Mercury_(lost)">Mercury (lost)</a></li><li><a href="Mercury_(god)">Mercury (god)</a> - of merchants</li></ul>` + wikiEnd

// What MediaWiki puts around a page of like names.
const (
	wikiStart = `<html><body class="mediawiki"><div id="mw-content-text"><div class="mw-parser-output">`
	wikiEnd   = `<table id="disambigbox" class="metadata dmbox"><tr><td>It lists articles of like titles.</td></tr></table></div></div></body></html>`
)

func mercuryPages() []titledPage {
	return []titledPage{{"Mercury", mercury}, town("Mercury (planet)", "Mercury is the planet next to the Sun."), town("Quicksilver", "A metal that is liquid; also called mercury."),
		town("Mercury (god)", "The god of merchants."), town("Sun", "A star. Mercury is near it."), town("Other", "Nothing of it.")}
}

// A page of like names is a list of the articles it leads to, and their passages stand below it.
func TestOptionsOfADisambiguationPage(t *testing.T) {
	a := askCorpus(t, "mercury", Want{}, mercuryPages()...)
	if len(a.Passages) == 0 || a.Passages[0].Path != "Mercury" {
		t.Fatalf("got %q", pathsOf(a))
	}
	var got []string
	for _, o := range a.Passages[0].Options {
		got = append(got, o.ID()+" "+o.Gloss)
	}
	want := []string{"a/Mercury_(planet) the smallest planet", "a/Quicksilver a metal", "a/Mercury_(god) of merchants"}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("options: (-want +got)\n%s", d)
	}
	below := pathsOf(a)[1:]
	if len(below) == 0 || below[0] != "Mercury_(planet)" && below[0] != "Quicksilver" && below[0] != "Mercury_(god)" {
		t.Errorf("below it: %q", below)
	}
	for _, p := range a.Passages[1:] {
		if p.Path == "Mercury" || len(p.Options) > 0 {
			t.Errorf("%s twice, or with options: %v", p.Path, p.Options)
		}
	}
}

// A question of more words is no name of several things.
func TestNoOptionsForAQuestion(t *testing.T) {
	a := askCorpus(t, "which planet is next to the Sun, Mercury?", Want{}, mercuryPages()...)
	if len(a.Passages) == 0 || a.Passages[0].Path != "Mercury_(planet)" {
		t.Errorf("got %q", pathsOf(a))
	}
	for _, p := range a.Passages {
		if len(p.Options) > 0 {
			t.Errorf("%s has options", p.Path)
		}
	}
}

// However long the page, few of its articles are offered, each once, and none that is the page itself.
func TestOptionsAreBounded(t *testing.T) {
	var list strings.Builder
	pages := []titledPage{}
	for i := range 40 {
		title := fmt.Sprintf("Port %d", i)
		fmt.Fprintf(&list, `<li><a href="Port_%d">%s</a></li><li><a href="Port_%d">again</a></li><li><a href="Port">itself</a></li>`, i, title, i)
		pages = append(pages, town(title, "A port."))
	}
	pages = append(pages, titledPage{"Port", wikiStart + `<p>Port may be:<ul>` + list.String() + `</ul>` + wikiEnd})
	options := askCorpus(t, "port", Want{}, pages...).Passages[0].Options
	if len(options) != optionsMost {
		t.Fatalf("%d options", len(options))
	}
	for i, o := range options {
		if want := fmt.Sprintf("Port_%d", i); o.Path != want {
			t.Errorf("option %d: got %s, want %s", i, o.Path, want)
		}
	}
}

// Redirects lead to what they stand for, and archives without an index do the same.
func TestOptionsByTitleAlone(t *testing.T) {
	e := open(t, map[string]zimtest.Archive{"a": {Minor: 1, Entries: []zimtest.Entry{
		zimtest.Page("C/Mercury", "Mercury", strings.Replace(mercury, "Quicksilver", "Hydrargyrum", 1)), zimtest.Page("C/Mercury_(planet)", "Mercury (planet)", "<p>A planet."),
		zimtest.Page("C/Quicksilver", "Quicksilver", "<p>A metal."), zimtest.Redirect("C/Hydrargyrum", "C/Quicksilver"),
	}}})
	a := answer(t, e, "Mercury", Want{})
	var got []string
	for _, o := range a.Passages[0].Options {
		got = append(got, o.Path)
	}
	if d := cmp.Diff([]string{"Mercury_(planet)", "Quicksilver"}, got); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
}
