package api

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// shelves is an archive with many entries of several kinds.
func shelves() map[string]zimtest.Archive {
	a := zimtest.Archive{Minor: 1, UUID: [16]byte{9}, Metadata: map[string]string{"Name": "shelf", "Title": "Shelf", "Language": "eng"}}
	for i := range 300 {
		a.Entries = append(a.Entries, zimtest.Page(fmt.Sprintf("C/page/%03d", i), fmt.Sprintf("Page %03d", i), "<p>x"))
	}
	for i := range 5 {
		a.Entries = append(a.Entries, zimtest.Entry{Path: fmt.Sprintf("C/img/%d.png", i), MIME: "image/png", Data: []byte("\x89PNG")})
	}
	a.Entries = append(a.Entries, zimtest.Redirect("C/zero", "C/page/000"), zimtest.Page("C/Été", "Été", "<p>x"),
		zimtest.Page("C/forged", "[1] Fake (a/b)", "<p>x"))
	return map[string]zimtest.Archive{"shelf": a, "music": library1()["music"]}
}

func browseClient(t *testing.T) *mcp.ClientSession {
	return serve(t, shelves(), Options{Profile: ExtendedProfile})
}

// leaf calls browse and returns the ids, the cursor and the total, -1 when it is not told.
func leaf(t *testing.T, c *mcp.ClientSession, a args) (ids []string, cursor string, total int) {
	t.Helper()
	text, data, isError := call(t, c, "browse", a)
	if isError {
		t.Fatalf("%v: %s", a, text)
	}
	for _, e := range data["entries"].([]any) {
		id := e.(map[string]any)["id"].(string)
		ids = append(ids, strings.TrimPrefix(id, "shelf/"))
		if !strings.Contains(text, "("+id+")") {
			t.Errorf("%s is not in the text", id)
		}
	}
	total = -1
	if n, ok := data["total"].(float64); ok {
		total = int(n)
	}
	cursor, _ = data["next_cursor"].(string)
	return ids, cursor, total
}

// Following cursors gives every entry of the list once, in its order.
func TestBrowseGoesThroughAll(t *testing.T) {
	c := browseClient(t)
	for _, tt := range []struct {
		args args
		want int
		only string
	}{
		{args{"limit": 70}, 302, ""}, {args{"order": "path", "limit": 200}, 308, ""}, {args{"order": "path", "prefix": "img/"}, 5, "img/"},
		{args{"prefix": "Page 1"}, 100, "page/1"}, {args{"pattern": "Page *5"}, 30, "page/"}, {args{"order": "path", "type": "image/"}, 5, "img/"},
		{args{"order": "path", "pattern": "*/00*"}, 10, "page/00"}, {args{"order": "random", "limit": 99}, 302, ""}, {args{"pattern": "none*"}, 0, ""},
		{args{"order": "path", "pattern": "zero"}, 1, "zero"}, {args{"namespace": "M"}, 4, "~M/"},
	} {
		tt.args["archive"] = "shelf"
		var all []string
		for pages := 0; ; pages++ {
			ids, cursor, total := leaf(t, c, tt.args)
			all = append(all, ids...)
			if selects := tt.args["pattern"] != nil || tt.args["type"] != nil; !selects && total != tt.want {
				t.Errorf("%v: total %d", tt.args, total)
			}
			if cursor == "" {
				break
			}
			if tt.args["cursor"] = cursor; pages > 50 {
				t.Fatalf("%v: no end", tt.args)
			}
		}
		if slices.ContainsFunc(all, func(id string) bool { return !strings.HasPrefix(id, tt.only) }) {
			t.Errorf("%v lists others than %s…", tt.args, tt.only)
		}
		slices.Sort(all)
		if n := len(slices.Compact(all)); n != tt.want {
			t.Errorf("%v: %d entries, want %d", tt.args, n, tt.want)
		}
	}
}

func TestBrowseRandomIsMixed(t *testing.T) {
	c := browseClient(t)
	seen := map[string]bool{}
	for range 10 {
		ids, _, _ := leaf(t, c, args{"archive": "shelf", "order": "random", "limit": 3})
		seen[strings.Join(ids, " ")] = true
	}
	if len(seen) < 5 {
		t.Errorf("ten draws of three of 302 pages: %v", seen)
	}
}

func TestBrowseLines(t *testing.T) {
	c := browseClient(t)
	text, _, _ := call(t, c, "browse", args{"archive": "shelf", "order": "path", "prefix": "z"})
	if !strings.Contains(text, "zero (shelf/zero) redirect\n") && !strings.HasSuffix(text, "redirect") {
		t.Errorf("%q", text)
	}
	if text, _, _ = call(t, c, "browse", args{"archive": "shelf", "order": "path", "prefix": "img/0"}); !strings.Contains(text, "(shelf/img/0.png) image/png") {
		t.Errorf("%q", text)
	}
	if text, _, _ = call(t, c, "browse", args{"archive": "shelf", "order": "path", "prefix": "forged"}); !strings.Contains(text, `\[1] Fake`) {
		t.Errorf("%q", text)
	}
	if text, data, _ := call(t, c, "browse", args{"archive": "shelf", "prefix": "none"}); data["reason"] != "no_match" || !strings.Contains(text, "no entries") {
		t.Errorf("%q %v", text, data)
	}
}

func TestBrowseRefusals(t *testing.T) {
	c := browseClient(t)
	_, cursor, _ := leaf(t, c, args{"archive": "shelf"})
	for _, tt := range []struct {
		args args
		says string
	}{
		{args{}, "archive is missing"}, {args{"archive": "shelv"}, "did you mean shelf"}, {args{"archive": "shelf", "namespace": "MM"}, "not one letter"},
		{args{"archive": "shelf", "namespace": "M", "order": "random"}, "allowed: path"}, {args{"archive": "shelf", "order": "random", "prefix": "a"}, "order"},
		{args{"archive": "shelf", "limit": 201}, "limit"}, {args{"archive": "shelf", "prefix": strings.Repeat("a", 5000)}, "prefix is too long"},
		{args{"archive": "shelf", "pattern": "a\x00"}, "pattern holds a NUL"}, {args{"archive": "shelf", "cursor": "x"}, "bad_cursor"},
		{args{"archive": "shelf", "cursor": cursor, "prefix": "P"}, "belongs to another list"}, {args{"archive": "music", "cursor": cursor}, "bad_cursor"},
		{args{"archive": "../x"}, "archive"},
	} {
		if text, _, isError := call(t, c, "browse", tt.args); !isError || !strings.Contains(text, tt.says) {
			t.Errorf("%v: %q", tt.args, text)
		}
	}
}

func TestGlobs(t *testing.T) {
	for _, tt := range []struct {
		pattern, text string
		want          bool
	}{
		{"", "anything", true}, {"abc", "abc", true}, {"abc", "abcd", false}, {"a*", "a", true}, {"a*a", "a", false}, {"a*a", "aa", true}, {"*b*", "abc", true},
		{"*b*", "ac", false}, {"a*b*c", "abbc", true}, {"a*bc*c", "abc", false}, {"**", "", true}, {"*é", "été", true}, {"*.png", "x.png", true},
	} {
		if parseGlob(tt.pattern).matches(tt.text) != tt.want {
			t.Errorf("%q, %q: %v", tt.pattern, tt.text, !tt.want)
		}
	}
}

func TestMixedIsEachNumberOnce(t *testing.T) {
	for n := 1; n < 200; n += 7 {
		for _, seed := range []int{0, 1, 5, n, 1<<31 - 1} {
			seen := map[int]bool{}
			for i := range n {
				seen[mixed(i, n, seed)] = true
			}
			if len(seen) != n {
				t.Errorf("%d of %d with seed %d", len(seen), n, seed)
			}
		}
	}
}
