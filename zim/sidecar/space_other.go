//go:build !linux && !darwin && !freebsd

package sidecar

// Free returns how many bytes can be written below dir; ok is false where that cannot be told.
func Free(string) (bytes uint64, ok bool) { return 0, false }
