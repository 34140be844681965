package zim

import (
	"bytes"
	"cmp"
	"fmt"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

func TestParseIllustration(t *testing.T) {
	type m = map[string]string
	for _, tc := range []struct {
		key  string
		want Illustration
	}{
		{"Illustration_48x48@1", Illustration{48, 48, 1, m{}}},
		{"Illustration_48x48@2", Illustration{48, 48, 2, m{}}},
		{"Illustration_48x64@1.5", Illustration{48, 64, 1.5, m{}}},
		{"Illustration_0x0@1", Illustration{0, 0, 1, m{}}},
		{"Illustration_4294967295x1@0.5", Illustration{4294967295, 1, 0.5, m{}}},
		{"Illustration_48x64@1.5;lang=fr;ui=dark", Illustration{48, 64, 1.5, m{"lang": "fr", "ui": "dark"}}},
		{"Illustration_48x48@1;a=b=c", Illustration{48, 48, 1, m{"a": "b=c"}}},
		{"Illustration_48x48@1;a=", Illustration{48, 48, 1, m{"a": ""}}},
		{"Illustration_48x48@1;a=x@y", Illustration{48, 48, 1, m{"a": "x@y"}}},
	} {
		got, ok := parseIllustration(tc.key)
		if !ok {
			t.Errorf("%q is refused", tc.key)
			continue
		}
		if diff := gocmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%q: -want +got\n%s", tc.key, diff)
		}
		if got.path() != tc.key {
			t.Errorf("%q becomes %q", tc.key, got.path())
		}
	}
	for _, key := range []string{
		"", "Title", "Illustration", "Illustration_", "illustration_48x48@1", "Illustration_48", "Illustration_48x48", "Illustration_48x48@",
		"Illustration_x@", "Illustration_48x@1", "Illustration_x48@1", "Illustration_48@1", "Illustration_48x48x48@1",
		"Illustration_01x01@1", "Illustration_048x48@1", "Illustration_48x048@1", "Illustration_+48x48@1", "Illustration_-48x48@1",
		"Illustration_ 48x48@1", "Illustration_48 x48@1", "Illustration_48x48@ 1", "Illustration_48x48@1 ", "Illustration_48X48@1",
		"Illustration_4_8x48@1", "Illustration_0x30x48@1", "Illustration_48x48@01", "Illustration_48x48@1.0", "Illustration_48x48@1.50",
		"Illustration_48x48@1.", "Illustration_48x48@.5", "Illustration_48x48@.", "Illustration_48x48@1..5", "Illustration_48x48@1e0",
		"Illustration_48x48@+1", "Illustration_48x48@-1", "Illustration_48x48@0", "Illustration_48x48@nan", "Illustration_48x48@NaN",
		"Illustration_48x48@inf", "Illustration_48x48@0x1", "Illustration_48x48@1x", "Illustration_48x48@1a1", "Illustration_48x48@1@1",
		"Illustration_48x48@1;", "Illustration_48x48@1;;", "Illustration_48x48@1;a", "Illustration_48x48@1;a=b;", "Illustration_48x48@1;;a=b",
		"Illustration_48x48@1;b=1;a=2", "Illustration_48x48@1;a=1;a=1", "Illustration_48x48@1;a=1;a=2",
		"Illustration_4294967296x1@1", "Illustration_1x4294967296@1", "Illustration_99999999999999999999x1@1", "Illustration_99999999999x..@nan",
		"Illustration_48x48@1\x00",
	} {
		if got, ok := parseIllustration(key); ok {
			t.Errorf("%q is taken for %+v", key, got)
		}
	}
}

// TestParseIllustrationIsFast parses the longest names there can be, made to be slow.
func TestParseIllustrationIsFast(t *testing.T) {
	var many strings.Builder
	many.WriteString("Illustration_48x48@1")
	for i := range 9000 {
		fmt.Fprintf(&many, ";%05d=", i)
	}
	for _, key := range []string{
		many.String(), "Illustration_48x48@" + strings.Repeat("9", 65000), "Illustration_" + strings.Repeat("1", 65000) + "x1@1",
		"Illustration_48x48@0." + strings.Repeat("0", 65000) + "1", "Illustration_48x48@1" + strings.Repeat(";", 65000),
	} {
		start := time.Now()
		n := allocated(func() { parseIllustration(key) })
		if d := time.Since(start); d > time.Minute || n > 8<<20 {
			t.Errorf("%.40s...: %v, %d bytes allocated", key, d, n)
		}
	}
}

// TestIllustrations lists those with valid names in order, and finds each.
func TestIllustrations(t *testing.T) {
	names := []string{"Illustration_96x96@1", "Illustration_48x48@2", "Illustration_48x48@1", "Illustration_48x64@1.5;lang=fr", "Illustration_01x01@1", "Illustration_", "Illustrations"}
	za := pageArchive(nil)
	for _, n := range names {
		za.Entries = append(za.Entries, zimtest.Entry{Path: "M/" + n, MIME: "image/png", Data: []byte(n)})
	}
	a := openBuilt(t, za, nil)
	list, err := a.Illustrations(bg)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"Illustration_48x48@1", "Illustration_48x48@2", "Illustration_48x64@1.5;lang=fr", "Illustration_96x96@1"}
	var got []string
	for _, i := range list {
		got = append(got, i.path())
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	it, err := a.Illustration(bg, 48, 48, 2)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := it.Bytes(bg); string(b) != "Illustration_48x48@2" || err != nil {
		t.Errorf("48x48@2 is %q, %v", b, err)
	}
	_, err = a.Illustration(bg, 48, 64, 1.5)
	wantKind(t, "only one with attributes", err, ErrNotFound)
	_, err = a.Illustration(bg, 1, 1, 1)
	wantKind(t, "a name that is not valid", err, ErrNotFound)
	list, err = openBuilt(t, za, &Options{MaxMetaKeys: 2}).Illustrations(bg)
	if err != nil || len(list) > 2 {
		t.Errorf("%d illustrations, %v", len(list), err)
	}
}

// TestFavicon stands in for 48x48@1 where there is none, in libzim's order.
func TestFavicon(t *testing.T) {
	paths := []string{"-/favicon", "-/favicon.png", "I/favicon", "I/favicon.png"}
	for minor := range uint16(2) {
		for mask := range 16 {
			za := zimtest.Archive{Minor: minor, Entries: []zimtest.Entry{zimtest.Page("A/a", "", "a")}}
			want := ""
			for i, p := range paths {
				if mask>>i&1 == 1 {
					za.Entries = append(za.Entries, zimtest.Entry{Path: p, MIME: "image/png", Data: []byte(p)})
					want = cmp.Or(want, p)
				}
			}
			a := openBuilt(t, za, nil)
			it, err := a.Illustration(bg, 48, 48, 1)
			list, listErr := a.Illustrations(bg)
			if listErr != nil || (len(list) == 1) != (want != "") {
				t.Errorf("minor %d, mask %b: %v, %v", minor, mask, list, listErr)
			}
			if want == "" {
				wantKind(t, "no favicon", err, ErrNotFound)
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			if b, err := it.Bytes(bg); string(b) != want || err != nil {
				t.Errorf("mask %b: %q, %v, want %q", mask, b, err, want)
			}
			_, err = a.Illustration(bg, 96, 96, 1)
			wantKind(t, "another size", err, ErrNotFound)
		}
	}
}

// TestIllustrationLimit lets pictures be larger than texts, but not without end.
func TestIllustrationLimit(t *testing.T) {
	for _, tc := range []struct {
		size int
		kind error
	}{{100, nil}, {1600, nil}, {1601, ErrTooLarge}} {
		za := pageArchive(nil)
		za.Entries = append(za.Entries, zimtest.Entry{Path: "M/Illustration_48x48@1", MIME: "image/png", Data: bytes.Repeat([]byte("x"), tc.size)})
		a := openBuilt(t, za, &Options{MaxMetadata: 100})
		b, err := a.Metadata(bg, "Illustration_48x48@1")
		wantKind(t, fmt.Sprint(tc.size), err, tc.kind)
		if err == nil && len(b) != tc.size {
			t.Errorf("%d bytes, want %d", len(b), tc.size)
		}
	}
}
