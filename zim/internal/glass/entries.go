package glass

import (
	"bytes"
	"context"
)

// Entries walks a table as it is stored, keys and tags. It serves tables whose content has
// no reader of its own, and whoever wants to look at an index. Errors stick. It is for one
// goroutine.
type Entries struct {
	x      *Index
	c      cursor
	prefix []byte
	limit  int
	begun  bool
	over   bool
	read   bool
	tag    []byte
	buf    []byte
	err    error
}

// Entries returns a walk over the entries of a table whose keys begin with prefix, in their
// order. ctx holds for all that is read.
func (x *Index) Entries(ctx context.Context, table Table, prefix []byte) *Entries {
	e := &Entries{x: x, prefix: prefix, limit: x.opts.MaxTag, over: table >= tables}
	if !e.over {
		e.c.init(ctx, &x.trees[table])
		e.c.prefix = prefix
	}
	return e
}

func (e *Entries) fail(err error) bool {
	e.err, e.over = err, true
	return false
}

// Next moves to the next entry.
func (e *Entries) Next() bool {
	if e.over {
		return false
	}
	e.read, e.tag = false, nil
	if !e.begun {
		e.begun = true
		exact, err := e.c.seek(e.prefix)
		if err != nil {
			return e.fail(err)
		}
		if exact && len(e.prefix) > 0 { // the empty key is the table's own
			return true
		}
	}
	ok, err := e.c.next()
	if err != nil {
		return e.fail(err)
	}
	e.over = !ok || !bytes.HasPrefix(e.c.key(), e.prefix)
	return !e.over
}

// Key returns the entry's key after a Next that reported true. It is shared: do not modify it.
func (e *Entries) Key() []byte {
	if e.c.path[0].b == nil {
		return nil
	}
	return e.c.key()
}

// Tag returns the entry's data, assembled and inflated, good until the next call; nil after
// an error.
func (e *Entries) Tag() []byte {
	if !e.read && !e.over && e.begun {
		e.read = true
		tag, err := e.c.tag(&e.buf, e.limit)
		if err != nil {
			e.fail(err)
			return nil
		}
		e.tag = tag
	}
	return e.tag
}

// Err returns what ended the walk early.
func (e *Entries) Err() error { return e.err }
