package glass

import (
	"bytes"
	"compress/flate"
	"context"
	"encoding/binary"
	"errors"
	"slices"
	"strings"
	"testing"
)

// walkTerm reads a term's postings by Next, then by Seek, and returns the first error.
func walkTerm(ctx context.Context, x *Index, term string) error {
	p, err := x.Postings(ctx, []byte(term), nil)
	if err != nil {
		return err
	}
	for p.Next() {
		_ = p.WDF()
	}
	if p.Err() != nil {
		return p.Err()
	}
	if p, err = x.Postings(ctx, []byte(term), p); err == nil {
		p.Seek(x.LastDocID())
		err = p.Err()
	}
	return err
}

// chunk packs the body of a chunk.
func chunk(last bool, span, wdf uint64, pairs ...uint64) string {
	s := "0"
	if last {
		s = "1"
	}
	return s + varints(span, wdf) + varints(pairs...)
}

// firstChunk packs a first chunk.
func firstChunk(tf, cf, doc uint64, body string) string { return varints(tf, cf, doc-1) + body }

func further(term string, doc uint64, body string) item {
	return item{key: string(appendSortable(append([]byte(term), 0), doc)), tag: body}
}

func TestPostingsOfOneChunk(t *testing.T) {
	x := openIndex(t, postlist(10, item{key: "t", tag: firstChunk(3, 133, 1, chunk(true, 9, 2, 0, 1, 7, 130))}), nil)
	p, err := x.Postings(t.Context(), []byte("t"), nil)
	if err != nil || p.Stats() != (TermStats{3, 133, 131}) {
		t.Errorf("%+v, %v", p.Stats(), err)
	}
	var got []uint32
	for p.Next() {
		got = append(got, p.DocID(), p.WDF())
	}
	if want := []uint32{1, 2, 2, 1, 10, 130}; !slices.Equal(got, want) || p.Err() != nil || p.Count() != 3 {
		t.Errorf("got %v, %v, %d postings counted; want %v", got, p.Err(), p.Count(), want)
	}
	if p.Next() || p.Seek(1) {
		t.Error("the list went on after its end")
	}
}

// TestGaps seeks in a list whose docids jump between chunks, also right behind the first.
func TestGaps(t *testing.T) {
	x := openIndex(t, pad(postlist(1000,
		item{key: "t", tag: firstChunk(4, 4, 1, chunk(false, 1, 1, 0, 1))},
		further("t", 500, chunk(false, 0, 1)),
		further("t", 1000, chunk(true, 0, 1)),
	), 4096), nil)
	for target, want := range map[uint32]uint32{0: 1, 1: 1, 2: 2, 3: 500, 499: 500, 500: 500, 501: 1000, 1000: 1000, 1001: 0} {
		p, err := x.Postings(t.Context(), []byte("t"), nil)
		if err != nil {
			t.Fatal(err)
		}
		if ok := p.Seek(target); ok != (want != 0) || ok && p.DocID() != want || p.Err() != nil {
			t.Errorf("seek %d: %v, %d, %v; want %d", target, ok, p.DocID(), p.Err(), want)
		}
	}
}

// TestDamagedPostings reads lists that lie about themselves. Each has to be told from a sound one.
func TestDamagedPostings(t *testing.T) {
	good := firstChunk(2, 2, 1, chunk(true, 1, 1, 0, 1))
	for _, tc := range []struct {
		name  string
		items []item
	}{
		{"empty", []item{{key: "t"}}},
		{"head cut off", []item{{key: "t", tag: good[:3]}}},
		{"bool of 7", []item{{key: "t", tag: strings.Replace(good, "1", "7", 1)}}},
		{"tf above doccount", []item{{key: "t", tag: firstChunk(11, 11, 1, chunk(true, 1, 1, 0, 1))}}},
		{"cf below the first wdf", []item{{key: "t", tag: firstChunk(2, 2, 1, chunk(true, 1, 3, 0, 1))}}},
		{"wdf of 33 bits", []item{{key: "t", tag: firstChunk(2, 1<<40, 1, chunk(true, 1, 1<<32, 0, 1))}}},
		{"first docid above the last", []item{{key: "t", tag: firstChunk(1, 1, 11, chunk(true, 0, 1))}}},
		{"first docid overflows", []item{{key: "t", tag: varints(1, 1, 1<<64-1) + chunk(true, 0, 1)}}},
		{"span above the last", []item{{key: "t", tag: firstChunk(2, 2, 1, chunk(true, 10, 1, 9, 1))}}},
		{"docid passes the chunk's last", []item{{key: "t", tag: firstChunk(2, 2, 1, chunk(true, 1, 1, 1, 1))}}},
		{"docid passes by far", []item{{key: "t", tag: firstChunk(2, 2, 1, chunk(true, 1, 1, 1<<63, 1))}}},
		{"chunk ends too early", []item{{key: "t", tag: firstChunk(2, 2, 1, chunk(true, 5, 1, 0, 1))}}},
		{"pair cut off", []item{{key: "t", tag: firstChunk(2, 2, 1, chunk(true, 1, 1, 0))}}},
		{"no last chunk", []item{{key: "t", tag: firstChunk(2, 2, 1, chunk(false, 1, 1, 0, 1))}}},
		{"another term instead of the last chunk", []item{{key: "t", tag: firstChunk(2, 2, 1, chunk(false, 1, 1, 0, 1))}, {key: "u", tag: good}}},
		{"the term with a NUL instead of it", []item{{key: "t", tag: firstChunk(2, 2, 1, chunk(false, 1, 1, 0, 1))}, {key: "t\x00\xff", tag: good}}},
		{"chunk begins before the one before ended", []item{{key: "t", tag: firstChunk(2, 2, 1, chunk(false, 1, 1, 0, 1))}, further("t", 2, chunk(true, 0, 1))}},
		{"chunk's key without a docid", []item{{key: "t", tag: firstChunk(2, 2, 1, chunk(false, 1, 1, 0, 1))}, {key: "t\x00", tag: chunk(true, 0, 1)}}},
		{"chunk's key too long", []item{{key: "t", tag: firstChunk(2, 2, 1, chunk(false, 1, 1, 0, 1))}, {key: "t\x00\x00\x05x", tag: chunk(true, 0, 1)}}},
		{"component missing", []item{{key: "t", tag: good, part: 1}}},
		{"component repeated", []item{{key: "t", tag: good, part: 1}, {key: "t", part: 3, flags: flagLast}}},
		{"component of another key", []item{{key: "t", tag: good, part: 1}, {key: "u", part: 2, flags: flagLast}}},
		{"first component missing", []item{{key: "s", tag: good}, {key: "t", part: 2, flags: flagLast}, {key: "t\x00\x00\x05", tag: good}}},
		{"compressed in part", []item{{key: "t", tag: good, part: 1, flags: flagCompressed}, {key: "t", part: 2, flags: flagLast}}},
		{"does not inflate", []item{{key: "t", tag: "\xff\xff\xff", part: 1, flags: flagCompressed | flagLast}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			x := openIndex(t, postlist(10, tc.items...), nil)
			e := x.Entries(t.Context(), Postlist, nil)
			for e.Next() {
			}
			err := errors.Join(walkTerm(t.Context(), x, "t"), e.Err())
			var where *Error
			if !errors.Is(err, ErrCorrupt) || !errors.As(err, &where) || where.Part == "" {
				t.Errorf("got %v, want %v", err, ErrCorrupt)
			}
		})
	}
}

// TestDamagedOpen opens indexes whose first block is wrong.
func TestDamagedOpen(t *testing.T) {
	ok := sketch{roots: map[Table]root{Postlist: {block: 1}}, blocks: [][]byte{leaf()}}
	with := func(change func(*sketch)) []byte {
		s := ok
		s.roots = map[Table]root{Postlist: {block: 1}}
		change(&s)
		return s.build()
	}
	long := func(tail ...uint64) []byte { return with(func(s *sketch) { s.tail = tail }) }
	sound := ok.build()
	for _, tc := range []struct {
		name string
		b    []byte
		want error
	}{
		{"sound", sound, nil},
		{"nothing", nil, ErrUnsupported},
		{"another magic", bytes.Replace(sound, []byte("Glass"), []byte("Honey"), 1), ErrUnsupported},
		{"another format number", append([]byte(magic+"\x04\x6f"), sound[16:]...), ErrUnsupported},
		{"cut in the roots", sound[:40], ErrCorrupt},
		{"cut in the statistics", sound[:75], ErrCorrupt},
		{"root outside", with(func(s *sketch) { s.roots[Postlist] = root{block: 2} }), ErrCorrupt},
		{"root is block 0", with(func(s *sketch) { s.roots[Postlist] = root{} }), ErrCorrupt},
		{"root of 33 bits", with(func(s *sketch) { s.roots[Postlist] = root{block: 1 << 32} }), ErrCorrupt},
		{"11 levels", with(func(s *sketch) { s.roots[Postlist] = root{block: 1, level: 10} }), ErrCorrupt},
		{"more documents than bytes", long(uint64(len(sound)), 0, 0, 0, 0, 0, 0, 0), ErrCorrupt},
		{"last docid overflows", long(1, 1<<32-1, 0, 0, 0, 0, 0, 0), ErrCorrupt},
		{"longest overflows", long(1, 0, 0, 1, 1<<32-1, 0, 0, 0), ErrCorrupt},
		{"shortest of 33 bits", long(1, 0, 1<<32, 1, 1, 0, 0, 0), ErrCorrupt},
	} {
		x, err := New(t.Context(), bytes.NewReader(tc.b), int64(len(tc.b)), nil)
		if !errors.Is(err, tc.want) || err == nil && x == nil {
			t.Errorf("%s: got %v, want %v", tc.name, err, tc.want)
		}
	}
}

// TestDamagedBlocks looks a term up in trees that are no trees.
func TestDamagedBlocks(t *testing.T) {
	good := item{key: "t", tag: firstChunk(2, 2, 1, chunk(true, 1, 1, 0, 1))}
	tree := func(level uint8, blocks ...[]byte) []byte {
		return sketch{roots: map[Table]root{Postlist: {block: 1, level: level}}, blocks: blocks, docs: 10, wdf: 10}.build()
	}
	poke := func(b []byte, off int, v uint16) []byte {
		b = bytes.Clone(b)
		binary.BigEndian.PutUint16(b[off:], v)
		return b
	}
	sound := leaf(good)
	second := blockHead + 2 // of the directory
	off := int(binary.BigEndian.Uint16(sound[second:]))
	for _, tc := range []struct {
		name string
		b    []byte
		want error
	}{
		{"sound", tree(0, sound), nil},
		{"two levels", tree(1, branch(1, child{2, ""}, child{3, "s"}), leaf(), leafOf(good)), nil},
		{"level differs", tree(1, sound), ErrCorrupt},
		{"child of the same level", tree(1, branch(1, child{1, ""})), ErrCorrupt},
		{"child two levels below", tree(2, branch(2, child{2, ""}), leaf(good)), ErrCorrupt},
		{"child is the version block", tree(1, branch(1, child{0, ""})), ErrCorrupt},
		{"child outside", tree(1, branch(1, child{99, ""})), ErrCorrupt},
		{"child of 32 bits", tree(1, branch(1, child{1<<32 - 1, ""})), ErrCorrupt},
		{"free-list block", tree(0, append([]byte{0, 0, 0, 0, 254}, sound[5:]...)), ErrCorrupt},
		{"no items", tree(0, poke(sound, 9, blockHead)), ErrCorrupt},
		{"directory before its start", tree(0, poke(sound, 9, 3)), ErrCorrupt},
		{"directory behind the block", tree(0, poke(sound, 9, testBlock+2)), ErrCorrupt},
		{"odd directory", tree(0, poke(sound, 9, blockHead+3)), ErrCorrupt},
		{"item in the directory", tree(0, poke(sound, second, blockHead)), ErrCorrupt},
		{"item behind the block", tree(0, poke(sound, second, testBlock-2)), ErrCorrupt},
		{"item passes the block's end", tree(0, poke(sound, off, flagFirst|flagLast|0x1FFF)), ErrCorrupt},
		{"key longer than the item", tree(0, poke(sound, off+2, 0xFF00)), ErrCorrupt},
		{"items out of order", tree(0, leaf(item{key: "u"}, item{key: "t"})), ErrCorrupt},
		{"the same key twice", tree(0, leaf(good, good)), ErrCorrupt},
		{"branch out of order", tree(1, branch(1, child{2, ""}, child{2, "u"}, child{2, "t"}), leaf(good)), ErrCorrupt},
		{"no empty key in front", tree(0, leafOf(item{key: "u"})), ErrCorrupt},
		{"leaf behind what its branch says", tree(1, branch(1, child{2, ""}, child{3, "s"}), leaf(item{key: "x"}), leafOf(item{key: "y"})), ErrCorrupt},
	} {
		x := openIndex(t, tc.b, nil)
		if err := walkTerm(t.Context(), x, "t"); !errors.Is(err, tc.want) {
			t.Errorf("%s: got %v, want %v", tc.name, err, tc.want)
		}
	}
}

// TestManyWaysToOneLeaf walks a tree whose branches all lead to the same leaf: 200 to the
// power of 9 steps, if nothing ended the walk.
func TestManyWaysToOneLeaf(t *testing.T) {
	var blocks [][]byte
	for level := byte(9); level > 0; level-- {
		var children []child
		for i := range 100 {
			children = append(children, child{uint32(11 - level), string(rune('A' + i))})
		}
		blocks = append(blocks, branch(level, children...))
	}
	blocks = append(blocks, leaf(item{key: "a", tag: "x"}))
	x := openIndex(t, sketch{roots: map[Table]root{Postlist: {block: 1, level: 9}, Docdata: {block: 1, level: 9}}, blocks: blocks, docs: 1}.build(), nil)
	e, n := x.Entries(t.Context(), Docdata, nil), 0
	for e.Next() {
		n++
	}
	if !errors.Is(e.Err(), ErrCorrupt) || n > 1 {
		t.Errorf("%d entries, %v", n, e.Err())
	}
}

func TestInflateBound(t *testing.T) {
	deflate := func(n int) string {
		var b bytes.Buffer
		w, _ := flate.NewWriter(&b, flate.BestCompression)
		w.Write(make([]byte, n))
		w.Close()
		return b.String()
	}
	doc := string(appendSortable(nil, 1))
	for n, want := range map[int]error{1000: nil, 256 << 10: nil, 256<<10 + 1: ErrTooLarge, 1 << 20: ErrTooLarge} {
		it := item{key: doc, tag: deflate(n), part: 1, flags: flagCompressed | flagLast}
		b := sketch{roots: map[Table]root{Docdata: {block: 1}}, blocks: [][]byte{leaf(it)}, docs: 1}.build()
		data, err := openIndex(t, b, nil).Data(t.Context(), 1, nil)
		if !errors.Is(err, want) || err == nil && len(data) != n {
			t.Errorf("%d bytes: %d, %v", n, len(data), err)
		}
	}
}

// TestBounds shows each bound of Options at work.
func TestBounds(t *testing.T) {
	key := string(appendSortable([]byte("t\x00"), 1))
	b := sketch{
		roots: map[Table]root{Postlist: {block: 1}, Position: {block: 2}},
		blocks: [][]byte{
			leaf(item{key: keyMetadata + "m", tag: "12345"},
				item{key: "t", tag: firstChunk(1, 1, 1, "")[:3], part: 1}, item{key: "t", tag: chunk(true, 0, 1), part: 2, flags: flagLast}),
			leaf(item{key: key, tag: string(packPositions([]uint32{1, 5, 9}))}),
		},
		docs: 1, wdf: 10,
	}.build()
	loose, tight := openIndex(t, b, nil), openIndex(t, b, &Options{MaxTag: 4, MaxMetadata: 4, MaxPositions: 2})
	for name, read := range map[string]func(*Index) error{
		"metadata": func(x *Index) error { _, err := x.Metadata(t.Context(), "m"); return err },
		"tag":      func(x *Index) error { return walkTerm(t.Context(), x, "t") },
		"positions": func(x *Index) error {
			p := x.Positions(t.Context(), []byte("t"), nil)
			p.At(1)
			return p.Err()
		},
	} {
		if err := read(loose); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := read(tight); !errors.Is(err, ErrTooLarge) {
			t.Errorf("%s beyond the bound: %v", name, err)
		}
	}
}

// TestDamagedValues reads values and their statistics that lie.
func TestDamagedValues(t *testing.T) {
	stats := func(tag string) item { return item{key: keyValueStats, tag: tag} }
	values := func(doc uint64, tag string) item {
		return item{key: string(appendSortable([]byte(keyValues+"\x00"), doc)), tag: tag}
	}
	for _, tc := range []struct {
		name  string
		items []item
	}{
		{"more values than documents", []item{stats(varints(11) + "\x01a")}},
		{"bound cut off", []item{stats(varints(1, 9) + "a")}},
		{"no bound", []item{stats(varints(1))}},
		{"first value cut off", []item{values(1, "\x09a")}},
		{"docid passes the last", []item{values(9, "\x01a\x01\x01b")}},
		{"docid overflows", []item{values(1, "\x01a"+varints(1<<64-1)+"\x01b")}},
		{"value cut off", []item{values(1, "\x01a\x00\x05b")}},
		{"first docid above the last", []item{values(11, "\x01a")}},
		{"first docid 0", []item{values(0, "\x01a")}},
		{"no docid in the key", []item{{key: keyValues + "\x00\x01", tag: "\x01a"}}},
		{"chunks overlap", []item{values(1, "\x01a\x05\x01b"), values(5, "\x01c")}},
	} {
		x := openIndex(t, postlist(10, tc.items...), nil)
		_, err := x.ValueStats(t.Context(), 0)
		v := x.Values(t.Context(), 0, nil)
		for v.Next() {
			_ = v.Bytes()
		}
		if err = errors.Join(err, v.Err()); !errors.Is(err, ErrCorrupt) {
			t.Errorf("%s: got %v, want %v", tc.name, err, ErrCorrupt)
		}
	}
}

// TestDamagedLists reads term lists, spellings, synonyms and document data that lie.
func TestDamagedLists(t *testing.T) {
	doc := string(appendSortable(nil, 1))
	all := map[Table]root{Docdata: {block: 1}, Termlist: {block: 2}, Position: {block: 3}, Spelling: {block: 4}, Synonym: {block: 5}}
	for _, tc := range []struct {
		name  string
		table Table
		it    item
	}{
		{"more terms than bytes", Termlist, item{key: doc, tag: varints(9, 9) + "\x01a\x01"}},
		{"terms cut off", Termlist, item{key: doc, tag: varints(9, 2) + "\x01a\x01"}},
		{"suffix cut off", Termlist, item{key: doc, tag: varints(9, 1) + "\x05a\x01"}},
		{"frequency of nothing", Spelling, item{key: "Wa"}},
		{"frequency of 9 bytes", Spelling, item{key: "Wa", tag: "123456789"}},
		{"synonym cut off", Synonym, item{key: "a", tag: "cab"}},
		{"data of no docid", Docdata, item{key: "a", tag: "x"}},
	} {
		s := sketch{roots: all, blocks: [][]byte{leaf(), leaf(), leaf(), leaf(), leaf()}, docs: 10}
		s.blocks[tc.table-1] = leaf(tc.it)
		x := openIndex(t, s.build(), nil)
		l, err := x.TermList(t.Context(), 1, nil)
		for l.Next() {
			_ = l.Term()
		}
		_, err2 := x.Spelling(t.Context(), []byte("a"))
		_, err3 := x.Synonyms(t.Context(), []byte("a"))
		d := x.DataList(t.Context())
		for d.Next() {
			_ = d.Bytes()
		}
		if err := errors.Join(err, l.Err(), err2, err3, d.Err()); !errors.Is(err, ErrCorrupt) {
			t.Errorf("%s: got %v, want %v", tc.name, err, ErrCorrupt)
		}
	}
}
