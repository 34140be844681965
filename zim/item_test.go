package zim

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// TestItems reads every item of every sample in each way there is: they agree with one
// another and with what the archive was built of.
func TestItems(t *testing.T) {
	for _, s := range zimtest.Samples() {
		a := openBuilt(t, s.Archive, nil)
		built := map[string][]byte{}
		for _, e := range s.Archive.Entries {
			if _, twice := built[e.Path]; !twice && e.Redirect == "" && e.Alias == "" && e.Kind == 0 && e.Frame == nil && e.Data != nil {
				built[e.Path] = e.Data
			}
		}
		checked := 0
		for e, err := range a.Entries(bg, 0) {
			if err != nil {
				t.Fatal(err)
			}
			it, err := e.Item()
			if err != nil {
				continue
			}
			b := everyWay(t, it)
			if want, ok := built[e.FullPath()]; ok && e.Title() != "Second" {
				checked++
				if !bytes.Equal(b, want) {
					t.Errorf("%s: %s: %d bytes, want %d", s.Name, e.FullPath(), len(b), len(want))
				}
			}
			if _, err := it.MIMEType(); err != nil {
				t.Errorf("%s: %s: %v", s.Name, e.FullPath(), err)
			}
		}
		if len(built) > 0 && checked == 0 {
			t.Errorf("%s: nothing was compared", s.Name)
		}
	}
}

// everyWay returns the item's data after comparing Bytes, AppendTo, Size and Open.
func everyWay(t *testing.T, it Item) []byte {
	t.Helper()
	name := it.Entry().FullPath()
	b, err := it.Bytes(bg)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	again, err := it.AppendTo(bg, []byte("before "))
	if err != nil || string(again) != "before "+string(b) {
		t.Errorf("%s: AppendTo: %d bytes, %v", name, len(again), err)
	}
	if n, err := it.Size(bg); err != nil || n != int64(len(b)) {
		t.Errorf("%s: Size() = %d, %v, want %d", name, n, err, len(b))
	}
	c, err := it.Open(bg)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	defer c.Close()
	var buf bytes.Buffer
	if _, err := c.WriteTo(&buf); err != nil || !bytes.Equal(buf.Bytes(), b) {
		t.Errorf("%s: WriteTo: %d bytes, %v, want %d", name, buf.Len(), err, len(b))
	}
	return b
}

// TestOddFrames reads clusters that are legal but not as writers make them.
func TestOddFrames(t *testing.T) {
	za := zimtest.OddFrames()
	a := openBuilt(t, za, &Options{Strict: true})
	for _, e := range za.Entries {
		want := "odd: " + e.Path[2:]
		if e.Path == "C/xz_real" {
			want = zimtest.XZText()
		}
		for range 3 {
			if b, err := itemAt(t, a, e.Path).Bytes(bg); err != nil || string(b) != want {
				t.Errorf("%s: %.30q, %v", e.Path, b, err)
			}
		}
		everyWay(t, itemAt(t, a, e.Path))
	}
}

func TestMIMEType(t *testing.T) {
	b := pageArchive(nil).Bytes()
	a := openBytes(t, b, nil)
	if got, err := itemAt(t, a, "C/text.txt").MIMEType(); got != "text/plain; charset=utf-8" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
	bad := openBytes(t, zimtest.Damage(b, "bad_mimetype_in_dirent"), nil)
	failed := 0
	for e, err := range bad.Entries(bg, 0) {
		if err != nil {
			t.Fatal(err)
		}
		it, err := e.Item()
		if err != nil {
			continue
		}
		if _, err := it.MIMEType(); err != nil {
			failed++
			wantKind(t, e.FullPath(), err, ErrCorrupt)
			if _, err := it.Bytes(bg); err != nil {
				t.Errorf("%s: the content cannot be read: %v", e.FullPath(), err)
			}
		}
	}
	if failed != 1 {
		t.Errorf("%d bad types", failed)
	}
}

// TestLocation finds uncompressed items in the file that holds them.
func TestLocation(t *testing.T) {
	b := pageArchive(nil).Bytes()
	for _, cut := range []int{0, 500, len(b) / 2, len(b) - 300} {
		parts := zimtest.Split(b, cut)
		var readers []*bytes.Reader
		src := new(source)
		for _, p := range parts {
			r := bytes.NewReader(p)
			if len(p) > 0 {
				readers = append(readers, r)
			}
			src.add(r, int64(len(p)))
		}
		a, err := newArchive(src, nil)
		if err != nil {
			t.Fatal(err)
		}
		for e, err := range a.Entries(bg, 0) {
			if err != nil {
				t.Fatal(err)
			}
			it, err := e.Item()
			if err != nil {
				continue
			}
			loc, ok, err := it.Location(bg)
			if err != nil {
				t.Fatal(err)
			}
			want, err := it.Bytes(bg)
			if err != nil {
				t.Fatal(err)
			}
			c, err := a.cluster(bg, it.Cluster())
			if err != nil {
				t.Fatal(err)
			}
			if ok != (c.compression == compressionNone) && len(readers) == 1 {
				t.Errorf("%s: ok is %v", e.FullPath(), ok)
			}
			if !ok {
				continue
			}
			got := make([]byte, loc.Size)
			if _, err := readers[loc.Part].ReadAt(got, loc.Offset); err != nil || !bytes.Equal(got, want) {
				t.Errorf("cut at %d: %s: %+v: %v", cut, e.FullPath(), loc, err)
			}
		}
	}
}

// TestAliases share their data, and say so.
func TestAliases(t *testing.T) {
	za := pageArchive(func(za *zimtest.Archive) { za.Minor = 2 })
	za.Entries = append(za.Entries, zimtest.Alias("C/alias", "C/main.html"))
	a := openBuilt(t, za, nil)
	x, y, z := itemAt(t, a, "C/alias"), itemAt(t, a, "C/main.html"), itemAt(t, a, "C/Zebra")
	if x.Cluster() != y.Cluster() || x.Blob() != y.Blob() || x.Cluster() == z.Cluster() && x.Blob() == z.Blob() {
		t.Errorf("alias %d/%d, page %d/%d, other %d/%d", x.Cluster(), x.Blob(), y.Cluster(), y.Blob(), z.Cluster(), z.Blob())
	}
	if !bytes.Equal(everyWay(t, x), everyWay(t, y)) {
		t.Error("the data differs")
	}
}

// TestMaxBlob refuses larger items before anything of their size is allocated, and Open reads them.
func TestMaxBlob(t *testing.T) {
	data := noise(rand.New(rand.NewPCG(1, 1)), 3<<20)
	for _, compression := range []byte{zimtest.Stored, zimtest.XZ, zimtest.Zstd} {
		za := zimtest.Archive{Minor: 1, NoCounter: true, Compression: compression, Entries: []zimtest.Entry{
			{Path: "C/small", Data: data[:1000]}, {Path: "C/large", Data: data}}}
		b := za.Bytes()
		a := openBytes(t, b, &Options{MaxBlob: 1 << 20})
		large := itemAt(t, a, "C/large")
		_, err := large.Size(bg) // decoders are made once
		if err != nil {
			t.Fatal(err)
		}
		n := allocated(func() { _, err = large.Bytes(bg) })
		wantKind(t, fmt.Sprint("compression ", compression), err, ErrTooLarge)
		if n > 1<<20 {
			t.Errorf("compression %d: %d bytes allocated", compression, n)
		}
		c, err := large.Open(bg)
		if err != nil || c.Size() != int64(len(data)) {
			t.Fatalf("compression %d: Open: %v", compression, err)
		}
		var buf bytes.Buffer
		if _, err := c.WriteTo(&buf); err != nil || !bytes.Equal(buf.Bytes(), data) {
			t.Errorf("compression %d: %d bytes, %v", compression, buf.Len(), err)
		}
		c.Close()
		a = openBytes(t, b, &Options{MaxBlob: 3 << 20})
		if got, err := itemAt(t, a, "C/large").Bytes(bg); err != nil || !bytes.Equal(got, data) {
			t.Errorf("compression %d, at the limit: %d bytes, %v", compression, len(got), err)
		}
	}
}

func TestItemCancelled(t *testing.T) {
	for _, compression := range []byte{zimtest.Stored, zimtest.XZ, zimtest.Zstd} {
		a := openBuilt(t, pageArchive(func(za *zimtest.Archive) { za.Compression = compression }), nil)
		it := itemAt(t, a, "C/Zebra")
		ctx, cancel := context.WithCancel(bg)
		cancel()
		_, err := it.Bytes(ctx)
		wantKind(t, "Bytes", err, context.Canceled)
		_, err = it.Size(ctx)
		wantKind(t, "Size", err, context.Canceled)
		_, err = it.Open(ctx)
		wantKind(t, "Open", err, context.Canceled)
		if s := a.cache.Stats(); s.Damaged != 0 {
			t.Errorf("a cancelled read counts as damage: %+v", s)
		}
		if b, err := it.Bytes(bg); err != nil || len(b) == 0 {
			t.Errorf("afterwards: %v", err)
		}
	}
}
