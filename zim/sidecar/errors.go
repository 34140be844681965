package sidecar

import (
	"errors"
	"fmt"
)

// What an [Error] is about. Callers tell them apart with [errors.Is].
var (
	ErrAbsent  = errors.New("there is none")
	ErrStale   = errors.New("it was made of another archive")
	ErrSchema  = errors.New("it is of another version")
	ErrDamaged = errors.New("it is damaged")
	ErrBusy    = errors.New("another process builds it")
)

// An Error says why a sidecar cannot be used and what to do. Its text holds no path, and may be shown to clients.
type Error struct {
	Kind   Kind
	Err    error  // ErrAbsent, ErrStale, ErrSchema, ErrDamaged or ErrBusy
	Reason string // more of it, for people; may be empty
}

// Error returns one line that ends with the command that helps.
func (e *Error) Error() string {
	s := fmt.Sprintf("%s: %v", e.Kind.what(), e.Err)
	if e.Reason != "" {
		s += " (" + e.Reason + ")"
	}
	switch e.Err {
	case ErrBusy:
		return s + "; wait for it, or stop it"
	case ErrAbsent:
		return s + "; make it with: " + e.Kind.Command()
	}
	return s + "; make it anew with: " + e.Kind.Command()
}

// Unwrap returns e.Err.
func (e *Error) Unwrap() error { return e.Err }

// Damage returns an error that says that a sidecar of kind k is damaged.
func (k Kind) Damage(format string, args ...any) *Error {
	return &Error{Kind: k, Err: ErrDamaged, Reason: fmt.Sprintf(format, args...)}
}
