package search

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/openzim-mcp/openzim-mcp/zim"
)

// oddQueries are those that a generator seldom makes.
var oddQueries = []string{
	"", " ", "a", "s", "0", "é", "the", "The", "of the", "the, of", "the of and", "--", "...", "?", "\"", "\"\"", "()", "( )", "(", ")", "+", "-", "+-x", "- x", "--x",
	"list", "list ", "\"list of", "\"list\" x", "+x", "-x", "a -b", "a -b ", "+a -b c", "(a b) c", "(a b", "a b)", "(a (b c)) d", "a-b", "a.b.c", "a/b c", "foo- bar baz", "foo bar- baz",
	"U.S.A.", "u.s.a.", "c++", "c#", "x++++", "3,000.5", "1.a", "o'neil", "rock & roll", "at&t", "naïve café", "ÀÉÎ", "İstanbul", "ΟΔΟΣ", "Straße",
	"中文字", "foo 中文 bar", "中", "日本語のテキスト", "한국어", "東京 tokyo", "tokyo東京", "中文.字", "ไทย", "हिन्दी", "مرحبا", "привет мир", "𠀀𠀁", "e\u0301", "foo\u200bbar", "a\u00adb",
	"a AND b", "a OR b", "a OR b AND c", "a AND NOT b", "a NOT b", "a XOR b", "a NEAR b", "a NEAR/3 b", "a ADJ b", "NEAR/0 a", "a NEAR/x b", "AND", "a OR", "AND a", "a AND -b", "a OR -b",
	"a -b -c", "(-a)", "a (-b)", "\"a-b c\"", "a* b", "x*", "\u201cthe list\u201d", "list)", "list(", "[list]", "a_b", "_", "1", "42", "2019-08", "0posanchor", "Zlist", "\x00", "a\tb\nc", strings.Repeat("x", 65), strings.Repeat("y", 300),
}

// compatQueries returns queries about an archive, made of its titles and of what its articles
// say, the same ones in each run.
func compatQueries(t *testing.T, a *zim.Archive) []string {
	t.Helper()
	n := 150
	if os.Getenv("ZIM_SWEEP") == "full" {
		n = 4000
	}
	return append(sampleQueries(), madeQueries(t, a, n)...)
}

// madeQueries returns the odd queries and n that are made of an archive.
func madeQueries(t *testing.T, a *zim.Archive, n int) []string {
	t.Helper()
	g := generator{random: rand.New(rand.NewPCG(7, 11))}
	for e, err := range a.Articles(t.Context()) {
		if err != nil || len(g.titles) == 2000 {
			break
		}
		g.titles = append(g.titles, e.Title())
		if len(g.titles)%20 == 1 {
			g.read(t, e)
		}
		g.words = append(g.words, strings.Fields(e.Title())...)
	}
	if len(g.words) == 0 {
		g.words = []string{"main", "page"}
	}
	if len(g.titles) == 0 {
		g.titles = g.words
	}
	queries := slices.Clone(oddQueries)
	for range n {
		queries = append(queries, strings.ToValidUTF8(strings.ReplaceAll(g.query(), "\x00", ""), "�"))
	}
	return queries
}

// sampleQueries returns what people ask, where files of such questions are at hand.
func sampleQueries() (queries []string) {
	files, _ := filepath.Glob(filepath.Join("..", "..", "..", "shared", "data", "queries", "*.txt"))
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			continue
		}
		lines := strings.Split(strings.TrimSpace(string(b)), "\n")
		if os.Getenv("ZIM_SWEEP") != "full" {
			lines = lines[:min(len(lines), 10)]
		}
		queries = append(queries, lines...)
	}
	return queries
}

// A generator makes queries.
type generator struct {
	random *rand.Rand
	titles []string
	words  []string
}

// read takes words of an article.
func (g *generator) read(t *testing.T, e zim.Entry) {
	item, err := e.Resolve(t.Context())
	if err != nil {
		return
	}
	b, err := item.Bytes(t.Context())
	if err != nil {
		return
	}
	fields := strings.FieldsFunc(string(b[:min(len(b), 20000)]), func(r rune) bool { return strings.ContainsRune(" \n\t<>=\"", r) })
	if len(fields) > 200 {
		fields = fields[len(fields)-200:]
	}
	g.words = append(g.words, fields...)
}

func (g *generator) one(list []string) string { return list[g.random.IntN(len(list))] }

// query returns one of a kind that chance chooses.
func (g *generator) query() string {
	switch g.random.IntN(14) {
	case 0:
		return g.one(g.titles)
	case 1, 2:
		return prefixOf(g.one(g.titles), g.random)
	case 3:
		return strings.ToUpper(g.one(g.titles))
	case 4:
		return misspell(g.one(g.words), g.random)
	case 5:
		return misspell(g.one(g.titles), g.random)
	case 6:
		return g.one([]string{"the ", "of ", "what is the ", "how to ", "a ", "la ", "de "}) + g.one(g.words) + g.one([]string{"", " of", " the", " and the", " in"})
	case 7:
		return string([]rune(g.one(g.words))[:1])
	case 8:
		return g.one([]string{"中", "日本", "東京都", "한국", "ไทย"}) + g.one([]string{"", " ", "-"}) + g.one(g.words)
	case 9:
		return g.signs()
	case 10:
		return g.operators()
	}
	return g.several(" ", 1+g.random.IntN(4))
}

// several joins words.
func (g *generator) several(between string, n int) string {
	words := make([]string, n)
	for i := range words {
		words[i] = g.one(g.words)
	}
	return strings.Join(words, between)
}

// signs puts what may be operators around words.
func (g *generator) signs() string {
	var b strings.Builder
	for range 1 + g.random.IntN(4) {
		b.WriteString(g.one([]string{"", "", "", "\"", "+", "-", "(", "*", "'", "."}))
		b.WriteString(g.one(g.words))
		b.WriteString(g.one([]string{" ", " ", " ", "\" ", ") ", "-", ".", ", ", "/", ": ", "", "\"", " - "}))
	}
	return b.String()
}

// operators puts operators between words.
func (g *generator) operators() string {
	var b strings.Builder
	for range 1 + g.random.IntN(4) {
		b.WriteString(g.one([]string{"", "", "", "(", "-", "+"}))
		b.WriteString(g.one(g.words))
		b.WriteString(g.one([]string{" ", ") ", " AND ", " OR ", " XOR ", " NOT ", " AND NOT ", " NEAR ", " NEAR/4 ", " ADJ/3 ", " ADJ "}))
	}
	return b.String() + g.one(g.words)
}

func prefixOf(s string, random *rand.Rand) string {
	runes := []rune(s)
	return string(runes[:random.IntN(len(runes)+1)])
}

// misspell exchanges, drops, doubles or replaces a character.
func misspell(s string, random *rand.Rand) string {
	runes := []rune(s)
	if len(runes) < 2 || !utf8.ValidString(s) {
		return s
	}
	i := random.IntN(len(runes) - 1)
	switch random.IntN(4) {
	case 0:
		runes[i], runes[i+1] = runes[i+1], runes[i]
	case 1:
		runes = append(runes[:i], runes[i+1:]...)
	case 2:
		runes = append(runes[:i+1], runes[i:]...)
	default:
		runes[i] = 'a' + rune(random.IntN(26))
	}
	return string(runes)
}
