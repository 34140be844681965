package api

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/openzim-mcp/openzim-mcp/zim/article"
	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// towns is a document with sections, tables and references.
func townsDocument() *article.Document {
	rows := []string{"|Town|People|"}
	for i := range 60 {
		rows = append(rows, fmt.Sprintf("|Town %d|%d|", i, 1000+i))
	}
	d := handmade("Towns", para("Towns of the coast."), head("North", "North"), para("Cold."), head("Ports", ">Ports"), para("Ships."), head("South", "South"), para("Warm."))
	d = withTable(d, "table-1", "People by town", rows...)
	d = withTable(d, "fish", "", "|Fish|Price|", "|Cod|12|", "|Eel|30|")
	d.References = []article.Reference{
		{Number: "1", Text: "A book of towns.", URLs: []string{"https://example.org/towns"}, Sections: []int{0, 3}},
		{Number: "2", Text: "Ships of the north.", Sections: []int{2}},
		{Text: "Further reading."},
	}
	return d
}

func townsPage(t *testing.T, o Options) *mcp.ClientSession {
	t.Helper()
	s, c := surfaceOf(t, map[string]zimtest.Archive{"w": {Minor: 1, Metadata: map[string]string{"Name": "w"},
		Entries: []zimtest.Entry{zimtest.Page("C/Towns", "Towns", "<p>x"), zimtest.Page("C/Bare", "Bare", "<p>bare"), zimtest.Page("C/Terms", "Terms", "<p>x")}}}, o)
	plant(t, s, "w/Terms", handmade("Terms", para("Terms."), part{article.Paragraph, "t", "**a term**"}, para("Other.")))
	plant(t, s, "w/Towns", townsDocument())
	return c
}

// Lists and parts of a page, in full, as a client reads them.
func TestPartsOfAPage(t *testing.T) {
	c := townsPage(t, Options{})
	for _, tt := range []struct {
		a    args
		want string
	}{
		{args{"id": "w/Towns", "view": "tables"}, "# Towns\n\n#table-1  People by town  60 rows × 2 columns  (in #South)\n#fish  |Fish|Price|  2 rows × 2 columns  (in #South)\n\n" +
			"-- an id ending in #table-1 opens that table; find selects rows"},
		{args{"id": "w/Towns", "view": "tables", "find": "eel"}, "# Towns\n\n#fish  |Fish|Price|  1 row × 2 columns  (in #South)\n\n-- an id ending in #table-1 opens that table; find selects rows"},
		{args{"id": "w/Towns", "view": "tables", "find": "eel cod"}, "# Towns\n\n-- no table has a row with all of these words"},
		{args{"id": "w/Towns#North", "view": "tables"}, "# Towns > North\n\n-- no tables of data"},
		{args{"id": "w/Bare", "view": "tables"}, "# Bare\n\n-- no tables of data"},
		{args{"id": "w/Towns#fish"}, "# Towns > #fish\n\n|Fish|Price|\n|-|-|\n|Cod|12|\n|Eel|30|"},
		{args{"id": "w/Towns#fish", "view": "section"}, "# Towns > #fish\n\n|Fish|Price|\n|-|-|\n|Cod|12|\n|Eel|30|"},
		{args{"id": "w/Towns#fish", "view": "tables"}, "# Towns > #fish\n\n|Fish|Price|\n|-|-|\n|Cod|12|\n|Eel|30|"},
		{args{"id": "w/Towns#table-1", "find": "TOWN 59"}, "# Towns > People by town\n\n**People by town**\n\n|Town|People|\n|-|-|\n|Town 59|1059|\n\n-- 1 row of 60 rows"},
		{args{"id": "w/Towns#table-1", "view": "tables", "find": "1007"}, "# Towns > People by town\n\n**People by town**\n\n|Town|People|\n|-|-|\n|Town 7|1007|\n\n-- 1 row of 60 rows"},
		{args{"id": "w/Towns#fish", "find": "shark"}, "# Towns > #fish\n\n-- none of 2 rows has all of these words"},
		{args{"id": "w/Towns", "view": "references"}, "# Towns\n\n1. A book of towns. https://example.org/towns (cited in the lead, #South)\n2. Ships of the north. (cited in #Ports)\n- Further reading."},
		{args{"id": "w/Towns#North", "view": "references"}, "# Towns > North\n\n2. Ships of the north. (cited in #Ports)"},
		{args{"id": "w/Towns", "view": "references", "find": "BOOK"}, "# Towns\n\n1. A book of towns. https://example.org/towns (cited in the lead, #South)"},
		{args{"id": "w/Towns", "view": "references", "find": "zebra"}, "# Towns\n\n-- no reference has all of these words"},
		{args{"id": "w/Bare", "view": "references"}, "# Bare\n\n-- no references"},
		{args{"id": "w/Towns#North"}, "# Towns > North\n\nCold.\n\n### Ports {#Ports}\n\nShips.\n\n-- next: #Ports"},
		{args{"id": "w/Towns#North", "view": "section"}, "# Towns > North\n\nCold.\n\n-- next: #Ports"},
		{args{"id": "w/Towns", "view": "section"}, "# Towns\n\nTowns of the coast."},
		{args{"id": "w/Towns#~1", "view": "section"}, "# Towns\n\nTowns of the coast."},
		{args{"id": "w/Towns#Ports~1"}, "# Towns > Ports\n\nShips.\n\n-- previous: #North  next: #South"},
		{args{"id": "w/Towns#North~3"}, "# Towns > North\n\nShips.\n\n-- next: #Ports"},
		{args{"id": "w/Towns", "view": "outline"}, "# Towns\n\n#North  North  ~19  Cold.\n  #Ports  Ports  ~10  Ships.\n#South  South  ~1023  Warm."},
		{args{"id": "w/Towns#North", "view": "outline"}, "# Towns > North\n\n#North  North  ~19  Cold.\n  #Ports  Ports  ~10  Ships."},
		{args{"id": "w/Towns", "view": "outline", "find": "port"}, "# Towns\n\n  #Ports  Ports  ~10  Ships."},
		{args{"id": "w/Terms#t"}, "# Terms > a term\n\n**a term**"},
		{args{"id": "w/Terms#t", "view": "section"}, "# Terms > a term\n\n**a term**"},
		{args{"id": "w/Bare", "view": "outline"}, "# Bare\n\n-- this entry has no sections"},
		{args{"id": "w/Bare", "view": "section"}, "# Bare\n\nbare"},
	} {
		text, data, isError := call(t, c, "fetch", tt.a)
		text = strings.ReplaceAll(noEstimates.ReplaceAllString(text, "~"), "w\n\n", "")
		want := noEstimates.ReplaceAllString(tt.want, "~")
		if diff := cmp.Diff(want, text); diff != "" || isError {
			t.Errorf("%v: -want +got:\n%s", tt.a, diff)
		}
		if empty := strings.Contains(want, "-- no") || strings.Contains(want, "-- this"); empty != (data["reason"] != nil) {
			t.Errorf("%v: reason %v", tt.a, data["reason"])
		}
	}
}

// A section of a long table shows its beginning, its id shows all of it, and a citation into its middle begins there.
func TestLongTable(t *testing.T) {
	c := townsPage(t, Options{})
	text, _, _ := call(t, c, "fetch", args{"id": "w/Towns#South"})
	if !strings.Contains(text, "|Town 9|1009|\n\n(… 50 more rows; #table-1 has all)") || strings.Contains(text, "|Town 10|") || !strings.Contains(text, "|Eel|30|") {
		t.Errorf("the section: %s", text)
	}
	var all strings.Builder
	a := args{"id": "w/Towns#table-1", "max_tokens": 400}
	pages := 0
	for ; pages < 20; pages++ {
		text, data, isError := call(t, c, "fetch", a)
		if isError || article.Tokens(text) > 400 || !strings.Contains(text, "|Town|People|\n|-|-|\n") {
			t.Fatalf("page %d, %d tokens: %s", pages, article.Tokens(text), text)
		}
		all.WriteString(text)
		next, ok := data["next_cursor"]
		if !ok {
			break
		}
		a["cursor"] = next
	}
	for i := range 60 {
		if n := strings.Count(all.String(), fmt.Sprintf("|Town %d|", i)); n != 1 {
			t.Errorf("row %d is there %d times in %d pages", i, n, pages+1)
		}
	}
	text, _, _ = call(t, c, "fetch", args{"id": "w/Towns#South~40"})
	if !strings.Contains(text, "|Town|People|\n|-|-|\n|Town 36|") {
		t.Errorf("a place within the table gives %s", text)
	}
}

// The data of view tables are ids that open what the text tells of.
func TestTableIDsOpen(t *testing.T) {
	c := townsPage(t, Options{})
	_, data, _ := call(t, c, "fetch", args{"id": "w/Towns", "view": "tables"})
	want := []any{
		args{"id": "w/Towns#table-1", "caption": "People by town", "rows": 60.0, "columns": 2.0, "section": "South"},
		args{"id": "w/Towns#fish", "rows": 2.0, "columns": 2.0, "section": "South"},
	}
	if diff := cmp.Diff(want, data["tables"]); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for _, row := range want {
		id := row.(args)["id"]
		if text, data, isError := call(t, c, "fetch", args{"id": id}); isError || data["id"] != id || !strings.Contains(text, "|-|-|") {
			t.Errorf("%v gives %s", id, text)
		}
	}
}

// An anchor that is not there: the nearest sections, or tables, and a call that lists them.
func TestUnknownAnchors(t *testing.T) {
	c := townsPage(t, Options{})
	for _, tt := range []struct{ id, view, text string }{
		{"w/Towns#Nort", "text", `not_found: the article has no section "Nort"; did you mean w/Towns#North?; allowed: #North, #Ports, #South; next: fetch {"id":"w/Towns","view":"outline"}`},
		{"w/Towns#Sauth", "section", `not_found: the article has no section "Sauth"; did you mean w/Towns#South?; allowed: #North, #Ports, #South; next: fetch {"id":"w/Towns","view":"outline"}`},
		{"w/Towns#table-2", "tables", `not_found: the article has no table "table-2"; did you mean w/Towns#table-1?; allowed: #North, #Ports, #South; next: fetch {"id":"w/Towns","view":"tables"}`},
		{"w/Towns#zebra", "links", `not_found: the article has no section "zebra"; allowed: #North, #Ports, #South; next: fetch {"id":"w/Towns","view":"outline"}`},
		{"w/Bare#x", "text", `not_found: the article has no section "x"; next: fetch {"id":"w/Bare","view":"outline"}`},
	} {
		text, data, isError := call(t, c, "fetch", args{"id": tt.id, "view": tt.view})
		if !isError || text != tt.text {
			t.Errorf("%s\ngot  %s\nwant %s", tt.id, text, tt.text)
			continue
		}
		next := data["next_call"].(args)
		if text, _, isError := call(t, c, "fetch", next["arguments"]); isError {
			t.Errorf("%s: the next call is refused: %s", tt.id, text)
		}
	}
	for _, id := range []string{"w/Towns#north", "w/Towns#NORTH", "w/Towns#North~99", "w/Towns#table-1~3"} { // what people write from memory
		if text, _, isError := call(t, c, "fetch", args{"id": id}); isError {
			t.Errorf("%s: %s", id, text)
		}
	}
}

// A section with nothing of its own goes on into its first subsection, and says so.
func TestSectionWidens(t *testing.T) {
	s, c := surfaceOf(t, map[string]zimtest.Archive{"w": {Minor: 1, Metadata: map[string]string{"Name": "w"}, Entries: []zimtest.Entry{zimtest.Page("C/P", "P", "<p>x")}}}, Options{})
	plant(t, s, "w/P", handmade("P", head("a", "A"), head("b", ">B"), para("of b"), head("c", ">C"), para("of c")))
	text, _, isError := call(t, c, "fetch", args{"id": "w/P#a", "view": "section"})
	if isError || !strings.Contains(text, "### B {#b}\n\nof b") || strings.Contains(text, "of c") || !strings.Contains(text, "-- the section has no text of its own; its first subsection follows") {
		t.Error(text)
	}
}
