package search

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// indexed returns the bytes of a real archive with both indexes.
func indexed(t testing.TB) []byte {
	t.Helper()
	dir := os.Getenv("ZIM_TEST_DATA_DIR")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data", "zims")
	}
	data, err := os.ReadFile(filepath.Join(dir, "good", "c7b45e51_tonedear.com_en_2024-09.zim"))
	if err != nil {
		t.Skipf("no real archive to search: set ZIM_TEST_DATA_DIR to a folder with good/*.zim (%v)", err)
	}
	return data
}

func reader(t testing.TB, data []byte) *zim.Archive {
	t.Helper()
	a, err := zim.NewReader(bytes.NewReader(data), int64(len(data)), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	return a
}

var towns = zimtest.Archive{Minor: 1, Entries: []zimtest.Entry{
	zimtest.Page("C/a", "Harbour", "<p>a"), zimtest.Page("C/b", "Harbour master", "<p>b"), zimtest.Page("C/c", "Market", "<p>c"),
}}

// TestCompatWithoutIndex: full text says so, suggestions are a listing.
func TestCompatWithoutIndex(t *testing.T) {
	c := NewCompat(reader(t, towns.Bytes()), nil)
	if res, err := c.FullText(t.Context(), "harbour", CompatRange{Limit: 10}); !errors.Is(err, zim.ErrNoIndex) {
		t.Errorf("full text: %+v, %v", res, err)
	}
	got, err := c.Suggest(t.Context(), "Harb", CompatRange{From: 1, Limit: 10, Estimate: true})
	want := CompatResult{Hits: []CompatHit{{Path: "b", Namespace: 'C', Title: "Harbour master"}}, Estimate: 2, Matches: 2, Listed: true}
	if diff := cmp.Diff(got, want); err != nil || diff != "" {
		t.Errorf("suggestion: %v (-got +want)\n%s", err, diff)
	}
}

func TestCompatRange(t *testing.T) {
	c := NewCompat(reader(t, towns.Bytes()), nil)
	for _, r := range []CompatRange{{From: -1}, {Limit: -1}, {From: 10_001}, {From: 1, Limit: 10_000}} {
		if _, err := c.Suggest(t.Context(), "a", r); !errors.Is(err, errRange) {
			t.Errorf("%+v: %v", r, err)
		}
		if _, err := c.FullText(t.Context(), "a", r); !errors.Is(err, errRange) {
			t.Errorf("%+v: %v", r, err)
		}
	}
}

func TestCompatCancelled(t *testing.T) {
	c := NewCompat(reader(t, indexed(t)), nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.FullText(ctx, "the", CompatRange{Limit: 10}); !errors.Is(err, context.Canceled) {
		t.Errorf("full text: %v", err)
	}
	if _, err := c.Suggest(ctx, "a", CompatRange{Limit: 10}); !errors.Is(err, context.Canceled) {
		t.Errorf("suggestion: %v", err)
	}
}

// TestCompatPages: pages follow on each other.
func TestCompatPages(t *testing.T) {
	c := NewCompat(reader(t, indexed(t)), nil)
	for name, ask := range map[string]func(context.Context, string, CompatRange) (CompatResult, error){"full text": c.FullText, "suggestion": c.Suggest} {
		all, err := ask(t.Context(), "a", CompatRange{Limit: 100})
		if err != nil {
			t.Fatal(err)
		}
		var pages []CompatHit
		for from := range len(all.Hits) {
			page, err := ask(t.Context(), "a", CompatRange{From: from, Limit: 1})
			if err != nil {
				t.Fatal(err)
			}
			pages = append(pages, page.Hits...)
		}
		if diff := cmp.Diff(pages, all.Hits); diff != "" {
			t.Errorf("%s (-pages +all)\n%s", name, diff)
		}
	}
}

// TestCompatConcurrent asks the same from many goroutines, with room for hardly any block.
func TestCompatConcurrent(t *testing.T) {
	a := reader(t, indexed(t))
	queries := append(oddQueries[:20:20], "main", "trail", "loadng", "a b c")
	serial := NewCompat(a, nil)
	shared := NewCompat(a, &CompatOptions{CacheBytes: 200_000})
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range queries {
				q := queries[(i+g*3)%len(queries)]
				for _, ask := range []func(*Compat, context.Context, string, CompatRange) (CompatResult, error){(*Compat).FullText, (*Compat).Suggest} {
					r := CompatRange{Limit: 10, Estimate: true}
					want, err := ask(serial, t.Context(), q, r)
					got, err2 := ask(shared, t.Context(), q, r)
					if diff := cmp.Diff(got, want); diff != "" || (err == nil) != (err2 == nil) {
						t.Errorf("%q: %v, %v\n%s", q, err, err2, diff)
					}
				}
			}
		})
	}
	wg.Wait()
}

// usedBytes returns where in an archive the bytes of its indexes are that are not 0.
func usedBytes(t *testing.T, data []byte) (at []int) {
	t.Helper()
	a := reader(t, data)
	for _, path := range []string{"fulltext/xapian", "title/xapian"} {
		e, err := a.LookupNS(t.Context(), 'X', path)
		if err != nil {
			t.Fatal(err)
		}
		it, err := e.Item()
		if err != nil {
			t.Fatal(err)
		}
		loc, _, err := it.Location(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for i := loc.Offset; i < loc.Offset+loc.Size; i++ {
			if data[i] != 0 {
				at = append(at, int(i))
			}
		}
	}
	return at
}

// TestCompatDamaged searches archives with changed bytes: whatever comes of it, nothing
// panics or hangs.
func TestCompatDamaged(t *testing.T) {
	sound := indexed(t)
	random := rand.New(rand.NewPCG(1, 9))
	n := 300
	if os.Getenv("ZIM_SWEEP") == "full" {
		n = 20_000
	}
	failed, used := 0, usedBytes(t, sound)
	for range n {
		data := bytes.Clone(sound)
		for range 1 + random.IntN(12) {
			data[used[random.IntN(len(used))]] = byte(random.IntN(256))
		}
		a, err := zim.NewReader(bytes.NewReader(data), int64(len(data)), nil)
		if err != nil {
			continue
		}
		c := NewCompat(a, nil)
		for _, q := range []string{"a", "main page", "the-of", "tra", "--", "\"to the"} {
			r := CompatRange{Limit: 10, Estimate: true}
			if _, err := c.FullText(t.Context(), q, r); err != nil {
				failed++
			}
			if _, err := c.Suggest(t.Context(), q, r); err != nil {
				failed++
			}
		}
		a.Close()
	}
	t.Logf("%d of %d searches failed", failed, 12*n)
}

// FuzzCompat asks anything of a real archive, in both dialects.
func FuzzCompat(f *testing.F) {
	a := reader(f, indexed(f))
	for _, q := range oddQueries {
		f.Add(q)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, d := range []Dialect{Dialect8, Dialect9} {
			c := NewCompat(a, &CompatOptions{Dialect: d})
			r := CompatRange{Limit: 3, Estimate: true}
			full, err := c.FullText(t.Context(), text, r)
			if err != nil || uint64(len(full.Hits)) > full.Matches {
				t.Errorf("full text: %+v, %v", full, err)
			}
			titles, err := c.Suggest(t.Context(), text, r)
			if err != nil || uint64(len(titles.Hits)) > titles.Matches {
				t.Errorf("suggestion: %+v, %v", titles, err)
			}
		}
	})
}
