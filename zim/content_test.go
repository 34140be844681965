package zim

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// repeated returns n bytes that compress well and differ at every place.
func repeated(n int) []byte { return bytes.Clone(longText()[:n]) }

var longText = sync.OnceValue(func() []byte {
	b := make([]byte, 0, memItem+100_000)
	for i := 0; len(b) < cap(b)-8; i++ {
		b = fmt.Appendf(b, "%07d,", i)
	}
	return b
})

var contentArchives sync.Map // by what they are made of: large ones take a while to compress

// contentArchive has an item of size bytes behind another in one cluster.
func contentArchive(compression, window byte, size int) (b, data []byte) {
	data = repeated(size)
	key := [3]int{int(compression), int(window), size}
	if b, ok := contentArchives.Load(key); ok {
		return b.([]byte), data
	}
	za := zimtest.Archive{Minor: 1, NoCounter: true, NoTitleV0: true, NoTitleV1: true, Compression: compression, Window: window, ClusterSize: 1 << 30,
		Entries: []zimtest.Entry{{Path: "C/before", Data: repeated(100_000)}, {Path: "C/item", Data: data}, {Path: "C/behind", Data: repeated(10)}}}
	b = za.Bytes()
	contentArchives.Store(key, b)
	return b, data
}

// TestContent reads, seeks and reads at random offsets, and gets what Bytes gives.
func TestContent(t *testing.T) {
	for _, tc := range []struct {
		name         string
		compression  byte
		window       byte
		size         int
		opts         Options
		steps, chunk int
	}{
		{"stored", zimtest.Stored, 0, 300_000, Options{}, 200, 5000},
		{"empty", zimtest.Zstd, 0, 0, Options{}, 20, 10},
		{"one byte", zimtest.Stored, 0, 1, Options{}, 20, 10},
		{"zstd in memory", zimtest.Zstd, 0, 300_000, Options{}, 200, 5000},
		{"xz in memory", zimtest.XZ, 0, 300_000, Options{}, 200, 5000},
		{"zstd streamed", zimtest.Zstd, 0, memItem + 1000, Options{}, 12, 300_000},
		{"xz streamed", zimtest.XZ, 0, memItem + 1000, Options{}, 8, 300_000},
		{"zstd streamed, above MaxBlob and MaxClusterMem", zimtest.Zstd, 0, memItem + 1000, Options{MaxBlob: 1000, MaxClusterMem: 1 << 20}, 6, 300_000},
		{"zstd of a large window", zimtest.Zstd, zimtest.Window128MiB, memItem + 1000, Options{}, 6, 300_000},
		{"zstd of a large window, streamed", zimtest.Zstd, zimtest.Window128MiB, memItem + 1000, Options{MaxClusterMem: 1 << 20}, 4, 300_000},
	} {
		t.Run(tc.name, func(t *testing.T) {
			b, data := contentArchive(tc.compression, tc.window, tc.size)
			a := openBytes(t, b, &tc.opts)
			c, err := itemAt(t, a, "C/item").Open(bg)
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			if c.Size() != int64(len(data)) {
				t.Fatalf("Size() = %d, want %d", c.Size(), len(data))
			}
			r, want := rand.New(rand.NewPCG(7, 7)), bytes.NewReader(data)
			for range tc.steps {
				sameStep(t, r, c, want, tc.chunk)
			}
			c.Seek(0, io.SeekStart)
			got, err := io.ReadAll(c)
			if err != nil || !bytes.Equal(got, data) {
				t.Errorf("ReadAll: %d bytes, %v", len(got), err)
			}
		})
	}
}

// sameStep does one random thing to both readers and compares.
func sameStep(t *testing.T, r *rand.Rand, c *Content, want *bytes.Reader, chunk int) {
	t.Helper()
	size := int(want.Size())
	x, y := make([]byte, 1+r.IntN(chunk)), []byte(nil)
	y = make([]byte, len(x))
	switch r.IntN(3) {
	case 0:
		n, err1 := io.ReadFull(c, x)
		m, err2 := io.ReadFull(want, y)
		if n != m || err1 != err2 || !bytes.Equal(x, y) {
			t.Fatalf("Read: %d bytes, %v, want %d, %v", n, err1, m, err2)
		}
	case 1:
		off := int64(r.IntN(size + size/8 + 3))
		n, err1 := c.ReadAt(x, off)
		m, err2 := want.ReadAt(y, off)
		if n != m || err1 != err2 || !bytes.Equal(x, y) {
			t.Fatalf("ReadAt(%d): %d bytes, %v, want %d, %v", off, n, err1, m, err2)
		}
	default:
		whence := r.IntN(3)
		off := int64(r.IntN(size + 1))
		if whence != io.SeekStart {
			off = -off
		}
		p, err1 := c.Seek(off, whence)
		q, err2 := want.Seek(off, whence)
		if p != q || (err1 == nil) != (err2 == nil) {
			t.Fatalf("Seek(%d, %d) = %d, %v, want %d, %v", off, whence, p, err1, q, err2)
		}
	}
}

// TestContentIsAReader passes the standard library's test of readers.
func TestContentIsAReader(t *testing.T) {
	for _, compression := range []byte{zimtest.Stored, zimtest.Zstd} {
		b, data := contentArchive(compression, 0, 5000)
		c, err := itemAt(t, openBytes(t, b, nil), "C/item").Open(bg)
		if err != nil {
			t.Fatal(err)
		}
		if err := iotest.TestReader(c, data); err != nil {
			t.Error(err)
		}
	}
}

func TestContentSeek(t *testing.T) {
	b, _ := contentArchive(zimtest.Stored, 0, 100)
	c, err := itemAt(t, openBytes(t, b, nil), "C/item").Open(bg)
	if err != nil {
		t.Fatal(err)
	}
	if p, err := c.Seek(500, io.SeekStart); p != 500 || err != nil {
		t.Errorf("behind the end: %d, %v", p, err)
	}
	if n, err := c.Read(make([]byte, 1)); n != 0 || err != io.EOF {
		t.Errorf("read behind the end: %d, %v", n, err)
	}
	for _, tc := range []struct {
		off    int64
		whence int
	}{{-1, io.SeekStart}, {-101, io.SeekEnd}, {-501, io.SeekCurrent}, {0, 3}, {0, -1}, {1<<63 - 1, io.SeekCurrent}} {
		if _, err := c.Seek(tc.off, tc.whence); err == nil {
			t.Errorf("Seek(%d, %d) works", tc.off, tc.whence)
		}
	}
	if _, err := c.ReadAt(make([]byte, 1), -1); err == nil {
		t.Error("ReadAt(-1) works")
	}
	if p, err := c.Seek(0, io.SeekCurrent); p != 500 || err != nil {
		t.Errorf("refused seeks moved to %d", p)
	}
}

// TestContentOfCachedItem reads an item above 8 MiB that a large cache already holds.
func TestContentOfCachedItem(t *testing.T) {
	for _, compression := range []byte{zimtest.Zstd, zimtest.XZ} {
		b, data := contentArchive(compression, 0, memItem+1000)
		a := openBytes(t, b, &Options{Cache: NewCache(&CacheOptions{MaxBytes: 1 << 30})})
		it := itemAt(t, a, "C/item")
		for range 2 {
			if got, err := it.Bytes(bg); err != nil || !bytes.Equal(got, data) {
				t.Fatalf("Bytes: %d, %v", len(got), err)
			}
			c, err := it.Open(bg)
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(c)
			if err != nil || !bytes.Equal(got, data) {
				t.Errorf("compression %d: ReadAll: %d bytes that begin with %q, %v", compression, len(got), got[:min(len(got), 8)], err)
			}
			c.Close()
		}
	}
}

// TestContentReadAtBesideRead uses ReadAt from other goroutines while one reads on.
func TestContentReadAtBesideRead(t *testing.T) {
	for _, size := range []int{100_000, memItem + 1000} {
		b, data := contentArchive(zimtest.Zstd, 0, size)
		c, err := itemAt(t, openBytes(t, b, nil), "C/item").Open(bg)
		if err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for g := range 3 {
			wg.Go(func() {
				for i := range 3 {
					p := make([]byte, 1000)
					off := (g*3 + i) * 9000
					if _, err := c.ReadAt(p, int64(off)); err != nil || !bytes.Equal(p, data[off:off+1000]) {
						t.Errorf("ReadAt(%d): %v", off, err)
					}
				}
			})
		}
		got, err := io.ReadAll(c)
		wg.Wait()
		if err != nil || !bytes.Equal(got, data) {
			t.Errorf("ReadAll: %d bytes, %v", len(got), err)
		}
		c.Close()
	}
}

// TestContentClose gives the decoder back, and the Content reads on.
func TestContentClose(t *testing.T) {
	b, data := contentArchive(zimtest.Zstd, 0, memItem+1000)
	a := openBytes(t, b, nil)
	c, err := itemAt(t, a, "C/item").Open(bg)
	if err != nil {
		t.Fatal(err)
	}
	p := make([]byte, 1000)
	for i := range 3 {
		if _, err := io.ReadFull(c, p); err != nil || !bytes.Equal(p, data[i*1000:][:1000]) {
			t.Fatalf("after %d closes: %v", i, err)
		}
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
		if n := len(a.cache.streams.free); n != 1 {
			t.Errorf("%d decoders wait for their next use", n)
		}
	}
}

// TestContentCancelled ends reads, and those of another context go on.
func TestContentCancelled(t *testing.T) {
	b, data := contentArchive(zimtest.Zstd, 0, memItem+1000)
	a := openBytes(t, b, nil)
	ctx, cancel := context.WithCancel(bg)
	c, err := itemAt(t, a, "C/item").Open(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Read(make([]byte, 100)); err != nil {
		t.Fatal(err)
	}
	cancel()
	_, err = c.Read(make([]byte, 1<<20))
	wantKind(t, "Read", err, context.Canceled)
	c2, err := itemAt(t, a, "C/item").Open(bg)
	if err != nil {
		t.Fatal(err)
	}
	defer c2.Close()
	if got, err := io.ReadAll(c2); err != nil || !bytes.Equal(got, data) {
		t.Errorf("afterwards: %d bytes, %v", len(got), err)
	}
}

// failingWriter takes n bytes.
type failingWriter struct{ n int }

var errWriter = errors.New("full")

func (w *failingWriter) Write(p []byte) (int, error) {
	if n := min(len(p), w.n); n < len(p) {
		w.n = 0
		return n, errWriter
	}
	w.n -= len(p)
	return len(p), nil
}

func TestContentWriteTo(t *testing.T) {
	b, data := contentArchive(zimtest.Zstd, 0, 300_000)
	c, err := itemAt(t, openBytes(t, b, nil), "C/item").Open(bg)
	if err != nil {
		t.Fatal(err)
	}
	c.Seek(1000, io.SeekStart)
	var buf bytes.Buffer
	if n, err := c.WriteTo(&buf); n != 299_000 || err != nil || !bytes.Equal(buf.Bytes(), data[1000:]) {
		t.Errorf("%d bytes, %v", n, err)
	}
	if n, err := c.WriteTo(&buf); n != 0 || err != nil {
		t.Errorf("at the end: %d bytes, %v", n, err)
	}
	c.Seek(0, io.SeekStart)
	if n, err := c.WriteTo(&failingWriter{150_000}); n != 150_000 || !errors.Is(err, errWriter) {
		t.Errorf("a full writer: %d bytes, %v", n, err)
	}
}

// TestLargeWindowsDoNotBlock has one reader rest in the middle of a stream of a large window,
// of which there may be only one at a time: others wait for it, but it can go on, and what
// needs no such window is not held up.
func TestLargeWindowsDoNotBlock(t *testing.T) {
	b, data := contentArchive(zimtest.Zstd, zimtest.Window128MiB, memItem+1000)
	a := openBytes(t, b, &Options{MaxClusterMem: 1 << 20, Cache: NewCache(&CacheOptions{Decoders: 1})})
	other := openBuilt(t, pageArchive(nil), &Options{Cache: a.cache})
	first, err := itemAt(t, a, "C/item").Open(bg)
	if err != nil {
		t.Fatal(err)
	}
	second, err := itemAt(t, a, "C/item").Open(bg)
	if err != nil {
		t.Fatal(err)
	}
	p := make([]byte, 1000)
	if _, err := io.ReadFull(first, p); err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() {
		got, err := io.ReadAll(second)
		if err == nil && !bytes.Equal(got, data) {
			err = errors.New("other data")
		}
		second.Close()
		done <- err
	}()
	for a.cache.Stats().Waiting == 0 && len(a.cache.slots) == 0 { // until the second waits, or is done
		time.Sleep(time.Millisecond)
	}
	time.Sleep(20 * time.Millisecond)
	ctx, cancel := context.WithTimeout(bg, 5*time.Second)
	defer cancel()
	if _, err := itemAt(t, other, "C/Zebra").Bytes(ctx); err != nil {
		t.Errorf("an item of another archive: %v", err)
	}
	first.ctx = ctx
	if _, err := io.ReadFull(first, p); err != nil || !bytes.Equal(p, data[1000:2000]) {
		t.Errorf("the first reader goes on: %v", err)
	}
	first.Close()
	within(t, 10*time.Second, "the second reader", func() {
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}
