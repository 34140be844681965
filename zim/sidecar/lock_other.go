//go:build !unix || solaris || illumos || aix

package sidecar

import "os"

// lock makes the file and holds nobody off: two builds at once would waste time and then fail where they meet.
func lock(name string) (unlock func(), err error) {
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	return func() { f.Close() }, nil
}
