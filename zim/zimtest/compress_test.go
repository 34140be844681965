package zimtest

import (
	"bytes"
	"io"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"
)

var sizes = []int{0, 1, 2, 3, 4, 255, 256, 65535, 65536, 65537, 131072, 131073, 300000, 3 << 20}

// compressible returns n bytes with long matches at long distances.
func compressible(n int) []byte {
	return bytes.Repeat(append(pattern(5000), make([]byte, 700)...), n/5700+1)[:n]
}

// Frames have the header of real ones: only the window is in it.
func TestZstdFrame(t *testing.T) {
	r, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(128<<20))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for _, n := range sizes {
		for _, window := range []byte{0, Window8MiB, Window128MiB} {
			frame := ZstdFrame(compressible(n), window)
			want := window
			if want == 0 {
				want = 0x68
			}
			if head := frame[:6]; !bytes.Equal(head, []byte{0x28, 0xB5, 0x2F, 0xFD, 0, want}) {
				t.Errorf("%d bytes: header %x", n, head)
			}
			got, err := r.DecodeAll(frame, nil)
			if err != nil || !bytes.Equal(got, compressible(n)) {
				t.Errorf("%d bytes: %d came back, %v", n, len(got), err)
			}
		}
	}
}

func TestZstdWindows(t *testing.T) {
	for window, want := range map[byte]uint64{Window8MiB: 8 << 20, Window128MiB: 128 << 20, Window3TiB: 3 << 40} {
		var h zstd.Header
		if err := h.Decode(ZstdFrame([]byte("x"), window)); err != nil {
			t.Fatal(err)
		}
		if h.WindowSize != want || h.HasFCS || h.HasCheckSum || h.SingleSegment || h.DictionaryID != 0 {
			t.Errorf("%#x: %+v, want a window of %d alone", window, h, want)
		}
	}
}

func TestZstdRLE(t *testing.T) {
	for _, n := range []int{0, 1, 128 << 10, 128<<10 + 1, 5 << 20} {
		r, err := zstd.NewReader(bytes.NewReader(ZstdRLE([]byte("head"), n)), zstd.WithDecoderConcurrency(1))
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(r)
		r.Close()
		if want := append([]byte("head"), make([]byte, n)...); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%d zeros: got %d bytes, %v", n, len(got), err)
		}
	}
}

// xz streams are taken whole by a decoder that checks index, footer and CRCs.
func TestXZStream(t *testing.T) {
	for _, n := range sizes {
		for _, check := range []byte{CheckNone, CheckCRC32, CheckCRC64} {
			p := compressible(n)
			for _, blocks := range [][][]byte{{p}, {p[:n/2], p[n/2:]}} {
				r, err := xz.NewReader(bytes.NewReader(XZBlocks(check, blocks...)))
				if err != nil {
					t.Fatalf("%d bytes, check %d: %v", n, check, err)
				}
				got, err := io.ReadAll(r)
				if err != nil || !bytes.Equal(got, p) {
					t.Errorf("%d bytes, check %d, %d blocks: %d came back, %v", n, check, len(blocks), len(got), err)
				}
			}
		}
	}
}

// The header of a real stream is the same but for what follows it.
func TestXZHeaderIsThatOfARealEncoder(t *testing.T) {
	const headers = 12 + 12
	if got, want := XZStream([]byte("x"))[:headers], xzText[:headers]; !bytes.Equal(got, want) {
		t.Errorf("got %x, want %x", got, want)
	}
}

func TestXZRealStreams(t *testing.T) {
	for name, tt := range map[string]struct {
		stream []byte
		want   []byte
	}{
		"text":  {xzText, Payload(false, []byte(XZText()), nil, []byte("end"))},
		"zeros": {xzZeros, Payload(false, make([]byte, 16<<20))},
	} {
		r, err := xz.NewReader(bytes.NewReader(tt.stream))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, tt.want) {
			t.Errorf("%s: got %d bytes, %v; want %d", name, len(got), err, len(tt.want))
		}
	}
}
