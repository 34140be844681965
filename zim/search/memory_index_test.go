package search

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/openzim-mcp/openzim-mcp/zim"
)

// maxOpenIndex is what an open index may hold beside the shared cache.
const maxOpenIndex = 1 << 20

// heap returns the bytes in use after everything that can go has gone.
func heap() int64 {
	var m runtime.MemStats
	for range 3 { // pools give up what they hold in two rounds
		runtime.GC()
	}
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// TestMemoryOfAnOpenIndex uses the indexes of an archive, with a cache that keeps nothing,
// and looks at what stays: of a real archive, or of the one that ZIM_BENCH_FILE names.
func TestMemoryOfAnOpenIndex(t *testing.T) {
	file := os.Getenv("ZIM_BENCH_FILE")
	if file == "" {
		file = filepath.Join(t.TempDir(), "real.zim")
		if err := os.WriteFile(file, indexed(t), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	a, err := zim.Open(file, &zim.Options{LookupKeys: -1})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	shared := NewIndexes(&IndexOptions{CacheBytes: -1})
	c := NewCompat(a, &CompatOptions{Indexes: shared})
	before := heap()
	for _, l := range []*lazyIndex{&c.full, &c.titles} {
		ix, err := l.get(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		opened := heap()
		useUp(t, c, ix)
		used := heap()
		t.Logf("%s of %d documents: %d KiB opened, %d KiB after searches, %d KiB of them of %d prefixes",
			ix.part, ix.Size().Docs, (opened-before)>>10, (used-before)>>10, ix.tops.size>>10, len(ix.tops.kept))
		if used-before > maxOpenIndex {
			t.Errorf("%s holds %d bytes beside the cache, %d are allowed", ix.part, used-before, maxOpenIndex)
		}
		before = used
	}
	if st := shared.Stats(); st.Bytes != 0 {
		t.Errorf("the cache holds %d bytes", st.Bytes)
	}
	runtime.KeepAlive(c)
}

// useUp searches for what leaves the most behind: all prefixes of one or two letters.
func useUp(t *testing.T, c *Compat, ix *archiveIndex) {
	t.Helper()
	const letters = "abcdefghijklmnopqrstuvwxyz0123456789"
	for i := range letters {
		for j := range len(letters) + 1 {
			prefix := letters[i:i+1] + letters[min(j, len(letters)):min(j+1, len(letters))]
			if _, _, err := ix.frequent(t.Context(), prefix, 10); err != nil {
				t.Fatal(err)
			}
		}
		ask := c.FullText
		if ix.part == titlePart {
			ask = c.Suggest
		}
		if _, err := ask(t.Context(), letters[i:i+1], CompatRange{Limit: 10, Estimate: true}); err != nil {
			t.Fatal(err)
		}
	}
}
