//go:build !unix

package library

const openFlags = 0 // no pipes or devices by file name beneath a directory
