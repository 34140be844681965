package zim

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/openzim-mcp/openzim-mcp/zim/internal/raw"
	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

func TestMIMEList(t *testing.T) {
	for _, tc := range []struct {
		name, in string
		more     bool
		want     []string
		kind     error
	}{
		{"empty list", "\x00", false, nil, nil},
		{"one", "text/html\x00\x00", false, []string{"text/html"}, nil},
		{"in the order of the file", "b\x00a\x00\x00", false, []string{"b", "a"}, nil},
		{"equal ones", "a\x00a\x00\x00", false, []string{"a", "a"}, nil},
		{"parameters", "text/html; charset=utf-8\x00text/html;raw=true\x00\x00", false, []string{"text/html; charset=utf-8", "text/html;raw=true"}, nil},
		{"not UTF-8", "\xff\x00\x00", false, []string{"\xff"}, nil},
		{"what follows is another part", "a\x00\x00b\x00\x00", false, []string{"a"}, nil},
		{"nothing", "", false, nil, ErrFormat},
		{"a string without end", "text/html", false, nil, ErrFormat},
		{"a list without end", "text/html\x00", false, nil, ErrFormat},
		{"a string without end so far", "text/html", true, nil, raw.ErrShort},
		{"a list without end so far", "text/html\x00", true, nil, raw.ErrShort},
		{"an end is an end, also with more behind", "a\x00\x00", true, []string{"a"}, nil},
		{"as many as a dirent can name", strings.Repeat("a\x00", maxMIMETypes) + "\x00", false, slices.Repeat([]string{"a"}, maxMIMETypes), nil},
		{"one more", strings.Repeat("a\x00", maxMIMETypes+1) + "\x00", false, nil, ErrFormat},
	} {
		got, err := parseMIMEList([]byte(tc.in), 80, tc.more)
		wantKind(t, tc.name, err, tc.kind)
		if !slices.Equal(got, tc.want) {
			t.Errorf("%s: got %q, want %q", tc.name, got, tc.want)
		}
	}
}

// manyTypes has n items of as many types, each of length bytes.
func manyTypes(n, length int) zimtest.Archive {
	za := zimtest.Archive{OldLayout: true, NoCounter: true}
	for i := range n {
		e := zimtest.Page(fmt.Sprintf("A/%06d", i), "", "")
		e.MIME = fmt.Sprintf("type/%0*d", length-5, i)
		za.Entries = append(za.Entries, e)
	}
	return za
}

// TestLongMIMEList reads lists that do not end in the first read, nor in the second.
func TestLongMIMEList(t *testing.T) {
	for _, n := range []int{1, 50, 200, 3000} {
		a := openBuilt(t, manyTypes(n, 30), nil)
		if got := a.Info().MIMETypes; len(got) != n || got[n-1] != fmt.Sprintf("type/%025d", n-1) {
			t.Errorf("%d types: got %d", n, len(got))
		}
		if got, err := itemAt(t, a, fmt.Sprintf("A/%06d", n-1)).MIMEType(); err != nil || got != fmt.Sprintf("type/%025d", n-1) {
			t.Errorf("%d types: the last item has %q, %v", n, got, err)
		}
	}
}

func TestMIMEListLimit(t *testing.T) {
	b := manyTypes(200, 30).Bytes()
	openBytes(t, b, &Options{MaxMIMEList: 200*31 + 1})
	_, err := NewReader(bytes.NewReader(b), int64(len(b)), &Options{MaxMIMEList: 200 * 31})
	wantKind(t, "a byte too long", err, ErrFormat)
	b = manyTypes(40_000, 30).Bytes()
	_, err = NewReader(bytes.NewReader(b), int64(len(b)), nil)
	wantKind(t, "more than a megabyte", err, ErrFormat)
	if e := (*FormatError)(nil); !errors.As(err, &e) || e.Part != "MIME list" || e.Offset != headerSize {
		t.Errorf("got %#v", e)
	}
}

// TestMIMEListBound ends the list at whatever comes first in the file.
func TestMIMEListBound(t *testing.T) {
	good := pageArchive(func(za *zimtest.Archive) { za.OldLayout = true }).Bytes()
	openBytes(t, good, nil)
	h, _, err := parseHeader(good, uint64(len(good)), false)
	if err != nil {
		t.Fatal(err)
	}
	for at := headerSize; at < int(h.pathPtrPos); at++ {
		if good[at] == 0 && good[at+1] == 0 {
			bad := put(good, at+1, 1, 'x')
			_, err := NewReader(bytes.NewReader(bad), int64(len(bad)), nil)
			wantKind(t, "the last NUL is gone", err, ErrFormat)
		}
	}
}
