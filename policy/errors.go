package policy

import (
	"fmt"
	"strings"
)

// An Error says which argument was refused and what would have been right. It holds only what the caller
// sent or may know: no file name, no host, no text of another error. Its words are fixed but for numbers,
// Allowed and DidYouMean, so it is safe to show to clients and to log.
type Error struct {
	Field      string   // the argument as the client spells it: "archive", "id", "query"
	Reason     string   // what is wrong with it, a phrase: "is empty", "is too long"
	Allowed    []string // what would be right: values of an enumeration, or forms such as "archive/path"
	DidYouMean []string // nearest legal values, best first; empty when nothing is near
	Limit      int      // the bound that was passed; 0 when the refusal is not about a bound
	Got        int      // what was sent, in the unit of Limit; meaningful when Limit is not 0
}

// Error returns one sentence: field, reason, limit and length, what is allowed, what may have been meant.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Field)
	b.WriteByte(' ')
	b.WriteString(e.Reason)
	if e.Limit != 0 {
		fmt.Fprintf(&b, ": limit %d, got %d", e.Limit, e.Got)
	}
	if len(e.Allowed) > 0 {
		b.WriteString("; allowed: ")
		b.WriteString(strings.Join(e.Allowed, ", "))
	}
	if len(e.DidYouMean) > 0 {
		b.WriteString("; did you mean ")
		b.WriteString(strings.Join(e.DidYouMean, " or "))
		b.WriteByte('?')
	}
	return b.String()
}

// refuse makes the plain kind of Error.
func refuse(field, reason string, allowed ...string) *Error {
	return &Error{Field: field, Reason: reason, Allowed: allowed}
}

// tooLong makes the kind that tells limit and length. unit completes "is too long, in …".
func tooLong(field, unit string, limit, got int) *Error {
	return &Error{Field: field, Reason: "is too long, in " + unit, Limit: limit, Got: got}
}
