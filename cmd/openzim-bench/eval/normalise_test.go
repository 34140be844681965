package eval

import "testing"

func TestNormalise(t *testing.T) {
	for _, tt := range []struct{ name, in, lang, want string }{
		{"case, punctuation and spaces", "  The\tQuick—Brown, FOX!\n", "en", "the quick brown fox"},
		{"full case folding", "STRASSE Straße", "de", "strasse strasse"},
		{"compatibility forms", "ﬁve Ⅷ ２０", "en", "five viii 20"},
		{"marks stay", "naïve नमस्ते", "hi", "naïve नमस्ते"},
		{"Chinese loses spaces", "氧 气，是 一种", "zh", "氧气是一种"},
		{"Thai loses spaces", "ก ข", "th", "กข"},
		{"Markdown is punctuation", `**bold** \_x\_ [1]`, "en", "bold x 1"},
		{"nothing", "—!?", "en", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := Normalise(tt.in, tt.lang); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestHolds(t *testing.T) {
	for _, tt := range []struct {
		name, text, answer, lang string
		want                     bool
	}{
		{"whole words", "He died in 1990.", "1990", "en", true},
		{"no part of a word", "He died in 19901.", "1990", "en", false},
		{"at both ends", "ten", "Ten", "en", true},
		{"over punctuation", "October 6, 1973", "October 6 1973", "en", true},
		{"Chinese anywhere", "第二大石油生产国伊朗的", "伊朗", "zh", true},
		{"Arabic with an affix", "والنفط", "النفط", "ar", true},
		{"German whole words", "Sauerstoffatom", "Sauerstoff", "de", false},
		{"an answer of punctuation is in nothing", "a - b", "-", "en", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := Holds(tt.text, tt.answer, tt.lang); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}
