package zim

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

func TestEntry(t *testing.T) {
	a := openBuilt(t, pageArchive(nil), nil)
	e, err := a.LookupNS(bg, 'C', "zebra fish")
	if err != nil {
		t.Fatal(err)
	}
	if e.Namespace() != 'C' || e.Path() != "zebra fish" || e.FullPath() != "C/zebra fish" || e.Title() != "apple" || e.IsRedirect() {
		t.Errorf("got %q %q %q %q %v", e.Namespace(), e.Path(), e.FullPath(), e.Title(), e.IsRedirect())
	}
	again, err := a.Entry(bg, e.Index())
	if err != nil || again.FullPath() != e.FullPath() {
		t.Errorf("by index: %q, %v", again.FullPath(), err)
	}
	if e, err = a.LookupNS(bg, 'C', "a//b?x=1#y%20"); err != nil || e.Title() != e.Path() {
		t.Errorf("title %q, %v; none is stored", e.Title(), err)
	}
	n := a.Info().Entries
	for _, i := range []uint32{n, n + 1, none32} {
		_, err := a.Entry(bg, i)
		wantKind(t, fmt.Sprint("entry ", i), err, ErrNotFound)
	}
}

// TestNamespaceBytes keeps any byte as it is.
func TestNamespaceBytes(t *testing.T) {
	for _, ns := range []byte{1, 2, '/', 0x7F, 0x80, 0xFF} {
		za := zimtest.Archive{Minor: 1, NoCounter: true, Entries: []zimtest.Entry{zimtest.Page("C/a", "", "a"), zimtest.Page(string([]byte{ns})+"/b", "", "b")}}
		a := openBuilt(t, za, nil)
		e, err := a.LookupNS(bg, ns, "b")
		if err != nil || e.Namespace() != ns || e.FullPath() != string([]byte{ns, '/', 'b'}) {
			t.Errorf("%#x: %v", ns, err)
		}
		found := 0
		for e, err := range a.Entries(bg, 0) {
			if err != nil {
				t.Fatal(err)
			}
			if e.Namespace() == ns {
				found++
			}
		}
		if found != 1 {
			t.Errorf("%#x: %d in all entries", ns, found)
		}
	}
}

func TestMainPage(t *testing.T) {
	pages := []zimtest.Entry{zimtest.Page("C/m", "", "m"), zimtest.Page("C/other", "", "o")}
	old := []zimtest.Entry{zimtest.Page("A/m", "", "m"), zimtest.Page("W/mainPage", "", "not in the old scheme")}
	differ := append([]zimtest.Entry{zimtest.Redirect("W/mainPage", "C/other")}, pages...)
	for _, tc := range []struct {
		name, want string
		za         zimtest.Archive
		kind       error
	}{
		{"W/mainPage", "W/mainPage", zimtest.Archive{Minor: 1, Entries: pages, MainPage: "C/m"}, nil},
		{"W/mainPage before the header", "W/mainPage", zimtest.Archive{Minor: 1, Entries: differ}, nil},
		{"header only", "C/m", zimtest.Archive{Minor: 1, Entries: pages, MainPage: "C/m", NoWellKnown: true}, nil},
		{"none", "", zimtest.Archive{Minor: 1, Entries: pages}, ErrNotFound},
		{"old: header", "A/m", zimtest.Archive{Entries: old, MainPage: "A/m"}, nil},
		{"old: none", "", zimtest.Archive{Entries: old}, ErrNotFound},
	} {
		e, err := openBuilt(t, tc.za, nil).MainPage(bg)
		wantKind(t, tc.name, err, tc.kind)
		if err == nil && e.FullPath() != tc.want {
			t.Errorf("%s: got %q, want %q", tc.name, e.FullPath(), tc.want)
		}
	}
	b := zimtest.Archive{Entries: old, MainPage: "A/m"}.Bytes()
	_, err := openBytes(t, put(b, 64, 4, 999), nil).MainPage(bg)
	wantKind(t, "out of range", err, ErrCorrupt)
	if e := (*FormatError)(nil); !errors.As(err, &e) || e.Offset != 64 {
		t.Errorf("got %#v", e)
	}
}

// TestRandom gives every article its turn, and nothing else.
func TestRandom(t *testing.T) {
	for _, s := range zimtest.Samples() {
		a := openBuilt(t, s.Archive, nil)
		want := map[string]bool{}
		for e, err := range a.Articles(bg) {
			if err == nil {
				want[e.FullPath()] = true
			}
		}
		r := rand.New(rand.NewPCG(1, 1))
		got := map[string]bool{}
		for range 40 * len(want) {
			e, err := a.Random(bg, r)
			if err != nil || !want[e.FullPath()] {
				t.Fatalf("%s: %v", s.Name, err)
			}
			got[e.FullPath()] = true
		}
		if len(got) != len(want) {
			t.Errorf("%s: %d of %d articles came", s.Name, len(got), len(want))
		}
		if _, err := a.TitleCount(bg); err == nil && len(want) == 0 {
			_, err := a.Random(bg, r)
			wantKind(t, s.Name, err, ErrNotFound)
		}
	}
}

func TestHasIndexes(t *testing.T) {
	index := func(path string) zimtest.Entry {
		return zimtest.Entry{Path: path, MIME: "application/octet-stream+xapian"}
	}
	for minor := range uint16(2) {
		za := zimtest.Archive{Minor: minor, Entries: []zimtest.Entry{zimtest.Page("C/a", "", "")}}
		a := openBuilt(t, za, nil)
		if a.HasFullText(bg) || a.HasTitleIndex(bg) {
			t.Error("an index where there is none")
		}
		za.Entries = append(za.Entries, index("X/fulltext/xapian"), zimtest.Redirect("X/title/xapian", "X/fulltext/xapian"))
		if a = openBuilt(t, za, nil); !a.HasFullText(bg) || a.HasTitleIndex(bg) {
			t.Error("the full-text index is an item, the other a redirect")
		}
		za.Entries[2] = index("X/title/xapian")
		if a = openBuilt(t, za, nil); !a.HasTitleIndex(bg) {
			t.Error("the title index is not seen")
		}
	}
}

// TestClosed refuses everything but what is plain memory.
func TestClosed(t *testing.T) {
	a := openBuilt(t, pageArchive(nil), nil)
	it := itemAt(t, a, "C/Zebra")
	kept, err := it.Bytes(bg)
	if err != nil {
		t.Fatal(err)
	}
	c, err := itemAt(t, a, "C/data.bin").Open(bg)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	for name, f := range map[string]func() error{
		"Close":       a.Close,
		"LookupNS":    func() error { _, err := a.LookupNS(bg, 'C', "Zebra"); return err },
		"Lookup":      func() error { _, err := a.Lookup(bg, "Zebra"); return err },
		"LookupTitle": func() error { _, err := a.LookupTitle(bg, "Zebra"); return err },
		"Entry":       func() error { _, err := a.Entry(bg, it.Entry().Index()); return err },
		"MainPage":    func() error { _, err := a.MainPage(bg); return err },
		"Bytes":       func() error { _, err := it.Bytes(bg); return err },
		"Size":        func() error { _, err := it.Size(bg); return err },
		"Open":        func() error { _, err := it.Open(bg); return err },
		"Read":        func() error { _, err := c.Read(make([]byte, 9)); return err },
		"Metadata":    func() error { _, err := a.Metadata(bg, "Title"); return err },
		"Checksum":    func() error { _, err := a.Checksum(bg); return err },
		"Counts":      func() error { _, err := a.Counts(bg); return err },
		"Entries": func() (err error) {
			for _, err = range a.Entries(bg, 0) {
			}
			return err
		},
		"ByCluster": func() (err error) {
			for _, err = range a.ByCluster(bg) {
			}
			return err
		},
		"Verify": func() (err error) {
			for _, err = range a.Verify(bg, CheckAll) {
			}
			return err
		},
	} {
		wantKind(t, name, f(), ErrClosed)
	}
	if string(kept) == "" || it.Entry().Path() != "Zebra" || a.Info().Entries == 0 {
		t.Error("what was read before is gone")
	}
}
