package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/openzim-mcp/openzim-mcp/cmd/openzim-bench/peer"
)

func took(wall, cpu time.Duration, count, check uint64) sample {
	return sample{Answer: peer.Answer{Wall: wall, CPU: cpu, Count: count, Check: check}}
}

func TestResultOfTimes(t *testing.T) {
	c := benchCase{name: "lookup", unit: perOp, ops: 10, target: 3, by: byWall, checked: true}
	got := samples{
		"ours":  {took(20*time.Microsecond, 10*time.Microsecond, 10, 1)},
		"other": {took(80*time.Microsecond, 60*time.Microsecond, 10, 1)},
	}
	rows, notes := results(c, got, []string{"ours", "other"}, "")
	if len(rows) != 1 || len(notes) != 0 {
		t.Fatalf("got %d rows, notes %q", len(rows), notes)
	}
	r := rows[0]
	if !near(r.Wall.Median, 4) || !near(r.CPU.Median, 6) || !near(r.Ours.Wall.Median, 2) || !near(r.Theirs.CPU.Median, 6) || !r.Met {
		t.Errorf("got %+v", r)
	}
}

func TestResultOfRatesBesideZstd(t *testing.T) {
	c := benchCase{name: scanCase, unit: perBytes, target: zstdTarget, by: byCPU, checked: true}
	got := samples{
		"ours": {took(time.Second, time.Second, 500e6, 1)},
		"zstd": {took(time.Second, time.Second, 1000e6, 0)},
	}
	rows, notes := results(c, got, []string{"ours"}, "zstd")
	if len(rows) != 1 || len(notes) != 0 {
		t.Fatalf("got %d rows, notes %q: zstd counts other bytes and must not be checked", len(rows), notes)
	}
	if r := rows[0]; !near(r.CPU.Median, 0.5) || r.Target != zstdTarget || r.Met || !near(r.Ours.Wall.Median, 500) {
		t.Errorf("got %+v", r)
	}
}

func TestDifferentWorkIsNoted(t *testing.T) {
	c := benchCase{name: "read", unit: perOp, ops: 1, checked: true}
	got := samples{"ours": {took(1, 1, 10, 1)}, "other": {took(1, 1, 10, 2)}}
	if _, notes := results(c, got, []string{"ours", "other"}, ""); len(notes) != 1 || !strings.Contains(notes[0], "different work") {
		t.Errorf("got %q", notes)
	}
}

func TestResultAlone(t *testing.T) {
	rows, _ := results(benchCase{name: "open", unit: perOp, ops: 1}, samples{"ours": {took(1000, 1000, 1, 1)}}, []string{"ours"}, "")
	if len(rows) != 1 || rows[0].Peer != "" || !rows[0].Met {
		t.Errorf("got %+v", rows)
	}
	if rows, _ := results(benchCase{}, samples{}, []string{"ours"}, ""); rows != nil {
		t.Errorf("without samples: %+v", rows)
	}
}

func TestTableAndJSON(t *testing.T) {
	rep := report{
		Archive: archiveInfo{"6.2", 1000, 10, 2}, Rounds: 1, Peers: []string{"ours", "other"},
		Results: []result{
			{Case: "open", Unit: perOp, Peer: "other", Wall: spread{50, 40, 60}, Target: 100, TargetBy: byWall},
			{Case: "MD5", Unit: perBytes, Met: true},
		},
		Memory: []memory{{Peer: "ours", Base: 5e6}},
		Notes:  []string{"something is missing"},
	}
	var table, js bytes.Buffer
	if err := rep.writeTable(&table); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"ZIM 6.2", "50.0 (40.0-60.0)", "100 by wall: missed", "none", "note: something is missing"} {
		if !strings.Contains(table.String(), want) {
			t.Errorf("the table lacks %q:\n%s", want, table.String())
		}
	}
	var back report
	if err := rep.writeJSON(&js); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(js.Bytes(), &back); err != nil || len(back.Results) != 2 || back.Results[0].Wall.Max != 60 {
		t.Errorf("JSON comes back as %+v, %v", back, err)
	}
}

func near(a, b float64) bool { return a > 0.999*b && a < 1.001*b }
