package main

import "testing"

func TestLatency(t *testing.T) {
	hundred := make([]int64, 100)
	for i := range hundred {
		hundred[i] = int64(100-i) * 1000
	}
	for _, test := range []struct {
		name string
		list []int64
		want latency
	}{
		{"nothing", nil, latency{}},
		{"one", []int64{7000}, latency{7, 7, 7, 7, 7}},
		{"two", []int64{3000, 1000}, latency{2, 1, 3, 3, 3}},
		{"three", []int64{3000, 1000, 2000}, latency{2, 2, 3, 3, 3}},
		{"a hundred, the last first", hundred, latency{50.5, 50, 95, 99, 100}},
	} {
		if got := latencyOf(test.list, 1000); got != test.want {
			t.Errorf("%s: got %+v, want %+v", test.name, got, test.want)
		}
	}
}

func TestLatencyLeavesFiguresAsTheyWere(t *testing.T) {
	list := []int64{3, 1, 2}
	latencyOf(list, 1)
	if list[0] != 3 || list[2] != 2 {
		t.Errorf("sorted in place: %v", list)
	}
}

func TestRank(t *testing.T) {
	for _, test := range []struct {
		q    float64
		n    int
		want int
	}{{0, 5, 0}, {1, 5, 4}, {0.5, 4, 1}, {0.5, 5, 2}, {0.99, 100, 98}, {0.99, 200, 197}, {0.95, 10, 9}} {
		if got := rank(test.q, test.n); got != test.want {
			t.Errorf("rank(%v, %d): got %d, want %d", test.q, test.n, got, test.want)
		}
	}
}

func TestLatencyRatiosAreOfTheSameRound(t *testing.T) {
	theirs := []latency{{Mean: 10, P99: 30}, {Mean: 100, P99: 50}}
	ours := []latency{{Mean: 5, P99: 10}, {Mean: 50, P99: 10}}
	got := latencyRatios(theirs, ours)
	if got.Mean != (spread{2, 2, 2}) || got.P99 != (spread{4, 3, 5}) {
		t.Errorf("got %+v", got)
	}
	if got.P50 != (spread{}) {
		t.Errorf("divided by nothing: %+v", got.P50)
	}
}

func TestSpreadLatencies(t *testing.T) {
	got := spreadLatencies([]latency{{Mean: 1, Worst: 9}, {Mean: 3, Worst: 5}, {Mean: 2, Worst: 7}})
	if got.Mean != (spread{2, 1, 3}) || got.Worst != (spread{7, 5, 9}) {
		t.Errorf("got %+v", got)
	}
}

func TestTurn(t *testing.T) {
	one := turn{wall: 2, cpu: 1, queries: 100}
	if one.perSecond() != 50 || one.cpuEach() != 10_000 {
		t.Errorf("got %v queries a second, %v µs each", one.perSecond(), one.cpuEach())
	}
	if (turn{}).cpuEach() != 0 {
		t.Error("no queries cost something")
	}
}

func TestDialectOf(t *testing.T) {
	for name, want := range map[string]int{
		"libzim 8.1.1 (C++)": 8, "libzim 8 of Debian (Python)": 8, "libzim 8.2.0 (C++)": 8, "libzim 8.2.1 (C++)": 9,
		"libzim 9.8.2 (Python)": 9, "kiwix-serve 3.3.0, libzim 8.1.1": 8, "kiwix-serve": 9, "Xapian 1.4.22 (C++)": 9,
	} {
		if got := dialectOf(name); got != want {
			t.Errorf("%s: got %d, want %d", name, got, want)
		}
	}
}
