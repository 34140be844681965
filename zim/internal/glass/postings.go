package glass

import (
	"bytes"
	"context"
	"encoding/binary"
)

// How the keys of the postlist table begin (doc.go, Postlist table).
const (
	keyMetadata   = "\x00\xC0"
	keyValueStats = "\x00\xD0"
	keyValues     = "\x00\xD8"
	keyLengths    = "\x00\xE0"
	keyTerms      = "\x00\xFF" // the least key of a term: one that begins with NUL
	maxKey        = 255        // bytes of a key
)

// A TermStats is what a term's first chunk says of it. An absent term has zeros.
type TermStats struct {
	TF     uint32 // documents with the term
	CF     uint64 // sum of its wdf over them
	MaxWDF uint32 // it occurs in no document more often
}

// Postings walks the documents that hold a term, by ascending docid. Before the first Next
// or Seek it stands nowhere. It decodes one chunk at a time where the chunk lies. Errors
// stick: look at Err when Next or Seek reported false. It is for one goroutine.
//
// For the list of all documents, of [Index.Documents], WDF is the document's length.
type Postings struct {
	doc, wdf uint32
	end      uint32 // last docid of the chunk
	last     bool   // the chunk is the list's last
	begun    bool
	over     bool
	rest     []byte // of the chunk, undecoded
	count    uint64

	x     *Index
	c     cursor
	stats TermStats
	err   error
	own   int    // bytes of key that are the first chunk's key
	key   []byte // with what the keys of further chunks begin with
	tag   []byte // a chunk of several items
	part  string
}

// Postings returns the documents with term, none if it is absent. reuse may be nil, or one
// that is not needed any more, whose memory is taken. It reads the way to the first chunk.
// ctx holds for all that is read through the result.
func (x *Index) Postings(ctx context.Context, term []byte, reuse *Postings) (*Postings, error) {
	p := reuse
	if p == nil {
		p = new(Postings)
	}
	p.reset(ctx, x, "postings")
	p.key = appendEscaped(p.key[:0], term)
	p.own = len(p.key)
	p.key = append(p.key, 0)
	if p.own > maxKey || p.own == 0 { // no such key can be
		p.over = true
		return p, nil
	}
	return p, p.open()
}

// Documents returns all documents with their lengths as WDF, as Postings does.
func (x *Index) Documents(ctx context.Context, reuse *Postings) (*Postings, error) {
	p := reuse
	if p == nil {
		p = new(Postings)
	}
	p.reset(ctx, x, "document lengths")
	p.key = append(p.key[:0], keyLengths...)
	p.own = len(p.key)
	err := p.open()
	p.stats = TermStats{TF: x.v.DocCount, CF: x.v.TotalLength, MaxWDF: x.v.MaxLength}
	return p, err
}

func (p *Postings) reset(ctx context.Context, x *Index, part string) {
	p.c.init(ctx, &x.trees[Postlist])
	p.x, p.part, p.stats, p.err = x, part, TermStats{}, nil
	p.doc, p.wdf, p.end, p.count, p.rest = 0, 0, 0, 0, nil
	p.last, p.begun, p.over = false, false, false
}

// open places the cursor on the first chunk.
func (p *Postings) open() error {
	exact, err := p.c.seek(p.key[:p.own])
	if err != nil {
		return p.fail(err)
	}
	if !exact {
		p.over = true
		return nil
	}
	p.c.prefix = p.key
	return p.chunk()
}

func (p *Postings) fail(err error) error {
	p.err, p.over, p.rest = err, true, nil
	p.end = p.doc // so that no chunk seems to be left
	return err
}

func (p *Postings) corrupt(reason string, args ...any) error {
	return p.fail(corrupt(p.part, p.c.offset(), reason, args...))
}

// Stats returns what the first chunk says of the term; for all documents their number,
// the sum of their lengths and the bound of these.
func (p *Postings) Stats() TermStats { return p.stats }

// DocID returns where the cursor stands, after a Next or Seek that reported true.
func (p *Postings) DocID() uint32 { return p.doc }

// WDF returns how often the document holds the term.
func (p *Postings) WDF() uint32 { return p.wdf }

// ChunkEnd returns the last docid of the chunk the cursor is in. All up to it are seeked
// without reading.
func (p *Postings) ChunkEnd() uint32 { return p.end }

// Count returns how many postings were decoded, those passed over by Seek included.
func (p *Postings) Count() uint64 { return p.count }

// Err returns what ended the walk early: [*Error], ctx's error or an I/O error.
func (p *Postings) Err() error { return p.err }

// chunk parses the head of the chunk the cursor is on, and stands on its first posting.
func (p *Postings) chunk() error {
	if err := p.c.ctx.Err(); err != nil {
		return p.fail(err)
	}
	first, further := p.chunkKey()
	if !further && first != 0 {
		return p.corrupt("a chunk's key holds no docid")
	}
	tag, err := p.c.tag(&p.tag, p.x.opts.MaxTag)
	if err != nil {
		return p.fail(err)
	}
	u := unpacker{b: tag}
	if !further {
		p.stats.TF = u.uint32()
		p.stats.CF = u.varint()
		first = u.varint() + 1
	}
	p.last = u.boolean()
	span := u.varint()
	wdf := u.uint32()
	most := uint64(p.x.v.LastDocID)
	switch {
	case u.bad:
		return p.corrupt("a chunk ends inside its head")
	case first == 0 || first > most || span > most-first:
		return p.corrupt("a chunk from docid %d on, with %d more, of %d", first, span, most)
	case p.begun && first <= uint64(p.end):
		return p.corrupt("a chunk begins at docid %d, the one before ended at %d", first, p.end)
	}
	p.doc, p.wdf, p.end, p.rest = uint32(first), wdf, uint32(first+span), u.b
	p.count++
	if !further {
		return p.bound()
	}
	return nil
}

// chunkKey returns the docid in the key of a further chunk; in the first one's there is
// none, and in one that is wrong first is not 0.
func (p *Postings) chunkKey() (first uint64, further bool) {
	key := p.c.key()
	if len(key) == p.own {
		return 0, false
	}
	v, n := sortable(key[len(p.key):])
	if n == 0 || n != len(key)-len(p.key) {
		return 1, false
	}
	return v, true
}

// bound checks the head of a term's first chunk and derives the greatest wdf from it.
func (p *Postings) bound() error {
	if len(p.key) == p.own { // the list of lengths says 0 of itself
		return nil
	}
	cf, wdf := p.stats.CF, uint64(p.wdf)
	if p.stats.TF > p.x.v.DocCount || cf < wdf {
		return p.corrupt("tf %d of %d documents, cf %d, first wdf %d", p.stats.TF, p.x.v.DocCount, cf, wdf)
	}
	p.stats.MaxWDF = p.x.maxWDF(cf, wdf)
	return nil
}

// maxWDF bounds a term's wdf, given their sum and the first of them (first ≤ cf).
func (x *Index) maxWDF(cf, first uint64) uint32 {
	return uint32(min(max(first, cf-first), uint64(x.v.MaxWDF)))
}

// Next moves to the next document.
func (p *Postings) Next() bool {
	if b := p.rest; p.begun && len(b) >= 2 && b[0]|b[1] < 0x80 && uint32(b[0]) < p.end-p.doc {
		p.doc += uint32(b[0]) + 1
		p.wdf = uint32(b[1])
		p.rest = b[2:]
		p.count++
		return true
	}
	return p.next()
}

// next is Next for what is rare: large numbers, the first posting, the chunk's end.
func (p *Postings) next() bool {
	if p.over {
		return false
	}
	if !p.begun {
		p.begun = true
		return true
	}
	if len(p.rest) == 0 {
		return p.nextChunk()
	}
	return p.pair()
}

// pair decodes one pair of the chunk.
func (p *Postings) pair() bool {
	u := unpacker{b: p.rest}
	gap, wdf := u.varint(), u.uint32()
	if u.bad || gap >= uint64(p.end-p.doc) {
		p.corrupt("a docid after %d passes the chunk's last, %d, or is cut off", p.doc, p.end)
		return false
	}
	p.doc += uint32(gap) + 1
	p.wdf, p.rest = wdf, u.b
	p.count++
	return true
}

// nextChunk moves to the first posting of the next chunk.
func (p *Postings) nextChunk() bool {
	if p.doc != p.end {
		p.corrupt("a chunk ends at docid %d and not at %d, as it says", p.doc, p.end)
		return false
	}
	if p.last {
		p.over = true
		return false
	}
	return p.step()
}

// step moves the cursor to the next entry, which has to be a further chunk.
func (p *Postings) step() bool {
	ok, err := p.c.next()
	if err != nil {
		p.fail(err)
		return false
	}
	if !ok || !p.further() {
		p.corrupt("the list ends without its last chunk")
		return false
	}
	return p.chunk() == nil
}

// further reports whether the cursor is on a further chunk of this list.
func (p *Postings) further() bool {
	key := p.c.key()
	return len(key) > len(p.key) && bytes.HasPrefix(key, p.key) && (p.own == len(p.key) || key[len(p.key)] != 0xFF)
}

// Seek moves to the first document from doc on. It never moves back.
func (p *Postings) Seek(doc uint32) bool {
	if p.over {
		return false
	}
	p.begun = true
	if doc <= p.doc {
		return true
	}
	if doc > p.end && !p.seekChunk(doc) {
		return false
	}
	return p.scan(doc)
}

// scan moves on inside the chunk, which reaches doc.
func (p *Postings) scan(doc uint32) bool {
	for p.doc < doc {
		if p.skip(doc); p.doc >= doc {
			break
		}
		if len(p.rest) == 0 {
			return p.nextChunk() // only when damaged: the chunk says it reaches doc
		}
		if !p.pair() {
			return false
		}
	}
	return true
}

// skip moves on towards doc over pairs whose numbers are short: four at a time where all
// take one byte and none of them reaches doc, else one by one.
func (p *Postings) skip(doc uint32) {
	const high, gaps = 0x8080808080808080, 0x007F007F007F007F
	b, at, wdf, n := p.rest, p.doc, p.wdf, uint64(0)
	for at < doc {
		if len(b) >= 8 {
			if word := binary.LittleEndian.Uint64(b); word&high == 0 {
				if sum := uint32(word&gaps*0x0001000100010001>>48) + 4; sum < doc-at {
					at += sum
					b = b[8:]
					n += 4
					continue
				}
			}
		}
		if len(b) >= 2 && b[0]|b[1] < 0x80 && uint32(b[0]) < p.end-at {
			at, wdf, b = at+uint32(b[0])+1, uint32(b[1]), b[2:]
		} else if len(b) >= 3 && b[0] >= 0x80 && b[1]|b[2] < 0x80 && shortGap(b) < p.end-at {
			at, wdf, b = at+shortGap(b)+1, uint32(b[2]), b[3:]
		} else {
			break
		}
		n++
	}
	p.stand(b, at, wdf, n)
}

// seekChunk moves to the chunk that holds doc, or the first one behind it. Where docids
// jump between chunks the place of doc is the chunk before, which can be the first one.
func (p *Postings) seekChunk(doc uint32) bool {
	if p.last {
		p.over = true
		return false
	}
	from, key := p.end, appendSortable(p.key, uint64(doc))
	_, err := p.c.seek(key)
	p.key = key[:len(p.key)]
	if err != nil {
		p.fail(err)
		return false
	}
	if here := p.c.key(); !bytes.Equal(here, p.key[:p.own]) && !p.further() {
		p.corrupt("the place of docid %d is not in the list", doc)
		return false
	}
	if p.before(from) {
		return p.step()
	}
	if p.chunk() != nil {
		return false
	}
	if p.end < doc {
		p.doc, p.rest = p.end, nil // passed over as a whole
		return p.nextChunk()
	}
	return true
}

// before reports whether the cursor is on the chunk that ended at docid end, or one before.
func (p *Postings) before(end uint32) bool {
	first, further := p.chunkKey()
	return first == 0 || further && first <= uint64(end)
}

// Read moves on over up to len(docs) postings of one chunk and stores them, and returns how
// many; 0 at the end of the list and after an error. It is Next for loops that want many:
// the cursor stands on the last one stored. docs and wdfs have the same length.
func (p *Postings) Read(docs, wdfs []uint32) int {
	if len(docs) == 0 || !p.Next() {
		return 0
	}
	docs[0], wdfs[0] = p.doc, p.wdf
	n, b, doc := 1, p.rest, p.doc
	limit := min(len(docs), len(wdfs))
	for n < limit {
		if len(b) >= 2 && b[0]|b[1] < 0x80 && uint32(b[0]) < p.end-doc {
			doc += uint32(b[0]) + 1
			wdfs[n] = uint32(b[1])
			b = b[2:]
		} else if len(b) >= 3 && b[0] >= 0x80 && b[1]|b[2] < 0x80 && shortGap(b) < p.end-doc {
			doc += shortGap(b) + 1
			wdfs[n] = uint32(b[2])
			b = b[3:]
		} else {
			break
		}
		docs[n] = doc
		n++
	}
	p.doc, p.wdf, p.rest = doc, wdfs[n-1], b
	p.count += uint64(n - 1)
	for n < limit && len(p.rest) > 0 && p.pair() {
		docs[n], wdfs[n] = p.doc, p.wdf
		n++
	}
	return n
}
