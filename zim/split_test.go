package zim_test

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// readers returns the parts as sections of one reader each.
func readers(parts [][]byte) []*io.SectionReader {
	var list []*io.SectionReader
	for _, p := range parts {
		list = append(list, io.NewSectionReader(bytes.NewReader(p), 0, int64(len(p))))
	}
	return list
}

// A splitCheck compares an archive in parts with the same in one piece.
type splitCheck struct {
	want  facts
	q     question
	cache *zim.Cache
}

func newSplitCheck(t *testing.T, b []byte) *splitCheck {
	t.Helper()
	a := mustOpen(t, b, nil)
	c := &splitCheck{q: ask(a, question{}), cache: zim.NewCache(&zim.CacheOptions{MaxBytes: 1 << 20, Dirents: 16})}
	c.q.Paths, c.q.Titles = c.q.Paths[:min(10, len(c.q.Paths))], c.q.Titles[:min(6, len(c.q.Titles))]
	var err error
	if c.want, err = factsOf(t.Context(), a, c.q); err != nil {
		t.Fatal(err)
	}
	return c
}

// same reads the parts and reports whether all is as in one piece.
func (c *splitCheck) same(t *testing.T, what string, parts []*io.SectionReader) bool {
	t.Helper()
	a, err := zim.NewSplitReader(parts, &zim.Options{Cache: c.cache})
	if err != nil {
		t.Errorf("%s: %v", what, err)
		return false
	}
	defer a.Close()
	got, err := factsOf(t.Context(), a, c.q)
	if err != nil {
		t.Errorf("%s: %v", what, err)
		return false
	}
	if diff := cmp.Diff(c.want, got); diff != "" {
		t.Errorf("%s (-whole +split):\n%s", what, diff)
		return false
	}
	return true
}

// splitSamples are archives of few bytes with everything in them.
func splitSamples() map[string][]byte {
	all := map[string][]byte{}
	for _, s := range zimtest.Samples() {
		switch s.Name {
		case "5.0 old layout", "6.1 zstd", "6.3 mixed clusters":
			all[s.Name] = s.Archive.Bytes()
		}
	}
	return all
}

// Split anywhere, be it inside the header, a table, a dirent, a frame or an item, an archive
// holds the same.
func TestSplitAtEveryByte(t *testing.T) {
	t.Parallel()
	stride := 1
	if testing.Short() || raceEnabled {
		stride = 23
	}
	for name, b := range splitSamples() {
		c := newSplitCheck(t, b)
		for at := 0; at <= len(b); at += stride {
			if !c.same(t, fmt.Sprintf("%s, split at %d", name, at), readers(zimtest.Split(b, at))) {
				break
			}
		}
	}
}

func TestSplitRealArchiveAtEveryByte(t *testing.T) {
	t.Parallel()
	for _, f := range realFiles(t, "good") {
		b := readFile(t, f.path)
		if len(b) != 4070 {
			continue
		}
		c := newSplitCheck(t, b)
		for at := 0; at <= len(b); at += 3 {
			if !c.same(t, fmt.Sprintf("%s, split at %d", f.name, at), readers(zimtest.Split(b, at))) {
				break
			}
		}
		return
	}
}

// Many small parts, down to one byte each.
func TestSplitIntoManyParts(t *testing.T) {
	for name, b := range splitSamples() {
		c := newSplitCheck(t, b)
		for _, size := range []int{1, 2, 3, 7, 64, 511, 512, 513, 4096} {
			var cuts []int
			for at := size; at < len(b); at += size {
				cuts = append(cuts, at)
			}
			c.same(t, fmt.Sprintf("%s in parts of %d", name, size), readers(zimtest.Split(b, cuts...)))
		}
	}
}

// Parts without a byte, which zimsplit has written, change nothing wherever they are.
func TestSplitEmptyParts(t *testing.T) {
	b := faultBase()
	c := newSplitCheck(t, b)
	mid, end := len(b)/2, len(b)
	for name, cuts := range map[string][]int{"first": {0}, "middle": {mid, mid}, "last": {end}, "two first": {0, 0}, "two middle": {mid, mid, mid},
		"two last": {end, end}, "everywhere": {0, 0, 80, 80, mid, mid, end, end}} {
		parts := zimtest.Split(b, cuts...)
		c.same(t, name, readers(parts))
		a, err := zim.NewSplitReader(readers(parts), nil)
		if err != nil {
			t.Fatal(err)
		}
		if damage, notes := found(t, a, zim.CheckAll); damage != 0 || notes != zim.CheckLayout {
			t.Errorf("%s: Verify finds %v, notes %v; want the note of empty parts", name, damage, notes)
		}
		full := 0
		for _, p := range parts {
			if len(p) > 0 {
				full++
			}
		}
		if got := a.Info().Parts; got != full {
			t.Errorf("%s: %d parts, want %d", name, got, full)
		}
	}
}

// On disk: by the first part's name, by the name without its last letters, and not when the
// whole file is there too.
func TestSplitFiles(t *testing.T) {
	b := faultBase()
	want := newSplitCheck(t, b)
	for name, cuts := range map[string][]int{"two": {700}, "many": {100, 500, 900, 1300, 2000, 3000}, "empty first": {0}, "empty middle": {900, 900}, "empty last": {len(b)}} {
		base := filepath.Join(t.TempDir(), "a.zim")
		for i, p := range zimtest.Split(b, cuts...) {
			put(t, zimtest.PartName(base, i), p)
		}
		for _, n := range []string{base, base + "aa"} {
			a, err := zim.Open(n, nil)
			if err != nil {
				t.Errorf("%s, %s: %v", name, filepath.Base(n), err)
				continue
			}
			got, err := factsOf(t.Context(), a, want.q)
			if diff := cmp.Diff(want.want, got); diff != "" || err != nil {
				t.Errorf("%s, %s: %v (-whole +split):\n%s", name, filepath.Base(n), err, diff)
			}
			a.Close()
		}
	}
}

// A set with a part missing, added, swapped or cut short does not open as something else.
func TestSplitSetsThatAreWrong(t *testing.T) {
	b := faultBase()
	parts := zimtest.Split(b, 1000, 2000, 3000)
	for name, change := range map[string]func(string){
		"last missing":   func(base string) { os.Remove(base + "ad") },
		"middle missing": func(base string) { os.Remove(base + "ab") },
		"one more":       func(base string) { os.WriteFile(base+"ae", []byte("more"), 0o600) },
		"cut short":      func(base string) { os.Truncate(base+"ab", 500) },
		"grown":          func(base string) { os.WriteFile(base+"ab", slices.Concat(parts[1], []byte("x")), 0o600) },
		"first empty":    func(base string) { os.Truncate(base+"aa", 0) },
	} {
		base := filepath.Join(t.TempDir(), "a.zim")
		for i, p := range parts {
			put(t, zimtest.PartName(base, i), p)
		}
		change(base)
		a, err := zim.Open(base+"aa", nil)
		if err == nil {
			t.Errorf("%s: opens", name)
			a.Close()
		} else if kind := kindOf(err); kind != "ErrTruncated" && kind != "ErrFormat" {
			t.Errorf("%s: %v", name, err)
		}
	}
	base := filepath.Join(t.TempDir(), "a.zim")
	put(t, base+"ab", b)
	if _, err := zim.Open(base, nil); !os.IsNotExist(err) && kindOf(err) != "ErrNotFound" {
		t.Errorf("no first part: %v", err)
	}
}

// Inside another file, at any offset, in one piece or in several.
func TestSplitEmbedded(t *testing.T) {
	for name, b := range splitSamples() {
		c := newSplitCheck(t, b)
		for _, offset := range []int{0, 1, 8, 79, 511, 4096, 100_003} {
			outer := bytes.NewReader(zimtest.Embed(b, offset, 6))
			section := io.NewSectionReader(outer, int64(offset), int64(len(b)))
			c.same(t, fmt.Sprintf("%s at %d", name, offset), []*io.SectionReader{section})
			a, err := zim.NewReader(section, section.Size(), nil)
			if err != nil {
				t.Fatal(err)
			}
			got, err := factsOf(t.Context(), a, c.q)
			if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
				t.Errorf("%s, read at %d: %v\n%s", name, offset, err, diff)
			}
		}
		for _, size := range []int{17, 512, 2048} {
			file, spans := zimtest.EmbedParts(b, size)
			var parts []*io.SectionReader
			for _, s := range spans {
				parts = append(parts, io.NewSectionReader(bytes.NewReader(file), s.Offset, s.Size))
			}
			c.same(t, fmt.Sprintf("%s embedded in parts of %d", name, size), parts)
		}
	}
}

// An item lies in one part or in none; what Location says is where its bytes are.
func TestSplitLocation(t *testing.T) {
	b := splitSamples()["6.1 zstd"]
	list := contents(t, b)
	inside, across := 0, 0
	for at := 0; at <= len(b); at += 5 {
		parts := zimtest.Split(b, at)
		a, err := zim.NewSplitReader(readers(parts), nil)
		if err != nil {
			t.Fatal(err)
		}
		parts = slices.DeleteFunc(parts, func(p []byte) bool { return len(p) == 0 })
		for _, want := range list {
			e, err := a.LookupNS(t.Context(), want.ns, want.path)
			if err != nil {
				t.Fatal(err)
			}
			it, err := e.Item()
			if err != nil {
				t.Fatal(err)
			}
			loc, ok, err := it.Location(t.Context())
			switch {
			case err != nil:
				t.Fatal(err)
			case !ok:
				across++
				continue
			}
			inside++
			if got := parts[loc.Part][loc.Offset : loc.Offset+loc.Size]; !bytes.Equal(got, want.data) {
				t.Fatalf("split at %d: %s lies at %+v, where there are other bytes", at, e.FullPath(), loc)
			}
		}
	}
	if inside == 0 || across == 0 {
		t.Errorf("%d items inside a part, %d not", inside, across)
	}
}
