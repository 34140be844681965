package glass_test

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
	"github.com/openzim-mcp/openzim-mcp/zim/internal/glass"
)

// A blob is an index of a test: where it is from, and how to read it.
type blob struct {
	name string
	r    io.ReaderAt
	size int64
}

// bytes returns the whole index.
func (b blob) bytes(t testing.TB) []byte {
	t.Helper()
	data, err := io.ReadAll(io.NewSectionReader(b.r, 0, b.size))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// open opens the index, which has to be sound.
func (b blob) open(t testing.TB, opts *glass.Options) *glass.Index {
	t.Helper()
	x, err := glass.New(t.Context(), b.r, b.size, opts)
	if err != nil {
		t.Fatalf("%s: %v", b.name, err)
	}
	t.Cleanup(func() { x.Close() })
	return x
}

// realBlobs returns every index in the archives that others made. They are not part of the
// repository: tests that want them are skipped without.
func realBlobs(t testing.TB) (blobs []blob) {
	t.Helper()
	dir := os.Getenv("ZIM_TEST_DATA_DIR")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "..", "shared", "data", "zims")
	}
	f, err := os.Open(filepath.Join(dir, "MANIFEST.tsv"))
	if err != nil {
		t.Skipf("no real archives to read: set ZIM_TEST_DATA_DIR to a folder with MANIFEST.tsv (%v)", err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma, r.LazyQuotes, r.FieldsPerRecord = '\t', true, -1
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		blobs = append(blobs, archiveBlobs(t, dir, row[0])...)
	}
	return blobs
}

// archiveBlobs returns the indexes of one archive; none of one that does not open.
func archiveBlobs(t testing.TB, dir, name string) (blobs []blob) {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(name))
	var a *zim.Archive
	var err error
	switch folder, _, _ := strings.Cut(name, "/"); {
	case folder == "embedded":
		a, err = openEmbedded(path)
	case folder == "good", folder == "split" && strings.HasSuffix(name, ".zimaa"):
		a, err = zim.Open(path, nil)
	default:
		return nil
	}
	if err != nil {
		return nil // whether archives open is not the question here
	}
	t.Cleanup(func() { a.Close() })
	return indexesOf(t, a, name)
}

// openEmbedded opens an archive that lies inside another file: in one piece, or in parts of
// 2048 bytes with 18 between them. The archive's size is in its header.
func openEmbedded(path string) (*zim.Archive, error) {
	b, err := os.ReadFile(path)
	at := max(bytes.Index(b, []byte("ZIM\x04")), 0)
	if err != nil || len(b)-at < 80 {
		return nil, errors.Join(err, io.ErrUnexpectedEOF)
	}
	size := int64(binary.LittleEndian.Uint64(b[at+72:])) + 16
	const part, between = 2048, 18
	if !strings.HasSuffix(path, ".multi") {
		return zim.NewReader(io.NewSectionReader(bytes.NewReader(b), int64(at), size), size, nil)
	}
	var parts []*io.SectionReader
	for off := int64(at); size > 0; off, size = off+part+between, size-part {
		parts = append(parts, io.NewSectionReader(bytes.NewReader(b), off, min(size, part)))
	}
	return zim.NewSplitReader(parts, nil)
}

// indexesOf returns an archive's indexes, wherever they stand.
func indexesOf(t testing.TB, a *zim.Archive, name string) (blobs []blob) {
	t.Helper()
	for _, place := range []string{"X/fulltext/xapian", "X/title/xapian", "Z//fulltextIndex/xapian"} {
		e, err := a.LookupNS(t.Context(), place[0], place[2:])
		if errors.Is(err, zim.ErrNotFound) {
			continue
		}
		it, err2 := e.Item()
		if err := errors.Join(err, err2); err != nil {
			t.Fatalf("%s: %s: %v", name, place, err)
		}
		c, err := it.Open(context.Background())
		if err != nil {
			t.Fatalf("%s: %s: %v", name, place, err)
		}
		blobs = append(blobs, blob{name + ":" + place, c, c.Size()})
	}
	return blobs
}
