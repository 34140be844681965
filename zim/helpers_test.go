package zim

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"runtime"
	"testing"
	"time"

	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

var bg = context.Background()

// openBytes opens an archive in memory, or fails the test.
func openBytes(t testing.TB, b []byte, opts *Options) *Archive {
	t.Helper()
	a, err := NewReader(bytes.NewReader(b), int64(len(b)), opts)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// openBuilt builds an archive and opens it.
func openBuilt(t testing.TB, za zimtest.Archive, opts *Options) *Archive {
	t.Helper()
	return openBytes(t, za.Bytes(), opts)
}

// pageArchive is a small archive of the new scheme, changed as told.
func pageArchive(change func(*zimtest.Archive)) zimtest.Archive {
	za := zimtest.Archive{Minor: 1, Entries: zimtest.Pages(), Metadata: zimtest.Metadata(), MainPage: "C/main.html"}
	if change != nil {
		change(&za)
	}
	return za
}

// itemAt returns the item with a full path, or fails the test.
func itemAt(t testing.TB, a *Archive, full string) Item {
	t.Helper()
	e, err := a.LookupNS(bg, full[0], full[2:])
	if err != nil {
		t.Fatalf("%s: %v", full, err)
	}
	it, err := e.Resolve(bg)
	if err != nil {
		t.Fatalf("%s: %v", full, err)
	}
	return it
}

// put writes an integer of width bytes into a copy of b.
func put(b []byte, at, width int, v uint64) []byte {
	b = bytes.Clone(b)
	var le [8]byte
	binary.LittleEndian.PutUint64(le[:], v)
	copy(b[at:at+width], le[:])
	return b
}

// wantKind fails the test unless err is of the kind; nil asks for no error.
func wantKind(t testing.TB, what string, err, kind error) {
	t.Helper()
	if kind == nil && err != nil || kind != nil && !errors.Is(err, kind) {
		t.Errorf("%s: got error %v, want %v", what, err, kind)
	}
}

// allocated returns how many bytes f allocates, kept or not.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// within fails the test if f takes longer than limit: what is to end must not hang the tests.
func within(t testing.TB, limit time.Duration, what string, f func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	select {
	case <-done:
	case <-time.After(limit):
		t.Fatalf("%s: still going on after %v", what, limit)
	}
}

// A sparse reader is a file of size bytes that holds head, tail at its end, and zeros between.
type sparse struct {
	size       int64
	head, tail []byte
	at         map[int64][]byte // more bytes, by offset
}

func (s *sparse) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 || off >= s.size {
		return 0, io.EOF
	}
	n := int(min(int64(len(p)), s.size-off))
	clear(p[:n])
	overlay(p[:n], off, s.head, 0)
	overlay(p[:n], off, s.tail, s.size-int64(len(s.tail)))
	for at, b := range s.at {
		overlay(p[:n], off, b, at)
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// overlay copies the bytes b, which lie at from, into p, which lies at off.
func overlay(p []byte, off int64, b []byte, from int64) {
	switch {
	case from >= off && from-off < int64(len(p)):
		copy(p[from-off:], b)
	case from < off && off-from < int64(len(b)):
		copy(p, b[off-from:])
	}
}
