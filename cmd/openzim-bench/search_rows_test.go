package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

func turnOf(mean, cpu float64) turn {
	return turn{latency: latency{mean, mean, mean, mean, mean}, wall: mean * 10 / 1e6, cpu: cpu * 10 / 1e6, queries: 10, read: 100}
}

func TestSearchRows(t *testing.T) {
	ours, theirs, gone := &searcher{name: "ours"}, &searcher{name: "other"}, &searcher{name: "gone"}
	rows := searchRows("case", []*searcher{ours, gone, theirs}, map[*searcher][]turn{
		ours:   {turnOf(10, 8), turnOf(20, 9)},
		theirs: {turnOf(30, 16), turnOf(80, 36)},
	})
	if len(rows) != 2 || rows[0].Contender != "ours" || rows[1].Contender != "other" {
		t.Fatalf("got %+v", rows)
	}
	r := rows[1]
	if r.Faster.Mean != (spread{3.5, 3, 4}) || !near(r.FasterCPU.Median, 3) || r.Queries != 10 || !near(r.Read, 10) {
		t.Errorf("got %+v", r)
	}
	if rows[0].Faster.Mean.Median != 0 || !near(rows[0].PerSecond.Max, 100_000) {
		t.Errorf("ours: got %+v", rows[0])
	}
	if r.judge(3.6); r.Met {
		t.Error("3.5 times meets 3.6")
	}
	if r.judge(3.5); !r.Met {
		t.Error("3.5 times misses 3.5")
	}
}

func TestSearchRowsWithoutOurs(t *testing.T) {
	ours := &searcher{name: "ours"}
	if rows := searchRows("case", []*searcher{ours}, nil); rows != nil {
		t.Errorf("got %+v", rows)
	}
	if rows := searchRows("case", nil, nil); rows != nil {
		t.Errorf("got %+v", rows)
	}
}

// The figures of a server are not those of the process that asks it.
func TestRemoteReadsAreNotKnown(t *testing.T) {
	s := &searcher{name: "server", remote: true}
	if rows := searchRows("case", []*searcher{s}, map[*searcher][]turn{s: {turnOf(1, 1)}}); rows[0].Read != 0 {
		t.Errorf("got %v bytes", rows[0].Read)
	}
}

func TestScaleRows(t *testing.T) {
	ours, theirs := lane{&searcher{name: "ours"}, "shared"}, lane{&searcher{name: "other"}, "own"}
	rows := scaleRows("case", []lane{ours, theirs}, map[lane]map[int64][]turn{
		ours:   {1: {turnOf(100, 100), turnOf(50, 50)}, 2: {turnOf(50, 90), turnOf(25, 45)}},
		theirs: {1: {turnOf(100, 100)}, 2: {turnOf(100, 100)}},
	})
	if len(rows) != 4 {
		t.Fatalf("got %d rows", len(rows))
	}
	two := rows[1]
	if two.Threads != 2 || !near(two.Growth.Median, 2) || !near(two.Cores.Median, 1.8) || two.Target != growthTarget || !two.Met {
		t.Errorf("got %+v", two)
	}
	if other := rows[3]; other.Archives != "own" || !near(other.Growth.Median, 1) || other.Target != 0 || !other.Met {
		t.Errorf("a peer is judged: %+v", other)
	}
}

func TestAgreementShowsDifferences(t *testing.T) {
	row := agreeRow{Queries: 3}
	row.compare([]string{"a", "b", "c"}, [][]string{{"x"}, {"x", "y"}, nil}, [][]string{{"x"}, {"y", "x"}, nil})
	if row.Same != 2 || len(row.Differences) != 1 || row.Differences[0].Query != "b" {
		t.Errorf("got %+v", row)
	}
}

func TestSearchTablesAndJSON(t *testing.T) {
	rep := searchReport{
		Archive: searchArchive{"a.zim", 1000, 10}, Rounds: 1, Peers: []string{"ours", "other"}, Terms: "2 terms",
		Agreement: []agreeRow{{Case: "answers of full text", Contender: "other", Queries: 2, Same: 1,
			Differences: []difference{{"the query", []string{"A"}, []string{"B"}}}}},
		Searches: []searchRow{
			{Case: "full text, warm", Contender: "ours", Postings: spread{2e6, 2e6, 2e6}},
			{Case: "full text, warm", Contender: "other", Faster: latencySpread{Mean: spread{1.25, 1, 2}}, Target: searchTarget},
		},
		Scaling: []scaleRow{{Case: "full text", Contender: "ours", Threads: 2, Growth: spread{1.9, 1.9, 1.9}, Target: growthTarget, Met: true}},
		Cost:    []costRow{{Case: "full text", Allocations: 12}},
		Cancel:  []cancelRow{{Case: "cancelled full text", Cancelled: 7, Target: cancelTarget}},
		Memory:  []searchMemory{{Contender: "ours", Beyond: 2e6}, {Contender: "other"}},
		Notes:   []string{"something is missing"},
	}
	var table, js bytes.Buffer
	if err := rep.writeTables(&table); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"a.zim", "1.25 (1.00-2.00)", "1.5: missed", "1.8: met", "5000: missed", "2.000 (1.048576: missed)", "note: something",
		"2.00 million postings/s", "1 of 2 differ", `"the query"`, "theirs B",
	} {
		if !strings.Contains(table.String(), want) {
			t.Errorf("the tables lack %q:\n%s", want, table.String())
		}
	}
	var back searchReport
	if err := rep.writeJSON(&js); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(js.Bytes(), &back); err != nil || back.Searches[1].Faster.Mean.Max != 2 || back.Cancel[0].Cancelled != 7 {
		t.Errorf("JSON comes back as %+v, %v", back, err)
	}
}

func TestInterleavedFigures(t *testing.T) {
	list := []int64{1, 10, 2, 20, 3}
	if a, b := every2nd(list, 0), every2nd(list, 1); len(a) != 3 || a[2] != 3 || len(b) != 2 || b[1] != 20 {
		t.Errorf("got %v and %v", a, b)
	}
}

// What was not measured leaves no empty table.
func TestSearchTablesOfNothing(t *testing.T) {
	var out bytes.Buffer
	if err := (&searchReport{}).writeTables(&out); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(out.String(), "\n"); n != 2 {
		t.Errorf("got %d lines, want 2:\n%s", n, out.String())
	}
}
