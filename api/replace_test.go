package api

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/openzim-mcp/openzim-mcp/policy"
	"github.com/openzim-mcp/openzim-mcp/zim/search"
	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// edition is an archive whose one page says its date.
func edition(date string, uuid byte) []byte {
	return zimtest.Archive{Minor: 1, MainPage: "C/Page", UUID: [16]byte{uuid},
		Metadata: map[string]string{"Name": "wiki", "Date": date, "Title": "Wiki of " + date},
		Entries:  []zimtest.Entry{zimtest.Page("C/Page", "Page", "<p>written on "+date)}}.Bytes()
}

// replaced is a surface over one archive, and what puts a newer edition in the archive's file.
func replaced(t *testing.T) (*Surface, func()) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "wiki.zim")
	put := func(b []byte) {
		if err := os.WriteFile(file+".part", b, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(file+".part", file); err != nil {
			t.Fatal(err)
		}
	}
	put(edition("2025-01-01", 1))
	lib := openLibrary(t, filepath.Dir(file))
	s, err := New(lib, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s, func() {
		put(edition("2026-02-02", 2))
		if _, err := lib.Reload(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// A file is replaced while a call reads it: the call finishes on the old one and says so, and what it leaves behind is
// never shown as the new one.
func TestFetchWhileTheArchiveIsReplaced(t *testing.T) {
	s, replace := replaced(t)
	id, err := policy.ParseID("wiki/Page")
	if err != nil {
		t.Fatal(err)
	}
	found, err := s.engine.Resolve(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	defer found.Close()
	f := &fetching{s: s, found: found, view: viewText, total: 500}
	replace()
	if err := f.run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := f.reply.text(); !strings.HasPrefix(got, "wiki 2025-01\n") || !strings.Contains(got, "written on 2025-01-01") {
		t.Errorf("the call under way answered %q", got)
	}
	r, err := s.fetch(t.Context(), fetchInput{ID: "wiki/Page"})
	if err != nil {
		t.Fatal(err)
	}
	if got := r.text(); !strings.HasPrefix(got, "wiki 2026-02\n") || !strings.Contains(got, "written on 2026-02-02") {
		t.Errorf("the call after it answered %q", got)
	}
}

// The same for a search, whose hits are put into words after the archives were let go.
func TestSearchWhileTheArchiveIsReplaced(t *testing.T) {
	s, replace := replaced(t)
	res, err := s.engine.Ask(t.Context(), "page", nil, search.Want{})
	if err != nil {
		t.Fatal(err)
	}
	replace()
	if got := s.searchReply(t.Context(), "page", res, 500).text(); !strings.HasPrefix(got, "wiki 2025-01\n") {
		t.Errorf("hits of 2025-01 are shown as %q", got)
	}
}

// What library tells of one archive is all of one file, whenever the file is replaced.
func TestDetailWhileTheArchiveIsReplaced(t *testing.T) {
	s, replace := replaced(t)
	st, err := s.lib.Status("wiki")
	if err != nil {
		t.Fatal(err)
	}
	replace()
	r, err := s.detail(t.Context(), st, s.archives())
	if err != nil {
		t.Fatal(err)
	}
	d := r.data.(*libraryData)
	got := []string{d.Archives[0].Edition, d.Detail.Metadata["Date"], d.Detail.UUID[:2], strings.Join(d.Detail.Editions, " ")}
	if want := "2026-02 2026-02-02 02 wiki@2026-02"; strings.Join(got, " ") != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
