package api

import (
	"fmt"
	"strings"
	"testing"

	"github.com/openzim-mcp/openzim-mcp/zim/article"
	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// heavy is a page whose every part is long: titles, anchors, headings, links, tables, references, paragraphs.
func heavy() *article.Document {
	long := strings.Repeat("many words that fill a line ", 12)
	parts := []part{para(strings.Repeat(long, 10))}
	for i := range 40 {
		parts = append(parts, head(fmt.Sprintf("anchor-%d-%s", i, strings.Repeat("x", i*4)), fmt.Sprintf("Section %d %s", i, long[:i*5])),
			para(fmt.Sprintf("Text of %d. %s [%s](Page_%d)", i, long, long[:100], i)), head(fmt.Sprintf("sub-%d", i), ">Sub"), item("[short](Page_"+fmt.Sprint(i)+"), "+long))
	}
	d := handmade("Heavy", parts...)
	rows := []string{"|Header of one|Header of two|"}
	for i := range 200 {
		rows = append(rows, fmt.Sprintf("|%d %s|%d|", i, long[:50], i))
	}
	d = withTable(d, "table-1", long, rows...)
	for i := range 60 {
		d.References = append(d.References, article.Reference{Number: fmt.Sprint(i + 1), Text: strings.Repeat(long, 1+i%5), URLs: []string{"https://example.org/" + strings.Repeat("path/", i)}, Sections: []int{i}})
	}
	return d
}

// longID is how many tokens the longest ids of the heavy document take beyond the smallest size.
const longID = 16

// No reply of any view passes its size, and every page gets on. In the smallest size a long id may take a few tokens more:
// an id cannot be clipped.
func TestBudgets(t *testing.T) {
	entries := []zimtest.Entry{zimtest.Page("C/Heavy", "Heavy "+strings.Repeat("title ", 30), "<p>x")}
	for i := range 40 {
		entries = append(entries, zimtest.Page(fmt.Sprintf("C/Page_%d", i), "P", "<p>x"))
	}
	for _, license := range []string{"", strings.Repeat("a long licence text ", 20)} {
		s, c := surfaceOf(t, map[string]zimtest.Archive{"w": {Minor: 1, Metadata: map[string]string{"Name": "w", "Language": "eng", "License": license}, Entries: entries}}, Options{})
		for _, kind := range []article.Kind{article.Article, article.Disambiguation} {
			d := heavy()
			d.Kind, d.Description = kind, "described in a few words"
			plant(t, s, "w/Heavy", d)
			for _, base := range []args{{}, {"view": "outline"}, {"view": "links"}, {"view": "references"}, {"view": "tables"}, {"find": "words line"}, {"find": "fill", "view": "links"},
				{"view": "section"}, {"id": "w/Heavy#table-1"}, {"id": "w/Heavy#sub-30"}, {"id": "w/Heavy#table-1", "find": "many"}, {"id": "w/Heavy#Section 7", "view": "section"}} {
				for _, budget := range []int{100, 200, 600, 3000} {
					a := args{"id": "w/Heavy", "max_tokens": budget}
					for k, v := range base {
						a[k] = v
					}
					if kind == article.Disambiguation && base["view"] != nil {
						continue // as of an article
					}
					seen := map[any]bool{}
					for range 6 {
						text, data, isError := call(t, c, "fetch", a)
						if isError && strings.Contains(text, "has no section") {
							break
						}
						if n := article.Tokens(text); isError || n > budget+max(budget/20, longID) {
							t.Errorf("%v (%v, licence of %d): %d tokens:\n%s", a, kind, len(license), n, text)
							break
						}
						next, ok := data["next_cursor"]
						if ok && seen[next] {
							t.Errorf("%v: no progress", a)
							break
						}
						if seen[next] = true; !ok {
							break
						}
						a["cursor"] = next
					}
				}
			}
		}
	}
}
