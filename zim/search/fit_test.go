package search

import (
	"testing"

	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// A passage with the words of the question in other forms is no poor one, in any script; one without them is.
func TestFit(t *testing.T) {
	for _, tt := range []struct {
		name, language, query, title, text string
		weak                               bool
	}{
		{"the words", "eng", "When did the lamp of the lighthouse go out?", "Kermorvan", "The lamp of the lighthouse went out in 1944.", false},
		{"parts of compounds", "deu", "Wann sank das Dampfschifffahrtsmuseum?", "Hafen", "Das Dampfschiff sank im Jahr 1911 neben dem Museum für Dampfschifffahrt.", false},
		{"Chinese, with words of grammar around", "zho", "灯塔是什么时候建成的?", "海岸", "那座灯塔在1849年建成。", false},
		{"only a word that says little", "eng", "What does zyxomatic quorbling cost in winter?", "Season", "In winter it is cold.", true},
	} {
		fill := titledPage{"Other", "<p>Something else entirely; anderes; 别的东西。"}
		e := open(t, map[string]zimtest.Archive{"a": corpus{language: tt.language, pages: []titledPage{town(tt.title, tt.text), fill, fill}}.archive(t)})
		a := answer(t, e, tt.query, Want{})
		if len(a.Passages) == 0 || a.Passages[0].Weak != tt.weak || a.Passages[0].Title != tt.title {
			t.Errorf("%s: %+v", tt.name, a.Passages)
		}
	}
}
