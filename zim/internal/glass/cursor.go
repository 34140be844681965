package glass

import (
	"bytes"
	"context"
)

// A cursor stands on an item of a tree and walks its entries in the order of their keys
// (doc.go, Lookup and walking). It remembers the way down from the root, so it never relies
// on which block lies behind which. It is for one goroutine.
type cursor struct {
	t      *tree
	ctx    context.Context
	path   [maxLevel + 1]step // path[0] is in a leaf
	placed bool
	runs   int    // leaves walked through in a row
	blocks uint64 // asked for so far, the root left out
	prefix []byte // reading ahead ends with the keys under it
}

// A step is an item of a block on the way down.
type step struct {
	b *block
	i int
}

func (c *cursor) init(ctx context.Context, t *tree) {
	c.ctx, c.t, c.placed, c.runs, c.blocks, c.prefix = ctx, t, false, 0, 0, nil
}

// key returns the key of the entry the cursor stands on. It aliases a block.
func (c *cursor) key() []byte {
	key, _ := c.path[0].b.key(c.path[0].i)
	return key
}

// offset returns where in the index the cursor stands, for messages.
func (c *cursor) offset() int64 {
	if !c.placed {
		return 0
	}
	return c.path[0].b.offset + int64(c.path[0].b.item(c.path[0].i))
}

// seek moves to the last entry that is not after key, and reports whether it is key's. An
// empty table has no entry, and leaves the cursor unplaced.
func (c *cursor) seek(key []byte) (exact bool, err error) {
	if c.t.empty {
		return false, nil
	}
	level, from, err := c.near(key)
	if err != nil {
		return false, err
	}
	leaf, was := &c.path[0], c.path[0]
	forward := c.placed && was.b.compare(was.i, key) <= 0
	c.placed = false
	if from, err = c.descend(key, level, from); err != nil {
		return false, err
	}
	if leaf.b != was.b {
		c.runs = 0
	}
	leaf.i = leaf.b.find(key, from)
	if leaf.i >= 0 && leaf.b.compare(leaf.i, key) == 0 {
		c.placed = true
		return true, nil
	}
	if err := c.back(key); err != nil || !forward || leaf.b == was.b {
		return false, err
	}
	// From here on there is no way back to what was passed, or walks might never end. Only
	// within one tag it leads back, from a component to the first.
	before, _ := was.b.at(was.i)
	return false, c.ordered(before, 0)
}

// near returns the level to search from, and an item there that is not after key. From
// where it stands the cursor climbs no higher than needed.
func (c *cursor) near(key []byte) (level, from int, err error) {
	if c.placed && c.path[0].b.compare(c.path[0].i, key) <= 0 {
		for level < int(c.t.level) {
			up := &c.path[level+1]
			if up.i+1 < up.b.n && up.b.compare(up.i+1, key) > 0 {
				break // what comes next begins after key
			}
			level++
		}
		return level, c.path[level].i, nil
	}
	level = int(c.t.level)
	root, err := c.t.rootBlock(c.ctx)
	if err != nil {
		return 0, 0, err
	}
	c.path[level] = step{root, 0}
	return level, first(level), nil
}

// first is the item that a search of a whole block of a level may start from: the first of
// a branch counts as minus infinity.
func first(level int) int {
	if level == 0 {
		return -1
	}
	return 0
}

// descend goes down to the leaf that may hold key, and returns the item to search it from.
func (c *cursor) descend(key []byte, level, from int) (int, error) {
	for ; level > 0; level-- {
		at := &c.path[level]
		at.i = at.b.find(key, from)
		child, err := c.child(at, level)
		if err != nil {
			return 0, err
		}
		c.path[level-1] = step{child, 0}
		from = first(level - 1)
	}
	return from, nil
}

// back moves from an inexact place, which may be before the leaf's first item, to the first
// component of the entry before key.
func (c *cursor) back(key []byte) error {
	if c.path[0].i < 0 {
		c.path[0].i = 0
		if ok, err := c.previous(); err != nil {
			return err
		} else if !ok {
			return c.path[0].b.corrupt("the first key of the table is not empty")
		}
		if bytes.Compare(c.key(), key) > 0 {
			return c.path[0].b.corrupt("keys are not in order from block to block")
		}
	}
	for c.path[0].b.flags(c.path[0].i)&flagFirst == 0 {
		key, part := c.path[0].b.at(c.path[0].i)
		ok, err := c.previous()
		if err != nil {
			return err
		}
		if before, n := c.path[0].b.at(c.path[0].i); !ok || n != part-1 || !bytes.Equal(before, key) {
			return c.path[0].b.corrupt("component %d of a tag has none before it", part)
		}
	}
	c.placed = true
	return nil
}

// next moves to the next entry. At the table's end it stays where it is and reports false.
func (c *cursor) next() (bool, error) {
	if !c.placed {
		return false, nil
	}
	for {
		last := c.path[0].b.flags(c.path[0].i)&flagLast != 0
		ok, err := c.following()
		if err != nil || !ok {
			return false, err
		}
		first := c.path[0].b.flags(c.path[0].i)&flagFirst != 0
		if first != last {
			return false, c.path[0].b.corrupt("item %d does not continue the tag before it, or ends none", c.path[0].i)
		}
		if first {
			return true, nil
		}
	}
}

// following moves to the next item, in the next leaf if need be.
func (c *cursor) following() (bool, error) {
	leaf := &c.path[0]
	if leaf.i+1 < leaf.b.n {
		leaf.i++
		return true, nil
	}
	level := 1
	for level <= int(c.t.level) && c.path[level].i+1 >= c.path[level].b.n {
		level++
	}
	if level > int(c.t.level) {
		return false, nil
	}
	c.placed = false
	c.runs++
	before, part := leaf.b.at(leaf.i)
	c.path[level].i++
	for ; level > 0; level-- {
		if err := c.enter(level, 0); err != nil {
			return false, err
		}
	}
	c.placed = true
	return true, c.ordered(before, part)
}

// ordered fails unless the item the cursor came to, in another leaf, is after (before,
// part). Where many branches lead to one leaf, this ends the walk.
func (c *cursor) ordered(before []byte, part uint16) error {
	key, n := c.path[0].b.at(c.path[0].i)
	if d := bytes.Compare(before, key); d > 0 || d == 0 && part >= n {
		c.placed = false
		return c.path[0].b.corrupt("keys are not in order from block to block")
	}
	return nil
}

// previous moves to the item before, in the leaf before if need be.
func (c *cursor) previous() (bool, error) {
	leaf := &c.path[0]
	if leaf.i > 0 {
		leaf.i--
		return true, nil
	}
	level := 1
	for level <= int(c.t.level) && c.path[level].i == 0 {
		level++
	}
	if level > int(c.t.level) {
		return false, nil
	}
	c.path[level].i--
	for ; level > 0; level-- {
		if err := c.enter(level, -1); err != nil {
			return false, err
		}
	}
	return true, nil
}

// enter goes from the branch at level to item i of its child, from the child's end if i is
// below 0. To leaves that are walked in a row it reads ahead.
func (c *cursor) enter(level, i int) error {
	at := &c.path[level]
	if level == 1 && c.runs > 1 && i == 0 && !c.t.cached(at.b.child(at.i)) {
		c.t.ahead(c.ctx, at.b.child(at.i), c.row())
	}
	b, err := c.child(at, level)
	if err != nil {
		return err
	}
	if i < 0 {
		i += b.n
	}
	c.path[level-1] = step{b, i}
	return nil
}

// child returns the block below a branch's item.
func (c *cursor) child(at *step, level int) (*block, error) {
	c.blocks++
	return c.t.block(c.ctx, at.b.child(at.i), uint8(level-1), at.b.offset+int64(at.b.item(at.i)))
}

// row returns how many leaves from here on lie side by side and can hold keys under the
// prefix: up to four at first, then more, as the walk shows to be long.
func (c *cursor) row() int {
	limit := min(c.t.x.opts.ReadAhead, 2<<min(c.runs-1, 16))
	at := &c.path[1]
	n, from := 1, at.b.child(at.i)
	for n < limit && at.i+n < at.b.n && at.b.child(at.i+n) == from+uint32(n) {
		if key, _ := at.b.at(at.i + n); !bytes.HasPrefix(key, c.prefix) {
			break
		}
		n++
	}
	return n
}
