package zimtest

import (
	"bytes"
	"slices"
)

// Split cuts b at the given offsets, in any order, into len(cuts)+1 parts that together
// are b again. Equal cuts, and cuts at either end, make parts of no bytes, as a real
// splitter has done. Offsets outside b count as its nearest end.
func Split(b []byte, cuts ...int) [][]byte {
	cuts = slices.Clone(cuts)
	slices.Sort(cuts)
	var parts [][]byte
	last := 0
	for _, c := range cuts {
		c = max(0, min(c, len(b)))
		parts = append(parts, bytes.Clone(b[last:c:c]))
		last = c
	}
	return append(parts, bytes.Clone(b[last:]))
}

// PartName returns the file name of part i (0 ≤ i < 676) of a split set: name, such as
// "x.zim", and two letters from aa to zz.
func PartName(name string, i int) string {
	return name + string([]byte{'a' + byte(i/26), 'a' + byte(i%26)})
}

// Embed returns a file that holds b at offset, behind bytes that are no archive and before
// tail more of them.
func Embed(b []byte, offset, tail int) []byte {
	return slices.Concat(filler(offset), b, filler(tail))
}

func filler(n int) []byte {
	return bytes.Repeat([]byte("not a ZIM archive "), n/18+1)[:n]
}

// A Span is a range of bytes in a file.
type Span struct{ Offset, Size int64 }

// Markers of a file made by [EmbedParts], as zim-testing-suite has them.
const (
	markBegin = "BEGINZIMMULTIPART"
	markNext  = "NEWSECTIONZIMMULTI"
	markEnd   = "ENDZIMMULTIPART"
)

// EmbedParts returns a file that holds b in parts of size bytes (size > 0; the last may be
// shorter), and where they lie. The first is at 17, 18 other bytes come between parts and
// 15 after the last, as in the files *.embedded.multi of zim-testing-suite (size 2048).
func EmbedParts(b []byte, size int) (file []byte, parts []Span) {
	file = []byte(markBegin)
	for chunk := range slices.Chunk(b, size) {
		if len(parts) > 0 {
			file = append(file, markNext...)
		}
		parts = append(parts, Span{int64(len(file)), int64(len(chunk))})
		file = append(file, chunk...)
	}
	return append(file, markEnd...), parts
}
