package glass_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/openzim-mcp/openzim-mcp/zim/internal/glass"
)

// largeIndex returns an index of 200,000 documents made by Xapian, in which every document
// has "all" and every third "third". It is made once for all benchmarks of a run,
// and lies in the cache.
func largeIndex(b *testing.B) *glass.Index {
	b.Helper()
	needXapian(b)
	if large == nil {
		dir := b.TempDir()
		out, err := exec.Command(python, filepath.Join("testdata", "oracle", "large.py"), dir).Output()
		if err != nil {
			b.Skipf("no large index: install xapian-tools and python3-xapian (%v)", err)
		}
		if large, err = os.ReadFile(filepath.Join(dir, "large.glass")); err != nil {
			b.Fatal(err)
		}
		xapianRate, _ = strconv.ParseFloat(strings.TrimSpace(string(out)), 64)
	}
	x := blob{"large", bytes.NewReader(large), int64(len(large))}.open(b, nil)
	for table := range glass.Synonym {
		for e := x.Entries(b.Context(), table, nil); e.Next(); { // so that what follows is warm
		}
	}
	return x
}

var (
	large      []byte
	xapianRate float64 // postings a second that Xapian scores on the same index
)

// BenchmarkWalkPostings walks a list of 200,000 postings one by one, warm.
func BenchmarkWalkPostings(b *testing.B) {
	x := largeIndex(b)
	b.ReportAllocs()
	var p *glass.Postings
	var n, sum uint64
	for b.Loop() {
		p, _ = x.Postings(b.Context(), []byte("all"), p)
		for p.Next() {
			sum += uint64(p.WDF())
		}
		n += p.Count()
	}
	report(b, n, sum)
}

// BenchmarkReadPostings reads the same list by runs of up to 256.
func BenchmarkReadPostings(b *testing.B) {
	x := largeIndex(b)
	b.ReportAllocs()
	var p *glass.Postings
	var docs, wdfs [256]uint32
	var n, sum uint64
	for b.Loop() {
		p, _ = x.Postings(b.Context(), []byte("all"), p)
		for k := p.Read(docs[:], wdfs[:]); k > 0; k = p.Read(docs[:], wdfs[:]) {
			for _, w := range wdfs[:k] {
				sum += uint64(w)
			}
		}
		n += p.Count()
	}
	report(b, n, sum)
}

func report(b *testing.B, n, sum uint64) {
	b.Helper()
	if n == 0 || sum == 0 {
		b.Fatal("nothing was read")
	}
	rate := float64(n) / b.Elapsed().Seconds()
	b.ReportMetric(rate/1e6, "Mpostings/s")
	if xapianRate > 0 {
		b.ReportMetric(rate/xapianRate, "times-xapian-search")
	}
}

// BenchmarkSeekPostings skips through the list by about 300 docids each time.
func BenchmarkSeekPostings(b *testing.B) {
	x := largeIndex(b)
	b.ReportAllocs()
	var p *glass.Postings
	n := 0
	for b.Loop() {
		p, _ = x.Postings(b.Context(), []byte("all"), p)
		for d := uint32(1); p.Seek(d); d += 300 {
			n++
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n), "ns/seek")
}

// BenchmarkLookTermUp finds terms in a tree whose blocks are in the cache.
func BenchmarkLookTermUp(b *testing.B) {
	x := largeIndex(b)
	b.ReportAllocs()
	i := 0
	var p *glass.Postings
	for b.Loop() {
		p, _ = x.Postings(b.Context(), strconv.AppendInt([]byte("w"), int64(i%20000), 10), p)
		i += 7919
	}
}

// BenchmarkReadLength reads a length for each document, warm.
func BenchmarkReadLength(b *testing.B) {
	x := largeIndex(b)
	b.ReportAllocs()
	l := x.Lengths(b.Context())
	sum := uint64(0)
	for b.Loop() {
		for d := uint32(1); d <= x.LastDocID(); d++ {
			sum += uint64(l.Length(d))
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(x.LastDocID()), "ns/length")
}

// BenchmarkReadValues reads every tenth document's value.
func BenchmarkReadValues(b *testing.B) {
	x := largeIndex(b)
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		v := x.Values(b.Context(), 0, nil)
		for d := uint32(1); d <= x.LastDocID(); d += 10 {
			n += len(v.Value(d))
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(x.LastDocID()/10), "ns/value")
}

// BenchmarkReadData reads documents' data, here and there.
func BenchmarkReadData(b *testing.B) {
	x := largeIndex(b)
	b.ReportAllocs()
	var data []byte
	d := uint32(1)
	for b.Loop() {
		data, _ = x.Data(b.Context(), d, data[:0])
		d = (d+7919)%x.LastDocID() + 1
	}
}

// BenchmarkWalkTerms enumerates all 20,000 terms under a prefix.
func BenchmarkWalkTerms(b *testing.B) {
	x := largeIndex(b)
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		t := x.Terms(b.Context(), []byte("w"))
		for t.Next() {
			n++
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n), "ns/term")
}

// BenchmarkReadPositions reads the positions of a term in each third document.
func BenchmarkReadPositions(b *testing.B) {
	x := largeIndex(b)
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		at := x.Positions(b.Context(), []byte("third"), nil)
		for d := uint32(3); d <= x.LastDocID(); d += 3 {
			n += len(at.At(d))
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(x.LastDocID()/3), "ns/list")
}

// BenchmarkWalkPostingsCold walks the list with nothing in the cache, each time.
func BenchmarkWalkPostingsCold(b *testing.B) {
	largeIndex(b)
	b.ReportAllocs()
	var reads uint64
	for b.Loop() {
		cache := glass.NewCache(nil)
		x, err := glass.New(b.Context(), bytes.NewReader(large), int64(len(large)), &glass.Options{Cache: cache})
		if err != nil {
			b.Fatal(err)
		}
		p, _ := x.Postings(b.Context(), []byte("all"), nil)
		for p.Next() {
		}
		reads += cache.Stats().Reads
	}
	b.ReportMetric(float64(reads)/float64(b.N), "reads/op")
}
