package glass

import "context"

// A TermList walks the terms of one document in byte order. Indexes written since 2021 have
// none. Errors stick. It is for one goroutine.
type TermList struct {
	u     unpacker
	left  uint64
	first bool
	term  []byte
	wdf   uint32
	size  uint64
	at    int64
	err   error
	buf   []byte
}

// TermList returns the terms of a document; none where the index has no table of them. reuse
// may be nil, or one that is not needed any more.
func (x *Index) TermList(ctx context.Context, doc uint32, reuse *TermList) (*TermList, error) {
	l := reuse
	if l == nil {
		l = new(TermList)
	}
	*l = TermList{term: l.term[:0], buf: l.buf, first: true}
	var c cursor
	c.init(ctx, &x.trees[Termlist])
	var small [8]byte
	exact, err := c.seek(appendSortable(small[:0], uint64(doc)))
	if err != nil || !exact {
		return l, err
	}
	l.at = c.offset()
	tag, err := c.tag(&l.buf, x.opts.MaxTag)
	if err != nil || len(tag) == 0 { // a document without terms
		return l, err
	}
	l.u.b = tag
	l.size, l.left = l.u.varint(), l.u.varint()
	if l.u.bad || l.left > uint64(len(l.u.b)) {
		return l, corrupt("term list", l.at, "%d terms in %d bytes", l.left, len(tag))
	}
	return l, nil
}

// DocLength returns the document's length as the list has it.
func (l *TermList) DocLength() uint64 { return l.size }

// Next moves to the next term.
func (l *TermList) Next() bool {
	if l.left == 0 || l.err != nil {
		return false
	}
	l.left--
	reuse, packed := 0, false
	if !l.first {
		reuse, packed = l.head()
	}
	l.first = false
	suffix := l.u.bytes(uint64(l.u.byte()))
	l.term = append(l.term[:reuse], suffix...)
	if !packed {
		l.wdf = l.u.uint32()
	}
	if l.u.bad {
		l.err = corrupt("term list", l.at, "ends with %d terms to come", l.left)
	}
	return l.err == nil
}

// head reads how many bytes a term shares with the one before. A number greater than that
// one's length holds the wdf as well.
func (l *TermList) head() (reuse int, packed bool) {
	b, most := int(l.u.byte()), len(l.term)
	if b <= most {
		return b, false
	}
	l.wdf = uint32(b/(most+1) - 1)
	return b % (most + 1), true
}

// Term returns the term it stands on, good until the next call.
func (l *TermList) Term() []byte { return l.term }

// WDF returns how often the document holds the term.
func (l *TermList) WDF() uint32 { return l.wdf }

// Err returns what ended the walk early.
func (l *TermList) Err() error { return l.err }
