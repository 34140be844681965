//go:build linux || darwin || freebsd

package links

import "golang.org/x/sys/unix"

// free returns how many bytes a directory's disk has left for us; ok is false when it does not say.
func free(dir string) (bytes int64, ok bool) {
	var st unix.Statfs_t
	if unix.Statfs(dir, &st) != nil {
		return 0, false
	}
	return int64(uint64(st.Bavail) * uint64(st.Bsize)), true
}
