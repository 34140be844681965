package search

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// What operators ask for is looked for in the text of what is shown.
func TestAskWithOperators(t *testing.T) {
	e := open(t, map[string]zimtest.Archive{"ports": ports().archive(t)})
	for _, tt := range []struct {
		name, query string
		has         []string // words of every passage or its title, small letters
		lacks       string
		reading     string
		none        bool
	}{
		{name: "quoted", query: `"importing timber"`, has: []string{"importing timber"}, reading: "with “importing timber”"},
		{name: "quoted, not in that order", query: `"timber importing"`, none: true, reading: "with “timber importing”"},
		{name: "excluded", query: "exporting -herring -wine", has: []string{"exporting"}, lacks: "herring", reading: "without “herring”, without “wine”"},
		{name: "excluded by its beginning", query: "exporting herr* -impo*", lacks: "impo", reading: "without “impo*”, words that begin with “herr”"},
		{name: "in the title", query: "title:lomar harbour", has: []string{"lomar"}, reading: "in the title “lomar”"},
		{name: "in the title by its beginning", query: "title:lom* harbour", has: []string{"lomar"}, reading: "in the title “lom*”"},
		{name: "the beginning of a word", query: "timb*", has: []string{"timber"}, reading: "words that begin with “timb”"},
		{name: "longer than the stem", query: "exporti*", has: []string{"exporting"}, reading: "words that begin with “exporti”"},
		{name: "the beginning of nothing", query: "timbx*", none: true, reading: "words that begin with “timbx”"},
		{name: "OR", query: "herring OR timber", has: nil, reading: ""},
		{name: "only excluded", query: "-herring", none: true, reading: "without “herring”"},
	} {
		a := answer(t, e, tt.query, Want{})
		if a.Reading != tt.reading || (len(a.Passages) == 0) != tt.none {
			t.Errorf("%s: %s: reading %q, want %q; passages %v", tt.name, tt.query, a.Reading, tt.reading, cited(a))
		}
		for _, p := range a.Passages {
			text := strings.ToLower(p.Title + " " + p.Text)
			for _, w := range tt.has {
				if !strings.Contains(text, w) {
					t.Errorf("%s: %s: %q is not in %s", tt.name, tt.query, w, text)
				}
			}
			if tt.lacks != "" && strings.Contains(text, tt.lacks) {
				t.Errorf("%s: %s: %q is in %s", tt.name, tt.query, tt.lacks, text)
			}
		}
	}
}

// The beginning of a word finds every word that begins so, and no other one.
func TestBeginningOfWords(t *testing.T) {
	c := corpus{language: "eng", pages: []titledPage{
		{"Happiness", "<h1>Happiness</h1><p>Happiness is a state of mind that philosophers describe.</p>"},
		{"Computers", "<h1>Computers</h1><p>Computers and computation changed the century; a computerized archive is one of them.</p>"},
		{"Company", "<h1>Company</h1><p>A company sells what its workers make, and pays them wages for it.</p>"},
		{"Гавань", "<h1>Гавань</h1><p>Гавань и порт находятся у моря.</p>"},
	}}
	e := open(t, map[string]zimtest.Archive{"words": c.archive(t)})
	for query, want := range map[string]string{
		"happine*": "words/Happiness", "computer*": "words/Computers", "comput*": "words/Computers", "гаван*": "words/Гавань", "ГАВ*": "words/Гавань",
	} {
		if a := answer(t, e, query, Want{}); !slices.Equal(cited(a), []string{want}) {
			t.Errorf("%s: got %v, want %s", query, cited(a), want)
		}
	}
	a := answer(t, e, "comp* wages", Want{})
	if got := cited(a); len(got) == 0 || got[0] != "words/Company" {
		t.Errorf("got %v", got)
	}
}

// No query of signs and operators breaks reading or searching, however long.
func TestOperatorsOfAnyForm(t *testing.T) {
	e := open(t, map[string]zimtest.Archive{"ports": ports().archive(t)})
	signs := []string{`"`, `"`, "“", "”", "«", "»", "-", "*", "title:", "OR", " ", " ", " ", "harb", "timber", "Lomar", "北京", "ท่าเรือ", "é", "-\"", "\"-", "title:\"", "*\"", "(", ")", "\x00", "\xff", "??", "1", "the"}
	r := rand.New(rand.NewPCG(1, 2))
	for n := range 400 {
		var b strings.Builder
		most := 1 + r.IntN(40)
		if n%100 == 99 {
			most = 4096
		}
		for range most {
			b.WriteString(signs[r.IntN(len(signs))])
		}
		query := b.String()
		q := readQuestion(query)
		if len(q.words) > maxRanked+maxSolid+len(q.begun) || len(q.begun) > mostBeginnings || q.reading != readQuestion(query).reading || !utf8.ValidString(strings.ToValidUTF8(q.reading, "")) {
			t.Fatalf("%q: %d words", query, len(q.words))
		}
		for _, list := range slices.Concat(q.phrases, q.without, q.title) {
			if len(list) == 0 || slices.Contains(list, "") {
				t.Fatalf("%q: an operator about nothing", query)
			}
		}
		if n < 60 || n%100 == 99 {
			answer(t, e, query, Want{})
		}
	}
}
