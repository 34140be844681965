package zimtest

// frameDamages change the compressed bytes of the first cluster of a kind, behind its info
// byte.
var frameDamages = []damage{
	{"zstd_bad_magic", "the first byte of a zstd frame is another", inFrame(Zstd, 0, func(v byte) byte { return ^v })},
	{"zstd_reserved_block", "the first block of a zstd frame is of the reserved kind", inFrame(Zstd, 6, func(v byte) byte { return v | 6 })},
	{"zstd_window_3tib", "a zstd frame declares a window of 3 TiB", inFrame(Zstd, 5, func(byte) byte { return Window3TiB })},
	{"zstd_dictionary", "a zstd frame asks for a dictionary", inFrame(Zstd, 4, func(v byte) byte { return v | 1 })},
	{"xz_bad_magic", "the first byte of an xz stream is another", inFrame(XZ, 0, func(v byte) byte { return ^v })},
	{"xz_bad_filter", "an xz block names a filter that is not LZMA2; the header's CRC32 does not agree", inFrame(XZ, 14, func(byte) byte { return 4 })},
	{"xz_bad_chunk", "the first LZMA2 chunk has a control byte that does not exist", inFrame(XZ, 24, func(byte) byte { return 0x7F })},
	{"xz_flipped_bit", "a bit of the first LZMA2 chunk is flipped: only the CRC32 can tell if it is stored", inFrame(XZ, 28, func(v byte) byte { return v ^ 1 })},
}

// inFrame returns a change of one byte of the first cluster with the compression given; at
// counts from behind the info byte.
func inFrame(compression byte, at uint64, change func(byte) byte) func(*parsed) bool {
	return func(p *parsed) bool {
		h, ok := p.cluster(func(h *rawHead) bool { return h.info&0x0F == compression })
		if !ok || h.pos+1+at >= uint64(len(p.b)) {
			return false
		}
		p.b[h.pos+1+at] = change(p.b[h.pos+1+at])
		return true
	}
}
