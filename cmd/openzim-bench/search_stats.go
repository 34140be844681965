package main

import (
	"os"
	"slices"
	"strings"
)

// A latency sums up how long the queries of one round took, or how many blocks or bytes they needed.
type latency struct {
	Mean  float64 `json:"mean"`
	P50   float64 `json:"p50"`
	P95   float64 `json:"p95"`
	P99   float64 `json:"p99"`
	Worst float64 `json:"worst"`
}

// latencyOf sums up figures, each divided by unit.
func latencyOf(list []int64, unit float64) latency {
	if len(list) == 0 {
		return latency{}
	}
	v := slices.Sorted(slices.Values(list))
	sum := 0.0
	for _, n := range v {
		sum += float64(n)
	}
	at := func(q float64) float64 { return float64(v[rank(q, len(v))]) / unit }
	return latency{Mean: sum / float64(len(v)) / unit, P50: at(0.5), P95: at(0.95), P99: at(0.99), Worst: at(1)}
}

// rank is where the quantile q of n sorted figures is: the smallest that q of them do not exceed.
func rank(q float64, n int) int {
	i := int(q * float64(n))
	if float64(i) == q*float64(n) {
		i--
	}
	return min(max(i, 0), n-1)
}

// A latencySpread is a latency over rounds.
type latencySpread struct {
	Mean  spread `json:"mean"`
	P50   spread `json:"p50"`
	P95   spread `json:"p95"`
	P99   spread `json:"p99"`
	Worst spread `json:"worst"`
}

// spreadLatencies sums each figure up by itself.
func spreadLatencies(rounds []latency) latencySpread {
	of := func(f func(latency) float64) spread { return spreadOf(values(rounds, f)) }
	return latencySpread{
		Mean: of(func(l latency) float64 { return l.Mean }), P50: of(func(l latency) float64 { return l.P50 }),
		P95: of(func(l latency) float64 { return l.P95 }), P99: of(func(l latency) float64 { return l.P99 }),
		Worst: of(func(l latency) float64 { return l.Worst }),
	}
}

// latencyRatios divides theirs by ours, round by round: how many times as fast ours is.
func latencyRatios(theirs, ours []latency) latencySpread {
	of := func(f func(latency) float64) spread { return spreadOf(ratios(values(theirs, f), values(ours, f))) }
	return latencySpread{
		Mean: of(func(l latency) float64 { return l.Mean }), P50: of(func(l latency) float64 { return l.P50 }),
		P95: of(func(l latency) float64 { return l.P95 }), P99: of(func(l latency) float64 { return l.P99 }),
		Worst: of(func(l latency) float64 { return l.Worst }),
	}
}

// values maps rounds to numbers.
func values[T any](rounds []T, f func(T) float64) []float64 {
	v := make([]float64, len(rounds))
	for i, r := range rounds {
		v[i] = f(r)
	}
	return v
}

// loadAverage says how busy the machine is: runnable processes over 1, 5 and 15 minutes.
func loadAverage() string {
	b, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return ""
	}
	f := strings.Fields(string(b))
	return strings.Join(f[:min(3, len(f))], " ")
}
