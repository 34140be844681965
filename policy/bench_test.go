package policy

import (
	"fmt"
	"testing"
)

func BenchmarkNearestThousandNames(b *testing.B) {
	have := make([]string, 1000)
	for i := range have {
		have[i] = fmt.Sprintf("stackexchange_%04d_en_all_maxi_subject", i)
	}
	b.ReportAllocs()
	for b.Loop() {
		Nearest("stackexchnage_0500_en_all_maxi_subjct", have, 3)
	}
}

func BenchmarkParseID(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ParseID("wikipedia_en_all/Z%C3%BCrich#History~2"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFormatID(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		FormatID("wikipedia_en_all", 'C', "Ray_Charles", "Death")
	}
}
