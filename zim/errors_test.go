package zim

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"testing"
)

func TestErrorsAreTheirOwn(t *testing.T) {
	all := []error{ErrNotFound, ErrNoIndex, ErrFormat, ErrVersion, ErrCorrupt, ErrTruncated, ErrTooLarge, ErrCompression, ErrIsRedirect,
		ErrRedirectLoop, ErrChecksum, ErrClosed}
	for i, x := range all {
		for j, y := range all {
			if errors.Is(x, y) != (i == j) {
				t.Errorf("%v is %v: %v", x, y, i != j)
			}
		}
		if is := errors.Is(x, fs.ErrNotExist); is != (x == ErrNotFound) {
			t.Errorf("%v is fs.ErrNotExist: %v", x, is)
		}
		if is := errors.Is(x, fs.ErrClosed); is != (x == ErrClosed) {
			t.Errorf("%v is fs.ErrClosed: %v", x, is)
		}
		wrapped := fmt.Errorf("more: %w", &FormatError{Kind: x, Entry: -1, Cluster: -1})
		if !errors.Is(wrapped, x) {
			t.Errorf("%v is not found in %v", x, wrapped)
		}
	}
}

func TestFormatErrorText(t *testing.T) {
	for _, tc := range []struct {
		err  *FormatError
		want string
	}{
		{formatError(ErrFormat, "header", 24, "%d entries", 3), "zim: not a valid archive: header at byte 24: 3 entries"},
		{entryError(ErrCorrupt, "dirent", 7, 99, "too short"), "zim: archive is damaged: dirent of entry 7 at byte 99: too short"},
		{clusterError(ErrTooLarge, 0, 1<<40, "too long"), "zim: larger than the limit: cluster 0 at byte 1099511627776: too long"},
	} {
		if got := tc.err.Error(); got != tc.want {
			t.Errorf("got  %q\nwant %q", got, tc.want)
		}
	}
}

func TestReadError(t *testing.T) {
	eio := errors.New("input/output error")
	for _, tc := range []struct{ in, want error }{
		{io.EOF, ErrTruncated}, {io.ErrUnexpectedEOF, ErrTruncated}, {fmt.Errorf("x: %w", io.EOF), ErrTruncated},
		{fs.ErrClosed, ErrClosed}, {os.ErrClosed, ErrClosed}, {eio, eio},
	} {
		wantKind(t, tc.in.Error(), readError(tc.in, 5, 6), tc.want)
	}
	if lasting(readError(eio, 5, 6)) || lasting(ErrClosed) || !lasting(readError(io.EOF, 5, 6)) {
		t.Error("what lasts is told apart wrongly")
	}
	if damages(clusterError(ErrTooLarge, 1, 1, "x")) || !damages(clusterError(ErrCorrupt, 1, 1, "x")) || damages(eio) {
		t.Error("what is damage is told apart wrongly")
	}
}
