package search

import "testing"

// A passage is weak that has little of the question's weight, or too little speaks for it.
func TestWeakPassages(t *testing.T) {
	s := &asking{q: readQuestion("a1 b1 c1 d1"), found: []candidate{{}, {exact: true}}, stats: &statistics{docs: 1000}}
	s.pool = newPool(s.q, []float64{4, 3, 2, 1})
	for _, tt := range []struct {
		name           string
		score, covered float64
		source         int
		want           bool
	}{
		{"everything", 2, 1, 0, false},
		{"a good score", 1.2, 0.4, 0, false},
		{"a good score by little of the question", 1.2, 0.25, 0, true},
		{"a poor score", 0.5, 0.5, 0, true},
		{"a middling score by nearly all words", 0.8, 0.9, 0, false},
		{"nothing, of the article that was named", 0, 0, 1, false},
	} {
		if got := s.weak(&scored{source: tt.source, score: tt.score, covered: tt.covered}); got != tt.want {
			t.Errorf("%s: got %v, strength %v", tt.name, got, s.strength(&scored{source: tt.source, score: tt.score, covered: tt.covered}))
		}
	}
	s.q, s.pool = readQuestion(""), newPool(readQuestion(""), nil)
	if !s.weak(&scored{}) {
		t.Error("without words every passage is weak")
	}
}

// Words that were taken for others make an answer less certain, the more the less like the words asked for they are.
func TestCertainty(t *testing.T) {
	certainty := func(forms ...form) float64 {
		q := readQuestion("lighthouse bilogy")
		q.words[1].forms, q.words[1].nowhere = forms, len(forms) > 0
		s := &asking{q: q, stats: &statistics{docs: 1000}, pool: newPool(q, []float64{5, 2})}
		return s.certainty()
	}
	sure, once, twice := certainty(), certainty(formOf("biology", oneEdit)), certainty(formOf("theology", twoEdits))
	if sure != 1 || once >= sure || twice >= once || twice <= 0 {
		t.Errorf("got %v, %v, %v", sure, once, twice)
	}
}
