// Package library is a set of archives found in directories, opened safely and reloaded while serving.
//
// An operator names directories and files; clients name archives by short names. Between the two stands an
// immutable set, swapped as a whole: a call takes an archive out of it with [Library.Acquire], and what it took
// stays open until it lets go, whatever happens to the file meanwhile. A file that cannot be opened or read is
// quarantined with a reason, and looked at again; the others are served.
//
// No text a client sends reaches the file system. Files are opened beneath a directory handle taken at
// [Open], never by a joined name, and judged by what was opened.
package library
