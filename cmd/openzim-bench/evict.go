package main

import (
	"os"

	"golang.org/x/sys/unix"
)

// evict asks the kernel to drop the file's pages. Pages that a process maps stay, as do those of a disk
// behind the disk: cold means cold for this kernel.
func evict(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	return unix.Fadvise(int(f.Fd()), 0, 0, unix.FADV_DONTNEED)
}

// preload reads the file once, so that what follows is warm.
func preload(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	buf := make([]byte, 1<<20)
	for {
		n, err := f.Read(buf)
		if n == 0 || err != nil {
			return ignoreEOF(err)
		}
	}
}
