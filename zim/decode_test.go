package zim

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/ulikunitz/xz"

	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// withFrame has one item in a cluster of its own, made of these bytes.
func withFrame(compression byte, frame []byte) zimtest.Archive {
	return zimtest.Archive{Minor: 1, NoCounter: true, NoTitleV0: true, NoTitleV1: true, Entries: []zimtest.Entry{
		zimtest.Page("C/ok", "", "still here"), {Path: "C/x", Compression: compression, Frame: frame}}}
}

// TestHostiles bounds what each costs: within the limits it is read or refused, and the page
// beside it is read all the same.
func TestHostiles(t *testing.T) {
	for _, h := range zimtest.Hostiles() {
		t.Run(h.Name, func(t *testing.T) {
			opts := &Options{MaxClusterMem: 4 << 20, MaxBlob: 4 << 20, MaxMetadata: 1 << 20, Cache: NewCache(&CacheOptions{MaxBytes: 8 << 20, Decoders: 1})}
			a := openBuilt(t, h.Archive, opts)
			if _, err := itemAt(t, a, zimtest.OKPath).Bytes(bg); err != nil {
				t.Fatal(err)
			}
			it := itemAt(t, a, zimtest.BadPath)
			var b []byte
			var err error
			for range 3 {
				within(t, 5*time.Second, "Bytes", func() {
					n := allocated(func() { b, err = it.Bytes(bg) })
					if n > 24<<20 { // a stream's window, input and output, and what is returned
						t.Errorf("%d bytes allocated", n)
					}
				})
				switch {
				case h.Fails && err == nil:
					t.Errorf("%s: it is read: %d bytes", h.What, len(b))
				case !h.Fails && h.Size <= opts.MaxBlob && (err != nil || int64(len(b)) != h.Size):
					t.Errorf("%s: %d bytes, %v", h.What, len(b), err)
				case !h.Fails && h.Size > opts.MaxBlob:
					wantKind(t, h.What, err, ErrTooLarge)
				}
			}
			if h.Fails {
				if n := allocated(func() {
					if c, err := it.Open(bg); err == nil {
						_, err = io.Copy(io.Discard, c)
						c.Close()
						if err == nil {
							t.Errorf("%s: Content reads it", h.What)
						}
					}
				}); n > 24<<20 {
					t.Errorf("Open: %d bytes allocated", n)
				}
			}
			if b, err := itemAt(t, a, zimtest.OKPath).Bytes(bg); err != nil || len(b) == 0 {
				t.Errorf("the page beside it: %v", err)
			}
			if got := a.cache.Stats().Bytes; got > 8<<20 {
				t.Errorf("%d bytes in the cache", got)
			}
		})
	}
}

// TestBombStreams lets 1 GiB of zeros through without holding it, and stops at the first look
// at a context that ended.
func TestBombStreams(t *testing.T) {
	const size = 1 << 28
	a := openBuilt(t, withFrame(zimtest.Zstd, zimtest.ZstdRLE(binary.LittleEndian.AppendUint32([]byte{8, 0, 0, 0}, 8+size), size)), nil)
	ctx, cancel := context.WithCancel(bg)
	c, err := itemAt(t, a, "C/x").Open(ctx)
	if err != nil || c.Size() != size {
		t.Fatal(err)
	}
	defer c.Close()
	n := allocated(func() {
		if n, err := io.Copy(io.Discard, io.LimitReader(c, size/2)); n != size/2 || err != nil {
			t.Errorf("%d bytes, %v", n, err)
		}
	})
	if n > 24<<20 {
		t.Errorf("%d bytes allocated", n)
	}
	cancel()
	_, err = c.Read(make([]byte, 1))
	wantKind(t, "Read", err, context.Canceled)
}

// TestWindows reads frames of every window up to the limit, and refuses those above it
// before anything is allocated.
func TestWindows(t *testing.T) {
	text := []byte("a text that is short")
	for window := 0; window < 256; window += 3 {
		za := withFrame(zimtest.Zstd, zimtest.ZstdFrame(zimtest.Payload(false, text), byte(max(window, 1))))
		for _, limit := range []int64{0, 1 << 20} {
			a := openBuilt(t, za, &Options{MaxWindow: limit, Cache: NewCache(&CacheOptions{Decoders: 1})})
			it := itemAt(t, a, "C/x")
			kind := error(nil)
			if zstdWindow(byte(max(window, 1))) > uint64(a.opts.MaxWindow) {
				kind = ErrTooLarge
			}
			var b []byte
			var err error
			n := allocated(func() { b, err = it.Bytes(bg) })
			wantKind(t, fmt.Sprintf("window %#x, limit %d", window, limit), err, kind)
			if err == nil && !bytes.Equal(b, text) {
				t.Errorf("window %#x: %q", window, b)
			}
			if n > 24<<20 || kind != nil && n > 64<<10 {
				t.Errorf("window %#x, limit %d: %d bytes allocated", window, limit, n)
			}
		}
	}
}

// TestXZSlides reads payloads of several times MaxClusterMem whose dictionary fits into it.
func TestXZSlides(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	data := noise(r, 3<<20)
	for at := 1 << 20; at < len(data)-300; at += 1000 { // matches over most of the dictionary
		copy(data[at:at+300], data[at-400<<10:])
	}
	payload := zimtest.Payload(false, data[:512<<10], data)
	for _, check := range []byte{xz.CRC32, xz.CRC64, xz.None} {
		var packed bytes.Buffer
		w, err := xz.WriterConfig{DictCap: 512 << 10, CheckSum: check, NoCheckSum: check == xz.None}.NewWriter(&packed)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(payload); err != nil || w.Close() != nil {
			t.Fatal(err)
		}
		za := withFrame(zimtest.XZ, packed.Bytes())
		za.Entries[1].Blob = 1
		a := openBuilt(t, za, &Options{MaxClusterMem: 1 << 20, Cache: NewCache(&CacheOptions{MaxBytes: -1, Decoders: 1})})
		it := itemAt(t, a, "C/x")
		b, err := it.Bytes(bg)
		if err != nil || !bytes.Equal(b, data) {
			t.Fatalf("check %d: %d of %d bytes, %v", check, len(b), len(data), err)
		}
		c, err := it.Open(bg)
		if err != nil {
			t.Fatal(err)
		}
		part := make([]byte, 100_000)
		for range 3 {
			off := r.Int64N(int64(len(data) - len(part)))
			if _, err := c.ReadAt(part, off); err != nil || !bytes.Equal(part, data[off:off+int64(len(part))]) {
				t.Fatalf("check %d: wrong at %d, %v", check, off, err)
			}
		}
		for p, err := range a.Verify(bg, CheckDecode|CheckClusterHeaders) {
			t.Errorf("check %d: Verify: %v, %v", check, p.Err, err)
		}
		c.Close()
	}
}

// TestXZLimit refuses a payload above MaxClusterMem whose dictionary does not fit into that.
func TestXZLimit(t *testing.T) {
	data := noise(rand.New(rand.NewPCG(1, 1)), 3<<20)
	for _, tc := range []struct {
		blob uint32
		kind error
	}{{0, nil}, {1, ErrTooLarge}} {
		payload := zimtest.Payload(false, data[:1000], data)
		za := withFrame(zimtest.XZ, zimtest.XZStream(payload))
		za.Entries[1].Blob = tc.blob
		a := openBuilt(t, za, &Options{MaxClusterMem: 1 << 20})
		for range 3 {
			var err error
			n := allocated(func() { _, err = itemAt(t, a, "C/x").Bytes(bg) })
			wantKind(t, fmt.Sprint("blob ", tc.blob), err, tc.kind)
			if n > 8<<20 {
				t.Errorf("blob %d: %d bytes allocated", tc.blob, n)
			}
		}
		for p, err := range a.Verify(bg, CheckDecode) {
			if err != nil || !errors.Is(p.Err, ErrTooLarge) {
				t.Errorf("Verify: %v, %v", p.Err, err)
			}
		}
	}
}

// TestXZGrows decodes large clusters with memory in proportion to their size.
func TestXZGrows(t *testing.T) {
	const size = 12 << 20
	a := openBuilt(t, withFrame(zimtest.XZ, zimtest.XZStream(zimtest.Payload(false, make([]byte, size)))), nil)
	it := itemAt(t, a, "C/x")
	n := allocated(func() {
		if b, err := it.Bytes(bg); err != nil || len(b) != size {
			t.Errorf("%d bytes, %v", len(b), err)
		}
	})
	if n > 8*size {
		t.Errorf("%d bytes allocated for %d", n, size)
	}
}

// TestFirstFrameCounts refuses to go on into a second frame, with either way of decoding.
func TestFirstFrameCounts(t *testing.T) {
	payload := zimtest.Payload(false, bytes.Repeat([]byte("0123456789"), 50))
	for _, window := range []byte{zimtest.Window8MiB, zimtest.Window128MiB} {
		frame := append(zimtest.ZstdFrame(payload[:100], window), zimtest.ZstdFrame(payload[100:], window)...)
		a := openBuilt(t, withFrame(zimtest.Zstd, frame), nil)
		b, err := itemAt(t, a, "C/x").Bytes(bg)
		if !errors.Is(err, ErrTruncated) && !errors.Is(err, ErrCorrupt) {
			t.Errorf("window %#x: %d bytes, %v; the first frame holds 100", window, len(b), err)
		}
	}
}

// TestClusterPointersLie puts the next cluster's pointer everywhere in and around a cluster:
// where the compressed data ends is for the data to say.
func TestClusterPointersLie(t *testing.T) {
	text := bytes.Repeat([]byte("some text "), 60)
	for _, tc := range []struct{ compression, window byte }{{zimtest.XZ, 0}, {zimtest.Zstd, 0}, {zimtest.Zstd, zimtest.Window128MiB}, {zimtest.Stored, 0}} {
		za := zimtest.Archive{Minor: 1, NoCounter: true, NoTitleV0: true, NoTitleV1: true, Compression: tc.compression, Window: tc.window,
			ClusterSize: 1, Entries: []zimtest.Entry{{Path: "C/a", Data: text}, {Path: "C/b", Data: text}, {Path: "C/c", Data: text}}}
		good := za.Bytes()
		h, _, err := parseHeader(good, uint64(len(good)), false)
		if err != nil {
			t.Fatal(err)
		}
		first := offsetAt(good[h.clusterPtrPos:], 8)
		for _, next := range []uint64{0, first - 1, first, first + 1, first + 2, first + 3, first + 5, first + 7, first + 8, first + 20, h.end - 1, h.end, none64} {
			b := put(good, int(h.clusterPtrPos)+8, 8, next)
			if next >= h.end {
				b = put(good, int(h.clusterPtrPos)+8, 8, h.end-1)
			}
			a := openBytes(t, b, nil)
			within(t, 5*time.Second, fmt.Sprintf("compression %d, window %#x, next pointer %d behind", tc.compression, tc.window, int64(next-first)), func() {
				if got, err := itemAt(t, a, "C/a").Bytes(bg); err != nil || !bytes.Equal(got, text) {
					t.Errorf("compression %d, next pointer %d behind: %v", tc.compression, int64(next-first), err)
				}
			})
		}
	}
}

// TestTruncatedClusters fail wherever the file ends inside them, and end.
func TestTruncatedClusters(t *testing.T) {
	text := repeated(3000)
	for _, tc := range []struct{ compression, window byte }{{zimtest.XZ, 0}, {zimtest.Zstd, 0}, {zimtest.Zstd, zimtest.Window128MiB}, {zimtest.Stored, 0}} {
		frame := zimtest.Payload(false, text)
		switch tc.compression {
		case zimtest.XZ:
			frame = zimtest.XZStream(frame)
		case zimtest.Zstd:
			frame = zimtest.ZstdFrame(frame, tc.window)
		}
		// Everything else lies in front of the frame: cutting it off leaves a whole archive.
		za := withFrame(tc.compression, frame)
		za.OldLayout, za.NoChecksum, za.Scatter = true, true, false
		b := za.Bytes()
		at := bytes.LastIndex(b, frame)
		cache := NewCache(nil)
		for n := at; n < at+len(frame)-20; n += 1 + (n-at)/30 {
			a, err := NewReader(bytes.NewReader(b[:n]), int64(n), &Options{Cache: cache})
			if err != nil {
				t.Fatalf("cut %d bytes behind the info byte: %v", n-at, err)
			}
			_, err = itemAt(t, a, "C/x").Bytes(bg)
			if !errors.Is(err, ErrTruncated) && !errors.Is(err, ErrCorrupt) {
				t.Errorf("compression %d, cut %d bytes behind the info byte: %v", tc.compression, n-at, err)
			}
		}
	}
}

// TestChecksInFrames finds what the compressors' own checks can find, where a frame has them.
func TestChecksInFrames(t *testing.T) {
	payload := zimtest.Payload(false, repeated(500))
	xz := zimtest.XZStream(payload)
	bad := slices.Clone(xz)
	bad[100] ^= 1 // in a stored chunk: only the CRC32 can tell
	a := openBuilt(t, withFrame(zimtest.XZ, bad), nil)
	for it, err := range a.ByCluster(bg) {
		if err != nil {
			t.Fatal(err)
		}
		if _, err := it.Bytes(bg); it.Entry().Path() == "x" && it.held != nil {
			t.Errorf("held although its check is wrong: %v", err)
		}
	}
	found := 0
	for p, err := range a.Verify(bg, CheckDecode) {
		if found++; err != nil || p.Check != CheckDecode || !errors.Is(p.Err, ErrCorrupt) {
			t.Errorf("Verify: %+v, %v", p, err)
		}
	}
	if found != 1 {
		t.Errorf("Verify found %d", found)
	}
}

// TestReadGrowing allocates by what comes, not by what is claimed.
func TestReadGrowing(t *testing.T) {
	src := repeated(100_000)
	u := func() unpacker { return &unpacked{data: src} }
	for _, n := range []uint64{0, 1, 65_000, 100_000} {
		b, err := readGrowing(bg, u(), []byte("head"), n)
		if err != nil || string(b) != "head"+string(src[:n]) || cap(b) != len(b) {
			t.Errorf("%d: %d bytes with room for %d, %v", n, len(b), cap(b), err)
		}
	}
	var err error
	n := allocated(func() { _, err = readGrowing(bg, u(), nil, 1<<40) })
	wantKind(t, "a terabyte", err, ErrTruncated)
	if n > growingFrom+1<<20 {
		t.Errorf("%d bytes allocated", n)
	}
}

// TestUnsupportedCompression refuses zlib, bzip2 and what has no name, and reads the rest.
func TestUnsupportedCompression(t *testing.T) {
	for info := range byte(32) {
		payload := zimtest.Payload(info&0x10 != 0, []byte("text"))
		za := withFrame(info&0x0F, payload)
		za.Entries[1].Extended = info&0x10 != 0
		if info&0x0F == 0 {
			za.Entries[1].Compression = zimtest.StoredZero
		}
		_, err := itemAt(t, openBuilt(t, za, nil), "C/x").Bytes(bg)
		switch info & 0x0F {
		case 0, 1:
			wantKind(t, fmt.Sprintf("info %#x", info), err, nil)
		case 4, 5:
			wantKind(t, fmt.Sprintf("info %#x", info), err, ErrCorrupt)
		default:
			wantKind(t, fmt.Sprintf("info %#x", info), err, ErrCompression)
		}
	}
}
