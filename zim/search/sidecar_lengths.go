package search

import (
	"context"
	"errors"
	"io"

	lru "github.com/hashicorp/golang-lru/v2"
)

// Lengths of documents of sidecars are kept in pages, each of so many docids in a row.
const (
	lengthBits = 12
	lengthPage = 1 << lengthBits
	lengthHeld = 1024 // pages held in memory for all sidecars: 16 MiB
)

// A lengthKey is a page of a sidecar.
type lengthKey struct {
	index  uint64
	number uint32
}

// A lengthCache holds the pages that were read last. It is safe for concurrent use.
type lengthCache struct {
	pages *lru.Cache[lengthKey, *[lengthPage]uint32]
}

func newLengthCache() lengthCache {
	pages, _ := lru.New[lengthKey, *[lengthPage]uint32](lengthHeld) // fails for sizes below 1 alone
	return lengthCache{pages}
}

// drop forgets an index.
func (c lengthCache) drop(index uint64) {
	for _, k := range c.pages.Keys() {
		if k.index == index {
			c.pages.Remove(k)
		}
	}
}

// A sideLengths gives the lengths of the documents of a sidecar. Errors stick. It is for one goroutine.
type sideLengths struct {
	s      *sideIndex
	ctx    context.Context
	page   *[lengthPage]uint32
	number uint32
	err    error
}

var noLengths [lengthPage]uint32

// Page returns the lengths of a row of documents that doc is one of, and the first of them.
func (l *sideLengths) Page(doc uint32) (lengths []uint32, first uint32) {
	if n := doc >> lengthBits; l.page == nil || n != l.number {
		l.number = n
		l.page = l.turn(n)
	}
	return l.page[:], doc &^ (lengthPage - 1)
}

// Err returns what kept lengths from being read.
func (l *sideLengths) Err() error { return l.err }

// turn returns a page, of zeros after an error and behind the last document.
func (l *sideLengths) turn(number uint32) *[lengthPage]uint32 {
	docs := l.s.detail.Docs
	if l.err == nil {
		l.err = l.ctx.Err()
	}
	if l.err != nil || number > docs>>lengthBits {
		return &noLengths
	}
	key := lengthKey{l.s.id, number}
	if p, ok := l.s.shared.lengths.pages.Get(key); ok {
		return p
	}
	// Documents count from 1: the first page has no row for its first number.
	from := max(number<<lengthBits, 1)
	to := min(uint64(number+1)<<lengthBits, uint64(docs)+1)
	raw := make([]byte, (to-uint64(from))*docRow)
	if _, err := l.s.rows.ReadAt(raw, int64(from-1)*docRow); err != nil {
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		l.err = sideError(err)
		return &noLengths
	}
	p := new([lengthPage]uint32)
	for i := 0; i < len(raw); i += docRow {
		p[int(from&(lengthPage-1))+i/docRow] = parseRow(raw[i:]).length
	}
	l.s.shared.lengths.pages.Add(key, p)
	return p
}
