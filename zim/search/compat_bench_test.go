package search

import (
	"os"
	"strings"
	"testing"

	"github.com/openzim-mcp/openzim-mcp/zim"
)

// benchArchive opens the archive that ZIM_BENCH_FILE names, or a real one of the tests.
func benchArchive(b *testing.B) *zim.Archive {
	file := os.Getenv("ZIM_BENCH_FILE")
	if file == "" {
		file = "../../../shared/data/zims/good/c7b45e51_tonedear.com_en_2024-09.zim"
	}
	a, err := zim.Open(file, nil)
	if err != nil {
		b.Skipf("no archive to search: name one in ZIM_BENCH_FILE (%v)", err)
	}
	b.Cleanup(func() { a.Close() })
	return a
}

// benchQueries are the lines of the file that ZIM_BENCH_QUERIES names.
func benchQueries() []string {
	if text, err := os.ReadFile(os.Getenv("ZIM_BENCH_QUERIES")); err == nil {
		return strings.Split(strings.TrimSpace(string(text)), "\n")
	}
	return []string{"ear training", "interval", "chord progressions quiz", "the", "p", "perf", "how to hear a perfect fourth"}
}

func BenchmarkCompatFullText(b *testing.B) {
	c, queries := NewCompat(benchArchive(b), nil), benchQueries()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, err := c.FullText(b.Context(), queries[i%len(queries)], CompatRange{Limit: 10}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCompatSuggest(b *testing.B) {
	c, queries := NewCompat(benchArchive(b), nil), benchQueries()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, err := c.Suggest(b.Context(), queries[i%len(queries)], CompatRange{Limit: 10}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkCompatSuggestParallel asks from as many goroutines as there are processors.
func BenchmarkCompatSuggestParallel(b *testing.B) {
	c, queries := NewCompat(benchArchive(b), nil), benchQueries()
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for i := 0; pb.Next(); i++ {
			if _, err := c.Suggest(b.Context(), queries[i%len(queries)], CompatRange{Limit: 10}); err != nil {
				b.Error(err)
			}
		}
	})
}
