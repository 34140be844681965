// Package raw reads integers and strings out of bytes that may lie.
//
// It is the one door through which the bytes of an archive become numbers. A [Reader]
// keeps the first error it meets, so that a parser reads all its fields in a straight
// line and looks at [Reader.Err] once. [Within] and [Table] compare positions and counts
// from a file with its size without overflow.
package raw
