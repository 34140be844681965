package match

import "math"

// An Estimate says how many documents a query matches, before any is looked at.
type Estimate struct {
	Est, Min, Max uint64
}

// estimator holds the number of documents, by which estimates assume independence.
type estimator struct{ n uint64 }

func round(x float64) uint64 { return uint64(math.Floor(x + 0.5)) }

func (m estimator) exact(tf uint32) Estimate {
	return Estimate{uint64(tf), uint64(tf), uint64(tf)}
}

// and combines parts in the order in which they are looked at.
func (m estimator) and(parts []Estimate) Estimate {
	n := float64(m.n)
	r := float64(parts[0].Est)
	least, most := parts[0].Min, parts[0].Max
	for _, p := range parts[1:] {
		r = float64(r*float64(p.Est)) / n
		least += p.Min
		most = min(most, p.Max)
	}
	if over := uint64(len(parts)-1) * m.n; parts[0].Min == 0 || least < over {
		least = 0
	} else {
		least -= over
	}
	return Estimate{round(r), least, most}
}

func (m estimator) either(a, b uint64) uint64 {
	if m.n == 0 {
		return 0
	}
	both := float64(float64(a)*float64(b)) / float64(m.n)
	return round(float64(a) + float64(b) - both)
}

// or combines two parts of a tree; most is cut to the number of documents by the caller of
// the root, sums inside are not.
func (m estimator) or(a, b Estimate) Estimate {
	return Estimate{m.either(a.Est, b.Est), max(a.Min, b.Min), min(a.Max+b.Max, m.n)}
}

// anyOf estimates a synonym: the two rarest are combined until one is left.
func (m estimator) anyOf(parts []Estimate) Estimate {
	less := func(a, b Estimate) bool { return a.Est < b.Est }
	return mergeTwo(parts, less, m.or)
}

func (m estimator) andNot(l, r Estimate) Estimate {
	e := Estimate{Max: l.Max}
	if m.n > 0 {
		e.Est = round(float64(float64(l.Est) * (1 - float64(r.Est)/float64(m.n))))
	}
	if l.Min > r.Max {
		e.Min = l.Min - r.Max
	}
	return e
}

func (m estimator) xor(parts []Estimate) Estimate {
	if m.n == 0 {
		return Estimate{}
	}
	var p float64
	var sum, largest uint64
	exact := true
	for _, e := range parts {
		q := float64(e.Est) / float64(m.n)
		p = p + q - float64(float64(2*p)*q)
		sum += e.Max
		largest = max(largest, e.Min)
		exact = exact && e.Min == e.Max
	}
	e := Estimate{Est: round(float64(p * float64(m.n))), Max: min(sum, m.n)}
	if !exact {
		return e
	}
	if 2*largest > sum {
		e.Min = 2*largest - sum
	} else if sum%2 == 1 {
		e.Min = 1
	}
	if e.Max%2 != sum%2 && e.Max > 0 {
		e.Max--
	}
	return e
}

// sparse estimates how many of the documents with some words have them where they must be.
func sparse(e Estimate, part uint64) Estimate { return Estimate{e.Est / part, 0, e.Max} }

// A Count is what a search that looked at every match knows.
type Count struct {
	Tree      Estimate // from the query alone
	Matches   uint64   // documents that match
	Distinct  uint64   // different collapse keys among them
	Keyless   uint64   // matches without a key
	Collapsed bool     // keys were looked at
	Cut       bool     // as in [Found]
}

// Estimate returns the number that libzim shows for a search without a limit. It can be
// greater than the number of matches.
func (c Count) Estimate() uint64 {
	t := c.Tree
	if !c.Collapsed {
		if c.Matches < 10 {
			return c.Matches
		}
		return roundEstimate(max(t.Est, c.Matches), max(t.Min, c.Matches), t.Max)
	}
	dups := c.Matches - c.Keyless - c.Distinct
	lower, upper := c.Keyless+c.Distinct, t.Max-min(dups, t.Max)
	share := 1.0
	if c.Matches > 0 {
		share = float64(c.Matches-dups) / float64(c.Matches)
	}
	est := min(max(round(float64(float64(t.Est)*share)), lower), max(lower, upper))
	return roundEstimate(est, lower, upper)
}

// roundEstimate leaves as many digits as the bounds warrant.
func roundEstimate(est, lower, upper uint64) uint64 {
	size := min(upper-min(lower, upper), est)
	if size <= 10 {
		return est
	}
	step := uint64(10)
	for step <= size/10 {
		step *= 10
	}
	down := est - est%step
	switch {
	case down < lower:
		return down + step
	case down > upper-step:
		return down
	case est%step > step/2, est%step == step/2 && down-lower <= upper-down-step:
		return down + step
	}
	return down
}
