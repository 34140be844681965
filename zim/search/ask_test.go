package search

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openzim-mcp/openzim-mcp/zim/library"
	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// answer asks and checks what holds of every answer.
func answer(t testing.TB, e *Engine, query string, want Want, archives ...string) *Answer {
	t.Helper()
	a, err := e.Ask(t.Context(), query, archives, want)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	checkAnswer(t, query, a, want)
	return a
}

// checkAnswer checks what holds of every answer: nothing is nil, bounds are kept, and every passage can be cited.
func checkAnswer(t testing.TB, query string, a *Answer, want Want) {
	t.Helper()
	if a.Passages == nil || a.Unknown == nil || a.Titles == nil || a.Failed == nil || a.Late == nil || a.Archives == nil {
		t.Errorf("%.50s: lists that are nil: %+v", query, a)
	}
	most := want.Passages
	if most <= 0 {
		most = DefaultPassages
	}
	if len(a.Passages) > most || len(a.Archives) != a.Searched {
		t.Errorf("%.50s: %d passages for %d, %d archives searched, %d described", query, len(a.Passages), most, a.Searched, len(a.Archives))
	}
	if good := len(a.Passages) > 0 && !a.Passages[0].Weak; good != (a.Reason == "") {
		t.Errorf("%.50s: reason %q of %d passages", query, a.Reason, len(a.Passages))
	}
	seen := map[string]bool{}
	for i := range a.Passages {
		p := &a.Passages[i]
		place := fmt.Sprint(p.ID(), " ", p.Range)
		if seen[place] || p.Text == "" || p.Doc == nil || p.Score <= 0 || i > 0 && p.Score > a.Passages[i-1].Score || p.Covered < 0 || p.Covered > 1 {
			t.Errorf("%.50s: passage %d: %s: %+v", query, i, place, p.Part)
		}
		seen[place] = true
		if p.Doc != nil && strings.TrimSpace(p.Doc.Text(p.Range)) != p.Text {
			t.Errorf("%.50s: passage %d differs from its range", query, i)
		}
	}
}

// cited lists the ids of the passages, with "?" before weak ones.
func cited(a *Answer) []string {
	var out []string
	for i := range a.Passages {
		p := &a.Passages[i]
		id := p.IDWith(p.Anchor)
		if p.Weak {
			id = "?" + id
		}
		out = append(out, id)
	}
	return out
}

// coast is an archive without any index.
func coast() zimtest.Archive {
	return zimtest.Archive{Minor: 1, Metadata: map[string]string{"Title": "Coast", "Language": "eng"}, Entries: []zimtest.Entry{
		zimtest.Page("C/Kermorvan_lighthouse", "Kermorvan lighthouse", lighthouse),
		zimtest.Page("C/Old_Harbour", "Old Harbour", "<h1>Old Harbour</h1><p>The harbour of the old town.</p><h2 id=Ferries>Ferries</h2><p>A ferry leaves for the island every hour.</p>"),
		zimtest.Page("C/New_harbour_of_Brest", "New harbour of Brest", "<p>It was dug in 1865.</p>"),
		zimtest.Page("C/Café", "Café", "<p>Where sailors drink.</p>"),
		zimtest.Page("C/The_Gull", "The Gull", "<p>A play in four acts.</p>"),
		zimtest.Page("C/Gull", "Gull", "<p>A bird of the coast.</p>"),
		zimtest.Page("C/東京港", "東京港", "<p>東京にある港である。</p>"),
		zimtest.Page("C/Empty", "Empty", ""),
		zimtest.Page("C/Mercury", "Mercury", "<p>Mercury may be:</p><ul><li><a href=Gull>Gull</a>, a bird</ul>"),
		{Path: "C/notes.txt", Title: "Notes on ropes", MIME: "text/plain", Data: []byte("A rope has strands.\n\nThree make a rope.")},
		{Path: "C/chart.png", Title: "Chart of ropes", MIME: "image/png", Data: []byte("\x89PNG")},
		zimtest.Redirect("C/Phare_de_Kermorvan", "C/Kermorvan_lighthouse"),
		zimtest.Redirect("C/Round", "C/Round"),
	}}
}

// An archive without an index answers by its titles, and says so.
func TestAskByTitlesAlone(t *testing.T) {
	e := open(t, map[string]zimtest.Archive{"coast": coast()})
	for _, tt := range []struct {
		name, query string
		first       string
		match       Match
		from        string
	}{
		{"exact", "Old Harbour", "coast/Old_Harbour", Exact, ""},
		{"as a path", "Old_Harbour", "coast/Old_Harbour", Exact, ""},
		{"folded", "old HARBOUR", "coast/Old_Harbour", Folded, ""},
		{"without accents", "cafe", "coast/Café", Folded, ""},
		{"a redirect", "Phare de Kermorvan", "coast/Kermorvan_lighthouse", Exact, "Phare de Kermorvan"},
		{"with the article", "the gull", "coast/The_Gull", Folded, ""},
		{"without it", "Gull", "coast/Gull", Exact, ""},
		{"the beginning", "new harbour", "coast/New_harbour_of_Brest", Words, ""},
		{"all its words", "brest harbour new", "coast/New_harbour_of_Brest", Words, ""},
		{"Japanese", "東京港", "coast/%E6%9D%B1%E4%BA%AC%E6%B8%AF", Exact, ""},
		{"plain text", "Notes on ropes", "coast/notes.txt", Folded, ""},
	} {
		a := answer(t, e, tt.query, Want{})
		if len(a.Passages) == 0 {
			t.Errorf("%s: nothing for %s: %+v", tt.name, tt.query, a)
			continue
		}
		p := a.Passages[0]
		if id := p.ID(); id != tt.first && p.Hit.URIWith("") != "zim://"+tt.first || p.Match != tt.match || p.From != tt.from || p.Weak {
			t.Errorf("%s: %s: got %s by %v from %q, weak %v; want %s by %v from %q", tt.name, tt.query, p.ID(), p.Match, p.From, p.Weak, tt.first, tt.match, tt.from)
		}
		if !slices.Equal(a.Titles, []string{"coast"}) || a.Searched != 1 || len(a.Unknown) != 0 {
			t.Errorf("%s: searched %d, by title alone %q, unknown %q", tt.name, a.Searched, a.Titles, a.Unknown)
		}
	}
}

// Of the article that a title leads to, the words beside it choose the passage; a title in full leads to its beginning.
func TestAskChoosesThePassage(t *testing.T) {
	e := open(t, map[string]zimtest.Archive{"coast": coast()})
	if got := cited(answer(t, e, "Kermorvan lighthouse", Want{})); len(got) == 0 || got[0] != "coast/Kermorvan_lighthouse" {
		t.Errorf("got %q", got)
	}
	a := answer(t, e, "Old Harbour", Want{})
	if a.Passages[0].Block != 0 && a.Passages[0].Section != nil || !strings.Contains(a.Passages[0].Text, "old town") {
		t.Errorf("got %+v", a.Passages[0].Part)
	}
}

// What cannot be answered says why.
func TestAskReasons(t *testing.T) {
	e := open(t, map[string]zimtest.Archive{"coast": coast(), "indexed": withIndexes(harbours(false).bytes(), harbours(true).bytes())})
	for _, tt := range []struct {
		name, query string
		archive     string
		want        Reason
		unknown     []string
	}{
		{"good", "harbour market", "indexed", "", []string{}},
		{"no index, nothing found", "zeppelin", "coast", NoFullText, []string{}},
		{"an index, nothing found", "zeppelin", "indexed", NoMatch, []string{"zeppelin"}},
		{"a word that is nowhere", "harbour Zeppelins", "indexed", WeakMatch, []string{"Zeppelins"}},
		{"no words", "?!", "indexed", NoWords, []string{}},
		{"all excluded", "-harbour", "indexed", NoWords, []string{}},
		{"quoted in another order", `"market harbour"`, "indexed", NoMatch, []string{}},
		{"excluded", "market -harbour", "indexed", NoMatch, []string{}},
		{"in no title", "title:quay harbour", "indexed", NoMatch, []string{"quay"}},
		{"in a title", "title:market harbour", "indexed", "", []string{}},
	} {
		a := answer(t, e, tt.query, Want{}, tt.archive)
		if a.Reason != tt.want {
			t.Errorf("%s: %s: reason %q, want %q: %q", tt.name, tt.query, a.Reason, tt.want, cited(a))
		}
		if diff := cmp.Diff(tt.unknown, a.Unknown); diff != "" {
			t.Errorf("%s: %s: unknown -want +got:\n%s", tt.name, tt.query, diff)
		}
	}
}

// Archives that are unknown are an error when they are the only ones asked for.
func TestAskUnknownArchives(t *testing.T) {
	e := open(t, map[string]zimtest.Archive{"coast": coast()})
	_, err := e.Ask(t.Context(), "Gull", []string{"cost"}, Want{})
	if missing := (*NotFound)(nil); !errors.As(err, &missing) || !slices.Contains(missing.Candidates, "coast") {
		t.Errorf("got %v", err)
	}
	a := answer(t, e, "Gull", Want{}, "coast", "cost", "coast")
	if a.Searched != 1 || len(a.Failed) != 0 || len(a.Passages) == 0 {
		t.Errorf("got %+v", a)
	}
	empty := open(t, nil)
	if a := answer(t, empty, "Gull", Want{}); a.Searched != 0 || a.Reason != NoMatch {
		t.Errorf("no archives: %+v", a)
	}
}

// However many passages are wanted, the best come first and the others are counted.
func TestAskForSoMany(t *testing.T) {
	pages := zimtest.Archive{Minor: 1}
	for i := range 30 {
		pages.Entries = append(pages.Entries, zimtest.Page(fmt.Sprintf("C/h%02d", i), fmt.Sprintf("Harbour %02d", i), fmt.Sprintf("<p>Number %d is another place by the sea, called %s.</p>", i, strings.Repeat("x", i+1))))
	}
	e := open(t, map[string]zimtest.Archive{"h": pages})
	whole := cited(answer(t, e, "harbour", Want{Passages: 20}))
	if len(whole) != 20 {
		t.Fatalf("got %d", len(whole))
	}
	for _, n := range []int{1, 2, 5, 10, 19} {
		a := answer(t, e, "harbour", Want{Passages: n})
		if diff := cmp.Diff(whole[:n], cited(a)); diff != "" || a.More == 0 {
			t.Errorf("%d: %d more, -want +got:\n%s", n, a.More, diff)
		}
	}
	if a := answer(t, e, "harbour", Want{Passages: 100}); len(a.Passages) != 30 || a.More != 0 {
		t.Errorf("100: got %d and %d more", len(a.Passages), a.More)
	}
}

// The same question gives the same answer, also when it is asked by many at once.
func TestAskAtOnce(t *testing.T) {
	e := open(t, map[string]zimtest.Archive{"one": coast(), "two": coast(), "three": withIndexes(harbours(false).bytes(), harbours(true).bytes())})
	queries := []string{"old harbour", "harbour market", "kermorvan lighthouse lens", "gull", "東京港", "zeppelin"}
	var want [][]string
	for _, q := range queries {
		want = append(want, cited(answer(t, e, q, Want{})))
	}
	done := make(chan string)
	for g := range 6 {
		go func() {
			for i := range 20 {
				k := (i + g) % len(queries)
				a, err := e.Ask(context.Background(), queries[k], nil, Want{})
				if err != nil || !slices.Equal(cited(a), want[k]) {
					done <- fmt.Sprintf("%s: %v, %v, want %q", queries[k], a, err, want[k])
					return
				}
			}
			done <- ""
		}()
	}
	for range 6 {
		if msg := <-done; msg != "" {
			t.Error(msg)
		}
	}
}

// One damaged entry takes nothing from the others of its archive. When nothing but damage is met, the archive has failed.
func TestAskAroundADamagedEntry(t *testing.T) {
	a := coast()
	a.Entries = append(a.Entries, zimtest.Redirect("C/Harbour_loop", "C/Harbour_loop"), zimtest.Redirect("C/Old_harbour", "C/Old_harbour"))
	e := open(t, map[string]zimtest.Archive{"coast": a})
	for _, q := range []string{"Old Harbour", "harbour", "old harbour"} {
		if got := answer(t, e, q, Want{}); len(got.Passages) == 0 || len(got.Failed) > 0 {
			t.Errorf("%s: got %q, failed %q", q, cited(got), got.Failed)
		}
	}
	if got := answer(t, e, "Harbour_loop", Want{}); len(got.Passages) > 0 || !slices.Equal(got.Failed, []string{"coast"}) {
		t.Errorf("the damage alone: got %q, failed %q", cited(got), got.Failed)
	}
}

// A broken archive takes nothing from the others, whatever is broken in it, and is told of when it could not be searched.
func TestAskBesideDamage(t *testing.T) {
	sound := withIndexes(harbours(false).bytes(), harbours(true).bytes()).Bytes()
	for _, name := range append(zimtest.Damages(), "cut") {
		bad := sound[:len(sound)/2]
		if name != "cut" {
			bad = zimtest.Damage(sound, name)
		}
		if bad == nil {
			continue
		}
		dir := t.TempDir()
		for file, b := range map[string][]byte{"bad": bad, "good": sound} {
			if err := os.WriteFile(filepath.Join(dir, file+".zim"), b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		lib, err := library.Open(t.Context(), []string{dir}, nil)
		if err != nil {
			t.Fatal(err)
		}
		e := New(lib, nil)
		a := answer(t, e, "harbour market", Want{Passages: 10})
		if !slices.ContainsFunc(cited(a), func(id string) bool { return strings.HasPrefix(id, "good/") }) || a.Searched+len(a.Failed) != 2 || slices.Contains(a.Failed, "good") {
			t.Errorf("%s: %q, searched %d, failed %q", name, cited(a), a.Searched, a.Failed)
		}
		lib.Close()
	}
}

// Of two titles that differ by an article alone, the one that was asked for comes first.
func TestAskWithTheArticle(t *testing.T) {
	pages := zimtest.Archive{Minor: 1, Metadata: map[string]string{"Name": "w"}}
	for _, title := range []string{"Sea", "The Sea", "The Hill", "Hill"} {
		pages.Entries = append(pages.Entries, zimtest.Page("C/"+title, title, "<p>On the "+strings.ToLower(title)+" there is a lot to say."))
	}
	e := open(t, map[string]zimtest.Archive{"w": pages})
	for _, title := range []string{"The Sea", "Sea", "the sea", "Hill", "the hill"} {
		if a := answer(t, e, title, Want{}); len(a.Passages) == 0 || !strings.EqualFold(a.Passages[0].Title, title) {
			t.Errorf("%s: got %+v", title, a.Passages)
		}
	}
}
