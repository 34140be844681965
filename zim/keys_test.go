package zim

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

func TestKeyPositions(t *testing.T) {
	for _, tc := range []struct {
		limit int
		n     uint32
		slots int
	}{{65536, 0, 0}, {65536, 1, 1}, {65536, 7, 7}, {7, 100, 7}, {1, 100, 1}, {-1, 100, 0}, {65536, 1 << 20, 65536}, {3, none32, 3}} {
		k := newKeys(tc.limit, tc.n)
		if got := len(k.table()); got != tc.slots {
			t.Errorf("%d keys for %d records: %d slots, want %d", tc.limit, tc.n, got, tc.slots)
			continue
		}
		last := int64(-1)
		for s := range tc.slots {
			pos := k.position(s)
			if int64(pos) <= last || pos >= tc.n {
				t.Fatalf("%d keys for %d records: slot %d stands for %d, the one before for %d", tc.limit, tc.n, s, pos, last)
			}
			last = int64(pos)
		}
		if tc.slots > 0 && k.position(0) != 0 {
			t.Errorf("%d keys for %d records: the first slot stands for %d", tc.limit, tc.n, k.position(0))
		}
	}
}

// TestKeysAreBounded keeps neither long keys nor more than 4 MiB.
func TestKeysAreBounded(t *testing.T) {
	k := newKeys(65536, 65536)
	slots := k.table()
	k.keep(&slots[0], strings.Repeat("x", maxKey+1))
	if slots[0].Load() != nil {
		t.Error("a key of 257 bytes is kept")
	}
	k.keep(&slots[0], strings.Repeat("x", maxKey))
	if slots[0].Load() == nil {
		t.Error("a key of 256 bytes is not kept")
	}
	kept := 0
	for i := range slots {
		k.keep(&slots[i], strings.Repeat("y", maxKey))
		if p := slots[i].Load(); p != nil {
			kept += len(*p)
		}
	}
	if kept > maxKeyBytes+maxKey || kept < maxKeyBytes*9/10 {
		t.Errorf("%d bytes of keys are kept", kept)
	}
	if before := k.bytes.Load(); before > 0 {
		k.keep(&slots[0], "another")
		if *slots[0].Load() == "another" || k.bytes.Load() != before {
			t.Error("a filled slot was filled again")
		}
	}
}

// TestKeysOutOfOrder stop being used once they are found to lead nowhere. Searches then still
// find what can be found.
func TestKeysOutOfOrder(t *testing.T) {
	za := zimtest.Archive{Minor: 1, NoCounter: true, NoTitleV0: true, NoTitleV1: true}
	for i := range 2000 {
		za.Entries = append(za.Entries, zimtest.Page(fmt.Sprintf("C/%04d", i), "", "x"))
	}
	b := za.Bytes()
	h, _, err := parseHeader(b, uint64(len(b)), false)
	if err != nil {
		t.Fatal(err)
	}
	// Entry 1000, where every search begins, changes places with the first.
	at := int(h.pathPtrPos)
	swapped := put(put(b, at, 8, offsetAt(b[at+8000:], 8)), at+8000, 8, offsetAt(b[at:], 8))
	a := openBytes(t, swapped, nil)
	for i := range 2000 {
		path := fmt.Sprintf("%04d", i)
		e, err := a.LookupNS(bg, 'C', path)
		if err == nil && e.Path() != path {
			t.Fatalf("asked for %s, got %s", path, e.Path())
		}
		if err != nil && i > 1000 {
			t.Errorf("%s: %v", path, err)
		}
	}
	for i := range uint32(2000) {
		if _, err := a.Entry(bg, i); err != nil {
			t.Errorf("entry %d: %v", i, err)
		}
	}
	_, err = NewReader(strings.NewReader(string(swapped)), int64(len(swapped)), &Options{Strict: true})
	wantKind(t, "strict", err, ErrCorrupt)
}

// TestKeysConcurrently fills the same slots from many goroutines.
func TestKeysConcurrently(t *testing.T) {
	za := zimtest.Archive{Minor: 1, NoCounter: true}
	for i := range 3000 {
		za.Entries = append(za.Entries, zimtest.Page(fmt.Sprintf("C/%04d", i), "", "x"))
	}
	a := openBuilt(t, za, nil)
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := g; i < 3000; i += 3 {
				if e, err := a.LookupNS(bg, 'C', fmt.Sprintf("%04d", i)); err != nil || e.Index() != uint32(i) {
					t.Errorf("%04d: entry %d, %v", i, e.Index(), err)
					return
				}
			}
		})
	}
	wg.Wait()
}
