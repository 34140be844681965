package zimtest

import (
	"bytes"
	"crypto/md5"
	"fmt"
)

// A damage is one change to an archive. change reports whether there was anything to
// change; it may shorten or lengthen p.b.
type damage struct {
	name   string
	what   string
	change func(p *parsed) bool
}

// Damage returns a copy of the archive b with one named change, or nil if b has nothing of
// the kind: no v0 title list, no redirect, no compressed cluster. b may come from [Archive]
// or be a real archive. The MD5 is left as it was, so it is wrong in every copy; [Seal]
// puts it right. Damage panics if [Damages] does not list name; [DamageDoc] says what the
// change is.
//
// zim-testing-suite has files invalid.<name>.zim for some of the names; those changes are
// the same here.
func Damage(b []byte, name string) []byte {
	d := lookupDamage(name)
	p, ok := parse(b)
	if !ok || !d.change(p) {
		return nil
	}
	return p.b
}

// Damages returns the names that [Damage] takes, in a fixed order.
func Damages() []string {
	var names []string
	for _, d := range allDamages() {
		names = append(names, d.name)
	}
	return names
}

// DamageDoc returns one sentence on what the change is.
func DamageDoc(name string) string { return lookupDamage(name).what }

// Seal returns a copy of the archive b whose MD5 is right again, so that the change a test
// is about is the only fault. Without a checksum in b it is a plain copy.
func Seal(b []byte) []byte {
	b = bytes.Clone(b)
	p, ok := parse(b)
	if ok && p.checksum > 0 && p.checksum+md5.Size == uint64(len(b)) {
		sum := md5.Sum(b[:p.checksum])
		copy(b[p.checksum:], sum[:])
	}
	return b
}

func allDamages() []damage {
	var all []damage
	for _, group := range [][]damage{headerDamages, tableDamages, clusterDamages, entryDamages, frameDamages} {
		all = append(all, group...)
	}
	return all
}

func lookupDamage(name string) damage {
	for _, d := range allDamages() {
		if d.name == name {
			return d
		}
	}
	panic(fmt.Sprintf("zimtest: no damage is called %q; Damages lists the names", name))
}
