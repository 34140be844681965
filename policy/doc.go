// Package policy decides what a caller may ask for. It reads nothing.
//
// Every string a client sends passes through one Parse function here, once, at the door. What comes out is a
// value of its own type, bounded in length and of known spelling; what does not pass is an [*Error] that names
// the field, the limit and what would be right. Each function's comment lists its rules and what it does not
// check: above all, nothing here knows which archives or entries exist.
//
// The functions are pure: no I/O, no clock, no state. All are safe for concurrent use.
package policy
