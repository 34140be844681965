package zim

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// storedArchive holds some uncompressed bytes and a compressed page.
func storedArchive() zimtest.Archive {
	return zimtest.Archive{Minor: 1, Entries: []zimtest.Entry{
		zimtest.Page("C/page", "Page", "<p>compressed"),
		{Path: "X/blob", MIME: "application/octet-stream", Data: bytes.Repeat([]byte("0123456789"), 1000)},
	}}
}

// TestStored reads bytes in place, in one piece and over parts of every length.
func TestStored(t *testing.T) {
	whole := storedArchive().Bytes()
	want := bytes.Repeat([]byte("0123456789"), 1000)
	for _, size := range []int{len(whole), 1000, 977, 4096} {
		a, err := NewSplitReader(cut(whole, size), nil)
		if err != nil {
			t.Fatal(err)
		}
		s, ok, err := itemAt(t, a, "X/blob").Stored(bg)
		if err != nil || !ok || s.Size() != int64(len(want)) {
			t.Fatalf("parts of %d: %d bytes, %v, %v", size, s.Size(), ok, err)
		}
		if at := s.Offset(); !bytes.Equal(whole[at:at+s.Size()], want) {
			t.Errorf("parts of %d: it does not begin at %d", size, at)
		}
		got, err := io.ReadAll(io.NewSectionReader(s, 0, s.Size()))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("parts of %d: %d bytes, %v", size, len(got), err)
		}
		if _, ok, err := itemAt(t, a, "C/page").Stored(bg); ok || err != nil {
			t.Errorf("compressed: %v, %v", ok, err)
		}
	}
}

func cut(b []byte, size int) (parts []*io.SectionReader) {
	for at := 0; at < len(b); at += size {
		parts = append(parts, io.NewSectionReader(bytes.NewReader(b), int64(at), int64(min(size, len(b)-at))))
	}
	return parts
}

func TestStoredReadAt(t *testing.T) {
	a := openBuilt(t, storedArchive(), nil)
	s, _, err := itemAt(t, a, "X/blob").Stored(bg)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		off  int64
		n    int
		want string
		err  error
	}{
		{0, 3, "012", nil},
		{9998, 2, "89", nil},
		{9998, 5, "89", io.EOF},
		{10000, 1, "", io.EOF},
		{1 << 40, 1, "", io.EOF},
		{-1, 1, "", errContentSeek},
	} {
		p := make([]byte, row.n)
		n, err := s.ReadAt(p, row.off)
		if string(p[:n]) != row.want || err != row.err {
			t.Errorf("%d bytes at %d: %q, %v; want %q, %v", row.n, row.off, p[:n], err, row.want, row.err)
		}
	}
	a.Close()
	if _, err := s.ReadAt(make([]byte, 1), 0); !errors.Is(err, ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
}

func TestOnClose(t *testing.T) {
	a := openBuilt(t, storedArchive(), nil)
	var calls []string
	a.OnClose(func() { calls = append(calls, "one") })
	a.OnClose(func() {
		calls = append(calls, "two")
		a.Close() // of no effect, and no deadlock
	})
	a.Close()
	a.Close()
	a.OnClose(func() { calls = append(calls, "late") })
	if len(calls) != 3 || calls[0] != "one" || calls[1] != "two" || calls[2] != "late" {
		t.Errorf("called %v", calls)
	}
}
