package zim

import (
	"bytes"
	"encoding/binary"
	"math"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"

	"github.com/openzim-mcp/openzim-mcp/zim/internal/raw"
)

// The targets of pure parsers compare with another way of doing the same, slower and plainer.
// What they are seeded with is in fuzz_seeds_test.go.

func FuzzHeader(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, b []byte, size uint64, salvage bool) {
		h, warnings, err := parseHeader(b, size, salvage)
		if err != nil {
			if e := (*FormatError)(nil); !asFormatError(err, &e) || e.Error() == "" {
				t.Errorf("error %v", err)
			}
			return
		}
		switch {
		case size > math.MaxInt64 || size < headerSize || len(b) < headerSize:
			t.Error("no room for a header")
		case h.major != 5 && h.major != 6, h.mimeListPos != 72 && h.mimeListPos != 80:
			t.Errorf("version %d, MIME list at %d", h.major, h.mimeListPos)
		case h.end > size, h.checksumPos != 0 && (h.checksumPos != h.end || h.end+checksumSize != size):
			t.Errorf("%d bytes end at %d, checksum at %d", size, h.end, h.checksumPos)
		case !tableFits(h.pathPtrPos, h.entries, 8, size), !tableFits(h.clusterPtrPos, h.clusters, 8, size),
			h.titlePtrPos != none64 && !tableFits(h.titlePtrPos, h.entries, 4, size):
			t.Errorf("a table lies outside of %d bytes: %+v", size, h)
		case h.clusters > h.entries || h.entries > 0 && h.clusters == 0:
			t.Errorf("%d entries in %d clusters", h.entries, h.clusters)
		case len(warnings) > 0 && !salvage && h.titlePtrPos != none64:
			t.Errorf("warnings %v", warnings)
		}
		if again := h.bytes(); len(warnings) == 0 && h.checksumPos != 0 && !bytes.Equal(again[:64], b[:64]) {
			t.Errorf("%x is written as %x", b[:64], again[:64])
		}
	})
}

// tableFits is raw.Table by numbers that cannot overflow.
func tableFits(pos uint64, n uint32, width, size uint64) bool {
	return pos <= size && float64(pos)+float64(n)*float64(width) <= float64(size)
}

func FuzzMIMEList(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, b []byte, more bool) {
		got, err := parseMIMEList(b, headerSize, more)
		var want []string
		ok := false
		for rest := b; ; {
			s, behind, found := bytes.Cut(rest, []byte{0})
			if !found {
				break
			}
			if len(s) == 0 {
				ok = len(want) <= maxMIMETypes
				break
			}
			want, rest = append(want, string(s)), behind
		}
		if ok != (err == nil) || ok && !slices.Equal(got, want) {
			t.Errorf("%q: got %q, %v, want %q, %v", b, got, err, want, ok)
		}
		if err == raw.ErrShort && !more {
			t.Errorf("%q: asks for more where there is none", b)
		}
	})
}

func FuzzDirent(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, b []byte, limit uint16) {
		d, err := parseDirent(b, int(limit))
		if err != nil {
			if err != raw.ErrShort && err != raw.ErrNoEnd {
				t.Errorf("error %v", err)
			}
			return
		}
		if d.size > len(b) || d.size < minDirent || len(d.path) > int(limit) || len(d.title) > int(limit) {
			t.Fatalf("%d of %d bytes, path of %d, title of %d, limit %d", d.size, len(b), len(d.path), len(d.title), limit)
		}
		if want := direntBytes(&d, b); !bytes.Equal(want, b[:d.size]) {
			t.Errorf("%x is written as %x", b[:d.size], want)
		}
		if _, err := parseDirent(b[:d.size-1], int(limit)); err != raw.ErrShort {
			t.Errorf("without its last byte: %v", err)
		}
		if o := d.own(); o.path != string(d.path) || o.title != string(d.displayTitle()) || o.isRedirect() && o.isContent() {
			t.Errorf("%+v, copied %+v", d, o)
		}
	})
}

// direntBytes writes a dirent; what is not kept of it comes from b.
func direntBytes(d *rawDirent, b []byte) []byte {
	out := binary.LittleEndian.AppendUint16(nil, d.kind)
	out = append(append(out, b[2], d.ns), b[4:8]...)
	switch {
	case d.kind == kindRedirect:
		out = binary.LittleEndian.AppendUint32(out, d.blob)
	case d.kind < kindDeleted:
		out = binary.LittleEndian.AppendUint32(out, d.cluster)
		out = binary.LittleEndian.AppendUint32(out, d.blob)
	}
	out = append(append(out, d.path...), 0)
	out = append(append(out, d.title...), 0)
	return append(out, b[d.size-int(b[2]):d.size]...)
}

// rawClusterArchive is an archive of one uncompressed cluster with the payload b.
func rawClusterArchive(b []byte, entries uint32) *Archive {
	a := &Archive{src: new(source), head: header{end: uint64(len(b)) + 1, entries: entries}}
	a.src.add(bytes.NewReader(append([]byte{compressionNone}, b...)), int64(len(b))+1)
	return a
}

func FuzzBlobTable(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, b []byte, extended bool, entries uint32) {
		c := clusterHead{compression: compressionNone, width: 4}
		if extended {
			c.width = 8
		}
		a := rawClusterArchive(b, entries)
		n, err := a.checkRawTable(bg, c)
		want, offsets := plainTable(b, int(c.width), entries)
		if (err == nil) != want {
			t.Fatalf("%x: %v, want %v", b, err, want)
		}
		if err == nil && n != uint64(len(offsets)-1) {
			t.Fatalf("%x: %d blobs, want %d", b, n, len(offsets)-1)
		}
		for i := range uint32(min(n, 40)) {
			pos, size, err := a.rawBlob(bg, c, i)
			if want && (err != nil || pos != 1+offsets[i] || size != offsets[i+1]-offsets[i]) {
				t.Errorf("%x: blob %d: %d bytes at %d, %v", b, i, size, pos, err)
			}
			if err == nil && !raw.Within(pos, size, a.head.end) {
				t.Errorf("%x: blob %d: %d bytes at %d of %d", b, i, size, pos, a.head.end)
			}
		}
		if _, _, err := a.rawBlob(bg, c, uint32(min(n, none32))); want && err == nil {
			t.Errorf("%x: a blob behind the last", b)
		}
	})
}

// plainTable reads the offsets of a payload and reports whether they are sound.
func plainTable(b []byte, width int, entries uint32) (ok bool, offsets []uint64) {
	if len(b) < width {
		return false, nil
	}
	first := offsetAt(b, uint64(width))
	if first < uint64(width) || first > uint64(len(b)) || first%uint64(width) != 0 || first/uint64(width)-1 > uint64(entries) {
		return false, nil
	}
	for i := 0; i < int(first); i += width {
		offsets = append(offsets, offsetAt(b[i:], uint64(width)))
	}
	return slices.IsSorted(offsets) && offsets[len(offsets)-1] <= uint64(len(b)), offsets
}

var fuzzDecoder = sync.OnceValue(newZstdDecoder)

func FuzzZstdFrameWalk(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, b []byte, step uint8) {
		head, w, reason := walkWhole(b)
		if inSteps := walkSteps(b, head, int(step)); reason == "" && head.head > 0 && inSteps != w {
			t.Errorf("whole %+v, in steps %+v", w, inSteps)
		}
		if reason != "" || !w.done || w.end > uint64(len(b)) {
			return // DecodeAll is asked only for what the walk lets through, as in reading
		}
		if w.bound > 1<<20 || head.window > 8<<20 {
			return
		}
		out, err := fuzzDecoder().DecodeAll(b[head.start:w.end], make([]byte, 0, w.bound+zstdBlock))
		if err == zstd.ErrDecoderSizeExceeded && (head.content == none64 || head.content <= w.bound) {
			t.Fatalf("more than the bound of %d", w.bound)
		}
		if err == nil && uint64(len(out)) > w.bound {
			t.Errorf("%d bytes, the bound is %d", len(out), w.bound)
		}
		if err == nil && head.content != none64 && head.content != uint64(len(out)) {
			t.Errorf("%d bytes, the frame says %d", len(out), head.content)
		}
	})
}

// walkSteps walks over more and more of b.
func walkSteps(b []byte, f zstdFrame, step int) (w frameWalk) {
	for n := int(f.start + f.head); ; n += 1 + step*step {
		n = min(n, len(b))
		var reason string
		if w, reason = f.walk(b[:n], w); reason != "" || w.done || n == len(b) {
			return w
		}
	}
}

func FuzzCounter(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, s string) {
		got, want := parseCounter(s), plainCounter(s)
		if len(got) != len(want) {
			t.Fatalf("%q: got %v, want %v", s, got, want)
		}
		for k, v := range want {
			if n, ok := got[k]; !ok || n != v {
				t.Fatalf("%q: got %v, want %v", s, got, want)
			}
		}
		sumTypes(got, "text/", "image/")
	})
}

// plainCounter follows the rule word by word.
func plainCounter(s string) map[string]uint64 {
	counts := map[string]uint64{}
	pieces := strings.Split(s, ";")
	if s == "" {
		pieces = nil
	}
	for i := 0; i < len(pieces); i++ {
		piece := pieces[i]
		if !strings.Contains(piece, "=") {
			for complete := false; !complete; complete = strings.Count(pieces[i], "=") == 2 {
				if i++; i >= len(pieces) {
					return counts
				}
				piece += ";" + pieces[i]
			}
		}
		at := strings.LastIndex(piece, "=")
		n, err := strconv.ParseUint(piece[at+1:], 10, 64)
		if _, seen := counts[piece[:at]]; err == nil && !seen && at > 0 {
			counts[piece[:at]] = n
		}
	}
	return counts
}

func FuzzIllustrationName(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, s string) {
		i, ok := parseIllustration(s)
		if !ok {
			return
		}
		if i.path() != s || !(i.Scale > 0) || math.IsInf(i.Scale, 0) {
			t.Errorf("%q is taken for %+v, which is %q", s, i, i.path())
		}
		if again, ok := parseIllustration(i.path()); !ok || !cmp.Equal(again, i) {
			t.Errorf("%+v becomes %+v", i, again)
		}
	})
}

func FuzzUserPath(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, s string) {
		ns, rest, ok := parseUserPath(s)
		bare := strings.TrimPrefix(s, "/")
		if want := bare != "" && bare[0] != '/' && (len(bare) == 1 || bare[1] == '/'); ok != want {
			t.Fatalf("%q: %v, want %v", s, ok, want)
		}
		if !ok {
			if ns != 0 || rest != "" {
				t.Errorf("%q: %q, %q", s, ns, rest)
			}
			return
		}
		if whole := string([]byte{ns}); bare != whole && bare != whole+"/"+rest {
			t.Errorf("%q: %q, %q", s, ns, rest)
		}
	})
}

// fuzzTitles has 32 pages with titles that share prefixes, for lists of them that are anything.
var fuzzTitles = sync.OnceValue(func() *Archive {
	b := titleSeedArchive().Bytes()
	a, err := NewReader(bytes.NewReader(b), int64(len(b)), &Options{Cache: NewCache(&CacheOptions{Dirents: 1024})})
	if err != nil {
		panic(err)
	}
	for i := range a.head.entries { // all dirents are in the cache from now on
		if _, err := a.Entry(bg, i); err != nil {
			panic(err)
		}
	}
	return a
})

func FuzzTitleList(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, list []byte, title string, keys int8) {
		base := fuzzTitles()
		data := make([]byte, base.src.size, base.src.size+uint64(len(list)))
		if err := base.src.read(data, 0); err != nil {
			t.Fatal(err)
		}
		a := &Archive{src: new(source), head: base.head, cache: base.cache, id: base.id, opts: base.opts}
		a.src.add(bytes.NewReader(append(data, list...)), int64(len(data)+len(list)))
		n := uint32(len(list) / 4)
		a.titles.Store(&titleList{v1: true, pos: uint64(len(data)), n: n, front: indexRange{0, n}, keys: newKeys(int(keys), n)})
		checkTitles(t, a, listTitles(a, list), title)
	})
}

// listTitles returns the title keys of a list; ok is false where it is no sound list.
func listTitles(a *Archive, list []byte) (titles []string) {
	for ; len(list) >= 4; list = list[4:] {
		e, err := a.Entry(bg, binary.LittleEndian.Uint32(list))
		if err != nil || e.Namespace() != 'C' {
			return nil
		}
		titles = append(titles, e.Title())
	}
	if !slices.IsSorted(titles) {
		return nil
	}
	return titles
}

func checkTitles(t *testing.T, a *Archive, titles []string, title string) {
	e, err := a.LookupTitle(bg, title)
	if err == nil && e.Title() != title {
		t.Fatalf("asked for %q, got %q", title, e.Title())
	}
	lo, hi, rangeErr := a.TitleRange(bg, title)
	count, err2 := a.TitleCount(bg)
	if err2 != nil || rangeErr == nil && (lo > hi || hi > count) {
		t.Fatalf("[%d, %d) of %d, %v", lo, hi, count, err2)
	}
	steps := uint32(0)
	for range a.TitlePrefix(bg, title) {
		if steps++; steps > count+1 {
			t.Fatal("it does not end")
		}
	}
	if titles == nil {
		return
	}
	from := sort.SearchStrings(titles, title)
	to := from
	for to < len(titles) && strings.HasPrefix(titles[to], title) {
		to++
	}
	if rangeErr != nil || int(lo) != from || int(hi) != to {
		t.Fatalf("%q in %q: [%d, %d), %v, want [%d, %d)", title, titles, lo, hi, rangeErr, from, to)
	}
	if found := from < len(titles) && titles[from] == title; found != (err == nil) {
		t.Fatalf("%q in %q: %v", title, titles, err)
	}
}
