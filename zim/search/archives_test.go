package search

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openzim-mcp/openzim-mcp/zim/library"
	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// Any split of a corpus into archives gives the same first ten passages as the whole, with the same scores.
func TestAnySplitFindsTheSame(t *testing.T) {
	c := ports()
	whole := open(t, map[string]zimtest.Archive{"whole": c.archive(t)})
	questions := portQuestions()
	r := rand.New(rand.NewPCG(7, 11))
	for n := range 12 {
		parts := 1 + r.IntN(len(c.pages))
		of := make([]int, len(c.pages))
		for i := range of {
			of[i] = r.IntN(parts)
		}
		archives := map[string]zimtest.Archive{}
		for k := range parts {
			if slices.Contains(of, k) {
				archives[fmt.Sprint("part", k)] = c.pick(func(i int) bool { return of[i] == k }).archive(t)
			}
		}
		e := open(t, archives)
		for range 12 {
			q := questions[r.IntN(len(questions))]
			a, b := answer(t, whole, q[0], Want{Passages: 10}), answer(t, e, q[0], Want{Passages: 10})
			if diff := cmp.Diff(places(a), places(b)); diff != "" {
				t.Errorf("split %d of %d archives: %s: -whole +parts:\n%s", n, len(archives), q[0], diff)
			}
		}
	}
}

// Hundreds of archives answer as one, and what is not asked is closed: an index is opened when it is first needed.
func TestHundredsOfArchives(t *testing.T) {
	if testing.Short() {
		t.Skip("makes 300 archives")
	}
	c := ports()
	archives := map[string]zimtest.Archive{}
	for i := range 300 {
		archives[fmt.Sprintf("port%03d", i)] = c.pick(func(k int) bool { return k == i%len(c.pages) }).archive(t)
	}
	e := open(t, archives)
	if n := e.Indexes().Stats().Open; n != 0 {
		t.Errorf("%d indexes are open before the first question", n)
	}
	answer(t, e, "How many people live in Calem?", Want{}, "port002", "port027")
	if n := e.Indexes().Stats().Open; n != 2 {
		t.Errorf("%d indexes are open after a question to two archives", n)
	}
	for _, q := range portQuestions()[:20] {
		a := answer(t, e, q[0], Want{})
		if a.Searched != 300 || len(a.Passages) == 0 || a.Passages[0].Path+"#"+a.Passages[0].Anchor != q[1] {
			t.Errorf("%s: %d searched, %v", q[0], a.Searched, cited(a))
		}
	}
}

// Archives that have more of a question's words are searched first, so that the end of time cuts the others.
func TestMostPromisingFirst(t *testing.T) {
	s := &asking{e: &Engine{parallel: 1}, ctx: t.Context(), answer: &Answer{}}
	for i, p := range []float64{1, 3, 0, 3, 2} {
		s.shelves = append(s.shelves, &shelf{ref: fmt.Sprint(i), promise: p})
	}
	var got []string
	ctx, cancel := context.WithCancel(t.Context())
	s.ctx = ctx
	s.each(func(_ context.Context, sh *shelf) error {
		if got = append(got, sh.ref); len(got) == 4 {
			cancel()
		}
		return nil
	})
	if want := []string{"1", "3", "4", "0"}; !slices.Equal(got, want) || !slices.Contains(s.answer.Late, "2") {
		t.Errorf("got %v, late %v; want %v", got, s.answer.Late, want)
	}
}

// Questions go to the archives of their script; the others are asked for titles, unless they are named or nothing is left.
func TestRoutesByScript(t *testing.T) {
	archives := map[string]zimtest.Archive{}
	for name, page := range map[string]titledPage{
		"eng": {"Harbour", "<h1>Harbour</h1><p>The harbour of Odessa is on the Black Sea.</p>"},
		"rus": {"Гавань", "<h1>Гавань</h1><p>Гавань Одессы (Odessa) находится на Чёрном море.</p>"},
		"zho": {"港口", "<h1>港口</h1><p>敖德萨港口 Odessa 在黑海。</p>"},
		"mul": {"Port", "<h1>Port</h1><p>Odessa, Одесса.</p>"},
	} {
		archives[name] = corpus{language: name, pages: []titledPage{page}}.archive(t)
	}
	e := open(t, archives)
	for _, tt := range []struct {
		query     string
		archives  []string
		elsewhere []string
	}{
		{"harbour of Odessa", nil, []string{"rus", "zho"}},
		{"гавань Одессы", nil, []string{"eng", "zho"}},
		{"港口", nil, []string{"eng", "rus"}},
		{"гавань of Odessa", nil, []string{"zho"}},
		{"1941", nil, []string{}},
		{"harbour of Odessa", []string{"rus", "zho"}, []string{}},
	} {
		a := answer(t, e, tt.query, Want{}, tt.archives...)
		slices.Sort(a.Elsewhere)
		if diff := cmp.Diff(tt.elsewhere, a.Elsewhere); diff != "" {
			t.Errorf("%s: -want +got:\n%s", tt.query, diff)
		}
	}
}

// Archives whose language nobody can tell are searched whatever the script.
func TestWrittenIn(t *testing.T) {
	latin, greek := map[string]bool{"Latn": true}, map[string]bool{"Grek": true}
	for _, tt := range []struct {
		language string
		asked    map[string]bool
		want     bool
	}{
		{"eng", latin, true}, {"eng", greek, false}, {"ell", greek, true}, {"gre", greek, true}, {"eng,ell", greek, true},
		{"", greek, true}, {"mul", greek, true}, {"nonsense", greek, true}, {"zho", map[string]bool{"Hans": true}, true}, {"jpn", map[string]bool{"Hans": true, "Jpan": true}, true},
	} {
		if got := writtenIn(library.Status{Meta: library.Meta{Language: tt.language}}, tt.asked); got != tt.want {
			t.Errorf("%s %v: got %v", tt.language, tt.asked, got)
		}
	}
}
