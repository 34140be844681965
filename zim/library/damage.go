package library

import (
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"syscall"

	"github.com/openzim-mcp/openzim-mcp/zim"
)

// A Damage is a damaged place inside an archive that stays served: everything else in it can be read.
type Damage struct {
	Ref    string // [Status.Ref] of the archive when the place was found
	File   string // FOR THE OPERATOR: as [Status.File]
	Err    *Fault // of reason [Degraded]; says where and what, and names no file
	Verify bool   // found by the background verification, which ends at the first; otherwise by a read
	Last   bool   // 16 places are known: no more of this archive will be told of until its bytes change
}

// maxPlaces bounds the damaged places of one archive that are remembered and told of. A client can ask for every
// entry of a bad archive: neither memory nor the operator's log may grow with that.
const maxPlaces = 16

// A record is the damage known of one state of the bytes of an archive. It outlives a quarantine, so that the same place is
// not told of again when the same bytes are opened anew.
type record struct {
	stamps []stamp // of the bytes
	places []place // guarded by Library.damages
	first  atomic.Pointer[Fault]
}

// A place is a damaged structure, by what tells it from others.
type place struct {
	text   string
	damage Damage
}

// recordFor returns what is known of the bytes under stamps: old when it is about the same, or a new one. old may be nil.
func recordFor(stamps []stamp, old *record) *record {
	if old != nil && sameStamps(old.stamps, stamps) {
		return old
	}
	return &record{stamps: stamps}
}

// fault returns the first damage found, or nil. r may be nil, which is an archive in which nothing is looked for.
func (r *record) fault() *Fault {
	if r == nil {
		return nil
	}
	return r.first.Load()
}

// Damages has fn called once for each damaged place in archives that stay served: at once for those already known, and later for those
// that reads and the background verification find; at most 16 for one state of an archive's files. One call at a time. fn
// should be quick, and must not call Damages or Close.
func (l *Library) Damages(fn func(Damage)) {
	l.damages.Lock()
	defer l.damages.Unlock()
	if s := l.current.Load(); s != nil {
		for _, n := range s.all {
			for _, p := range n.placesKnown() {
				fn(p.damage)
			}
		}
	}
	l.damages.list = append(l.damages.list, fn)
}

// placesKnown returns what was told of n. The caller holds Library.damages.
func (n *named) placesKnown() []place {
	if n.record == nil || n.gen == nil {
		return nil
	}
	return n.record.places
}

// degrade notes the damage err in n, which stays served, and tells of it unless that was done before. verify says
// that the verification found it.
func (l *Library) degrade(n *named, err error, verify bool) {
	l.damages.Lock()
	defer l.damages.Unlock()
	r, text := n.record, placeOf(err)
	if r == nil || len(r.places) >= maxPlaces || slices.ContainsFunc(r.places, func(p place) bool { return p.text == text }) {
		return
	}
	fault := &Fault{Reason: Degraded, Cause: err}
	d := Damage{Ref: n.ref(), File: n.rel, Err: fault, Verify: verify, Last: len(r.places)+1 == maxPlaces}
	r.places = append(r.places, place{text, d})
	r.first.CompareAndSwap(nil, fault)
	for _, fn := range l.damages.list {
		fn(d)
	}
}

// inside reports whether err is damage of a structure in the archive: bytes that the file and its disk gave without
// complaint, and that break the format. A read that came up short is none: it says that the file is not what it was.
func inside(err error) bool {
	var format *zim.FormatError
	var errno syscall.Errno
	return errors.As(err, &format) && format.Part != "file" && !errors.As(err, &errno)
}

// placeOf names the damaged structure, so that one place is told from another; "" for errors of the system.
func placeOf(err error) string {
	var format *zim.FormatError
	if !errors.As(err, &format) {
		return ""
	}
	return fmt.Sprint(format.Part, format.Offset, format.Entry, format.Cluster)
}
