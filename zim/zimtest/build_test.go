package zimtest

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"sort"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// entryView is what both a description and its bytes say of one entry.
type entryView struct{ Path, Title, MIME, Redirect, Params, Data string }

// described returns what a reader should find of the entries that were given.
func described(a Archive) []entryView {
	byPath := map[string]Entry{}
	for _, e := range a.Entries {
		byPath[e.Path] = e
	}
	var out []entryView
	for _, e := range a.Entries {
		v := entryView{Path: e.Path, Title: e.Title, Params: string(e.Params), Redirect: e.Redirect}
		src := e
		for src.Alias != "" {
			src = byPath[src.Alias]
		}
		if v.Title == "" {
			v.Title = e.Path[2:]
		}
		if e.Redirect == "" && e.Kind == 0 {
			if v.MIME, v.Data = e.MIME, string(src.Data); v.MIME == "" {
				v.MIME = src.MIME
			}
			if v.MIME == "" {
				v.MIME = "text/html"
			}
		}
		if e.Frame == nil && !strings.HasPrefix(e.Path, "X/listing") {
			out = append(out, v)
		}
	}
	for k, v := range a.Metadata {
		b := &a
		out = append(out, entryView{Path: "M/" + k, Title: k, MIME: b.textType(), Data: v})
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].Path < out[j].Path })
	return out
}

// found returns the same from the bytes, for the paths in want.
func found(t *testing.T, c *checked, want []entryView) []entryView {
	t.Helper()
	asked := map[string]bool{}
	for _, v := range want {
		asked[v.Path] = true
	}
	var out []entryView
	for _, d := range c.dirents {
		if !asked[d.path] {
			continue
		}
		v := entryView{Path: d.path, Title: d.shown(), Params: string(d.params)}
		switch {
		case d.kind == 0xFFFF:
			v.Redirect = c.dirents[d.target].path
		case d.kind < 0xFFFD:
			v.MIME, v.Data = c.mimes[d.kind], string(c.blob(t, d))
		}
		out = append(out, v)
	}
	return out
}

func TestSamplesReadBack(t *testing.T) {
	for _, s := range Samples() {
		t.Run(s.Name, func(t *testing.T) { readBack(t, s.Archive) })
	}
}

func TestRandomReadBack(t *testing.T) {
	for seed := range uint64(60) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 0))
			readBack(t, Random(r, 1+r.IntN(80)))
		})
	}
}

func readBack(t *testing.T, a Archive) {
	t.Helper()
	c := check(t, a.Bytes())
	want := described(a)
	if diff := cmp.Diff(want, found(t, c, want)); diff != "" {
		t.Errorf("entries differ (-described +found):\n%s", diff)
	}
	if (c.entries == 0) != (c.clusters == 0) || c.clusters > c.entries {
		t.Errorf("%d entries in %d clusters, which readers refuse", c.entries, c.clusters)
	}
	if !sort.StringsAreSorted(c.mimes) {
		t.Errorf("MIME types not sorted: %q", c.mimes)
	}
}

func TestBuildIsDeterministic(t *testing.T) {
	for _, s := range Samples() {
		want := s.Archive.Bytes()
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() {
				if got := s.Archive.Bytes(); !bytes.Equal(got, want) {
					t.Errorf("%s: two builds differ", s.Name)
				}
			})
		}
		wg.Wait()
	}
}

func TestBuildLeavesTheDescriptionAlone(t *testing.T) {
	a := Archive{Minor: 1, Entries: []Entry{Page("C/b", "b", "x"), Page("C/a", "", "y")}, MainPage: "C/a"}
	before := fmt.Sprintf("%+v", a)
	a.Bytes()
	if after := fmt.Sprintf("%+v", a); after != before {
		t.Errorf("got %s, want %s", after, before)
	}
}

func TestUUID(t *testing.T) {
	given := Archive{UUID: [16]byte{1, 2, 3}}
	if got := check(t, given.Bytes()).uuid; got != given.UUID {
		t.Errorf("got %x, want the one given", got)
	}
	seen := map[[16]byte]string{}
	for _, s := range Samples() {
		u := check(t, s.Archive.Bytes()).uuid
		if other := seen[u]; other != "" || u == ([16]byte{}) {
			t.Errorf("%s has the UUID %x of %q", s.Name, u, other)
		}
		seen[u] = s.Name
	}
}

// A sample's name begins with its version.
func TestSampleVersions(t *testing.T) {
	for _, s := range Samples() {
		c := check(t, s.Archive.Bytes())
		if got := fmt.Sprintf("%d.%d", c.major, c.minor); !strings.HasPrefix(s.Name, got) {
			t.Errorf("%s: version %s", s.Name, got)
		}
		if len(c.b) > 16<<10 {
			t.Errorf("%s has %d bytes", s.Name, len(c.b))
		}
	}
}

func TestBuildRefuses(t *testing.T) {
	tests := []struct {
		name string
		a    Archive
		want string
	}{
		{"no namespace", Archive{Entries: []Entry{{Path: "x"}}}, `path "x" has no namespace`},
		{"NUL in path", Archive{Entries: []Entry{{Path: "A/\x00"}}}, "NUL"},
		{"NUL in title", Archive{Entries: []Entry{{Path: "A/a", Title: "\x00"}}}, "NUL"},
		{"NUL in MIME type", Archive{Entries: []Entry{{Path: "A/a", MIME: "a\x00"}}}, "NUL"},
		{"parameters", Archive{Entries: []Entry{{Path: "A/a", Params: make([]byte, 256)}}}, "256 parameter bytes"},
		{"redirect to nothing", Archive{Entries: []Entry{Redirect("A/a", "A/b")}}, `"A/b", which is not an entry`},
		{"alias of nothing", Archive{Entries: []Entry{Alias("A/a", "A/b")}}, `alias of "A/b"`},
		{"alias of itself", Archive{Entries: []Entry{Alias("A/a", "A/a")}}, `alias of "A/a"`},
		{"alias of a redirect", Archive{Entries: []Entry{Alias("A/a", "A/b"), Redirect("A/b", "A/a")}}, "no item"},
		{"main page", Archive{Entries: []Entry{Page("A/a", "", "")}, MainPage: "A/b"}, `main page "A/b"`},
		{"well-known main page", Archive{Minor: 1, Entries: []Entry{Page("C/a", "", "")}, MainPage: "C/b"}, `"C/b"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := tt.a.Build()
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want an error with %q", err, tt.want)
			}
			defer func() {
				if recover() == nil {
					t.Error("Bytes did not panic")
				}
			}()
			tt.a.Bytes()
		})
	}
}

func TestEmptyArchiveIsTheSmallest(t *testing.T) {
	c := check(t, Archive{Old5: true, OldLayout: true}.Bytes())
	if c.pathPtr != 81 || c.titlePtr != 81 || c.clusterP != 81 || c.checksum != 81 || len(c.b) != 97 {
		t.Errorf("tables at %d, %d, %d, MD5 at %d of %d bytes; want all at 81", c.pathPtr, c.titlePtr, c.clusterP, c.checksum, len(c.b))
	}
}
