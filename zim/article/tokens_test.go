package article

import (
	"math/rand"
	"strings"
	"testing"
	"unicode/utf8"
)

// No text takes over a tenth more tokens than were estimated, in either vocabulary. The estimate is not wasteful: over all texts it
// is less than a fifth above the dearer of the two.
func TestTokensAgainstCounts(t *testing.T) {
	sum, worst := 0.0, 0.0
	for _, c := range counted {
		got, dear := Tokens(c.text), max(c.o200k, c.cl100k)
		over := float64(dear) / float64(got)
		sum += 1 / over
		worst = max(worst, over)
		if over > 1.1 {
			t.Errorf("%s: %d estimated, %d o200k, %d cl100k: %.2f", c.name, got, c.o200k, c.cl100k, over)
		}
		t.Logf("%-24s %4d estimated, %4d o200k, %4d cl100k", c.name, got, c.o200k, c.cl100k)
	}
	if mean := sum / float64(len(counted)); mean > 1.2 {
		t.Errorf("estimates are %.2f of the counts in the mean", mean)
	}
	t.Logf("mean estimate %.3f of the dearer count, worst count %.3f of the estimate", sum/float64(len(counted)), worst)
}

// Strings made to be dear for what they look like take at most five times what was estimated.
func TestTokensOfRepetitions(t *testing.T) {
	for _, c := range []struct {
		text  string
		count int // of the dearer vocabulary
	}{} {
		if got := Tokens(c.text); 5*got < c.count {
			t.Errorf("%.20q…: %d estimated, %d counted", c.text, got, c.count)
		}
	}
}

// A beginning never costs more than the whole, and two halves together hardly less.
func TestTokensOfBeginnings(t *testing.T) {
	texts := []string{"", "a", " ", "\n", strings.Repeat("\u0301", 50), "\xff\xfe"}
	for _, c := range counted {
		texts = append(texts, c.text)
	}
	for _, s := range texts {
		last := 0
		for i := range s {
			n := Tokens(s[:i])
			if n < last {
				t.Fatalf("%q costs %d, less than its beginning", s[:i], n)
			}
			last = n
		}
		half := len(s) / 2
		for half < len(s) && !utf8.RuneStart(s[half]) {
			half++
		}
		if whole, parts := Tokens(s), Tokens(s[:half])+Tokens(s[half:]); parts < whole-2 {
			t.Errorf("%.20q: %d whole, %d in halves", s, whole, parts)
		}
	}
	if Tokens("") != 0 || Tokens("a") != 1 || Tokens(" ") > 1 {
		t.Errorf("empty %d, a letter %d, a space %d", Tokens(""), Tokens("a"), Tokens(" "))
	}
}

// fit returns the longest beginning that a budget allows, cut between runes.
func TestFit(t *testing.T) {
	for _, c := range counted {
		for _, budget := range []int{0, 1, 7, 20, 50, 1000} {
			n := fit(c.text, budget)
			if Tokens(c.text[:n]) > budget || n < len(c.text) && !utf8.RuneStart(c.text[n]) {
				t.Errorf("%s: %d bytes for %d tokens", c.name, n, budget)
			}
			if n < len(c.text) {
				_, size := utf8.DecodeRuneInString(c.text[n:])
				if Tokens(c.text[:n+size]) <= budget {
					t.Errorf("%s: more than %d bytes fit %d tokens", c.name, n, budget)
				}
			}
		}
	}
}

// Every code point has a price that can be: more than nothing, at most four tokens and what begins a word.
func TestEveryRuneHasAPrice(t *testing.T) {
	for r := rune(0x21); r <= utf8.MaxRune; r++ {
		if r >= 0xd800 && r < 0xe000 {
			continue
		}
		if n := Tokens(string(r)); n < 1 || n > 6 {
			t.Fatalf("%U costs %d", r, n)
		}
	}
}

// oneByOne is Tokens without its short way.
func oneByOne(s string) int {
	var e estimator
	for i := 0; i < len(s); {
		i += e.next(s[i:])
	}
	return e.tokens()
}

func TestTokensTheShortWay(t *testing.T) {
	texts := []string{strings.Repeat("x", 40), "Xxxxxxxxxxxxxxxxxxxxxxxxxx", "xxxxxxxxxxxXXxxxxxxxxxxx", "éaaaaaaaaaaaaaaaaaaé", "aB cD ABc ABcd", "a1b2"}
	for _, c := range counted {
		texts = append(texts, c.text)
	}
	for _, s := range texts {
		if got, want := Tokens(s), oneByOne(s); got != want {
			t.Errorf("%.30q: %d, one by one %d", s, got, want)
		}
	}
}

func FuzzTokens(f *testing.F) {
	for _, c := range counted {
		f.Add(c.text, 20)
	}
	f.Fuzz(func(t *testing.T, s string, budget int) {
		n := Tokens(s)
		if one := oneByOne(s); n != one {
			t.Fatalf("%d tokens, one by one %d", n, one)
		}
		if n < 0 || n > 5*len(s) || s != "" && n == 0 && strings.Trim(s, " \t\r") != "" {
			t.Fatalf("%d tokens for %d bytes", n, len(s))
		}
		if k := fit(s, budget); k < 0 || k > len(s) || budget >= 0 && Tokens(s[:k]) > budget {
			t.Fatalf("%d bytes fit %d tokens", k, budget)
		}
	})
}

func BenchmarkTokens(b *testing.B) {
	texts := map[string]string{"random": randomText()}
	for _, c := range counted {
		switch c.name {
		case "English prose", "Russian", "Chinese", "code", "Markdown table":
			texts[c.name] = strings.Repeat(c.text, 100)
		}
	}
	for name, s := range texts {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(s)))
			b.ReportAllocs()
			for b.Loop() {
				Tokens(s)
			}
		})
	}
}

// randomText has runes of all planes.
func randomText() string {
	rnd := rand.New(rand.NewSource(1))
	var b strings.Builder
	for range 20_000 {
		b.WriteRune(rune(rnd.Intn(0x2ffff)))
	}
	return strings.ToValidUTF8(b.String(), "x")
}
