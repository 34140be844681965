package eval

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestBootstrap(t *testing.T) {
	values := make([]float64, 400)
	groups := make([]string, 400)
	for i := range values {
		values[i] = truth(i%4 != 0)
		groups[i] = string(rune('a' + i%4)) // questions of a group are all right or all wrong
	}
	e := Bootstrap(values, nil)
	if again := Bootstrap(values, nil); again != e {
		t.Errorf("equal input gives %+v and %+v", e, again)
	}
	if e.Mean != .75 || e.Low >= .75 || e.High <= .75 || e.High-e.Low > .1 {
		t.Errorf("of 400 independent values: got %+v", e)
	}
	if g := Bootstrap(values, groups); g.Mean != .75 || g.High-g.Low < .5 {
		t.Errorf("of 4 groups: got %+v, want an interval of at least 0.5", g)
	}
	if e := Bootstrap(nil, nil); e != (Estimate{}) {
		t.Errorf("of nothing: got %+v", e)
	}
	if e := Bootstrap([]float64{.3}, nil); e.Low != .3 || e.High != .3 {
		t.Errorf("of one value: got %+v", e)
	}
}

// TestBootstrapCovers: the interval of a mean of n values has about the width that the normal distribution gives.
func TestBootstrapCovers(t *testing.T) {
	values := make([]float64, 1000)
	for i := range values {
		values[i] = truth(i%2 == 0)
	}
	e := Bootstrap(values, nil)
	if w := e.High - e.Low; w < .056 || w > .068 { // 2 · 1.96 · √(0.25/1000) = 0.062
		t.Errorf("width %v, want about 0.062", w)
	}
}

func TestPaired(t *testing.T) {
	before, after := make([]float64, 200), make([]float64, 200)
	for i := range before {
		before[i] = truth(i%2 == 0)
		after[i] = truth(i%2 == 0 || i%10 == 1)
	}
	if d := Paired(before, after); !near(d.Mean, .1) || d.Low <= 0 {
		t.Errorf("20 of 200 better: got %+v", d)
	}
	if d := Paired(before, before); d.Mean != 0 || d.Low != 0 || d.High != 0 {
		t.Errorf("no difference: got %+v", d)
	}
}

func TestQuantile(t *testing.T) {
	v := []float64{5, 1, 4, 2, 3}
	got := []float64{Quantile(v, 0), Quantile(v, .5), Quantile(v, .95), Quantile(v, 1), Quantile(nil, .5)}
	if d := cmp.Diff(got, []float64{1, 3, 5, 5, 0}); d != "" {
		t.Errorf("got -, want +:\n%s", d)
	}
}

func TestArea(t *testing.T) {
	// 200 is within all six budgets, 600 within four, 20000 within none.
	if got, want := Area([]float64{200, 600, 20000}), (6.0+4)/18; !near(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
