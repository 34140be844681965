//go:build unix

package zim

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// TestOpenWhatIsNoFile refuses directories, devices and pipes, and waits for none.
func TestOpenWhatIsNoFile(t *testing.T) {
	dir := t.TempDir()
	pipe := filepath.Join(dir, "pipe.zim")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skip("no named pipes here:", err)
	}
	empty := filepath.Join(dir, "empty.zim")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, kind := range map[string]error{dir: ErrFormat, pipe: ErrFormat, "/dev/null": ErrFormat, empty: ErrTruncated} {
		within(t, 5*time.Second, name, func() {
			_, err := Open(name, nil)
			wantKind(t, name, err, kind)
		})
	}
}
