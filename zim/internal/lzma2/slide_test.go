package lzma2

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// slideDecode decodes a stream in steps, keeping keep bytes of what was decoded.
func slideDecode(t *testing.T, src []byte, keep, step int) ([]byte, *Decoder, error) {
	t.Helper()
	var d Decoder
	var all []byte
	dst := make([]byte, 0, 8<<20) // or the slice would be made anew for each step
	for {
		before := len(dst)
		out, used, err := d.Decode(dst, src, before+step, noLimit)
		all = append(all, out[before:]...)
		src = src[used:]
		if err != nil || d.Done() || len(out) == before {
			return all, &d, err
		}
		dst = d.Slide(out, keep)
		if len(dst) > keep+slideUnit-1 && len(dst) != len(out) {
			t.Fatalf("%d bytes are left, %d were to be kept", len(dst), keep)
		}
	}
}

// TestSlide decodes real streams with no more than their dictionary in memory.
func TestSlide(t *testing.T) {
	names, err := filepath.Glob("testdata/*.xz")
	if err != nil || len(names) == 0 {
		t.Fatal("no streams", err)
	}
	for _, name := range names {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var d Decoder
		want, _, wantErr := d.Decode(nil, src, noLimit, noLimit)
		for _, step := range []int{100, 4096, 1 << 20} {
			got, s, err := slideDecode(t, src, int(max(d.Dictionary(), 4096)), step)
			if !bytes.Equal(got, want) || s.Done() != d.Done() || (err == nil) != (wantErr == nil) {
				t.Errorf("%s in steps of %d: %d bytes, done %v, %v; want %d, %v, %v", name, step, len(got), s.Done(), err, len(want), d.Done(), wantErr)
			}
		}
	}
}

// TestSlideTooFar keeps less than the matches need: that is an error or right, never a panic
// or other data.
func TestSlideTooFar(t *testing.T) {
	for _, name := range []string{"text.xz", "crc32.xz", "dict4k.xz", "lc0lp4pb0.xz", "lc1lp2pb1.xz", "zeros.xz", "blocks.xz"} {
		src, err := os.ReadFile(filepath.Join("testdata", name))
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		var d Decoder
		want, _, _ := d.Decode(nil, src, noLimit, noLimit)
		for _, keep := range []int{0, 1, 16, 100, 1000} {
			for _, step := range []int{7, 333} {
				got, _, err := slideDecode(t, src, keep, step)
				if !bytes.HasPrefix(want, got) {
					t.Errorf("%s, %d kept: other data", name, keep)
				}
				if len(got) < len(want) && !errors.Is(err, ErrCorrupt) {
					t.Errorf("%s, %d kept: %d of %d bytes, %v", name, keep, len(got), len(want), err)
				}
			}
		}
	}
}

// TestSlideCheck damages the check behind data that was slid away.
func TestSlideCheck(t *testing.T) {
	src, err := os.ReadFile("testdata/dict4k.xz")
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		b := bytes.Clone(src)
		b[r.IntN(len(b))] ^= 1 << r.IntN(8)
		var d Decoder
		want, _, wantErr := d.Decode(nil, b, noLimit, noLimit)
		got, s, err := slideDecode(t, b, 64<<10, 1000)
		if s.Done() != d.Done() || (err == nil) != (wantErr == nil) || err == nil && !bytes.Equal(got, want) {
			t.Fatalf("slid: done %v, %v; at once: done %v, %v", s.Done(), err, d.Done(), wantErr)
		}
	}
}

// TestSlideXZ decodes a long stream of the xz command with a small dictionary.
func TestSlideXZ(t *testing.T) {
	if _, err := exec.LookPath("xz"); err != nil {
		t.Skip("the command xz is not installed")
	}
	r := rand.New(rand.NewPCG(3, 4))
	want := make([]byte, 0, 3<<20)
	for len(want) < 3<<20 {
		if n := len(want); n > 1000 && r.IntN(3) > 0 {
			from := max(0, n-1-r.IntN(60<<10))
			want = append(want, want[from:min(n, from+r.IntN(300))]...)
		} else {
			for range r.IntN(40) {
				want = append(want, byte(r.IntN(64)))
			}
		}
	}
	for _, check := range []string{"crc32", "crc64", "none"} {
		cmd := exec.Command("xz", "-c", "--check="+check, "--lzma2=dict=64KiB,lc=1,lp=3,pb=3")
		cmd.Stdin = bytes.NewReader(want)
		src, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		got, d, err := slideDecode(t, src, 64<<10, 100_000)
		if err != nil || !d.Done() || !bytes.Equal(got, want) {
			t.Errorf("%s: %d of %d bytes, done %v, %v", check, len(got), len(want), d.Done(), err)
		}
		if d.Dictionary() != 64<<10 {
			t.Errorf("%s: dictionary of %d bytes", check, d.Dictionary())
		}
	}
}
