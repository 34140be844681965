package api

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openzim-mcp/openzim-mcp/zim/article"
	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// linked is an archive whose page Hub leads everywhere that links can lead.
func linked(minor uint16) zimtest.Archive {
	ns, meta, media := "C", "M", "C"
	if minor == 0 {
		ns, media = "A", "I"
	}
	page := func(path, title, html string) zimtest.Entry { return zimtest.Page(ns+"/"+path, title, html) }
	return zimtest.Archive{Minor: minor, UUID: [16]byte{5, byte(minor)}, Metadata: map[string]string{"Name": "hub", meta + "x": "1"},
		Entries: []zimtest.Entry{
			page("Hub", "Hub", "<p>hub page"), page("Plain", "Plain", "<p>plain page"), page("Late", "Late", "<p>late page"),
			page("Sections", "Sections", `<h2 id=One>One</h2><p>first<h2 id=Two>Two</h2><p>second section`),
			page("page", "page", "<p>query page"), page("stored?q=1", "stored", "<p>stored page"), page("A b#c%", "odd", "<p>odd page"),
			page("Łódź", "Łódź", "<p>city page"), page("dir/Deep", "Deep", "<p>deep page"),
			page("zero\u200bwidth", "zero", "<p>zero page"), zimtest.Redirect(ns+"/Old_name", ns+"/Plain"), zimtest.Redirect(ns+"/Loop", ns+"/Loop"),
			{Path: media + "/map.png", MIME: "image/png", Data: []byte("\x89PNG")}, {Path: ns + "/notes.txt", MIME: "text/plain", Data: []byte("notes page")},
		}}
}

// hubDocument leads everywhere.
func hubDocument() *article.Document {
	return handmade("Hub", para("[plain](Plain) [again](Plain) [second](Sections#Two) [second in small](Sections#two) [nowhere](Sections#Nowhere) [gone](Gone)"),
		para("[redirect](Old_name) [here](#Here) [web](https://example.org/x) [mail](mailto:a@example.org) [map](map.png) [notes](notes.txt#x)"),
		para("[query](page?q=1) [stored query](stored%3Fq=1) [odd & ends](A%20b%23c%25) [Łódź](%C5%81%C3%B3d%C5%BA) [deep](dir/Deep) [loop](Loop)"),
		head("Here", "Here"), para("[plain](Plain) [late](Late)"))
}

// The links of a page: what leads to an entry, in order and each once, under ids that open it; the rest is counted.
func TestLinks(t *testing.T) {
	for _, minor := range []uint16{0, 1, 3} {
		s, c := surfaceOf(t, map[string]zimtest.Archive{"hub": linked(minor)}, Options{})
		plant(t, s, "hub/Hub", hubDocument())
		text, data, isError := call(t, c, "fetch", args{"id": "hub/Hub", "view": "links"})
		want := []string{
			"plain (hub/Plain)", "second (hub/Sections#Two)", "nowhere (hub/Sections)", "redirect (hub/Old_name)", "notes (hub/notes.txt)",
			"query (hub/page)", "stored query (hub/stored%3Fq=1)", "odd & ends (hub/A%20b%23c%25)", "Łódź (hub/Łódź)", "deep (hub/dir/Deep)",
			"loop (hub/Loop)", "late (hub/Late)"}
		var got []string
		for _, l := range strings.Split(text, "\n") {
			if strings.HasSuffix(l, ")") || strings.Contains(l, ") ×") {
				l, _, _ = strings.Cut(l, " ×")
				got = append(got, l)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" || isError {
			t.Errorf("6.%d: -want +got:\n%s\n%s", minor, diff, text)
		}
		counts := data["link_counts"].(args)
		if counts["missing"] != 1.0 || counts["external"] != 1.0 || !strings.Contains(text, "-- 1 link left out: the archive lacks what they lead to") {
			t.Errorf("6.%d: %v in\n%s", minor, counts, text)
		}
		for i, l := range data["links"].([]any) {
			row := l.(args)
			if !strings.Contains(want[i], "("+row["id"].(string)+")") {
				t.Errorf("6.%d: row %d is %v", minor, i, row)
			}
			text, _, isError := call(t, c, "fetch", args{"id": row["id"]})
			if name := row["text"].(string); isError != (name == "loop") || !isError && !strings.Contains(text, " page") && name != "second" && name != "nowhere" {
				t.Errorf("6.%d: %v gives %s", minor, row, text)
			}
		}
		text, _, _ = call(t, c, "fetch", args{"id": "hub/Sections#Two"})
		if !strings.Contains(text, "second section") {
			t.Errorf("the section's id gives %s", text)
		}
	}
}

// The links of a section are those in its text, also such as stood earlier on the page; find selects lines.
func TestLinksOfASection(t *testing.T) {
	s, c := surfaceOf(t, map[string]zimtest.Archive{"hub": linked(1)}, Options{})
	plant(t, s, "hub/Hub", hubDocument())
	plant(t, s, "hub/dir/Deep", handmade("dir/Deep", para("[up](../Hub) [plain](../Plain#a)")))
	for _, tt := range []struct {
		a    args
		want []string
	}{
		{args{"id": "hub/Hub#Here"}, []string{"hub/Plain", "hub/Late"}},
		{args{"id": "hub/dir/Deep"}, []string{"hub/Hub", "hub/Plain"}},
		{args{"id": "hub/Hub", "find": "query STORED"}, []string{"hub/stored%3Fq=1"}},
		{args{"id": "hub/Hub", "find": "zebra"}, nil},
		{args{"id": "hub/Plain"}, nil},
	} {
		tt.a["view"] = "links"
		text, data, isError := call(t, c, "fetch", tt.a)
		if diff := cmp.Diff(tt.want, linkIDs(data)); diff != "" || isError {
			t.Errorf("%v: -want +got:\n%s\n%s", tt.a, diff, text)
		}
		if (data["reason"] == "no_links") != (tt.want == nil) {
			t.Errorf("%v: reason %v", tt.a, data["reason"])
		}
	}
}

func linkIDs(data map[string]any) (ids []string) {
	rows, _ := data["links"].([]any)
	for _, r := range rows {
		ids = append(ids, r.(args)["id"].(string))
	}
	return ids
}

// A long list of links comes in pages that miss none and keep within their size.
func TestLinksInPages(t *testing.T) {
	var hub []part
	entries := []zimtest.Entry{}
	for i := range 300 {
		hub = append(hub, para(fmt.Sprintf("[link number %d](p%d)", i, i)))
		if i%10 != 3 { // some are missing
			entries = append(entries, zimtest.Page(fmt.Sprintf("C/p%d", i), fmt.Sprintf("Page %d", i), "<p>x"))
		}
	}
	entries = append(entries, zimtest.Page("C/Hub", "Hub", "<p>hub"))
	s, c := surfaceOf(t, map[string]zimtest.Archive{"w": {Minor: 1, Metadata: map[string]string{"Name": "w"}, Entries: entries}}, Options{})
	plant(t, s, "w/Hub", handmade("Hub", hub...))
	for _, budget := range []int{150, 400, 3000} {
		a := args{"id": "w/Hub", "view": "links", "max_tokens": budget}
		var ids []string
		missing := 0
		for range 200 {
			text, data, isError := call(t, c, "fetch", a)
			if n := article.Tokens(text); isError || n > budget {
				t.Fatalf("budget %d: %d tokens: %s", budget, n, text)
			}
			ids = append(ids, linkIDs(data)...)
			missing += int(data["link_counts"].(args)["missing"].(float64))
			next, ok := data["next_cursor"]
			if !ok {
				break
			}
			a["cursor"] = next
		}
		if sorted := slices.Compact(slices.Sorted(slices.Values(ids))); len(ids) != 270 || len(sorted) != 270 || missing != 30 {
			t.Errorf("budget %d: %d links, %d different, %d missing", budget, len(ids), len(sorted), missing)
		}
	}
}
