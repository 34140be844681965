// Package zim reads ZIM archives (openZIM), versions 5 and 6.
// It is safe for files from strangers and for concurrent use.
package zim
