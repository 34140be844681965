package search

import (
	"testing"

	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// An article whose title is asked for may be excluded: the others that have the word are found all the same.
func TestTitleThatIsExcluded(t *testing.T) {
	c := corpus{language: "eng"}
	c.pages = append(c.pages, titledPage{"Heron", "<p>A heron is a bird that wades in shallow water.</p>"})
	for place, text := range map[string]string{"Kermorvan": "On the old gate of the town a heron is painted, and every child knows it.",
		"Zelda": "The ferry Heron crosses the strait twice a day except in winter.", "Borvik": "A brewery called Heron stood behind the station until the fire."} {
		c.pages = append(c.pages, titledPage{place, "<p>" + text + "</p>"})
	}
	e := open(t, map[string]zimtest.Archive{"a": c.archive(t)})
	for _, q := range []string{"heron -bird", "-bird heron", "heron -wades"} {
		a := answer(t, e, q, Want{})
		if len(a.Passages) < 2 {
			t.Errorf("%s: %d passages, reason %q", q, len(a.Passages), a.Reason)
		}
		for _, p := range a.Passages {
			if p.Title == "Heron" {
				t.Errorf("%s shows what it excludes", q)
			}
		}
	}
}
