package zim_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/openzim-mcp/openzim-mcp/zim"
)

// realDataDir returns the folder of archives that others made, with subfolders good, damaged,
// split and embedded and the list MANIFEST.tsv. They are not part of the repository.
func realDataDir() (string, error) {
	dir := os.Getenv("ZIM_TEST_DATA_DIR")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared", "data", "zims")
	}
	_, err := os.Stat(filepath.Join(dir, "MANIFEST.tsv"))
	return dir, err
}

// realData is realDataDir for tests that are skipped without.
func realData(t testing.TB) string {
	t.Helper()
	dir, err := realDataDir()
	if err != nil {
		t.Skipf("no real archives to read: set ZIM_TEST_DATA_DIR to a folder with MANIFEST.tsv (%v)", err)
	}
	return dir
}

// A realFile is a row of the manifest.
type realFile struct {
	name   string // below the folder, with slashes: "good/1234abcd_small.zim"
	path   string // of the file on this machine
	origin string // where the original project has it: "test/data/nons/small.zim"
}

// realFiles returns the manifest's files of one subfolder, in its order.
func realFiles(t testing.TB, sub string) []realFile {
	t.Helper()
	dir := realData(t)
	f, err := os.Open(filepath.Join(dir, "MANIFEST.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma, r.LazyQuotes, r.FieldsPerRecord = '\t', true, -1
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var files []realFile
	for _, row := range rows[1:] {
		if strings.HasPrefix(row[0], sub+"/") {
			files = append(files, realFile{row[0], filepath.Join(dir, filepath.FromSlash(row[0])), row[4]})
		}
	}
	if len(files) == 0 {
		t.Skipf("no files below %s/ in MANIFEST.tsv", sub)
	}
	return files
}

// readFile returns a file's bytes.
func readFile(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// sections finds the archive inside an embedded file: in one piece, or in parts of 2048 bytes
// from 17 on with 18 bytes between, as zim-testing-suite makes them. The size is in the header.
func sections(t testing.TB, name string, b []byte) []*io.SectionReader {
	t.Helper()
	at := bytes.Index(b, []byte("ZIM\x04"))
	if at < 0 || len(b)-at < 80 {
		t.Fatalf("%s: no archive inside", name)
	}
	size := int64(binary.LittleEndian.Uint64(b[at+72:])) + 16
	r := bytes.NewReader(b)
	if !strings.HasSuffix(name, ".multi") {
		return []*io.SectionReader{io.NewSectionReader(r, int64(at), size)}
	}
	var parts []*io.SectionReader
	const part, between = 2048, 18
	for off := int64(at); size > 0; off += part + between {
		n := min(size, part)
		parts = append(parts, io.NewSectionReader(r, off, n))
		size -= n
	}
	return parts
}

// join returns what the parts hold together.
func join(t testing.TB, parts []*io.SectionReader) []byte {
	t.Helper()
	var all []byte
	for _, p := range parts {
		b, err := io.ReadAll(io.NewSectionReader(p, 0, p.Size()))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, b...)
	}
	return all
}

// openBytes opens an archive in memory.
func openBytes(b []byte, opts *zim.Options) (*zim.Archive, error) {
	return zim.NewReader(bytes.NewReader(b), int64(len(b)), opts)
}

// mustOpen is openBytes for an archive that has to open. It is closed at the test's end.
func mustOpen(t testing.TB, b []byte, opts *zim.Options) *zim.Archive {
	t.Helper()
	a, err := openBytes(b, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	return a
}

// kinds are the errors callers decide by, with their names.
var kinds = []struct {
	name string
	err  error
}{
	{"ErrClosed", zim.ErrClosed}, {"ErrNotFound", zim.ErrNotFound}, {"ErrFormat", zim.ErrFormat}, {"ErrVersion", zim.ErrVersion},
	{"ErrCorrupt", zim.ErrCorrupt}, {"ErrTruncated", zim.ErrTruncated}, {"ErrTooLarge", zim.ErrTooLarge},
	{"ErrCompression", zim.ErrCompression}, {"ErrIsRedirect", zim.ErrIsRedirect}, {"ErrRedirectLoop", zim.ErrRedirectLoop},
	{"ErrChecksum", zim.ErrChecksum}, {"ErrNoIndex", zim.ErrNoIndex}, {"canceled", context.Canceled}, {"deadline", context.DeadlineExceeded},
}

// kindOf names the kind of err: "" for nil, "other" for an error of no known kind.
func kindOf(err error) string {
	if err == nil {
		return ""
	}
	for _, k := range kinds {
		if errors.Is(err, k.err) {
			return k.name
		}
	}
	return "other"
}

// found runs Verify and returns the checks that found damage, and those that only noted
// something.
func found(t testing.TB, a *zim.Archive, checks zim.Checks) (damage, notes zim.Checks) {
	t.Helper()
	for p, err := range a.Verify(t.Context(), checks) {
		if err != nil {
			t.Errorf("Verify: %v", err)
			return damage, notes
		}
		if p.Note {
			notes |= p.Check
		} else {
			damage |= p.Check
		}
	}
	return damage, notes
}
