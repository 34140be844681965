package search

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/internal/match"
)

// ways are how an index is read: by searches, their counts, suggestions, and what ranks,
// spells and locates. Each gives an error where there is one.
var ways = map[string]func(context.Context, *Compat) error{
	"full text": func(ctx context.Context, c *Compat) error {
		_, err := c.FullText(ctx, "harbour market", CompatRange{Limit: 10})
		return err
	},
	"count": func(ctx context.Context, c *Compat) error {
		_, err := c.FullText(ctx, "harbour market", CompatRange{Estimate: true})
		return err
	},
	"area": func(ctx context.Context, c *Compat) error {
		_, err := c.FullTextIn(ctx, "harbour", CompatArea{48, 2, 1e6}, CompatRange{Limit: 10})
		return err
	},
	"suggestion": func(ctx context.Context, c *Compat) error {
		_, err := c.suggest(ctx, "harbour market", CompatRange{Limit: 10, Estimate: true})
		return err
	},
	"primitives of full text": func(ctx context.Context, c *Compat) error { return readPrimitives(ctx, c, &c.full) },
	"primitives of titles":    func(ctx context.Context, c *Compat) error { return readPrimitives(ctx, c, &c.titles) },
}

// readPrimitives reads an index by every primitive.
func readPrimitives(ctx context.Context, c *Compat, l *lazyIndex) error {
	ix, err := l.get(ctx)
	if err != nil {
		return err
	}
	var errs []error
	note := func(err error) { errs = append(errs, err) }
	_, err = ix.term(ctx, "harbour")
	note(err)
	_, _, err = ix.frequent(ctx, "h", 5)
	note(err)
	v := ix.vocabulary(ctx, walkLimit{})
	for v.next() {
	}
	note(v.err())
	_, _, err = ix.near(ctx, match.Place{Latitude: 48, Longitude: 2}, 1e6, 10)
	note(err)
	for doc := range uint32(5) {
		_, _, err := ix.entry(ctx, doc)
		note(err)
	}
	for _, path := range []string{"a", "c"} {
		e, err := c.a.LookupNS(ctx, 'C', path)
		note(err)
		_, _, err = ix.document(ctx, e)
		note(err)
	}
	for _, name := range []string{titleValue, targetValue, wordsValue, placeValue} {
		r := ix.value(ctx, name)
		for doc := range uint32(5) {
			_ = r.of(doc)
		}
		note(r.err())
		_, err := ix.valueStats(ctx, name)
		note(err)
	}
	return errors.Join(errs...)
}

// TestSketches: the indexes that are damaged below are sound before.
func TestSketches(t *testing.T) {
	c := NewCompat(openSketches(t, harbours(false).bytes(), harbours(true).bytes()), nil)
	for name, read := range ways {
		if err := read(t.Context(), c); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	hit := func(path, title string) CompatHit { return CompatHit{Path: path, Namespace: 'C', Title: title} }
	want := []CompatHit{hit("a", "Harbour market"), hit("b", "Harbour market")}
	for name, ask := range map[string]func(context.Context, string, CompatRange) (CompatResult, error){"full text": c.FullText, "suggestion": c.Suggest} {
		got, err := ask(t.Context(), "harbour market", CompatRange{Limit: 10})
		for i := range got.Hits {
			got.Hits[i].Weight = 0
		}
		if name == "full text" && len(got.Hits) == 2 && got.Hits[0].Path == "b" { // weights decide
			got.Hits[0], got.Hits[1] = got.Hits[1], got.Hits[0]
		}
		if diff := cmp.Diff(got.Hits, want); err != nil || diff != "" || got.Listed {
			t.Errorf("%s: %v, listed %v (-got +want)\n%s", name, err, got.Listed, diff)
		}
	}
}

// A damagedIndex is an index with one thing wrong.
type damagedIndex struct {
	name   string
	titles bool // of an index of titles, else of text
	by     string
	make   func(*sketch) []byte
	sound  bool // the damage harms nobody
}

// damage changes a sketch.
func damage(change func(*sketch)) func(*sketch) []byte {
	return func(s *sketch) []byte {
		change(s)
		return s.bytes()
	}
}

// poke changes two bytes of a sketch's block.
func poke(block, at int, v uint16) func(*sketch) []byte {
	return func(s *sketch) []byte {
		b := s.bytes()
		binary.BigEndian.PutUint16(b[block*sketchBlock+at:], v)
		return b
	}
}

// postings replaces the list of harbour.
func postings(tag string) func(*sketch) []byte {
	return damage(func(s *sketch) { s.set(postlistTable, "harbour", tag) })
}

// tree puts blocks over the postlist table, whose leaf is block 1; they begin with block 3.
func tree(root sketchRoot, blocks ...[]byte) func(*sketch) []byte {
	return damage(func(s *sketch) {
		s.roots = map[int]sketchRoot{postlistTable: root}
		s.blocks = blocks
	})
}

// positions replaces where harbour stands in document 1.
func positions(tag string) func(*sketch) []byte {
	return damage(func(s *sketch) { s.set(positionTable, "harbour\x00"+docKey(1), tag) })
}

const lengthsKey = "\x00\xe0"

var damagedIndexes = []damagedIndex{
	// Shorter than its blocks; block numbers beyond.
	{name: "cut in its tables", by: "full text", make: func(s *sketch) []byte { return s.bytes()[:sketchBlock] }},
	{name: "cut in the first block", by: "full text", make: func(s *sketch) []byte { return s.bytes()[:60] }},
	{name: "root beyond", by: "full text", make: tree(sketchRoot{block: 9})},
	{name: "child beyond", by: "full text", make: tree(sketchRoot{3, 1}, packBranch(1, []uint32{9}, []string{""}))},
	{name: "child is the first block", by: "full text", make: tree(sketchRoot{3, 1}, packBranch(1, []uint32{0}, []string{""}))},
	// Levels.
	{name: "level differs", by: "full text", make: tree(sketchRoot{1, 1})},
	{name: "child is its own parent", by: "full text", make: tree(sketchRoot{3, 1}, packBranch(1, []uint32{3}, []string{""}))},
	{name: "11 levels", by: "full text", make: tree(sketchRoot{3, 10})},
	// Many ways to one leaf.
	{name: "two ways to one leaf", by: "primitives of full text", make: tree(sketchRoot{3, 1}, packBranch(1, []uint32{1, 1}, []string{"", "n"}))},
	// Items of a block.
	{name: "directory's end", by: "full text", make: poke(1, 9, sketchBlock+2)},
	{name: "item's place", by: "full text", make: poke(1, 13, sketchBlock-1)},
	{name: "item's size", by: "full text", make: func(s *sketch) []byte {
		b := s.bytes()
		at := sketchBlock + int(binary.BigEndian.Uint16(b[sketchBlock+13:]))
		b[at], b[at+1] = 0x7f, 0xff
		return b
	}},
	{name: "key's length", by: "full text", make: func(s *sketch) []byte {
		b := s.bytes()
		b[sketchBlock+int(binary.BigEndian.Uint16(b[sketchBlock+13:]))+2] = 0xff
		return b
	}},
	// Components.
	{name: "no last component", by: "full text", make: damage(func(s *sketch) {
		s.tables[postlistTable][4].flags = firstPart
	})},
	// Inflating.
	{name: "data inflate to 1 MB", by: "full text", make: damage(func(s *sketch) {
		s.tables[docdataTable][0] = leafItem{docKey(1), deflated(1 << 20), compressedTag}
	})},
	{name: "data do not inflate", by: "full text", make: damage(func(s *sketch) {
		s.tables[docdataTable][0] = leafItem{docKey(1), "\xff\xff\xff", compressedTag}
	})},
	// Integers.
	{name: "varint of 11 bytes", by: "full text", make: postings("\x03\x06" + strings.Repeat("\x80", 10) + "\x00")},
	{name: "varint beyond the tag", by: "full text", make: postings("\x03\x06\x80")},
	{name: "sortable of FF", by: "full text", make: damage(func(s *sketch) {
		s.set(postlistTable, "harbour", varints(3, 6, 0)+"0"+varints(0, 3))
		s.add(postlistTable, "harbour", leafItem{key: "harbour\x00\xff\x00\x05", tag: "1" + varints(0, 1)})
	})},
	// Statistics.
	{name: "documents out of proportion", by: "full text", make: damage(func(s *sketch) { s.stats = []uint64{1 << 20, 0, 1, 1, 1, 0, 1, 0} })},
	{name: "last docid overflows", by: "full text", make: damage(func(s *sketch) { s.stats = []uint64{3, 1<<32 - 2, 1, 1, 1, 0, 1, 0} })},
	{name: "greatest length overflows", by: "full text", make: damage(func(s *sketch) { s.stats = []uint64{3, 0, 1, 1, 1<<32 - 1, 0, 1, 0} })},
	// Heads of lists.
	{name: "tf above the documents", by: "full text", make: postings(varints(4, 6, 0) + "1" + varints(2, 3, 0, 2, 0, 1))},
	{name: "cf below the first wdf", by: "full text", make: postings(varints(3, 2, 0) + "1" + varints(2, 3, 0, 2, 0, 1))},
	{name: "first docid above the last", by: "full text", make: postings(varints(3, 6, 3) + "1" + varints(0, 3))},
	// Docids.
	{name: "docid overflows", by: "count", make: postings(varints(3, 6, 0) + "1" + varints(2, 3, 1<<63, 2, 0, 1))},
	{name: "docid passes the chunk's last", by: "count", make: postings(varints(3, 6, 0) + "1" + varints(1, 3, 1, 2))},
	{name: "docid passes the last", by: "full text", make: postings(varints(3, 6, 0) + "1" + varints(3, 3, 2, 2))},
	{name: "chunk ends before its last", by: "primitives of full text", make: postings(varints(3, 6, 0) + "1" + varints(2, 3, 0, 2))},
	{name: "chunks overlap", by: "primitives of full text", make: damage(func(s *sketch) {
		s.set(postlistTable, "harbour", varints(3, 6, 0)+"0"+varints(1, 3, 0, 2))
		s.add(postlistTable, "harbour", leafItem{key: "harbour\x00" + docKey(2), tag: "1" + varints(1, 1, 0, 1)})
	})},
	{name: "lengths span all docids there can be", by: "full text", sound: true, make: damage(func(s *sketch) {
		s.stats = []uint64{3, 1<<32 - 4, 1, 20, 30, 0, 60, 0}
		s.set(postlistTable, lengthsKey, "\x00\x00\x00"+"1"+varints(1<<32-2, 10, 0, 20, 0, 30, 1<<32-5, 1))
	})},
	{name: "lengths span more", by: "full text", make: damage(func(s *sketch) {
		s.set(postlistTable, lengthsKey, "\x00\x00\x00"+"1"+varints(1<<40, 10, 0, 20))
	})},
	// Positions.
	{name: "millions of positions in no bytes", titles: true, by: "suggestion", make: positions(varints(1<<31) + "\x00\x00\x00\x00\xff\xff\xff\x7f")},
	{name: "bits end early", titles: true, by: "suggestion", make: positions(varints(1<<20) + "\x01")},
	{name: "several positions up to 0", titles: true, by: "suggestion", make: positions("\x00\x01")},
	// Values.
	{name: "value beyond the tag", titles: true, by: "suggestion", make: damage(func(s *sketch) {
		s.set(postlistTable, "\x00\xd8\x00"+docKey(1), "\x01A\x00\x09B")
	})},
	{name: "value's docid passes the last", titles: true, by: "suggestion", make: damage(func(s *sketch) {
		s.set(postlistTable, "\x00\xd8\x00"+docKey(1), "\x01A\x07\x01B")
	})},
	{name: "value's bounds beyond the tag", titles: true, by: "primitives of titles", make: damage(func(s *sketch) {
		s.add(postlistTable, "\x00\xc0valuesmap", leafItem{key: "\x00\xd0", tag: "\x02\x09A"})
	})},
	{name: "more values than documents", titles: true, by: "primitives of titles", make: damage(func(s *sketch) {
		s.add(postlistTable, "\x00\xc0valuesmap", leafItem{key: "\x00\xd0", tag: "\x09\x01A"})
	})},
	// Metadata.
	{name: "metadata of 1.2 MB", by: "full text", make: damage(func(s *sketch) {
		s.add(postlistTable, "\x00\xc0data", leafItem{"\x00\xc0stopwords", deflated(1_200_000), compressedTag})
	})},
	{name: "odd valuesmap", by: "area", sound: true, make: damage(func(s *sketch) {
		s.set(postlistTable, "\x00\xc0valuesmap", "title:99999999999;;:1;geo.position:x;a:-1;\xff:0")
	})},
	// Text.
	{name: "terms that are no UTF-8", by: "primitives of full text", sound: true, make: damage(func(s *sketch) {
		s.add(postlistTable, "market", leafItem{key: "\xff\xfe", tag: chunkOf(1)})
	})},
	{name: "data name no entry", by: "full text", sound: true, make: damage(func(s *sketch) { s.set(docdataTable, docKey(1), "C/\xff") })},
	{name: "data without a path", by: "full text", sound: true, make: damage(func(s *sketch) { s.set(docdataTable, docKey(1), "C/") })},
}

// TestDamagedIndexes reads each of them in every way. None panics; the error is damage of the
// right index, within the index's bytes in the archive, which other errors and the other
// index do not have.
func TestDamagedIndexes(t *testing.T) {
	for _, row := range damagedIndexes {
		t.Run(row.name, func(t *testing.T) {
			full, titles := harbours(false), harbours(true)
			blobs := [2][]byte{full.bytes(), titles.bytes()}
			part, which, s := fullTextPart, 0, &full
			if row.titles {
				part, which, s = titlePart, 1, &titles
			}
			blobs[which] = row.make(s)
			data := withIndexes(blobs[0], blobs[1]).Bytes()
			from := int64(bytes.Index(data, blobs[which]))
			c := NewCompat(reader(t, data), nil)
			for name, read := range ways {
				err := read(t.Context(), c)
				if err == nil && name == row.by && !row.sound {
					t.Errorf("%s: no error", name)
				}
				if err != nil && (row.sound || !isDamageOf(err, part, from, int64(len(blobs[which])))) {
					t.Errorf("%s: %v; the index is in %d to %d", name, err, from, from+int64(len(blobs[which])))
				}
			}
			want := uint64(1)
			if row.sound {
				want = 0
			}
			if got := c.Indexes().Stats().Damaged; got != want {
				t.Errorf("%d damaged indexes counted, want %d", got, want)
			}
			if res, err := c.Suggest(t.Context(), "Harbour", CompatRange{Limit: 10}); err != nil || len(res.Hits) != 3 {
				t.Errorf("suggestions, listed %v: %d, %v", res.Listed, len(res.Hits), err)
			}
		})
	}
}

// isDamageOf reports whether err is a damage of the part, within size bytes from a place.
func isDamageOf(err error, part string, from, size int64) bool {
	var f *zim.FormatError
	return errors.As(err, &f) && errors.Is(f, zim.ErrCorrupt) && f.Kind == zim.ErrCorrupt && f.Part == part &&
		f.Offset >= from && f.Offset < from+size
}

// TestDamageInParts: the place of a damage is one of the whole archive, also in parts.
func TestDamageInParts(t *testing.T) {
	s := harbours(false)
	full := postings("\x80")(&s)
	data := withIndexes(full, nil).Bytes()
	item := bytes.LastIndex(full, []byte("\x07harbour")) - 2
	want := int64(bytes.Index(data, full) + item)
	for _, size := range []int{len(data), 1000} {
		var parts []*io.SectionReader
		for at := 0; at < len(data); at += size {
			parts = append(parts, io.NewSectionReader(bytes.NewReader(data), int64(at), int64(min(size, len(data)-at))))
		}
		a, err := zim.NewSplitReader(parts, nil)
		if err != nil {
			t.Fatal(err)
		}
		_, err = NewCompat(a, nil).FullText(t.Context(), "harbour", CompatRange{Limit: 1})
		var f *zim.FormatError
		if !errors.As(err, &f) || f.Offset != want {
			t.Errorf("parts of %d: %v, want byte %d", size, err, want)
		}
	}
}

// TestMissingEntries: matches whose data name no entry are left out and counted.
func TestMissingEntries(t *testing.T) {
	s := harbours(false)
	s.set(docdataTable, docKey(1), "C/\xff")
	s.set(docdataTable, docKey(3), "C/")
	c := NewCompat(openSketches(t, s.bytes(), nil), nil)
	got, err := c.FullText(t.Context(), "harbour", CompatRange{Limit: 10, Estimate: true})
	if err != nil || len(got.Hits) != 1 || got.Missing != 2 || got.Matches != 3 {
		t.Errorf("%+v, %v; want one match and two without entry", got, err)
	}
}

// FuzzIndexes reads an archive with both indexes in every way: each four bytes of edits are a
// place in one of them, and a byte to put there.
func FuzzIndexes(f *testing.F) {
	full, titles := harbours(false), harbours(true)
	blobs := [2][]byte{full.bytes(), titles.bytes()}
	sound := withIndexes(blobs[0], blobs[1]).Bytes()
	places := [2]int{bytes.Index(sound, blobs[0]), bytes.Index(sound, blobs[1])}
	for _, row := range damagedIndexes {
		s, which := harbours(row.titles), byte(0)
		if row.titles {
			which = 1
		}
		var edits []byte
		for i, b := range row.make(&s) {
			if i < len(blobs[which]) && b != blobs[which][i] && len(edits) < 400 {
				edits = append(edits, which, byte(i>>8), byte(i), b)
			}
		}
		f.Add(edits)
	}
	shared := NewIndexes(nil)
	f.Fuzz(func(t *testing.T, edits []byte) {
		data := bytes.Clone(sound)
		for ; len(edits) >= 4; edits = edits[4:] {
			which := edits[0] & 1
			data[places[which]+int(binary.BigEndian.Uint16(edits[1:]))%len(blobs[which])] = edits[3]
		}
		a, err := zim.NewReader(bytes.NewReader(data), int64(len(data)), nil)
		if err != nil {
			t.Fatal(err)
		}
		defer a.Close()
		c := NewCompat(a, &CompatOptions{Indexes: shared})
		for name, read := range ways {
			var damage *zim.FormatError
			if err := read(t.Context(), c); err != nil && !errors.Is(err, zim.ErrNoIndex) && (!errors.As(err, &damage) || damage.Kind != zim.ErrCorrupt) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}
