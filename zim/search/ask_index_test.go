package search

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// portQuestions is questions on ports with the page and section that answer each.
func portQuestions() (questions [][2]string) {
	for i, p := range ports().pages {
		questions = append(questions,
			[2]string{fmt.Sprintf("How many people live in %s?", p.title), p.title + "#"},
			[2]string{fmt.Sprintf("when was the harbour dredged under mayor Number%d", i), p.title + "#Harbour"},
			[2]string{fmt.Sprintf("In which winter was the breakwater of %s destroyed by a storm?", strings.ToUpper(p.title)), p.title + "#Harbour"})
		if i%3 == 0 {
			questions = append(questions, [2]string{fmt.Sprintf("What did the merchants of %s export?", p.title), p.title + "#Trade"})
		}
	}
	return questions
}

// Questions lead to the passage that answers them.
func TestQuestionsToPassages(t *testing.T) {
	e := open(t, map[string]zimtest.Archive{"ports": ports().archive(t)})
	for _, q := range portQuestions() {
		a := answer(t, e, q[0], Want{})
		if len(a.Passages) == 0 {
			t.Errorf("%s: nothing", q[0])
			continue
		}
		if got := a.Passages[0].Path + "#" + a.Passages[0].Anchor; got != q[1] || a.Passages[0].Weak {
			t.Errorf("%s: got %s (weak: %v), want %s", q[0], got, a.Passages[0].Weak, q[1])
		}
	}
}

// However a corpus is spread over archives, the same passages come first with the same scores: statistics are summed.
func TestFederation(t *testing.T) {
	c := ports()
	whole := open(t, map[string]zimtest.Archive{"whole": c.archive(t)})
	for name, parts := range map[string][]func(int) bool{
		"halves":            {func(i int) bool { return i < 12 }, func(i int) bool { return i >= 12 }},
		"every other":       {func(i int) bool { return i%2 == 0 }, func(i int) bool { return i%2 == 1 }},
		"one against all":   {func(i int) bool { return i == 7 }, func(i int) bool { return i != 7 }},
		"five":              {func(i int) bool { return i%5 == 0 }, func(i int) bool { return i%5 == 1 }, func(i int) bool { return i%5 == 2 }, func(i int) bool { return i%5 == 3 }, func(i int) bool { return i%5 == 4 }},
		"and one of nobody": {func(i int) bool { return true }},
	} {
		archives := map[string]zimtest.Archive{}
		for i, keep := range parts {
			archives[fmt.Sprint("part", i)] = c.pick(keep).archive(t)
		}
		if len(parts) == 1 {
			archives["empty"] = zimtest.Archive{Minor: 1}
		}
		e := open(t, archives)
		for _, q := range portQuestions() {
			a, b := answer(t, whole, q[0], Want{Passages: 3}), answer(t, e, q[0], Want{Passages: 3})
			if diff := cmp.Diff(places(a), places(b)); diff != "" {
				t.Errorf("%s: %s: -whole +parts:\n%s", name, q[0], diff)
			}
		}
	}
}

// places lists the passages by page, block and score, whatever archive they are in; equal scores in a fixed order.
func places(a *Answer) []string {
	var out []string
	for _, p := range a.Passages {
		out = append(out, fmt.Sprintf("%012.9f %s %d", p.Score, p.Path, p.Range.From.Block))
	}
	slices.Sort(out)
	slices.Reverse(out)
	return out
}

// An index that was written when scripts without spaces were not taken apart is seen through, and weighed like one in
// which they were.
func TestWholeRuns(t *testing.T) {
	for _, tt := range []struct {
		language string
		pages    []titledPage
		want     map[string]string
	}{
		{"zho", []titledPage{
			{"北京", "<p>北京是中华人民共和国的首都，位于华北平原。</p>"},
			{"上海", "<p>上海是中国最大的城市，位于长江口。港口很大。</p>"},
			{"广州", "<p>广州是广东省的省会，珠江流经市区。</p>"},
		}, map[string]string{"中华人民共和国的首都在哪里": "北京", "长江口的城市": "上海", "珠江": "广州", "“长江口”": "上海", "哪个城市的港口很大？": "上海"}},
		{"tha", []titledPage{
			{"กรุงเทพ", "<p>กรุงเทพมหานครเป็นเมืองหลวงของประเทศไทย</p>"},
			{"เชียงใหม่", "<p>เชียงใหม่เป็นจังหวัดทางภาคเหนือ มีดอยสุเทพ</p>"},
			{"ภูเก็ต", "<p>ภูเก็ตเป็นเกาะที่ใหญ่ที่สุดในทะเลอันดามัน</p>"},
		}, map[string]string{"เมืองหลวงของประเทศไทยคืออะไร": "กรุงเทพ", "ดอยสุเทพอยู่ที่ไหน": "เชียงใหม่", "เกาะที่ใหญ่ที่สุด": "ภูเก็ต"}},
		{"jpn", []titledPage{
			{"東京", "<p>東京は日本の首都である。東京タワーは高さ三百三十三メートルである。</p>"},
			{"大阪", "<p>大阪は商人の町として知られる。</p>"},
		}, map[string]string{"東京タワーの高さは": "東京", "商人の町": "大阪"}},
	} {
		for _, apart := range []bool{false, true} {
			c := corpus{pages: tt.pages, language: tt.language, apart: apart}
			e := open(t, map[string]zimtest.Archive{"a": c.archive(t)})
			for q, want := range tt.want {
				a := answer(t, e, q, Want{})
				if len(a.Passages) == 0 || a.Passages[0].Path != want {
					t.Errorf("%s, taken apart: %v: %s: got %q, want %s", tt.language, apart, q, cited(a), want)
				}
				if len(a.Unknown) > 0 {
					t.Errorf("%s: unknown %q", q, a.Unknown)
				}
			}
		}
	}
}

// The walk over the vocabulary finds all terms with a pair, and is done once for all.
func TestRunTerms(t *testing.T) {
	c := corpus{language: "zho", pages: []titledPage{{"A", "<p>北京大学，京大，北京，大学北京，plain 水</p>"}, {"B", "<p>首都北京</p>"}}}
	e := open(t, map[string]zimtest.Archive{"a": c.archive(t)})
	a, _, release, err := e.acquire("a")
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	ix, err := e.indexes.of(a).full.get(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for pair, want := range map[string][]string{"北京": {"北京大学", "大学北京", "首都北京"}, "大学": {"北京大学", "大学北京"}, "京大": {"北京大学"}, "水水": nil, "pl": nil} {
		got, err := ix.runs.of(t.Context(), ix, pair)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: %v, -want +got:\n%s", pair, err, diff)
		}
	}
	if diff := cmp.Diff([]string{"北京", "京大"}, pairsOf("ab北京大c")); diff != "" {
		t.Errorf("pairs: -want +got:\n%s", diff)
	}
}

// Statistics without any document, and words that are in more documents than there are, weigh something.
func TestWeightsAreNumbers(t *testing.T) {
	for _, st := range []statistics{{tf: []uint64{0, 1}}, {docs: 5, tf: []uint64{0, 5, 9}}, {docs: math.MaxUint32, tf: []uint64{0, 1, math.MaxUint32}}} {
		last := math.Inf(1)
		for i, w := range st.idf() {
			if math.IsNaN(w) || w <= 0 || w > last {
				t.Errorf("%+v: weight %d is %v", st, i, w)
			}
			last = w
		}
	}
}

// A damaged index of text, of titles or of both hides nothing of another archive, and its own is searched by the lists of
// titles.
func TestAskWithDamagedIndexes(t *testing.T) {
	full, titles := harbours(false).bytes(), harbours(true).bytes()
	mangle := func(b []byte, at int) []byte {
		b = bytes.Clone(b)
		for i := at; i < min(at+40, len(b)); i++ {
			b[i] ^= 0xff
		}
		return b
	}
	spoilt := 0
	for at := 0; at < len(full); at += 97 {
		e := open(t, map[string]zimtest.Archive{"bad": withIndexes(mangle(full, at), mangle(titles, at)), "good": withIndexes(full, titles)})
		a := answer(t, e, "harbour market", Want{Passages: 10})
		if !slices.ContainsFunc(cited(a), func(id string) bool { return strings.HasPrefix(id, "good/") }) || len(a.Failed) > 0 || a.Searched != 2 || slices.Contains(a.Titles, "good") {
			t.Errorf("at %d: %q, failed %q", at, cited(a), a.Failed)
		}
		spoilt += len(a.Titles)
	}
	if spoilt == 0 {
		t.Error("no index of text was spoilt: the damage is not what it was")
	}
}
