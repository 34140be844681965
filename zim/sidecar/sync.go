package sidecar

import (
	"bufio"
	"errors"
	"hash/crc32"
	"os"
	"runtime"
)

// A summed counts and sums what is written.
type summed struct {
	w   *bufio.Writer
	n   int64
	sum uint32
}

// Write passes p on.
func (s *summed) Write(p []byte) (int, error) {
	n, err := s.w.Write(p)
	s.n, s.sum = s.n+int64(n), crc32.Update(s.sum, castagnoli, p[:n])
	return n, err
}

// syncFile has a file on the disk.
func syncFile(name string) error {
	f, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// syncDir has the names in a directory on the disk, where a system lets directories be opened.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
