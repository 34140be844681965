package stem

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestStem(t *testing.T) {
	for _, c := range []struct{ name, language, word, want string }{
		{"plural", "eng", "cats", "cat"},
		{"nothing to take away", "eng", "cat", "cat"},
		{"empty", "eng", "", ""},
		{"number", "eng", "1984", "1984"},
		{"sign kept", "eng", "c++", "c++"},
		{"apostrophe", "eng", "author's", "author"},
		{"other script", "eng", "кошками", "кошками"},
		{"Russian", "rus", "кошками", "кошк"},
		{"German", "deu", "häuser", "haus"},
		{"German, folded", "deu", "hauser", "haus"},
		{"hop in Lithuanian", "lit", "apsaugoti", "apsaug"},
		{"Arabic", "ara", "كتابات", "كتابا"},
		{"Arabic takes signs out of numbers", "ara", "3,000.5", "30005"},
		{"Arabic digits", "ara", "٣٤", "34"},
		{"no stemmer", "jpn", "cats", "cats"},
		{"list of languages", "eng,fra", "cats", "cats"},
		{"too long", "eng", strings.Repeat("s", MaxWord) + "cats", strings.Repeat("s", MaxWord) + "cats"},
		{"not UTF-8", "eng", "c\xffats", "c\xffats"},
	} {
		if got := New(c.language).Stem(c.word); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

// TestStemReused lets one stemmer take many words, long before short.
func TestStemReused(t *testing.T) {
	s := New("en")
	for range 2 {
		for _, word := range []string{"internationalization", "a", "", "running"} {
			if got, want := s.Stem(word), New("en").Stem(word); got != want {
				t.Errorf("%s: got %q, want %q", word, got, want)
			}
		}
	}
}

func TestLanguage(t *testing.T) {
	for _, c := range []struct{ name, metadata, want string }{
		{"three letters", "eng", "en"},
		{"two letters", "en", "en"},
		{"upper case", "EN", "en"},
		{"country", "en_US", "en"},
		{"country with hyphen", "en-GB", "en"},
		{"encoding", "en.UTF-8", "en"},
		{"keyword", "eng@x", "en"},
		{"name", "English", "english"},
		{"older English", "porter", "porter"},
		{"terminological", "deu", "de"},
		{"bibliographic", "ger", ""},
		{"bibliographic", "fre", ""},
		{"Norwegian", "nor", "no"},
		{"Bokmål", "nob", "nb"},
		{"Nynorsk", "nno", "nn"},
		{"equals sign before", "=en", ""},
		{"space behind", "eng ", ""},
		{"list", "eng,fra", ""},
		{"list with colon", "en:fr", ""},
		{"many", "mul", ""},
		{"none", "none", ""},
		{"empty", "", ""},
		{"separator first", "_en", ""},
		{"private", "x-en", ""},
		{"one that Xapian does not know", "npi", ""},
		{"NUL ends it", "en\x00fr", "en"},
		{"capitals beyond ASCII", "\u0130d", ""},
		{"not UTF-8", "\xff\xfe", ""},
		{"long", strings.Repeat("en", 1000), ""},
		{"long behind the code", "en_" + strings.Repeat("x", 1000), "en"},
	} {
		if got := Language(c.metadata); got != c.want {
			t.Errorf("%s: %q: got %q, want %q", c.name, c.metadata, got, c.want)
		}
		if got := New(c.metadata).Language(); got != c.want {
			t.Errorf("%s: stemmer for %q: got %q, want %q", c.name, c.metadata, got, c.want)
		}
	}
}

func TestLanguages(t *testing.T) {
	want := strings.Fields("ar ca da de en es eu fi fr ga hu hy id it lt nb ne nl nn no pt ro ru sv ta tr")
	if diff := cmp.Diff(want, Languages()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	for _, code := range want {
		if New(code) == nil {
			t.Errorf("%s has no stemmer", code)
		}
	}
	for name := range algorithms {
		if Language(name) != name || len(name) > maxName {
			t.Errorf("%s cannot be reached", name)
		}
	}
}

// FuzzStem tries words in every language.
func FuzzStem(f *testing.F) {
	for _, seed := range []string{"", "cats", "'''", "кошками", "häuser", "yyyyyyy", "medžiais", "\u0dca\u0301", "١٢٣", "c\xff",
		"கள்கள்கள்", "ության", strings.Repeat("aeiouy", 100), "والكتابات", "हरूको", "meniuses", "\U0010ffff"} {
		f.Add(seed)
	}
	stemmers := make(map[string]*Stemmer)
	for name := range algorithms {
		stemmers[name] = New(name)
	}
	f.Fuzz(func(t *testing.T, word string) {
		for name, s := range stemmers {
			got := s.Stem(word)
			if utf8.ValidString(word) && !utf8.ValidString(got) {
				t.Errorf("%s: %+q became %+q, which is not UTF-8", name, word, got)
			}
			if len(got) > 2*len(word)+8 {
				t.Errorf("%s: %+q grew to %+q", name, word, got)
			}
		}
	})
}

func BenchmarkStem(b *testing.B) {
	text := map[string]string{
		"en": "the quick foxes were running generously through nationalized connections",
		"ru": "быстрые лисицы пробегали через национализированные соединения городов",
		"fi": "nopeat ketut juoksivat kansallistettujen yhteyksien lapi kaupungeissa",
		"lt": "greitosios lapes begiojo per nacionalizuotas miestu jungtis visuomet",
		"ta": "வகமன நரகள நகரஙகளன இணபபுகள வழயக ஓடன",
	}
	for _, language := range []string{"en", "ru", "fi", "lt", "ta"} {
		b.Run(language, func(b *testing.B) {
			s, words := New(language), strings.Fields(text[language])
			b.ReportAllocs()
			for b.Loop() {
				for _, w := range words {
					s.Stem(w)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(words)), "ns/word")
		})
	}
}
