package search

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"testing"

	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// The tables of an index that the sketches here have.
const (
	postlistTable = 0
	docdataTable  = 1
	positionTable = 3
)

// sketchBlock is the block size of sketches.
const sketchBlock = 2048

// A leafItem is a whole tag of a table, as it is stored.
type leafItem struct {
	key, tag string
	flags    uint16 // 0 means whole and not compressed
}

const (
	wholeTag      = 0x6000
	firstPart     = 0x2000
	compressedTag = 0xE000
)

// pack makes a leaf of items, in the order given.
func packLeaf(items []leafItem) []byte {
	b := make([]byte, sketchBlock)
	at := 11 + 2*len(items)
	binary.BigEndian.PutUint16(b[9:], uint16(at))
	for i, it := range items {
		binary.BigEndian.PutUint16(b[11+2*i:], uint16(at))
		flags := it.flags
		if flags == 0 {
			flags = wholeTag
		}
		size := 3 + len(it.key) + len(it.tag)
		binary.BigEndian.PutUint16(b[at:], uint16(size-3)|flags)
		b[at+2] = byte(len(it.key))
		copy(b[at+3:], it.key+it.tag)
		at += size
	}
	return b
}

// packBranch makes a branch of the level given to children; keys[i] begins child i.
func packBranch(level byte, children []uint32, keys []string) []byte {
	b := make([]byte, sketchBlock)
	b[4] = level
	at := 11 + 2*len(children)
	binary.BigEndian.PutUint16(b[9:], uint16(at))
	for i, child := range children {
		binary.BigEndian.PutUint16(b[11+2*i:], uint16(at))
		binary.BigEndian.PutUint32(b[at:], child)
		b[at+4] = byte(len(keys[i]))
		copy(b[at+5:], keys[i])
		binary.BigEndian.PutUint16(b[at+5+len(keys[i]):], 1)
		at += 7 + len(keys[i])
	}
	return b
}

// A sketch is a small index to be made: a table is a leaf of its items, in block 1 and on.
type sketch struct {
	tables     [6][]leafItem
	docs, last uint64 // last docid less docs
	roots      map[int]sketchRoot
	blocks     [][]byte // behind those of the tables
	stats      []uint64 // instead of all statistics
}

// A sketchRoot is a root in place of a table's leaf.
type sketchRoot struct{ block, level uint64 }

func (s sketch) bytes() []byte {
	b := append([]byte("\x0f\x0dXapian Glass\x04\x6e"), make([]byte, 16)...)
	b = append(b, 1)
	var blocks [][]byte
	for i, items := range s.tables {
		r, given := s.roots[i]
		if items != nil {
			blocks = append(blocks, packLeaf(append([]leafItem{{}}, items...)))
			if !given {
				r = sketchRoot{block: uint64(len(blocks))}
			}
		}
		level := r.level << 2
		if items == nil && !given {
			level |= 1
		}
		b = append(b, varints(r.block, level, 0, sketchBlock>>11, 0, 0)...)
	}
	stats := s.stats
	if stats == nil {
		stats = []uint64{s.docs, s.last, 1, 20, 30, 0, 60, 0}
	}
	b = append(b, varints(stats...)...)
	b = append(b, make([]byte, sketchBlock-len(b))...)
	return append(append(b, bytes.Join(blocks, nil)...), bytes.Join(s.blocks, nil)...)
}

// varints packs integers of the base 128.
func varints(v ...uint64) string {
	var b []byte
	for _, n := range v {
		b = binary.AppendUvarint(b, n)
	}
	return string(b)
}

// docKey is a docid as keys hold it (doc < 32768).
func docKey(doc int) string { return string([]byte{byte(doc >> 8), byte(doc)}) }

// chunkOf packs the only chunk of a list of docids 1, 2, ... with one wdf each.
func chunkOf(wdfs ...uint64) string {
	var cf uint64
	pairs := ""
	for i, w := range wdfs {
		cf += w
		if i > 0 {
			pairs += varints(0, w)
		}
	}
	return varints(uint64(len(wdfs)), cf, 0) + "1" + varints(uint64(len(wdfs)-1), wdfs[0]) + pairs
}

func deflated(n int) string {
	var b bytes.Buffer
	w, _ := flate.NewWriter(&b, flate.BestCompression)
	w.Write(make([]byte, n))
	w.Close()
	return b.String()
}

// harbours is an index of three documents that begin with harbour, of titles or of text.
func harbours(titles bool) sketch {
	s := sketch{docs: 3}
	s.tables[docdataTable] = []leafItem{{key: docKey(1), tag: "C/a"}, {key: docKey(2), tag: "C/b"}, {key: docKey(3), tag: "C/c"}}
	s.tables[postlistTable] = []leafItem{
		{key: "\x00\xc0data", tag: "fullPath"},
		{key: "\x00\xc0valuesmap", tag: "title:0;targetPath:1;geo.position:2"},
		{key: "\x00\xd8\x00" + docKey(1), tag: "\x01A\x00\x01B\x00\x01C"},
		{key: "\x00\xe0", tag: "\x00\x00\x00" + "1" + varints(2, 10, 0, 20, 0, 30)},
		{key: "harbour", tag: chunkOf(3, 2, 1)},
		{key: "market", tag: chunkOf(1, 2)},
	}
	if titles {
		terms := s.tables[postlistTable]
		s.tables[postlistTable] = append(append(terms[:4:4], leafItem{key: anchorTerm, tag: chunkOf(1, 1, 1)},
			leafItem{key: "Zharbour", tag: chunkOf(1, 1, 1)}, leafItem{key: "Zmarket", tag: chunkOf(1, 1)}), terms[4:]...)
		for doc := 1; doc <= 3; doc++ {
			s.tables[positionTable] = append(s.tables[positionTable], leafItem{key: "harbour\x00" + docKey(doc), tag: "\x02"})
		}
		s.tables[positionTable] = append(s.tables[positionTable], leafItem{key: "market\x00" + docKey(1), tag: "\x03"}, leafItem{key: "market\x00" + docKey(2), tag: "\x03"})
	}
	return s
}

// set replaces the tag of a key.
func (s *sketch) set(table int, key, tag string) {
	for i := range s.tables[table] {
		if s.tables[table][i].key == key {
			s.tables[table][i].tag = tag
			return
		}
	}
	panic("no such key")
}

// add puts an item behind one with another key.
func (s *sketch) add(table int, behind string, it leafItem) {
	for i, old := range s.tables[table] {
		if old.key == behind {
			rest := append([]leafItem{it}, s.tables[table][i+1:]...)
			s.tables[table] = append(s.tables[table][:i+1:i+1], rest...)
			return
		}
	}
	panic("no such key")
}

// withIndexes is an archive of three entries with indexes.
func withIndexes(full, titles []byte) zimtest.Archive {
	a := zimtest.Archive{Minor: 1, Entries: []zimtest.Entry{
		zimtest.Page("C/a", "Harbour market", "<p>a"), zimtest.Page("C/b", "Harbour market", "<p>b"), zimtest.Page("C/c", "Harbour", "<p>c"),
	}}
	const mime = "application/octet-stream+xapian"
	if full != nil {
		a.Entries = append(a.Entries, zimtest.Entry{Path: "X/fulltext/xapian", MIME: mime, Data: full})
	}
	if titles != nil {
		a.Entries = append(a.Entries, zimtest.Entry{Path: "X/title/xapian", MIME: mime, Data: titles})
	}
	return a
}

// openSketches opens an archive in memory with both indexes.
func openSketches(t testing.TB, full, titles []byte) *zim.Archive {
	t.Helper()
	return reader(t, withIndexes(full, titles).Bytes())
}
