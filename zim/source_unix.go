//go:build unix

package zim

import "syscall"

// openFlags keep an open from waiting for a named pipe's writer.
const openFlags = syscall.O_NONBLOCK
