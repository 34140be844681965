package glass

import (
	"bytes"
	"context"
)

// Term returns what the index says of a term; zeros if it is absent. It reads one place in
// the index and no list.
func (x *Index) Term(ctx context.Context, term []byte) (TermStats, error) {
	var p Postings
	_, err := x.Postings(ctx, term, &p)
	return p.stats, err
}

// Terms walks terms in byte order, those under a prefix. Before the first Next or Seek it
// stands nowhere. It passes over long lists without reading them. Errors stick. It is for
// one goroutine.
type Terms struct {
	x      *Index
	c      cursor
	err    error
	begun  bool
	over   bool
	prefix []byte // escaped
	key    []byte // to seek with
	term   []byte
	stats  TermStats
	buf    []byte
}

// Terms returns a walk over the terms that begin with prefix, which may be empty. ctx holds
// for all that is read through the result.
func (x *Index) Terms(ctx context.Context, prefix []byte) *Terms {
	t := &Terms{x: x, prefix: appendEscaped(nil, prefix)}
	t.c.init(ctx, &x.trees[Postlist])
	t.c.prefix = t.prefix
	return t
}

// Term returns the term it stands on, good until the next call.
func (t *Terms) Term() []byte { return t.term }

// Stats returns what the index says of the term it stands on.
func (t *Terms) Stats() TermStats { return t.stats }

// Blocks returns how many blocks the walk has been in, those of branches and those that it
// passed over included, for callers that bound it.
func (t *Terms) Blocks() uint64 { return t.c.blocks }

// Err returns what ended the walk early.
func (t *Terms) Err() error { return t.err }

func (t *Terms) fail(err error) bool {
	t.err, t.over = err, true
	return false
}

// Seek moves to the first term under the prefix that is not before term, forward or back.
func (t *Terms) Seek(term []byte) bool {
	if t.err != nil {
		return false
	}
	t.begun, t.over = true, false
	t.key = appendEscaped(t.key[:0], term)
	if bytes.Compare(t.key, t.prefix) < 0 {
		t.key = append(t.key[:0], t.prefix...)
	}
	if len(t.key) == 0 {
		t.key = append(t.key[:0], keyTerms...) // behind all keys that are no terms
	}
	exact, err := t.c.seek(t.key)
	if err != nil {
		return t.fail(err)
	}
	if exact {
		return t.stand()
	}
	return t.advance()
}

// Next moves to the next term under the prefix.
func (t *Terms) Next() bool {
	if !t.begun {
		return t.Seek(nil)
	}
	if t.over {
		return false
	}
	return t.advance()
}

// advance moves to the next entry that is a term's first chunk.
func (t *Terms) advance() bool {
	for {
		ok, err := t.c.next()
		if err != nil {
			return t.fail(err)
		}
		if !ok {
			t.over = true
			return false
		}
		term, rest, ended := appendUnescaped(t.term[:0], t.c.key())
		if !ended {
			return t.stand()
		}
		if len(term) == 0 && len(rest) > 0 && rest[0] < keyTerms[1] {
			return t.fail(corrupt("terms", t.c.offset(), "a key that is no term behind one that is"))
		}
		t.term = term
		if exact, err := t.skip(); err != nil {
			return t.fail(err)
		} else if exact {
			return t.stand()
		}
	}
}

// skip moves behind the further chunks of a term, to the last of them, unless the very next
// term is the same with a NUL: the search then ends there.
func (t *Terms) skip() (exact bool, err error) {
	if err := t.c.ctx.Err(); err != nil {
		return false, err
	}
	t.key = append(appendEscaped(t.key[:0], t.term), keyTerms...)
	return t.c.seek(t.key)
}

// stand reads the term the cursor is on, unless it is behind the prefix.
func (t *Terms) stand() bool {
	key := t.c.key()
	if !bytes.HasPrefix(key, t.prefix) {
		t.over = true
		return false
	}
	at := t.c.offset()
	t.term, _, _ = appendUnescaped(t.term[:0], key)
	tag, err := t.head()
	if err != nil {
		return t.fail(err)
	}
	u := unpacker{b: tag}
	tf, cf := u.uint32(), u.varint()
	u.varint() // the first docid
	u.boolean()
	u.varint() // the last one of the chunk
	wdf := uint64(u.uint32())
	if u.bad || tf > t.x.v.DocCount || cf < wdf {
		return t.fail(corrupt("terms", at, "a first chunk with tf %d of %d documents and cf %d, or cut off", tf, t.x.v.DocCount, cf))
	}
	t.stats = TermStats{TF: tf, CF: cf, MaxWDF: t.x.maxWDF(cf, wdf)}
	return true
}

// headBytes is the most that the head of a first chunk takes.
const headBytes = 5 + 10 + 10 + 1 + 10 + 5

// head returns the start of a first chunk: of its first item, if that is enough.
func (t *Terms) head() ([]byte, error) {
	leaf := t.c.path[0]
	flags := leaf.b.flags(leaf.i)
	if tag := leaf.b.tag(leaf.i); flags&flagCompressed == 0 && (flags&flagLast != 0 || len(tag) >= headBytes) {
		return tag, nil
	}
	return t.c.tag(&t.buf, t.x.opts.MaxTag)
}
