package lzma2

import (
	"errors"
	"fmt"
)

// What Decode fails with. The errors it returns wrap one of these and name the part.
var (
	// ErrMore says that src ends inside a header or a chunk. It is the only error after
	// which more bytes help.
	ErrMore = errors.New("lzma2: more input needed")

	// ErrCorrupt says that the bytes are no xz stream, or that a check does not match.
	ErrCorrupt = errors.New("lzma2: corrupt data")

	// ErrLimit says that the stream holds more than limit bytes. A larger limit helps.
	ErrLimit = errors.New("lzma2: output limit reached")

	// ErrUnsupported says that the stream is in order as far as it can be judged, but uses
	// another filter, another check or a flag that is not read.
	ErrUnsupported = errors.New("lzma2: unsupported xz feature")
)

// errMisuse is for the caller's mistake: dst is the dictionary, so it must come back as it was.
var errMisuse = errors.New("lzma2: dst is not what the last call returned")

func corrupt(reason string) error     { return fmt.Errorf("%w: %s", ErrCorrupt, reason) }
func unsupported(reason string) error { return fmt.Errorf("%w: %s", ErrUnsupported, reason) }
