package search

import (
	"context"
	"strconv"

	"github.com/openzim-mcp/openzim-mcp/zim/internal/glass"
	"github.com/openzim-mcp/openzim-mcp/zim/internal/match"
)

// Names of values in an index's metadata.
const (
	titleValue  = "title"
	targetValue = "targetPath"
	wordsValue  = "wordcount"
	placeValue  = "geo.position"
)

// A valueReader reads a named value of documents, by ascending docid. It is for one
// goroutine. Its errors stick.
type valueReader struct {
	ix *archiveIndex
	v  *glass.Values // nil if the index has no such value
}

// value returns a reader of a value by its name.
func (ix *archiveIndex) value(ctx context.Context, name string) valueReader {
	slot, ok := ix.slots[name]
	if !ok {
		return valueReader{ix: ix}
	}
	return valueReader{ix, ix.x.Values(ctx, slot, nil)}
}

// of returns a document's value, nil if it has none. The bytes are good until the next call.
func (r *valueReader) of(doc uint32) []byte {
	if r.v == nil {
		return nil
	}
	return r.v.Value(doc)
}

// err returns what kept a value from being read.
func (r *valueReader) err() error {
	if r.v == nil {
		return nil
	}
	return r.ix.failed(r.v.Err())
}

// valueStats returns what the index says of a value: how many documents have it, and between
// which bytes it is; zeros if it has no such value.
func (ix *archiveIndex) valueStats(ctx context.Context, name string) (glass.ValueStats, error) {
	slot, ok := ix.slots[name]
	if !ok {
		return glass.ValueStats{}, ctx.Err()
	}
	st, err := ix.x.ValueStats(ctx, slot)
	return st, ix.failed(err)
}

// words returns how many words a document's text has, which is another number than its
// length: titles and keywords are not in it. ok is false where the index does not say.
func (r *valueReader) words(doc uint32) (n uint32, ok bool) {
	v, err := strconv.ParseUint(string(r.of(doc)), 10, 32)
	return uint32(v), err == nil
}

// place returns where on Earth a document is, if it is anywhere.
func (r *valueReader) place(doc uint32) (p match.Place, ok bool) {
	return match.DecodePlace(r.of(doc))
}

// A nearby is a document and how far it is away.
type nearby struct {
	doc    uint32
	metres float64
	place  match.Place
}

// maxNearby bounds how many documents near a place are returned.
const maxNearby = 100_000

// near returns the documents whose coordinates are at most so many metres away from a place,
// the nearest first, equally near ones by docid; at most limit (up to maxNearby) of them, and
// how many there are. It reads the coordinates of all documents that have any.
func (ix *archiveIndex) near(ctx context.Context, from match.Place, metres float64, limit int) (found []nearby, all int, err error) {
	r := ix.value(ctx, placeValue)
	if r.v == nil {
		return nil, 0, ctx.Err()
	}
	box := around(from, metres)
	best := nearest{limit: min(limit, maxNearby)}
	for n := 1; r.v.Next(); n++ {
		if n%1024 == 0 && ctx.Err() != nil { // values of blocks at hand are read without asking
			return nil, 0, ctx.Err()
		}
		p, ok := match.DecodePlace(r.v.Bytes())
		if !ok || !box.holds(p) {
			continue
		}
		if d := from.Distance(p); d <= metres {
			all++
			best.add(nearby{r.v.DocID(), d, p})
		}
	}
	if err := r.err(); err != nil {
		return nil, 0, err
	}
	return best.sorted(), all, nil
}
