package search

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/library"
	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// TestIndexesAreShared: all who search an archive read the same indexes.
func TestIndexesAreShared(t *testing.T) {
	shared := NewIndexes(nil)
	a := openSketches(t, harbours(false).bytes(), harbours(true).bytes())
	var full, titles []*archiveIndex
	for range 3 {
		c := NewCompat(a, &CompatOptions{Indexes: shared})
		for _, read := range ways {
			if err := read(t.Context(), c); err != nil {
				t.Fatal(err)
			}
		}
		full, titles = append(full, c.full.ix), append(titles, c.titles.ix)
	}
	if full[0] != full[1] || full[1] != full[2] || titles[0] != titles[2] || full[0] == titles[0] {
		t.Errorf("%v, %v: not each the same", full, titles)
	}
	if st := shared.Stats(); st.Open != 2 || st.Searches == 0 || st.Misses == 0 || st.Hits == 0 || st.Bytes == 0 || st.ReadBytes == 0 || st.Pages == 0 {
		t.Errorf("%+v", st)
	}
	shared.DropCache()
	if st := shared.Stats(); st.Bytes != 0 || st.MaxBytes != 64<<20 {
		t.Errorf("after it was dropped: %+v", st)
	}
	a.Close()
	if st := shared.Stats(); st.Open != 0 || len(shared.held) != 0 {
		t.Errorf("after Close: %+v", st)
	}
	for name, read := range ways {
		if err := read(t.Context(), NewCompat(a, &CompatOptions{Indexes: shared})); !errors.Is(err, zim.ErrClosed) {
			t.Errorf("%s after Close: %v", name, err)
		}
	}
	if len(shared.held) != 0 {
		t.Error("a closed archive is held")
	}
}

// TestIndexPlaces: which entries are indexes, and why others are not.
func TestIndexPlaces(t *testing.T) {
	full := harbours(false).bytes()
	const mime = "application/octet-stream+xapian"
	entry := func(path string, data []byte) zimtest.Entry {
		return zimtest.Entry{Path: path, MIME: mime, Data: data, Compression: zimtest.Stored}
	}
	packed := func(path string) zimtest.Entry {
		e := entry(path, full)
		e.Compression = zimtest.Zstd
		return e
	}
	honey := append([]byte("\x0f\x0dXapian Honey"), full[14:]...)
	for _, row := range []struct {
		name    string
		entries []zimtest.Entry
		reason  string // why there is none
	}{
		{"first place", []zimtest.Entry{entry("X/fulltext/xapian", full)}, ""},
		{"second place", []zimtest.Entry{entry("Z//fulltextIndex/xapian", full)}, ""},
		{"both", []zimtest.Entry{entry("X/fulltext/xapian", full), entry("Z//fulltextIndex/xapian", honey)}, ""},
		{"only the second is sound", []zimtest.Entry{packed("X/fulltext/xapian"), entry("Z//fulltextIndex/xapian", full)}, ""},
		{"none", nil, "X/fulltext/xapian does not exist; Z//fulltextIndex/xapian does not exist"},
		{"compressed", []zimtest.Entry{packed("X/fulltext/xapian")}, "X/fulltext/xapian is compressed"},
		{"redirect", []zimtest.Entry{zimtest.Redirect("X/fulltext/xapian", "C/a")}, "X/fulltext/xapian is a redirect"},
		{"another format", []zimtest.Entry{entry("X/fulltext/xapian", honey)}, "not an index of a known format"},
		{"empty", []zimtest.Entry{entry("X/fulltext/xapian", nil)}, "not an index of a known format"},
	} {
		archive := withIndexes(nil, nil)
		archive.Entries = append(archive.Entries, row.entries...)
		data := archive.Bytes()
		for _, size := range []int{len(data), 700} {
			var parts []*io.SectionReader
			for at := 0; at < len(data); at += size {
				parts = append(parts, io.NewSectionReader(bytes.NewReader(data), int64(at), int64(min(size, len(data)-at))))
			}
			a, err := zim.NewSplitReader(parts, nil)
			if err != nil {
				t.Fatal(err)
			}
			c := NewCompat(a, nil)
			got, err := c.FullText(t.Context(), "market", CompatRange{Limit: 10})
			switch {
			case row.reason == "" && (err != nil || len(got.Hits) != 2):
				t.Errorf("%s in parts of %d: %d matches, %v", row.name, size, len(got.Hits), err)
			case row.reason != "" && (!errors.Is(err, zim.ErrNoIndex) || !strings.Contains(err.Error(), row.reason)):
				t.Errorf("%s in parts of %d: %v; want no index, as %s", row.name, size, err, row.reason)
			}
			if c.Indexes().Stats().Damaged != 0 {
				t.Errorf("%s: counted as damaged", row.name)
			}
		}
	}
}

// A fallible reader fails as long as it is told to.
type fallible struct {
	io.ReaderAt
	broken atomic.Bool
}

var errBroken = errors.New("the disk is on holiday")

func (f *fallible) ReadAt(p []byte, off int64) (int, error) {
	if f.broken.Load() {
		return 0, errBroken
	}
	return f.ReaderAt.ReadAt(p, off)
}

// TestIndexAfterFailure: what fails once, for another reason than the archive's bytes, may
// work the next time.
func TestIndexAfterFailure(t *testing.T) {
	data := withIndexes(harbours(false).bytes(), nil).Bytes()
	f := &fallible{ReaderAt: bytes.NewReader(data)}
	a, err := zim.NewReader(f, int64(len(data)), nil)
	if err != nil {
		t.Fatal(err)
	}
	c := NewCompat(a, nil)
	ask := func(ctx context.Context) error {
		_, err := c.FullText(ctx, "harbour", CompatRange{Limit: 10})
		return err
	}
	f.broken.Store(true)
	if err := ask(t.Context()); !errors.Is(err, errBroken) {
		t.Errorf("broken: %v", err)
	}
	f.broken.Store(false)
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if err := ask(cancelled); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if err := ask(t.Context()); err != nil {
		t.Errorf("sound again: %v", err)
	}
	if err := ask(cancelled); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if st := c.Indexes().Stats(); st.Damaged != 0 || st.Cancelled != 1 || st.Searches != 2 {
		t.Errorf("%+v; want 2 searches of an open index, 1 cancelled, no damage", st)
	}
}

// TestCloseDuringSearches closes the archive while others search. They find what there is,
// or that it is closed; nothing of it stays in memory.
func TestCloseDuringSearches(t *testing.T) {
	data := indexed(t)
	shared := NewIndexes(&IndexOptions{CacheBytes: 1 << 20})
	for range 5 {
		a, err := zim.NewReader(bytes.NewReader(data), int64(len(data)), nil)
		if err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		var found, closed atomic.Int64
		for g := range 6 {
			wg.Go(func() {
				c := NewCompat(a, &CompatOptions{Indexes: shared})
				for i := range 200 {
					q := oddQueries[(i*7+g)%len(oddQueries)]
					_, err := c.FullText(t.Context(), q, CompatRange{Limit: 10, Estimate: true})
					_, err2 := c.Suggest(t.Context(), q, CompatRange{Limit: 10})
					if err = errors.Join(err, err2); err == nil {
						found.Add(1)
						continue
					}
					if !errors.Is(err, zim.ErrClosed) {
						t.Errorf("%q: %v", q, err)
					}
					closed.Add(1)
				}
			})
		}
		for found.Load() < 50 && closed.Load() == 0 {
			runtime.Gosched()
		}
		a.Close()
		wg.Wait()
		if st := shared.Stats(); st.Open != 0 || st.Bytes != 0 || st.Damaged != 0 {
			t.Errorf("after Close: %+v", st)
		}
	}
}

// TestIndexesAfterReload: an archive that is replaced takes its indexes along once nobody
// reads it.
func TestIndexesAfterReload(t *testing.T) {
	dir, shared := t.TempDir(), NewIndexes(nil)
	file := filepath.Join(dir, "towns.zim")
	write := func(full sketch) {
		data := withIndexes(full.bytes(), nil).Bytes()
		if err := os.WriteFile(file+".tmp", data, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(file+".tmp", file); err != nil {
			t.Fatal(err)
		}
	}
	write(harbours(false))
	lib, err := library.Open(t.Context(), []string{dir}, &library.Options{Rescan: -1})
	if err != nil {
		t.Fatal(err)
	}
	defer lib.Close()
	count := func(a *zim.Archive) int {
		res, err := NewCompat(a, &CompatOptions{Indexes: shared}).FullText(t.Context(), "quay", CompatRange{Limit: 10})
		if err != nil {
			t.Error(err)
		}
		return len(res.Hits)
	}
	before, release, err := lib.Acquire("towns")
	if err != nil {
		t.Fatal(err)
	}
	if n := count(before); n != 0 {
		t.Errorf("%d matches at first", n)
	}
	other := harbours(false)
	other.add(postlistTable, "market", leafItem{key: "quay", tag: chunkOf(1, 1)})
	write(other)
	if _, err := lib.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	after, release2, err := lib.Acquire("towns")
	if err != nil {
		t.Fatal(err)
	}
	if n, m := count(after), count(before); n != 2 || m != 0 {
		t.Errorf("%d matches in the new archive and %d in the old one", n, m)
	}
	if st := shared.Stats(); st.Open != 2 {
		t.Errorf("%d indexes open, want the old one, which is in use, and the new one", st.Open)
	}
	release()
	if st := shared.Stats(); st.Open != 1 {
		t.Errorf("%d indexes open after the old archive closed", st.Open)
	}
	release2()
	lib.Close()
	if st := shared.Stats(); st.Open != 0 || st.Bytes != 0 {
		t.Errorf("after the library closed: %+v", st)
	}
}
