package library

import (
	"context"
	"errors"
	"io/fs"
	"syscall"

	"github.com/openzim-mcp/openzim-mcp/zim"
)

// The errors that callers decide by.
var (
	ErrUnknownArchive = errors.New("library: no such archive")       // no archive or edition of that name
	ErrQuarantined    = errors.New("library: archive is not served") // known, but its file cannot be opened or read now; a [*Fault] says why
	ErrClosed         = errors.New("library: closed")
)

// A Reason is why an archive is not served, or not whole: a word for clients and metrics. The set is closed.
type Reason string

const (
	NotRegular   Reason = "not_regular"   // a directory, pipe, socket or device
	Outside      Reason = "outside"       // a symbolic link, or a name that leads out of the directory
	Permission   Reason = "permission"    // the file may not be read
	Missing      Reason = "missing"       // gone between being listed and being opened
	Truncated    Reason = "truncated"     // ends too early, or a part of the set is missing: often a download under way
	Malformed    Reason = "malformed"     // not a ZIM archive, or its header or tables are wrong
	Unsupported  Reason = "unsupported"   // a version or compression that is not read
	Damaged      Reason = "damaged"       // a structure inside is damaged
	TooLarge     Reason = "too_large"     // a limit of the options would be passed
	ReadFailures Reason = "read_failures" // three reads within a minute failed in the system or came up short; opened again after a minute
	Degraded     Reason = "degraded"      // served, but damaged inside: some of it cannot be read
	Unreadable   Reason = "unreadable"    // the system reports an error of its own, such as a failing disk
)

// A Fault is why a file is not served, or, of reason [Degraded], the damage found in one that is. Its text names no file and no
// host, so clients may see it. It unwraps to the cause, whose text may name the file, and to [ErrQuarantined] when
// the file is not served.
type Fault struct {
	Reason Reason
	Cause  error
}

// Error returns the reason and, when the archive's own bytes are to blame, the place and what is wrong there.
func (f *Fault) Error() string {
	text := "archive is " + string(f.Reason)
	var format *zim.FormatError
	var errno syscall.Errno
	switch {
	case errors.As(f.Cause, &format):
		text += ": " + format.Error()
	case errors.As(f.Cause, &errno):
		text += ": " + errno.Error()
	}
	return text
}

// Unwrap returns the cause, and ErrQuarantined unless the archive is served all the same.
func (f *Fault) Unwrap() []error {
	if f.Reason == Degraded {
		return []error{f.Cause}
	}
	return []error{ErrQuarantined, f.Cause}
}

// newFault gives err its reason.
func newFault(err error) *Fault {
	var fault *Fault
	if errors.As(err, &fault) {
		return fault
	}
	return &Fault{Reason: reasonOf(err), Cause: err}
}

// reasonOf tells the reason by the first error that fits: the more particular come first.
func reasonOf(err error) Reason {
	for _, r := range []struct {
		err    error
		reason Reason
	}{
		{errNotRegular, NotRegular},
		{errOutside, Outside},
		{zim.ErrTruncated, Truncated},
		{zim.ErrVersion, Unsupported},
		{zim.ErrCompression, Unsupported},
		{zim.ErrTooLarge, TooLarge},
		{zim.ErrFormat, Malformed},
		{zim.ErrCorrupt, Damaged},
		{zim.ErrChecksum, Damaged},
		{fs.ErrPermission, Permission},
		{fs.ErrNotExist, Missing},
	} {
		if errors.Is(err, r.err) {
			return r.reason
		}
	}
	return Unreadable
}

var (
	errNotRegular = errors.New("not a regular file")
	errOutside    = errors.New("a symbolic link, or outside of the directory")
)

// blamesFile reports whether err, which a read of an open archive gave, says that its file or disk is bad: not
// that the caller asked for something absent, too large or too slow.
func blamesFile(err error) bool {
	for _, innocent := range []error{
		nil, context.Canceled, context.DeadlineExceeded, zim.ErrClosed, zim.ErrNotFound, zim.ErrNoIndex, zim.ErrTooLarge,
		zim.ErrCompression, zim.ErrIsRedirect, zim.ErrRedirectLoop, ErrUnknownArchive, ErrQuarantined, ErrClosed,
	} {
		if errors.Is(err, innocent) {
			return false
		}
	}
	var format *zim.FormatError
	var errno syscall.Errno
	var path *fs.PathError
	return errors.As(err, &format) || errors.As(err, &errno) || errors.As(err, &path) || errors.Is(err, zim.ErrTruncated)
}
