package main

import "testing"

func TestSpread(t *testing.T) {
	for _, test := range []struct {
		name   string
		values []float64
		want   spread
	}{
		{"none", nil, spread{}},
		{"one", []float64{3}, spread{3, 3, 3}},
		{"odd", []float64{9, 1, 2}, spread{2, 1, 9}},
		{"even", []float64{4, 1, 2, 9}, spread{3, 1, 9}},
	} {
		if got := spreadOf(test.values); got != test.want {
			t.Errorf("%s: got %+v, want %+v", test.name, got, test.want)
		}
	}
}

func TestRatiosAreOfTheSameRound(t *testing.T) {
	got := ratios([]float64{10, 100}, []float64{5, 50})
	if len(got) != 2 || got[0] != 2 || got[1] != 2 {
		t.Errorf("got %v, want 2 and 2", got)
	}
	if got := ratios([]float64{1, 2}, []float64{0}); got != nil {
		t.Errorf("divided by nothing: %v", got)
	}
}
