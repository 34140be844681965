package glass

import (
	"bytes"
	"context"
	"math"
)

// A ValueStats is what an index says of a value slot; zeros when no document has a value.
type ValueStats struct {
	Count        uint32 // documents with a value that is not empty
	Lower, Upper []byte // no value orders before or after these
}

// ValueStats returns the statistics of a slot.
func (x *Index) ValueStats(ctx context.Context, slot uint32) (ValueStats, error) {
	var c cursor
	c.init(ctx, &x.trees[Postlist])
	var small [16]byte
	exact, err := c.seek(appendUintLast(append(small[:0], keyValueStats...), uint64(slot)))
	if err != nil || !exact {
		return ValueStats{}, err
	}
	var buf []byte
	tag, err := c.tag(&buf, x.opts.MaxTag)
	if err != nil {
		return ValueStats{}, err
	}
	u := unpacker{b: tag}
	st := ValueStats{Count: u.uint32(), Lower: bytes.Clone(u.string()), Upper: bytes.Clone(u.b)}
	if len(st.Upper) == 0 {
		st.Upper = st.Lower
	}
	if u.bad || st.Count > x.v.DocCount {
		return ValueStats{}, corrupt("value statistics", c.offset(), "%d values of slot %d, or bounds that are cut off", st.Count, slot)
	}
	return st, nil
}

// Values reads one slot's values: by docid with Value, fastest when they ascend, or one
// after the other with Next. It keeps the chunk it stands in. Errors stick. It is for one
// goroutine.
type Values struct {
	doc   uint32 // whose value it stands on, if on
	on    bool
	over  bool
	value []byte
	rest  []byte // of the chunk
	chunk []byte // the whole
	first uint32 // docid of the chunk's first value
	limit uint32 // where the next chunk begins, 0 if that is in another block

	x   *Index
	c   cursor
	err error
	key []byte // what the keys of the slot's chunks begin with
	buf []byte
}

// Values returns a reader of a slot's values. reuse may be nil, or one that is not needed
// any more. ctx holds for all that is read through the result.
func (x *Index) Values(ctx context.Context, slot uint32, reuse *Values) *Values {
	v := reuse
	if v == nil {
		v = new(Values)
	}
	*v = Values{x: x, key: v.key[:0], buf: v.buf}
	v.c.init(ctx, &x.trees[Postlist])
	v.key = appendVarint(append(v.key, keyValues...), uint64(slot))
	return v
}

// Value returns a document's value, nil if it is empty, and after an error. The bytes are
// good until the next call.
func (v *Values) Value(doc uint32) []byte {
	if !v.Seek(doc) || v.doc != doc {
		return nil
	}
	return v.value
}

// DocID returns whose value it stands on, after a Next or Seek that reported true.
func (v *Values) DocID() uint32 { return v.doc }

// Bytes returns the value it stands on, good until the next call.
func (v *Values) Bytes() []byte { return v.value }

// Err returns what kept a value from being read.
func (v *Values) Err() error { return v.err }

func (v *Values) fail(err error) bool {
	v.err, v.on, v.over, v.rest = err, false, true, nil
	return false
}

func (v *Values) corrupt(reason string, args ...any) bool {
	return v.fail(corrupt("values", v.c.offset(), reason, args...))
}

// Seek moves to the first value of a docid from doc on, forward or back.
func (v *Values) Seek(doc uint32) bool {
	if v.err != nil || v.on && v.doc == doc {
		return v.on
	}
	if v.chunk != nil && v.first <= doc && doc < v.limit { // what follows closely is mostly here
		if !v.on || v.doc > doc {
			v.restart()
		}
	} else if !v.place(doc) {
		return false
	}
	for v.doc < doc {
		v.skip(doc)
		if v.doc < doc && !v.Next() {
			return false
		}
	}
	return true
}

// skip moves on towards doc over values whose numbers take a byte each, as nearly all do.
func (v *Values) skip(doc uint32) {
	b, at, value := v.rest, v.doc, v.value
	for at < doc && len(b) >= 2 && b[0]|b[1] < 0x80 {
		gap, size := uint32(b[0]), int(b[1])
		if gap >= v.x.v.LastDocID-at || size > len(b)-2 {
			break // Next says what is wrong
		}
		at += gap + 1
		value, b = b[2:2+size:2+size], b[2+size:]
	}
	v.doc, v.value, v.rest = at, value, b
}

// place stands on a value in the chunk that would hold doc's, not behind doc if there is
// such a value; where doc is before the slot's first chunk, on the first value of all.
func (v *Values) place(doc uint32) bool {
	key := appendSortable(v.key, uint64(doc))
	_, err := v.c.seek(key)
	v.key = key[:len(v.key)]
	if err != nil {
		return v.fail(err)
	}
	if !v.c.placed || !bytes.HasPrefix(v.c.key(), v.key) {
		v.on, v.over, v.doc = false, false, 0
		return v.nextChunk()
	}
	first, _ := sortable(v.c.key()[len(v.key):])
	if v.chunk == nil || first != uint64(v.first) {
		v.doc = 0
		return v.open()
	}
	if !v.on || v.doc > doc {
		v.restart()
	}
	return true
}

// restart goes to the chunk's first value.
func (v *Values) restart() {
	u := unpacker{b: v.chunk}
	v.doc, v.value, v.rest = v.first, u.string(), u.b
	v.on, v.over = true, false
}

// open parses the chunk the cursor is on, and stands on its first value.
func (v *Values) open() bool {
	v.on, v.chunk = false, nil
	if err := v.c.ctx.Err(); err != nil {
		return v.fail(err)
	}
	docid := v.c.key()[len(v.key):]
	first, n := sortable(docid)
	if n == 0 || n != len(docid) || first <= uint64(v.doc) || first > uint64(v.x.v.LastDocID) {
		return v.corrupt("a chunk's key holds no docid from %d to %d", uint64(v.doc)+1, v.x.v.LastDocID)
	}
	tag, err := v.c.tag(&v.buf, v.x.opts.MaxTag)
	if err != nil {
		return v.fail(err)
	}
	u := unpacker{b: tag}
	if u.string(); u.bad {
		return v.corrupt("a chunk ends inside its first value")
	}
	v.first, v.limit, v.chunk = uint32(first), v.following(), tag
	v.restart()
	return true
}

// following returns the first docid of the next chunk, if that is in the same block.
func (v *Values) following() uint32 {
	leaf := v.c.path[0]
	if leaf.i+1 >= leaf.b.n {
		return 0
	}
	key, _ := leaf.b.key(leaf.i + 1)
	if !bytes.HasPrefix(key, v.key) {
		return 0
	}
	doc, _ := sortable(key[len(v.key):])
	return uint32(min(doc, math.MaxUint32))
}

// Next moves to the next value; at first to the slot's first one.
func (v *Values) Next() bool {
	if v.over {
		return false
	}
	if !v.on {
		return v.place(0)
	}
	if len(v.rest) == 0 {
		return v.nextChunk()
	}
	u := unpacker{b: v.rest}
	gap := u.varint()
	value := u.string()
	if u.bad || gap >= uint64(v.x.v.LastDocID-v.doc) {
		return v.corrupt("a docid after %d passes the last, %d, or its value is cut off", v.doc, v.x.v.LastDocID)
	}
	v.doc += uint32(gap) + 1
	v.value, v.rest = value, u.b
	return true
}

// nextChunk moves to the first value of the next chunk, if there is one.
func (v *Values) nextChunk() bool {
	v.c.prefix = v.key
	ok, err := v.c.next()
	if err != nil {
		return v.fail(err)
	}
	if !ok || !bytes.HasPrefix(v.c.key(), v.key) {
		v.on, v.over, v.chunk = false, true, nil
		return false
	}
	return v.open()
}
