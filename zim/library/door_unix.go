//go:build unix && !linux

package library

import "syscall"

const openFlags = syscall.O_NONBLOCK | syscall.O_CLOEXEC | syscall.O_NOCTTY
