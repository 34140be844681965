package library

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

func TestFaultNamesNoFile(t *testing.T) {
	for _, tt := range []struct {
		cause error
		want  string
	}{
		{&fs.PathError{Op: "read", Path: "/srv/secret/a.zim", Err: syscall.EIO}, "archive is unreadable: input/output error"},
		{&fs.PathError{Op: "open", Path: "/srv/secret/a.zim", Err: syscall.EACCES}, "archive is permission: permission denied"},
		{&fs.PathError{Op: "open", Path: "/srv/secret/a.zim", Err: errors.New("path escapes from parent")}, "archive is unreadable"},
		{fmt.Errorf("/srv/secret: %w", errOutside), "archive is outside"},
		{&zim.FormatError{Offset: 5, Part: "header", Entry: -1, Cluster: -1, Reason: "is short", Kind: zim.ErrTruncated},
			"archive is truncated: zim: archive ends too early: header at byte 5: is short"},
	} {
		got := newFault(fmt.Errorf("/srv/secret/b.zim: %w", tt.cause))
		if got.Error() != tt.want {
			t.Errorf("got %s, want %s", got, tt.want)
		}
		if !errors.Is(got, ErrQuarantined) || !errors.Is(got, tt.cause) {
			t.Errorf("%v hides its cause", got)
		}
	}
}

func TestBlamesFile(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want bool
	}{
		{nil, false},
		{context.Canceled, false},
		{fmt.Errorf("x: %w", context.DeadlineExceeded), false},
		{zim.ErrNotFound, false},
		{zim.ErrNoIndex, false},
		{zim.ErrClosed, false},
		{&zim.FormatError{Kind: zim.ErrTooLarge}, false},
		{&zim.FormatError{Kind: zim.ErrCompression}, false},
		{&zim.FormatError{Kind: zim.ErrRedirectLoop}, false},
		{errors.New("anything"), false},
		{&Fault{Reason: Truncated, Cause: zim.ErrTruncated}, false},
		{&zim.FormatError{Kind: zim.ErrCorrupt}, true},
		{&zim.FormatError{Kind: zim.ErrTruncated}, true},
		{fmt.Errorf("x: %w", syscall.EIO), true},
		{&fs.PathError{Op: "read", Path: "x", Err: syscall.ESTALE}, true},
	} {
		if got := blamesFile(tt.err); got != tt.want {
			t.Errorf("%v: got %v", tt.err, got)
		}
	}
}

// Every damage that keeps an archive from opening has a reason of its own kind, and keeps no other from being served.
func TestDamagesHaveReasons(t *testing.T) {
	dir := t.TempDir()
	good := edition("good", "2026-02-01")
	write(t, dir, map[string][]byte{"good.zim": good, "empty.zim": nil, "text.zim": []byte(strings.Repeat("text ", 100)), "cut.zim": good[:len(good)-1]})
	for _, name := range zimtest.Damages() {
		if b := zimtest.Damage(good, name); b != nil {
			write(t, dir, map[string][]byte{"d_" + name + ".zim": b})
		}
	}
	l := opened(t, nil, dir)
	if got := read(l, "good"); got != "good 2026-02-01" {
		t.Errorf("reads %s", got)
	}
	reasons := make(map[string]Reason)
	for _, s := range l.All() {
		reasons[s.File] = s.Reason
		if s.Err != nil && strings.Contains(s.Err.Error(), filepath.Base(dir)) {
			t.Errorf("%s: error names a path: %v", s.File, s.Err)
		}
		if s.Served != (s.Err == nil) {
			t.Errorf("%s: served %v with %v", s.File, s.Served, s.Err)
		}
	}
	for file, want := range map[string]Reason{
		"empty.zim": Truncated, "text.zim": Malformed, "cut.zim": Truncated, "good.zim": "",
		"d_smaller_than_header.zim": Truncated, "d_invalid_mimelistpos.zim": Malformed, "d_bad_mimetype_list.zim": Malformed,
	} {
		if got, seen := reasons[file]; !seen || got != want {
			t.Errorf("%s: got %q, want %q", file, got, want)
		}
	}
}
