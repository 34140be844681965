package zimtest

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTitleListV0(t *testing.T) {
	for _, s := range Samples() {
		t.Run(s.Name, func(t *testing.T) {
			c := check(t, s.Archive.Bytes())
			if s.Archive.Minor >= 3 || s.Archive.NoTitleV0 {
				if c.titlePtr != 0xFFFFFFFFFFFFFFFF {
					t.Errorf("title list at %d, want none", c.titlePtr)
				}
				return
			}
			got := u32s(c.b[c.titlePtr:], int(c.entries))
			key := func(i uint32) string { return c.dirents[i].path[:2] + c.dirents[i].shown() }
			if !slices.IsSortedFunc(got, func(a, b uint32) int { return compare(key(a), key(b)) }) {
				t.Errorf("not sorted by namespace and title: %v", got)
			}
			slices.Sort(got)
			for i, v := range got {
				if v != uint32(i) {
					t.Fatalf("not a permutation: %v", got)
				}
			}
		})
	}
}

func compare(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// In 6.1 and 6.2 files the header points into the blob of the entry.
func TestTitleListV0IsABlob(t *testing.T) {
	for _, minor := range []uint16{1, 2} {
		c := check(t, Archive{Minor: minor, Entries: Pages(), ClusterSize: 50}.Bytes())
		d := c.find(t, TitleListV0)
		blob := c.blob(t, d)
		if &blob[0] != &c.b[c.titlePtr] {
			t.Errorf("6.%d: the header's list is not the entry's blob", minor)
		}
		if len(blob) != 4*int(c.entries) || c.mimes[d.kind] != listingType {
			t.Errorf("6.%d: %d bytes of %s for %d entries", minor, len(blob), c.mimes[d.kind], c.entries)
		}
	}
}

func TestTitleListV1(t *testing.T) {
	a := Archive{Minor: 3, NoCounter: true, Entries: []Entry{
		Page("C/1", "Zulu", "x"), Page("C/2", "alpha", "x"), Page("C/3", "Same", "x"), Page("C/4", "Same", "x"),
		{Path: "C/5", Title: "Parameters", MIME: "text/html; charset=utf-8"}, {Path: "C/6", MIME: "image/png"},
		{Path: "C/7", Title: "Hidden", Front: FrontNo}, {Path: "C/8", Title: "Shown redirect", Redirect: "C/1", Front: FrontYes},
		Redirect("C/9", "C/1"),
	}}
	c := check(t, a.Bytes())
	var got []string
	for _, i := range u32s(c.blob(t, c.find(t, TitleListV1)), -1) {
		got = append(got, c.dirents[i].String())
	}
	want := []string{`C/5 ("Parameters")`, `C/3 ("Same")`, `C/4 ("Same")`, `C/8 ("Shown redirect")`, `C/1 ("Zulu")`, `C/2 ("alpha")`}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("v1 list (-want +got):\n%s", diff)
	}
}

// A list that is given replaces the one that would be made.
func TestGivenListIsKept(t *testing.T) {
	c := check(t, Archive{Minor: 1, Entries: []Entry{Page("C/a", "", "x"), {Path: TitleListV1, Data: []byte("odd"), Compression: Zstd}}}.Bytes())
	d := c.find(t, TitleListV1)
	if got := string(c.blob(t, d)); got != "odd" {
		t.Errorf("got %q, want what was given", got)
	}
}

func TestCounter(t *testing.T) {
	tests := []struct {
		name string
		a    Archive
		want string
	}{
		{"new", Archive{Minor: 1, Entries: []Entry{
			Page("C/a", "", ""), {Path: "C/b", MIME: "text/html; charset=utf-8"}, {Path: "C/c", MIME: "image/png"}, Redirect("C/d", "C/a"), Alias("C/e", "C/c"),
		}, Metadata: Metadata()}, "image/png=2;text/html=2"},
		{"old", Archive{Entries: []Entry{Page("A/a", "", ""), {Path: "I/b", MIME: "image/png"}, {Path: "-/c", MIME: "text/css"}}}, "image/png=1;text/css=1;text/html=1"},
		{"given", Archive{Minor: 1, Entries: []Entry{Page("C/a", "", ""), {Path: "M/Counter", Data: []byte("x=1")}}}, "x=1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := check(t, tt.a.Bytes())
			if got := string(c.blob(t, c.find(t, "M/Counter"))); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestMainPage(t *testing.T) {
	pages := []Entry{Page("C/a", "", "x"), Page("C/b", "", "x")}
	tests := []struct {
		name string
		a    Archive
		want string // path of the header's main page
	}{
		{"new", Archive{Minor: 1, Entries: pages, MainPage: "C/b"}, "W/mainPage"},
		{"header only", Archive{Minor: 1, Entries: pages, MainPage: "C/b", NoWellKnown: true}, "C/b"},
		{"old", Archive{Entries: pages, MainPage: "C/b"}, "C/b"},
		{"none", Archive{Minor: 1, Entries: pages}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := check(t, tt.a.Bytes())
			got := ""
			if c.main != 0xFFFFFFFF {
				got = c.dirents[c.main].path
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
