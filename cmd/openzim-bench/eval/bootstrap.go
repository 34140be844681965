package eval

import (
	"math"
	"math/rand/v2"
	"slices"
)

// Rounds is how often a bootstrap draws.
const Rounds = 2000

// An Estimate is a mean with its 95 % interval.
type Estimate struct {
	Mean float64 `json:"mean"`
	Low  float64 `json:"low"`
	High float64 `json:"high"`
	N    int     `json:"n"` // values it is the mean of
}

// Bootstrap estimates the mean of values by drawing them again, percentile method. Where groups are given, one a value,
// whole groups are drawn: values of one group are not independent. Equal input gives equal output.
func Bootstrap(values []float64, groups []string) Estimate {
	e := Estimate{Mean: mean(values), N: len(values)}
	if len(values) == 0 {
		return e
	}
	sums, counts := grouped(values, groups)
	means := make([]float64, Rounds)
	r := rand.New(rand.NewPCG(1, uint64(len(values))))
	for i := range means {
		sum, n := 0.0, 0.0
		for range sums {
			k := r.IntN(len(sums))
			sum += sums[k]
			n += counts[k]
		}
		means[i] = sum / n
	}
	slices.Sort(means)
	e.Low, e.High = means[Rounds*25/1000], means[Rounds*975/1000-1]
	return e
}

// grouped returns sum and number of values of each group, in order of appearance; without groups each value is one.
func grouped(values []float64, groups []string) (sums, counts []float64) {
	if len(groups) != len(values) {
		counts = make([]float64, len(values))
		for i := range counts {
			counts[i] = 1
		}
		return values, counts
	}
	at := map[string]int{}
	for i, v := range values {
		k, ok := at[groups[i]]
		if !ok {
			k = len(sums)
			at[groups[i]] = k
			sums, counts = append(sums, 0), append(counts, 0)
		}
		sums[k] += v
		counts[k]++
	}
	return sums, counts
}

// Paired estimates the mean difference after minus before; both hold the same questions in the same order.
func Paired(before, after []float64) Estimate {
	d := make([]float64, min(len(before), len(after)))
	for i := range d {
		d[i] = after[i] - before[i]
	}
	return Bootstrap(d, nil)
}

func mean(v []float64) float64 {
	if len(v) == 0 {
		return 0
	}
	s := 0.0
	for _, x := range v {
		s += x
	}
	return s / float64(len(v))
}

// Quantile is the nearest rank: the smallest value that at least the share p of the values do not exceed. It is 0 of none.
func Quantile(values []float64, p float64) float64 {
	if len(values) == 0 {
		return 0
	}
	v := slices.Sorted(slices.Values(values))
	return v[min(max(int(math.Ceil(p*float64(len(v))))-1, 0), len(v)-1)]
}
