package main

import (
	"testing"

	"github.com/openzim-mcp/openzim-mcp/zim"
)

func planOf(entries uint32, compressed int) *plan {
	return &plan{
		info: zim.Info{Entries: entries},
		sizes: map[string]int{
			"paths": 10, "misses": 10, "hot": 10, "cold": 10, "raw": 0, "distinct": compressed, "cached": compressed, "mix": compressed,
		},
	}
}

func targets(list []benchCase) map[string]float64 {
	m := make(map[string]float64)
	for _, c := range list {
		m[c.name] = c.target
	}
	return m
}

func TestTargetsOfLargeArchives(t *testing.T) {
	got := targets(cases("a.zim", planOf(3_000_000, 200), 1))
	for name, want := range map[string]float64{
		"open, warm": 100, "open, cold file": 100, "lookup hit, warm": 3, "lookup miss, warm": 3,
		"compressed blob, no cache": 2, decodeCase: zstdTarget, "MD5": 0,
	} {
		if got[name] != want {
			t.Errorf("%s: got %v, want %v", name, got[name], want)
		}
	}
}

func TestTargetsOfSmallArchives(t *testing.T) {
	for name, target := range targets(cases("a.zim", planOf(1000, 20), 1)) {
		if target != 0 && name != decodeCase {
			t.Errorf("%s has the target %v", name, target)
		}
	}
	if got := targets(cases("a.zim", planOf(1000, 60), 1))["compressed blob, no cache"]; got != 2 {
		t.Errorf("60 clusters are enough for a mean: got the target %v, want 2", got)
	}
}

// Lists that the archive could not fill leave no case behind.
func TestCasesWithoutItems(t *testing.T) {
	got := targets(cases("a.zim", planOf(1000, 0), 1))
	for _, name := range []string{"raw blob, warm", "compressed blob, no cache", "mix of reads, Zipf"} {
		if _, ok := got[name]; ok {
			t.Errorf("%s is measured on nothing", name)
		}
	}
}

// Only the timed steps may count, so no case may time its preparation.
func TestTimedStepsComeLast(t *testing.T) {
	for _, c := range cases("a.zim", planOf(1000, 200), 1) {
		for _, s := range c.steps[len(c.steps)-max(c.timed, 1):] {
			if s.Name == "paths" || s.Name == "items" || s.Name == "close" {
				t.Errorf("%s times the step %q", c.name, s.Name)
			}
		}
	}
}
