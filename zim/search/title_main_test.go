package search

import "testing"

// A page whose title is followed by the name of its site is found as what it is called.
func TestMainTitle(t *testing.T) {
	for title, want := range map[string]string{
		"pathlib — Object-oriented paths — Manual": "pathlib", "Tide | Sea school": "Tide", "Tide - low": "Tide - low", "1914–1918": "1914–1918", " — ": " — ", "": "",
	} {
		if got := mainTitle(title); got != want {
			t.Errorf("%q: got %q, want %q", title, got, want)
		}
	}
	a := askCorpus(t, "tide", Want{}, town("News", "<h2 id=tide>tide</h2>A tide came and the tide went: tide."), town("tide — How the sea moves — Sea school", "The moon pulls at the water."))
	if got := pathsOf(a); len(got) == 0 || got[0] == "News" {
		t.Errorf("got %q", got)
	}
}
