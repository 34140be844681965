package synth

import (
	"errors"
	"fmt"
	"math"
)

// Limits of [Options].
const (
	maxEntries      = math.MaxUint32 - 64 // leaves room for metadata and listings
	maxClusterBytes = 64 << 20
)

// Options says what archive to write. The zero value of every field but Entries means its default.
type Options struct {
	// Entries is how many entries users see, all in namespace C (1 ≤ Entries ≤ 2³²-65).
	// Metadata and listings come on top.
	Entries int
	// Minor is the minor version of the format: 1 and 2 carry both title listings, 3 only v1. 0 means 3.
	Minor int
	// Redirects is the share of entries that are redirects, in percent (0-90). 0 means 26, negative none.
	Redirects int
	// Images is the share of entries stored uncompressed, in percent (0-90). 0 means 4, negative none.
	Images int
	// MeanBytes is the mean size of a text item before compression (64 ≤ MeanBytes ≤ 1 MiB). 0 means 4096.
	MeanBytes int
	// ClusterBytes is where a cluster is closed, before compression (4 KiB ≤ ClusterBytes ≤ 64 MiB). 0 means 2 MiB.
	ClusterBytes int
	// Distinct is how many different text clusters are made; later clusters repeat them in turn, which saves
	// the time of compressing them. 0 means 64.
	Distinct int
	// Corpus is a directory whose text files are cut into pages. Empty means text made up from Seed.
	Corpus string
	// Seed makes archives differ. Equal options give equal archives.
	Seed uint64
	// NewCompressor makes the compressor of one worker; nil means [NewGoCompressor].
	NewCompressor func() (Compressor, error)
}

// withDefaults returns o with every default filled in, or an error that names every field out of range.
func (o Options) withDefaults() (Options, error) {
	o.Minor = orDefault(o.Minor, 3)
	o.Redirects = orDefault(o.Redirects, 26)
	o.Images = orDefault(o.Images, 4)
	o.MeanBytes = orDefault(o.MeanBytes, 4096)
	o.ClusterBytes = orDefault(o.ClusterBytes, 2<<20)
	o.Distinct = orDefault(o.Distinct, 64)
	if o.NewCompressor == nil {
		o.NewCompressor = NewGoCompressor
	}
	o.Redirects, o.Images = max(o.Redirects, 0), max(o.Images, 0)
	return o, errors.Join(
		inRange("entries", o.Entries, 1, maxEntries),
		inRange("minor", o.Minor, 1, 3),
		inRange("redirects", o.Redirects, 0, 90),
		inRange("images", o.Images, 0, 90-int64(o.Redirects)),
		inRange("mean bytes", o.MeanBytes, 64, 1<<20),
		inRange("cluster bytes", o.ClusterBytes, 4<<10, maxClusterBytes),
		inRange("distinct", o.Distinct, 1, 1<<20),
	)
}

func orDefault(v, def int) int {
	if v == 0 {
		return def
	}
	return v
}

func inRange(field string, v int, lo, hi int64) error {
	if int64(v) < lo || int64(v) > hi {
		return fmt.Errorf("synth: %s is %d, want %d to %d", field, v, lo, hi)
	}
	return nil
}
