package zim

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
)

// A sentinel is an error that is also one of the io/fs errors.
type sentinel struct {
	text string
	is   error
}

func (e *sentinel) Error() string        { return e.text }
func (e *sentinel) Is(target error) bool { return e.is != nil && target == e.is }

// The errors that callers decide by. Where a place in the archive is to blame they come
// wrapped in a [*FormatError].
var (
	ErrNotFound     error = &sentinel{"zim: not found", fs.ErrNotExist} // no such entry, title, key or checksum; is fs.ErrNotExist
	ErrNoIndex      error = &sentinel{text: "zim: archive has no full-text index"}
	ErrFormat       error = &sentinel{text: "zim: not a valid archive"}                 // header, tables or MIME list: the archive cannot be opened
	ErrVersion      error = &sentinel{text: "zim: major version is neither 5 nor 6"}    // another format
	ErrCorrupt      error = &sentinel{text: "zim: archive is damaged"}                  // a dirent, a list or a cluster
	ErrTruncated    error = &sentinel{text: "zim: archive ends too early"}              // often an unfinished download
	ErrTooLarge     error = &sentinel{text: "zim: larger than the limit"}               // a limit of Options would be passed
	ErrCompression  error = &sentinel{text: "zim: compression is not supported"}        // zlib, bzip2, unknown, or an xz feature that is not read
	ErrIsRedirect   error = &sentinel{text: "zim: entry is a redirect"}                 // an item was asked of a redirect
	ErrRedirectLoop error = &sentinel{text: "zim: redirects do not end"}                // more than Options.MaxRedirects hops
	ErrChecksum     error = &sentinel{text: "zim: checksum does not match"}             // the MD5 of the archive
	ErrClosed       error = &sentinel{text: "zim: archive is closed", is: fs.ErrClosed} // is fs.ErrClosed
)

// A FormatError says where an archive breaks the format. It unwraps to one of the
// errors above.
type FormatError struct {
	Offset  int64  // byte in the archive where the bad structure starts
	Part    string // "header", "MIME list", "dirent", "title list", "cluster", ...
	Entry   int64  // entry index, or -1
	Cluster int64  // cluster number, or -1
	Reason  string // what is wrong, without the offset
	Kind    error  // ErrFormat, ErrCorrupt, ...
}

// Error names the part, where it lies and what is wrong with it.
func (e *FormatError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%v: %s", e.Kind, e.Part)
	if e.Entry >= 0 {
		fmt.Fprintf(&b, " of entry %d", e.Entry)
	}
	if e.Cluster >= 0 {
		fmt.Fprintf(&b, " %d", e.Cluster)
	}
	fmt.Fprintf(&b, " at byte %d: %s", e.Offset, e.Reason)
	return b.String()
}

// Unwrap returns Kind.
func (e *FormatError) Unwrap() error { return e.Kind }

// formatError is a FormatError that blames neither an entry nor a cluster.
func formatError(kind error, part string, off uint64, reason string, args ...any) *FormatError {
	return &FormatError{Offset: int64(off), Part: part, Entry: -1, Cluster: -1, Reason: fmt.Sprintf(reason, args...), Kind: kind}
}

// entryError blames the entry whose dirent lies at off.
func entryError(kind error, part string, index uint32, off uint64, reason string, args ...any) *FormatError {
	e := formatError(kind, part, off, reason, args...)
	e.Entry = int64(index)
	return e
}

func clusterError(kind error, number uint32, off uint64, reason string, args ...any) *FormatError {
	e := formatError(kind, "cluster", off, reason, args...)
	e.Cluster = int64(number)
	return e
}

// lasting reports whether err is a property of the archive's bytes rather than of this
// attempt to read them.
func lasting(err error) bool {
	e := (*FormatError)(nil)
	return errors.As(err, &e)
}

func asFormatError(err error, e **FormatError) bool { return errors.As(err, e) }

// damages reports whether err says that bytes are wrong: not that they are more than a limit
// allows, nor that the file came up short, which can pass.
func damages(err error) bool {
	e := (*FormatError)(nil)
	return asFormatError(err, &e) && e.Part != "file" && !errors.Is(err, ErrTooLarge)
}

// readError turns the error of a read of n bytes at off into one of ours.
func readError(err error, off uint64, n int) error {
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return formatError(ErrTruncated, "file", off, "ends within the next %d bytes", n)
	case errors.Is(err, fs.ErrClosed):
		return ErrClosed
	}
	return fmt.Errorf("zim: reading %d bytes at %d: %w", n, off, err)
}
