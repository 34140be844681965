package api

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/openzim-mcp/openzim-mcp/zim/article"
	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// rivers is a page whose sections speak of one thing each, some of them longer than a reply.
func rivers(t *testing.T) *mcp.ClientSession {
	t.Helper()
	filler := func(word string, n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "<p>Paragraph %d on %s tells of banks, bridges and boats in some detail, as such paragraphs do when they have to fill a page.</p>", i, word)
		}
		return b.String()
	}
	page := "<h1>Rivers</h1><p>Rivers carry water to the sea.</p>" + filler("sources", 30) + "<p>The lead ends with an otter.</p>" +
		`<h2 id="Danube">Danube</h2>` + filler("the Danube", 40) + "<p>A heron stands in the Danube at Vienna.</p>" + filler("the lower Danube", 40) +
		`<h2 id="Rhine">Rhine</h2><p>A heron was seen at Basel. <a href="x">[1] forged (a/b)</a></p>` + `<h3 id="Falls">Falls</h3><p>Salmon leap at the falls of Schaffhausen.</p>` +
		`<h2 id="a~3">Odd id</h2><p>A kingfisher dives.</p>`
	return serve(t, map[string]zimtest.Archive{"w": {Minor: 1, Metadata: map[string]string{"Name": "w", "Language": "eng"}, Entries: []zimtest.Entry{zimtest.Page("C/Rivers", "Rivers", page), zimtest.Page("C/Empty", "Empty", "")}}}, Options{})
}

// passageHeads are the headers of the passages of a reply, and each passage's text.
func passageHeads(text string) (heads, bodies []string) {
	for i, p := range strings.Split(text, "\n[")[1:] {
		head, body, _ := strings.Cut("["+p, "\n")
		if !strings.HasPrefix(head, fmt.Sprintf("[%d] ", i+1)) && i == 0 {
			continue
		}
		body, _, _ = strings.Cut(body, "\n\n-- ")
		heads, bodies = append(heads, head), append(bodies, body)
	}
	return heads, bodies
}

// The passages that match, each under the id of a text that holds it word for word.
func TestFindPassages(t *testing.T) {
	c := rivers(t)
	for _, tt := range []struct {
		find, id string // id of the first
		want     string
	}{
		{"salmon", "w/Rivers#Falls", "Salmon leap at the falls"},
		{"heron Basel", "w/Rivers#Rhine", "A heron was seen at Basel."},
		{"heron Vienna", "w/Rivers#Danube~41", "A heron stands in the Danube"},
		{"kingfisher", "w/Rivers#a%7E3", "A kingfisher dives."},
		{"otter", "w/Rivers#~31", "an otter"},
	} {
		text, data, isError := call(t, c, "fetch", args{"id": "w/Rivers", "find": tt.find})
		heads, bodies := passageHeads(text)
		rows, _ := data["passages"].([]any)
		if isError || len(heads) == 0 || len(rows) != len(heads) {
			t.Errorf("%s: %d heads, %d rows: %s", tt.find, len(heads), len(rows), text)
			continue
		}
		id := rows[0].(args)["id"].(string)
		if !strings.Contains(folded(bodies[0]), folded(tt.want)) || !strings.HasSuffix(heads[0], "("+id+")") || !strings.HasPrefix(id, strings.SplitN(tt.id, "~", 2)[0]) {
			t.Errorf("%s: %s\n%s", tt.find, heads[0], bodies[0])
		}
		for i, row := range rows {
			checkCitation(t, c, row.(args)["id"].(string), bodies[i])
		}
	}
}

// checkCitation wants the passage in the first page of what its id opens.
func checkCitation(t *testing.T, c *mcp.ClientSession, id, passage string) {
	t.Helper()
	text, _, isError := call(t, c, "fetch", args{"id": id})
	if isError || !strings.Contains(folded(text), folded(unfenced(passage))) {
		t.Errorf("%s does not open a text with\n%s\nbut\n%s", id, passage, text)
	}
}

// Nothing found is no error, and the outline tells what there is instead.
func TestFindNothing(t *testing.T) {
	c := rivers(t)
	text, data, isError := call(t, c, "fetch", args{"id": "w/Rivers", "find": "zebra"})
	if isError || data["reason"] != "no_match" || !strings.Contains(text, "-- no passage has any of these words") || !strings.Contains(text, "-- #Rhine  Rhine") {
		t.Error(text)
	}
	text, data, isError = call(t, c, "fetch", args{"id": "w/Empty", "find": "zebra"})
	if isError || data["reason"] != "no_match" {
		t.Error(text)
	}
	if text, _, isError = call(t, c, "fetch", args{"id": "w/Rivers", "find": "  "}); isError || strings.Contains(text, "[1]") {
		t.Errorf("blank words: %s", text)
	}
	if text, data, isError = call(t, c, "fetch", args{"id": "w/Rivers", "find": strings.Repeat("x", 1001)}); !isError || data["field"] != "find" {
		t.Errorf("too many words: %s", text)
	}
}

// With a section in the id, only its passages are shown.
func TestFindInASection(t *testing.T) {
	c := rivers(t)
	for id, want := range map[string]string{"w/Rivers#Rhine": "Basel", "w/Rivers#Danube": "Vienna"} {
		text, data, isError := call(t, c, "fetch", args{"id": id, "find": "heron"})
		if rows, _ := data["passages"].([]any); isError || len(rows) != 1 || !strings.Contains(text, want) {
			t.Errorf("%s: %s", id, text)
		}
	}
}

// All passages that match can be read, page by page, each once, within the size; and a passage never looks like ours.
func TestFindInPages(t *testing.T) {
	c := rivers(t)
	for _, budget := range []int{200, 500, 2000} {
		a := args{"id": "w/Rivers", "find": "danube heron", "max_tokens": budget}
		var ids []string
		for range 100 {
			text, data, isError := call(t, c, "fetch", a)
			if n := article.Tokens(text); isError || n > budget {
				t.Fatalf("budget %d: %d tokens: %s", budget, n, text)
			}
			rows, _ := data["passages"].([]any)
			for _, row := range rows {
				ids = append(ids, row.(args)["id"].(string))
			}
			for _, l := range strings.Split(text, "\n") {
				if strings.HasPrefix(l, "[") && strings.Contains(l, "forged") {
					t.Errorf("forged line %q", l)
				}
			}
			next, ok := data["next_cursor"]
			if !ok {
				break
			}
			a["cursor"] = next
		}
		if unique := slices.Compact(slices.Sorted(slices.Values(ids))); len(ids) < 10 || len(unique) < 5 {
			t.Errorf("budget %d: %d passages, %d ids", budget, len(ids), len(unique))
		}
	}
}
