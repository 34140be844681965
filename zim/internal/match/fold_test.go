package match

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

func TestFold(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "", ""},
		{"ASCII as it is", "plain text, 42!", "plain text, 42!"},
		{"ASCII capitals", "Ray CHARLES", "ray charles"},
		{"accents", "Élève Ångström Žižek", "eleve angstrom zizek"},
		{"accents as characters of their own", "E\u0301le\u0300ve", "eleve"},
		{"letters that are no accents", "Ærø Łódź ßtraße", "ærø łodz ßtraße"},
		{"capital sharp s", "STRAẞE", "straße"},
		{"dotted capital I", "İstanbul ISPARTA", "istanbul isparta"},
		{"sigma at the end", "ΟΔΥΣΣΕΥΣ ΣΑΣ", "οδυσσευς σας"},
		{"sigma alone", "Σ", "σ"},
		{"sigma before a sign and a letter", "ΑΣ'Α ΑΣ' Α", "ασ'α ας' α"},
		{"sigma behind a raised letter", "ᵂΣ ΑᵂΣ", "ᵂσ αᵂς"},
		{"Cyrillic", "Ёлка Йод", "елка иод"},
		{"Hebrew points", "שָׁלוֹם", "שלום"},
		{"Arabic vowels", "مُحَمَّد", "محمد"},
		{"Hindi vowel signs go too", "हिन्दी", "हनद"},
		{"Thai", "ที่นี่", "ทน"},
		{"Japanese voiced kana", "ガぎ", "カき"},
		{"Korean syllables stay", "한국", "한국"},
		{"Korean letters combine", "\u1112\u1161\u11ab", "한"},
		{"mark between Korean letters", "\u1112\u0301\u1161", "하"},
		{"ideographs", "中文字", "中文字"},
		{"compatibility ideograph", "\uf900", "\u8c48"},
		{"Deseret capitals", "\U00010400", "\U00010428"},
		{"full-width capitals", "ＡＢ", "ａｂ"},
		{"only marks", "\u0301\u0302", ""},
		{"not UTF-8", "A\xff\xc3B", "a\ufffd\ufffdb"},
	} {
		if got := Fold(c.text); got != c.want {
			t.Errorf("%s: got %+q, want %+q", c.name, got, c.want)
		}
	}
}

// TestFoldAlone holds what foldRune relies on: alone, a character folds to one or none.
func TestFoldAlone(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if folded := foldWhole(string(r)); utf8.RuneCountInString(folded) > 1 {
			t.Errorf("%U folds to %+q, want at most one character", r, folded)
		}
	}
}

// TestCompositionsEndInMarks holds what conjoins relies on: of the characters that combine
// with one before them, only Korean letters are left when the marks are gone.
func TestCompositionsEndInMarks(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		parts := []rune(norm.NFD.String(string(r)))
		if len(parts) < 2 {
			continue
		}
		if last := parts[len(parts)-1]; !unicode.Is(unicode.M, last) && !conjoins(last) {
			t.Errorf("%U ends in %U, which is no mark", r, last)
		}
	}
}

// TestFoldByCharacter compares both ways of folding over every character between others.
func TestFoldByCharacter(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		text := "aE\u0301" + string(r) + "\u0301B" + string(r)
		if got, want := Fold(text), foldWhole(text); got != want {
			t.Errorf("%U in %+q: got %+q, want %+q", r, text, got, want)
		}
	}
}

func TestFoldRandom(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	for range 20000 {
		text := randomText(random, 12)
		got := Fold(text)
		if want := foldWhole(text); got != want {
			t.Fatalf("%+q: got %+q, want %+q", text, got, want)
		}
	}
}

// TestFoldConcurrent lets many goroutines make the same pages, for the race detector.
func TestFoldConcurrent(t *testing.T) {
	text := "Ωμέγα Ёж ガ \u1e00\u0a01"
	want := Fold(text)
	done := make(chan string)
	for range 8 {
		go func() { done <- Fold(text) }()
	}
	for range 8 {
		if got := <-done; got != want {
			t.Errorf("got %+q, want %+q", got, want)
		}
	}
}

func FuzzFold(f *testing.F) {
	for _, seed := range []string{"", "Élève", "ΟΔΥΣΣΕΥΣ", "\u1112\u1161\u11ab", "a\xff\u0301", "ガ中한İ", strings.Repeat("\u0301", 40)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := Fold(text)
		if want := foldWhole(text); got != want {
			t.Errorf("%+q: got %+q, want %+q", text, got, want)
		}
		if !utf8.ValidString(got) {
			t.Errorf("%+q: got %+q, which is not UTF-8", text, got)
		}
		if again := Fold(got); again != got && !strings.ContainsRune(text, 'Σ') {
			t.Errorf("%+q: got %+q, and folded again %+q", text, got, again)
		}
		if len(got) > 3*len(text) {
			t.Errorf("%d bytes folded to %d", len(text), len(got))
		}
	})
}

// randomText returns up to n pieces: words, signs, marks and characters of many scripts.
func randomText(random *rand.Rand, n int) string {
	var b strings.Builder
	for range random.IntN(n + 1) {
		b.WriteString(randomPiece(random))
	}
	return b.String()
}

func randomPiece(random *rand.Rand) string {
	pieces := []string{"cats", "The", "U.S.A.", "e\u0301", "ß", "Σ", "σ", "İ", "中", "文", "한", "ア", "カ\u3099", "हि", "ก", "ب", "ש",
		"1", "2", "٣", "x", "Y", "c++", "#", "+", "'", "’", "&", "·", ",", ".", ";", ":", "-", "/", "\\", "@", " ", " ", "\t", "\u3000",
		"\u200b", "\u2060", "\ufeff", "\u00ad", "_", "\"", "(", ")", "½", "²", "\u0301", "\u0903", "Ａ", "A", "B", "\U00020000", "\U0001f600"}
	switch random.IntN(8) {
	case 0:
		return string(rune(random.IntN(0x250)))
	case 1:
		return string(rune(random.IntN(0x10000)))
	case 2:
		return string(rune(random.IntN(0x30000)))
	default:
		return pieces[random.IntN(len(pieces))]
	}
}
