package server

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
)

func TestCursorKey(t *testing.T) {
	if key, err := cursorKey(""); err != nil || len(key) != 0 {
		t.Fatalf("without a directory: %x %v", key, err)
	}
	dir := t.TempDir()
	var keys [8][]byte
	var group sync.WaitGroup
	for i := range keys { // replicas that start together on one directory
		group.Go(func() { keys[i], _ = cursorKey(dir) })
	}
	group.Wait()
	for _, k := range keys {
		if len(k) != cursorKeyBytes || !bytes.Equal(k, keys[0]) {
			t.Errorf("got %x and %x", k, keys[0])
		}
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 1 {
		t.Errorf("left in the directory: %v %v", left, err)
	}
	if info, err := left[0].Info(); runtime.GOOS != "windows" && (err != nil || info.Mode().Perm() != 0o600) {
		t.Errorf("%v %v", info.Mode(), err)
	}
}

func TestCursorKeyIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		make func(file string) error
		want string
	}{
		"short":          {func(f string) error { return os.WriteFile(f, []byte("x"), 0o600) }, "does not have 32 bytes"},
		"a directory":    {func(f string) error { return os.Mkdir(f, 0o700) }, "not a regular file"},
		"a link":         {func(f string) error { return os.Symlink("/etc/hostname", f) }, "not a regular file"},
		"read by others": {func(f string) error { return os.WriteFile(f, make([]byte, 32), 0o644) }, "open to others"},
	} {
		if runtime.GOOS == "windows" && name == "read by others" {
			continue
		}
		dir := t.TempDir()
		if err := c.make(filepath.Join(dir, cursorKeyFile)); err != nil {
			t.Fatal(err)
		}
		if key, err := cursorKey(dir); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %x %v", name, key, err)
		}
		cfg := quick(dir)
		cfg.Server.StateDir = dir
		if _, err := New(t.Context(), cfg, Process{}); err == nil || !strings.Contains(err.Error(), "server.state_dir: ") {
			t.Errorf("%s: the start says %v", name, err)
		}
	}
	if _, err := cursorKey(filepath.Join(t.TempDir(), "missing")); err == nil {
		t.Error("a missing directory gave a key")
	}
}
