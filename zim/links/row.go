package links

import (
	"cmp"
	"encoding/binary"
)

// A Row says that a page leads to an entry.
type Row struct {
	Source   uint32 // entry of the page, in path order
	Count    uint32 // links there, at least 1
	Section  uint32 // of the first of them: 0 is the lead
	Text     string // of the first that has any; one line, may be empty, at most 160 bytes
	Fragment string // of the first that has one: the place it leads to, decoded; may be empty, at most 160 bytes
}

// edge is a row with its target.
type edge struct {
	target uint32
	Row
}

// maxText bounds texts and fragments, in bytes. Longer texts are cut, longer fragments left out: half of one leads nowhere.
const maxText = 160

// compareEdges is the order of rows in the file.
func compareEdges(a, b *edge) int {
	return cmp.Or(cmp.Compare(a.target, b.target), cmp.Compare(b.Count, a.Count),
		cmp.Compare(a.Section, b.Section), cmp.Compare(a.Source, b.Source))
}

// appendRow writes a row. last is the target of the row before.
func appendRow(b []byte, e *edge, last uint32) []byte {
	b = binary.AppendUvarint(b, uint64(e.target-last))
	for _, n := range []uint32{e.Source, e.Count, e.Section} {
		b = binary.AppendUvarint(b, uint64(n))
	}
	b = append(binary.AppendUvarint(b, uint64(len(e.Text))), e.Text...)
	return append(binary.AppendUvarint(b, uint64(len(e.Fragment))), e.Fragment...)
}

// maxRow is the length of the longest row.
const maxRow = 4*binary.MaxVarintLen32 + 2*(2+maxText)

// A rowReader reads rows from bytes that may be anything.
type rowReader struct {
	b    []byte
	last uint32
}

// next returns the next row. ok is false at the end and when the bytes are no row; bad tells one from the other.
func (r *rowReader) next() (e edge, ok, bad bool) {
	if len(r.b) == 0 {
		return edge{}, false, false
	}
	step, ok1 := r.number()
	var ok2, ok3, ok4 bool
	e.Source, ok2 = r.number()
	e.Count, ok3 = r.number()
	e.Section, ok4 = r.number()
	text, ok5 := r.text()
	fragment, ok6 := r.text()
	if !(ok1 && ok2 && ok3 && ok4 && ok5 && ok6) || e.Count == 0 || step > ^uint32(0)-r.last {
		return edge{}, false, true
	}
	r.last += step
	e.target, e.Text, e.Fragment = r.last, string(text), string(fragment)
	return e, true, false
}

// number reads a uvarint of 32 bits.
func (r *rowReader) number() (uint32, bool) {
	v, n := binary.Uvarint(r.b)
	if n <= 0 || v > 1<<32-1 {
		return 0, false
	}
	r.b = r.b[n:]
	return uint32(v), true
}

// text reads a short text.
func (r *rowReader) text() ([]byte, bool) {
	n, ok := r.number()
	if !ok || n > maxText || int(n) > len(r.b) {
		return nil, false
	}
	t := r.b[:n]
	r.b = r.b[n:]
	return t, true
}
