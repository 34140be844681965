package sidecar

import (
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// A Sidecar is one that fits its archive. It holds nothing open.
type Sidecar struct {
	Dir string
	Manifest
}

// Open reads the manifest in dir and compares it with what is wanted: the kind, the version of its form and the archive.
// Then it compares the sizes of the files. It fails with an [*Error], or with an I/O error.
func Open(dir string, k Kind, schema int, of Key) (*Sidecar, error) {
	s, err := open(dir, k, schema, of)
	if errors.Is(err, ErrDamaged) { // it may have been replaced between the manifest and the files
		return open(dir, k, schema, of)
	}
	return s, err
}

func open(dir string, k Kind, schema int, of Key) (*Sidecar, error) {
	m, err := readManifest(dir)
	var d damage
	switch {
	case errors.Is(err, fs.ErrNotExist):
		e := &Error{Kind: k, Err: ErrAbsent}
		if _, err := readManifest(filepath.Join(dir, buildingName)); err == nil {
			e.Reason = "its making has not ended"
		}
		return nil, e
	case errors.As(err, &d):
		return nil, k.Damage("%s", d)
	case err != nil:
		return nil, err
	}
	if err := m.fits(k, schema, of); err != nil {
		return nil, err
	}
	s := &Sidecar{Dir: dir, Manifest: *m}
	for _, f := range m.Files {
		info, err := os.Lstat(s.Path(f))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil, k.Damage("%s is missing", f.Name)
		case err != nil:
			return nil, err
		case !info.Mode().IsRegular():
			return nil, k.Damage("%s is not a regular file", f.Name)
		case info.Size() != f.Size:
			return nil, k.Damage("%s has %d bytes instead of %d", f.Name, info.Size(), f.Size)
		}
	}
	return s, nil
}

// fits compares a manifest with what is wanted.
func (m *Manifest) fits(k Kind, schema int, of Key) error {
	switch {
	case m.Kind != k:
		return k.Damage("its manifest says that it is for %.20q", string(m.Kind))
	case m.Schema != schema:
		return &Error{Kind: k, Err: ErrSchema, Reason: fmt.Sprintf("version %d, not %d", m.Schema, schema)}
	case m.Archive.UUID != of.UUID:
		return &Error{Kind: k, Err: ErrStale, Reason: "the archive's UUID is another"}
	case m.Archive.Size != of.Size:
		return &Error{Kind: k, Err: ErrStale, Reason: "the archive's size is another"}
	case m.Archive.Checksum != of.Checksum:
		return &Error{Kind: k, Err: ErrStale, Reason: "the archive's checksum is another"}
	}
	return nil
}

// Path returns where a file of s lies.
func (s *Sidecar) Path(f File) string { return filepath.Join(s.Dir, f.Name) }

// A Reader is an open file of a sidecar.
type Reader interface {
	io.Reader
	io.ReaderAt
	io.Closer
}

// Reader opens a file of s. The caller closes it.
func (s *Sidecar) Reader(f File) (Reader, error) { return os.Open(s.Path(f)) }

// Check reads all files and compares their checksums. It fails with an [*Error] where one differs, with ctx's error or an
// I/O error.
func (s *Sidecar) Check(ctx context.Context) error {
	for _, f := range s.Files {
		sum, n, err := sumOf(ctx, s.Path(f))
		if err != nil {
			return err
		}
		if sum != f.CRC32C || n != f.Size {
			return s.Kind.Damage("the checksum of %s differs", f.Name)
		}
	}
	return nil
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// sumOf returns the checksum of a file and its length.
func sumOf(ctx context.Context, name string) (sum uint32, n int64, err error) {
	f, err := os.Open(name)
	if err != nil {
		return 0, 0, err
	}
	defer f.Close()
	buf := make([]byte, 256<<10)
	for ctx.Err() == nil {
		k, err := f.Read(buf)
		sum, n = crc32.Update(sum, castagnoli, buf[:k]), n+int64(k)
		if err == io.EOF {
			return sum, n, nil
		}
		if err != nil {
			return 0, 0, err
		}
	}
	return 0, 0, ctx.Err()
}
