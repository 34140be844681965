package glass_test

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/openzim-mcp/openzim-mcp/zim/internal/glass"
)

// mutations is how many damaged indexes a test reads: 300, or what GLASS_MUTATIONS says.
func mutations(t *testing.T) int {
	t.Helper()
	n, err := strconv.Atoi(os.Getenv("GLASS_MUTATIONS"))
	if err != nil {
		return 300
	}
	return n
}

// TestMutations reads indexes of testdata with 1 to 12 bytes changed, or cut off.
func TestMutations(t *testing.T) {
	var sound [][]byte
	for _, name := range []string{"example", "words", "titles"} {
		sound = append(sound, fixture(t, name))
	}
	mutate(t, sound, mutations(t))
}

// TestMutationsOfRealIndexes does the same with indexes of real archives.
func TestMutationsOfRealIndexes(t *testing.T) {
	var sound [][]byte
	for _, b := range realBlobs(t) {
		if b.size < 1<<20 {
			sound = append(sound, b.bytes(t))
		}
	}
	mutate(t, sound, mutations(t))
}

// mutate reads n damaged indexes by every path: no panic, no hang, and errors of known kinds.
func mutate(t *testing.T, sound [][]byte, n int) {
	t.Helper()
	r := rand.New(rand.NewPCG(uint64(n), 1))
	cache := glass.NewCache(&glass.CacheOptions{MaxBytes: 4 << 20})
	var damaged int
	var slowest time.Duration
	for i := range n {
		b := bytes.Clone(sound[i%len(sound)])
		used := len(b) // half of the changes to where the most is at stake
		if i%2 == 0 {
			used = min(len(b), 20000)
		}
		for range 1 + r.IntN(12) {
			b[r.IntN(used)] = byte(r.Uint32())
		}
		if i%10 == 0 {
			b = b[:r.IntN(len(b))]
		}
		met := false
		slowest = max(slowest, patiently(func() { met = readDamaged(t, b, cache) }))
		if met {
			damaged++
		}
	}
	t.Logf("%d of %d were told to be damaged, the slowest took %v", damaged, n, slowest)
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

// readDamaged reports whether reading the index met an error.
func readDamaged(t *testing.T, b []byte, cache *glass.Cache) bool {
	t.Helper()
	x, err := glass.New(t.Context(), bytes.NewReader(b), int64(len(b)), &glass.Options{Cache: cache})
	errs := []error{err}
	if err == nil {
		errs = glass.ReadAll(t, x, 100)
		x.Close()
	}
	for _, err := range errs {
		if !errors.Is(err, glass.ErrCorrupt) && !errors.Is(err, glass.ErrTooLarge) && !errors.Is(err, glass.ErrUnsupported) {
			t.Fatalf("an error of no known kind: %v", err)
		}
	}
	return len(errs) > 0
}
