package main

import (
	"strings"

	"github.com/openzim-mcp/openzim-mcp/cmd/openzim-bench/peer"
)

// What the rates of a case count.
const (
	perOp     = "µs/op"     // time of one operation
	perEntry  = "entries/s" // Count of the answer is entries
	perBytes  = "MB/s"      // Count of the answer is bytes
	byWall    = "wall"      // the target is about elapsed time
	byCPU     = "cpu"       // the target is about work of one core
	isDefault = "default"   // peers as they come
	isSmall   = "small"     // peers with caches as small as they go
)

// A step is a command, and whether the archive leaves the page cache before it.
type step struct {
	peer.Command
	evict bool
}

// A benchCase is one line of the report: steps to get ready, then what is timed.
type benchCase struct {
	name    string
	unit    string
	peers   string // isDefault or isSmall
	ops     int    // operations of the timed step, for perOp
	steps   []step
	timed   int     // how many of the last steps are timed; 0 means 1
	target  float64 // how many times libzim's speed ours should have; 0: none
	by      string  // what the target is about
	checked bool    // counts and checks of all peers must agree
}

// openTimes is how often an archive is opened in a row to time it.
const openTimes = 20

// cases lists what is measured on archive file, in order. Cases whose lists are empty are left out.
func cases(file string, p *plan, scanBytes int64) []benchCase {
	open := step{Command: peer.Command{Name: "open", Number: 1, File: file}}
	evicted := func(s step) step { s.evict = true; return s }
	paths := func(list string) step { return step{Command: peer.Command{Name: "paths", File: p.file(list)}} }
	items := func(list string) step { return step{Command: peer.Command{Name: "items", File: p.file(list)}} }
	do := func(name string, n int64) step { return step{Command: peer.Command{Name: name, Number: n}} }
	warm := []step{open, paths("warmup"), do("lookup", 1)}

	lookup := func(name, peers, list string, times int64, target float64) benchCase {
		return benchCase{
			name: name, unit: perOp, peers: peers, ops: int(times) * p.sizes[list], target: target, by: byWall,
			steps: append(append([]step(nil), warm...), paths(list), do("lookup", times)), checked: true,
		}
	}
	read := func(name, list string, ready, times int64, target float64) benchCase {
		c := benchCase{
			name: name, unit: perOp, peers: isDefault, ops: int(times) * p.sizes[list], target: target, by: byWall,
			steps: []step{open, items(list)}, checked: true,
		}
		if ready > 0 {
			c.steps = append(c.steps, do("read", ready))
		}
		c.steps = append(c.steps, do("read", times))
		return c
	}
	coldRead := read("compressed blob, cold file", "distinct", 0, 1, 0)
	coldRead.steps[len(coldRead.steps)-1].evict = true

	all := []benchCase{
		{
			name: "open, warm", unit: perOp, peers: isDefault, ops: openTimes, target: 100, by: byWall, checked: true,
			steps: []step{{Command: peer.Command{Name: "open", Number: openTimes, File: file}}},
		},
		lookup("lookup hit, warm", isDefault, "paths", 1, 3),
		lookup("lookup hit, warm, no dirent cache", isSmall, "paths", 1, 3),
		lookup("lookup miss, warm", isDefault, "misses", 1, 3),
		lookup("lookup hit, dirents cached", isDefault, "hot", 50, 0),
		read("raw blob, warm", "raw", 0, 1, 0),
		read("compressed blob, no cache", "distinct", 0, 1, 2),
		read("compressed blob, cached", "cached", 3, 400, 0),
		read("mix of reads, Zipf", "mix", 0, 1, 0),
		{
			name: "iterate by path", unit: perEntry, peers: isDefault, by: byWall, checked: true,
			steps: []step{open, do("iterate", 0)},
		},
		{
			name: scanCase, unit: perBytes, peers: isDefault, by: byCPU, checked: true,
			steps: []step{open, do("scan", scanBytes)},
		},
		{
			name: decodeCase, unit: perBytes, peers: isDefault, target: zstdTarget, by: byCPU,
			steps: []step{open, do("decode", 0)},
		},
		{
			name: "MD5", unit: perBytes, peers: isDefault, by: byCPU, checked: true,
			steps: []step{open, do("md5", 0)},
		},
		// From here on the file leaves the page cache; the runner loads it again for the next round.
		{
			name: "open, cold file", unit: perOp, peers: isDefault, ops: 1, target: 100, by: byWall, checked: true,
			steps: []step{do("close", 0), evicted(open)},
		},
		{
			name: "open and first lookup, cold file", unit: perOp, peers: isDefault, ops: 1, by: byWall, checked: true,
			steps: []step{do("close", 0), paths("one"), evicted(open), do("lookup", 1)}, timed: 2,
		},
		{
			name: "open and 200 lookups, cold file", unit: perOp, peers: isDefault, ops: 1, by: byWall, checked: true,
			steps: []step{do("close", 0), paths("cold"), evicted(open), do("lookup", 1)}, timed: 2,
		},
		coldRead,
	}
	return judged(nonEmpty(all), p)
}

// judged takes the targets away where they mean nothing: those of opening and lookup are about large archives
// (libzim keeps 512 entries in memory, all of a small one), and a mean needs some operations.
func judged(all []benchCase, p *plan) []benchCase {
	const large, some = 1_000_000, 50
	for i := range all {
		switch c := &all[i]; {
		case c.unit != perOp || strings.HasPrefix(c.name, "compressed") && c.ops >= some:
		case p.info.Entries < large:
			c.target = 0
		}
	}
	return all
}

// Cases that are compared with the C library of zstd: a scan makes items as well, decoding makes nothing else.
const (
	scanCase   = "scan by cluster"
	decodeCase = "decode all clusters"
)

// zstdTarget is what decoding should reach of the C library's speed, on one core.
const zstdTarget = 0.8

func nonEmpty(all []benchCase) []benchCase {
	var kept []benchCase
	for _, c := range all {
		if c.unit != perOp || c.ops > 0 {
			kept = append(kept, c)
		}
	}
	return kept
}
