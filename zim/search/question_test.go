package search

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// asQuestion is what a question is made of, for comparing.
type asQuestion struct {
	Text    string
	Words   string // that are ranked by, joined by spaces
	Phrases []string
	Without []string
	Title   []string
}

func readAs(query string) asQuestion {
	q := readQuestion(query)
	got := asQuestion{Text: q.text}
	var words []string
	for _, w := range q.words {
		words = append(words, w.text)
	}
	got.Words = strings.Join(words, " ")
	joined := func(lists [][]string) (out []string) {
		for _, l := range lists {
			out = append(out, strings.Join(l, " "))
		}
		return out
	}
	got.Phrases, got.Without, got.Title = joined(q.phrases), joined(q.without), joined(q.title)
	return got
}

// Operators count in their own form only; every other sign is text.
func TestOperators(t *testing.T) {
	for _, tt := range []struct {
		name, query string
		want        asQuestion
	}{
		{"none", "Where is  the harbour?", asQuestion{Text: "Where is the harbour?", Words: "harbour"}},
		{"empty", "  ", asQuestion{}},
		{"quoted", `tide "salt water" fish`, asQuestion{Text: "tide salt water fish", Words: "tide salt water fish", Phrases: []string{"salt water"}}},
		{"two quoted", `"salt water" "low tide"`, asQuestion{Text: "salt water low tide", Words: "salt water low tide", Phrases: []string{"salt water", "low tide"}}},
		{"curly quotes", "“salt water” fish", asQuestion{Text: "salt water fish", Words: "salt water fish", Phrases: []string{"salt water"}}},
		{"German quotes", "„blaues Haus“", asQuestion{Text: "blaues Haus", Words: "blaues haus", Phrases: []string{"blaues haus"}}},
		{"Polish quotes", "„dom nad morzem” dach", asQuestion{Text: "dom nad morzem dach", Words: "dom nad morzem dach", Phrases: []string{"dom nad morzem"}}},
		{"Swedish quotes", "”rött hus” tak", asQuestion{Text: "rött hus tak", Words: "rott hus tak", Phrases: []string{"rott hus"}}},
		{"French quotes", "« eau salée » poisson", asQuestion{Text: "eau salée poisson", Words: "eau salee poisson", Phrases: []string{"eau salee"}}},
		{"French quotes turned round", "»blaues Haus« Dach", asQuestion{Text: "blaues Haus Dach", Words: "blaues haus dach", Phrases: []string{"blaues haus"}}},
		{"Japanese quotes", "「東京」", asQuestion{Text: "東京", Words: "東 東京 京", Phrases: []string{"東 京"}}},
		{"a quote never closed", `"salt water`, asQuestion{Text: `"salt water`, Words: "salt water"}},
		{"empty quotes", `"" fish`, asQuestion{Text: `"" fish`, Words: "fish"}},
		{"inches are no quotes", `a 5" pipe and a 6" pipe`, asQuestion{Text: `a 5" pipe and a 6" pipe`, Words: "5 pipe 6"}},
		{"signs alone in quotes", `"..." fish`, asQuestion{Text: "... fish", Words: "fish"}},
		{"case and accents in quotes", `"Café NOIR"`, asQuestion{Text: "Café NOIR", Words: "cafe noir", Phrases: []string{"cafe noir"}}},
		{"excluded", "fish -salmon", asQuestion{Text: "fish", Words: "fish", Without: []string{"salmon"}}},
		{"several excluded", "-salmon fish -cod", asQuestion{Text: "fish", Words: "fish", Without: []string{"salmon", "cod"}}},
		{"excluded and quoted", `fish -"salt water"`, asQuestion{Text: "fish", Words: "fish", Without: []string{"salt water"}}},
		{"excluded, of two parts", "fish -fresh-water", asQuestion{Text: "fish", Words: "fish", Without: []string{"fresh water"}}},
		{"excluded alone", "-salmon", asQuestion{Without: []string{"salmon"}}},
		{"degrees", "boil at -40 degrees", asQuestion{Text: "boil at -40 degrees", Words: "boil 40 degrees"}},
		{"a dash", "salt - water", asQuestion{Text: "salt - water", Words: "salt water"}},
		{"an option of one letter", "what does grep -r do", asQuestion{Text: "what does grep -r do", Words: "grep r"}},
		{"an option of two dashes", "git log --oneline", asQuestion{Text: "git log --oneline", Words: "git log oneline"}},
		{"a hyphen within a word", "salt-water", asQuestion{Text: "salt-water", Words: "salt water"}},
		{"in the title", "title:harbour tide", asQuestion{Text: "harbour tide", Words: "harbour tide", Title: []string{"harbour"}}},
		{"quoted in the title", `title:"old harbour" tide`, asQuestion{Text: "old harbour tide", Words: "old harbour tide", Title: []string{"old harbour"}}},
		{"title and nothing", "title: harbour", asQuestion{Text: "title: harbour", Words: "title harbour"}},
		{"title of signs", "title:?? harbour", asQuestion{Text: "?? harbour", Words: "harbour"}},
		{"another field is text", "author:smith", asQuestion{Text: "author:smith", Words: "author smith"}},
		{"OR between words", "salt OR water", asQuestion{Text: "salt water", Words: "salt water"}},
		{"or in small letters", "salt or water", asQuestion{Text: "salt or water", Words: "salt water"}},
		{"AND and NOT are words", "salt AND water NOT ice", asQuestion{Text: "salt AND water NOT ice", Words: "salt water not ice"}},
		{"the beginning of words", "harb* light*house", asQuestion{Text: "harb light*house", Words: "harb light house"}},
		{"the beginning of a word of grammar", "what is for*", asQuestion{Text: "what is for", Words: "what is for"}},
		{"the beginning of words at the end of a sentence", "which harb*?", asQuestion{Text: "which harb", Words: "harb"}},
		{"too few letters to begin with", "ha* 123* c++* harb** *", asQuestion{Text: "ha* 123* c++* harb** *", Words: "ha 123 c++ harb"}},
		{"an asterisk in front", "*house ho*se **bold**", asQuestion{Text: "*house ho*se **bold**", Words: "house ho se bold"}},
		{"an asterisk in quotes", `"salt wat*"`, asQuestion{Text: "salt wat*", Words: "salt wat", Phrases: []string{"salt wat"}}},
		{"beginnings excluded and in titles", `fish -salm* title:harb* -"cod*"`, asQuestion{Text: "fish harb*", Words: "fish harb", Without: []string{"salm*", "cod"}, Title: []string{"harb*"}}},
		{"an asterisk behind characters written solid", "北京市*", asQuestion{Text: "北京市*", Words: "北 北京 京 京市 市"}},
		{"the beginning of words in Cyrillic", "гаван*", asQuestion{Text: "гаван", Words: "гаван"}},
		{"operators in quotes", `"-ice title:harbour OR harb*"`, asQuestion{Text: "-ice title:harbour OR harb*", Words: "ice title harbour harb", Phrases: []string{"ice title harbour or harb"}}},
		{"quotes within quotes", `"salt "low tide" water"`, asQuestion{Text: `salt low tide" water"`, Words: "salt low tide water", Phrases: []string{"salt"}}},
		{"only excluded", `-ice -"pack ice" -harb*`, asQuestion{Without: []string{"ice", "pack ice", "harb*"}}},
		{"brackets are text", "(salt OR water) ice", asQuestion{Text: "(salt water) ice", Words: "salt water ice"}},
		{"signs of names", "C++ C# .NET AC/DC", asQuestion{Text: "C++ C# .NET AC/DC", Words: "c++ c# net ac dc"}},
		{"a word twice", "ice ice Ice", asQuestion{Text: "ice ice Ice", Words: "ice"}},
		{"Chinese in quotes and excluded", "“北京” -上海 水", asQuestion{Text: "北京 水", Words: "北 北京 京 水", Phrases: []string{"北 京"}, Without: []string{"上 海"}}},
		{"control characters", "salt\x00\twater\u200b", asQuestion{Text: "salt\x00 water\u200b", Words: "salt water"}},
		{"not UTF-8", "\"salt\xff\" -\xfe", asQuestion{Text: "salt\xff -\xfe", Words: "salt", Phrases: []string{"salt"}}},
	} {
		if diff := cmp.Diff(tt.want, readAs(tt.query)); diff != "" {
			t.Errorf("%s: %s: -want +got:\n%s", tt.name, tt.query, diff)
		}
	}
}

// How operators were read is said in words; a question without any has nothing to say.
func TestReadingOfOperators(t *testing.T) {
	for query, want := range map[string]string{
		"plain words": "", `a "b`: "", "-40": "", "OR": "",
		`"Salt  Water" tide`:               "with “salt water”",
		`-ice title:harbour "salt water"`:  "with “salt water”, without “ice”, in the title “harbour”",
		`-ice -"pack ice"`:                 "without “ice”, without “pack ice”",
		"“東京” -大阪城":                        "with “東京”, without “大阪城”",
		"“東京 tower”":                       "with “東京 tower”",
		"harb* -salm* title:Lig*":          "without “salm*”, in the title “lig*”, words that begin with “harb”",
		`title:"ยินดี" title:C++`:          "in the title “ยินดี”, in the title “c++”",
		`"(b) [1] x (y/z)" -- next_cursor`: "with “b 1 x y z”",
	} {
		if got := readQuestion(query).reading; got != want {
			t.Errorf("%s: got %q, want %q", query, got, want)
		}
	}
}

// Words of grammar are left out while others remain, and are all there is when they are alone.
func TestGrammarWords(t *testing.T) {
	for query, want := range map[string]string{
		"What is the name of the king who was in it?":   "king",
		"When did Ray Charles die":                      "ray charles die",
		"How many kinds of whales are there?":           "kinds whales",
		"who":                                           "who",
		"To be, or not to be":                           "not",
		"What is it":                                    "what is it",
		"the who":                                       "the who",
		"Wer hat die Oper geschrieben":                  "wer hat die oper geschrieben",
		"is 北京 the capital":                             "北 北京 京 capital",
		"What is the height of the Eiffel Tower? 330 m": "height eiffel tower 330 m",
	} {
		if got := readAs(query).Words; got != want {
			t.Errorf("%s: got %q, want %q", query, got, want)
		}
	}
}

// What a word of a question is in an index is folded as there; the whole word is kept to be shown.
func TestWordsAsInIndexes(t *testing.T) {
	for _, tt := range []struct{ query, text, index, whole string }{
		{"Café", "cafe", "cafe", "Café"},
		{"Ёлка", "елка", "елка", "Ёлка"},
		{"हिंदी", "हिंदी", "हद", "हिंदी"},
		{"Straße", "straße", "straße", "Straße"},
		{"C++", "c++", "c++", "C++"},
		{"東", "東", "東", "東"},
		{"CO₂", "co2", "co₂", "CO₂"},
		{"ﬁnd", "find", "ﬁnd", "ﬁnd"},
	} {
		words := readQuestion(tt.query).words
		if len(words) != 1 || words[0].text != tt.text || words[0].index != tt.index || words[0].whole != tt.whole {
			t.Errorf("%s: %+v", tt.query, words)
		}
	}
}

// However long a question is, the words ranked by are few, and those of its beginning.
func TestLongQuestions(t *testing.T) {
	var many strings.Builder
	for i := range 2000 {
		many.WriteString("w" + strings.Repeat("x", i%7) + string(rune('a'+i%26)) + " ")
	}
	for name, query := range map[string]string{
		"words":         many.String()[:10_000],
		"one word":      strings.Repeat("x", 10_000),
		"Chinese":       strings.Repeat("北京是中华人民共和国的首都与直辖市", 600),
		"characters":    manyCharacters(5000),
		"Thai":          strings.Repeat("กรุงเทพมหานคร", 400),
		"quotes":        strings.Repeat(`"a b" `, 1700),
		"open quotes":   strings.Repeat(`"a `, 3400),
		"minus":         strings.Repeat("-ab ", 2500),
		"grammar":       strings.Repeat("the of what ", 900),
		"titles":        strings.Repeat("title:a ", 1250),
		"marks":         strings.Repeat("\u0301", 5000),
		"not UTF-8":     strings.Repeat("\xff", 10_000),
		"nested quotes": strings.Repeat("“„«", 1200),
	} {
		q := readQuestion(query)
		solid := 0
		for _, w := range q.words {
			if w.solid {
				solid++
			}
		}
		if spaced := len(q.words) - solid; spaced > maxRanked || solid > maxSolid {
			t.Errorf("%s: ranked by %d words and %d characters", name, spaced, solid)
		}
		if len(q.reading) > 0 && len(q.phrases)+len(q.without)+len(q.title) == 0 {
			t.Errorf("%s: read as %q", name, q.reading)
		}
	}
	if q := readQuestion(many.String()); q.words[0].text != "wa" {
		t.Errorf("the first word is %q", q.words[0].text)
	}
}

// manyCharacters is a run of different Chinese characters.
func manyCharacters(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteRune(rune(0x4e00 + i))
	}
	return b.String()
}

// Anything can be asked.
func FuzzQuestion(f *testing.F) {
	for _, s := range []string{`"a b" -c title:d OR e*`, "„x” «y» 「z」", `-"`, "title:\"", "北京“上海”", "\xff", `""""`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, query string) {
		q := readQuestion(query)
		for _, lists := range [][][]string{q.phrases, q.without, q.title} {
			for _, l := range lists {
				if len(l) == 0 {
					t.Errorf("%q: an operator without words", query)
				}
			}
		}
		if len(q.words) > maxRanked+maxSolid {
			t.Errorf("%q: %d words", query, len(q.words))
		}
		for _, p := range q.phrases { // what is quoted allows itself
			if len(q.without) == 0 && len(q.phrases) == 1 && !q.allows(strings.Join(p, " ")) {
				t.Errorf("%q: does not allow %q", query, p)
			}
		}
	})
}
