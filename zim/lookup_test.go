package zim

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

func TestUserPath(t *testing.T) {
	for _, tc := range []struct {
		in   string
		ns   byte
		rest string
		ok   bool
	}{
		{"A", 'A', "", true}, {"/A", 'A', "", true}, {"A/", 'A', "", true}, {"/A/", 'A', "", true},
		{"A/path", 'A', "path", true}, {"/A/path", 'A', "path", true}, {"C//p", 'C', "/p", true}, {"A/b/c", 'A', "b/c", true},
		{"-/style.css", '-', "style.css", true}, {"é", 0, "", false}, {"\xff/x", 0xFF, "x", true}, {" /x", ' ', "x", true},
		{"A//", 'A', "/", true}, {"/A//", 'A', "/", true}, {"a/b", 'a', "b", true},
		{"", 0, "", false}, {"/", 0, "", false}, {"//", 0, "", false}, {"AB", 0, "", false}, {"AB/p", 0, "", false}, {"//A/p", 0, "", false},
		{"///", 0, "", false}, {"/AB", 0, "", false}, {"//A", 0, "", false}, {"é/p", 0, "", false},
	} {
		ns, rest, ok := parseUserPath(tc.in)
		if ns != tc.ns || rest != tc.rest || ok != tc.ok {
			t.Errorf("%q: got %q, %q, %v, want %q, %q, %v", tc.in, ns, rest, ok, tc.ns, tc.rest, tc.ok)
		}
	}
}

// TestLookupRules has entries that only the order of the rules tells apart.
func TestLookupRules(t *testing.T) {
	newer := openBuilt(t, zimtest.Archive{Minor: 1, Entries: []zimtest.Entry{
		zimtest.Page("C/A/b", "", ""), zimtest.Page("C/b", "", ""), zimtest.Page("C/", "", ""), zimtest.Page("C//b", "", ""),
		zimtest.Page("C/x", "", ""), zimtest.Page("C/C/x", "", ""), zimtest.Page("M/only", "", "")}}, nil)
	older := openBuilt(t, zimtest.Archive{Entries: []zimtest.Entry{
		zimtest.Page("A/b", "", ""), zimtest.Page("I/b", "", ""), zimtest.Page("J/j", "", ""), zimtest.Page("-/j", "", ""),
		zimtest.Page("A/A/c", "", ""), zimtest.Page("A/c", "", ""), zimtest.Page("A/I/b", "", ""), zimtest.Page("A/J/q", "", ""),
		zimtest.Page("-/s.css", "", ""), zimtest.Page("M/only", "", ""), zimtest.Page("A/", "", "")}}, nil)
	for _, tc := range []struct {
		a        *Archive
		in, want string
	}{
		{newer, "A/b", "C/A/b"}, {newer, "I/b", "C/b"}, {newer, "b", "C/b"}, {newer, "/A/b", "C/b"}, {newer, "/b", "C//b"},
		{newer, "C/b", "C/b"}, {newer, "C/x", "C/C/x"}, {newer, "/C/x", "C/x"}, {newer, "x", "C/x"}, {newer, "", "C/"}, {newer, "C", "C/"},
		{newer, "A", "C/"}, {newer, "C//b", "C//b"}, {newer, "M/only", ""}, {newer, "AB/b", ""}, {newer, "//A/b", ""},
		{older, "A/b", "A/b"}, {older, "b", "A/b"}, {older, "I/b", "I/b"}, {older, "/I/b", "I/b"}, {older, "j", "J/j"}, {older, "A/c", "A/c"},
		{older, "A/A/c", "A/A/c"}, {older, "J/q", "A/J/q"}, {older, "s.css", "-/s.css"}, {older, "-/s.css", "-/s.css"},
		{older, "M/only", "M/only"}, {older, "only", ""}, {older, "", "A/"}, {older, "A", "A/"}, {older, "/", ""}, {older, "C/b", ""},
	} {
		e, err := tc.a.Lookup(bg, tc.in)
		switch {
		case tc.want == "":
			wantKind(t, fmt.Sprintf("%q", tc.in), err, ErrNotFound)
		case err != nil || e.FullPath() != tc.want:
			t.Errorf("%q: got %q, %v, want %q", tc.in, e.d.path, err, tc.want)
		}
	}
}

// TestDuplicatePaths returns the first of equal paths, whatever keys there are.
func TestDuplicatePaths(t *testing.T) {
	for _, n := range []int{2, 3, 600, 2000} {
		za := zimtest.Archive{Old5: true, NoCounter: true, Entries: []zimtest.Entry{zimtest.Page("A/a", "", ""), zimtest.Page("A/z", "", "")}}
		for i := range n {
			za.Entries = append(za.Entries, zimtest.Page("A/same", fmt.Sprint(i), fmt.Sprint(i)))
		}
		for _, keys := range []int{0, -1, 1, 7} {
			a := openBuilt(t, za, &Options{LookupKeys: keys})
			for range 2 {
				e, err := a.LookupNS(bg, 'A', "same")
				if err != nil || e.Index() != 1 || e.Title() != "0" {
					t.Errorf("%d equal paths, keys %d: entry %d %q, %v", n, keys, e.Index(), e.d.title, err)
				}
			}
			if lo, hi, err := a.Range(bg, 'A', "same"); lo != 1 || hi != uint32(n)+1 || err != nil {
				t.Errorf("%d equal paths, keys %d: [%d, %d), %v", n, keys, lo, hi, err)
			}
		}
	}
}

// TestLookupBehindDamage finds entries although others cannot be read, and blames those that
// stand in the way.
func TestLookupBehindDamage(t *testing.T) {
	za := zimtest.Archive{Minor: 1, NoCounter: true, NoTitleV0: true, NoTitleV1: true}
	for i := range 100 {
		za.Entries = append(za.Entries, zimtest.Page(fmt.Sprintf("C/%03d", i), "", ""))
	}
	b := za.Bytes()
	h, _, err := parseHeader(b, uint64(len(b)), false)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for bad := range 100 {
		broken := put(b, int(h.pathPtrPos)+8*bad, 8, none64)
		for _, keys := range []int{0, -1, 3} {
			a := openBytes(t, broken, &Options{LookupKeys: keys})
			for i := range 100 {
				e, err := a.LookupNS(bg, 'C', fmt.Sprintf("%03d", i))
				switch fe := (*FormatError)(nil); {
				case err == nil && (e.Index() != uint32(i) || i == bad):
					t.Fatalf("entry %d bad: asked for %d, got %d", bad, i, e.Index())
				case err == nil:
					found++
				case !errors.As(err, &fe) || fe.Entry != int64(bad) || !errors.Is(err, ErrCorrupt):
					t.Fatalf("entry %d bad: asked for %d, got %v", bad, i, err)
				}
			}
		}
	}
	if found < 100*100*3*8/10 { // only some searches pass the bad one
		t.Errorf("%d of 30,000 were found", found)
	}
}

// TestLookupUnsorted ends, and never returns another entry than the one asked for.
func TestLookupUnsorted(t *testing.T) {
	za := zimtest.Archive{Minor: 1, NoCounter: true, NoTitleV0: true, NoTitleV1: true}
	for i := range 1500 {
		za.Entries = append(za.Entries, zimtest.Page(fmt.Sprintf("C/%04d", i), "", ""))
	}
	b := za.Bytes()
	h, _, err := parseHeader(b, uint64(len(b)), false)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 1500 {
		b = putPointer(b, h.pathPtrPos+8*uint64(i), uint64(i*7919%1500), h)
	}
	for _, keys := range []int{0, -1, 16} {
		reads := 0
		f := &zimtest.Faulty{Data: b, Seen: func(int64, int) { reads++ }}
		a, err := NewReader(f, int64(len(b)), &Options{LookupKeys: keys})
		if err != nil {
			t.Fatal(err)
		}
		for i := range 1500 {
			path := fmt.Sprintf("%04d", i)
			reads = 0
			e, err := a.LookupNS(bg, 'C', path)
			if err == nil && e.Path() != path || err != nil && !errors.Is(err, ErrNotFound) {
				t.Fatalf("%s: got %q, %v", path, e.d.path, err)
			}
			if reads > 2*34+4 {
				t.Fatalf("%s: %d reads", path, reads)
			}
		}
	}
}

// putPointer lets the record at pos lead to where a record of the same table led.
func putPointer(b []byte, pos, from uint64, h header) []byte {
	v := offsetAt(b[h.pathPtrPos+8*from:], 8)
	w := offsetAt(b[pos:], 8)
	copy(b[pos:], put(make([]byte, 8), 0, 8, v))
	copy(b[h.pathPtrPos+8*from:], put(make([]byte, 8), 0, 8, w))
	return b
}

// TestLookupReads counts them: few at first, two when the keys are known.
func TestLookupReads(t *testing.T) {
	za := zimtest.Archive{Minor: 1, NoCounter: true, NoTitleV0: true, NoTitleV1: true, Compression: zimtest.Stored}
	for i := range 20_000 {
		za.Entries = append(za.Entries, zimtest.Page(fmt.Sprintf("C/%05d", i), "", ""))
	}
	b := za.Bytes()
	reads := 0
	f := &zimtest.Faulty{Data: b, Seen: func(int64, int) { reads++ }}
	a, err := NewReader(f, int64(len(b)), nil)
	if err != nil {
		t.Fatal(err)
	}
	if reads > 6 {
		t.Errorf("open: %d reads", reads)
	}
	look := func() int {
		reads = 0
		if _, err := a.LookupNS(bg, 'C', "12345"); err != nil {
			t.Fatal(err)
		}
		return reads
	}
	if n := look(); n > 35 {
		t.Errorf("first lookup: %d reads", n)
	}
	if n := look(); n > 2 {
		t.Errorf("second lookup: %d reads", n)
	}
}

// TestLookupAllocations bounds what a warm lookup costs.
func TestLookupAllocations(t *testing.T) {
	za := zimtest.Archive{Minor: 1, NoCounter: true, Compression: zimtest.Stored}
	for i := range 5000 {
		za.Entries = append(za.Entries, zimtest.Page(fmt.Sprintf("C/%05d", i), "", "data"))
	}
	a := openBuilt(t, za, nil)
	for _, tc := range []struct {
		name string
		most float64
		f    func() error
	}{
		{"hit", 8, func() error { _, err := a.LookupNS(bg, 'C', "01234"); return err }},
		{"miss", 6, func() error {
			if _, err := a.LookupNS(bg, 'C', "x"); !errors.Is(err, ErrNotFound) {
				return errors.New("found")
			}
			return nil
		}},
		{"by index, cached", 0, func() error { _, err := a.Entry(bg, 1234); return err }},
		{"raw item", 4, func() error {
			e, err := a.Entry(bg, 1234)
			if err != nil {
				return err
			}
			_, err = Item{e: e}.Bytes(bg)
			return err
		}},
	} {
		var err error
		n := testing.AllocsPerRun(200, func() {
			if e := tc.f(); e != nil {
				err = e
			}
		})
		if err != nil || n > tc.most {
			t.Errorf("%s: %v allocations, at most %v; %v", tc.name, n, tc.most, err)
		}
	}
}

func TestLookupCancelled(t *testing.T) {
	a := openBuilt(t, pageArchive(nil), nil)
	ctx, cancel := context.WithCancel(bg)
	cancel()
	_, err := a.LookupNS(ctx, 'C', "Zebra")
	wantKind(t, "LookupNS", err, context.Canceled)
	_, err = a.Lookup(ctx, "Zebra")
	wantKind(t, "Lookup", err, context.Canceled)
	_, err = a.LookupTitle(ctx, "Zebra")
	wantKind(t, "LookupTitle", err, context.Canceled)
	if w := a.Info().Warnings; len(w) != 0 {
		t.Errorf("a cancelled call left warnings: %v", w)
	}
	_, err = a.LookupTitle(bg, "Zebra")
	wantKind(t, "LookupTitle afterwards", err, nil)
}
