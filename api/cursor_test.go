package api

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/article"
	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

var (
	testKey  = []byte("0123456789abcdef")
	testInfo = zim.Info{UUID: zim.UUID{1, 2, 3}, Size: 1000, Entries: 7}
)

func testCursor() cursor {
	return cursor{use: cursorUse{"fetch", viewText}, archive: ownerOf(testInfo.UUID), what: subjectOf("C/x", "", ""), Block: 300, Off: 7}
}

// No change of a single character of a cursor is taken, under a key of the operator and without one.
func TestCursorTampering(t *testing.T) {
	for name, c := range map[string]cursors{"key": newCursors(testKey), "no key": newCursors(nil)} {
		p := testCursor()
		text := c.encode(p, testInfo)
		for i := range text {
			for _, by := range []byte("A-_z=\x00 ") {
				b := []byte(text)
				if b[i] == by {
					continue
				}
				b[i] = by
				if _, ok := c.decode(string(b), testInfo); ok {
					t.Errorf("%s: %q instead of %q at %d is taken", name, by, text[i], i)
				}
			}
			if _, ok := c.decode(text[:i], testInfo); ok {
				t.Errorf("%s: the first %d characters are taken", name, i)
			}
		}
		got, ok := c.decode(text, testInfo)
		if diff := cmp.Diff(p, got, cmp.AllowUnexported(cursor{})); diff != "" || !ok {
			t.Errorf("%s: round trip: %v -want +got:\n%s", name, ok, diff)
		}
	}
}

// The largest cursor is short, and costs what replies reserve for it.
func TestCursorIsSmall(t *testing.T) {
	c := newCursors(testKey)
	for use := range cursorUses {
		for seed := range byte(50) {
			p := cursor{use: cursorUses[use], archive: ownerOf(zim.UUID{seed, 200, 3}), what: subjectOf(strings.Repeat("x", int(seed))), Block: 1<<31 - 1, Off: 1<<31 - 1}
			text := c.encode(p, testInfo)
			if len(text) >= 80 {
				t.Fatalf("%d characters", len(text))
			}
			if _, ok := c.decode(text, testInfo); !ok {
				t.Fatalf("%v is refused", p)
			}
			p.Block, p.Off = 5000, 9000
			if n := article.Tokens("-- next_cursor: " + c.encode(p, testInfo)); n > cursorTokens {
				t.Fatalf("a cursor takes %d tokens", n)
			}
		}
	}
}

// Each key makes cursors of its own, and without one each archive has its own.
func TestCursorKeys(t *testing.T) {
	other := testInfo
	other.UUID[0] = 99
	for _, tt := range []struct {
		name     string
		by, read cursors
		info     zim.Info
		want     bool
	}{
		{"same key", newCursors(testKey), newCursors(testKey), testInfo, true},
		{"same key, another archive", newCursors(testKey), newCursors(testKey), other, true}, // open tells archives apart
		{"another key", newCursors(testKey), newCursors([]byte("another key, 16+")), testInfo, false},
		{"no key", newCursors(nil), newCursors(nil), testInfo, true},
		{"no key, another archive", newCursors(nil), newCursors(nil), other, false},
		{"key lost", newCursors(testKey), newCursors(nil), testInfo, false},
		{"key new", newCursors(nil), newCursors(testKey), testInfo, false},
	} {
		if _, ok := tt.read.decode(tt.by.encode(testCursor(), testInfo), tt.info); ok != tt.want {
			t.Errorf("%s: taken is %v", tt.name, ok)
		}
	}
}

// Lists that look alike when joined are not.
func TestSubjects(t *testing.T) {
	seen := map[[8]byte][]string{}
	for _, parts := range [][]string{{}, {""}, {"", ""}, {"a"}, {"a", ""}, {"", "a"}, {"ab"}, {"a", "b"}, {"a\x00b"}, {"a", "", "b"}, {"a", "b", ""}} {
		b := subjectOf(parts...)
		if was, ok := seen[b]; ok {
			t.Errorf("%q and %q are equal", was, parts)
		}
		seen[b] = parts
	}
}

// A position that was signed and is in no document, as whoever has the archive can make when there is no key, is refused or
// is the end, and never a failure.
func TestForgedPositions(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, dir, "music.zim", library1()["music"].Bytes())
	lib := openLibrary(t, dir)
	s, err := New(lib, Options{})
	if err != nil {
		t.Fatal(err)
	}
	c := clientOf(t, s)
	a, release, err := lib.Acquire("music")
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	for _, use := range cursorUses {
		for _, pos := range [][2]int{{0, 0}, {0, 1 << 30}, {1 << 30, 0}, {1, 3}, {1<<31 - 1, 1<<31 - 1}, {7, 100}} {
			p := cursor{use: use, archive: ownerOf(a.Info().UUID), what: subjectOf("C/Long", "", ""), Block: pos[0], Off: pos[1]}
			text, data, isError := call(t, c, "fetch", args{"id": "music/Long", "cursor": newCursors(nil).encode(p, a.Info())})
			if isError && data["code"] != "bad_cursor" || isError != (use.Tool != "fetch") {
				t.Errorf("%v at %v: %s", use, pos, text)
			}
		}
	}
}

// A cursor outlives the process: a surface with the same key, and without any key, goes on where another one stopped.
func TestCursorsSurviveARestart(t *testing.T) {
	for name, o := range map[string]Options{"with a key": {CursorKey: testKey}, "without a key": {}} {
		dir := t.TempDir()
		writeFile(t, dir, "music.zim", library1()["music"].Bytes())
		process := func() *mcp.ClientSession {
			s, err := New(openLibrary(t, dir), o)
			if err != nil {
				t.Fatal(err)
			}
			return clientOf(t, s)
		}
		var one, many strings.Builder
		same := process()
		for _, tt := range []struct {
			next func() *mcp.ClientSession
			to   *strings.Builder
		}{{func() *mcp.ClientSession { return same }, &one}, {process, &many}} {
			a := args{"id": "music/Long", "max_tokens": 600}
			for range 40 {
				text, data, isError := call(t, tt.next(), "fetch", a)
				if isError {
					t.Fatalf("%s: %s", name, text)
				}
				tt.to.WriteString(text)
				next, _ := data["next_cursor"].(string)
				if next == "" {
					break
				}
				a["cursor"] = next
			}
		}
		if one.String() != many.String() || !strings.Contains(one.String(), "Words of section 11.") {
			t.Errorf("%s: one process and many differ:\n%s", name, cmp.Diff(one.String(), many.String()))
		}
	}
}

// A cursor continues its own reply and no other.
func TestCursorsAreBound(t *testing.T) {
	archives := library1()
	c := serve(t, archives, Options{})
	_, data, _ := call(t, c, "fetch", args{"id": "music/Long", "max_tokens": 300})
	good := data["next_cursor"].(string)
	_, data, _ = call(t, c, "fetch", args{"id": "music/Long#s3", "max_tokens": 200})
	section := data["next_cursor"].(string)
	other := serve(t, archives, Options{CursorKey: []byte("another key, 16+")})
	again := serve(t, archives, Options{})
	for name, a := range map[string]args{
		"a replica with the same key":            {"id": "music/Long", "cursor": good},
		"another spelling of the same entry":     {"id": "Music/long", "cursor": good},
		"the view by its name":                   {"id": "music/Long", "view": "text", "cursor": good},
		"another size":                           {"id": "music/Long", "max_tokens": 900, "cursor": good},
		"a section":                              {"id": "music/Long#s3", "cursor": section},
		"another spelling of the same section":   {"id": "music/Long#S3", "cursor": section},
		"another place to begin in that section": {"id": "music/Long#s3~1", "cursor": section},
	} {
		if text, _, isError := call(t, again, "fetch", a); isError {
			t.Errorf("%s is refused: %s", name, text)
		}
	}
	replaced := library1()
	m := replaced["music"]
	m.UUID[0] = 99
	replaced["music"] = m
	flipped := []byte(good)
	flipped[10] ^= 1
	search := newCursors(testKey).encode(cursor{use: cursorUse{"search", ""}}, zim.Info{})
	for name, tt := range map[string]struct {
		c    *mcp.ClientSession
		a    args
		want string
	}{
		"another entry":   {c, args{"id": "music/Main", "cursor": good}, "belongs to another entry, section or find"},
		"another section": {c, args{"id": "music/Long#s4", "cursor": section}, "belongs to another entry, section or find"},
		"the whole entry": {c, args{"id": "music/Long", "cursor": section}, "belongs to another entry, section or find"},
		"with find":       {c, args{"id": "music/Long", "find": "words", "cursor": good}, "belongs to another entry, section or find"},
		"another archive": {c, args{"id": "wiki_fr/Long", "cursor": good}, "belongs to another archive"},
		"another view":    {c, args{"id": "music/Long", "view": "raw", "cursor": good}, "belongs to view text; leave view out"},
		"another tool":    {c, args{"id": "music/Long", "cursor": search}, "belongs to another tool"},
		"another key":     {other, args{"id": "music/Long", "cursor": good}, "is not one that was given out"},
		"another edition": {serve(t, replaced, Options{}), args{"id": "music/Long", "cursor": good}, "an edition that was replaced"},
		"changed":         {c, args{"id": "music/Long", "cursor": string(flipped)}, "is not one that was given out"},
		"cut":             {c, args{"id": "music/Long", "cursor": good[:len(good)-4]}, "is not one that was given out"},
		"long":            {c, args{"id": "music/Long", "cursor": strings.Repeat("A", 100_000)}, "is not one that was given out"},
	} {
		text, data, isError := call(t, tt.c, "fetch", tt.a)
		if !isError || data["code"] != "bad_cursor" || data["next_call"] == nil || !strings.Contains(text, tt.want) {
			t.Errorf("%s: %s %v", name, text, data)
			continue
		}
		next := data["next_call"].(map[string]any)
		if text, _, isError := call(t, tt.c, next["tool"].(string), next["arguments"]); isError {
			t.Errorf("%s: the next call is refused: %s", name, text)
		}
	}
}

// A page that refreshes to a long one is read on under either id.
func TestCursorBehindARefresh(t *testing.T) {
	long := strings.Repeat("<p>Some words of a long page.</p>", 200)
	c := serve(t, map[string]zimtest.Archive{"w": {Minor: 1, Metadata: map[string]string{"Name": "w"}, Entries: []zimtest.Entry{
		zimtest.Page("C/from", "From", `<meta http-equiv="refresh" content="0;url=to">`), zimtest.Page("C/to", "To", long)}}}, Options{})
	_, data, _ := call(t, c, "fetch", args{"id": "w/from", "max_tokens": 300})
	next, ok := data["next_cursor"]
	if !ok || data["id"] != "w/to" {
		t.Fatalf("got %v", data)
	}
	for _, id := range []string{"w/from", "w/to"} {
		if text, _, isError := call(t, c, "fetch", args{"id": id, "cursor": next}); isError || !strings.Contains(text, "Some words") {
			t.Errorf("%s: %s", id, text)
		}
	}
}

// Whatever bytes are signed, decode gives a cursor that it would encode the same, or refuses.
func FuzzCursor(f *testing.F) {
	c := newCursors(nil)
	f.Add(c.encode(testCursor(), testInfo), []byte{2, 0})
	f.Add("", make([]byte, 24))
	f.Add("AAAA", []byte{})
	f.Fuzz(func(t *testing.T, s string, payload []byte) {
		forged := base64.RawURLEncoding.EncodeToString(append(payload[:len(payload):len(payload)], c.mac(payload, testInfo)...))
		for _, text := range []string{s, forged} {
			p, ok := c.decode(text, testInfo)
			if !ok {
				continue
			}
			if p.Block < 0 || p.Off < 0 || p.use.Tool == "" {
				t.Fatalf("%q gives %+v", text, p)
			}
			if again, ok := c.decode(c.encode(p, testInfo), testInfo); !ok || again != p {
				t.Fatalf("%+v does not round-trip", p)
			}
		}
	})
}
