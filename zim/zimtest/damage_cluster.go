package zimtest

import "math"

// clusterDamages change the head of the first uncompressed cluster, which in the small
// files of zim-testing-suite is cluster 1.
var clusterDamages = []damage{
	{"offset_in_cluster", "offset 1 is all-ones", setOffset(1, func(p *parsed, h *rawHead) uint64 { return math.MaxUint64 })},
	{"too_small_offset_of_first_blob_in_cluster_0", "offset 0 is 0", setOffset0(0)},
	{"too_small_offset_of_first_blob_in_cluster_7", "offset 0 is 7", setOffset0(7)},
	{"misaligned_offset_of_first_blob_in_cluster_9", "offset 0 is 9", setOffset0(9)},
	{"misaligned_offset_of_first_blob_in_cluster_10", "offset 0 is 10", setOffset0(10)},
	{"misaligned_offset_of_first_blob_in_cluster_11", "offset 0 is 11", setOffset0(11)},
	{"too_large_offset_of_first_blob_in_cluster", "offset 0 says entryCount + 1 blobs", setOffset(0, func(p *parsed, h *rawHead) uint64 {
		return uint64(h.width) * (uint64(p.entries) + 2)
	})},
	{"too_large_offset_of_first_blob_in_cluster_max", "offset 0 is the largest multiple of an offset's width", setOffset(0, func(p *parsed, h *rawHead) uint64 {
		return math.MaxUint64 - uint64(h.width) + 1
	})},
	{"too_small_offset_of_first_blob_in_cluster_4", "offset 0 says no blobs (4, or 8 if extended), which is legal; the entries' blob numbers are out of range", setOffset(0, func(p *parsed, h *rawHead) uint64 {
		return uint64(h.width)
	})},

	{"decreasing_offset_in_cluster", "the last offset is less than offset 0", setLastOffset(func(p *parsed, h *rawHead) uint64 { return h.offset0 - 1 })},
	{"last_offset_past_end", "the last offset leads 10 bytes past the end of the file", setLastOffset(func(p *parsed, h *rawHead) uint64 { return p.outside() - h.pos })},
	{"unknown_compression", "the info byte of cluster 0 says compression 6", setInfo(6)},
	{"zlib_compression", "the info byte of cluster 0 says zlib, which readers no longer take", setInfo(Zlib)},
	{"wrong_extended_flag", "the info byte of cluster 0 has the other offset width", func(p *parsed) bool {
		h, ok := p.head(0)
		return ok && p.put(h.pos, 1, uint64(h.info^0x10))
	}},
}

// setOffset returns a change of blob offset i of the first uncompressed cluster. A value
// too wide is cut to the width of an offset.
func setOffset(i uint64, value func(*parsed, *rawHead) uint64) func(*parsed) bool {
	return func(p *parsed) bool {
		h, ok := p.rawCluster()
		return ok && p.put(h.offset(i), h.width, value(p, &h))
	}
}

func setOffset0(v uint64) func(*parsed) bool {
	return setOffset(0, func(*parsed, *rawHead) uint64 { return v })
}

func setLastOffset(value func(*parsed, *rawHead) uint64) func(*parsed) bool {
	return func(p *parsed) bool {
		h, ok := p.rawCluster()
		return ok && p.put(h.offset(h.blobs()), h.width, value(p, &h))
	}
}

// setInfo returns a change of the compression of cluster 0; the extended flag stays.
func setInfo(compression byte) func(*parsed) bool {
	return func(p *parsed) bool {
		h, ok := p.head(0)
		return ok && p.put(h.pos, 1, uint64(h.info&0xF0|compression))
	}
}
