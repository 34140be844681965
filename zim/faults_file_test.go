package zim_test

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// file writes an archive into a file of its own, opens it and reads all of it.
func file(t *testing.T, b []byte) (name string, a *zim.Archive) {
	t.Helper()
	name = filepath.Join(t.TempDir(), "a.zim")
	put(t, name, b)
	a, err := zim.Open(name, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	if changed, err := a.Changed(); changed || err != nil {
		t.Fatalf("changed %v at once, %v", changed, err)
	}
	return name, a
}

func put(t *testing.T, name string, b []byte) {
	t.Helper()
	if err := os.WriteFile(name, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

func expectChanged(t *testing.T, a *zim.Archive) {
	t.Helper()
	if changed, err := a.Changed(); !changed || err != nil {
		t.Errorf("changed %v, %v; want true", changed, err)
	}
}

// expectSound opens the file again and reads it.
func expectSound(t *testing.T, name string, want facts, q question) {
	t.Helper()
	a, err := zim.Open(name, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	got, err := factsOf(t.Context(), a, q)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("opened again (-want +got):\n%s", diff)
	}
}

// A file cut off while it is open: an error that says so, Changed, and all is well once it
// is whole and opened again.
func TestFaultFileTruncated(t *testing.T) {
	b := faultBase()
	want, q := mustFacts(t, mustOpen(t, b, nil))
	for _, size := range []int64{0, 79, 1500, int64(len(b)) / 2, int64(len(b)) - 17} {
		name, a := file(t, b)
		if err := os.Truncate(name, size); err != nil {
			t.Fatal(err)
		}
		if _, err := factsOf(t.Context(), a, q); !errors.Is(err, zim.ErrTruncated) {
			t.Errorf("cut to %d bytes: %v, want %v", size, err, zim.ErrTruncated)
		}
		expectChanged(t, a)
		if _, err := zim.Open(name, nil); err == nil {
			t.Errorf("cut to %d bytes it opens", size)
		}
		put(t, name, b)
		expectSound(t, name, want, q)
	}
}

// A new edition moved into place: the open archive stays what it was.
func TestFaultFileReplaced(t *testing.T) {
	b := faultBase()
	want, q := mustFacts(t, mustOpen(t, b, nil))
	other := zimtest.RedirectChain(3).Bytes()
	otherWant, otherQ := mustFacts(t, mustOpen(t, other, nil))
	name, a := file(t, b)
	put(t, name+".new", other)
	if err := os.Rename(name+".new", name); err != nil {
		t.Fatal(err)
	}
	expectChanged(t, a)
	got, err := factsOf(t.Context(), a, q)
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("the old file is still open, %v (-want +got):\n%s", err, diff)
	}
	expectSound(t, name, otherWant, otherQ)
	if err := os.Remove(name); err != nil {
		t.Fatal(err)
	}
	expectChanged(t, a)
}

// Another archive copied over the open one, and half of one: no panic and errors of known
// kinds, as from any damaged file.
func TestFaultFileOverwritten(t *testing.T) {
	b := faultBase()
	for _, s := range zimtest.Samples() {
		name, a := file(t, b)
		if _, err := a.Lookup(t.Context(), "main.html"); err != nil {
			t.Fatal(err)
		}
		other := s.Archive.Bytes()
		f, err := os.OpenFile(name, os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.WriteAt(other[:min(len(other), len(b))], 0); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		later := time.Now().Add(time.Hour)
		if err := os.Chtimes(name, later, later); err != nil { // clocks may be coarse
			t.Fatal(err)
		}
		if err := exercise(t.Context(), a, nil); err != nil {
			t.Errorf("%s copied over it: %v", s.Name, err)
		}
		expectChanged(t, a)
		a.Close()
	}
}

// A part of a split set that is replaced changes the archive.
func TestFaultPartReplaced(t *testing.T) {
	b := faultBase()
	name := filepath.Join(t.TempDir(), "a.zim")
	for i, p := range zimtest.Split(b, 1000, 2000) {
		put(t, zimtest.PartName(name, i), p)
	}
	a, err := zim.Open(name, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if changed, err := a.Changed(); changed || err != nil {
		t.Fatalf("changed %v at once, %v", changed, err)
	}
	put(t, name+".new", b[1000:2000])
	if err := os.Rename(name+".new", zimtest.PartName(name, 1)); err != nil {
		t.Fatal(err)
	}
	expectChanged(t, a)
}

// What is no regular file is refused at once, and no file stays open after a failure.
func TestFaultNoFile(t *testing.T) {
	dir := t.TempDir()
	before := openFileCount(t)
	if _, err := zim.Open(dir, nil); !errors.Is(err, zim.ErrFormat) {
		t.Errorf("a directory: %v", err)
	}
	if _, err := zim.Open(filepath.Join(dir, "none.zim"), nil); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("nothing: %v", err)
	}
	for set, base := range damageBases() {
		for _, d := range zimtest.Damages() {
			name := filepath.Join(dir, set+d+".zim")
			put(t, name, zimtest.Damage(base.Bytes(), d))
			if a, err := zim.Open(name, &zim.Options{Strict: true}); err == nil {
				a.Close()
			}
		}
	}
	if after := openFileCount(t); after != before {
		t.Errorf("%d files are open, before it were %d", after, before)
	}
}

// openFileCount returns how many descriptors the process has, 0 where that cannot be told.
func openFileCount(t *testing.T) int {
	t.Helper()
	if runtime.GOOS != "linux" {
		return 0
	}
	list, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return 0
	}
	return len(list)
}
