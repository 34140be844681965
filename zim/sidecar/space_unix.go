//go:build linux || darwin || freebsd

package sidecar

import "syscall"

// Free returns how many bytes can be written below dir, which must exist; ok is false where that cannot be told.
func Free(dir string) (bytes uint64, ok bool) {
	var st syscall.Statfs_t
	if syscall.Statfs(dir, &st) != nil {
		return 0, false
	}
	return uint64(st.Bavail) * uint64(st.Bsize), true
}
