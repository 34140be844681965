package terms

import (
	"errors"
	"fmt"
	"runtime/debug"
)

// An Error says that an index is damaged.
type Error struct{ Reason string }

// Error returns the reason.
func (e *Error) Error() string { return "terms: " + e.Reason }

// contain makes an error of a panic. It is deferred.
func contain(err *error) {
	if r := recover(); r != nil {
		*err = panicked(r)
	}
}

// panicked describes a panic of the decoder. Its text may hold bytes of the file, but no name of one.
func panicked(r any) *Error {
	return &Error{Reason: fmt.Sprintf("it cannot be decoded (%.100v)", r)}
}

// asDamage makes an [Error] of what the decoder complains of.
func asDamage(err error) error {
	var e *Error
	if err == nil || errors.As(err, &e) {
		return err
	}
	return &Error{Reason: err.Error()}
}

// faults has a fault of the memory mapping panic on this goroutine, where it can be recovered from, and returns what
// was set before.
func faults() bool { return debug.SetPanicOnFault(true) }
