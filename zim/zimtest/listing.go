package zimtest

import (
	"encoding/binary"
	"fmt"
	"slices"
	"sort"
	"strings"
)

// listingType is the MIME type of title lists: https://wiki.openzim.org/wiki/ZIM_file_format
const listingType = "application/octet-stream+zimlisting"

// generate fills the entries whose content follows from the others, unless it was given.
func (b *builder) generate() {
	for _, r := range b.placed {
		if r.Data != nil || r.Frame != nil || !r.content() || r.Alias != "" {
			continue
		}
		switch r.Path {
		case "M/Counter":
			r.Data = []byte(b.counter())
		case TitleListV0:
			r.Data = b.titlesV0()
		case TitleListV1:
			r.Data = b.titlesV1()
		}
	}
}

// titlesV0 lists all entries by namespace and title; equal ones in path order.
func (b *builder) titlesV0() []byte {
	all := slices.Clone(b.sorted)
	key := func(r *record) string { return r.Path[:2] + r.title() }
	sort.SliceStable(all, func(i, j int) bool { return key(all[i]) < key(all[j]) })
	return indexes(all)
}

// titlesV1 lists front articles by title; equal ones in path order.
func (b *builder) titlesV1() []byte {
	var front []*record
	for _, r := range b.sorted {
		if r.front() {
			front = append(front, r)
		}
	}
	sort.SliceStable(front, func(i, j int) bool { return front[i].title() < front[j].title() })
	return indexes(front)
}

// front reports whether the entry is in the v1 list.
func (r *record) front() bool {
	switch r.Front {
	case FrontYes:
		return true
	case FrontNo:
		return false
	}
	return r.content() && r.Path[0] == 'C' && strings.HasPrefix(r.MIME, "text/html")
}

func indexes(rs []*record) []byte {
	out := make([]byte, 0, 4*len(rs))
	for _, r := range rs {
		out = binary.LittleEndian.AppendUint32(out, r.index)
	}
	return out
}

// counter returns M/Counter: items of the user namespaces by MIME type without parameters.
func (b *builder) counter() string {
	user := "C"
	if !b.arc.newScheme() {
		user = "AIJ-"
	}
	counts := map[string]int{}
	for _, r := range b.sorted {
		if r.content() && strings.IndexByte(user, r.Path[0]) >= 0 {
			bare, _, _ := strings.Cut(r.MIME, ";")
			counts[bare]++
		}
	}
	var parts []string
	for t, n := range counts {
		parts = append(parts, fmt.Sprintf("%s=%d", t, n))
	}
	sort.Strings(parts)
	return strings.Join(parts, ";")
}
