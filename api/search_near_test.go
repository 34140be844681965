package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openzim-mcp/openzim-mcp/zim/article"
	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// mapped is an archive of libzim's with coordinates, of a lighthouse each 10 km to the north of the one before.
func mapped(t *testing.T) string {
	t.Helper()
	const python = "/usr/bin/python3"
	if out, err := exec.Command(python, "-c", "import libzim").CombinedOutput(); err != nil {
		t.Skipf("no libzim to write an archive with positions: install python3-libzim (%v %.200s)", err, out)
	}
	var pages [][3]string
	for i := range 40 {
		kind := "lighthouse"
		if i%2 == 1 {
			kind = "windmill"
		}
		pages = append(pages, [3]string{fmt.Sprintf("Tower_%02d", i), fmt.Sprintf("Tower %02d", i), fmt.Sprintf(
			`<meta name="geo.position" content="%.5f;13.4"><h1>Tower %02d</h1><p>It is a %s that was built of red bricks in the year %d.</p>`, 50+float64(i)*10/111.226, i, kind, 1800+i)})
	}
	file := filepath.Join(t.TempDir(), "towers.zim")
	plan, err := json.Marshal([]any{map[string]any{"file": file, "language": "eng", "pages": pages}})
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), python, filepath.Join("..", "zim", "search", "testdata", "oracle", "corpus.py"))
	cmd.Stdin = bytes.NewReader(plan)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("libzim: %v %.2000s", err, out)
	}
	return file
}

func TestSearchNear(t *testing.T) {
	c := overHTTP(t, Options{}, mapped(t), files(t, false, map[string]zimtest.Archive{"songs": singers("songs", "2026-02-01")}))
	text, data, isError := call(t, c, "search", args{"near": "50,13.4,25km"})
	want := []string{"towers", "", "[1] Tower 00, 0 m (towers/Tower_00)", "It is a lighthouse that was built of red bricks in the year 1800.", "",
		"[2] Tower 01, 10.0 km (towers/Tower_01)", "It is a windmill that was built of red bricks in the year 1801.", "",
		"[3] Tower 02, 20.0 km (towers/Tower_02)", "It is a lighthouse that was built of red bricks in the year 1802.", "",
		"-- archives with positions: towers"}
	if diff := cmp.Diff(want, strings.Split(text, "\n")); diff != "" || isError {
		t.Errorf("-want +got:\n%s", diff)
	}
	checkIDs(t, c, "near", text, data)
	if data["searched"] != 2.0 || data["total"] != 3.0 || data["trust"] != untrusted {
		t.Errorf("data: %v", data)
	}
	mills, data, _ := call(t, c, "search", args{"near": "50, 13.4, 45 km", "query": "windmill", "archive": "towers"})
	if !strings.Contains(mills, "[2] Tower 03, 30.0 km") || strings.Contains(mills, "lighthouse") || data["total"] != 2.0 {
		t.Errorf("with words: %s", mills)
	}
	few, data, _ := call(t, c, "search", args{"near": "50,13.4,1000km", "limit": 2})
	if !strings.Contains(few, "-- 38 more") || len(data["results"].([]any)) != 2 || data["total"] != 40.0 {
		t.Errorf("with a limit: %s", few)
	}
	for _, size := range []int{100, 200, 400} {
		small, _, _ := call(t, c, "search", args{"near": "50,13.4,1000km", "limit": 40, "max_tokens": size})
		if n := article.Tokens(small); n > size {
			t.Errorf("a reply of %d tokens, asked for were %d", n, size)
		}
	}
}

// What is not found is said, with what to do; it is no error. What cannot be read is one.
func TestSearchNearNothing(t *testing.T) {
	c := overHTTP(t, Options{}, files(t, false, map[string]zimtest.Archive{"songs": singers("songs", "2026-02-01")}))
	text, data, isError := call(t, c, "search", args{"near": "50,13.4,25km"})
	if isError || data["reason"] != "no_positions" || !strings.Contains(text, "no archive searched has positions") {
		t.Errorf("got %s", text)
	}
	for _, tt := range []struct {
		args args
		text string
	}{
		{args{"near": "Berlin"}, "near must have three parts; allowed: latitude,longitude,distance, as in 52.52,13.40,5km"},
		{args{"near": "95,13.4,5km"}, "no latitude from -90 to 90"},
		{args{"near": "52,13.4,5 miles"}, "no distance from 1m to 20000km"},
		{args{}, "query is empty"},
		{args{"near": "52,13.4,5km", "archive": "none"}, `no archive is called "none"`},
		{args{"near": "52,13.4,5km", "limit": 1000}, "limit is out of range"},
	} {
		text, _, isError := call(t, c, "search", tt.args)
		if !isError || !strings.Contains(text, tt.text) {
			t.Errorf("%v: got %s", tt.args, text)
		}
	}
	if text, _, isError := call(t, serve(t, nil, Options{}), "search", args{"query": "x", "near": "52,13.4,5km"}); !isError || !strings.Contains(text, "near is not an argument of search") {
		t.Errorf("in the default profile: %s", text)
	}
}

func TestDistance(t *testing.T) {
	for metres, want := range map[int]string{0: "0 m", 999: "999 m", 1000: "1.0 km", 12_345: "12.3 km", 100_000: "100 km", 1_234_567: "1235 km"} {
		if got := distance(metres); got != want {
			t.Errorf("%d: %s, want %s", metres, got, want)
		}
	}
}
