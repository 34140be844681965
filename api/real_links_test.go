package api

import (
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/openzim-mcp/openzim-mcp/policy"
	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/library"
)

// sampleOf picks at most most ids of front articles of an archive, the same for one seed.
func sampleOf(t *testing.T, lib *library.Library, st library.Status, most int, seed uint64) []string {
	t.Helper()
	ids := frontArticles(t, lib, st, 2000)
	r := rand.New(rand.NewPCG(seed, 1))
	r.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
	return ids[:min(most, len(ids))]
}

// Every link that view links prints on a sample of pages of the real archives opens the very entry that the page's address
// means, with the section where one is named.
func TestRealLinksRoundTrip(t *testing.T) {
	dir := filepath.Join(realArchives(t), "good")
	lib := openLibrary(t, dir)
	s, err := New(lib, Options{CursorKey: testKey, Deadline: -1})
	if err != nil {
		t.Fatal(err)
	}
	c := clientOf(t, s)
	const pages, perPage = 6, 25
	r := rand.New(rand.NewPCG(7, 7))
	printed, opened, missing := 0, 0, 0
	for _, st := range lib.All() {
		if !st.Served {
			continue
		}
		for _, id := range sampleOf(t, lib, st, pages, 3) {
			rows, gone := allLinks(t, c, id)
			printed, missing = printed+len(rows), missing+gone
			r.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
			for _, row := range rows[:min(perPage, len(rows))] {
				opened++
				checkLink(t, s, c, id, row)
			}
		}
	}
	t.Logf("%d links printed, %d opened, %d lead to entries that the archives lack", printed, opened, missing)
}

// allLinks reads the links of a page to the end.
func allLinks(t *testing.T, c *mcp.ClientSession, id string) (rows []string, missing int) {
	t.Helper()
	a := args{"id": id, "view": "links", "max_tokens": 8000}
	for range 200 {
		text, data, isError := call(t, c, "fetch", a)
		if isError {
			if !strings.Contains(id, "redirect_loop") {
				t.Errorf("%v: %s", a, text)
			}
			return rows, missing
		}
		if counts, ok := data["link_counts"].(args); ok {
			missing += int(counts["missing"].(float64))
		}
		for _, l := range linkIDs(data) {
			if !strings.Contains(text, "("+l+")") {
				t.Errorf("%s: %s is in the data alone", id, l)
			}
			rows = append(rows, l)
		}
		next, ok := data["next_cursor"]
		if !ok {
			return rows, missing
		}
		a["cursor"] = next
	}
	t.Errorf("%s: links do not end", id)
	return rows, missing
}

// checkLink fetches a printed id and compares what opens with what the archive has under the id's path.
func checkLink(t *testing.T, s *Surface, c *mcp.ClientSession, page, id string) {
	t.Helper()
	parsed, err := policy.ParseID(id)
	if err != nil {
		t.Errorf("%s prints %s: %v", page, id, err)
		return
	}
	found, err := s.engine.Resolve(t.Context(), parsed)
	if err != nil {
		t.Errorf("%s prints %s: %v", page, id, err)
		return
	}
	defer found.Close()
	want, err := exactly(t, found.Archive, parsed)
	if err != nil || want != found.Item.Entry().Index() {
		t.Errorf("%s prints %s, which opens entry %d and not %d (%v)", page, id, found.Item.Entry().Index(), want, err)
	}
	text, data, isError := call(t, c, "fetch", args{"id": id, "max_tokens": 300})
	if isError || parsed.Anchor != "" && data["section"] == nil {
		t.Errorf("%s prints %s, which gives %s", page, id, text)
	}
}

// exactly is the entry with an id's path, its redirects followed.
func exactly(t *testing.T, a *zim.Archive, id policy.ID) (uint32, error) {
	t.Helper()
	ns := id.Namespace
	if ns == 0 {
		if ns = 'A'; a.Info().NewNamespaces {
			ns = 'C'
		}
	}
	e, err := a.LookupNS(t.Context(), ns, id.Path)
	if err != nil {
		return 0, err
	}
	item, err := e.Resolve(t.Context())
	return item.Entry().Index(), err
}

// What find shows of real pages is word for word in the first page of what its ids open.
func TestRealCitations(t *testing.T) {
	dir := filepath.Join(realArchives(t), "good")
	lib := openLibrary(t, dir)
	c := connect(t, lib, Options{Deadline: -1})
	cited := 0
	for _, st := range lib.All() {
		if !st.Served {
			continue
		}
		for _, id := range sampleOf(t, lib, st, 4, 5) {
			for _, words := range []string{"the first of many", "year music", "what is it"} {
				text, data, isError := call(t, c, "fetch", args{"id": id, "find": words, "max_tokens": 3000})
				if isError {
					if data["field"] != "find" && !strings.Contains(id, "redirect_loop") {
						t.Errorf("%s: %s", id, text)
					}
					continue
				}
				heads, bodies := passageHeads(text)
				rows, _ := data["passages"].([]any)
				if len(heads) < len(rows) {
					t.Errorf("%s: %d rows, %d heads in\n%s", id, len(rows), len(heads), text)
					continue
				}
				for i, row := range rows {
					cited++
					checkCitation(t, c, row.(args)["id"].(string), bodies[i])
				}
			}
		}
	}
	t.Logf("%d passages", cited)
}
