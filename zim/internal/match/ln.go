package match

import "math"

// A pair is the number hi + lo, with |lo| at most half an ulp of hi: twice the precision of
// a float64.
type pair struct{ hi, lo float64 }

// twoSum returns a + b without error (Knuth).
func twoSum(a, b float64) pair {
	s := a + b
	bb := s - a
	return pair{s, float64(a-float64(s-bb)) + float64(b-bb)}
}

// twoProduct returns a · b without error.
func twoProduct(a, b float64) pair {
	p := float64(a * b)
	return pair{p, math.FMA(a, b, -p)}
}

func (x pair) add(y pair) pair {
	s := twoSum(x.hi, y.hi)
	return twoSum(s.hi, s.lo+float64(x.lo+y.lo))
}

func (x pair) mul(y pair) pair {
	p := twoProduct(x.hi, y.hi)
	return twoSum(p.hi, p.lo+float64(float64(x.hi*y.lo)+float64(x.lo*y.hi)))
}

func (x pair) div(y pair) pair {
	q := x.hi / y.hi
	p := y.mul(pair{hi: q})
	rest := x.add(pair{-p.hi, -p.lo})
	return twoSum(q, rest.hi/y.hi)
}

// ln2 is the natural logarithm of 2.
var ln2 = pair{0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56}

// Ln returns the natural logarithm of x > 0, correctly rounded in all but one of some 10¹⁵
// cases, so it is the same on every architecture; [math.Log] is not. For other x it returns
// what math.Log does.
func Ln(x float64) float64 {
	if !(x > 0) || math.IsInf(x, 1) || x == 1 {
		return math.Log(x)
	}
	m, e := math.Frexp(x)
	if m < math.Sqrt2/2 {
		m *= 2
		e--
	}
	// ln m = 2 (s + s³/3 + s⁵/5 + …) with s = (m-1)/(m+1), |s| < 0.172
	s := twoSum(m, -1).div(twoSum(m, 1))
	square := s.mul(s)
	sum := pair{}
	for k := 45; k >= 1; k -= 2 {
		sum = sum.mul(square).add(pair{hi: 1}.div(pair{hi: float64(k)}))
	}
	sum = sum.mul(s)
	sum = pair{2 * sum.hi, 2 * sum.lo}
	return sum.add(ln2.mul(pair{hi: float64(e)})).hi
}
