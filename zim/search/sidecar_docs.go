package search

import (
	"encoding/binary"
	"io"
)

// A row of the file of documents says of a document which entry it is and how long its fields are: three numbers of four
// bytes, the least significant byte first. The row of document n is the n-th.
const docRow = 12

// putRow appends a document's row.
func putRow(to []byte, d indexedDoc) []byte {
	to = binary.LittleEndian.AppendUint32(to, d.entry)
	to = binary.LittleEndian.AppendUint32(to, d.length)
	return binary.LittleEndian.AppendUint32(to, d.title)
}

// parseRow reads one.
func parseRow(b []byte) indexedDoc {
	le := binary.LittleEndian
	return indexedDoc{entry: le.Uint32(b), length: le.Uint32(b[4:]), title: le.Uint32(b[8:])}
}

// readRow reads that of document doc.
func readRow(r io.ReaderAt, doc uint32) (indexedDoc, error) {
	var b [docRow]byte
	_, err := r.ReadAt(b[:], int64(doc-1)*docRow)
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return parseRow(b[:]), err
}

// An indexDetail is what the manifest of a full-text sidecar says of it, and of a segment of one that is being built.
type indexDetail struct {
	Language string `json:"language"` // of the stemmer; empty if nothing is stemmed
	Docs     uint32 `json:"docs"`
	Length   uint64 `json:"length"` // sum of the lengths of the bodies
	Titles   uint64 `json:"titles"` // sum of the lengths of the titles
	Shortest uint32 `json:"shortest"`
	Longest  uint32 `json:"longest"` // of bodies
	Most     uint32 `json:"most"`    // how often the most frequent term of a document occurs there
	Left     uint64 `json:"left"`    // entries that could not be read
}

// note counts a document in.
func (d *indexDetail) note(doc indexedDoc, most uint32) {
	d.join(indexDetail{Docs: 1, Length: uint64(doc.length), Titles: uint64(doc.title), Shortest: doc.length, Longest: doc.length, Most: most})
}

// join counts in what another one counts.
func (d *indexDetail) join(o indexDetail) {
	if d.Docs == 0 || o.Docs > 0 && o.Shortest < d.Shortest {
		d.Shortest = o.Shortest
	}
	d.Docs, d.Length, d.Titles, d.Left = d.Docs+o.Docs, d.Length+o.Length, d.Titles+o.Titles, d.Left+o.Left
	d.Longest, d.Most = max(d.Longest, o.Longest), max(d.Most, o.Most)
}
