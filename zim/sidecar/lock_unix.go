//go:build unix && !solaris && !illumos && !aix

package sidecar

import (
	"errors"
	"os"
	"syscall"
)

// lock takes a lock that ends with the process, however that ends. It fails with [ErrBusy] while another holds it.
func lock(name string) (unlock func(), err error) {
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, ErrBusy
		}
		return nil, err
	}
	if gone(name, f) { // whoever held it removed the sidecar
		f.Close()
		return nil, ErrBusy
	}
	return func() { f.Close() }, nil
}

// gone reports that name does not lead to f any more.
func gone(name string, f *os.File) bool {
	there, err := os.Stat(name)
	if err != nil {
		return true
	}
	mine, err := f.Stat()
	return err != nil || !os.SameFile(there, mine)
}
