package library

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/openzim-mcp/openzim-mcp/policy"
)

// A named is one file with the name that clients use for it.
type named struct {
	*file
	label   label
	name    string
	edition string // as clients write it: yyyy-mm, or yyyy-mm-dd where a month has two
	newest  bool   // what the name without an edition means
}

// ref is how the archive is told from its other editions.
func (n *named) ref() string {
	if n.newest || n.edition == "" {
		return n.name
	}
	return n.name + "@" + n.edition
}

// nameAll gives every file its name. It depends on the files alone, so names survive a restart.
//
// Files with the same base name and flavour are editions of one archive, told apart by date; two of one date are
// different archives, and the second by path gets "-2". The base name alone is used while one flavour of it is
// there; otherwise every flavour is part of the name, so that no name ever moves to another flavour. Files that never
// opened choose last: a broken download renames nobody.
func nameAll(files []*file) []*named {
	all := make([]*named, 0, len(files))
	for _, f := range files {
		all = append(all, &named{file: f, label: labelOf(f.meta, f.rel)})
	}
	slices.SortFunc(all, func(a, b *named) int {
		return cmp.Or(compareBool(b.known, a.known), a.key.compare(b.key))
	})
	t := table{taken: make(map[string]*family), next: make(map[string]int)}
	known := 0
	for known < len(all) && all[known].known {
		known++
	}
	t.add(all[:known])
	t.add(all[known:])
	for _, n := range all {
		n.showEdition(t.taken[n.name].members)
	}
	return all
}

// A family is the set of files that share a name: editions of one archive.
type family struct {
	base, flavour string
	members       []*named
}

// takes reports whether an edition can join: its date is not there yet. Without a date it could not be told from the
// others, so an archive that has none stays alone.
func (f *family) takes(edition string) bool {
	return !slices.ContainsFunc(f.members, func(n *named) bool {
		return n.label.edition == edition || n.label.edition == "" || edition == ""
	})
}

// A table gives out names.
type table struct {
	taken map[string]*family
	next  map[string]int // by name and edition: the number to try first, so that many of one name cost no square
}

// add names a batch of files, in order.
func (t *table) add(batch []*named) {
	flavoursOf := make(map[string]map[string]bool)
	for _, n := range batch {
		if flavoursOf[n.label.base] == nil {
			flavoursOf[n.label.base] = make(map[string]bool)
		}
		flavoursOf[n.label.base][n.label.flavour] = true
	}
	for _, n := range batch {
		name := n.label.base
		if n.label.flavour != "" && (len(flavoursOf[name]) > 1 || t.otherFlavour(name, n.label)) {
			name = join(name, "_", n.label.flavour)
		}
		t.place(n, name)
	}
}

// otherFlavour reports whether name is in use for another flavour, or another archive.
func (t *table) otherFlavour(name string, l label) bool {
	f := t.taken[name]
	return f != nil && (f.base != l.base || f.flavour != l.flavour)
}

// place puts n under name, or the first of name-2, name-3 … that is free or can take its edition.
func (t *table) place(n *named, name string) {
	counter := name + "@" + n.label.edition
	for i := max(t.next[counter], 1); ; i++ {
		n.name = name
		t.next[counter] = i
		if i > 1 {
			n.name = join(name, "-", strconv.Itoa(i))
		}
		f := t.taken[n.name]
		if f == nil {
			f = &family{base: n.label.base, flavour: n.label.flavour}
			t.taken[n.name] = f
		}
		if f.base == n.label.base && f.flavour == n.label.flavour && f.takes(n.label.edition) {
			f.members = append(f.members, n)
			return
		}
	}
}

// showEdition decides how the edition is written, and whether it is the newest of those that are open.
func (n *named) showEdition(members []*named) {
	n.newest = n == newestOf(members)
	n.edition = n.label.edition
	if len(n.edition) != len("2026-02-14") {
		return
	}
	month := n.edition[:len("2026-02")]
	for _, other := range members {
		if other != n && strings.HasPrefix(other.label.edition, month) {
			return
		}
	}
	n.edition = month
}

// newestOf returns the member that the dateless name means: the newest that is open, or the newest when none is. An
// edition that is still being downloaded does not hide the one before it.
func newestOf(members []*named) *named {
	return slices.MaxFunc(members, func(a, b *named) int {
		return cmp.Or(compareBool(a.gen != nil, b.gen != nil), strings.Compare(a.label.edition, b.label.edition))
	})
}

// compareBool orders false before true.
func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// join appends a suffix and keeps within the length of a name.
func join(name, sep, suffix string) string {
	suffix = sep + suffix
	return name[:min(len(name), max(policy.MaxNameBytes-len(suffix), 1))] + suffix
}
