package zim

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// TestEntriesAll compares iteration with reading by index, in every sample.
func TestEntriesAll(t *testing.T) {
	for _, s := range zimtest.Samples() {
		a := openBuilt(t, s.Archive, nil)
		next := uint32(0)
		for e, err := range a.Entries(bg, 0) {
			if err != nil {
				t.Fatalf("%s: %v", s.Name, err)
			}
			want, err := a.Entry(bg, e.Index())
			if err != nil || e.Index() != next || e.FullPath() != want.FullPath() || e.Title() != want.Title() {
				t.Fatalf("%s: entry %d is %q, by index %q, %v", s.Name, next, e.FullPath(), want.FullPath(), err)
			}
			next++
		}
		if next != a.Info().Entries {
			t.Errorf("%s: %d of %d entries", s.Name, next, a.Info().Entries)
		}
	}
}

// TestEntriesApart iterates over dirents that lie in any order and apart from one another.
func TestEntriesApart(t *testing.T) {
	za := zimtest.Archive{Minor: 1, NoCounter: true, NoTitleV0: true, NoTitleV1: true, Compression: zimtest.Stored}
	for i := range 300 {
		za.Entries = append(za.Entries, zimtest.Page(fmt.Sprintf("C/%03d", i), strings.Repeat("t", i*7%900), ""))
	}
	b := za.Bytes()
	h, _, err := parseHeader(b, uint64(len(b)), false)
	if err != nil {
		t.Fatal(err)
	}
	// The same dirents once more at the end, in another order.
	body := slices.Clone(b[:h.end])
	for i := range uint64(300) {
		n := i * 101 % 300
		from := offsetAt(b[h.pathPtrPos+8*n:], 8)
		d, err := parseDirent(b[from:], maxDirent)
		if err != nil {
			t.Fatal(err)
		}
		copy(body[h.pathPtrPos+8*n:], put(make([]byte, 8), 0, 8, uint64(len(body))))
		body = append(body, b[from:from+uint64(d.size)]...)
	}
	body = append(put(body, 72, 8, uint64(len(body))), make([]byte, 16)...)
	a := openBytes(t, body, nil)
	n := 0
	for e, err := range a.Entries(bg, 'C') {
		if err != nil || e.Path() != fmt.Sprintf("%03d", n) {
			t.Fatalf("entry %d: %q, %v", n, e.d.path, err)
		}
		n++
	}
	if n != 300 {
		t.Errorf("%d entries", n)
	}
	for i := range 300 {
		if e, err := a.LookupNS(bg, 'C', fmt.Sprintf("%03d", i)); err != nil || e.Index() != uint32(i) {
			t.Fatalf("%03d: %v", i, err)
		}
	}
}

// TestIteratorsStop when the loop does, and read no more than what was asked for.
func TestIteratorsStop(t *testing.T) {
	a := openBuilt(t, pageArchive(nil), nil)
	for n := 1; n < 4; n++ {
		got := 0
		for range a.Entries(bg, 0) {
			if got++; got == n {
				break
			}
		}
		for range a.Articles(bg) {
			if got++; got == 2*n {
				break
			}
		}
		for range a.ByCluster(bg) {
			if got++; got == 3*n {
				break
			}
		}
		if got != 3*n {
			t.Errorf("%d, want %d", got, 3*n)
		}
	}
	got := 0
	for range openBytes(t, zimtest.Damage(pageArchive(nil).Bytes(), "cluster_index_out_of_range"), nil).Verify(bg, CheckAll) {
		got++
		break
	}
	if got != 1 {
		t.Errorf("%d findings", got)
	}
}

// TestIteratorsAgain can be ranged over twice.
func TestIteratorsAgain(t *testing.T) {
	a := openBuilt(t, pageArchive(nil), nil)
	seq := a.Entries(bg, 'C')
	count := func() (n int) {
		for range seq {
			n++
		}
		return n
	}
	if x, y := count(), count(); x != y || x == 0 {
		t.Errorf("%d, then %d", x, y)
	}
}

// TestIteratorsEnd with the context's error, once.
func TestIteratorsEnd(t *testing.T) {
	za := pageArchive(nil)
	for i := range 3 * batchPointers {
		za.Entries = append(za.Entries, zimtest.Page(fmt.Sprintf("C/z%05d", i), "", "x"))
	}
	a := openBuilt(t, za, nil)
	for name, loop := range map[string]func(ctx context.Context, f func(error) bool){
		"Entries": func(ctx context.Context, f func(error) bool) {
			for _, err := range a.Entries(ctx, 0) {
				if !f(err) {
					return
				}
			}
		},
		"Articles": func(ctx context.Context, f func(error) bool) {
			for _, err := range a.Articles(ctx) {
				if !f(err) {
					return
				}
			}
		},
		"ByCluster": func(ctx context.Context, f func(error) bool) {
			for _, err := range a.ByCluster(ctx) {
				if !f(err) {
					return
				}
			}
		},
	} {
		ctx, cancel := context.WithCancel(bg)
		n, failed := 0, 0
		loop(ctx, func(err error) bool {
			if n++; n == 5 {
				cancel()
			}
			if err != nil {
				failed++
				wantKind(t, name, err, context.Canceled)
			}
			return n < 100_000
		})
		cancel()
		if failed > 1 || n > 4*batchPointers || n >= 3*batchPointers && failed == 0 {
			t.Errorf("%s: %d steps, %d errors", name, n, failed)
		}
	}
}

// TestIterationGoesOn behind entries that cannot be read.
func TestIterationGoesOn(t *testing.T) {
	good := pageArchive(nil).Bytes()
	h, _, err := parseHeader(good, uint64(len(good)), false)
	if err != nil {
		t.Fatal(err)
	}
	for bad := range h.entries {
		a := openBytes(t, put(good, int(h.pathPtrPos)+8*int(bad), 8, 3), nil)
		n := uint32(0)
		for e, err := range a.Entries(bg, 0) {
			fe := (*FormatError)(nil)
			if (err != nil) != (n == bad) || err == nil && e.Index() != n || err != nil && (!errors.As(err, &fe) || fe.Entry != int64(bad)) {
				t.Fatalf("entry %d is bad: at %d: %v", bad, n, err)
			}
			n++
		}
		if n != h.entries {
			t.Errorf("entry %d is bad: %d of %d", bad, n, h.entries)
		}
	}
}
