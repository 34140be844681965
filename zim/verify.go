package zim

import (
	"context"
	"errors"
	"iter"
	"strings"
)

// Checks selects what Verify does.
type Checks uint32

// The checks. What a check finds is damage, but for the oddities that are marked as notes.
const (
	CheckLayout          Checks = 1 << iota // tables and checksum in place; notes: overlaps, empty parts, a newer minor version
	CheckMD5                                // the archive's checksum; note: there is none
	CheckPathPointers                       // every dirent lies in the archive and parses
	CheckPathOrder                          // paths increase; note: equal neighbours in a file of minor version 0
	CheckTitles                             // both title lists: indexes exist, titles do not decrease, v1 has the right form
	CheckClusterPointers                    // every cluster lies in the archive; note: two at the same place
	CheckClusterHeaders                     // compression, offset tables and frames of every cluster
	CheckMIME                               // every item's MIME type exists
	CheckRedirects                          // every redirect and the main page lead to an entry in a bounded number of hops
	CheckBlobs                              // every item's cluster and blob exist
	CheckDecode                             // every compressed cluster decodes to its last offset

	CheckAll   Checks = 1<<iota - 1
	CheckQuick        = CheckAll &^ (CheckMD5 | CheckDecode)
)

var checkNames = []string{"layout", "md5", "path-pointers", "path-order", "titles", "cluster-pointers",
	"cluster-headers", "mime", "redirects", "blobs", "decode"}

// String returns the checks' names, with commas between.
func (c Checks) String() string {
	var names []string
	for i, name := range checkNames {
		if c&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return strings.Join(names, ",")
}

// A Problem is one finding of Verify.
type Problem struct {
	Check Checks // the one check that found it
	Note  bool   // the format allows it
	Err   *FormatError
}

// Progress says how far a verification is. Done counts up to Total for each check or group of
// checks: entries, title positions, clusters, or bytes for CheckMD5.
type Progress struct {
	Checks      Checks
	Done, Total int64
}

// Verify yields every problem it finds. An error in the second place (I/O, ctx) ends it. It
// walks all that can be read, is stricter than reading, and takes memory of at most 100 MiB
// however large the archive is.
func (a *Archive) Verify(ctx context.Context, checks Checks) iter.Seq2[Problem, error] {
	return a.VerifyProgress(ctx, checks, nil)
}

// VerifyProgress is Verify with a function that is told how far it is, several times for
// each second of work. The function is called by the goroutine that ranges.
func (a *Archive) VerifyProgress(ctx context.Context, checks Checks, progress func(Progress)) iter.Seq2[Problem, error] {
	return func(yield func(Problem, error) bool) {
		v := &verifier{a: a, ctx: ctx, checks: checks, yield: yield, progress: progress}
		for _, step := range []func(*verifier){(*verifier).layout, (*verifier).clustersAndEntries, (*verifier).redirects,
			(*verifier).titles, (*verifier).md5} {
			if !v.stopped {
				step(v)
			}
		}
	}
}

// A verifier is one run of Verify.
type verifier struct {
	a        *Archive
	ctx      context.Context
	checks   Checks
	yield    func(Problem, error) bool
	progress func(Progress)
	stopped  bool      // by the caller, or by an error that is no finding
	bench    workbench // for one cluster after another
}

func (v *verifier) wants(c Checks) bool { return v.checks&c != 0 }

// report yields err if it was asked for: as a problem, or as the end of the run when it is
// not about the archive's bytes.
func (v *verifier) report(c Checks, err error) { v.tell(c, false, err) }

// note yields an oddity.
func (v *verifier) note(c Checks, err error) { v.tell(c, true, err) }

func (v *verifier) tell(c Checks, note bool, err error) {
	if err == nil || v.stopped {
		return
	}
	e := (*FormatError)(nil)
	switch {
	case !errors.As(err, &e):
		v.yield(Problem{}, err)
		v.stopped = true
	case v.wants(c):
		v.stopped = !v.yield(Problem{Check: c, Note: note, Err: e}, nil)
	}
}

// fail ends the run when err is no finding, and is silent otherwise: the damage belongs to
// another check.
func (v *verifier) fail(err error) { v.tell(0, false, err) }

func (v *verifier) tick(c Checks, done, total uint64) {
	if v.progress != nil {
		v.progress(Progress{c & v.checks, int64(done), int64(total)})
	}
}

// layout looks at what opening the archive passed over, and for tables that overlap.
func (v *verifier) layout() {
	h := &v.a.head
	if h.minor > lastMinor {
		v.note(CheckLayout, formatError(ErrVersion, "header", 6, "minor version %d is newer than %d", h.minor, lastMinor))
	}
	if n := v.a.src.empty; n > 0 {
		v.note(CheckLayout, formatError(ErrFormat, "file", 0, "%d parts without a byte", n))
	}
	for _, err := range v.a.atOpen {
		v.report(CheckLayout, err)
	}
	type table struct {
		name       string
		start, end uint64
	}
	tables := []table{
		{"MIME list", h.mimeListPos, v.a.mimeEnd},
		{"path pointer list", h.pathPtrPos, h.pathPtrPos + 8*uint64(h.entries)},
		{"cluster pointer list", h.clusterPtrPos, h.clusterPtrPos + 8*uint64(h.clusters)},
	}
	if h.titlePtrPos != none64 {
		tables = append(tables, table{"title list", h.titlePtrPos, h.titlePtrPos + 4*uint64(h.entries)})
	}
	for i, t := range tables {
		for _, u := range tables[:i] {
			if t.start < u.end && u.start < t.end {
				v.note(CheckLayout, formatError(ErrFormat, t.name, t.start, "overlaps the %s", u.name))
			}
		}
	}
}
