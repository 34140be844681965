package server

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// eventuallySays asks the library tool until its answer holds text.
func (r *running) eventuallySays(t *testing.T, filter, text string) {
	t.Helper()
	var body string
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if _, body = r.call(t, "tools/call", `"name":"library","arguments":{"filter":"`+filter+`"}`); strings.Contains(body, text) {
			return
		}
	}
	t.Errorf("library of %q does not say %q: %s", filter, text, body)
}

func TestVerifySetting(t *testing.T) {
	damaged := towns()
	damaged.Metadata["Name"] = "broken"
	whole := damaged.Bytes()
	whole[len(whole)-1] ^= 1 // the checksum
	for value, want := range map[string][2]string{"off": {"unknown", "unknown"}, "quick": {"good", "good"}, "full": {"good", "damaged"}} {
		dir := t.TempDir()
		write(t, dir, "towns.zim", towns())
		if err := os.WriteFile(filepath.Join(dir, "broken.zim"), whole, 0o600); err != nil {
			t.Fatal(err)
		}
		c := quick(dir)
		if err := setting(t, "library.verify").Set(&c, value); err != nil {
			t.Fatal(err)
		}
		r := start(t, c)
		r.eventuallySays(t, "towns", "verification "+want[0])
		r.eventuallySays(t, "broken", "verification "+want[1])
	}
}

func TestLibraryLimitSettings(t *testing.T) {
	outside, dir := t.TempDir(), t.TempDir()
	named := func(name string) zimtest.Archive {
		a := towns()
		a.Metadata["Name"] = name
		return a
	}
	if err := os.MkdirAll(filepath.Join(dir, "sub", "deep"), 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, dir, "a.zim", named("a"))
	write(t, filepath.Join(dir, "sub"), "b.zim", named("b"))
	write(t, filepath.Join(dir, "sub", "deep"), "c.zim", named("c"))
	write(t, dir, ".hidden", named("d"))
	write(t, outside, "e.zim", named("e"))
	for link, to := range map[string]string{"d.zim": ".hidden", "e.zim": filepath.Join(outside, "e.zim")} {
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Skip(err)
		}
	}
	for name, c := range map[string]struct {
		edit func(*Config)
		want string // names served
	}{
		"defaults":     {func(*Config) {}, "a b c"},
		"links":        {func(c *Config) { c.Library.Links = true }, "a b c d"},
		"max_depth":    {func(c *Config) { c.Library.MaxDepth = 2 }, "a b"},
		"max_archives": {func(c *Config) { c.Library.MaxArchives = 1 }, "a"},
	} {
		conf := quick(dir)
		c.edit(&conf)
		r := start(t, conf)
		var served []string
		for _, s := range r.core.lib.All() {
			if s.Served {
				served = append(served, s.Name)
			}
		}
		if got := strings.Join(served, " "); got != c.want {
			t.Errorf("%s: serves %q, want %q", name, got, c.want)
		}
		if name == "max_archives" && !strings.Contains(r.log.String(), "more than the limit of 1") {
			t.Errorf("the log does not say what was left out: %s", r.log)
		}
	}
}

// TestCursorsOutliveTheProcess with a directory for their key and without one, but not a change from one to the other.
func TestCursorsOutliveTheProcess(t *testing.T) {
	dir := t.TempDir()
	long := towns()
	long.Entries = append(long.Entries, zimtest.Page("C/Long", "Long", "<p>"+strings.Repeat("Words and words. ", 3000)))
	write(t, dir, "towns.zim", long)
	nextCursor := regexp.MustCompile(`"next_cursor":"([^"]+)"`)
	kept := t.TempDir()
	for _, state := range [][2]string{{"", ""}, {kept, kept}, {"", kept}, {kept, ""}, {kept, t.TempDir()}} {
		c := quick(dir)
		c.Server.StateDir = state[0]
		_, first := start(t, c).call(t, "tools/call", `"name":"fetch","arguments":{"id":"towns/Long"}`)
		cursor := nextCursor.FindStringSubmatch(first)
		if cursor == nil {
			t.Fatalf("no cursor in %s", first)
		}
		c.Server.StateDir = state[1]
		_, second := start(t, c).call(t, "tools/call", `"name":"fetch","arguments":{"id":"towns/Long","cursor":"`+cursor[1]+`"}`)
		if refused := strings.Contains(second, "bad_cursor"); refused != (state[0] != state[1]) {
			t.Errorf("with state_dir %q another process answers %s", state, second)
		}
	}
}
