package match

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

// bigLn is the reference, to some 100 bits: the series of ln m around 1, and ln 2 by itself.
func bigLn(x float64) float64 {
	const precision = 200
	m, e := math.Frexp(x)
	v := new(big.Float).SetPrec(precision).SetFloat64(m)
	sum := bigAtanh(v, precision)
	two := bigAtanh(new(big.Float).SetPrec(precision).SetInt64(2), precision)
	sum.Add(sum, two.Mul(two, new(big.Float).SetInt64(int64(e))))
	f, _ := sum.Float64()
	return f
}

// bigAtanh returns ln v as 2 artanh((v-1)/(v+1)).
func bigAtanh(v *big.Float, precision uint) *big.Float {
	one := big.NewFloat(1)
	s := new(big.Float).SetPrec(precision).Sub(v, one)
	s.Quo(s, new(big.Float).SetPrec(precision).Add(v, one))
	square := new(big.Float).SetPrec(precision).Mul(s, s)
	sum, power := new(big.Float).SetPrec(precision), new(big.Float).SetPrec(precision).Set(s)
	for k := int64(1); k < 200; k += 2 {
		sum.Add(sum, new(big.Float).SetPrec(precision).Quo(power, new(big.Float).SetInt64(k)))
		power.Mul(power, square)
	}
	return sum.Add(sum, sum)
}

func TestLn(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	values := []float64{1, 2, 0.5, math.E, 1 + 0x1p-52, 1 - 0x1p-53, 1.5, 3, 10, 1e6, 5e6 + 0.5, 0x1p-1022, 5e-324, math.MaxFloat64}
	for range 4000 {
		values = append(values, 1+random.ExpFloat64()*math.Pow(10, float64(random.IntN(7))))
	}
	for _, x := range values {
		if got, want := Ln(x), bigLn(x); got != want {
			t.Fatalf("Ln(%v): got %x, want %x", x, got, want)
		}
	}
	for _, x := range []float64{0, -1, math.Inf(1), math.NaN()} {
		if got, want := Ln(x), math.Log(x); got != want && !math.IsNaN(want) {
			t.Errorf("Ln(%v) = %v", x, got)
		}
	}
}

// TestBounds: no document weighs more than the bound, nor is one that the length threshold
// leaves out any good.
func TestBounds(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	for range 20_000 {
		s := []BM25{FullTextBM25, SuggestionBM25, {K1: 1.2, B: 0.75}, {K1: 0, B: 0.5}, {K1: 1, B: 0}}[random.IntN(5)]
		docs := float64(1 + random.IntN(1_000_000))
		g := s.weigher(1+math.Floor(random.Float64()*docs), docs, docs*(1+1000*random.Float64()))
		most, shortest := 1+random.Uint32N(300), 1+random.Uint32N(50)
		bound := g.most(most, shortest)
		wdf := 1 + random.Uint32N(most)
		length := max(shortest, wdf) + random.Uint32N(5000)
		weight := g.part(wdf, length)
		if weight > bound {
			t.Fatalf("%+v: wdf %d of %d, length %d: %v above %v", s, wdf, most, length, weight, bound)
		}
		for _, min := range []float64{weight, math.Nextafter(weight, 0), weight * random.Float64()} {
			if length > g.longest(wdf, min) {
				t.Fatalf("%+v: wdf %d, length %d weighs %v, but is above the limit for %v", s, wdf, length, weight, min)
			}
		}
	}
}

func TestEstimates(t *testing.T) {
	for _, row := range []struct {
		est, lower, upper, want uint64
	}{
		{7, 0, 10, 7}, {17, 0, 100, 20}, {15, 0, 100, 20}, {14, 0, 100, 10}, {1234, 0, 100_000, 1000}, {1500, 1, 3000, 2000},
		{1500, 1000, 1900, 1500}, {1049, 1040, 1060, 1050}, {95, 91, 200, 100}, {196, 0, 199, 100}, {5, 5, 5, 5},
	} {
		if got := roundEstimate(row.est, row.lower, row.upper); got != row.want {
			t.Errorf("%d in [%d, %d]: got %d, want %d", row.est, row.lower, row.upper, got, row.want)
		}
	}
	if got := (Count{Tree: Estimate{40, 0, 100}, Matches: 7}).Estimate(); got != 7 {
		t.Errorf("fewer than 10 matches: got %d", got)
	}
	if got := (Count{Tree: Estimate{2, 0, 5}, Collapsed: true}).Estimate(); got != 2 {
		t.Errorf("no match, collapsed: got %d", got)
	}
}
