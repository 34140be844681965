package search

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openzim-mcp/openzim-mcp/zim/article"
)

// A titledPage is a page of a pool.
type titledPage struct{ title, html string }

// ranked scores pages for a question whose words all weigh one, and returns the pool.
func ranked(t testing.TB, query, language string, pages ...titledPage) *pool {
	t.Helper()
	q := readQuestion(query)
	idf := make([]float64, len(q.words))
	for i := range idf {
		idf[i] = 1
	}
	p := newPool(q, idf)
	r := p.reader(newStems(language))
	for i, page := range pages {
		r.add(i, passages(parsed(t, page.html)), page.title)
	}
	p.rank()
	return p
}

// winner is the text of the best passage, and how far it is ahead.
func winner(p *pool) (text string, ahead float64) {
	if len(p.list) == 0 {
		return "", 0
	}
	if len(p.list) > 1 {
		ahead = p.list[0].score - p.list[1].score
	}
	return p.list[0].render(), ahead
}

// Of two passages the one wins that says more of what was asked, whichever comes first.
func TestScores(t *testing.T) {
	fill := strings.Repeat(" something else entirely", 12)
	for _, tt := range []struct{ name, query, language, better, worse string }{
		{"more of the words", "salt water fish", "eng", "salt water fish" + fill, "salt salt salt salt" + fill},
		{"more often", "salt water", "eng", "salt water and salt water" + fill, "salt water and some bread" + fill},
		{"closer together", "salt water", "eng", "the salt water stands" + fill + fill, "the salt stands" + fill + fill + " by water"},
		{"shorter, with the same", "salt water", "eng", "salt stands water" + fill, "salt stands water" + fill + fill + fill},
		{"endings, by the stemmer", "fishing harbours", "eng", "they fished in the harbour" + fill, "they danced in the market" + fill},
		{"endings, without a stemmer", "kalastajien satamassa", "", "kalastajat olivat satamaan" + fill, "lapset olivat torille" + fill},
		{"a misspelling", "photosynthezis", "eng", "photosynthesis of plants" + fill, "philosophy of plants" + fill},
		{"a compound", "Dampfschiff Hafen", "deu", "das Dampfschifffahrtsmuseum am Hafen" + fill, "das Freilichtmuseum am Hafen" + fill},
		{"accents", "cafe naive", "eng", "a café for the naïve" + fill, "a coffee for the novice" + fill},
		{"Chinese, in the middle of a run", "上海天气", "zho", "今天上海的天气很好。", "今天北京的地铁很忙。"},
		{"Thai", "กรุงเทพ", "tha", "เมืองกรุงเทพเป็นเมืองหลวง", "เชียงใหม่อยู่ทางเหนือ"},
		{"Korean endings", "서울에서", "kor", "서울은 한국의 수도이다", "부산은 바다에 있다"},
	} {
		for _, pages := range [][]titledPage{{{"", "<p>" + tt.better}, {"", "<p>" + tt.worse}}, {{"", "<p>" + tt.worse}, {"", "<p>" + tt.better}}} {
			got, ahead := winner(ranked(t, tt.query, tt.language, pages...))
			if got != tt.better || ahead <= 0 {
				t.Errorf("%s: %.40q wins by %.4f, want %.40q", tt.name, got, ahead, tt.better)
			}
		}
	}
}

// Words of the article's title and of the headings above count for each of its passages.
func TestTitlesScore(t *testing.T) {
	const text = "It was opened to all in the year of the flood, by the mayor and the bishop."
	for _, tt := range []struct {
		name          string
		better, worse titledPage
	}{
		{"title", titledPage{"Harbour of Nice", "<p>" + text}, titledPage{"Market of Nice", "<p>" + text}},
		{"heading", titledPage{"", "<h1>Nice</h1><h2>Harbour</h2><p>" + text}, titledPage{"", "<h1>Nice</h1><h2>Market</h2><p>" + text}},
		{"heading above the heading", titledPage{"", "<h2>Harbour</h2><h3>History</h3><p>" + text}, titledPage{"", "<h2>Market</h2><h3>History</h3><p>" + text}},
	} {
		p := ranked(t, "When was the harbour opened?", "eng", tt.worse, tt.better)
		if p.list[0].source != 1 || p.list[0].score <= p.list[1].score {
			t.Errorf("%s: %+v", tt.name, p.list)
		}
	}
	p := ranked(t, "harbour", "eng", titledPage{"", "<h2>Harbour</h2><p>one</p><h2>Market</h2><p>two</p>"})
	if p.list[0].render() != "one" || p.list[1].score != 0 {
		t.Errorf("a heading counts for the section beside it: %+v", p.list)
	}
}

// Nearness is of neighbours in the question, at their closest, within a bound, across the blocks of a passage.
func TestNearness(t *testing.T) {
	gap := func(n int) string { return "<p>salt" + strings.Repeat(" x", n-1) + " water fish" }
	for _, tt := range []struct {
		name, query, html string
		want              float64
	}{
		{"side by side", "salt water", "<p>salt water", 1},
		{"the other way round", "salt water", "<p>water salt", 1},
		{"two apart", "salt water", gap(2), 0.5},
		{"at the bound", "salt water", gap(nearWithin), 1.0 / nearWithin},
		{"beyond it", "salt water", gap(nearWithin + 1), 0},
		{"the closest pair counts", "salt water", "<p>salt x x x water x x x x x x x x x salt water", 1},
		{"no neighbours in the question", "salt bread water", "<p>salt water", 0},
		{"two pairs", "salt water fish", "<p>salt water fish", 2},
		{"across blocks", "salt water", "<p>fresh salt</p><p>water here</p>", 1},
		{"one word", "salt", "<p>salt salt salt", 0},
		{"pairs of characters say it already", "北京", "<p>北京北京", 0},
	} {
		if got := ranked(t, tt.query, "", titledPage{"", tt.html}).list[0].near; math.Abs(got-tt.want) > 1e-9 {
			t.Errorf("%s: got %v, want %v", tt.name, got, tt.want)
		}
	}
}

// How much of the question a passage covers is told by the weights of its words.
func TestCovered(t *testing.T) {
	q := readQuestion("salt water fish")
	p := newPool(q, []float64{1, 2, 5})
	r := p.reader(newStems("eng"))
	for i, html := range []string{"<p>salt", "<p>salty water", "<p>fish in salt water", "<p>bread"} {
		r.add(i, passages(parsed(t, html)), "")
	}
	p.rank()
	got := map[int]float64{}
	for _, x := range p.list {
		got[x.source] = x.covered
	}
	if diff := cmp.Diff(map[int]float64{0: 1.0 / 8, 1: 2.0 / 8, 2: 1, 3: 0}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// Pieces of a word are of four letters, its ends marked; letters, not bytes.
func TestPieces(t *testing.T) {
	for word, want := range map[string][]string{
		"a": {"^a^"}, "ab": {"^ab^"}, "abc": {"^abc", "abc^"}, "abcd": {"^abc", "abcd", "bcd^"},
		"größe": {"^grö", "größ", "röße", "öße^"}, "мир": {"^мир", "мир^"}, "": {"^^"},
	} {
		var got []string
		var scan pieceScan
		scan.start(word)
		for p := scan.next(); p != nil; p = scan.next() {
			got = append(got, strings.ReplaceAll(string(p), "\x01", "^"))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: -want +got:\n%s", word, diff)
		}
	}
	n := 0
	var scan pieceScan
	scan.start(strings.Repeat("é", 100_000))
	for scan.next() != nil {
		n++
	}
	if n != 100_000-1 {
		t.Errorf("%d pieces of a word of 100000 letters", n)
	}
}

// The same pages give the same list in every order of adding but for equal scores, and the same order every time; scores
// are numbers, and none is negative.
func TestRankingIsDeterministic(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	var docs []*article.Document
	for range 40 {
		docs = append(docs, parsed(t, randomPage(random)))
	}
	q := readQuestion("w1 w2 word 北京是首都 title")
	idf := make([]float64, len(q.words))
	for i := range idf {
		idf[i] = 1 + float64(i%3)
	}
	score := func(order []int) (byPlace map[string]float64, list []string) {
		p := newPool(q, idf)
		r := p.reader(newStems("eng"))
		for _, i := range order {
			r.add(i, passages(docs[i]), fmt.Sprint("w", i))
		}
		p.rank()
		byPlace = map[string]float64{}
		for i, x := range p.list {
			if math.IsNaN(x.score) || math.IsInf(x.score, 0) || x.score < 0 || x.covered < 0 || x.covered > 1+1e-9 || i > 0 && x.score > p.list[i-1].score {
				t.Fatalf("scores %v, covers %v", x.score, x.covered)
			}
			place := fmt.Sprintf("%d:%d", x.source, x.start)
			byPlace[place] = x.score
			list = append(list, place)
		}
		return byPlace, list
	}
	order := random.Perm(len(docs))
	first, list := score(order)
	for range 3 {
		if _, again := score(order); !slices.Equal(again, list) {
			t.Error("the order differs between two runs")
		}
		if other, _ := score(random.Perm(len(docs))); !cmp.Equal(first, other) {
			t.Error("scores differ by the order in which articles are added")
		}
	}
}

// Questions without words and pools without passages are ranked, too.
func TestEmptyPools(t *testing.T) {
	for _, query := range []string{"", "?", "-salt", "salt"} {
		p := ranked(t, query, "eng")
		if len(p.list) != 0 {
			t.Errorf("%q: %+v", query, p.list)
		}
		for _, x := range ranked(t, query, "eng", titledPage{"", "<p>bread"}, titledPage{"", ""}).list {
			if x.score != 0 {
				t.Errorf("%q: %+v", query, x)
			}
		}
	}
}

// What is taken out of a pool leaves the others as they are.
func TestDrop(t *testing.T) {
	p := ranked(t, "salt", "eng", titledPage{"", "<p>salt a"}, titledPage{"", "<p>salt b"}, titledPage{"", "<p>salt c"})
	p.drop([]int{0, 2})
	if len(p.list) != 1 || p.list[0].source != 1 {
		t.Errorf("%+v", p.list)
	}
}

// The headings around a section are those that lead to it, however sections nest, asked for in order and with gaps.
func TestHeadingsAround(t *testing.T) {
	var page strings.Builder
	for i := range 400 {
		fmt.Fprintf(&page, "<h%[1]d>t%[2]d</h%[1]d><p>word", 2+(i*7+i/3)%5, i)
	}
	d := parsed(t, page.String())
	var open headings
	for _, p := range passages(d) {
		if s := d.Blocks[p.start].Section; s%3 != 1 {
			if got, want := strings.Join(open.around(d.Sections, s), " "), strings.Join(enclosing(d, p.start), " "); got != want {
				t.Fatalf("section %d: got %q, want %q", s, got, want)
			}
		}
	}
}

// enclosing looks for the sections around a block from it back, each of a higher level than the one before.
func enclosing(d *article.Document, block int) []string {
	var path []string
	level := 99
	for i := d.Blocks[block].Section; i > 0; i-- {
		if s := &d.Sections[i]; s.Level < level && s.Start <= block && block < s.End {
			path, level = append(path, s.Title), s.Level
		}
	}
	slices.Reverse(path)
	return path
}
