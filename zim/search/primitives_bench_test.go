package search

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/openzim-mcp/openzim-mcp/zim"
)

// benchIndexes opens the indexes of the archive to measure with.
func benchIndexes(b *testing.B) (a *zim.Archive, shared *Indexes, kinds map[string]*archiveIndex) {
	b.Helper()
	a, shared = benchArchive(b), NewIndexes(nil)
	kinds = map[string]*archiveIndex{}
	pair := shared.of(a)
	for name, l := range map[string]*lazyIndex{"full text": &pair.full, "titles": &pair.titles} {
		ix, err := l.get(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		kinds[name] = ix
	}
	return a, shared, kinds
}

// someWords returns words of an index, at most n, taken at random places.
func someWords(b *testing.B, ix *archiveIndex, n int) (words []string) {
	b.Helper()
	random := rand.New(rand.NewPCG(3, 3))
	v := ix.vocabulary(b.Context(), walkLimit{seeks: 2 * n})
	for range 2 * n {
		from := string([]byte{byte('a' + random.IntN(26)), byte('a' + random.IntN(26))})
		if v.seek(from) && len(words) < n {
			words = append(words, string(v.term()))
		}
	}
	if len(words) == 0 {
		b.Skip("no words in the index")
	}
	return words
}

func BenchmarkTermStatistics(b *testing.B) {
	_, _, kinds := benchIndexes(b)
	for name, ix := range kinds {
		words := someWords(b, ix, 500)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if _, err := ix.term(b.Context(), words[i%len(words)]); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkVocabularySeek goes from a word to one that begins alike, as spelling does.
func BenchmarkVocabularySeek(b *testing.B) {
	_, _, kinds := benchIndexes(b)
	for name, ix := range kinds {
		words := someWords(b, ix, 500)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			v := ix.vocabulary(context.Background(), walkLimit{seeks: math.MaxInt32, terms: math.MaxInt32, blocks: math.MaxInt64})
			for i := 0; b.Loop(); i++ {
				v.seek(words[i/8%len(words)] + string(rune('a'+i%8*3)))
			}
			if v.err() != nil {
				b.Fatal(v.err())
			}
		})
	}
}

// BenchmarkPrefixTop finds the most frequent terms that begin with a letter, when they are
// not at hand, in blocks that are.
func BenchmarkPrefixTop(b *testing.B) {
	_, shared, kinds := benchIndexes(b)
	for name, ix := range kinds {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				var tops prefixTops
				if _, err := tops.of(b.Context(), ix.x, string(rune('a'+i%26)), expandLimit); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Logf("%+v", shared.Stats())
}

// BenchmarkDocumentOfEntry looks entries up in an index, and tells how many it finds.
func BenchmarkDocumentOfEntry(b *testing.B) {
	a, _, kinds := benchIndexes(b)
	for name, ix := range kinds {
		random := rand.New(rand.NewPCG(4, 4))
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			found := 0
			for b.Loop() {
				doc := 1 + random.Uint32N(ix.Size().LastDoc)
				e, ok, err := ix.entry(b.Context(), doc)
				if err != nil || !ok {
					b.Fatal(a.Info().UUID, doc, ok, err)
				}
				if _, ok, err = ix.document(b.Context(), e); err != nil {
					b.Fatal(err)
				} else if ok {
					found++
				}
			}
			b.ReportMetric(100*float64(found)/float64(b.N), "%found")
		})
	}
}
