package glass

import (
	"errors"
	"fmt"
)

// The errors that callers decide by. Where a place in the index is to blame they come
// wrapped in an [*Error]. Errors of the reader below pass through unchanged in kind.
var (
	ErrUnsupported = errors.New("glass: not an index of a known format") // another magic or version: as if there were no index
	ErrCorrupt     = errors.New("glass: index is damaged")
	ErrTooLarge    = errors.New("glass: larger than the limit") // a bound of Options would be passed
	ErrClosed      = errors.New("glass: index is closed")
)

// An Error says where an index breaks the format. It unwraps to one of the errors above.
type Error struct {
	Offset int64  // byte in the index where the bad structure starts; add where the index begins in the archive
	Part   string // "version block", "postlist block", "postings", "values", ...
	Reason string // what is wrong, without the offset
	Kind   error  // ErrCorrupt, ErrUnsupported or ErrTooLarge
}

// Error names the part, where it lies and what is wrong with it.
func (e *Error) Error() string {
	return fmt.Sprintf("%v: %s at byte %d: %s", e.Kind, e.Part, e.Offset, e.Reason)
}

// Unwrap returns Kind.
func (e *Error) Unwrap() error { return e.Kind }

func corrupt(part string, off int64, reason string, args ...any) error {
	return &Error{Offset: off, Part: part, Reason: fmt.Sprintf(reason, args...), Kind: ErrCorrupt}
}
