package zimtest

import "math"

// tableDamages change the lists: path pointers, v0 titles, cluster pointers.
var tableDamages = []damage{
	{"nonsorted_dirent_table", "path pointers 0 and 1 are swapped", func(p *parsed) bool {
		return p.entries > 1 && p.swap(p.pathPtr, 8)
	}},
	{"outofbounds_first_direntptr", "path pointer 0 is 10 bytes past the end", setPath(false, (*parsed).outside)},
	{"outofbounds_last_direntptr", "the last path pointer is 10 bytes past the end", setPath(true, (*parsed).outside)},
	{"outofbounds_first_clusterptr", "cluster pointer 0 is 10 bytes past the end", setCluster(false, (*parsed).outside)},
	{"outofbounds_first_title_entry", "the first entry of the v0 list is entryCount", func(p *parsed) bool {
		return p.hasTitles(1) && p.put(p.titlePtr, 4, uint64(p.entries))
	}},
	{"outofbounds_last_title_entry", "the last entry of the v0 list is entryCount", func(p *parsed) bool {
		return p.hasTitles(1) && p.put(p.titlePtr+4*uint64(p.entries-1), 4, uint64(p.entries))
	}},
	{"nonsorted_title_index", "the first two entries of the v0 list are swapped", func(p *parsed) bool {
		return p.hasTitles(2) && p.swap(p.titlePtr, 4)
	}},

	{"direntptr_in_header", "path pointer 0 is 8, inside the header", setPath(false, func(*parsed) uint64 { return 8 })},
	{"direntptr_at_end", "the last path pointer is the last byte of the file", setPath(true, func(p *parsed) uint64 { return uint64(len(p.b)) - 1 })},
	{"direntptr_overflow", "path pointer 0 is 2^64 - 1", setPath(false, func(*parsed) uint64 { return math.MaxUint64 })},
	{"duplicate_direntptr", "path pointer 1 equals pointer 0", func(p *parsed) bool {
		d, ok := p.dirent(0)
		return ok && p.entries > 1 && p.put(p.pathPtr+8, 8, d.pos)
	}},
	{"outofbounds_last_clusterptr", "the last cluster pointer is 10 bytes past the end", setCluster(true, (*parsed).outside)},
	{"clusterptr_in_header", "cluster pointer 0 is 8, inside the header", setCluster(false, func(*parsed) uint64 { return 8 })},
	{"clusterptr_at_end", "cluster pointer 0 is the end of the data, where the MD5 begins", setCluster(false, func(p *parsed) uint64 {
		if p.checksum != 0 {
			return p.checksum
		}
		return uint64(len(p.b))
	})},
	{"clusterptr_overflow", "cluster pointer 0 is 2^64 - 1", setCluster(false, func(*parsed) uint64 { return math.MaxUint64 })},
}

// swap exchanges the two records of width bytes at pos.
func (p *parsed) swap(pos uint64, width int) bool {
	a, okA := p.get(pos, width)
	b, okB := p.get(pos+uint64(width), width)
	return okA && okB && p.put(pos, width, b) && p.put(pos+uint64(width), width, a)
}

// hasTitles reports whether there is a v0 list of at least n entries.
func (p *parsed) hasTitles(n uint32) bool { return p.titlePtr != none64 && p.entries >= n }

// setPath returns a change of the first or the last path pointer.
func setPath(last bool, value func(*parsed) uint64) func(*parsed) bool {
	return func(p *parsed) bool { return p.setPointer(p.pathPtr, p.entries, last, value(p)) }
}

// setCluster returns a change of the first or the last cluster pointer.
func setCluster(last bool, value func(*parsed) uint64) func(*parsed) bool {
	return func(p *parsed) bool { return p.setPointer(p.clusterPtr, p.clusters, last, value(p)) }
}

func (p *parsed) setPointer(table uint64, n uint32, last bool, v uint64) bool {
	if n == 0 {
		return false
	}
	if last {
		table += 8 * uint64(n-1)
	}
	return p.put(table, 8, v)
}
