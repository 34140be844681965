package search

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/internal/match"
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

// BenchmarkCompatCancel ends searches at random moments and reports, in milliseconds, how
// long they then take to return. Estimates are asked for too, as they look at every match.
func BenchmarkCompatCancel(b *testing.B) {
	c, queries := NewCompat(benchArchive(b), nil), benchQueries()
	for name, ask := range map[string]func(context.Context, string, CompatRange) (CompatResult, error){"full text": c.FullText, "suggestion": c.Suggest} {
		b.Run(name, func(b *testing.B) {
			random := rand.New(rand.NewPCG(1, 1))
			took := map[string]time.Duration{}
			var late []float64
			for i := 0; b.Loop(); i++ {
				q := queries[i%len(queries)]
				begun := time.Now()
				if took[q] == 0 {
					if _, err := ask(b.Context(), q, CompatRange{Limit: 10, Estimate: true}); err != nil {
						b.Fatal(err)
					}
					took[q] = time.Since(begun)
				}
				ctx, cancel := context.WithCancel(b.Context())
				var ended time.Time
				timer := time.AfterFunc(time.Duration(random.Int64N(int64(took[q]))), func() { ended = time.Now(); cancel() })
				_, err := ask(ctx, q, CompatRange{Limit: 10, Estimate: true})
				if now := time.Now(); !timer.Stop() && err != nil {
					<-ctx.Done()
					late = append(late, float64(now.Sub(ended))/1e6)
				}
				cancel()
			}
			if slices.Sort(late); len(late) > 0 {
				b.ReportMetric(late[len(late)/2], "ms-median")
				b.ReportMetric(late[len(late)*99/100], "ms-99%")
				b.ReportMetric(late[len(late)-1], "ms-most")
				b.ReportMetric(float64(len(late)), "cancelled")
			}
		})
	}
}

// BenchmarkOr finds the 50 best articles with any of the words of a query: by a tree, by
// MaxScore, and by that in two parts.
func BenchmarkOr(b *testing.B) {
	ix, err := NewCompat(benchArchive(b), nil).full.get(b.Context())
	if err != nil {
		b.Skip(err)
	}
	type question struct {
		tree  *match.Query
		terms []match.OrTerm
	}
	var questions []question
	for _, q := range benchQueries() {
		var asked question
		st := takeStemmer(ix.language)
		var parts []*match.Query
		for w := range match.Words(match.Fold(q), true) {
			term := st.Stem(w.Term)
			stats, err := match.Gather(b.Context(), ix, term)
			if err != nil {
				b.Fatal(err)
			}
			parts = append(parts, match.Term(term))
			asked.terms = append(asked.terms, match.OrTerm{Term: term, Weight: match.FullTextBM25.Weight(stats.TF[term], stats.Docs)})
		}
		asked.tree = match.Or(parts...)
		questions = append(questions, asked)
	}
	b.Run("tree", func(b *testing.B) {
		b.ReportAllocs()
		s := match.Search{Limit: 50, Scheme: match.FullTextBM25}
		for i := 0; b.Loop(); i++ {
			if _, err := s.Top(b.Context(), ix, questions[i%len(questions)].tree); err != nil {
				b.Fatal(err)
			}
		}
	})
	for workers := range 3 {
		if workers == 1 {
			continue
		}
		b.Run(fmt.Sprint("MaxScore, workers ", workers), func(b *testing.B) {
			b.ReportAllocs()
			s := match.OrSearch{Limit: 50, Norm: match.FullTextBM25, Workers: workers}
			for i := 0; b.Loop(); i++ {
				if _, err := s.Find(b.Context(), ix, questions[i%len(questions)].terms); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
