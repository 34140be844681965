package server

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"
)

const (
	cursorKeyBytes = 32
	cursorKeyFile  = "cursor.key" // in server.state_dir
)

// cursorKey returns the key that signs cursors: the one kept in dir, which is made there first
// when there is none. Without a directory it is empty: then the surface makes keys of what archives
// are, and no server needs to write anything.
func cursorKey(dir string) ([]byte, error) {
	if dir == "" {
		return nil, nil
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	key, err := readKey(root)
	if errors.Is(err, fs.ErrNotExist) {
		if err := makeKey(root); err != nil {
			return nil, err
		}
		key, err = readKey(root)
	}
	return key, err
}

func newKey() []byte {
	key := make([]byte, cursorKeyBytes)
	rand.Read(key) // never fails
	return key
}

// readKey reads the key and refuses one that was cut short, or that others could have read or written.
func readKey(root *os.Root) ([]byte, error) {
	info, err := root.Lstat(cursorKeyFile)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s is not a regular file", cursorKeyFile)
	case runtime.GOOS != "windows" && info.Mode().Perm()&0o037 != 0: // a group may read; Windows has no such bits
		return nil, fmt.Errorf("%s is open to others; set its mode to 0600, or to 0440 for a group, or remove it for a new one", cursorKeyFile)
	}
	f, err := root.Open(cursorKeyFile)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	key, err := io.ReadAll(io.LimitReader(f, cursorKeyBytes+1))
	if err == nil && len(key) != cursorKeyBytes {
		err = fmt.Errorf("%s does not have %d bytes; remove it for a new one", cursorKeyFile, cursorKeyBytes)
	}
	return key, err
}

// makeKey puts a key in place, whole, unless another process was faster.
func makeKey(root *os.Root) error {
	name := cursorKeyFile + "." + hex.EncodeToString(newKey()[:8])
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer root.Remove(name)
	_, err = f.Write(newKey())
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err = root.Link(name, cursorKeyFile); errors.Is(err, fs.ErrExist) {
		return nil
	}
	return err
}
