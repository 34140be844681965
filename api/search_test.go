package api

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openzim-mcp/openzim-mcp/policy"
	"github.com/openzim-mcp/openzim-mcp/zim/article"
	"github.com/openzim-mcp/openzim-mcp/zim/search"
	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// titled is an archive with an empty page for each title.
func titled(name string, titles ...string) zimtest.Archive {
	a := zimtest.Archive{Minor: 1, UUID: [16]byte([]byte(name + "                ")[:16]), Metadata: map[string]string{"Name": name}}
	for _, t := range titles {
		a.Entries = append(a.Entries, zimtest.Page("C/"+strings.ReplaceAll(t, " ", "_"), t, "<p>x"))
	}
	return a
}

// texts reads a list of strings out of a reply's data; nil when the field is missing.
func texts(data args, field string) []string {
	list, _ := data[field].([]any)
	var out []string
	for _, v := range list {
		out = append(out, fmt.Sprint(v))
	}
	return out
}

// resultIDs are the ids of a reply of search, in order.
func resultIDs(data args) []string {
	ids := []string{}
	for _, r := range data["results"].([]any) {
		ids = append(ids, r.(args)["id"].(string))
	}
	return ids
}

// A search of one archive that finds nothing suggests nothing of another, even where the other has what was asked for.
func TestSuggestionsStayInTheArchiveAskedFor(t *testing.T) {
	c := serve(t, map[string]zimtest.Archive{"one": titled("one", "Harbour", "Ship"), "two": titled("two", "Harbor", "Lighthouse")}, Options{})
	for _, tt := range []struct {
		name string
		a    args
		want []string
	}{
		{"all archives", args{"query": "Harb0ur"}, []string{"two/Harbor", "one/Harbour"}},
		{"the one that has it", args{"query": "L1ghthouse", "archive": "two"}, []string{"two/Lighthouse"}},
		{"the other", args{"query": "L1ghthouse", "archive": "one"}, nil},
		{"both are near, one is asked for", args{"query": "Harb0ur", "archive": "one"}, []string{"one/Harbour"}},
	} {
		text, data, isError := call(t, c, "search", tt.a)
		got := texts(data, "suggest")
		if diff := cmp.Diff(tt.want, got); diff != "" || isError {
			t.Errorf("%s: -want +got:\n%s%s", tt.name, diff, text)
		}
		if has := strings.Contains(text, "did you mean"); has != (tt.want != nil) {
			t.Errorf("%s: the text differs from the data:\n%s", tt.name, text)
		}
	}
}

// What limit and max_tokens leave out is counted, and the count is true.
func TestSearchSaysHowMuchIsLeft(t *testing.T) {
	var names []string
	for i := range 12 {
		names = append(names, fmt.Sprintf("Bridge %c", 'L'+i))
	}
	c := serve(t, map[string]zimtest.Archive{"b": titled("b", names...)}, Options{Limits: policy.Limits{Results: 10}})
	for _, tt := range []struct {
		name   string
		a      args
		rows   int
		notice string
	}{
		{"limit", args{"query": "bridge", "limit": 3}, 3, "-- 9 more with limit=10"}, // the operator's bound, not 12
		{"default", args{"query": "bridge"}, 5, "-- 7 more with limit=10"},
		{"all that may be asked for", args{"query": "bridge", "limit": 10}, 10, "-- 2 more with limit=10"},
		{"a title in full needs no other", args{"query": "Bridge N"}, 1, ""},
	} {
		text, data, _ := call(t, c, "search", tt.a)
		if n := len(resultIDs(data)); n != tt.rows || strings.Contains(text, "more with") != (tt.notice != "") || !strings.Contains(text, tt.notice) {
			t.Errorf("%s: %d rows, want %d and %q:\n%s", tt.name, n, tt.rows, tt.notice, text)
		}
	}
	text, data, _ := call(t, c, "search", args{"query": "bridge", "limit": 10, "max_tokens": 100})
	if rows := len(resultIDs(data)); rows == 0 || rows+int(data["more"].(float64)) != 12 {
		t.Errorf("%d rows and %v more, want 12 in all:\n%s", rows, data["more"], text)
	}
	if n := article.Tokens(text); n > 110 {
		t.Errorf("%d tokens for max_tokens 100:\n%s", n, text)
	}
}

// Each line of the text has its row in the data, with the same title and id, and the other way round.
func TestSearchTextAndDataAgree(t *testing.T) {
	c := serve(t, library1(), Options{})
	for _, q := range []string{"ray", "long", "Ray Robinson", "[1] Evil", "a document", "nothing at all"} {
		text, data, _ := call(t, c, "search", args{"query": q, "limit": 20})
		var want []string
		for i, r := range data["results"].([]any) {
			row := r.(args)
			line := fmt.Sprintf("[%d] %s", i+1, row["title"])
			if from, ok := row["from"]; ok {
				line += fmt.Sprintf(" (from %q)", from)
			}
			want = append(want, line+fmt.Sprintf(" (%s)", row["id"]))
		}
		var got []string
		for l := range strings.SplitSeq(text, "\n") {
			if strings.HasPrefix(l, "[") {
				got = append(got, l)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: -data +text:\n%s", q, diff)
		}
		for _, p := range data["provenance"].([]any) {
			if name := p.(args)["archive"].(string); !strings.Contains(strings.SplitN(text, "\n", 2)[0], name) {
				t.Errorf("%s: %s is not in the first line of\n%s", q, name, text)
			}
		}
	}
}

// One archive that cannot be read takes nothing from the others; asked for by itself it is an error.
func TestSearchBesideADamagedArchive(t *testing.T) {
	dir := t.TempDir()
	good, bad := titled("good", "Harbour"), titled("bad", "Harbour")
	writeFile(t, dir, "good.zim", good.Bytes())
	b := bad.Bytes()
	writeFile(t, dir, "bad.zim", b[:len(b)/3])
	c := connect(t, openLibrary(t, dir), Options{})
	text, data, isError := call(t, c, "search", args{"query": "harbour"})
	if diff := cmp.Diff([]string{"good/Harbour"}, resultIDs(data)); diff != "" || isError || strings.Contains(text, "cannot be read") {
		t.Errorf("-want +got:\n%s%s", diff, text)
	}
	text, data, isError = call(t, c, "search", args{"query": "zeppelin"})
	if failed := texts(data, "failed"); isError || strings.Contains(text, "-- cannot be read at present: ") != (failed != nil) {
		t.Errorf("nothing found, failed %q:\n%s", failed, text)
	}
	text, data, isError = call(t, c, "search", args{"query": "harbour", "archive": "bad"})
	if code := data["code"]; !isError || code != "not_found" && code != "corrupt_archive" || strings.Contains(text, dir) {
		t.Errorf("isError %v: %s", isError, text)
	}
}

// A manual whose first section repeats the title of the page shows it once; the data has every section.
func TestSectionsBelowTheTitle(t *testing.T) {
	text := "<p>" + strings.Repeat("The harbour terminal runs commands of the pilot. ", 12) + "</p>"
	a := titled("manual")
	a.Entries = []zimtest.Entry{zimtest.Page("C/pilot", "Pilot terminal", "<h1>Manual</h1><h2>pilot  Terminal</h2><h3>Options</h3>"+text), zimtest.Page("C/other", "Other", "<h2>Pilot</h2>"+text)}
	c := serve(t, map[string]zimtest.Archive{"manual": a}, Options{})
	reply, data, _ := call(t, c, "search", args{"query": "Pilot terminal"})
	row := data["results"].([]any)[0].(args)
	if row["title"] != "Pilot terminal > Options" || !strings.Contains(reply, "[1] Pilot terminal > Options (") {
		t.Errorf("got %v:\n%s", row["title"], reply)
	}
	if diff := cmp.Diff([]string{"pilot Terminal", "Options"}, texts(row, "section")); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for _, tt := range []struct {
		title    string
		sections []string
		want     int
	}{{"psql", nil, 0}, {"psql", []string{"psql"}, 0}, {"psql", []string{"psql", "psql"}, 1}, {"A_b", []string{"a b", "c"}, 1}, {"psql", []string{"Options", "psql"}, 2}} {
		if got := sectionsBelow(tt.title, tt.sections); len(got) != tt.want {
			t.Errorf("%s, %q: got %q", tt.title, tt.sections, got)
		}
	}
}

// poor is an answer of five passages to a question of which nothing has much, beside archives that failed.
func poor(t *testing.T, s *Surface) *search.Answer {
	t.Helper()
	query, err := policy.ParseQuery("bridge", s.opts.Limits)
	if err != nil {
		t.Fatal(err)
	}
	a, err := s.engine.Ask(t.Context(), query, nil, search.Want{Passages: 5})
	if err != nil || len(a.Passages) != 5 {
		t.Fatalf("%d passages, %v", len(a.Passages), err)
	}
	for i := range a.Passages {
		a.Passages[i].Weak = true
	}
	a.Reason, a.Failed, a.Late = search.WeakMatch, []string{"broken_archive_of_the_harbour", "another_broken_archive"}, []string{"a_slow_archive", "another_slow_archive"}
	a.Unknown = []string{"Zeppelins", "Lighthouses", "Lightships"}
	return a
}

// bridges is an archive of which each page has a text of some length.
func bridges() map[string]zimtest.Archive {
	a := titled("bridges")
	for i := range 8 {
		name := fmt.Sprintf("Bridge %c", 'L'+i)
		a.Entries = append(a.Entries, zimtest.Page("C/"+name, name, "<p>"+strings.Repeat(fmt.Sprintf("The bridge %d spans river %[1]d. ", i), 20)))
	}
	return map[string]zimtest.Archive{"bridges": a}
}

// A poor answer is short, unless more is asked for, and counts nothing that is left out.
func TestFewWeak(t *testing.T) {
	s, _ := surfaceOf(t, bridges(), Options{})
	a := poor(t, s)
	fewWeak(a)
	if len(a.Passages) != 2 || a.More != 0 {
		t.Errorf("%d passages and %d more", len(a.Passages), a.More)
	}
	a = poor(t, s)
	a.Reason = ""
	if fewWeak(a); len(a.Passages) != 5 {
		t.Errorf("a good answer: %d passages", len(a.Passages))
	}
}

// However small a reply and however much there is to notice, it has a passage. Archives that failed or have no index are
// told of only where something better may be there.
func TestPassageBeforeNotices(t *testing.T) {
	s, _ := surfaceOf(t, bridges(), Options{})
	for _, budget := range []int{100, 130, 200, 1200} {
		r := s.searchReply(t.Context(), "bridge Zeppelins over the Lighthouses and Lightships", poor(t, s), budget)
		text := r.text()
		if n := article.Tokens(text); len(r.data.(*searchData).Results) == 0 || n > budget+budget/10 {
			t.Errorf("%d: %d tokens:\n%s", budget, n, text)
		}
		if budget == 1200 && (!strings.Contains(text, "-- cannot be read at present: broken") || r.data.(*searchData).TitlesOnly == nil) {
			t.Errorf("%d: got\n%s", budget, text)
		}
	}
	a := poor(t, s)
	a.Reason = ""
	r := s.searchReply(t.Context(), "bridge", a, 1200)
	if d := r.data.(*searchData); strings.Contains(r.text(), "cannot be read") || d.TitlesOnly != nil || len(d.Failed) != 2 {
		t.Errorf("a good answer: got\n%s\n%+v", r.text(), d)
	}
}
