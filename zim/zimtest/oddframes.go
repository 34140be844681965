package zimtest

import (
	"fmt"
	"slices"
	"strings"
)

// OddFrames returns an archive whose clusters are legal but not as writers make them. The
// item at "C/<name>" holds "odd: <name>", but for C/xz_real, which holds [XZText].
func OddFrames() Archive {
	a := Archive{Minor: 1, MainPage: "C/plain", Metadata: Metadata(), Entries: []Entry{Page("C/plain", "Plain", "odd: plain")}}
	add := func(name string, compression byte, frame func(payload []byte) []byte) {
		p := Payload(false, []byte("odd: "+name))
		a.Entries = append(a.Entries, Entry{Path: "C/" + name, Compression: compression, Frame: frame(p)})
	}
	add("zstd_skippable", Zstd, func(p []byte) []byte { return append(slices.Repeat(skippable(9), 4), ZstdFrame(p, 0)...) })
	add("zstd_two_frames", Zstd, func(p []byte) []byte { return append(ZstdFrame(p, 0), ZstdFrame([]byte("not this"), 0)...) })
	add("zstd_trailing", Zstd, func(p []byte) []byte { return append(ZstdFrame(p, 0), "bytes behind the frame"...) })
	add("zstd_single_segment", Zstd, func(p []byte) []byte {
		return slices.Concat([]byte{0x28, 0xB5, 0x2F, 0xFD, 0x20, byte(len(p))}, zstdBlock(true, 0, len(p)), p)
	})
	add("zstd_empty_blocks", Zstd, func(p []byte) []byte {
		empty := zstdBlock(false, 0, 0)
		return slices.Concat(zstdHeader(0), empty, zstdBlock(false, 0, len(p)), p, empty, zstdBlock(true, 0, 0))
	})
	add("xz_two_blocks", XZ, func(p []byte) []byte { return XZBlocks(CheckCRC32, p[:5], p[5:]) })
	add("xz_crc64", XZ, func(p []byte) []byte { return XZBlocks(CheckCRC64, p) })
	add("xz_no_check", XZ, func(p []byte) []byte { return XZBlocks(CheckNone, p) })
	add("high_bits", Stored|0xE0, func(p []byte) []byte { return p })
	a.Entries = append(a.Entries,
		Entry{Path: "C/xz_real", Compression: XZ, Frame: xzText})
	return a
}

// XZText returns the first blob of a cluster that a real xz encoder compressed: 400 lines
// of HTML.
func XZText() string {
	var sb strings.Builder
	for i := range 400 {
		fmt.Fprintf(&sb, "<p>Line %d of a page: %s</p>\n", i, strings.Repeat("lorem ipsum dolor sit amet ", i%5))
	}
	return sb.String()
}
