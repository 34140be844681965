package search

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/openzim-mcp/openzim-mcp/zim"
)

// A patched reader reads data with some bytes changed.
type patched struct {
	data  []byte
	edits map[int64]byte
}

func (p *patched) ReadAt(b []byte, off int64) (int, error) {
	n, err := bytes.NewReader(p.data).ReadAt(b, off)
	for at, v := range p.edits {
		if at >= off && at < off+int64(n) {
			b[at-off] = v
		}
	}
	return n, err
}

// A span is where the bytes of an index are in an archive.
type span struct{ from, size int64 }

// An indexedFile is an archive with indexes, in memory.
type indexedFile struct {
	name    string
	data    []byte
	indexes []span
}

// indexedFiles returns the real archives that have an index, up to 4 MiB each.
func indexedFiles(t *testing.T) (files []indexedFile) {
	t.Helper()
	indexed(t) // skips without archives
	dir := os.Getenv("ZIM_TEST_DATA_DIR")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data", "zims")
	}
	names, err := filepath.Glob(filepath.Join(dir, "good", "*.zim"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		f := indexedFile{name: filepath.Base(name)}
		if info, err := os.Stat(name); err != nil || info.Size() > 4<<20 {
			continue
		}
		if f.data, err = os.ReadFile(name); err != nil {
			t.Fatal(err)
		}
		a, err := zim.NewReader(bytes.NewReader(f.data), int64(len(f.data)), nil)
		if err != nil {
			continue
		}
		pair := NewIndexes(nil).of(a)
		for _, l := range []*lazyIndex{&pair.full, &pair.titles} {
			for _, at := range l.places {
				if s, reason, err := find(t.Context(), a, at); err == nil && reason == "" {
					f.indexes = append(f.indexes, span{s.Offset(), s.Size()})
				}
			}
		}
		a.Close()
		if f.indexes != nil {
			files = append(files, f)
		}
	}
	return files
}

// mutate changes 1 to 12 bytes of an index, one time in two where the most is at stake: at
// its beginning, or that of a block.
func (f *indexedFile) mutate(random *rand.Rand) *patched {
	p := &patched{f.data, map[int64]byte{}}
	in := f.indexes[random.IntN(len(f.indexes))]
	for range 1 + random.IntN(12) {
		at := random.Int64N(in.size)
		switch random.IntN(8) {
		case 0:
			at = random.Int64N(min(in.size, 120))
		case 1, 2:
			at = min(at/8192*8192+random.Int64N(64), in.size-1)
		case 3:
			at = min(at%(6*8192), in.size-1)
		}
		p.edits[in.from+at] = byte(random.Uint32())
	}
	return p
}

// mutations is how many damaged archives are searched: 300, or what GLASS_MUTATIONS says.
func mutations(t *testing.T) int {
	t.Helper()
	n, err := strconv.Atoi(os.Getenv("GLASS_MUTATIONS"))
	if err != nil {
		return 300
	}
	return n
}

// searchesOfMutated are what a mutated archive is asked.
var searchesOfMutated = []string{"a", "the", "e", "main page", "ray charles", "music of the", "tra", "--", "\"to the\"", "1", "in -of", "москва", "中", "wiki*"}

// TestMutatedArchives searches real archives whose indexes have bytes changed. Whatever
// comes of it, nothing panics or hangs or takes memory out of proportion, and errors are
// damage.
func TestMutatedArchives(t *testing.T) {
	files, n := indexedFiles(t), mutations(t)
	random := rand.New(rand.NewPCG(uint64(n), 6))
	shared := NewIndexes(&IndexOptions{CacheBytes: 2 << 20})
	var slowest time.Duration
	var most uint64
	failed := 0
	for i := range n {
		f := &files[i%len(files)]
		p := f.mutate(random)
		q := searchesOfMutated[random.IntN(len(searchesOfMutated))]
		var err error
		var took uint64
		slowest = max(slowest, patiently(func() {
			took = allocated(func() { err = searchMutated(t.Context(), shared, p, Dialect(i/len(files)%2), q) })
		}))
		if err != nil {
			failed++
			var damage *zim.FormatError
			if !errors.As(err, &damage) {
				t.Fatalf("%s: %q with bytes %v: %v", f.name, q, p.edits, err)
			}
		}
		if most = max(most, took); most > 64<<20 {
			t.Fatalf("%s: %q with bytes %v allocated %d bytes", f.name, q, p.edits, took)
		}
	}
	t.Logf("%d archives, %d mutations, %d of them met; the slowest took %v, the dearest %d KiB", len(files), n, failed, slowest, most>>10)
	if st := shared.Stats(); st.Open != 0 || st.Bytes != 0 {
		t.Errorf("after all closed: %+v", st)
	}
}

// allocated returns how many bytes act takes in all.
func allocated(act func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	act()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// patiently returns how long act takes: what seems long is done twice more, for it may be
// the machine that was slow.
func patiently(act func()) time.Duration {
	shortest := time.Duration(1<<63 - 1)
	for range 3 {
		start := time.Now()
		act()
		shortest = min(shortest, time.Since(start))
		if shortest < 5*time.Millisecond {
			break
		}
	}
	return shortest
}

// searchMutated asks a damaged archive in every way. It returns the first error that is not
// an archive without index.
func searchMutated(ctx context.Context, shared *Indexes, r io.ReaderAt, d Dialect, q string) error {
	a, err := zim.NewReader(r, int64(len(r.(*patched).data)), &zim.Options{LookupKeys: -1})
	if err != nil {
		return err
	}
	defer a.Close()
	c := NewCompat(a, &CompatOptions{Dialect: d, Indexes: shared})
	_, full := c.FullText(ctx, q, CompatRange{Limit: 10, Estimate: true})
	_, titles := c.suggest(ctx, q, CompatRange{Limit: 10, Estimate: true})
	_, list := c.Suggest(ctx, q, CompatRange{Limit: 10})
	for _, err := range []error{full, titles, list, walkMutated(ctx, &c.full), walkMutated(ctx, &c.titles)} {
		if err != nil && !errors.Is(err, zim.ErrNoIndex) {
			return err
		}
	}
	return nil
}

// walkMutated reads an index by what ranks, spells and locates.
func walkMutated(ctx context.Context, l *lazyIndex) error {
	ix, err := l.get(ctx)
	if err != nil {
		return err
	}
	var errs []error
	v := ix.vocabulary(ctx, walkLimit{terms: 50})
	for v.next() {
	}
	for ok := v.seek("m"); ok; ok = v.next() {
	}
	_, _, err = ix.frequent(ctx, "t", 20)
	errs = append(errs, v.err(), err)
	r := ix.value(ctx, wordsValue)
	for doc := uint32(1); doc < 10; doc++ {
		_, _ = r.words(doc)
		e, ok, err := ix.entry(ctx, doc)
		errs = append(errs, err)
		if ok && doc < 3 {
			_, _, err = ix.document(ctx, e)
			errs = append(errs, err)
		}
	}
	return errors.Join(append(errs, r.err())...)
}

// TestDocumentsOfRealArchives goes from documents to entries and back, in archives of every
// age: what is found is right, and nearly all of it is found.
func TestDocumentsOfRealArchives(t *testing.T) {
	named, found, all := 0, map[string]int{}, map[string]int{}
	for _, f := range indexedFiles(t) {
		a := reader(t, f.data)
		pair := NewIndexes(nil).of(a)
		for _, l := range []*lazyIndex{&pair.full, &pair.titles} {
			ix, err := l.get(t.Context())
			if errors.Is(err, zim.ErrNoIndex) {
				continue
			} else if err != nil {
				t.Fatal(err)
			}
			for doc := uint32(1); doc <= min(ix.Size().LastDoc, 200); doc++ {
				e, ok, err := ix.entry(t.Context(), doc)
				if err != nil {
					t.Fatal(err)
				}
				if !ok {
					named++
					continue
				}
				got, ok, err := ix.document(t.Context(), e)
				if err != nil {
					t.Fatal(err)
				}
				if again, _, err := ix.entry(t.Context(), got); ok && again.Index() != e.Index() { // some are there twice
					t.Errorf("%s, %s: %s is document %d, %v; want %d", f.name, l.part, e.Path(), got, err, doc)
				}
				all[l.part]++
				if ok {
					found[l.part]++
				}
			}
		}
	}
	t.Logf("found %v of %v; %d documents name no entry", found, all, named)
	for part, n := range all {
		if found[part]*100 < 95*n {
			t.Errorf("%s: found %d of %d documents", part, found[part], n)
		}
	}
}
