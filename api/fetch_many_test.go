package api

import (
	"fmt"
	"strings"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/openzim-mcp/openzim-mcp/zim/article"
	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

func TestFetchMany(t *testing.T) {
	c := serve(t, drawn(), Options{Profile: ExtendedProfile})
	text, data, isError := call(t, c, "fetch", args{"ids": []string{"music/Ray_Charles#Life", "wiki_fr/Accueil", "music/Nowhere", "music/pic.png"}, "max_tokens": 2000})
	if isError {
		t.Fatal(text)
	}
	var status []string
	for _, d := range data["documents"].([]any) {
		status = append(status, fmt.Sprint(d.(map[string]any)["status"]))
	}
	if strings.Join(status, " ") != "ok ok not_found ok" {
		t.Error(status)
	}
	for _, want := range []string{"[1] Ray Charles (music/Ray_Charles#Life)\n", "Born in 1930.", "[2] Accueil (wiki_fr/Accueil)\nBonjour", "[3] music/Nowhere\n-- not_found", "[4] ", "music 2026-02", "wiki_fr 2024-05"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
	if n := len(data["provenance"].([]any)); n != 2 {
		t.Errorf("%d archives are named", n)
	}
}

// However many and long, they share one budget, and the short ones leave their share to the others.
func TestFetchManyShareTheirBudget(t *testing.T) {
	c := serve(t, library1(), Options{Profile: ExtendedProfile})
	text, _, _ := call(t, c, "fetch", args{"ids": []string{"wiki_fr/Accueil", "music/Long"}, "max_tokens": 1500})
	if n := article.Tokens(text); n > 1650 || n < 1100 {
		t.Errorf("%d tokens of 1500", n)
	}
	many := make([]string, 50)
	for i := range many {
		many[i] = fmt.Sprintf("music/Long#s%d", i)
	}
	for _, size := range []int{100, 1500} {
		text, data, isError := call(t, c, "fetch", args{"ids": many, "max_tokens": size})
		if n := article.Tokens(text); isError || len(data["documents"].([]any)) != 50 || n > size+150 || !strings.Contains(text, "no room is left for the last") {
			t.Errorf("%d documents in %d tokens of %d", len(data["documents"].([]any)), n, size)
		}
	}
	text, data, _ := call(t, c, "fetch", args{"ids": []string{"wiki_fr/Accueil", "wiki_fr/Accueil"}})
	if len(data["documents"].([]any)) != 1 {
		t.Errorf("an id that comes twice: %s", text)
	}
}

// Pictures share one bound, and those beyond it stay as links.
func TestFetchManyPictures(t *testing.T) {
	l := library1()
	music := l["music"]
	var ids []string
	for i := range 5 {
		music.Entries = append(music.Entries, zimtest.Entry{Path: fmt.Sprintf("C/p%d.png", i), MIME: "image/png", Data: append([]byte("\x89PNG"), make([]byte, 996)...)})
		ids = append(ids, fmt.Sprintf("music/p%d.png", i))
	}
	l["music"] = music
	res, err := serve(t, l, Options{Profile: ExtendedProfile, BlobBytes: 2500}).CallTool(t.Context(), &mcp.CallToolParams{Name: "fetch", Arguments: args{"ids": ids}})
	if err != nil {
		t.Fatal(err)
	}
	pictures, links := 0, 0
	for _, c := range res.Content {
		switch c.(type) {
		case *mcp.ImageContent:
			pictures++
		case *mcp.ResourceLink:
			links++
		}
	}
	if pictures != 2 || links != 5 {
		t.Errorf("%d pictures, %d links", pictures, links)
	}
}

func TestFetchManyRefusals(t *testing.T) {
	c := serve(t, library1(), Options{Profile: ExtendedProfile})
	for _, tt := range []struct {
		args args
		says string
	}{
		{args{}, "id is missing"}, {args{"id": "music/Long", "ids": []string{"music/Long"}}, "instead of id"}, {args{"ids": []string{"a"}, "cursor": "x"}, "cursor belongs to one"},
		{args{"ids": make([]string, 51)}, "limit 50, got 51"}, {args{"ids": []any{map[string]any{}}}, "list of strings"}, {args{"id": "music/Long", "kind": "media"}, "belongs to view links"},
		{args{"id": "music/Long", "view": "links", "kind": "all"}, "allowed: internal, external, media"},
	} {
		if text, _, isError := call(t, c, "fetch", tt.args); !isError || !strings.Contains(text, tt.says) {
			t.Errorf("%v: %q", tt.args, text)
		}
	}
	if text, _, isError := call(t, c, "fetch", args{"ids": "music/Ray_Charles"}); isError || !strings.Contains(text, "American") {
		t.Errorf("one id where a list belongs: %q", text)
	}
}

func TestLinkKinds(t *testing.T) {
	l := library1()
	music := l["music"]
	for i := range music.Entries {
		if music.Entries[i].Path == "C/Main" || music.Entries[i].Path == "Main" {
			music.Entries[i].Data = []byte(`<h1>Welcome</h1><p><a href="Long">long</a> <a href="https://example.org/a?b">out</a> <a href="javascript:alert(1)">bad</a> <img src="pic.png" alt="A picture"></p>`)
		}
	}
	c := serve(t, l, Options{Profile: ExtendedProfile})
	for kind, want := range map[string][]string{"": {"long (music/Long)"}, "internal": {"long (music/Long)"}, "external": {"out (https://example.org/a?b)"}, "media": {"(music/pic.png)"}} {
		a := args{"id": "music/Main", "view": "links"}
		if kind != "" {
			a["kind"] = kind
		}
		text, data, isError := call(t, c, "fetch", a)
		rows, _ := data["links"].([]any)
		if isError || len(rows) != len(want) || !strings.Contains(text, want[0]) || strings.Contains(text, "javascript") {
			t.Errorf("%q: %v\n%s", kind, rows, text)
		}
	}
	if text, data, _ := call(t, c, "fetch", args{"id": "music/Ray_Charles", "view": "links", "kind": "external"}); data["reason"] != "no_links" || !strings.Contains(text, "no links out of the archive") {
		t.Errorf("%v %s", data["reason"], text)
	}
}
