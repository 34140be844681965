package library

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"
	"syscall"
)

// A door opens files beneath one directory, whose handle was taken once: names are resolved below it by the
// kernel, and none leads out. Safe for concurrent use until closed.
type door struct {
	root  *os.Root
	dir   *os.File // the same directory, for the system calls that os.Root does not make
	links bool     // follow symbolic links that stay inside
}

// openDoor takes the handle of an operator's directory. Links in dir itself are followed: the operator wrote it.
func openDoor(dir string, links bool) (*door, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	f, err := root.Open(".")
	if err != nil {
		root.Close()
		return nil, err
	}
	return &door{root: root, dir: f, links: links}, nil
}

func (d *door) Close() error { return errors.Join(d.dir.Close(), d.root.Close()) }

// file opens a regular file for reading. It never waits: not for the writer of a named pipe either. What was opened
// is judged, not what the name led to a moment ago.
func (d *door) file(name string) (*os.File, stamp, error) {
	f, err := d.open(name, 0)
	if err != nil {
		return nil, stamp{}, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = errNotRegular
	}
	if err != nil {
		f.Close()
		return nil, stamp{}, err
	}
	return f, stampOf(info), nil
}

// openRoot opens by os.Root, where the kernel cannot resolve beneath a handle by itself. Without links it looks at
// every element first; a link put there in between is followed, but still not out of the directory.
func (d *door) openRoot(name string, flags int) (*os.File, error) {
	if err := d.refuseLinks(name); err != nil {
		return nil, err
	}
	f, err := d.root.OpenFile(name, os.O_RDONLY|openFlags|flags, 0)
	return f, doorError(err)
}

// statRoot looks at name by os.Root, under the same rules.
func (d *door) statRoot(name string) (fs.FileInfo, error) {
	if err := d.refuseLinks(name); err != nil {
		return nil, err
	}
	info, err := d.root.Stat(name)
	return info, doorError(err)
}

// refuseLinks fails when an element of name is a symbolic link and links are not followed.
func (d *door) refuseLinks(name string) error {
	if d.links {
		return nil
	}
	for end := range len(name) + 1 {
		if end == 0 || end < len(name) && name[end] != '/' {
			continue
		}
		info, err := d.root.Lstat(name[:end])
		if err != nil {
			return doorError(err)
		}
		if info.Mode()&fs.ModeSymlink != 0 {
			return errOutside
		}
	}
	return nil
}

// doorError tells a name that leads out, which os.Root reports by text alone, from other failures.
func doorError(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) && (errors.Is(p.Err, syscall.ELOOP) || strings.Contains(p.Err.Error(), "escapes")) {
		return fmt.Errorf("%w: %w", errOutside, err)
	}
	return err
}

// entries calls fn for every name in the directory called name ("." is the door's own), in the order of the file
// system, until fn returns false. It reads a thousand names at a time.
func (d *door) entries(name string, fn func(fs.DirEntry) bool) error {
	f, err := d.open(name, directoryFlag)
	if err != nil {
		return err
	}
	defer f.Close()
	for {
		list, err := f.ReadDir(1024)
		for _, e := range list {
			if !fn(e) {
				return nil
			}
		}
		if err != nil || len(list) == 0 {
			return eofIsEnd(err)
		}
	}
}

// below joins names beneath a door; "." is the door itself.
func below(dir, name string) string { return path.Join(dir, name) }

// files opens the parts of one archive, all or none.
func (d *door) files(names []string) (parts []*os.File, stamps []stamp, err error) {
	for _, name := range names {
		f, s, err := d.file(name)
		if err != nil {
			for _, f := range parts {
				f.Close()
			}
			return nil, nil, err
		}
		parts, stamps = append(parts, f), append(stamps, s)
	}
	return parts, stamps, nil
}
