package zim

import (
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

func TestCounter(t *testing.T) {
	type m map[string]uint64
	for _, tc := range []struct {
		in   string
		want m
	}{
		{"", m{}},
		{"text/html=1", m{"text/html": 1}},
		{"text/html=1;image/png=22;text/css=333", m{"text/html": 1, "image/png": 22, "text/css": 333}},
		{"text/html=1;", m{"text/html": 1}},
		{"text/html=0", m{"text/html": 0}},
		{"text/html=007", m{"text/html": 7}},
		{"text/html;charset=utf-8=12", m{"text/html;charset=utf-8": 12}},
		{"text/html;raw=true=4;image/png=2", m{"text/html;raw=true": 4, "image/png": 2}},
		{"text/html;foo=20", m{}},
		{"text/html;foo=20;image/png=2", m{}},
		{"image/png=2;text/html;foo=20", m{"image/png": 2}},
		{"text/html;a=1;b=2=3", m{"text/html;a=1;b=2": 3}},
		{"text/html;a;b=2=3", m{"text/html;a;b=2": 3}},
		{"text/html;a=b=c=3;d=e=4", m{"text/html;a=b=c=3;d=e": 4}},
		{"a=b=5", m{"a=b": 5}},
		{"text/html=x;image/png=2", m{"image/png": 2}},
		{"text/html=;image/png=2", m{"image/png": 2}},
		{"text/html=-1;image/png=+2;text/css= 3;a=4 ;b=0x5;c=1_0;d=1e3;e=٣", m{}},
		{"text/html=1;text/html=2", m{"text/html": 1}},
		{"text/html=x;text/html=2", m{"text/html": 2}},
		{"text/html=18446744073709551615", m{"text/html": math.MaxUint64}},
		{"text/html=18446744073709551616;b=1", m{"b": 1}},
		{";", m{}},
		{";;;;", m{}},
		{";text/html=1", m{}},
		{";text/html=1=2", m{";text/html=1": 2}},
		{"text/html", m{}},
		{"=", m{}},
		{"==1", m{"=": 1}},
		{"application/octet-stream; charset=binary=3;text/plain=1", m{"application/octet-stream; charset=binary": 3, "text/plain": 1}},
	} {
		if diff := cmp.Diff(tc.want, m(parseCounter(tc.in))); diff != "" {
			t.Errorf("%q: -want +got\n%s", tc.in, diff)
		}
	}
}

// TestCounterIsLinear parses the longest counter there can be, made to be slow.
func TestCounterIsLinear(t *testing.T) {
	for _, piece := range []string{";", "a;", "a=;", "a;b=c=1;", "=", "a=1;"} {
		in := strings.Repeat(piece, 1<<20/len(piece))
		within(t, 5*time.Second, strconv.Quote(piece), func() { parseCounter(in) })
	}
}

func TestSumTypes(t *testing.T) {
	counts := map[string]uint64{"text/html": 1, "text/html;raw=true": 2, "text/htmlx": 4, "text/plain": 8, "image/png": 16, "video/mp4": 32, "audio/ogg": 64}
	if got := sumTypes(counts, "text/html"); got != 7 {
		t.Errorf("text/html: %d", got)
	}
	if got := sumTypes(counts, "image/", "video/", "audio/"); got != 112 {
		t.Errorf("media: %d", got)
	}
	if got := sumTypes(map[string]uint64{"a": math.MaxUint64, "ab": 1, "ac": math.MaxUint64}, "a"); got != math.MaxUint64 {
		t.Errorf("overflow: %d", got)
	}
}

// TestCounts compares libzim's four numbers in archives of every kind.
func TestCounts(t *testing.T) {
	page := func(ns string) []zimtest.Entry {
		return []zimtest.Entry{zimtest.Page(ns+"/a", "", "a"), zimtest.Page(ns+"/b", "", "b"), zimtest.Redirect(ns+"/c", ns+"/a"),
			{Path: ns + "/p.png", MIME: "image/png", Data: []byte("png")}}
	}
	old := append(page("A"), zimtest.Entry{Path: "I/q.png", MIME: "image/png"}, zimtest.Entry{Path: "J/r", MIME: "text/plain"}, zimtest.Entry{Path: "-/s.css", MIME: "text/css"})
	counter := func(s string, es []zimtest.Entry) []zimtest.Entry {
		return append(es, zimtest.Entry{Path: "M/Counter", MIME: "text/plain", Data: []byte(s)})
	}
	for _, tc := range []struct {
		name string
		za   zimtest.Archive
		want Counts
	}{
		{"old, by counter", zimtest.Archive{Entries: counter("text/html=5;image/png=6;video/mp4=1;audio/ogg=2;text/css=9", old)}, Counts{8, 8, 5, 9}},
		{"old, no counter", zimtest.Archive{Entries: old, NoCounter: true}, Counts{7, 7, 4, 2}},
		{"new, by list", zimtest.Archive{Minor: 1, Entries: counter("text/html=5;text/html;raw=true=7;image/png=6", page("C"))}, Counts{7, 4, 2, 6}},
		{"new, no list", zimtest.Archive{Minor: 1, NoTitleV1: true, Entries: counter("text/html=5;text/html;raw=true=7;image/png=6", page("C"))}, Counts{6, 4, 12, 6}},
		{"new, neither", zimtest.Archive{Minor: 1, NoTitleV1: true, NoCounter: true, Entries: page("C")}, Counts{5, 4, 4, 0}},
		{"6.3, no list at all", zimtest.Archive{Minor: 3, NoTitleV1: true, Entries: counter("text/html=5", page("C"))}, Counts{5, 4, 5, 0}},
	} {
		got, err := openBuilt(t, tc.za, nil).Counts(bg)
		if err != nil || got != tc.want {
			t.Errorf("%s: got %+v, %v, want %+v", tc.name, got, err, tc.want)
		}
	}
}

func TestCounterAbsent(t *testing.T) {
	a := openBuilt(t, pageArchive(func(za *zimtest.Archive) { za.NoCounter = true }), nil)
	_, err := a.Counter(bg)
	wantKind(t, "Counter", err, ErrNotFound)
	a = openBuilt(t, pageArchive(nil), &Options{MaxMetadata: 5})
	_, err = a.Counter(bg)
	wantKind(t, "a long Counter", err, ErrTooLarge)
	_, err = a.Counts(bg)
	wantKind(t, "Counts with a long Counter", err, ErrTooLarge)
}

func TestNamespaceCounts(t *testing.T) {
	for _, s := range zimtest.Samples() {
		a := openBuilt(t, s.Archive, nil)
		want := map[byte]uint32{}
		for e, err := range a.Entries(bg, 0) {
			if err != nil {
				t.Fatal(err)
			}
			want[e.Namespace()]++
		}
		got, err := a.NamespaceCounts(bg)
		if err != nil {
			t.Errorf("%s: %v", s.Name, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: -want +got\n%s", s.Name, diff)
		}
	}
}
