package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"

	"github.com/KimMachineGun/automemlimit/memlimit"
)

// The MCP SDK makes half a megabyte of garbage for each request, and with a small live heap the
// collector would run every few requests. So some garbage may gather between its runs; but where
// full caches make the live heap large, a multiple of it would be memory that nobody allowed.
const (
	garbage     = 128 << 20 // bytes that may gather, unless a bound below says otherwise
	mostPercent = 400       // of the live heap
	gcPercent   = 100       // of the live heap, however large: Go's own default
)

// tuneMemory sets the collector's pace and, inside a container or a cgroup, its limit. What the
// environment says (GOGC, GOMEMLIMIT, AUTOMEMLIMIT) wins.
func tuneMemory() {
	if _, set := os.LookupEnv("GOGC"); !set {
		pace()
	}
	memlimit.Set() // no cgroup means no limit, which is not an error
}

// pace sets how much garbage may gather until the next collection, and again after each one.
func pace() {
	debug.SetGCPercent(percentFor(liveHeap()))
	type lap struct{ _ *byte } // the pointer keeps it out of blocks of small objects, which outlive it
	runtime.AddCleanup(new(lap), func(struct{}) { pace() }, struct{}{})
}

// percentFor returns the garbage that may gather, in percent of the live heap.
func percentFor(live uint64) int {
	return int(min(max(garbage*100/max(live, 1), gcPercent), mostPercent))
}

// liveHeap returns the bytes that the last collection found in use; 0 before the first.
func liveHeap() uint64 {
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	if live[0].Value.Kind() != metrics.KindUint64 {
		return 0
	}
	return live[0].Value.Uint64()
}
