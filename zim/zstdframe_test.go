package zim

import (
	"bytes"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

const frameMagic = "\x28\xb5\x2f\xfd"

func TestZstdHead(t *testing.T) {
	for _, tc := range []struct {
		name, in string
		want     zstdFrame
	}{
		{"as libzim writes", frameMagic + "\x00\x68", zstdFrame{head: 6, window: 8 << 20, content: none64}},
		{"as libzim 6.3 wrote", frameMagic + "\x00\x88", zstdFrame{head: 6, window: 128 << 20, content: none64}},
		{"smallest window", frameMagic + "\x00\x00", zstdFrame{head: 6, window: 1 << 10, content: none64}},
		{"largest window", frameMagic + "\x00\xff", zstdFrame{head: 6, window: 15 << 38, content: none64}},
		{"checksum", frameMagic + "\x04\x68", zstdFrame{head: 6, window: 8 << 20, content: none64, checksum: true}},
		{"unused bit", frameMagic + "\x10\x68", zstdFrame{head: 6, window: 8 << 20, content: none64}},
		{"content of 2 bytes counts from 256", frameMagic + "\x40\x68\x01\x00", zstdFrame{head: 8, window: 8 << 20, content: 257}},
		{"content of 4 bytes", frameMagic + "\x80\x68\x01\x02\x00\x00", zstdFrame{head: 10, window: 8 << 20, content: 513}},
		{"content of 8 bytes", frameMagic + "\xc0\x68\x01\x00\x00\x00\x01\x00\x00\x00", zstdFrame{head: 14, window: 8 << 20, content: 1<<32 + 1}},
		{"single segment: the content is the window", frameMagic + "\x20\x09", zstdFrame{head: 6, window: 9, content: 9}},
		{"single segment of 2 bytes", frameMagic + "\x60\x00\x01", zstdFrame{head: 7, window: 512, content: 512}},
		{"single segment of 4 bytes", frameMagic + "\xa0\x00\x00\x00\x01", zstdFrame{head: 9, window: 1 << 24, content: 1 << 24}},
		{"dictionary 0 is none", frameMagic + "\x01\x68\x00", zstdFrame{head: 7, window: 8 << 20, content: none64}},
		{"dictionary 0 of 4 bytes", frameMagic + "\x03\x68\x00\x00\x00\x00", zstdFrame{head: 10, window: 8 << 20, content: none64}},
		{"skippable in front", "\x5f\x2a\x4d\x18\x03\x00\x00\x00abc" + frameMagic + "\x00\x68", zstdFrame{start: 11, head: 6, window: 8 << 20, content: none64}},
		{"four skippable in front", strings.Repeat("\x50\x2a\x4d\x18\x00\x00\x00\x00", 4) + frameMagic + "\x00\x68", zstdFrame{start: 32, head: 6, window: 8 << 20, content: none64}},
	} {
		for _, behind := range []string{"", "\x01\x00\x00"} {
			got, need, reason := parseZstdHead([]byte(tc.in + behind))
			if need != 0 || reason != "" {
				t.Errorf("%s: needs %d, %s", tc.name, need, reason)
			}
			if diff := cmp.Diff(tc.want, got, cmp.AllowUnexported(zstdFrame{})); diff != "" {
				t.Errorf("%s: -want +got\n%s", tc.name, diff)
			}
		}
		// Cut off anywhere, it asks for more, and what it asks for is enough in the end.
		for n := 0; n < len(tc.in); {
			_, need, reason := parseZstdHead([]byte(tc.in[:n]))
			if reason != "" || need <= n {
				t.Fatalf("%s: first %d bytes: needs %d, %s", tc.name, n, need, reason)
			}
			n++
		}
	}
}

func TestZstdHeadRefused(t *testing.T) {
	for _, tc := range []struct{ name, in string }{
		{"no magic", "\x29\xb5\x2f\xfd\x00\x68"},
		{"xz", "\xfd7zXZ\x00"},
		{"reserved bit", frameMagic + "\x08\x68"},
		{"dictionary", frameMagic + "\x01\x68\x01"},
		{"dictionary of 4 bytes", frameMagic + "\x03\x68\x00\x00\x00\x01"},
		{"five skippable in front", strings.Repeat("\x50\x2a\x4d\x18\x00\x00\x00\x00", 5) + frameMagic + "\x00\x68"},
		{"a skippable frame of 4 GiB", "\x50\x2a\x4d\x18\xff\xff\xff\xff"},
	} {
		if _, need, reason := parseZstdHead([]byte(tc.in)); reason == "" || need != 0 {
			t.Errorf("%s: needs %d, reason %q", tc.name, need, reason)
		}
	}
}

func TestZstdWindow(t *testing.T) {
	for b, want := range map[byte]uint64{0x00: 1 << 10, 0x01: 1<<10 + 128, 0x07: 1<<10 + 7*128, 0x08: 2 << 10, 0x68: 8 << 20, 0x70: 16 << 20,
		0x71: 18 << 20, 0x88: 128 << 20, 0x89: 144 << 20, zimtest.Window3TiB: 3 << 40, 0xff: 15 << 38} {
		if got := zstdWindow(b); got != want {
			t.Errorf("%#x: got %d, want %d", b, got, want)
		}
	}
}

// walkWhole follows a frame that is in memory.
func walkWhole(b []byte) (zstdFrame, frameWalk, string) {
	f, need, reason := parseZstdHead(b)
	if reason != "" || need > 0 {
		return f, frameWalk{}, reason
	}
	w, reason := f.walk(b, frameWalk{})
	return f, w, reason
}

// TestFrameWalk finds the end of frames that an encoder made, and a bound of what they hold.
func TestFrameWalk(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for n := 0; n < 1<<20; n += 1 + n/2 {
		for _, plain := range [][]byte{bytes.Repeat([]byte("text "), n/5), make([]byte, n), noise(r, n)} {
			frame := zimtest.ZstdFrame(plain, 0)
			_, w, reason := walkWhole(append(slices.Clone(frame), "behind"...))
			if reason != "" || !w.done || w.end != uint64(len(frame)) {
				t.Fatalf("%d bytes: end %d of %d, %+v, %s", n, w.end, len(frame), w, reason)
			}
			if w.bound < uint64(len(plain)) || w.bound > uint64(w.blocks)*zstdBlock {
				t.Errorf("%d bytes: bound %d of %d blocks", n, w.bound, w.blocks)
			}
		}
	}
}

func noise(r *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

// TestFrameWalkInSteps gets the same from any pieces.
func TestFrameWalkInSteps(t *testing.T) {
	frame := zimtest.ZstdFrame(noise(rand.New(rand.NewPCG(3, 4)), 500_000), 0)
	f, want, _ := walkWhole(frame)
	for step := 1; step < len(frame); step = step*3 + 1 {
		var w frameWalk
		for n := int(f.head); !w.done && n <= len(frame)+step; n += step {
			var reason string
			if w, reason = f.walk(frame[:min(n, len(frame))], w); reason != "" {
				t.Fatal(reason)
			}
		}
		if w != want {
			t.Errorf("steps of %d: %+v, want %+v", step, w, want)
		}
	}
}

func TestFrameWalkRefused(t *testing.T) {
	for _, tc := range []struct {
		name, blocks string
		ok, done     bool
		bound        uint64
	}{
		{"one raw block", "\x21\x00\x00abcd", true, true, 4},
		{"one empty block", "\x01\x00\x00", true, true, 0},
		{"RLE", "\x03\x00\x10x", true, true, 128 << 10},
		{"compressed", "\x25\x00\x00abcd", true, true, 128 << 10},
		{"largest raw block", "\x01\x00\x10", true, true, 128 << 10},
		{"not the last", "\x20\x00\x00abcd", true, false, 4},
		{"raw and too long", "\x09\x00\x10", false, false, 0},
		{"RLE and too long", "\x0b\x00\x10x", false, false, 0},
		{"reserved", "\x07\x00\x00", false, false, 0},
		{"reserved behind a good one", "\x20\x00\x00abcd\x07\x00\x00", false, false, 0},
		{"nothing", "", true, false, 0},
		{"half a header", "\x21\x00", true, false, 0},
	} {
		_, w, reason := walkWhole([]byte(frameMagic + "\x00\x68" + tc.blocks))
		if (reason == "") != tc.ok || tc.ok && (w.done != tc.done || w.bound != tc.bound) {
			t.Errorf("%s: %+v, reason %q", tc.name, w, reason)
		}
	}
}

// TestFrameWalkBomb sees what 32 KiB would become without decoding it.
func TestFrameWalkBomb(t *testing.T) {
	frame := zimtest.ZstdRLE(nil, 1<<30)
	n := allocated(func() {
		if _, w, _ := walkWhole(frame); !w.done || w.bound != 1<<30 || w.blocks != 8193 {
			t.Errorf("%+v", w)
		}
	})
	if n > 4<<10 {
		t.Errorf("the walk allocates %d bytes", n)
	}
}

// TestFrameReader ends where the frame does, whatever pieces it is read in.
func TestFrameReader(t *testing.T) {
	plain := append(noise(rand.New(rand.NewPCG(1, 1)), 300_000), make([]byte, 300_000)...)
	for _, checksum := range []bool{false, true} {
		frame := zimtest.ZstdFrame(plain, 0)
		if checksum {
			frame[4] |= 4
			frame = append(frame, "4sum"...)
		}
		for _, skipped := range []string{"", "\x50\x2a\x4d\x18\x02\x00\x00\x00ab"} {
			whole := append([]byte(skipped), frame...)
			b := append([]byte{5}, whole...)
			b = append(b, frame...)
			a := &Archive{src: new(source), head: header{end: uint64(len(b))}}
			a.src.add(bytes.NewReader(b), int64(len(b)))
			f, _, reason := parseZstdHead(whole)
			if reason != "" {
				t.Fatal(reason)
			}
			for _, step := range []int{1, 2, 3, 5, 100, 4096, 1 << 20} {
				c := clusterHead{hint: uint64(len(b))}
				r := &frameReader{packedReader: packedReader{a: a, ctx: bg, c: c, pos: c.data()}, frame: f, walk: frameWalk{end: f.start + f.head}}
				var buf bytes.Buffer
				_, err := io.CopyBuffer(struct{ io.Writer }{&buf}, r, make([]byte, step))
				if got := buf.Bytes(); err != nil || !bytes.Equal(got, whole) {
					t.Errorf("steps of %d: %d of %d bytes, %v", step, len(got), len(whole), err)
				}
			}
		}
	}
}
