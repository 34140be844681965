//go:build !linux && !darwin && !freebsd

package links

// free does not know.
func free(string) (bytes int64, ok bool) { return 0, false }
