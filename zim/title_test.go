package zim

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// titlesOf returns the titles of all articles, with "!" for one that cannot be read.
func titlesOf(a *Archive) (titles []string) {
	for e, err := range a.Articles(bg) {
		if err != nil {
			titles = append(titles, "!")
			continue
		}
		titles = append(titles, e.Title())
	}
	return titles
}

// titled has four pages and a list of them as an entry, made as told.
func titled(minor uint16, change func(*zimtest.Archive)) zimtest.Archive {
	za := zimtest.Archive{Minor: minor, NoCounter: true, Entries: []zimtest.Entry{
		zimtest.Page("C/1", "delta", ""), zimtest.Page("C/2", "beta", ""), zimtest.Page("C/3", "alpha", ""),
		{Path: "C/4", Title: "not an article", MIME: "text/css"}, zimtest.Redirect("C/5", "C/1")}}
	if change != nil {
		change(&za)
	}
	return za
}

func list(indexes ...uint32) []byte {
	var b []byte
	for _, i := range indexes {
		b = binary.LittleEndian.AppendUint32(b, i)
	}
	return b
}

// TestTitleListChoice takes v1 where it is usable, else v0, and says why.
func TestTitleListChoice(t *testing.T) {
	v1 := func(e zimtest.Entry) func(*zimtest.Archive) {
		return func(za *zimtest.Archive) {
			e.Path = zimtest.TitleListV1
			za.Entries = append(za.Entries, e)
		}
	}
	front, all := []string{"alpha", "beta", "delta"}, []string{"5", "alpha", "beta", "delta", "not an article"}
	for _, tc := range []struct {
		name     string
		za       zimtest.Archive
		want     []string
		warnings int
	}{
		{"both", titled(1, nil), front, 0},
		{"v1 only", titled(3, nil), front, 0},
		{"v0 only", titled(1, func(za *zimtest.Archive) { za.NoTitleV1 = true }), all, 0},
		{"v1 compressed", titled(1, v1(zimtest.Entry{Compression: zimtest.Zstd})), all, 1},
		{"v1 is a redirect", titled(1, v1(zimtest.Redirect("", "C/1"))), all, 1},
		{"v1 is deleted", titled(1, v1(zimtest.Entry{Kind: zimtest.Deleted})), all, 1},
		{"v1 has no blob", titled(1, v1(zimtest.Entry{Data: list(1), Frame: zimtest.Payload(false), Compression: zimtest.Stored})), all, 1},
		{"v1 is empty", titled(1, v1(zimtest.Entry{Data: []byte{}})), nil, 0},
		{"v1 has a byte too many", titled(1, v1(zimtest.Entry{Data: append(list(2, 0), 9)})), []string{"alpha", "delta"}, 0},
		{"v1 with a redirect", titled(1, v1(zimtest.Entry{Data: list(4, 2)})), []string{"5", "alpha"}, 0},
		{"v1 with an index out of range", titled(1, v1(zimtest.Entry{Data: list(2, 99, 0)})), []string{"alpha", "!", "delta"}, 0},
		{"v1 of extended offsets", titled(1, v1(zimtest.Entry{Extended: true})), front, 0},
		{"neither", titled(3, func(za *zimtest.Archive) { za.NoTitleV1 = true }), []string{"!"}, 0},
	} {
		a := openBuilt(t, tc.za, nil)
		if got := titlesOf(a); !slices.Equal(got, tc.want) {
			t.Errorf("%s: got %q, want %q", tc.name, got, tc.want)
		}
		titlesOf(a) // a second time warns no more
		if w := a.Info().Warnings; len(w) != tc.warnings {
			t.Errorf("%s: warnings %v", tc.name, w)
		}
		n, err := a.TitleCount(bg)
		if tc.name == "neither" {
			wantKind(t, tc.name, err, ErrCorrupt)
			_, err = a.LookupTitle(bg, "alpha")
			wantKind(t, tc.name, err, ErrCorrupt)
			_, err = a.LookupNS(bg, 'C', "1")
			wantKind(t, tc.name+": all else works", err, nil)
			continue
		}
		if err != nil || int(n) != len(tc.want) {
			t.Errorf("%s: TitleCount() = %d, %v", tc.name, n, err)
		}
		_, err = a.TitleEntry(bg, n)
		wantKind(t, tc.name+": behind the last", err, ErrNotFound)
		_, err = a.TitleEntry(bg, none32)
		wantKind(t, tc.name+": far behind the last", err, ErrNotFound)
	}
}

// TestLookupTitle looks through the namespaces in libzim's order.
func TestLookupTitle(t *testing.T) {
	old := openBuilt(t, zimtest.Archive{Entries: []zimtest.Entry{
		zimtest.Page("A/a", "Same", ""), zimtest.Page("I/i", "Same", ""), zimtest.Page("I/i2", "Picture", ""), zimtest.Page("J/j", "Picture", ""),
		zimtest.Page("-/s", "Style", ""), zimtest.Page("U/u", "Hidden", ""), zimtest.Page("A/z", "", ""), zimtest.Redirect("A/r", "A/a")}}, nil)
	newer := openBuilt(t, titled(1, func(za *zimtest.Archive) { za.Entries = append(za.Entries, zimtest.Page("C/6", "alpha", "")) }), nil)
	for _, tc := range []struct {
		a           *Archive
		title, want string
	}{
		{old, "Same", "A/a"}, {old, "Picture", "I/i2"}, {old, "Style", "-/s"}, {old, "z", "A/z"}, {old, "r", "A/r"},
		{old, "Hidden", ""}, {old, "same", ""}, {old, "Sam", ""}, {old, "", ""}, {old, "zz", ""}, {old, "\xff", ""},
		{newer, "alpha", "C/3"}, {newer, "delta", "C/1"}, {newer, "not an article", ""}, {newer, "5", ""}, {newer, "", ""}, {newer, "zzz", ""},
	} {
		e, err := tc.a.LookupTitle(bg, tc.title)
		if tc.want == "" {
			wantKind(t, fmt.Sprintf("%q", tc.title), err, ErrNotFound)
		} else if err != nil || e.FullPath() != tc.want {
			t.Errorf("%q: got %q, %v, want %q", tc.title, e.d.path, err, tc.want)
		}
	}
}

// TestTitleDamage keeps one bad index from hiding the others.
func TestTitleDamage(t *testing.T) {
	za := titled(1, func(za *zimtest.Archive) { za.NoTitleV1 = true })
	b := za.Bytes()
	h, _, err := parseHeader(b, uint64(len(b)), false)
	if err != nil {
		t.Fatal(err)
	}
	for pos := range h.entries {
		a := openBytes(t, put(b, int(h.titlePtrPos)+4*int(pos), 4, uint64(h.entries)), nil)
		got := titlesOf(a)
		bad := 0
		for _, x := range got {
			if x == "!" {
				bad++
			}
		}
		if len(got) != 5 || bad > 1 || bad == 0 && pos < 5 {
			t.Errorf("position %d: %q", pos, got)
		}
		for _, title := range []string{"alpha", "beta", "delta"} {
			e, err := a.LookupTitle(bg, title)
			if err == nil && e.Title() != title || err != nil && !errors.Is(err, ErrCorrupt) {
				t.Errorf("position %d: %s: %q, %v", pos, title, e.d.title, err)
			}
		}
	}
}

// TestTitlesOutside opens archives whose table lies outside, and takes v1.
func TestTitlesOutside(t *testing.T) {
	b := zimtest.Damage(titled(1, nil).Bytes(), "outofbounds_titleptrpos")
	a := openBytes(t, b, &Options{Strict: true})
	if w := a.Info().Warnings; len(w) != 1 || !errors.Is(w[0], ErrFormat) {
		t.Errorf("warnings %v", w)
	}
	if got := titlesOf(a); !slices.Equal(got, []string{"alpha", "beta", "delta"}) {
		t.Errorf("got %q", got)
	}
}
