package glass

import (
	"bytes"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"
)

// TestMutations reads indexes with 1 to 12 bytes changed, or cut off. GLASS_MUTATIONS says
// how many (300).
func TestMutations(t *testing.T) {
	n := 300
	if s := os.Getenv("GLASS_MUTATIONS"); s != "" {
		n, _ = strconv.Atoi(s)
	}
	r := rand.New(rand.NewPCG(uint64(n), 1))
	var sound [][]byte
	for _, name := range []string{"example", "words", "titles"} {
		sound = append(sound, fixtureBytes(t, name))
	}
	cache := NewCache(&CacheOptions{MaxBytes: 4 << 20})
	var damaged int
	var slowest time.Duration
	for i := range n {
		b := bytes.Clone(sound[i%len(sound)])
		for range 1 + r.IntN(12) {
			b[r.IntN(len(b))] = byte(r.Uint32())
		}
		if i%10 == 0 {
			b = b[:r.IntN(len(b))]
		}
		start := time.Now()
		x, err := New(t.Context(), bytes.NewReader(b), int64(len(b)), &Options{Cache: cache})
		known(t, err)
		if err == nil {
			for _, err = range readAll(t, x, 100) {
				known(t, err)
			}
			x.Close()
		}
		if err != nil {
			damaged++
		}
		slowest = max(slowest, time.Since(start))
	}
	t.Logf("%d of %d were told to be damaged, the slowest took %v", damaged, n, slowest)
}
