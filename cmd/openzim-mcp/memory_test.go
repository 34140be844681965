package main

import (
	"runtime"
	"runtime/debug"
	"testing"
	"time"
)

func TestPercentFor(t *testing.T) {
	for _, c := range []struct {
		live uint64
		want int
	}{
		{0, 400}, {1, 400}, {8 << 20, 400}, {32 << 20, 400}, {64 << 20, 200}, {128 << 20, 100}, {4 << 30, 100}, {1 << 63, 100},
	} {
		if got := percentFor(c.live); got != c.want {
			t.Errorf("percentFor(%d) = %d, want %d", c.live, got, c.want)
		}
	}
}

// TestPace decides anew after each collection, whatever was set before.
func TestPace(t *testing.T) {
	before := debug.SetGCPercent(100)
	pace()
	defer debug.SetGCPercent(before) // the next collection sets it again; it harms no other test
	for range 2 {
		debug.SetGCPercent(77)
		for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(5 * time.Millisecond) {
			runtime.GC()
			got := debug.SetGCPercent(77)
			debug.SetGCPercent(got)
			if got != 77 {
				break
			}
			if time.Now().After(deadline) {
				t.Fatal("a collection was not followed by a decision")
			}
		}
	}
}
