package search

import (
	"strings"
	"testing"
)

// A page that tells something comes before lists of links with the same words, however often those have them.
func TestLinkLists(t *testing.T) {
	list := "<ul>" + strings.Repeat(`<li><a href="a">tide tables</a><li><a href="b">the tide</a><li><a href="c">moon</a>`, 8) + "</ul>"
	prose := `<p>The <a href="t">tide</a> follows the moon, and tables of it are printed every year.</p>`
	p := ranked(t, "tide tables", "eng", titledPage{"Contents", list}, titledPage{"Sea", prose})
	if p.list[0].source != 1 {
		t.Errorf("the list is first: %.3f before %.3f", p.list[0].score, p.list[1].score)
	}
	if n := p.list[0].linked; n <= 0 || n > proseLinks {
		t.Errorf("links are %.2f of the prose", n)
	}
	for i := range p.list {
		if x := &p.list[i]; x.source == 0 && x.linked < .9 {
			t.Errorf("links are %.2f of the list", x.linked)
		}
	}
}

func TestLeading(t *testing.T) {
	for linked, want := range map[float64]float64{0: 1, .3: 1, proseLinks: 1, 1: listWorth, (1 + proseLinks) / 2: (1 + listWorth) / 2} {
		if got := leading(linked); got < want-1e-9 || got > want+1e-9 {
			t.Errorf("%.2f: got %.3f, want %.3f", linked, got, want)
		}
	}
}
