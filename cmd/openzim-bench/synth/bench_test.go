package synth

import "testing"

// BenchmarkDirent is what the two passes over the directory cost for each entry.
func BenchmarkDirent(b *testing.B) {
	o, err := Options{Entries: 1_000_000}.withDefaults()
	if err != nil {
		b.Fatal(err)
	}
	l := newLayout(o)
	var d direntBuffer
	b.ReportAllocs()
	for i := uint64(0); b.Loop(); i++ {
		d.entry(l, i%1_000_000, place{})
	}
}

// BenchmarkText is what a cluster's worth of made-up text costs before compression.
func BenchmarkText(b *testing.B) {
	o, err := Options{Entries: 1000}.withDefaults()
	if err != nil {
		b.Fatal(err)
	}
	l := newLayout(o)
	b.ReportAllocs()
	for b.Loop() {
		p := l.textPayload(0, len(l.pageSizes(0)), nil)
		b.SetBytes(int64(len(p)))
	}
}
