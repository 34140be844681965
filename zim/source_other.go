//go:build !unix

package zim

// openFlags has nothing to add where there are no named pipes among files.
const openFlags = 0
