package zim

import "context"

// An indexRange is the entries [lo, hi) in path order.
type indexRange struct{ lo, hi uint32 }

func (r indexRange) len() uint64 {
	if r.hi < r.lo { // only in an archive whose paths are out of order
		return 0
	}
	return uint64(r.hi - r.lo)
}

// Range returns the indexes [lo, hi) of the entries under prefix, for paging with Entry.
// Namespace 0 with an empty prefix stands for all entries.
func (a *Archive) Range(ctx context.Context, ns byte, prefix string) (lo, hi uint32, err error) {
	if ns == 0 && prefix == "" {
		return 0, a.head.entries, nil
	}
	if prefix == "" {
		r, err := a.namespaceRange(ctx, ns)
		return r.lo, r.hi, err
	}
	if lo, _, err = a.findPath(ctx, ns, prefix); err != nil {
		return 0, 0, err
	}
	next, ok := successor(prefix)
	if !ok {
		hi, err = a.namespaceEnd(ctx, ns)
	} else {
		hi, _, err = a.findPath(ctx, ns, next)
	}
	return lo, max(lo, hi), err
}

// namespaceRange returns the entries of namespace ns.
func (a *Archive) namespaceRange(ctx context.Context, ns byte) (indexRange, error) {
	lo, _, err := a.findPath(ctx, ns, "")
	if err != nil {
		return indexRange{}, err
	}
	hi, err := a.namespaceEnd(ctx, ns)
	return indexRange{lo, max(lo, hi)}, err
}

// namespaceEnd returns the first entry behind namespace ns.
func (a *Archive) namespaceEnd(ctx context.Context, ns byte) (uint32, error) {
	if ns == 0xFF {
		return a.head.entries, nil
	}
	hi, _, err := a.findPath(ctx, ns+1, "")
	return hi, err
}

// contentRange returns the namespace that holds what people read: C, or A in the old scheme.
func (a *Archive) contentRange(ctx context.Context) (indexRange, error) {
	if r := a.content.Load(); r != nil {
		return *r, nil
	}
	r, err := a.namespaceRange(ctx, a.ContentNamespace())
	if err == nil {
		a.content.Store(&r)
	}
	return r, err
}

// ContentNamespace returns the namespace of the archive's content: C, or A where archives have the old scheme. It costs no
// read.
func (a *Archive) ContentNamespace() byte {
	if a.head.newNamespaces() {
		return 'C'
	}
	return 'A'
}

// successor returns the first string behind all that start with prefix: its last byte below
// 0xFF is increased and what follows is dropped. ok is false when there is none.
func successor(prefix string) (next string, ok bool) {
	for i := len(prefix) - 1; i >= 0; i-- {
		if prefix[i] < 0xFF {
			return prefix[:i] + string([]byte{prefix[i] + 1}), true
		}
	}
	return "", false
}
