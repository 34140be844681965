package zimtest

import (
	"fmt"
	"testing"
)

func TestHostilesAreSmallAndOpen(t *testing.T) {
	seen := map[string]bool{}
	for _, h := range Hostiles() {
		t.Run(h.Name, func(t *testing.T) {
			b := h.Archive.Bytes()
			c := check(t, b)
			if len(b) > 64<<10 {
				t.Errorf("%d bytes", len(b))
			}
			if got := string(c.blob(t, c.find(t, OKPath))); got != "<p>still here" {
				t.Errorf("%s: got %q", OKPath, got)
			}
			c.find(t, BadPath)
			if seen[h.Name] || h.What == "" || h.Fails != (h.Size == 0) {
				t.Errorf("name, description or expectation wrong: %+v", h)
			}
			seen[h.Name] = true
		})
	}
}

// What may be read has the size it says, where that fits into a test.
func TestHostileSizes(t *testing.T) {
	for _, h := range Hostiles() {
		if h.Fails || h.Size > 1<<24 || h.Name == "zstd_rle_behind" {
			continue
		}
		c := check(t, h.Archive.Bytes())
		if got := len(c.blob(t, c.find(t, BadPath))); int64(got) != h.Size {
			t.Errorf("%s: got %d bytes, want %d", h.Name, got, h.Size)
		}
	}
}

func TestOddFramesReadBack(t *testing.T) {
	c := check(t, OddFrames().Bytes())
	for _, d := range c.dirents {
		if d.path[0] != 'C' {
			continue
		}
		want := "odd: " + d.path[2:]
		if d.path == "C/xz_real" {
			want = XZText()
		}
		if got := string(c.blob(t, d)); got != want {
			t.Errorf("%s: got %q, want %q", d.path, got, want)
		}
	}
}

func TestRedirectRingAndChain(t *testing.T) {
	for _, n := range []int{1, 2, 50, 60} {
		ring, chain := check(t, RedirectRing(n).Bytes()), check(t, RedirectChain(n).Bytes())
		r, c := ring.find(t, "C/r0"), chain.find(t, "C/r0")
		for range n {
			r, c = ring.dirents[r.target], chain.dirents[c.target]
		}
		if r.path != "C/r0" || c.path != fmt.Sprint("C/r", n) || c.kind == 0xFFFF {
			t.Errorf("after %d hops: %s in the ring, %s in the chain", n, r.path, c.path)
		}
	}
}
