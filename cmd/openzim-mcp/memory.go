package main

import (
	"os"
	"runtime/debug"

	"github.com/KimMachineGun/automemlimit/memlimit"
)

// gcPercent trades memory for time: the MCP SDK makes half a megabyte of garbage for each
// request, and with a small live heap the collector would run every few requests. The caches of
// archives are bounded by a setting, so the factor applies to little.
const gcPercent = 400

// tuneMemory sets the collector's pace and, inside a container or a cgroup, its limit. What the
// environment says (GOGC, GOMEMLIMIT, AUTOMEMLIMIT) wins.
func tuneMemory() {
	if _, set := os.LookupEnv("GOGC"); !set {
		debug.SetGCPercent(gcPercent)
	}
	memlimit.Set() // no cgroup means no limit, which is not an error
}
