package zim

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// maxParts is how many two-letter endings there are, aa to zz.
const maxParts = 26 * 26

// files are the open parts of an archive, with what they were when they were opened.
type files struct {
	list  []*os.File
	infos []os.FileInfo
	names []string // empty when the archive was given open files
}

// openFiles opens the file called name, or the split set whose first part it names.
func openFiles(name string) (*files, error) {
	if strings.HasSuffix(name, ".zimaa") {
		return openSet(strings.TrimSuffix(name, "aa"))
	}
	f, err := openFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		if set, err := openSet(name); err == nil {
			return set, nil
		}
	}
	if err != nil {
		return nil, err
	}
	return &files{list: []*os.File{f}, names: []string{name}}, nil
}

// openSet opens stem + "aa", "ab" and on, up to the first that does not exist.
func openSet(stem string) (*files, error) {
	set := new(files)
	for i := range maxParts {
		name := stem + string([]byte{'a' + byte(i/26), 'a' + byte(i%26)})
		f, err := openFile(name)
		if errors.Is(err, fs.ErrNotExist) && i > 0 {
			break
		}
		if err != nil {
			set.Close()
			return nil, err
		}
		set.list, set.names = append(set.list, f), append(set.names, name)
	}
	return set, nil
}

// openFile does not wait for the writer of a named pipe: only regular files are read, and
// those are told apart after opening, on the descriptor.
func openFile(name string) (*os.File, error) {
	return os.OpenFile(name, os.O_RDONLY|openFlags, 0)
}

// source judges the files by their descriptors and strings them together.
func (f *files) source() (*source, error) {
	s := &source{closer: f}
	for _, file := range f.list {
		info, err := file.Stat()
		if err != nil {
			return nil, fmt.Errorf("zim: %w", err)
		}
		if !info.Mode().IsRegular() {
			return nil, formatError(ErrFormat, "file", 0, "not a regular file")
		}
		f.infos = append(f.infos, info)
		s.add(file, info.Size())
	}
	return s, nil
}

// changed reports whether a file is no longer what it was when it was opened, or its name
// leads to another one.
func (f *files) changed() (bool, error) {
	for i, file := range f.list {
		now, err := file.Stat()
		if err != nil {
			return false, readError(err, 0, 0)
		}
		if now.Size() != f.infos[i].Size() || !now.ModTime().Equal(f.infos[i].ModTime()) {
			return true, nil
		}
		if f.names == nil {
			continue
		}
		if there, err := os.Stat(f.names[i]); err != nil || !os.SameFile(there, now) {
			return true, nil
		}
	}
	return false, nil
}

// Close closes all files and returns what went wrong.
func (f *files) Close() error {
	var errs []error
	for _, file := range f.list {
		errs = append(errs, file.Close())
	}
	return errors.Join(errs...)
}
