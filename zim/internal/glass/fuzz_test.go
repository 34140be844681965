package glass

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// fixtureBytes returns an index of testdata.
func fixtureBytes(t testing.TB, name string) []byte {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", name+".glass.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// known fails the test for an error that is none of ours.
func known(t testing.TB, err error) {
	t.Helper()
	if err != nil && !errors.Is(err, ErrCorrupt) && !errors.Is(err, ErrTooLarge) && !errors.Is(err, ErrUnsupported) {
		t.Fatalf("an error of no known kind: %v", err)
	}
}

// edit changes b: each four bytes of edits are a place, and a byte to put there. Inputs that
// are whole indexes would be too long for the fuzzer to shrink.
func edit(b, edits []byte) []byte {
	b = bytes.Clone(b)
	for ; len(edits) >= 4; edits = edits[4:] {
		b[int(binary.BigEndian.Uint32(edits)>>8)%len(b)] = edits[3]
	}
	return b
}

// sound are the indexes that targets start from.
func sound(f *testing.F) (list [][]byte) {
	for _, name := range []string{"example", "words", "titles", "empty"} {
		list = append(list, fixtureBytes(f, name))
	}
	return append(list, postlist(10, item{key: "t", tag: firstChunk(3, 133, 1, chunk(true, 9, 2, 0, 1, 7, 130))}))
}

// FuzzIndex reads whole indexes by every path: sound ones with changes, cut off behind size.
func FuzzIndex(f *testing.F) {
	list := sound(f)
	for i := range list {
		f.Add(uint8(i), uint32(1<<20), []byte{})
	}
	f.Add(uint8(0), uint32(5000), []byte{0, 0, 0x50, 1})
	cache := NewCache(nil)
	f.Fuzz(func(t *testing.T, which uint8, size uint32, edits []byte) {
		b := edit(list[int(which)%len(list)], edits)
		b = b[:min(len(b), int(size%(1<<20+1)))]
		x, err := New(t.Context(), bytes.NewReader(b), int64(len(b)), &Options{Cache: cache})
		if err != nil {
			known(t, err)
			return
		}
		defer x.Close()
		for _, err := range readAll(t, x, 100) {
			known(t, err)
		}
	})
}

// FuzzVersion parses the first block.
func FuzzVersion(f *testing.F) {
	f.Add(fixtureBytes(f, "example")[:versionBytes], int64(10240))
	f.Add(fixtureBytes(f, "empty")[:100], int64(100))
	f.Fuzz(func(t *testing.T, b []byte, size int64) {
		v, err := parseVersion(b, max(size, 0))
		known(t, err)
		if err == nil && v.LastDocID < v.DocCount {
			t.Errorf("%d documents up to %d", v.DocCount, v.LastDocID)
		}
	})
}

// FuzzBlock checks a block, and reads all its items and looks for a key in it.
func FuzzBlock(f *testing.F) {
	words := fixtureBytes(f, "words")
	blocks := [][]byte{branch(1, child{2, ""}, child{3, "s"}), make([]byte, minBlock)}
	for at := minBlock; at < len(words); at += minBlock {
		blocks = append(blocks, words[at:at+minBlock])
	}
	for i := range blocks {
		f.Add(uint8(i), []byte{}, []byte("bat"))
	}
	f.Fuzz(func(t *testing.T, which uint8, edits, key []byte) {
		data := edit(blocks[int(which)%len(blocks)], edits)
		b, err := newBlock(data, Postlist, 0)
		if err != nil {
			known(t, err)
			return
		}
		for i := range b.n {
			if b.level == 0 {
				_ = b.tag(i)
			} else {
				_ = b.child(i)
			}
		}
		for from := range b.n {
			if b.compare(from, key) <= 0 && b.level == 0 && b.find(key, from) != b.find(key, -1) {
				t.Fatalf("found another item from %d on", from)
			}
		}
	})
}

// FuzzPostings walks a list of two chunks, and compares skipping with walking.
func FuzzPostings(f *testing.F) {
	f.Add(firstChunk(3, 133, 1, chunk(true, 9, 2, 0, 1, 7, 130)), "", uint32(5))
	f.Add(firstChunk(4, 4, 1, chunk(false, 1, 1, 0, 1)), chunk(true, 1, 1, 0, 200), uint32(501))
	f.Add(firstChunk(9, 9, 1, chunk(true, 9, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1)), "", uint32(7))
	cache := NewCache(nil)
	f.Fuzz(func(t *testing.T, one, two string, target uint32) {
		if len(one)+len(two) > 1500 {
			return
		}
		items := []item{{key: "t", tag: one}}
		if two != "" {
			items = append(items, further("t", 501, two))
		}
		x := openIndex(t, postlist(1000, items...), &Options{Cache: cache})
		defer x.Close()
		p, err := x.Postings(t.Context(), []byte("t"), nil)
		known(t, err)
		var found uint32
		before := uint32(0)
		held := map[uint32]uint32{}
		for p.Next() {
			if p.DocID() <= before || p.DocID() > p.ChunkEnd() || p.DocID() > x.LastDocID() {
				t.Fatalf("docid %d after %d, chunk's last %d", p.DocID(), before, p.ChunkEnd())
			}
			before = p.DocID()
			held[before] = p.WDF()
			if found == 0 && before >= target {
				found = before
			}
		}
		known(t, p.Err())
		sound := p.Err() == nil
		p, _ = x.Postings(t.Context(), []byte("t"), p)
		ok := p.Seek(target)
		known(t, p.Err())
		if sound && (ok != (found != 0) || ok && p.DocID() != found) {
			t.Errorf("seek %d: %v, %d; a walk finds %d", target, ok, p.DocID(), found)
		}
		many(t, x, target%1000+1, held, sound)
	})
}

// many asks a list for some documents from first on at once, and for a row of them. It
// compares the answers with what a walk found, if that met no damage.
func many(t *testing.T, x *Index, first uint32, held map[uint32]uint32, sound bool) {
	t.Helper()
	docs := []uint32{first, first + 1, first + 3, first + 40, first + 499, 1000, 1001}
	slices.Sort(docs)
	docs = slices.Compact(docs)
	at, wdfs := make([]uint32, len(docs)), make([]uint32, len(docs))
	p, _ := x.Postings(t.Context(), []byte("t"), nil)
	n := p.Meet(docs, at, wdfs)
	known(t, p.Err())
	met := map[uint32]uint32{}
	for i := range n {
		met[docs[at[i]]] = wdfs[i]
	}
	for _, d := range docs {
		if wdf, ok := held[d]; sound && (met[d] != wdf || ok != has(met, d)) {
			t.Errorf("document %d holds it %d times; among many %d", d, wdf, met[d])
		}
	}
	var sums [100]uint32
	var set [2]uint64
	p, _ = x.Postings(t.Context(), []byte("t"), p)
	next := p.Add(first, sums[:], set[:])
	known(t, p.Err())
	for i, sum := range sums {
		d := first + uint32(i)
		if wdf, ok := held[d]; sound && (sum != wdf || ok != (set[i/64]>>(i%64)&1 == 1)) {
			t.Errorf("document %d holds it %d times; in a row %d", d, wdf, sum)
		}
	}
	if next < first+uint32(len(sums)) {
		t.Errorf("the row from %d on ends at %d", first, next)
	}
}

func has(m map[uint32]uint32, d uint32) bool {
	_, ok := m[d]
	return ok
}

// FuzzPositions decodes position lists, and encodes what comes out again.
func FuzzPositions(f *testing.F) {
	for _, list := range [][]uint32{{7}, {1, 2, 5, 9}, {1, 2, 3}, {1, 1 << 31}, dense(300)} {
		f.Add(packPositions(list))
	}
	f.Fuzz(func(t *testing.T, tag []byte) {
		list, err := appendPositions(nil, tag, 1000, 0)
		known(t, err)
		if err != nil {
			return
		}
		checkPositions(list)
		if again, err := appendPositions(nil, packPositions(list), 1000, 0); err != nil || len(again) != len(list) && list[0] > 0 {
			t.Errorf("%v: %v, %v when encoded again", list, again, err)
		}
	})
}

// FuzzLists decodes values, their statistics, term lists, spellings, synonyms and compressed
// data, all from the same tag.
func FuzzLists(f *testing.F) {
	f.Add("\x05alpha\x00\x04beta", false)
	f.Add(varints(9, 2)+"\x01a\x01\x04\x01b", false)
	f.Add("dautogvehicle", false)
	f.Add("\x4b\x4c\x4a\x06\x00", true)
	cache := NewCache(nil)
	f.Fuzz(func(t *testing.T, tag string, compressed bool) {
		if len(tag) > 1500 {
			return
		}
		doc := string(appendSortable(nil, 1))
		it := func(key string) item {
			if compressed {
				return item{key: key, tag: tag, part: 1, flags: flagCompressed | flagLast}
			}
			return item{key: key, tag: tag}
		}
		s := sketch{roots: map[Table]root{}, docs: 10, wdf: 10}
		for table := range tables {
			s.roots[table] = root{block: uint64(table) + 1}
		}
		s.blocks = [][]byte{
			leaf(it(keyMetadata+"m"), it(keyValueStats), it(keyValues+"\x00"+doc)), leaf(it(doc)), leaf(it(doc)),
			leaf(it("t\x00" + doc)), leaf(it("Wa")), leaf(it("a")),
		}
		x := openIndex(t, s.build(), &Options{Cache: cache})
		defer x.Close()
		for _, err := range readAll(t, x, 300) {
			known(t, err)
		}
	})
}

// FuzzSortable reads sortable integers and escaped strings and writes them again.
func FuzzSortable(f *testing.F) {
	for _, v := range []uint64{0, 300, 1 << 15, 1 << 22, 1 << 29, 1<<64 - 1} {
		f.Add(appendSortable(nil, v))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if v, n := sortable(b); n > 0 && !bytes.Equal(appendSortable(nil, v), b[:n]) {
			t.Errorf("%x: read as %d, which is written %x", b, v, appendSortable(nil, v))
		}
		s, rest, ended := appendUnescaped(nil, b)
		again := appendEscaped(nil, s)
		if ended {
			again = append(append(again, 0), rest...)
		}
		if !bytes.Equal(again, b) {
			t.Errorf("%x: read as %q, which is written %x", b, s, again)
		}
	})
}
