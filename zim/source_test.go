package zim

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// TestSourceRead reads over the ends of parts, empty ones among them.
func TestSourceRead(t *testing.T) {
	const text = "0123456789abcdef"
	for _, cuts := range [][]int{nil, {1}, {5, 5, 9}, {0, 3, 16}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, {0, 0, 16, 16}} {
		s := new(source)
		for _, p := range zimtest.Split([]byte(text), cuts...) {
			s.add(bytes.NewReader(p), int64(len(p)))
		}
		if s.size != 16 || len(s.parts)+s.empty != len(cuts)+1 {
			t.Errorf("cuts %v: size %d, %d parts, %d empty", cuts, s.size, len(s.parts), s.empty)
		}
		for off := range 17 {
			for n := range 17 - off {
				p := make([]byte, n)
				if err := s.read(p, uint64(off)); err != nil || string(p) != text[off:off+n] {
					t.Fatalf("cuts %v: %d bytes at %d: %q, %v", cuts, n, off, p, err)
				}
			}
			err := s.read(make([]byte, 17-off), uint64(off))
			wantKind(t, "past the end", err, ErrTruncated)
		}
	}
}

// TestSourceTellsTheTruth of readers that do not.
func TestSourceTellsTheTruth(t *testing.T) {
	eio := errors.New("input/output error")
	for _, tc := range []struct {
		name string
		r    io.ReaderAt
		kind error
	}{
		{"comes up short without an error", &zimtest.Faulty{Data: make([]byte, 100), Short: 3}, ErrTruncated},
		{"ends early", &zimtest.Faulty{Data: make([]byte, 100), End: 50}, ErrTruncated},
		{"is shorter than said", bytes.NewReader(make([]byte, 10)), ErrTruncated},
		{"fails", &zimtest.Faulty{Data: make([]byte, 100), Fail: func(int64) error { return eio }}, eio},
	} {
		s := new(source)
		s.add(tc.r, 100)
		wantKind(t, tc.name, s.read(make([]byte, 100), 0), tc.kind)
	}
}

// TestEmbedded reads an archive inside another file.
func TestEmbedded(t *testing.T) {
	b := pageArchive(nil).Bytes()
	for _, offset := range []int{0, 1, 8, 5000} {
		file := zimtest.Embed(b, offset, 6)
		a, err := NewReader(io.NewSectionReader(bytes.NewReader(file), int64(offset), int64(len(b))), int64(len(b)), &Options{Strict: true})
		if err != nil {
			t.Fatal(err)
		}
		if problems, notes := findings(t, a, CheckAll); len(problems)+len(notes) > 0 {
			t.Errorf("offset %d: %v, %v", offset, problems, notes)
		}
		if got, err := itemAt(t, a, "C/Zebra").Bytes(bg); err != nil || !strings.Contains(string(got), "striped") {
			t.Errorf("offset %d: %q, %v", offset, got, err)
		}
		_, err = NewReader(bytes.NewReader(file), int64(len(file)), nil)
		if offset > 0 {
			wantKind(t, "the whole file", err, ErrFormat)
		} else {
			wantKind(t, "the whole file", err, ErrFormat) // six bytes follow
		}
	}
}

func TestOpenFile(t *testing.T) {
	dir := t.TempDir()
	b := pageArchive(nil).Bytes()
	name := filepath.Join(dir, "x.zim")
	if err := os.WriteFile(name, b, 0o600); err != nil {
		t.Fatal(err)
	}
	a, err := Open(name, nil)
	if err != nil {
		t.Fatal(err)
	}
	if changed, err := a.Changed(); changed || err != nil {
		t.Errorf("Changed() = %v, %v", changed, err)
	}
	if err := os.Rename(name, name+".old"); err != nil {
		t.Fatal(err)
	}
	if changed, err := a.Changed(); !changed || err != nil {
		t.Errorf("renamed: Changed() = %v, %v", changed, err)
	}
	if _, err := itemAt(t, a, "C/Zebra").Bytes(bg); err != nil {
		t.Errorf("renamed: %v", err)
	}
	if err := a.Close(); err != nil {
		t.Error(err)
	}
	_, err = a.Changed()
	wantKind(t, "Changed after Close", err, ErrClosed)
	_, err = Open(name, nil)
	wantKind(t, "no such file", err, os.ErrNotExist)
}

// TestOpenFiles owns the files, also when they are no archive.
func TestOpenFiles(t *testing.T) {
	dir := t.TempDir()
	for i, b := range [][]byte{pageArchive(nil).Bytes(), []byte("no archive")} {
		name := filepath.Join(dir, "x")
		if err := os.WriteFile(name, b, 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		a, err := OpenFiles([]*os.File{f}, nil)
		if (err == nil) != (i == 0) {
			t.Fatal(err)
		}
		if err == nil {
			if changed, err := a.Changed(); changed || err != nil {
				t.Errorf("Changed() = %v, %v", changed, err)
			}
			a.Close()
		}
		if err := f.Close(); !errors.Is(err, os.ErrClosed) {
			t.Errorf("the file was left open: %v", err)
		}
	}
}
