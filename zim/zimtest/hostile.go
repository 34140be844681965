package zimtest

import (
	_ "embed" // streams of a real xz encoder
	"encoding/binary"
	"slices"
)

// Streams made by liblzma (preset 9e, CRC32), each the payload of a cluster: text.xz holds
// [XZText], nothing and "end"; zeros.xz holds 16 MiB of zeros; bcj.xz is behind an x86
// filter, which is no part of the format.
var (
	//go:embed testdata/text.xz
	xzText []byte
	//go:embed testdata/zeros.xz
	xzZeros []byte
	//go:embed testdata/bcj.xz
	xzBCJ []byte
)

// BadPath is the entry with the hostile content in what [Hostiles] returns; OKPath is a
// page that stays readable.
const (
	BadPath = "C/bad"
	OKPath  = "C/ok"
)

// A Hostile is an archive that opens, with one item made to cost the reader dearly.
type Hostile struct {
	Name    string
	What    string
	Archive Archive
	Fails   bool  // reading BadPath must fail, whatever the limits
	Size    int64 // of BadPath, if it may be read within large enough limits
}

// Hostiles returns the archives, in a fixed order.
func Hostiles() []Hostile {
	const gib = 1 << 30
	small := Payload(false, []byte("12345678"))
	frame := func(window byte, blocks ...[]byte) []byte {
		return append(zstdHeader(window), slices.Concat(blocks...)...)
	}
	return []Hostile{
		hostile("zstd_rle_bomb", "an item of 1 GiB in 32 KiB of RLE blocks", Zstd, ZstdRLE(offsets(8, 8+gib), gib), gib),
		hostile("zstd_rle_behind", "1 GiB of RLE blocks behind the last offset", Zstd, ZstdRLE(small, gib), 8),
		hostile("zstd_window_128mib", "a frame of 8 bytes that declares the largest window readers take", Zstd, ZstdFrame(small, Window128MiB), 8),
		hostile("zstd_window_3tib", "a frame that declares a window of 3 TiB", Zstd, ZstdFrame(small, Window3TiB), -1),
		hostile("zstd_huge_first_offset", "offset 0 is 0xFFFFFFFC in a zstd cluster", Zstd, ZstdFrame(offsets(0xFFFFFFFC, 0xFFFFFFFC), 0), -1),
		hostile("zstd_offsets_beyond", "the offsets claim 4 GiB, the frame ends at once", Zstd, ZstdFrame(offsets(8, 0xFFFFFFFF), 0), -1),
		hostile("zstd_offsets_decrease", "the last offset lies before the first", Zstd, ZstdFrame(append(offsets(8, 4), "12345678"...), 0), -1),
		hostile("zstd_block_past_end", "a raw block longer than the file", Zstd, frame(0, zstdBlock(true, 0, 100_000), small), -1),
		hostile("zstd_block_too_large", "an RLE block of 2 MiB, above the format's 128 KiB", Zstd, frame(0, zstdBlock(true, 1, 2<<20-1), []byte{0}), -1),
		hostile("zstd_no_last_block", "no block says it is the last", Zstd, frame(0, zstdBlock(false, 0, 4), small[:4]), -1),
		hostile("zstd_dictionary", "a frame that needs dictionary 1", Zstd, slices.Concat([]byte{0x28, 0xB5, 0x2F, 0xFD, 1, Window8MiB, 1}, zstdBlock(true, 0, len(small)), small), -1),
		hostile("zstd_only_skippable", "nothing but skippable frames", Zstd, slices.Repeat(skippable(4), 1000), -1),
		hostile("xz_zeros", "an item of 16 MiB in 2.5 KB of xz", XZ, xzZeros, 16<<20),
		hostile("xz_bcj", "an xz stream behind an x86 filter", XZ, xzBCJ, -1),
		hostile("xz_sha256", "an xz stream with SHA-256, which is not checked and so not taken", XZ, XZBlocks(CheckSHA256, small), -1),
		hostile("xz_huge_first_offset", "offset 0 is 0xFFFFFFFC in an xz cluster", XZ, XZStream(offsets(0xFFFFFFFC, 0xFFFFFFFC)), -1),
		hostile("stored_huge_first_offset", "offset 0 is 0xFFFFFFFC in an uncompressed cluster", Stored, offsets(0xFFFFFFFC, 0xFFFFFFFC), -1),
		hostile("stored_past_end", "an uncompressed item of 4 GiB in a small file", Stored, offsets(8, 0xFFFFFFFF), -1),
		hostileExtended(),
	}
}

// hostile returns an archive with the frame as the cluster of BadPath; a negative size
// says that reading must fail.
func hostile(name, what string, compression byte, frame []byte, size int64) Hostile {
	return Hostile{name, what, Archive{Minor: 1, MainPage: OKPath, Metadata: Metadata(), Entries: []Entry{
		Page(OKPath, "OK", "<p>still here"),
		{Path: BadPath, MIME: "text/plain", Compression: compression, Frame: frame},
	}}, size < 0, max(size, 0)}
}

// hostileExtended has 64-bit offsets that overflow when a position is added.
func hostileExtended() Hostile {
	var table []byte
	for _, v := range []uint64{16, none64 - 7} {
		table = binary.LittleEndian.AppendUint64(table, v)
	}
	h := hostile("stored_offset_overflow", "the last of the 64-bit offsets is nearly 2^64", Stored, table, -1)
	h.Archive.Entries[1].Extended = true
	return h
}

// offsets returns the head of a cluster, as it is.
func offsets(vs ...uint32) []byte {
	var out []byte
	for _, v := range vs {
		out = binary.LittleEndian.AppendUint32(out, v)
	}
	return out
}

// ZstdRLE returns a zstd frame of head, then n zero bytes in RLE blocks of 128 KiB, each
// of which takes 4 bytes.
func ZstdRLE(head []byte, n int) []byte {
	const most = 128 << 10
	out := append(zstdHeader(0), zstdBlock(n == 0, 0, len(head))...)
	out = append(out, head...)
	for n > 0 {
		k := min(n, most)
		n -= k
		out = append(append(out, zstdBlock(n == 0, 1, k)...), 0)
	}
	return out
}

// skippable returns a zstd frame of n bytes to skip (RFC 8878, 3.1.2).
func skippable(n int) []byte {
	return append(offsets(0x184D2A50, uint32(n)), make([]byte, n)...)
}
