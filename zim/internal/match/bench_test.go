package match

import (
	"strings"
	"testing"
)

// benchmarkTexts are about 100 KB each.
var benchmarkTexts = []struct{ name, text string }{
	{"English", strings.Repeat("The author's U.S. edition (c++, 3,000 copies) of well-known foxes; running. ", 1300)},
	{"French", strings.Repeat("L’élève français était déjà là, près de la forêt où naît la rivière d’Aÿ. ", 1200)},
	{"Russian", strings.Repeat("Съешь же ещё этих мягких французских булок, да выпей чаю. ", 950)},
	{"Chinese", strings.Repeat("中文维基百科是维基百科协作计划的中文版本，自二〇〇二年十月起。", 1050)},
	{"Hindi", strings.Repeat("हिन्दी विकिपीडिया एक मुक्त ज्ञानकोश है। ", 900)},
	{"initials", strings.Repeat("A.", 50000) + "x"},
	{"sigmas", strings.Repeat("Σ''''", 16000)},
}

func BenchmarkFold(b *testing.B) {
	for _, bench := range benchmarkTexts {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(bench.text)))
			for b.Loop() {
				Fold(bench.text)
			}
		})
	}
}

func BenchmarkWords(b *testing.B) {
	for _, bench := range benchmarkTexts {
		text := Fold(bench.text)
		if bench.name == "initials" {
			text = bench.text
		}
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				for w := range Words(text, true) {
					_ = w
				}
			}
		})
	}
}
