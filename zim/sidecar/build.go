package sidecar

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// buildingName is the directory of a build that has not ended.
const buildingName = "building"

// A Build is a sidecar that is being made. It is kept on disk from step to step, so that one that was broken off, even by
// the end of the process, goes on where it was. One process at a time builds a sidecar. A Build is for one goroutine, but for
// Write, Adopt, Reader and Path.
type Build struct {
	dir      string // of the sidecar
	manifest Manifest
	resumed  bool
	unlock   func()
}

// Begin makes a sidecar's directory, takes the lock on it and reads what an earlier build left. What is left of a build of
// another archive, kind or version is removed. It fails with an [*Error] of [ErrBusy] while another process builds.
// Close must be called.
func Begin(dir string, k Kind, schema int, of Key) (*Build, error) {
	b := &Build{dir: dir, manifest: Manifest{Kind: k, Schema: schema, Archive: of}}
	if err := os.MkdirAll(b.Dir(), 0o700); err != nil {
		return nil, err
	}
	unlock, err := lock(filepath.Join(dir, lockName))
	if errors.Is(err, ErrBusy) {
		return nil, &Error{Kind: k, Err: ErrBusy}
	} else if err != nil {
		return nil, err
	}
	b.unlock = unlock
	if err := b.resume(); err != nil {
		unlock()
		return nil, err
	}
	return b, nil
}

// resume takes over the manifest of an earlier build and its files, if they fit. Anything else in the directory goes.
func (b *Build) resume() error {
	m, err := readManifest(b.Dir())
	if err == nil && m.fits(b.manifest.Kind, b.manifest.Schema, b.manifest.Archive) == nil {
		s := Sidecar{Dir: b.Dir(), Manifest: *m}
		// A file that was not written out when the machine stopped is found here: what is not whole is made again.
		m.Files = slices.DeleteFunc(m.Files, func(f File) bool {
			sum, n, err := sumOf(context.Background(), s.Path(f))
			return err != nil || sum != f.CRC32C || n != f.Size
		})
		b.manifest, b.resumed = *m, true
	}
	keep := []string{}
	if b.resumed {
		keep = append(keep, manifestName)
	}
	return tidy(b.Dir(), b.manifest.Files, keep)
}

// Dir returns the directory in which the files of the build lie.
func (b *Build) Dir() string { return filepath.Join(b.dir, buildingName) }

// Resumed reports whether an earlier build is continued.
func (b *Build) Resumed() bool { return b.resumed }

// Files returns what the build has so far.
func (b *Build) Files() []File { return slices.Clone(b.manifest.Files) }

// Detail reads what Save wrote of an earlier build. It reports false when there is nothing, or nothing that fits into v.
func (b *Build) Detail(v any) bool {
	return len(b.manifest.Detail) > 0 && json.Unmarshal(b.manifest.Detail, v) == nil
}

// Write makes a file of the build, whole or not at all: under another name first, and on the disk before it gets its own.
// Save makes it part of the build.
func (b *Build) Write(name string, write func(io.Writer) error) (File, error) {
	if !plainName(name) {
		return File{}, fmt.Errorf("sidecar: %q is no name of a file", name)
	}
	return writeFile(filepath.Join(b.Dir(), name), write)
}

// Adopt does the same for a file that something else wrote into Dir under a temporary name.
func (b *Build) Adopt(temporary, name string) (File, error) {
	from, to := filepath.Join(b.Dir(), temporary), filepath.Join(b.Dir(), name)
	if err := syncFile(from); err != nil {
		return File{}, err
	}
	sum, n, err := sumOf(context.Background(), from)
	if err != nil {
		return File{}, err
	}
	if err := os.Chmod(from, 0o600); err != nil {
		return File{}, err
	}
	return File{Name: name, Size: n, CRC32C: sum}, os.Rename(from, to)
}

// Path returns where a file of the build lies.
func (b *Build) Path(name string) string { return filepath.Join(b.Dir(), name) }

// Reader opens a file of the build. The caller closes it.
func (b *Build) Reader(f File) (Reader, error) { return os.Open(b.Path(f.Name)) }

// Drop removes files of the build that Save does not list any more. What cannot be removed is found by the next Begin.
func (b *Build) Drop(files []File) {
	for _, f := range files {
		os.Remove(b.Path(f.Name))
	}
}

// Rename gives a file of the build another name.
func (b *Build) Rename(f File, name string) (File, error) {
	err := os.Rename(b.Path(f.Name), b.Path(name))
	f.Name = name
	return f, err
}

// Save keeps the state of the build: the files that it has, and what is to be known of them.
func (b *Build) Save(files []File, detail any) error {
	data, err := json.Marshal(detail)
	if err != nil {
		return err
	}
	b.manifest.Files, b.manifest.Detail = slices.Clone(files), data
	return writeManifest(b.Dir(), &b.manifest)
}

// Finish makes a sidecar of files of the build, in place of one that is there. Readers of that keep their open files. The
// names of files should tell their content, as [Named] does: then at no moment a manifest lists what is not there.
func (b *Build) Finish(files []File, detail any) error {
	data, err := json.Marshal(detail)
	if err != nil {
		return err
	}
	done := b.manifest
	done.Files, done.Detail = slices.Clone(files), data
	for _, f := range files {
		if err := os.Rename(filepath.Join(b.Dir(), f.Name), filepath.Join(b.dir, f.Name)); err != nil {
			return err
		}
	}
	if err := writeManifest(b.dir, &done); err != nil {
		return err
	}
	if err := os.RemoveAll(b.Dir()); err != nil {
		return err
	}
	return tidy(b.dir, files, []string{manifestName, lockName})
}

// Discard removes what the build has made so far. Only Close may be called after it.
func (b *Build) Discard() {
	os.RemoveAll(b.Dir())
	if _, err := os.Stat(filepath.Join(b.dir, manifestName)); errors.Is(err, fs.ErrNotExist) {
		os.RemoveAll(b.dir)
		removeEmpty(filepath.Dir(b.dir))
	}
}

// Close gives the lock back. What was saved stays for the next build.
func (b *Build) Close() { b.unlock() }

// tidy removes from dir all but the files and what else is to be kept.
func tidy(dir string, files []File, keep []string) error {
	list, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range list {
		name := e.Name()
		if slices.Contains(keep, name) || slices.ContainsFunc(files, func(f File) bool { return f.Name == name }) {
			continue
		}
		if err := os.RemoveAll(filepath.Join(dir, name)); err != nil {
			return err
		}
	}
	return nil
}

// lockName is the file that a build holds a lock on.
const lockName = "lock"

// Named returns a name that tells the content: prefix, the checksum in hexadecimal, and the ending.
func Named(prefix string, f File, ending string) string {
	return fmt.Sprintf("%s-%08x%s", prefix, f.CRC32C, ending)
}

// Remove deletes a sidecar, finished or not, and the directory around it when nothing else is in there. It fails with an
// [*Error] of [ErrAbsent] when there is none, and of [ErrBusy] while it is being built.
func Remove(dir string, k Kind) error {
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return &Error{Kind: k, Err: ErrAbsent}
	} else if err != nil {
		return err
	}
	unlock, err := lock(filepath.Join(dir, lockName))
	if errors.Is(err, ErrBusy) {
		return &Error{Kind: k, Err: ErrBusy}
	} else if err != nil {
		return err
	}
	defer unlock()
	if err := os.Remove(filepath.Join(dir, manifestName)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err // first: without it nobody opens the rest
	}
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	removeEmpty(filepath.Dir(dir))
	return nil
}

// removeEmpty removes the directory around sidecars when the last one has gone.
func removeEmpty(dir string) {
	if strings.HasSuffix(dir, suffix) {
		os.Remove(dir) // fails while another kind is in it
	}
}

// writeManifest replaces the manifest in dir.
func writeManifest(dir string, m *Manifest) error {
	_, err := writeFile(filepath.Join(dir, manifestName), func(w io.Writer) error {
		e := json.NewEncoder(w)
		e.SetIndent("", " ")
		return e.Encode(m)
	})
	return err
}

// writeFile writes a file beside the place where it is to be, has it on the disk, and moves it there.
func writeFile(name string, write func(io.Writer) error) (File, error) {
	tmp, err := os.CreateTemp(filepath.Dir(name), ".tmp-*") // mode 0600
	if err != nil {
		return File{}, err
	}
	defer os.Remove(tmp.Name()) // after the rename there is nothing to remove
	s := &summed{w: bufio.NewWriterSize(tmp, 64<<10)}
	err = write(s)
	if err == nil {
		err = s.w.Flush()
	}
	if err == nil {
		err = tmp.Sync()
	}
	if err := errors.Join(err, tmp.Close()); err != nil {
		return File{}, err
	}
	if err := os.Rename(tmp.Name(), name); err != nil {
		return File{}, err
	}
	return File{Name: filepath.Base(name), Size: s.n, CRC32C: s.sum}, syncDir(filepath.Dir(name))
}
