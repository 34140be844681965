package server

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// firstWords starts a server, waits for its first output, and stops it.
func firstWords(t *testing.T, c Config, p Process) (first string, rest string) {
	t.Helper()
	log := &syncBuffer{}
	p.Log = log
	s, err := New(t.Context(), c, p)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx) }()
	for deadline := time.Now().Add(10 * time.Second); !strings.Contains(log.String(), "\n") && time.Now().Before(deadline); {
		time.Sleep(5 * time.Millisecond)
	}
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
	first, rest, _ = strings.Cut(log.String(), "\n")
	return first, rest
}

// TestFirstLine is JSON whatever the log settings are.
func TestFirstLine(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "towns.zim", towns())
	c := quick(dir)
	c.Logging.JSON = false
	if err := setting(t, "logging.level").Set(&c, "ERROR"); err != nil {
		t.Fatal(err)
	}
	first, rest := firstWords(t, c, Process{})
	var got struct {
		Msg, Version, Revision, Go string
		Listeners                  struct{ MCP, Admin string }
		Archives                   map[string]int
	}
	if err := json.Unmarshal([]byte(first), &got); err != nil {
		t.Fatalf("%v: %q", err, first)
	}
	if got.Msg != "started" || got.Version == "" || got.Revision == "" || !strings.HasPrefix(got.Go, "go") ||
		!strings.HasSuffix(got.Listeners.MCP, "/mcp") || got.Listeners.Admin == "" || got.Archives["open"] != 1 {
		t.Errorf("got %+v", got)
	}
	if rest != "" {
		t.Errorf("more at level ERROR, without a terminal: %q", rest)
	}
}

// TestWelcome tells a person what to do next.
func TestWelcome(t *testing.T) {
	demo := towns().Bytes()
	one := t.TempDir()
	write(t, one, "towns.zim", towns())
	mixed := t.TempDir()
	write(t, mixed, "towns.zim", towns())
	if err := os.WriteFile(filepath.Join(mixed, "broken.zim"), []byte("no archive"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		edit  func(*Config)
		wants []string
		not   string
	}{
		{"built-in manual", func(c *Config) { c.Library.Paths = nil },
			[]string{"the built-in manual", "https://library.kiwix.org", "openzim-mcp serve DIRECTORY", "/mcp\n", "Stop with Ctrl-C"}, "archives."},
		{"one archive", func(c *Config) {}, []string{"Serving 1 archive.", "/metrics"}, "kiwix"},
		{"a broken file", func(c *Config) {
			c.Library.Paths = []string{mixed}
		}, []string{"Serving 1 archive.", "Not served, with the reasons below: 1.", "archive is not served"}, "kiwix"},
		{"nothing yet", func(c *Config) { c.Library.Paths = []string{t.TempDir()} }, []string{"no archive was found"}, "kiwix"},
		{"no admin listener", func(c *Config) { c.Server.AdminListen = "off" }, []string{"Serving 1 archive."}, "/metrics"},
		{"public URL", func(c *Config) { c.Server.PublicURL = "https://zim.example.org/mcp" }, []string{"https://zim.example.org/mcp\n"}, "127.0.0.1:0/mcp"},
	} {
		conf := quick(one)
		c.edit(&conf)
		_, text := firstWords(t, conf, Process{Terminal: true, Demo: demo, DemoName: "manual"})
		for _, w := range c.wants {
			if !strings.Contains(text, w) {
				t.Errorf("%s: no %q in %q", c.name, w, text)
			}
		}
		if strings.Contains(text, c.not) {
			t.Errorf("%s: %q in %q", c.name, c.not, text)
		}
	}
}

// TestNothingToServe is a mistake in the configuration when there is no manual either.
func TestNothingToServe(t *testing.T) {
	c := quick("")
	c.Library.Paths = nil
	if _, err := New(t.Context(), c, Process{}); err == nil || !strings.Contains(err.Error(), "library.paths") {
		t.Errorf("got %v", err)
	}
}

// TestScanErrorsAreLogged with the path, which is for the operator; they are no change of the archives.
func TestScanErrorsAreLogged(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "zim")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, dir, "towns.zim", towns())
	r := start(t, quick(dir))
	if err := os.Rename(dir, dir+".away"); err != nil {
		t.Fatal(err)
	}
	r.Reload(t.Context())
	r.Reload(t.Context())
	log := r.log.String()
	if !strings.Contains(log, `"event":"scan_incomplete"`) || !strings.Contains(log, dir) {
		t.Errorf("the missing directory is not in the log: %s", log)
	}
	if n := strings.Count(log, `"msg":"archives changed"`); n != 0 {
		t.Errorf("%d changes were logged, and there was none: %s", n, log)
	}
}

// TestDamageIsLoggedOnce, whether a reader or the verification meets it, and takes nothing from the other readers.
func TestDamageIsLoggedOnce(t *testing.T) {
	for _, c := range []struct{ verify, want string }{
		{"full", `"reason":"degraded","found_by":"verify"`},
		{"off", `"reason":"degraded","found_by":"read"`},
	} {
		t.Run(c.verify, func(t *testing.T) {
			dir := t.TempDir()
			damaged := zimtest.Damage(towns().Bytes(), "blob_index_out_of_range")
			if err := os.WriteFile(filepath.Join(dir, "towns_2026-02.zim"), damaged, 0o600); err != nil {
				t.Fatal(err)
			}
			config := quick(dir)
			if err := setting(t, "library.verify").Set(&config, c.verify); err != nil {
				t.Fatal(err)
			}
			r := start(t, config)
			ids := []string{"towns/Harbour", "towns/Łódź", "towns/pier.png", "towns/~M/Title", "towns/~M/Name"}
			if c.verify == "off" {
				for range 3 {
					for _, id := range ids {
						r.call(t, "tools/call", `"name":"fetch","arguments":{"id":"`+id+`","view":"raw"}`)
					}
				}
			}
			r.eventuallyLogs(t, c.want)
			if got := strings.Count(r.log.String(), `"event":"archive_corrupt"`); got != 1 {
				t.Errorf("logged %d times:\n%s", got, r.log)
			}
			if !strings.Contains(r.log.String(), `"archive":"towns","file":"towns_2026-02.zim"`) {
				t.Errorf("the file is not named:\n%s", r.log)
			}
			r.eventuallySays(t, "towns", `open`)
		})
	}
}

// eventuallyLogs waits for text in the log.
func (r *running) eventuallyLogs(t *testing.T, text string) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !strings.Contains(r.log.String(), text); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("no %s in the log:\n%s", text, r.log)
		}
	}
}
