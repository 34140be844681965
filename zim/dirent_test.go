package zim

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openzim-mcp/openzim-mcp/zim/internal/raw"
	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

func TestParseDirent(t *testing.T) {
	for _, tc := range []struct {
		name, in string
		want     dirent
		size     int
	}{
		{"item", "\x02\x00\x00C\x00\x00\x00\x00\x03\x00\x00\x00\x04\x00\x00\x00path\x00title\x00", dirent{kind: 2, ns: 'C', cluster: 3, blob: 4, path: "path", title: "title"}, 27},
		{"title falls back to the path", "\x02\x00\x00C\x00\x00\x00\x00\x03\x00\x00\x00\x04\x00\x00\x00path\x00\x00", dirent{kind: 2, ns: 'C', cluster: 3, blob: 4, path: "path", title: "path"}, 22},
		{"largest numbers", "\xfc\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x00\x00", dirent{kind: 0xFFFC, ns: 0xFF, cluster: none32, blob: none32}, 18},
		{"redirect", "\xff\xff\x00A\x00\x00\x00\x00\x07\x00\x00\x00from\x00From\x00", dirent{kind: kindRedirect, ns: 'A', blob: 7, path: "from", title: "From"}, 22},
		{"linktarget: the path follows at once", "\xfe\xff\x00A\x00\x00\x00\x00link\x00\x00", dirent{kind: kindLinkTarget, ns: 'A', path: "link", title: "link"}, 14},
		{"deleted", "\xfd\xff\x00A\x00\x00\x00\x00\x00\x00", dirent{kind: kindDeleted, ns: 'A'}, 10},
		{"parameters behind the title", "\x02\x00\x03C\x00\x00\x00\x00\x03\x00\x00\x00\x04\x00\x00\x00p\x00t\x00a\x00b", dirent{kind: 2, ns: 'C', cluster: 3, blob: 4, path: "p", title: "t"}, 23},
		{"revision is ignored", "\x02\x00\x00C\xff\xff\xff\xff\x03\x00\x00\x00\x04\x00\x00\x00p\x00t\x00", dirent{kind: 2, ns: 'C', cluster: 3, blob: 4, path: "p", title: "t"}, 20},
		{"bytes that are not UTF-8", "\x02\x00\x00C\x00\x00\x00\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\x01\x00\xfe\x00", dirent{kind: 2, ns: 'C', cluster: 3, blob: 4, path: "\xff\x01", title: "\xfe"}, 21},
	} {
		for _, behind := range []string{"", "what follows\x00\x00"} {
			d, err := parseDirent([]byte(tc.in+behind), maxDirent)
			if err != nil {
				t.Errorf("%s: %v", tc.name, err)
				continue
			}
			if diff := cmp.Diff(tc.want, *d.own(), cmp.AllowUnexported(dirent{})); diff != "" {
				t.Errorf("%s: -want +got\n%s", tc.name, diff)
			}
			if d.size != tc.size {
				t.Errorf("%s: %d bytes, want %d", tc.name, d.size, tc.size)
			}
			if want := tc.want.title; string(d.displayTitle()) != want {
				t.Errorf("%s: displayTitle %q, want %q", tc.name, d.displayTitle(), want)
			}
		}
		for n := range len(tc.in) {
			if _, err := parseDirent([]byte(tc.in[:n]), maxDirent); !errors.Is(err, raw.ErrShort) {
				t.Errorf("%s, first %d bytes: got %v, want ErrShort", tc.name, n, err)
			}
		}
	}
}

func TestParseDirentLimit(t *testing.T) {
	b := append(make([]byte, 16), "12345678\x00title\x00"...)
	if _, err := parseDirent(b, 8); err != nil {
		t.Errorf("at the limit: %v", err)
	}
	if _, err := parseDirent(b, 7); !errors.Is(err, raw.ErrNoEnd) {
		t.Errorf("above the limit: %v", err)
	}
}

// TestOwnDoesNotAlias shows that a kept dirent does not change with the buffer.
func TestOwnDoesNotAlias(t *testing.T) {
	b := append(make([]byte, 16), "path\x00title\x00"...)
	d, err := parseDirent(b, maxDirent)
	if err != nil {
		t.Fatal(err)
	}
	own := d.own()
	clear(b)
	if own.path != "path" || own.title != "title" {
		t.Errorf("got %q, %q", own.path, own.title)
	}
}

// longPaths has entries whose dirents end just before, at and behind each size that is read.
func longPaths() (za zimtest.Archive, lengths []int) {
	za = zimtest.Archive{Minor: 1, NoCounter: true, Entries: []zimtest.Entry{zimtest.Page("C/a", "", "a")}}
	for _, step := range []int{512, 1024, 4096, 32 << 10, 64 << 10} {
		for d := -20; d <= 2; d++ {
			lengths = append(lengths, step+d)
			za.Entries = append(za.Entries, zimtest.Page("C/"+strings.Repeat("b", step+d), "", "long"))
		}
	}
	return za, lengths
}

func TestLongDirents(t *testing.T) {
	za, lengths := longPaths()
	a := openBuilt(t, za, nil)
	for _, n := range lengths {
		path := strings.Repeat("b", n)
		e, err := a.LookupNS(bg, 'C', path)
		if err != nil || e.Path() != path {
			t.Errorf("path of %d bytes: got %d bytes, %v", n, len(e.d.path), err)
			continue
		}
		again, err := a.Entry(bg, e.Index())
		if err != nil || again.Path() != path {
			t.Errorf("entry with a path of %d bytes: %v", n, err)
		}
	}
	n := 0
	for e, err := range a.Entries(bg, 'C') {
		if err != nil {
			t.Fatal(err)
		}
		if n++; e.Path() != "a" && strings.Trim(e.Path(), "b") != "" {
			t.Errorf("path %q", e.Path())
		}
	}
	if n != len(lengths)+1 {
		t.Errorf("%d entries, want %d", n, len(lengths)+1)
	}
}

// TestDirentWithoutEnd is refused after reads that double, not after one for every few bytes.
func TestDirentWithoutEnd(t *testing.T) {
	good := zimtest.Archive{Minor: 1, NoCounter: true, NoTitleV0: true, NoTitleV1: true, Entries: []zimtest.Entry{
		zimtest.Page("C/a", "", "a"), {Path: "C/z", Data: bytes.Repeat([]byte("x"), 200_000), Compression: zimtest.Stored}}}.Bytes()
	h, _, err := parseHeader(good, uint64(len(good)), false)
	if err != nil {
		t.Fatal(err)
	}
	// The last path pointer leads into the data of the item.
	bad := put(good, int(h.pathPtrPos)+8, 8, uint64(bytes.Index(good, bytes.Repeat([]byte("x"), 100))))
	reads := 0
	f := &zimtest.Faulty{Data: bad, Seen: func(int64, int) { reads++ }}
	a, err := NewReader(f, int64(len(bad)), nil)
	if err != nil {
		t.Fatal(err)
	}
	reads = 0
	_, err = a.Entry(bg, 1)
	wantKind(t, "no NUL in 200,000 bytes", err, ErrTooLarge)
	if reads > 12 {
		t.Errorf("%d reads", reads)
	}
	if e := (*FormatError)(nil); !errors.As(err, &e) || e.Entry != 1 || e.Part != "dirent" {
		t.Errorf("got %#v", e)
	}
	if _, err := a.Entry(bg, 0); err != nil {
		t.Errorf("the other entry: %v", err)
	}
}

// TestDirentPlaces refuses pointers into the header, past the end, and to a dirent that the
// end cuts off.
func TestDirentPlaces(t *testing.T) {
	good := pageArchive(nil).Bytes()
	h, _, err := parseHeader(good, uint64(len(good)), false)
	if err != nil {
		t.Fatal(err)
	}
	for _, off := range []uint64{0, 8, 79, h.end - 9, h.end - 1, h.end, h.end + 1, uint64(len(good)), 1 << 40, 1 << 63, none64 - 9, none64} {
		a := openBytes(t, put(good, int(h.pathPtrPos), 8, off), nil)
		_, err := a.Entry(bg, 0)
		wantKind(t, "entry 0", err, ErrCorrupt)
		if e := (*FormatError)(nil); !errors.As(err, &e) || e.Entry != 0 {
			t.Errorf("dirent at %d: %#v", off, e)
		}
		if _, err := a.Entry(bg, 1); err != nil {
			t.Errorf("dirent at %d: entry 1: %v", off, err)
		}
		n, failed := 0, 0
		for _, err := range a.Entries(bg, 0) {
			if n++; err != nil {
				failed++
			}
		}
		if n != int(h.entries) || failed != 1 {
			t.Errorf("dirent at %d: %d of %d entries, %d failed", off, n, h.entries, failed)
		}
	}
}

// TestMaxDirent honours a lower limit.
func TestMaxDirent(t *testing.T) {
	za, _ := longPaths()
	a := openBuilt(t, za, &Options{MaxDirent: 2000})
	for i := range a.Info().Entries {
		e, err := a.Entry(bg, i)
		if err != nil {
			wantKind(t, "a long dirent", err, ErrTooLarge)
		} else if len(e.Path()) > 2000-18 {
			t.Errorf("a path of %d bytes", len(e.Path()))
		}
	}
}
