package synth

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/openzim-mcp/openzim-mcp/zim"
)

// write makes an archive with small clusters, so that few entries need many of them.
func write(t *testing.T, o Options) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "synthetic.zim")
	if o.ClusterBytes == 0 {
		o.ClusterBytes = 32 << 10
	}
	st, err := Write(t.Context(), name, o)
	if err != nil {
		t.Fatal(err)
	}
	if fi, err := os.Stat(name); err != nil || fi.Size() != st.Size {
		t.Fatalf("size: got %v, %v, want %d", fi, err, st.Size)
	}
	return name
}

func shapes() map[string]Options {
	return map[string]Options{
		"one entry":       {Entries: 1},
		"few":             {Entries: 7, Minor: 1},
		"clusters repeat": {Entries: 1500, Distinct: 3, MeanBytes: 1000, Minor: 2},
		"no redirects":    {Entries: 300, Redirects: -1, MeanBytes: 500},
		"no images":       {Entries: 300, Images: -1, MeanBytes: 500},
		"mostly images":   {Entries: 300, Redirects: -1, Images: 90, Minor: 1, MeanBytes: 500},
		"another seed":    {Entries: 300, Seed: 99, MeanBytes: 500},
	}
}

// Every archive passes every check of the reader: structure, order, checksum, redirects and decoding.
func TestArchiveIsValid(t *testing.T) {
	for name, o := range shapes() {
		t.Run(name, func(t *testing.T) {
			arc, err := zim.Open(write(t, o), &zim.Options{Strict: true})
			if err != nil {
				t.Fatal(err)
			}
			defer arc.Close()
			for p, err := range arc.Verify(t.Context(), zim.CheckAll) {
				if err != nil {
					t.Fatal(err)
				}
				t.Errorf("problem: %v", p.Err)
			}
		})
	}
}

// Each entry is found under its path, and holds what the layout says.
func TestArchiveContent(t *testing.T) {
	o := Options{Entries: 400, MeanBytes: 700, Distinct: 2, ClusterBytes: 32 << 10}
	arc, err := zim.Open(write(t, o), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer arc.Close()
	o, err = o.withDefaults()
	if err != nil {
		t.Fatal(err)
	}
	l := newLayout(o)
	for i, at := range l.each() {
		path := string(l.names.appendPath(nil, i))
		e, err := arc.Lookup(t.Context(), path)
		if err != nil {
			t.Fatalf("lookup %q: %v", path, err)
		}
		if got, want := e.Index(), uint32(i); got != want {
			t.Fatalf("index of %q: got %d, want %d", path, got, want)
		}
		if got, want := e.IsRedirect(), l.kind(i) == redirect; got != want {
			t.Fatalf("redirect %q: got %v, want %v", path, got, want)
		}
		checkEntry(t, l, i, at, e)
	}
}

func checkEntry(t *testing.T, l *layout, i uint64, at place, e zim.Entry) {
	t.Helper()
	if e.IsRedirect() {
		target, err := e.Target(t.Context())
		if err != nil || target.Index() != l.target(i) {
			t.Fatalf("target of %q: got %v, %v, want %d", e.Path(), target.Index(), err, l.target(i))
		}
		return
	}
	it, err := e.Item()
	if err != nil {
		t.Fatal(err)
	}
	if it.Cluster() != at.cluster || it.Blob() != at.blob {
		t.Fatalf("place of %q: got %d/%d, want %v", e.Path(), it.Cluster(), it.Blob(), at)
	}
	b, err := it.Bytes(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if l.kind(i) == imageItem && !bytes.Equal(b, l.appendImage(nil, i)) {
		t.Fatalf("image %q has other bytes", e.Path())
	}
	if l.kind(i) == textItem && !bytes.HasPrefix(b, []byte("<!DOCTYPE html>")) {
		t.Fatalf("text %q begins %.20q", e.Path(), b)
	}
}

func TestMetadataAndCounts(t *testing.T) {
	arc, err := zim.Open(write(t, Options{Entries: 500, MeanBytes: 300}), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer arc.Close()
	counts, err := arc.Counts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	counter, err := arc.Counter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if counts.User != 500 || counts.Articles != counter["text/html"] || counts.Media != counter["image/webp"] {
		t.Errorf("got %+v beside counter %v", counts, counter)
	}
	main, err := arc.MainPage(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if it, err := main.Resolve(t.Context()); err != nil || it.Entry().Index() != 0 {
		t.Errorf("main page: got %v, %v, want entry 0", it, err)
	}
	if _, err := arc.Illustration(t.Context(), 48, 48, 1); err != nil {
		t.Errorf("illustration: %v", err)
	}
}

func TestEqualOptionsGiveEqualArchives(t *testing.T) {
	sum := func(seed uint64) string {
		b, err := os.ReadFile(write(t, Options{Entries: 200, MeanBytes: 300, Seed: seed}))
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprintf("%x", sha256.Sum256(b))
	}
	if a, b := sum(1), sum(1); a != b {
		t.Errorf("the same seed gives %s and %s", a, b)
	}
	if a, b := sum(1), sum(2); a == b {
		t.Error("two seeds give the same archive")
	}
}

func TestCorpus(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"a.txt": "first text, long enough to cut. ", "b.bin": "\x00\xff", "c.txt": "second text"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := readCorpus(dir)
	if want := "first text, long enough to cut. second text"; err != nil || string(got) != want {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
	write(t, Options{Entries: 50, Corpus: dir, MeanBytes: 200})
	if _, err := readCorpus(t.TempDir()); err == nil {
		t.Error("an empty corpus is taken")
	}
}

func TestCancelLeavesNoFile(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	name := filepath.Join(t.TempDir(), "x.zim")
	if _, err := Write(ctx, name, Options{Entries: 100}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
	if _, err := os.Stat(name); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the file is still there: %v", err)
	}
}

// What another implementation thinks of the archives.
func TestZimcheck(t *testing.T) {
	zimcheck, err := exec.LookPath("zimcheck")
	if err != nil {
		t.Skip("zimcheck (Debian: zim-tools) is not installed")
	}
	for name, o := range shapes() {
		if o.Minor == 0 {
			o.Minor = 2 // zimcheck before 3.6 cannot read archives without title listing v0
		}
		t.Run(name, func(t *testing.T) {
			out, err := exec.Command(zimcheck, "-C", "-I", write(t, o)).CombinedOutput()
			if err != nil || !bytes.Contains(out, []byte("Status: Pass")) {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}
