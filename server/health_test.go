package server

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/openzim-mcp/openzim-mcp/zim/library"
	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

func openLib(t *testing.T, dir string) *library.Library {
	t.Helper()
	lib, err := library.Open(t.Context(), []string{dir}, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { lib.Close() })
	return lib
}

func TestNotReady(t *testing.T) {
	now := time.Now()
	for _, c := range []struct {
		name     string
		state    *healthState
		draining bool
		want     []string
	}{
		{"not looked yet", nil, false, []string{notStarted}},
		{"all well", &healthState{at: now, open: 2, readable: 2}, false, []string{}},
		{"one of two unreadable", &healthState{at: now, open: 2, readable: 1}, false, []string{}},
		{"none open", &healthState{at: now}, false, []string{notOpen}},
		{"none readable", &healthState{at: now, open: 1}, false, []string{notReadable}},
		{"five seconds old", &healthState{at: now.Add(-healthMaxAge), open: 1, readable: 1}, false, []string{}},
		{"older", &healthState{at: now.Add(-healthMaxAge - 1), open: 1, readable: 1}, false, []string{notStale}},
		{"draining", &healthState{at: now, open: 1, readable: 1}, true, []string{notWhileLeft}},
		{"draining, none open", &healthState{at: now}, true, []string{notWhileLeft, notOpen}},
	} {
		h := &health{}
		h.draining.Store(c.draining)
		h.state.Store(c.state)
		if diff := cmp.Diff(c.want, h.notReady(now)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

func TestLook(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "towns.zim", towns())
	if err := os.WriteFile(filepath.Join(dir, "broken.zim"), []byte("no archive"), 0o600); err != nil {
		t.Fatal(err)
	}
	h := &health{lib: openLib(t, dir)}
	h.look(t.Context())
	if s := h.state.Load(); s.open != 1 || s.readable != 1 {
		t.Errorf("one good and one broken file: %+v", s)
	}
	empty := &health{lib: openLib(t, t.TempDir())}
	empty.look(t.Context())
	if s := empty.state.Load(); s.open != 0 || s.readable != 0 {
		t.Errorf("an empty directory: %+v", s)
	}
}

// TestLookRotates reaches every archive when there are more than one round takes.
func TestLookRotates(t *testing.T) {
	dir := t.TempDir()
	one := zimtest.Archive{Minor: 3, Metadata: map[string]string{}, Entries: []zimtest.Entry{zimtest.Page("C/a", "a", "a")}}
	const n = healthArchives + 6
	for i := range n {
		write(t, dir, "a"+string(rune('a'+i/26))+string(rune('a'+i%26))+".zim", one)
	}
	h := &health{lib: openLib(t, dir)}
	seen := map[int]bool{}
	for range 2 {
		before := h.next
		h.look(t.Context())
		if s := h.state.Load(); s.open != n || s.readable != healthArchives {
			t.Errorf("got %+v, want %d open, %d read", s, n, healthArchives)
		}
		for i := range healthArchives {
			seen[(before+1+i)%n] = true
		}
	}
	if len(seen) != n {
		t.Errorf("two rounds looked at %d of %d", len(seen), n)
	}
}

// TestReadyFollowsArchives starts with nothing, adds an archive, and takes it away.
func TestReadyFollowsArchives(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for several rounds")
	}
	dir := t.TempDir()
	file := write(t, dir, "towns.zim", towns())
	srv := start(t, quick(dir))
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	srv.Reload(t.Context())
	srv.until(t, srv.AdminURL()+"/readyz", func(status int, body string) bool {
		return status == http.StatusServiceUnavailable && strings.Contains(body, notOpen)
	})
	write(t, dir, "towns.zim", towns())
	srv.Reload(t.Context())
	srv.until(t, srv.AdminURL()+"/readyz", func(status int, _ string) bool { return status == http.StatusOK })
}

// TestProbesCostNothing asks without a library behind: an answer needs none.
func TestProbesCostNothing(t *testing.T) {
	h := &health{}
	h.state.Store(&healthState{at: time.Now(), open: 1, readable: 1})
	w := httptest.NewRecorder()
	h.readyz(w, nil)
	if w.Code != http.StatusOK {
		t.Errorf("readyz: %d %s", w.Code, w.Body)
	}
	w = httptest.NewRecorder()
	livez(w, nil)
	if w.Code != http.StatusOK || w.Body.String() != "{\"live\":true}\n" {
		t.Errorf("livez: %d %s", w.Code, w.Body)
	}
}
